"""GET /api/v1/exports/: what goes into a file, who may have it, and when it is new."""

import csv
import io

import pytest

from termbase.api import exports
from termbase.exchange import formats
from termbase.models import Concept, Passage, Term

pytestmark = pytest.mark.django_db


def rows(response):
    return list(
        csv.DictReader(io.StringIO(response.file.decode() if response.streaming else response.content.decode()))
    )


def keys(response):
    return sorted({row["concept"] for row in rows(response)})


def test_the_formats(nobody):
    answer = nobody.get("exports/").json()
    assert [item["name"] for item in answer["formats"]] == [kind.name for kind in formats.FORMATS if kind.write]
    assert next(item for item in answer["formats"] if item["name"] == "csv")["lossless"]


@pytest.mark.parametrize(
    ("query", "expected", "reason"),
    [
        ("", ["c0001", "c0002", "c0003", "c0004"], "what readers see"),
        ("?proposed=true", ["c0001", "c0002", "c0003", "c0004", "c0005"], "proposed ones on request"),
        ("?subject_field=bodies", ["c0001"], "a field"),
        ("?subject_field=all", ["c0001"], "a field above it"),
        ("?document=a-conf-234-7", ["c0001"], "the glossary of a document"),
        ("?concepts=c0002,c0004,c9999", ["c0002", "c0004"], "chosen ones"),
        ("?q=恐怖主义", ["c0003", "c0004"], "the result of a look-up"),
        ("?q=恐怖主义&concepts=c0004", ["c0004"], "both together"),
        ("?q=龘", [], "no result: an empty file"),
    ],
)
def test_what_goes_in(nobody, small_termbase, query, expected, reason):
    bodies = Concept.objects.get(key="c0001").subject_field
    bodies.parent = type(bodies).objects.create(key="all", name_en="All", name_zh="全部")
    bodies.save()
    response = nobody.get(f"exports/csv/{query}")
    assert response.status_code == 200, response.content
    assert keys(response) == expected, reason


def test_readers_get_approved_terms_alone(nobody, small_termbase):
    Term.objects.create(concept=Concept.objects.get(key="c0002"), language="en", text="narcotic")
    assert {row["text"] for row in rows(nobody.get("exports/csv/?concepts=c0002"))} == {"毒品", "drug"}


def test_a_complete_export_is_for_those_who_edit(nobody, terminologist, small_termbase):
    Concept.objects.get(key="c0002").withdraw()
    refused = nobody.get("exports/csv/?complete=true")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
    assert "c0002" in keys(terminologist.get("exports/csv/?complete=true"))
    assert "c0002" not in keys(terminologist.get("exports/csv/"))


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("exports/abacus/", 404, None),
        ("exports/abacus/losses/", 404, None),
        ("exports/csv/?subject_field=x", 400, "subject_field"),
        ("exports/csv/?document=x", 400, "document"),
        ("exports/csv/?proposed=perhaps", 400, "proposed"),
        ("exports/csv/?source=fr", 400, "source"),
        ("exports/csv/?chinese=%0d%0aX", 400, "chinese"),
        ("exports/csv/?colour=red", 400, "colour"),
        (f"exports/csv/?q={'x' * 201}", 400, "q"),
        ("exports/csv/?q=%00", 400, "q"),
        ("exports/?colour=red", 400, "colour"),
    ],
)
def test_what_cannot_be(nobody, small_termbase, path, status, field):
    response = nobody.get(path)
    assert response.status_code == status
    assert list(response.json()["error"].get("fields", {None: 0})) == [field]


@pytest.mark.django_db(transaction=True)
def test_the_address_can_be_polled(nobody, terminologist, small_termbase):
    first = nobody.get("exports/csv/")
    same = nobody.get("exports/csv/", If_None_Match=first["ETag"])
    assert (same.status_code, same.content) == (304, b"")
    assert nobody.get("exports/csv/?proposed=true", If_None_Match=first["ETag"]).status_code == 200
    Term.objects.filter(text="drug").update(note="x")
    fresh = nobody.get("exports/csv/", If_None_Match=first["ETag"])
    assert fresh.status_code == 200
    assert fresh["ETag"] != first["ETag"]


def test_the_same_termbase_gives_the_same_bytes(nobody, small_termbase):
    for kind in formats.FORMATS:
        if kind.write:
            first, second = (nobody.get(f"exports/{kind.name}/") for _ in range(2))
            assert first.status_code == 200, kind.name
            assert first.content == second.content, kind.name


@pytest.mark.parametrize("accept", ["text/csv", "application/json", "image/png", "*/*"])
def test_a_file_comes_as_its_address_says(nobody, small_termbase, accept):
    response = nobody.get("exports/csv/", Accept=accept)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="termbase.csv"'
    assert response["Link"] == '</api/v1/exports/csv/losses/>; rel="describedby"'


def test_a_long_file_is_sent_from_the_disk(nobody, small_termbase, monkeypatch):
    short = nobody.get("exports/csv/")
    monkeypatch.setattr(exports, "IN_MEMORY", 100)
    long = nobody.get("exports/csv/")
    assert long.streaming
    assert long.file == short.content
    assert int(long["Content-Length"]) == len(short.content)


def test_what_stays_behind_is_counted(nobody, small_termbase):
    assert nobody.get("exports/csv/losses/").json() == {"losses": []}


def test_examples_go_along_where_there_is_room(nobody, small_termbase):
    Passage.objects.update(translation="UNODC supports networks.")
    assert b"UNODC supports networks." in nobody.get("exports/tmx/").content
    assert b"UNODC supports networks." in nobody.get("exports/jsonl/").content
    Term.objects.filter(text="毒罪办").update(review_status="proposed")
    assert b"UNODC supports networks." not in nobody.get("exports/jsonl/").content, "an example of what nobody sees"
    assert b"UNODC supports networks." in nobody.get("exports/jsonl/?proposed=true").content


def test_a_relation_leads_to_no_concept_outside_the_file(nobody, small_termbase):
    assert b'target="c0004"' in nobody.get("exports/tbx/").content
    assert b'target="c0004"' not in nobody.get("exports/tbx/?concepts=c0003").content
