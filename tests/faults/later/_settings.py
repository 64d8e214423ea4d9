"""Of a version to come."""

from config.settings import *  # noqa: F403

MIGRATION_MODULES = {"termbase": "tests.faults.later"}
