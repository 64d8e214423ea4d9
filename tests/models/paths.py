"""The ways by which a term may be written."""

import pytest
from django.db import connection

from termbase.models import Term


def by_save(term, **values):
    for name, value in values.items():
        setattr(term, name, value)
    term.save()


def by_update(term, **values):
    Term.objects.filter(pk=term.pk).update(**values)


def by_bulk_update(term, **values):
    for name, value in values.items():
        setattr(term, name, value)
    Term.objects.bulk_update([term], list(values))


def by_sql(term, **values):
    assignments = ", ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE termbase_term SET {assignments} WHERE id = %s", [*values.values(), term.pk])


every_path = pytest.mark.parametrize("write", [by_save, by_update, by_bulk_update, by_sql])
