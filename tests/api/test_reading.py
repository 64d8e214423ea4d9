"""Concepts and documents."""

import pytest

from termbase.models import Concept, Term

pytestmark = pytest.mark.django_db


def test_a_concept_comes_whole(client, small_termbase):
    concept = client.get("/api/v1/concepts/c0004/").json()
    assert [t["text"] for t in concept["terms"]] == ["terrorism", "恐怖主义"]
    assert concept["definitions"] == [{"language": "en", "text": "Violence meant to intimidate.", "source": "editors"}]
    related = client.get("/api/v1/concepts/c0003/").json()["relations"]
    assert related == [{"relation_type": "related", "concept": "c0004"}]


def test_a_concept_counts_its_terms_by_document(client, small_termbase):
    terms = {t["text"]: t for t in client.get("/api/v1/concepts/c0001/").json()["terms"]}
    assert terms["毒罪办"]["frequencies"] == [{"document": "A/CONF.234/7", "count": 1}]
    assert terms["毒品和犯罪问题办公室"]["frequencies"] == []


def test_terms_that_are_not_approved_stay_out(client, small_termbase):
    Term.objects.filter(text="毒罪办").update(review_status="rejected")
    texts = [t["text"] for t in client.get("/api/v1/concepts/c0001/").json()["terms"]]
    assert "毒罪办" not in texts
    assert client.get("/api/v1/concepts/c0005/").json()["terms"] == []


def test_a_withdrawn_concept_says_so_and_what_replaced_it(client, small_termbase):
    Concept.objects.get(key="c0002").withdraw(replaced_by=Concept.objects.get(key="c0001"))
    answer = client.get("/api/v1/concepts/c0002/").json()
    assert answer["withdrawn_at"]
    assert answer["replaced_by"] == "c0001"
    assert answer["terms"] == []


def test_documents_and_their_passages(client, small_termbase):
    (document,) = client.get("/api/v1/documents/").json()["documents"]
    assert (document["key"], document["cited_as"]) == ("a-conf-234-7", "A/CONF.234/7")
    passages = client.get("/api/v1/documents/a-conf-234-7/passages/").json()["passages"]
    assert passages == [
        {"position": 0, "number": "13", "kind": "paragraph", "text": "毒罪办支持若干网络，并与会员国合作。"}
    ]
