"""Concepts that may be the one that is being written down."""

import pytest

from termbase.models import Concept, FailedLookup
from termbase.search.similar import similar

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "source", "found"),
    [
        pytest.param("毒品", "zh", [("c0002", "exact")], id="the same"),
        pytest.param("外國恐怖主義 作戰人員", "zh", [("c0003", "exact")], id="the same key: script and spaces"),
        pytest.param("外国恐怖分子战士", "zh", [("c0003", "exact")], id="a deprecated form"),
        pytest.param("恐怖主义罪", "zh", [("c0005", "exact")], id="one that is proposed"),
        pytest.param("主义恐怖", "zh", [("c0004", "exact")], id="the pieces turned round"),
        pytest.param("毒办", "zh", [("c0001", "wildcard")], id="all its characters, in order"),
        pytest.param("foreign terrorist figther", "en", [("c0003", "fuzzy")], id="a typing error"),
        pytest.param("Drugs", "en", [("c0002", "spelling")], id="another number"),
        pytest.param("drug", "zh", [], id="of the other language"),
        pytest.param("", "zh", [], id="nothing"),
        pytest.param("《》", "zh", [], id="nothing to be found by"),
        pytest.param("毒" * 5_000, "zh", [], id="very long"),
    ],
)
def test_similar(small_termbase, text, source, found):
    hits = [(hit.concept.key, hit.match) for hit in similar(text, source=source)]
    assert hits[: len(found)] == found
    assert bool(hits) == bool(found)
    assert not FailedLookup.objects.exists(), "no reader has asked"


def test_a_concept_is_no_duplicate_of_itself(small_termbase):
    own = Concept.objects.get(key="c0002")
    assert similar("毒品", source="zh", apart_from=own.pk) == []
