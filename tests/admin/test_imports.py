"""Imports in the admin: from the file to the preview, to what came of it, and back; by whom."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from termbase import jobs
from termbase.admin import imports as imports_in_admin
from termbase.models import Activity, ColumnMapping, Concept, Import, Term
from tests.admin.conftest import person

pytestmark = pytest.mark.django_db

ROOT = "/admin/termbase/import/"
HEADER = "concept,language,text,administrative_status,source\n"
FILE = HEADER + "n1,zh-Hans,麻醉品,preferred,A/1\nn1,en,narcotic,preferred,A/1\nc0002,zh-Hans,毒品,preferred,other\n"


def send(client, content=FILE, name="terms.csv", **fields):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post(ROOT + "add/", {"file": file, "on_conflict": "skip", **fields})


def work():
    """Let a worker do what waits."""
    for item in Import.objects.filter(state="uploaded"):
        jobs.review_import(number=item.pk)
    for item in Import.objects.filter(state="applying"):
        jobs.apply_import(number=item.pk)


@pytest.fixture
def item(client, li):
    """An import of li's that was reviewed: one new entry, one in conflict."""
    response = send(client)
    assert response.status_code == 302, response.context["form"].errors
    work()
    return Import.objects.get()


def page(item, rest="change/"):
    return f"{ROOT}{item.pk}/{rest}"


def test_from_the_file_to_the_termbase_and_back(client, li, item):
    preview = client.get(page(item)).text
    assert "麻醉品 · narcotic" in preview
    assert "an approved value would be overwritten" in preview
    assert not Concept.objects.filter(key="n1").exists()
    response = client.post(page(item, "apply/"), {"_reason": "new terms"})
    assert response["Location"] == page(item)
    assert "Being applied" in client.get(page(item)).text
    work()
    result = client.get(page(item)).text
    assert "applied · new 1 · skipped 1" in result
    assert Term.objects.get(text="narcotic").proposed_by == li
    item.refresh_from_db()
    assert (item.activity.user, item.activity.reason, item.applied_by) == (li, "new terms", li)
    assert ">n1<" in client.get(page(item, "undo/")).text, "shown before it is done"
    response = client.post(page(item, "undo/"), {"_reason": "the wrong file"}, follow=True)
    assert "taken back" in response.text, "no entry is said to be written"
    assert "undone" in response.text
    assert Concept.objects.get(key="n1").withdrawn_at is not None


def test_a_large_import_is_undone_in_the_background(client, item, monkeypatch):
    monkeypatch.setattr(imports_in_admin, "UNDONE_AT_ONCE", 0)
    client.post(page(item, "apply/"))
    work()
    response = client.post(page(item, "undo/"), {}, follow=True)
    assert "It waits to be undone" in response.text
    assert (response.headers["Refresh"], "Undo the import…" in response.text) == ("3", False)
    assert "being undone already" in client.post(page(item, "undo/"), {}).text
    jobs.undo_activity(**ProcrastinateJob.objects.get(task_name="undo_activity").args)
    item.refresh_from_db()
    assert item.state == "undone"


@pytest.fixture
def left(client, li, item):
    """The conflict that the applied import has left behind."""
    client.post(page(item, "apply/"))
    work()
    return item.rows.get(kind="conflict")


QUEUE = "/admin/termbase/importrow/"


class TestQueue:
    """Conflicts that imports have left behind: they are decided one by one, as in the other queues."""

    def test_it_waits_there(self, client, left):
        assert "an approved value would be overwritten" in client.get(QUEUE).text
        text = client.get(f"{QUEUE}{left.pk}/change/", follow=True).text
        assert f'data-item="{left.pk}"' in text
        assert "A/CONF.234/7" in text
        assert "other" in text

    def test_one_of_an_import_to_be_applied_leads_there(self, client, item):
        row = item.rows.get(kind="conflict")
        response = client.get(f"{QUEUE}{row.pk}/change/")
        assert response["Location"] == page(item) + "?kind=conflict"

    def test_the_history_says_who_and_why(self, client, li, left):
        version = Concept.objects.get(key="c0002").version
        data = {"way": "overwrite", "seen": version, "reason": "seen"}
        client.post(f"/admin/review/import-conflicts/{left.pk}/accept/", data)
        last = Activity.objects.order_by("-pk").first()
        assert (last.user, last.reason, last.kind) == (li, "seen", "import")
        assert client.get(f"{QUEUE}{left.pk}/change/").status_code == 404, "it is not in the queue any more"

    def test_many_at_once(self, client, left):
        confirm = client.post(QUEUE, {"action": "leave", "_selected_action": [left.pk]}, follow=True)
        client.post("/admin/review/import-conflicts/bulk/", dict(confirm.context["hidden"]) | {"_reason": "as it is"})
        left.refresh_from_db()
        assert (left.action, left.outcome) == ("skip", "skipped")


