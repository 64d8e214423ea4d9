"""Settings that each are well and together are wrong, told by `manage.py check` before they do harm.

A value that means nothing stops the start already (`config.environment`).
"""

import os
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags
from django.db import connections

OLDEST_POSTGRESQL = 150_000
SHORTEST_TOKEN = 16


def access(**kwargs: Any) -> list[CheckMessage]:
    """Who may do what."""
    found: list[CheckMessage] = []
    if settings.TERMBASE_ANONYMOUS_SUGGESTIONS and not settings.TERMBASE_ANONYMOUS_READ:
        found.append(
            Error(
                "Anyone may send suggestions to a termbase that not anyone may read.",
                hint="Unset TERMBASE_ANONYMOUS_SUGGESTIONS, or set TERMBASE_ANONYMOUS_READ=true.",
                id="termbase.E001",
            )
        )
    if 0 < len(settings.TERMBASE_METRICS_TOKEN) < SHORTEST_TOKEN:
        found.append(
            Error(
                "TERMBASE_METRICS_TOKEN is short enough to be guessed.",
                hint=f"Give it {SHORTEST_TOKEN} characters or more, by chance.",
                id="termbase.E002",
            )
        )
    if not settings.SESSION_COOKIE_AGE:
        found.append(
            Error(
                "Nobody could stay signed in: TERMBASE_SESSION_HOURS is 0.",
                hint="Say after how many hours people sign in again.",
                id="termbase.E008",
            )
        )
    return found


def network(**kwargs: Any) -> list[CheckMessage]:
    """What stands between the service and those who call it."""
    found: list[CheckMessage] = []
    if settings.DEBUG and not settings.EMBEDDED:
        found.append(
            Error(
                "DEBUG shows settings and source to whoever meets a fault.",
                hint="Unset DEBUG, or unset DATABASE_URL to work on this machine alone.",
                id="termbase.E003",
            )
        )
    insecure = [
        f"{name} holds {origin}"
        for name in ("CSRF_TRUSTED_ORIGINS", "CORS_ORIGINS")
        for origin in getattr(settings, name)
        if settings.HTTPS and origin.startswith("http://")
    ]
    if insecure:
        found.append(
            Error(
                f"{'; '.join(insecure)}: a page that came in plain HTTP can be anyone's.",
                hint="Name origins with https://, or set HTTPS=false where there is no TLS at all.",
                id="termbase.E004",
            )
        )
    if settings.EMBEDDED and set(settings.ALLOWED_HOSTS) - set(settings.LOCAL_HOSTS) and not settings.HTTPS:
        found.append(
            checks.Warning(
                "The embedded termbase answers to other machines, in plain HTTP.",
                hint="Put a proxy that ends TLS before it and set HTTPS=true and BEHIND_PROXY=true.",
                id="termbase.W001",
            )
        )
    return found


def data_folder(**kwargs: Any) -> list[CheckMessage]:
    """Whether TERMBASE_DATA can hold what it is for."""
    folder = settings.TERMBASE_DATA
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"TERMBASE_DATA is {folder}, where this user cannot write.",
            hint="Give it to the user of the service, or name another.",
            id="termbase.E005",
        )
    ]


def server(*, databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Whether the database is one that the termbase can live in; asked by `migrate` and `check --database default`."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')")
            found += problems_of_server(*cursor.fetchone())
    return found


def problems_of_server(version: int, encoding: str) -> list[CheckMessage]:
    """What is wrong with a server of this version (170002 for 17.2) and a database in this encoding."""
    found: list[CheckMessage] = []
    if version < OLDEST_POSTGRESQL:
        message = f"PostgreSQL {version // 10_000} is too old."
        found.append(Error(message, hint="The termbase needs 15 to 18.", id="termbase.E006"))
    if encoding != "UTF8":
        hint = "CREATE DATABASE termbase TEMPLATE template0 ENCODING 'UTF8'"
        found.append(Error(f"The database is encoded in {encoding}.", hint=hint, id="termbase.E007"))
    return found


def worker(**kwargs: Any) -> list[CheckMessage]:
    """Whether a job worker may have these settings; asked as one starts, since web servers may."""
    if not settings.DATABASE_POOLED:
        return []
    return [
        Error(
            "A job worker holds a lock of its session, and behind a pooler it has another one with each transaction.",
            hint="Start it without DATABASE_POOLED, and with PostgreSQL's own address in DATABASE_URL.",
            id="termbase.E009",
        )
    ]


ALL = {access: Tags.security, network: Tags.security, data_folder: Tags.files, server: Tags.database}
"""Each check with its tag, which `apps` registers."""
