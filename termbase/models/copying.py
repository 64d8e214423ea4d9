"""Many rows at once: new ones by COPY, changed ones by one UPDATE."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from operator import attrgetter
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

Row = TypeVar("Row", bound=models.Model)
_PLAIN = {str, int, type(None)}
_UPDATED_AT_ONCE = 2_000


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

    def bulk_update(self, objs: Iterable[Row], fields: Iterable[str], batch_size: int | None = None) -> int:
        """As Django's at a fraction of its time, and a text too long for its column is an error instead of cut.

        Django has the database choose each row's value among those of all; here the values are a table that is joined.
        Expressions, and rows of a set with conditions, are left to Django.
        """
        rows, names = list(objs), list(fields)
        # What Django has to say of the names.
        super().bulk_update([], names, batch_size)
        columns: list[models.Field[Any, Any]] = [self.model._meta.get_field(name) for name in names]  # type: ignore[misc]
        if self.query.where or not all(row.pk for row in rows) or _any_expression(rows, columns):
            return super().bulk_update(rows, names, batch_size)
        for row in rows if any(field.is_relation for field in columns) else ():
            row._prepare_related_fields_for_save("bulk_update", columns)  # type: ignore[attr-defined]
        step = batch_size or _UPDATED_AT_ONCE
        with transaction.atomic(using=self.db, savepoint=False):
            return sum(self._join(rows[start : start + step], columns) for start in range(0, len(rows), step))

    def _join(self, rows: Sequence[Row], fields: "Sequence[models.Field[Any, Any]]") -> int:
        """Update these fields of the rows to what the objects have; how many rows there are."""
        connection = connections[self.db]
        quote = connection.ops.quote_name
        table, key = quote(self.model._meta.db_table), self.model._meta.pk
        given = [(quote(str(field.column)), *_types(field, connection)) for field in (key, *fields)]
        taken = ", ".join(f"{column} = given.{column}::{stored}" for column, _sent, stored in given[1:])
        sent = ", ".join(f"%s::{sent}[]" for _column, sent, _stored in given)
        names = ", ".join(column for column, *_ in given)
        values = [_column(field, rows, connection) for field in (key, *fields)]
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET {taken} FROM unnest({sent}) AS given ({names})"  # noqa: S608 - of the model's names
                f" WHERE {table}.{given[0][0]} = given.{given[0][0]}",
                values,
            )
            return int(cursor.rowcount)


def _any_expression(rows: Sequence[models.Model], fields: "Sequence[models.Field[Any, Any]]") -> bool:
    return any(hasattr(getattr(row, field.attname), "resolve_expression") for row in rows for field in fields)


def _column(
    field: "models.Field[Any, Any]", rows: Sequence[models.Model], connection: BaseDatabaseWrapper
) -> list[Any]:
    """A field's values, all of one type: psycopg takes no other lists."""
    values = [getattr(row, field.attname) for row in rows]
    types = set(map(type, values)) - {type(None)}
    if len(types) == 1 and types < _PLAIN:
        return values
    return [value if value is None else _prepared(field, value, connection) for value in values]


def _types(field: "models.Field[Any, Any]", connection: BaseDatabaseWrapper) -> tuple[str, str]:
    """The types of a column as it is sent and as it is stored, without lengths: a cast would cut a text to them."""
    stored = re.sub(r"\(.*?\)", "", str(field.db_type(connection)))
    # An array of arrays would come apart.
    return ("text" if isinstance(field, ArrayField) else stored), stored


def _fields_to_store(
    model: type[models.Model],
) -> tuple["list[models.Field[Any, Any]]", "list[models.Field[Any, Any]]"]:
    """Those that are stored as they stand, and those with a value of their own when they are."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    plain = [field for field in fields if type(field).pre_save is models.Field.pre_save]
    return plain, [field for field in fields if field not in plain]


def _stored(field: "models.Field[Any, Any]", value: Any, connection: BaseDatabaseWrapper) -> Any:
    # Django and psycopg would look at every piece of an array by itself, and at what needs no looking at.
    return value if type(value) in _PLAIN else _prepared(field, value, connection)


def _prepared(field: "models.Field[Any, Any]", value: Any, connection: BaseDatabaseWrapper) -> Any:
    if isinstance(field, ArrayField):
        return _array(value) if isinstance(field.base_field, (models.CharField, models.TextField)) else value
    return field.get_db_prep_save(value, connection)


def _array(pieces: list[str]) -> str:
    """As PostgreSQL reads an array; no text of its own holds a null character."""
    if not pieces:
        return "{}"
    escaped = "\0".join(pieces).replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","')
    return f'{{"{escaped}"}}'
