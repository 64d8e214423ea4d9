"""POST /api/v1/check/ and waivers."""

import pytest
from django.contrib.auth.models import Group, User

from termbase.models import Waiver

pytestmark = pytest.mark.django_db

WRONG = {"id": 7, "source": "毒品问题", "target": "The 😀 medicine problem, a drugstore"}
LANGUAGES = {"source": "zh", "target": "en"}


@pytest.fixture
def check(client, small_termbase):
    def call(*segments, status=200, **fields):
        body = {"segments": list(segments), **LANGUAGES, **fields}
        response = client.post("/api/v1/check/", body, content_type="application/json")
        assert response.status_code == status, response.content
        return response.json()

    return call


@pytest.fixture
def sign_in(client):
    def as_role(role):
        user = User.objects.create_user(role)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)

    return as_role


def waive(client, status=201, **fields):
    response = client.post("/api/v1/waivers/", fields, content_type="application/json")
    assert response.status_code == status, response.content
    return response.json()


def test_a_finding(check):
    answer = check(WRONG, {"id": "b", "source": "毒品", "target": "drugs"})
    assert answer["segments"] == 2
    (finding,) = answer["findings"]
    assert len(finding.pop("id")) == 32
    assert [t["text"] for t in finding.pop("expected")] == ["drug"]
    assert finding == {
        "kind": "missing_equivalent",
        "segment": 7,
        "concept": "c0002",
        "source": {"start": 0, "end": 2, "text": "毒品"},
        "target": None,
        "certain": False,
    }


@pytest.mark.parametrize(("offsets", "start"), [("codepoint", 1), ("utf16", 2)])
def test_offsets(check, offsets, start):
    (finding,) = check({"id": "1", "source": "Foreign terrorist fighters", "target": "😀外国恐怖分子战士"},
                       source="en", target="zh", offsets=offsets)["findings"]  # fmt: skip
    assert finding["kind"] == "deprecated_term"
    assert (finding["target"]["start"], finding["target"]["end"]) == (start, start + 8)


def test_a_waived_finding_is_left_out_in_its_project(client, check, sign_in):
    (finding,) = check(WRONG)["findings"]
    sign_in("contributor")
    waiver = waive(client, project="p1", finding=finding["id"], reason="In this text it is a medicine.")
    assert waiver["waived_by"] == "contributor"
    assert check(WRONG, project="p1")["findings"] == []
    assert check(WRONG, project="p2")["findings"] == [finding]
    assert check(WRONG)["findings"] == [finding]
    (shown,) = check(WRONG, project="p1", waived=True)["findings"]
    assert shown == {**finding, "waiver": waiver}


def test_waiving_again_changes_nothing(client, sign_in):
    sign_in("contributor")
    first = waive(client, project="p1", finding="0" * 32, reason="one")
    assert waive(client, 200, project="p1", finding="0" * 32, reason="other") == first


def test_waivers_of_a_project(client, sign_in, monkeypatch, django_assert_num_queries):
    sign_in("contributor")
    for number in range(3):
        waive(client, project="p1", finding=f"{number:032x}", reason="fine")
    waive(client, project="p2", finding="f" * 32, reason="fine")
    monkeypatch.setattr("termbase.api.check.MAX_WAIVERS", 2)
    # session, user; permissions of the user and of its groups; waivers
    with django_assert_num_queries(5):
        page = client.get("/api/v1/waivers/", {"project": "p1"}).json()
    assert [waiver["finding"][-1] for waiver in page["waivers"]] == ["0", "1"]
    page = client.get("/api/v1/waivers/", {"project": "p1", "after": page["next"]}).json()
    assert ([waiver["finding"][-1] for waiver in page["waivers"]], page["next"]) == (["2"], None)


@pytest.mark.parametrize(
    ("role", "get", "post"),
    [("reader", 200, 403), ("contributor", 200, 201), ("terminologist", 200, 201), ("administrator", 200, 201)],
)
def test_who_may_waive(client, sign_in, role, get, post):
    sign_in(role)
    assert client.get("/api/v1/waivers/", {"project": "p"}).status_code == get
    waive(client, post, project="p", finding="0" * 32, reason="fine")


def test_strangers_may_not(client):
    assert client.get("/api/v1/waivers/", {"project": "p"}).status_code == 401
    error = waive(client, 401, project="p", finding="0" * 32, reason="fine")["error"]
    assert error["code"] == "not_authenticated"
    assert not Waiver.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"finding": "0" * 32, "reason": "x"}, "project"),
        ({"project": "", "finding": "0" * 32, "reason": "x"}, "project"),
        ({"project": "a\nb", "finding": "0" * 32, "reason": "x"}, "project"),
        ({"project": "\u200b", "finding": "0" * 32, "reason": "x"}, "project"),
        ({"project": "p" * 201, "finding": "0" * 32, "reason": "x"}, "project"),
        ({"project": "p", "reason": "x"}, "finding"),
        ({"project": "p", "finding": "0" * 31, "reason": "x"}, "finding"),
        ({"project": "p", "finding": "0" * 32 + "\n", "reason": "x"}, "finding"),
        ({"project": "p", "finding": "0" * 32, "reason": " "}, "reason"),
        ({"project": "p", "finding": "0" * 32, "reason": "x" * 2001}, "reason"),
        ({"project": "p", "finding": "0" * 32, "reason": "x", "by": "me"}, "by"),
    ],
)
def test_bad_waivers_are_named(client, sign_in, fields, field):
    sign_in("contributor")
    assert list(waive(client, 400, **fields)["error"]["fields"]) == [field]


@pytest.mark.parametrize("parameters", [{}, {"project": "p", "after": "x"}, {"project": "p", "after": "9" * 30}])
def test_bad_questions_for_waivers(client, sign_in, parameters):
    sign_in("contributor")
    assert client.get("/api/v1/waivers/", parameters).status_code == 400


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "segments"),
        ({"segments": {}, **LANGUAGES}, "segments"),
        ({"segments": [5], **LANGUAGES}, "segments[0]"),
        ({"segments": [{"id": 1, "source": "x"}], **LANGUAGES}, "segments[0].target"),
        ({"segments": [{"source": "x", "target": "x"}], **LANGUAGES}, "segments[0].id"),
        ({"segments": [{"id": 1, "source": "x", "target": "x", "note": ""}], **LANGUAGES}, "segments[0].note"),
        ({"segments": [{"id": 1, "source": "x", "target": "x"}] * 501, **LANGUAGES}, "segments"),
        ({"segments": [{"id": 1, "source": "x" * 200_001, "target": "x"}], **LANGUAGES}, "segments"),
        ({"segments": [], "source": "zh"}, "target"),
        ({"segments": [], "source": "zh", "target": "zh"}, "target"),
        ({"segments": [], **LANGUAGES, "project": 5}, "project"),
        ({"segments": [], **LANGUAGES, "offsets": "bytes"}, "offsets"),
        ({"segments": [], **LANGUAGES, "waived": 1}, "waived"),
    ],
)
def test_bad_bodies_are_named(client, body, field):
    response = client.post("/api/v1/check/", body, content_type="application/json")
    assert response.status_code == 400
    assert list(response.json()["error"]["fields"]) == [field]
