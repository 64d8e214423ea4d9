"""The shipped termbase in every lossless format: out and back, and what was loaded goes out as it came in."""

import io

import pytest
from django.core.management import call_command

from termbase.exchange import exporter, importer, term_table
from termbase.exchange.entry import Entry
from termbase.exchange.formats import FORMATS
from termbase.exchange.options import ReadOptions, WriteOptions
from termbase.management.commands.load_termbase import load_subject_fields
from termbase.models import Concept
from tests.conftest import ROOT

FIXTURES = ROOT / "fixtures"
LOSSLESS = [kind for kind in FORMATS if kind.lossless]


@pytest.fixture(scope="module")
def shipped():
    with (FIXTURES / "termbase.csv").open("rb") as stream:
        return [item for item in term_table.read(stream) if isinstance(item, Entry)]


def written(kind, entries):
    stream = io.BytesIO()
    kind.write(stream, entries, WriteOptions())
    return stream.getvalue()


def without_lines(entries):
    return [(e.key, e.subject_field, e.note, e.terms, e.definitions, e.relations) for e in entries]


@pytest.mark.parametrize("kind", LOSSLESS, ids=lambda kind: kind.name)
def test_out_and_back(kind, shipped):
    data = written(kind, shipped)
    back = [item for item in kind.read(io.BytesIO(data), ReadOptions()) if isinstance(item, Entry)]
    assert without_lines(back) == without_lines(shipped)
    assert written(kind, back) == data, "and out again, byte for byte"


@pytest.mark.django_db
def test_what_was_loaded_goes_out_byte_for_byte(tmp_path):
    load_subject_fields(FIXTURES / "subject_fields.csv")
    with (FIXTURES / "termbase.csv").open("rb") as stream:
        report = importer.apply(term_table.read(stream))
    assert (report.refused, report.problems) == (0, [])
    call_command("export_terms", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == (FIXTURES / "termbase.csv").read_bytes()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", LOSSLESS, ids=lambda kind: kind.name)
def test_through_the_database(kind, shipped):
    """What one lossless format brings in, the table gives out as it is shipped."""
    load_subject_fields(FIXTURES / "subject_fields.csv")
    report = importer.apply(kind.read(io.BytesIO(written(kind, shipped)), ReadOptions()))
    assert (report.new, report.refused) == (len(shipped), 0)
    stream = io.BytesIO()
    term_table.write(stream, exporter.entries(Concept.objects.current()))
    assert stream.getvalue() == (FIXTURES / "termbase.csv").read_bytes()
