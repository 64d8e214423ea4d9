"""Whether the schema could be spread over servers (Citus): docs/scaling.md says what is in the way, and no more is.

The rules of Citus: a unique key of a distributed table holds the column that it is distributed by; its foreign keys
lead to a table distributed alike, along that column, or to a reference table; nothing else refers to it; and there are
no triggers on what is distributed or copied to all servers.
"""

import re

import pytest
from django.db import connection

from tests.conftest import ROOT

pytestmark = pytest.mark.django_db

ONE, EACH = "one server", "each server"
_ROW = re.compile(r"^\| `(\w+)`(.*?)\| (.*?) \| (.*?) \|$", re.MULTILINE)

UNIQUE = """
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text,
    array(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey))
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
WHERE (i.indisunique OR i.indisexclusion) AND t.relnamespace = 'public'::regnamespace
"""
FOREIGN = """
SELECT c.conname::text, c.conrelid::regclass::text, c.confrelid::regclass::text,
    array(SELECT attname::text FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = ANY(c.conkey)),
    array(SELECT attname::text FROM pg_attribute WHERE attrelid = c.confrelid AND attnum = ANY(c.confkey))
FROM pg_constraint c WHERE c.contype = 'f'
"""
TRIGGERS = "SELECT tgrelid::regclass::text, tgname::text FROM pg_trigger WHERE NOT tgisinternal"
TABLES = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'"


def documented():
    """Where each table is to be, and what is in the way, as the page says it."""
    found = {}
    for first, others, place, obstacles in _ROW.findall((ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")):
        for table in (first, *re.findall(r"`(\w+)`", others)):
            assert table not in found, f"{table} stands there twice"
            found[table] = place.strip("`"), set(re.findall(r"`(\w+)`", obstacles))
    return found


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def is_distributed(place):
    return place not in (ONE, EACH)


def in_the_way(places):
    """The constraints and triggers, by table, that Citus would refuse."""
    found = {table: set() for table in places}
    for table, index, columns in rows(UNIQUE):
        if is_distributed(places[table]) and places[table] not in columns:
            found[table].add(index)
    for name, table, target, columns, targets in rows(FOREIGN):
        here, there = places[table], places[target]
        alike = is_distributed(here) and here == there and here in columns and there in targets
        if not (alike or there == EACH or (there == ONE and not is_distributed(here))):
            found[table].add(name)
    for table, name in rows(TRIGGERS):
        if places[table] != ONE:
            found[table].add(name)
    return found


def test_every_table_has_a_place():
    tables = {table for (table,) in rows(TABLES)}
    # Others' tables are on one server, whatever their names.
    own = {table for table in tables if table.startswith("termbase_")}
    assert own == set(documented())


def test_what_is_in_the_way_is_what_the_page_says():
    known = documented()
    places = {table: known.get(table, (ONE, set()))[0] for (table,) in rows(TABLES)}
    told = {table: obstacles for table, (_, obstacles) in known.items() if obstacles}
    assert {table: obstacles for table, obstacles in in_the_way(places).items() if obstacles} == told


def test_columns_are_columns():
    for table, (place, _) in documented().items():
        if is_distributed(place):
            columns = rows(
                f"SELECT attname::text FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0"
            )
            assert (place,) in columns, table