class TestDecisions:
    """Of the preview: by row, by filter, by rule."""

    def decide(self, client, item, **fields):
        response = client.post(page(item, "decide/"), fields)
        assert response.status_code == 302

    def test_one(self, client, item):
        row = item.rows.get(kind="conflict")
        self.decide(client, item, **{f"action-{row.number}": "overwrite"})
        client.post(page(item, "apply/"))
        work()
        assert Term.objects.get(text="毒品").source == "other"

    def test_all_that_a_filter_shows(self, client, item):
        self.decide(client, item, all="skip", kind="new")
        client.post(page(item, "apply/"))
        work()
        assert not Concept.objects.filter(key="n1").exists()

    def test_the_rule(self, client, item):
        self.decide(client, item, rule="overwrite")
        item.refresh_from_db()
        assert item.on_conflict == "overwrite"

    def test_what_makes_no_sense_is_not_taken(self, client, item):
        new = item.rows.get(kind="new")
        self.decide(client, item, **{f"action-{new.number}": "fill", "action-99": "skip", "action-x": "skip"})
        assert set(item.rows.values_list("action", flat=True)) == {""}

    def test_where_there_is_nothing_to_decide(self, client, item):
        response = client.post(page(item, "decide/"), {"all": "skip", "kind": "refused"}, follow=True)
        assert "0 entries decided." in response.text

    def test_after_the_application_it_is_too_late(self, client, item):
        client.post(page(item, "apply/"))
        self.decide(client, item, all="overwrite")
        assert set(item.rows.values_list("action", flat=True)) == {""}


ODD = "Konzept,zh,English,Fundstelle\n,麻醉品,narcotic,A/1\n"


class TestColumns:
    """Names that nobody knows are asked for once."""

    def test_asked_then_remembered(self, client, li):
        response = send(client, ODD)
        item = Import.objects.get()
        assert response["Location"] == page(item, "columns/")
        text = client.get(page(item, "columns/")).text
        assert text.count("This name is not known.") == 2
        said = {"column-0": "concept", "column-1": "zh-Hans", "column-2": "en", "column-3": "source"}
        client.post(page(item, "columns/"), said)
        work()
        item.refresh_from_db()
        assert item.fields == {"Konzept": "concept", "Fundstelle": "source"}
        (row,) = item.rows.filter(kind="new")
        assert {change["field"]: change["after"] for change in row.changes}["source"] == "A/1"
        send(client, ODD.replace("narcotic", "drug"))
        again = Import.objects.first()
        work()
        again.refresh_from_db()
        assert (again.state, again.fields) == ("reviewed", item.fields)
        assert ColumnMapping.objects.get().said_by == li

    def test_of_multiterm(self, client, li):
        field = '<descripGrp><descrip type="Fundstelle">A/1</descrip></descripGrp>'
        term = f"<termGrp><term>narcotic</term>{field}</termGrp>"
        language = f'<languageGrp><language type="English" lang="EN"/>{term}</languageGrp>'
        content = f"<mtf><conceptGrp>{language}</conceptGrp></mtf>"
        send(client, content, "terms.xml")
        item = Import.objects.get()
        form = client.get(page(item, "columns/")).context["form"]
        assert [str(field.label) for field in form.fields.values()] == ["English", "Fundstelle"]
        client.post(page(item, "columns/"), {"column-0": "en", "column-1": "source"})
        work()
        (row,) = item.rows.filter(kind="new")
        assert ("source", "A/1") in {(change["field"], change["after"]) for change in row.changes}


class TestReports:
    """What can be kept of an import."""

    def test_json(self, client, item):
        rows = json.loads(client.get(page(item, "report/?as=json")).getvalue())
        assert [row["kind"] for row in rows] == ["new", "conflict"]
        assert rows[1]["concept"] == "c0002"

    def test_csv_runs_nothing(self, client, li):
        send(client, HEADER + "c9,fr,=1+1,,\n")
        work()
        lines = client.get(page(Import.objects.get(), "report/?as=csv")).getvalue().decode().splitlines()
        assert lines[0].startswith("number,line,key")
        assert "refused" in lines[1]
        assert ",=" not in lines[1]

    def test_the_file_itself(self, client, item):
        assert client.get(page(item, "file/")).getvalue().decode() == FILE


# (name, content, why)
BAD = [
    ("terms.doc", b"x", "an ending of nothing"),
    ("terms.csv", b"", "empty"),
    ("terms.csv", b'a,"b\n', "a quotation without end"),
    ("terms.xlsx", b"PK\x03\x04", "no workbook"),
]


