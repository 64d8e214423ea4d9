"""New rows by COPY, several times as fast as INSERT; computed fields are computed, triggers fire, as with any write."""

from collections.abc import Iterable

from django.db import connection, models


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """So many primary keys of a model that nobody else will get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def copy(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Insert rows of `model`, all of them with a primary key or all without.

    Rows are computed while the server writes those before them.
    """
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    if first.pk is None:
        fields.remove(model._meta.pk)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as stream,
    ):
        stream.write_row([field.pre_save(first, True) for field in fields])
        for row in iterator:
            stream.write_row([field.pre_save(row, True) for field in fields])
