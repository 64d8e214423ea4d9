"""A client that calls the application itself, without a network."""

import httpx
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection

from termbase.client import Termbase
from tests.api.conftest import person

__all__ = ["person"]

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture
def application(monkeypatch):
    """The application as a server calls it, but for its closing of the connection that the test stands on."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)
    return get_wsgi_application()


@pytest.fixture
def termbase(application):
    with Termbase(ADDRESS, transport=httpx.WSGITransport(application)) as client:
        yield client
