"""Django's PostgreSQL backend on the embedded server, which it starts when first asked for a connection."""

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from config.database.embedded import connection_parameters


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the server in the folder that the settings call `DATA`."""

    def get_connection_params(self) -> dict[str, Any]:
        try:
            server = connection_parameters(self.settings_dict["DATA"])
        except RuntimeError as error:
            # To callers a server that does not start is one that is away.
            raise psycopg.OperationalError(str(error)) from error
        self.settings_dict.update(HOST=server["host"], PORT=server.get("port", ""))
        return super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError as error:
            if 'database "' not in str(error) or "does not exist" not in str(error):
                raise
            self._create_database()
            return super().get_new_connection(conn_params)

    def is_usable(self) -> bool:
        """Whether the server is still there: on one machine it has hung up if not, which is seen without asking it."""
        if self.connection.closed:
            return False
        readable, _, _ = select.select([self.connection.fileno()], [], [], 0)
        return not readable or super().is_usable()

    def _create_database(self) -> None:
        host, port, user = (self.settings_dict[name] for name in ("HOST", "PORT", "USER"))
        address = {"host": host, "user": user, "dbname": "postgres", **({"port": port} if port else {})}
        with psycopg.connect(**address, autocommit=True) as connection:
            name = psycopg.sql.Identifier(str(self.settings_dict["NAME"]))
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(name))
