"""The terminologist's workbench."""

from termbase.admin import accounts, concepts, documents, review

__all__ = ["accounts", "concepts", "documents", "review"]
