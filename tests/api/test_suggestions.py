"""Suggestions of readers over the API."""

import pytest

from termbase.models import Concept
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db


def test_suggestions_land_in_the_queue(person, small_termbase):
    caller = Caller(person("contributor"))
    body = {"concept": "c0001", "text_zh": "毒罪办", "text_en": "UNODC", "comment": "why not"}
    response = caller.post("suggestions/", body)
    assert response.status_code == 201, response.content
    assert (response.json()["status"], set(response.json())) == ("waiting", {"id", "status", "suggested_at"})
    suggestion = Concept.objects.get(key="c0001").suggestions.get()
    assert (suggestion.text_zh, suggestion.suggested_by.username) == ("毒罪办", "contributor")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "comment"),
        ({"comment": "  "}, "comment"),
        ({"text_zh": "x" * 501}, "text_zh"),
        ({"comment": "x" * 2001}, "comment"),
        ({"concept": "c9999", "comment": "x"}, "concept"),
    ],
)
def test_suggestions_have_limits(person, body, field, db):
    response = Caller(person("contributor")).post("suggestions/", body)
    assert (response.status_code, list(response.json()["error"]["fields"])) == (400, [field])


def test_anonymous_suggestions_by_setting(nobody, settings, db):
    assert nobody.post("suggestions/", {"comment": "?"}).status_code == 401
    settings.TERMBASE_ANONYMOUS_SUGGESTIONS = True
    assert nobody.post("suggestions/", {"comment": "?"}).status_code == 201
