"""Imports through the API: a file in, a state to ask for, and a report."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT, encode_multipart
from procrastinate.contrib.django.models import ProcrastinateJob

from termbase import jobs
from termbase.models import Concept, Import, Term
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db

HEADER = "concept,language,text,administrative_status,source,review_status\n"
NEW = (HEADER + "n1,zh-Hans,麻醉品,preferred,A/1,approved\nn1,en,narcotic,preferred,A/1,approved\n").encode()
CLASH = (HEADER + "c0002,zh-Hans,毒品,preferred,other,\n").encode()


def work():
    """Let a worker do what waits."""
    for step in (jobs.imports.run_review, jobs.imports.run_application):
        for item in Import.objects.filter(state__in=("uploaded", "applying")):
            step(item.pk, then=jobs._go_on) if step is jobs.imports.run_review else step(item.pk)


def as_form(caller, path, content, name="terms.csv", **fields):
    data = {**fields, "file": SimpleUploadedFile(name, content)}
    body = encode_multipart("BoUnDaRyStRiNg", data)
    return caller.client.generic("POST", f"/api/v1/{path}", body, MULTIPART_CONTENT, headers=caller.headers)


def test_a_file_as_the_body(terminologist, small_termbase):
    sent = terminologist.post("imports/?format=csv&reason=new+terms", NEW)
    assert sent.status_code == 202, sent.content
    assert sent["Location"] == f"/api/v1/imports/{sent.json()['id']}/"
    assert (sent.json()["state"], sent.json()["counts"]) == ("uploaded", None)
    work()
    item = terminologist.get(sent["Location"].removeprefix("/api/v1/")).json()
    assert (item["state"], item["counts"]["new"], item["outcome"]["new"]) == ("applied", 1, 1)
    assert (item["uploaded_by"], item["reason"], item["failure"]) == ("terminologist", "new terms", None)
    assert Concept.objects.get(key="n1").terms.count() == 2
    assert set(Term.objects.filter(concept__key="n1").values_list("review_status", flat=True)) == {"proposed"}


def test_a_form(terminologist, small_termbase):
    sent = as_form(terminologist, "imports/", NEW, dry_run="true")
    assert sent.status_code == 202, sent.content
    work()
    item = terminologist.get(f"imports/{sent.json()['id']}/").json()
    assert (item["state"], item["name"], item["format"], item["outcome"]) == ("reviewed", "terms.csv", "csv", None)
    assert not Concept.objects.filter(key="n1").exists()


def test_rows(terminologist, small_termbase):
    sent = terminologist.post("imports/?format=csv&dry_run=true", NEW + CLASH[len(HEADER) :] + b"c9,fr,x,,,\n")
    work()
    path = f"imports/{sent.json()['id']}/rows/"
    rows = terminologist.get(path).json()["rows"]
    assert [row["kind"] for row in rows] == ["new", "conflict", "refused"]
    assert rows[1]["concept"] == "c0002"
    assert rows[1]["reasons"] == ["approved"]
    (change,) = rows[1]["changes"]
    assert (change["field"], change["before"], change["after"]) == ("source", "A/CONF.234/7", "other")
    assert rows[2]["problems"][0]["line"] == 5
    assert terminologist.get(path + "?kind=conflict").json()["rows"] == [rows[1]]
    first = terminologist.get(path + "?limit=2").json()
    assert terminologist.get(path + f"?limit=2&cursor={first['next']}").json() == {"rows": rows[2:], "next": None}
    problems = terminologist.get(f"imports/{sent.json()['id']}/").json()["problems"]
    assert problems == rows[2]["problems"]


@pytest.mark.parametrize(
    ("rule", "source"), [("skip", "A/CONF.234/7"), ("fill", "A/CONF.234/7"), ("overwrite", "other")]
)
def test_what_is_done_with_conflicts(terminologist, small_termbase, rule, source):
    terminologist.post(f"imports/?format=csv&on_conflict={rule}", CLASH)
    work()
    assert Term.objects.get(text="毒品").source == source


class TestReviews:
    """Approvals of a file count for those who may approve."""

    def test_with_role_and_scope(self, reviewer, small_termbase):
        reviewer.post("imports/?format=csv&keep_review=true", NEW)
        work()
        assert Term.objects.get(text="narcotic").review_status == "approved"

    def test_without_the_role(self, terminologist, small_termbase):
        response = terminologist.post("imports/?format=csv&keep_review=true", NEW)
        assert response.status_code == 403
        assert response.json()["error"]["fields"].keys() == {"keep_review"}

    def test_without_the_scope(self, person, small_termbase):
        caller = Caller(person("reviewer"), ["edit"])
        assert caller.post("imports/?format=csv&keep_review=true", NEW).status_code == 403
        assert not Import.objects.exists()


class TestApplication:
    """What was compared is applied, decided on, and taken back; the file is sent once."""

    @pytest.fixture
    def reviewed(self, terminologist, small_termbase):
        sent = terminologist.post("imports/?format=csv&dry_run=true&reason=first", NEW + CLASH[len(HEADER) :])
        work()
        return f"imports/{sent.json()['id']}/"

    def test_as_was_said(self, terminologist, reviewed):
        sent = terminologist.post(reviewed + "apply/")
        assert (sent.status_code, sent["Location"], sent.json()["state"]) == (202, f"/api/v1/{reviewed}", "applying")
        work()
        item = terminologist.get(reviewed).json()
        assert (item["state"], item["reason"], item["outcome"]["new"]) == ("applied", "first", 1)
        assert Term.objects.get(text="毒品").source == "A/CONF.234/7"

    @pytest.mark.parametrize(
        ("body", "source"),
        [
            ({"on_conflict": "overwrite", "reason": "asked"}, "other"),
            ({"rows": [{"number": 2, "action": "overwrite"}], "reason": "asked"}, "other"),
            ({"on_conflict": "overwrite", "rows": [{"number": 2, "action": "skip"}]}, "A/CONF.234/7"),
        ],
        ids=["another rule", "a row of its own", "a row but for the rule"],
    )
    def test_with_decisions(self, terminologist, reviewed, body, source):
        assert terminologist.post(reviewed + "apply/", body).status_code == 202
        work()
        assert terminologist.get(reviewed).json()["reason"] == body.get("reason", "first")
        assert Term.objects.get(text="毒品").source == source

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"rows": [{"number": 3, "action": "skip"}]}, "rows"),
            ({"rows": [{"number": 2, "action": "overwrite"}, {"number": 1, "action": "fill"}]}, "rows"),
            ({"rows": [{"number": 2, "action": "skip"}, {"number": 2, "action": "fill"}]}, "rows"),
            ({"rows": [{"number": 2, "action": "merge"}]}, "rows[0].action"),
            ({"on_conflict": ""}, "on_conflict"),
            ({"dry_run": True}, "dry_run"),
        ],
        ids=["no such row", "what is new cannot be filled", "twice", "no such action", "no rule", "no such member"],
    )
    def test_refused_and_nothing_decided(self, terminologist, reviewed, body, field):
        response = terminologist.post(reviewed + "apply/", body)
        assert (response.status_code, list(response.json()["error"]["fields"])) == (400, [field]), response.content
        item = Import.objects.get()
        assert (item.state, set(item.rows.values_list("action", flat=True))) == ("reviewed", {""})

    def test_sent_again(self, terminologist, reviewed):
        sent = [terminologist.post(reviewed + "apply/", {}, Idempotency_Key="k") for _ in range(2)]
        assert sent[0].content == sent[1].content
        response = terminologist.post(reviewed + "apply/")
        assert (response.status_code, list(response.json()["error"]["fields"])) == (409, ["state"])

    def test_approvals_take_the_role_and_the_scope(self, person, reviewer, reviewed):
        sent = reviewer.post("imports/?format=csv&dry_run=true&keep_review=true", NEW)
        work()
        path = f"imports/{sent.json()['id']}/apply/"
        for caller in (Caller(person("terminologist")), Caller(person("reviewer"), ["edit"])):
            response = caller.post(path)
            assert (response.status_code, list(response.json()["error"]["fields"])) == (403, ["keep_review"])
        assert reviewer.post(path).status_code == 202

    def test_taken_back(self, terminologist, reviewed):
        assert terminologist.post(reviewed + "undo/").status_code == 409
        terminologist.post(reviewed + "apply/")
        work()
        sent = terminologist.post(reviewed + "undo/", {"reason": "the wrong file"})
        assert (sent.status_code, sent["Location"]) == (202, f"/api/v1/{reviewed}")
        assert terminologist.post(reviewed + "undo/").status_code == 409
        job = ProcrastinateJob.objects.get(task_name="undo_activity", status="todo")
        jobs.undo_activity(**job.args)
        assert terminologist.get(reviewed).json()["state"] == "undone"
        assert Concept.objects.get(key="n1").withdrawn_at
        assert terminologist.post(reviewed + "undo/").status_code == 409


# (path, body, status, code, field, why)
REFUSED = [
    ("imports/", NEW, 400, "invalid", "file", "no format, and no name to tell it"),
    ("imports/?format=pdf", NEW, 400, "invalid", "format", "no format of ours"),
    ("imports/?format=skos-turtle", NEW, 400, "invalid", "format", "one that is only written"),
    ("imports/?format=csv", b"", 400, "invalid", "file", "nothing"),
    ("imports/?format=csv&on_conflict=merge", NEW, 400, "invalid", "on_conflict", "no rule of ours"),
    ("imports/?format=csv&dry_run=perhaps", NEW, 400, "invalid", "dry_run", "neither yes nor no"),
    ("imports/?format=csv&as_of=yesterday", NEW, 400, "invalid", "as_of", "no time"),
    ("imports/?format=csv&encoding=klingon", NEW, 400, "unreadable_file", "encoding", "no encoding"),
    ("imports/?format=csv&encoding=base64", NEW, 400, "unreadable_file", "encoding", "a codec that makes no text"),
    ("imports/?format=csv&mode=fast", NEW, 400, "invalid", "mode", "a parameter that there is not"),
    ("imports/?format=xlsx", b"PK\x03\x04 broken", 400, "unreadable_file", "file", "no workbook"),
    ("imports/?format=multiterm", b"<mtf>" + b"<x>" * 5_000, 400, "unreadable_file", "file", "nested without end"),
    ("imports/?name=terms.doc", NEW, 400, "invalid", "file", "an ending that tells nothing"),
]


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "field"), [pytest.param(*case[:5], id=case[5]) for case in REFUSED]
)
def test_refused_at_once(terminologist, small_termbase, path, body, status, code, field):
    response = terminologist.post(path, body)
    assert response.status_code == status, response.content
    error = response.json()["error"]
    assert (error["code"], list(error["fields"])) == (code, [field])
    assert not Import.objects.exists()


def test_a_form_without_a_file(terminologist, small_termbase):
    body = encode_multipart("BoUnDaRyStRiNg", {"format": "csv"})
    caller = terminologist
    response = caller.client.generic("POST", "/api/v1/imports/", body, MULTIPART_CONTENT, headers=caller.headers)
    assert (response.status_code, list(response.json()["error"]["fields"])) == (400, ["file"])


@pytest.mark.parametrize("send", ["body", "form"])
def test_too_large(terminologist, small_termbase, settings, send):
    settings.TERMBASE_MAX_IMPORT_MB = 1
    content = NEW + b"x" * 3 * 2**20
    if send == "body":
        response = terminologist.post("imports/?format=csv", content)
    else:
        response = as_form(terminologist, "imports/", content)
    assert (response.status_code, response.json()["error"]["code"]) == (413, "payload_too_large")
    assert not Import.objects.exists()


# (format, content, why): a worker finds out, and the state says so
HOSTILE = [
    ("tbx", b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><martif>&d;</martif>', "entities"),
    ("tbx", b"<a" * 5, "no XML"),
    ("tbx", b"<martif>" + b"<x>" * 5_000, "nested without end"),
    ("jsonl", b"\xff\xfe\x00", "no text"),
]


@pytest.mark.parametrize(("name", "content"), [pytest.param(*case[:2], id=case[2]) for case in HOSTILE])
def test_a_file_that_cannot_be_read_fails_and_says_why(terminologist, small_termbase, name, content):
    sent = terminologist.post(f"imports/?format={name}", content)
    assert sent.status_code == 202
    work()
    item = terminologist.get(f"imports/{sent.json()['id']}/").json()
    assert item["state"] == "failed"
    assert item["failure"]["message"]
    assert item["outcome"] is None


class TestRetries:
    """Sent again with its key, a file is imported once."""

    def test_a_body(self, terminologist, small_termbase):
        sent = [terminologist.post("imports/?format=csv", NEW, Idempotency_Key="k") for _ in range(2)]
        assert sent[0].content == sent[1].content
        assert sent[0]["Location"] == sent[1]["Location"]
        assert Import.objects.count() == 1

    def test_a_form_larger_than_a_body_may_be(self, terminologist, small_termbase):
        content = NEW + b"\n" * 3 * 10**6
        terminologist.headers["Idempotency-Key"] = "k"
        sent = [as_form(terminologist, "imports/", content) for _ in range(2)]
        assert [response.status_code for response in sent] == [202, 202]
        assert Import.objects.get().size == len(content)

    def test_another_file(self, terminologist, small_termbase):
        terminologist.post("imports/?format=csv", NEW, Idempotency_Key="k")
        response = terminologist.post("imports/?format=csv", CLASH, Idempotency_Key="k")
        assert response.status_code == 422


def test_the_list_has_the_latest_first_and_asks_a_fixed_number_of_times(
    terminologist, small_termbase, django_assert_max_num_queries
):
    for _ in range(3):
        terminologist.post("imports/?format=csv", NEW)
    with django_assert_max_num_queries(6):
        page = terminologist.get("imports/?limit=2").json()
    assert [item["id"] for item in page["imports"]] == sorted((i.pk for i in Import.objects.all()), reverse=True)[:2]
    rest = terminologist.get(f"imports/?limit=2&cursor={page['next']}").json()
    assert (len(rest["imports"]), rest["next"]) == (1, None)
    assert terminologist.get("imports/?state=applied").json()["imports"] == []


def test_there_is_none(terminologist, small_termbase):
    for path in ("imports/1/", "imports/999999999999999999999/", "imports/1/rows/"):
        assert terminologist.get(path).status_code == 404
    for path in ("imports/1/apply/", "imports/1/undo/", "imports/999999999999999999999/apply/"):
        assert terminologist.post(path).status_code == 404