@pytest.mark.parametrize(("name", "content"), [pytest.param(*case[:2], id=case[2]) for case in BAD])
def test_a_file_that_is_refused_at_once(client, li, name, content):
    response = send(client, content, name)
    assert response.status_code == 400
    assert response.context["form"].errors.keys() == {"file"}
    assert not Import.objects.exists()


def test_a_file_too_large(client, li, settings):
    settings.TERMBASE_MAX_IMPORT_MB = 1
    response = send(client, "x" * (2**20 + 1))
    assert "larger than 1 MB" in response.text
    assert not Import.objects.exists()


def test_the_same_file_again_is_told(client, item):
    send(client)
    work()
    assert "This very file was sent before" in client.get(page(Import.objects.first())).text


def test_one_that_failed_says_why(client, li):
    send(client, "<martif><", "terms.tbx")
    work()
    item = Import.objects.get()
    assert (item.state, client.get(page(item)).status_code) == ("failed", 200)
    assert client.get(page(item)).text.count(item.problem.removesuffix(".").split(": ")[-1]) == 1, "and says it once"


def test_of_a_file_with_no_entries_there_is_nothing_to_apply(client, li):
    send(client, HEADER)
    work()
    text = client.get(page(Import.objects.get())).text
    assert "No entry stands in the file" in text
    assert "/apply/" not in text


def test_what_was_left_is_one_step_away(client, item):
    way = "/admin/review/import-conflicts/"
    assert way not in client.get(page(item)).text, "it can be decided on this very page"
    client.post(page(item, "apply/"))
    work()
    text = client.get(page(item)).text
    assert "1 conflict to decide" in text
    assert way in text


def test_problems_name_fields_in_the_language_of_the_page(client, li):
    send(client, HEADER + "n1,fr,drogue,,\n")
    work()
    text = client.get(page(Import.objects.get()), headers={"accept-language": "zh-hans"}).text
    assert '<span class="key">语言</span>' in text


def test_the_preview_asks_a_fixed_number_of_times(client, li, django_assert_max_num_queries):
    rows = "".join(f"n{n},en,term {n},admitted,A/1\n" for n in range(200))
    send(client, HEADER + rows)
    work()
    address = page(Import.objects.get())
    with django_assert_max_num_queries(12):
        text = client.get(address).text
    assert text.count('class="row new"') == 50
    assert "term 60" in client.get(address + "?page=2").text
    assert client.get(address + "?q=term 199").text.count('class="row new"') == 1
    assert 'value="kind=new&amp;q=a%26b"' in client.get(address + "?kind=new&q=a%26b").text


def test_progress_is_told_until_there_is_none(client, li):
    send(client)
    item = Import.objects.get()
    waiting = client.get(page(item), headers={"HX-Request": "true"})
    assert (waiting.status_code, "Being compared" in waiting.text) == (200, True)
    work()
    done = client.get(page(item), headers={"HX-Request": "true"})
    assert (done.status_code, done["HX-Refresh"]) == (286, "true")


ROLES = ("nobody", "reader", "contributor", "terminologist", "reviewer", "administrator")
EDITORS = {"terminologist", "reviewer", "administrator"}


class TestRoles:
    """Every role against every page, and by direct request."""

    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize(
        "place",
        ["", "add/", "{pk}/change/", "{pk}/columns/", "{pk}/undo/", "{pk}/report/", "{pk}/file/", "../importrow/"],
    )
    def test_pages(self, client, item, role, place):
        self.sign_in(client, role)
        status = client.get(f"{ROOT}{place.format(pk=item.pk)}".replace("import/../", "")).status_code
        assert (status == 200) == (role in EDITORS), status

    @pytest.mark.parametrize("role", ROLES)
    def test_requests(self, client, item, role):
        self.sign_in(client, role)
        client.post(page(item, "decide/"), {"all": "overwrite", "kind": "conflict"})
        client.post(page(item, "apply/"))
        item.refresh_from_db()
        assert (item.state == "applying") == (role in EDITORS)
        assert item.rows.filter(action="overwrite").exists() == (role in EDITORS)

    @pytest.mark.parametrize("role", ["terminologist", "reviewer"])
    def test_approvals(self, client, item, role):
        """Taken over for those alone who may approve, whoever sent the file."""
        Import.objects.update(keep_review=True)
        self.sign_in(client, role)
        client.post(page(item, "apply/"))
        item.refresh_from_db()
        assert (item.state == "applying") == (role == "reviewer")

    def sign_in(self, client, role):
        client.logout()
        if role != "nobody":
            client.force_login(person(role, role))
