"""The terminologist's workbench."""

from termbase.admin import (
    accounts,
    activities,
    concepts,
    documents,
    entry_findings,
    failed_lookups,
    import_conflicts,
    imports,
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
    "import_conflicts",
    "imports",
    "review",
    "tokens",
]
