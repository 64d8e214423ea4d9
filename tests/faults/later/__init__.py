"""Migrations of a version to come: all of this one's, and of each kind that the linter allows one more."""

from termbase import migrations

__path__ += migrations.__path__
