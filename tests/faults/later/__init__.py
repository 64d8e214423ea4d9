"""Migrations of a version to come: all of this one's, and of each kind that the linter allows one more."""

from pkgutil import iter_modules

from termbase import migrations

__path__ += migrations.__path__
LAST = max(module.name for module in iter_modules(migrations.__path__))
"""The last migration of this version."""
