"""The terminologist's workbench."""

from termbase.admin import (
    accounts,
    activities,
    concepts,
    documents,
    entry_findings,
    failed_lookups,
    review,
    tokens,
)

__all__ = [
    "accounts",
    "activities",
    "concepts",
    "documents",
    "entry_findings",
    "failed_lookups",
    "review",
    "tokens",
]
