"""Many new rows at once, by COPY."""

from collections.abc import Callable, Sequence
from itertools import repeat
from operator import attrgetter
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

Row = TypeVar("Row", bound=models.Model)
_PLAIN = {str, int, type(None)}


class CopiedQuerySet(models.QuerySet[Row]):
    """Rows that come by the thousand."""

    def reserve(self, count: int) -> list[int]:
        """So many primary keys for new rows; nobody else is given them."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [self.model._meta.db_table, count],
            )
            return [key for (key,) in cursor.fetchall()]

    def copy_in(
        self,
        rows: Sequence[Row],
        *,
        order: Callable[[Row], Any] | None = None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        """Write new rows as `bulk_create` does, by COPY: the database stores one while the next is computed.

        Those without a primary key are given one, rising in the order of `rows`; they are written in `order`, if that
        is given. `meanwhile` is called after each: work of the caller's that the database need not wait for.
        """
        connection = connections[self.db]
        unnamed = [row for row in rows if row.pk is None]
        for row, key in zip(unnamed, self.reserve(len(unnamed)), strict=True):
            row.pk = key
        plain, computed = _fields_to_store(self.model)
        names = [self.model._meta.db_table, *(str(field.column) for field in (*plain, *computed))]
        table, *columns = map(connection.ops.quote_name, names)
        into = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        values_of = attrgetter(*(field.attname for field in plain))
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(into) as copy:
            for row in sorted(rows, key=order) if order else rows:
                values = map(_stored, plain, values_of(row), repeat(connection))
                copy.write_row(
                    [*values, *(_stored(field, field.pre_save(row, True), connection) for field in computed)]
                )
                meanwhile()


def _fields_to_store(
    model: type[models.Model],
) -> tuple["list[models.Field[Any, Any]]", "list[models.Field[Any, Any]]"]:
    """Those that are stored as they stand, and those with a value of their own when they are."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    plain = [field for field in fields if type(field).pre_save is models.Field.pre_save]
    return plain, [field for field in fields if field not in plain]


def _stored(field: "models.Field[Any, Any]", value: Any, connection: BaseDatabaseWrapper) -> Any:
    # Django and psycopg would look at every piece of an array by itself, and at what needs no looking at.
    if type(value) in _PLAIN:
        return value
    if isinstance(field, ArrayField):
        return _array(value) if isinstance(field.base_field, models.TextField) else value
    return field.get_db_prep_save(value, connection)


def _array(pieces: list[str]) -> str:
    """As PostgreSQL reads an array; no text of its own holds a null character."""
    if not pieces:
        return "{}"
    escaped = "\0".join(pieces).replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","')
    return f'{{"{escaped}"}}'
