"""The terminologist's workbench."""

from termbase.admin import accounts, concepts, documents, failed_lookups, review, tokens

__all__ = ["accounts", "concepts", "documents", "failed_lookups", "review", "tokens"]
