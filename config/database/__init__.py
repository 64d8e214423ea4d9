"""Which PostgreSQL to use: an external one by its URL, or the embedded one in the data folder.

Django takes this package as a database engine (see `base`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

EMBEDDED_ENGINE = "config.database"
_PATIENCE = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""How long a database may say nothing before it counts as away: seconds, the last in milliseconds."""

_LITTLE_PATIENCE = _PATIENCE | {"connect_timeout": "2", "tcp_user_timeout": "3000"}
"""With a replica, as others can answer."""


def embedded_settings(data: Path) -> dict[str, Any]:
    """Django's DATABASES entry for the server in `data`/postgres; it starts when first connected to."""
    return {"ENGINE": EMBEDDED_ENGINE, "NAME": "termbase", "USER": "postgres", "DATA": data / "postgres"}


def external_settings(url: str, name: str = "DATABASE_URL", patience: Mapping[str, str] = _PATIENCE) -> dict[str, Any]:
    """Django's DATABASES entry for a libpq address: postgresql://user:password@host:5432/name?sslmode=require.

    Its own parameters go before `patience`. Raises `ImproperlyConfigured` for an address that libpq cannot read; `name`
    is the setting that it stands in.
    """
    try:
        parameters = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"{name} must be postgresql://user:password@host:port/name.") from error
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    own = {names[name]: value for name, value in parameters.items() if name in names}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **own,
        "OPTIONS": {**patience, **{name: value for name, value in parameters.items() if name not in names}},
    }


def replica_settings(urls: list[str]) -> dict[str, dict[str, Any]]:
    """The DATABASES entries of replicas by name, as `external_settings` makes them; one that is gone is soon noticed.

    Raises `ImproperlyConfigured` for an address that libpq cannot read, or of more than one server: which of them had
    answered would not be known.
    """
    entries = {}
    for number, url in enumerate(urls, start=1):
        entry = external_settings(url, "DATABASE_REPLICA_URLS", _LITTLE_PATIENCE)
        if "," in f"{entry.get('HOST', '')}{entry.get('PORT', '')}":
            raise ImproperlyConfigured("Each of DATABASE_REPLICA_URLS names one server.")
        entries[f"replica{number}"] = entry | {"TEST": {"MIRROR": "default"}}
    return entries


def limit_statements(settings: dict[str, Any], seconds: int) -> None:
    """Have the database give up any statement after so many seconds (0: never), on connections made from now on."""
    options = settings.setdefault("OPTIONS", {})
    options["options"] = f"{options.get('options', '')} -c statement_timeout={seconds}s".strip()
