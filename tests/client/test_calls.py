"""Calls of the API by the client: answers, refusals, and what is tried again."""

import httpx
import pytest

from termbase import quality
from termbase.client import ApiError, Termbase, calls

pytestmark = pytest.mark.django_db


def answering(*responses):
    """A client of a server that gives these answers one after another, with the pauses that it made between."""
    left, pauses = list(responses), []

    def answer(request):
        response = left.pop(0)
        if isinstance(response, Exception):
            raise response
        return response

    return Termbase("http://x", transport=httpx.MockTransport(answer), pause=pauses.append), pauses, left


def test_lookup(termbase, small_termbase):
    (hit,) = termbase.lookup("毒罪办")
    assert hit["concept"] == "c0001"
    assert termbase.lookup("毒罪办", source="en") == []


def test_a_concept(termbase, small_termbase):
    assert termbase.concept("c0003")["relations"] == [{"relation_type": "related", "concept": "c0004"}]


def test_recognition(termbase, small_termbase):
    answer = termbase.recognise(["毒罪办", "无"], "zh", format="glossary")
    assert [entry["concept"] for entry in answer["glossary"]] == ["c0001"]


def test_a_token_is_sent(termbase):
    client, _, _ = answering()
    assert "Authorization" not in client._http.headers
    assert Termbase("http://x", "tb_1\n")._http.headers["Authorization"] == "Bearer tb_1"


@pytest.mark.parametrize("address", ["http://x", "http://x/", "http://x/api/v1/", " http://x/api/v1"])
def test_the_address_of_the_site_or_of_its_api(address):
    assert str(Termbase(address)._http.base_url) == "http://x/api/v1/"


def test_a_refusal_names_the_field(termbase):
    with pytest.raises(ApiError) as refused:
        termbase.lookup("x", limit=0)
    assert (refused.value.status, refused.value.code, list(refused.value.fields)) == (400, "invalid", ["limit"])
    assert "limit must be from 1" in str(refused.value)


OK = httpx.Response(200, json={"hits": []})


@pytest.mark.parametrize(
    ("responses", "pauses", "reason"),
    [
        ([httpx.Response(429, headers={"Retry-After": "7"}), OK], [7], "as long as the server says"),
        ([httpx.Response(503, headers={"Retry-After": "9999"}), OK], [60], "but not for ever"),
        ([httpx.Response(503, headers={"Retry-After": "soon"}), OK], [0.4], "a time that is none"),
        ([httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), OK], [0.4, 0.8], "no answer: ever longer"),
    ],
)
def test_what_is_tried_again(responses, pauses, reason):
    client, waited, left = answering(*responses)
    assert client.lookup("x") == []
    assert (waited, left) == (pauses, []), reason


@pytest.mark.parametrize(
    ("response", "attempts", "code", "reason"),
    [
        (lambda: httpx.ConnectError("refused"), 5, "no_answer", "the server is away"),
        (lambda: httpx.Response(503, text="busy"), 5, "not_an_api", "a proxy's own page"),
        (lambda: httpx.Response(200, text="<html>"), 1, "not_an_api", "another site"),
        (lambda: httpx.Response(200, json=[1]), 1, "not_an_api", "another API"),
        (lambda: httpx.Response(404, json={"detail": "x"}), 1, "not_an_api", "another API's error"),
        (lambda: httpx.Response(302, headers={"Location": "/login"}), 1, "not_an_api", "a login page before it"),
    ],
)
def test_what_is_given_up(response, attempts, code, reason):
    client, waited, _ = answering(*(response() for _ in range(5)))
    with pytest.raises(ApiError) as refused:
        client.lookup("x")
    assert (refused.value.code, len(waited)) == (code, attempts - 1), reason


@pytest.mark.parametrize("address", ["nonsense", "ftp://x", "http://", "http://[x"])
def test_an_address_that_is_none(address):
    with pytest.raises(ApiError, match=r"no address|does not answer"):
        Termbase(address, pause=lambda seconds: None).lookup("x")


def test_a_long_translation_is_checked_in_parts_that_the_api_takes(termbase, small_termbase):
    assert calls.MAX_SEGMENTS <= quality.MAX_SEGMENTS
    assert calls.MAX_CHARACTERS <= quality.MAX_CHARACTERS
    segments = [{"id": n, "source": "毒罪办", "target": "An office."} for n in range(quality.MAX_SEGMENTS + 1)]
    found = {finding["segment"] for finding in termbase.check(segments, "zh", "en", level="possible")}
    assert found == set(range(quality.MAX_SEGMENTS + 1))
    long = [{"id": n, "source": "办" * (calls.MAX_CHARACTERS // 2), "target": ""} for n in range(3)]
    assert list(termbase.check(long, "zh", "en")) == []
