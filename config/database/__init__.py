"""Which PostgreSQL to use: an external one by its URL, or the embedded one in the data folder.

Django takes this package as a database engine (see `base`).
"""

from pathlib import Path
from typing import Any

from environ import Env

EMBEDDED_ENGINE = "config.database"


def embedded(data: Path) -> dict[str, Any]:
    """Django's DATABASES entry for the server in `data`/postgres; it starts when first connected to."""
    return {"ENGINE": EMBEDDED_ENGINE, "NAME": "termbase", "USER": "postgres", "DATA": data / "postgres"}


def external(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a URL such as postgresql://user:password@host:5432/name.

    Raises `ImproperlyConfigured` for a URL of another database.
    """
    parsed = Env.db_url_config(url)
    if parsed.get("ENGINE") != "django.db.backends.postgresql":
        from django.core.exceptions import ImproperlyConfigured

        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    return dict(parsed)
