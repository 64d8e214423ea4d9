"""The terminologist's workbench."""

from termbase.admin import accounts, concepts, documents, review, tokens

__all__ = ["accounts", "concepts", "documents", "review", "tokens"]
