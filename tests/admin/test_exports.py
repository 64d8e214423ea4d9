"""Concepts saved as files from the admin: all, those asked for, and those chosen in the list."""

import csv
import io

import pytest

from termbase.exchange.formats import FORMATS
from termbase.models import Concept, Term
from tests.admin.conftest import person

pytestmark = pytest.mark.django_db
PAGE = "/admin/termbase/concept/export/"
LIST = "/admin/termbase/concept/"
GIVEN = {"format": "csv", "source": "zh", "target": "en"}


def content(response):
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content).decode()


def keys(response):
    return sorted({row["concept"] for row in csv.DictReader(io.StringIO(content(response)))})


def test_the_list_leads_there(client, li):
    assert PAGE in client.get(LIST).content.decode()
    page = client.get(PAGE).content.decode()
    assert all(f'value="{kind.name}"' in page for kind in FORMATS if kind.write)


@pytest.mark.parametrize(
    ("asked", "expected", "reason"),
    [
        ({}, ["c0001", "c0003", "c0004"], "what readers see"),
        ({"proposed": "on"}, ["c0001", "c0003", "c0004", "c0005"], "proposed terms on request"),
        ({"complete": "on"}, ["c0001", "c0002", "c0003", "c0004", "c0005"], "a full copy"),
        ({"subject_field": "bodies"}, ["c0001"], "a field"),
        ({"document": "a-conf-234-7"}, ["c0001"], "the glossary of a document"),
        ({"q": "恐怖主义"}, ["c0003", "c0004"], "the hits of a look-up"),
    ],
)
def test_what_goes_in(client, li, asked, expected, reason):
    Concept.objects.get(key="c0002").withdraw()
    assert keys(client.get(PAGE, GIVEN | asked)) == expected, reason


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"format": "abacus"}, "abacus"),
        ({"source": "fr"}, "fr"),
        ({"subject_field": "none"}, "valid choice"),
        ({"document": "none"}, "valid choice"),
        ({"q": "*"}, "wildcard"),
        ({"q": "x" * 201}, "201"),
    ],
)
def test_what_cannot_be(client, li, asked, problem):
    response = client.get(PAGE, GIVEN | asked)
    assert response.status_code == 400
    assert problem in response.content.decode()


def chosen(client, *chosen_keys, across="0", path=LIST, **given):
    numbers = list(Concept.objects.filter(key__in=chosen_keys).values_list("pk", flat=True))
    data = {"action": "export_chosen", "select_across": across, "index": "0", "_selected_action": numbers}
    return client.post(path, data | given)


def test_chosen_ones(client, li):
    page = chosen(client, "c0001", "c0004").content.decode()
    assert "2 concepts are chosen" in page
    assert page.count('name="_selected_action"') == 2
    assert keys(chosen(client, "c0001", "c0004", **GIVEN)) == ["c0001", "c0004"]


def test_all_that_the_list_shows(client, li):
    path = f"{LIST}?q=恐怖"
    assert keys(chosen(client, "c0003", across="1", path=path, **GIVEN)) == ["c0003", "c0004"]


def test_what_is_left_out(client, li):
    report = chosen(client, "c0001", **(GIVEN | {"format": "deepl-tsv", "losses": "true"}))
    assert report["Content-Disposition"] == 'attachment; filename="termbase.tsv.losses.tsv"'
    assert "subject_field\t1\t" in report.content.decode()
    assert "Nothing is left out." in client.get(PAGE, GIVEN | {"losses": "true"}).content.decode()


def test_who_may_have_what(client, small_termbase):
    client.force_login(person("zhang", "contributor"))
    Term.objects.filter(text="drug").update(review_status="rejected", rejection_reason="secret reason")
    assert 'name="complete"' not in client.get(PAGE).content.decode()
    assert "secret reason" not in content(client.get(PAGE, GIVEN | {"complete": "on"}))
    client.force_login(person("sun", "reader"))
    assert client.get(PAGE).status_code == 302
