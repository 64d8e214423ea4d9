"""What all tests share: a throw-away database, and no detours over HTTPS."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from config.database import EMBEDDED_ENGINE

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("TERMBASE_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """Tests never touch the data folder: they get an embedded server of their own, unless DATABASE_URL names another."""
    if settings.DATABASES["default"]["ENGINE"] == EMBEDDED_ENGINE:
        connections["default"].settings_dict["DATA"] = tmp_path_factory.mktemp("data") / "postgres"


@pytest.fixture(autouse=True)
def _plain_http(settings):
    settings.SECURE_SSL_REDIRECT = False


@pytest.fixture(scope="session")
def shared():
    """The folder of reference material; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the reference material in {SHARED}")
    return SHARED
