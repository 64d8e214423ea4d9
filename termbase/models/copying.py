"""Many new rows at once, by COPY."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

Row = TypeVar("Row", bound=models.Model)


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

    def copy_in(self, rows: Sequence[Row], *, order: Callable[[Row], Any] | None = None) -> None:
        """Write new rows as `bulk_create` does, by COPY: the database stores one while the next is computed.

        Their primary keys rise in the order of `rows`; they are written in `order`, if that is given.
        """
        connection = connections[self.db]
        for row, key in zip(rows, self.reserve(len(rows)), strict=True):
            row.pk = key
        fields = [field for field in self.model._meta.concrete_fields if not field.generated]
        names = [self.model._meta.db_table, *(str(field.column) for field in fields)]
        table, *columns = map(connection.ops.quote_name, names)
        into = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(into) as copy:
            for row in sorted(rows, key=order) if order else rows:
                copy.write_row([_stored(field, row, connection) for field in fields])


def _stored(field: "models.Field[Any, Any]", row: models.Model, connection: BaseDatabaseWrapper) -> Any:
    value = field.pre_save(row, True)
    # Django would look at every piece of an array by itself.
    return value if isinstance(field, ArrayField) else field.get_db_prep_save(value, connection)
