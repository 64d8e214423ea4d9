"""Which PostgreSQL to use: an external one by its URL, or the embedded one in the data folder.

Django takes this package as a database engine (see `base`).
"""

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


def embedded_settings(data: Path) -> dict[str, Any]:
    """Django's DATABASES entry for the server in `data`/postgres; it starts when first connected to."""
    return {"ENGINE": EMBEDDED_ENGINE, "NAME": "termbase", "USER": "postgres", "DATA": data / "postgres"}


def external_settings(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a libpq address: postgresql://user:password@host:5432/name?sslmode=require.

    Its own parameters go before `_PATIENCE`.

    Raises `ImproperlyConfigured` for an address that libpq cannot read.
    """
    try:
        parameters = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ImproperlyConfigured("DATABASE_URL must be postgresql://user:password@host:port/name.") from error
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    own = {names[name]: value for name, value in parameters.items() if name in names}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **own,
        "OPTIONS": _PATIENCE | {name: value for name, value in parameters.items() if name not in names},
    }


def limit_statements(settings: dict[str, Any], seconds: int) -> None:
    """Have the database give up any statement after so many seconds (0: never), on connections made from now on."""
    options = settings.setdefault("OPTIONS", {})
    options["options"] = f"{options.get('options', '')} -c statement_timeout={seconds}s".strip()
