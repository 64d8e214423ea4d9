"""History, restoring, undoing, merging and splitting in the admin: what is shown, what is done, and by whom."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from psycopg.errors import DeadlockDetected

from termbase import merging
from termbase.history import restoring
from termbase.models import Activity, Concept, Definition, Revision, Term
from termbase.models.history import acting
from tests.admin.conftest import person

pytestmark = pytest.mark.django_db

ROLES = ("nobody", "reader", "contributor", "terminologist", "reviewer", "administrator")
WORKERS = {"contributor", "terminologist", "reviewer", "administrator"}
EDITORS = {"terminologist", "reviewer", "administrator"}


@pytest.fixture
def concept(small_termbase):
    """c0004 with a note since a moment ago; c0002 is withdrawn."""
    by = User.objects.create_user("zhao")
    with acting(user=by, reason="for the tests"):
        Concept.objects.filter(key="c0004").update(note="new")
    Concept.objects.get(key="c0002").withdraw()
    return Concept.objects.get(key="c0004")


@pytest.fixture
def places(concept):
    """The pages, by name, and what to send to each so that something comes of it."""
    edit = Activity.objects.get(reason="for the tests")
    before = Revision.objects.filter(activity__lt=edit, model="concept", row=concept.pk).first()
    other, gone = Concept.objects.get(key="c0003"), Concept.objects.get(key="c0002")
    term = concept.terms.get(language="en")
    root = f"/admin/termbase/concept/{concept.pk}"
    versions = {f"version-{item.key}": item.version for item in (concept, other)}
    return {
        "history": (f"{root}/history/", None),
        "history of the reader's page": ("/concepts/c0004/history", None),
        "steps": ("/admin/termbase/activity/", None),
        "a step": (f"/admin/termbase/activity/{edit.pk}/change/", None),
        "undo": (f"/admin/termbase/activity/{edit.pk}/undo/", {}),
        "restore": (f"{root}/restore/{before.pk}/", {"version": concept.version}),
        "withdraw": (f"{root}/withdraw/", {"version": concept.version}),
        "bring back": (f"/admin/termbase/concept/{gone.pk}/bring-back/", {}),
        "merge": (f"{root}/merge/", {"target": "c0003", **versions}),
        "split": (f"{root}/split/", {"term": term.pk, "version": concept.version}),
    }


READ = {"history", "history of the reader's page", "steps", "a step"}
ALLOWED = {
    name: WORKERS if name in READ else EDITORS
    for name in (*READ, "undo", "restore", "withdraw", "bring back", "merge", "split")
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ALLOWED)
def test_who_sees_and_who_does_what(client, places, role, name):
    """On screen, and by direct request: who may not is sent to sign in or refused, and nothing is written."""
    if role != "nobody":
        client.force_login(person(role, role))
    address, data = places[name]
    before = Revision.objects.count()
    allowed = role in ALLOWED[name]
    shown = client.get(address).status_code
    assert (shown == 200) == allowed
    assert shown in (200, 302, 403)
    assert Revision.objects.count() == before, "looking writes nothing"
    if data is None:
        return
    sent = client.post(address, {**data, "_reason": "by request"})
    assert sent.status_code in ((302,) if allowed else (302, 403))
    written = Revision.objects.count() > before
    assert written == allowed
    if written:
        activity = Activity.objects.order_by("-pk").first()
        assert (activity.user.username, activity.reason) == (role, "by request")


@pytest.mark.parametrize("name", READ)
def test_reading_pages_take_no_post_of_their_own(client, places, name):
    client.force_login(person("li", "terminologist"))
    before = Revision.objects.count()
    client.post(places[name][0], {})
    assert Revision.objects.count() == before


@pytest.mark.parametrize(
    "path",
    [
        "/admin/termbase/concept/999999/history/",
        "/admin/termbase/concept/x/history/",
        "/admin/termbase/concept/999999/merge/",
        "/admin/termbase/concept/x/split/",
        "/admin/termbase/concept/999999/withdraw/",
        "/admin/termbase/concept/999999/restore/1/",
        "/admin/termbase/activity/999999/change/",
        "/admin/termbase/activity/x/undo/",
        "/concepts/c9999/history",
    ],
)
def test_what_there_is_not(client, li, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["post", "delete"])
def test_activities_are_neither_changed_nor_deleted(client, concept, method):
    client.force_login(User.objects.create_superuser("root"))
    pk = Activity.objects.first().pk
    for path in (f"{pk}/delete/", "add/", f"{pk}/change/"):
        getattr(client, method)(f"/admin/termbase/activity/{path}", {"post": "yes", "reason": "another"})
    assert Activity.objects.get(pk=pk).reason != "another"


class TestHistory:
    def test_it_names_who_when_what_and_why(self, client, li, concept):
        text = client.get(f"/admin/termbase/concept/{concept.pk}/history/").text
        assert "zhao" in text
        assert "for the tests" in text
        assert re.search(r"<ins[^>]*>new</ins>", text)

    def test_of_a_merged_concept(self, client, li, concept):
        merging.merge(source="c0004", target="c0003", by=li)
        text = client.get(f"/admin/termbase/concept/{concept.pk}/history/").text
        assert "Merged into c0003" in text
        assert "to c0003" in text

    def test_of_a_withdrawn_one(self, client, li, concept):
        gone = Concept.objects.get(key="c0002")
        assert "bring-back" in client.get(f"/admin/termbase/concept/{gone.pk}/history/").text

    def test_contributors_see_no_way_to_change(self, client, concept):
        client.force_login(person("c", "contributor"))
        text = client.get(f"/admin/termbase/concept/{concept.pk}/history/").text
        assert "restore/" not in text

    def test_the_readers_page_leads_there(self, client, concept):
        assert "/concepts/c0004/history" not in client.get("/concepts/c0004").text
        client.force_login(person("c", "contributor"))
        assert "/concepts/c0004/history" in client.get("/concepts/c0004").text
        assert "/concepts/c0002/history" in client.get("/concepts/c0002").text

    def test_texts_of_people_are_not_markup(self, client, li, concept):
        with acting(user=li, reason="<b>why</b>"):
            Concept.objects.filter(pk=concept.pk).update(note="<script>x</script>")
        for path in (f"/admin/termbase/concept/{concept.pk}/history/", "/concepts/c0004/history"):
            text = client.get(path).text
            assert "<b>why" not in text
            assert "<script>x" not in text

    def test_queries_do_not_grow_with_it(self, client, li, concept, django_assert_max_num_queries):
        for number in range(15):
            with acting(user=li):
                Concept.objects.filter(pk=concept.pk).update(note=str(number))
                Definition.objects.create(concept=concept, language="en", text=str(number))
        with django_assert_max_num_queries(30):
            client.get(f"/admin/termbase/concept/{concept.pk}/history/")
        with django_assert_max_num_queries(25):
            client.get("/admin/termbase/activity/")


class TestProposals:
    """What would be done is shown, and done only over what was shown."""

    def test_restoring_shows_what_would_change(self, client, places):
        client.force_login(person("li", "terminologist"))
        text = client.get(places["restore"][0]).text
        assert re.search(r"<del[^>]*>new</del>", text)
        assert Concept.objects.get(key="c0004").note == "new"

    @pytest.mark.parametrize("name", ["restore", "withdraw", "merge", "split"])
    def test_over_what_has_changed_since_nothing_is_done(self, client, places, name):
        client.force_login(person("li", "terminologist"))
        with acting(user=User.objects.get(username="zhao")):
            Concept.objects.filter(key="c0004").update(note="newer")
        address, data = places[name]
        before = Revision.objects.count()
        response = client.post(address, data)
        assert response.status_code == 409
        assert "has changed since you looked at it" in response.text
        assert Revision.objects.count() == before

    @pytest.mark.parametrize("name", ["restore", "withdraw", "merge", "split"])
    @pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "9" * 5_000])
    def test_nor_where_the_version_is_not_said(self, client, places, name, version):
        client.force_login(person("li", "terminologist"))
        address, data = places[name]
        data = {key: version if key.startswith("version") else value for key, value in data.items()}
        assert client.post(address, data).status_code == 409

    def test_undoing_twice_is_told(self, client, places):
        client.force_login(person("li", "terminologist"))
        address = places["undo"][0]
        assert client.post(address).status_code == 302
        assert "Nothing of this is left to undo" in client.get(address).text
        assert client.post(address).status_code == 409
        assert "undone by li" in client.get(address.replace("undo", "change")).text

    def test_what_was_left_is_told(self, client, li, concept):
        with acting(user=li, reason="both"):
            Term.objects.filter(concept=concept).update(note="x")
        step = Activity.objects.get(reason="both")
        with acting(user=li):
            Term.objects.filter(concept=concept, language="en").update(note="y")
        address = f"/admin/termbase/activity/{step.pk}/undo/"
        assert "it has changed since" in client.get(address).text
        assert "terrorism: it has changed since" in client.post(address, follow=True).text
        assert set(Term.objects.filter(concept=concept).values_list("note", flat=True)) == {"", "y"}

    def test_a_large_step_is_told_by_its_size(self, client, li, concept, monkeypatch):
        monkeypatch.setattr("termbase.admin.activities.SHOWN", 0)
        step = Activity.objects.get(reason="for the tests")
        assert "Too many" in client.get(f"/admin/termbase/activity/{step.pk}/change/").text
        assert "Rows: 1." in client.get(f"/admin/termbase/activity/{step.pk}/undo/").text


class TestMerge:
    def test_the_other_concept_is_looked_for(self, client, li, concept):
        address = f"/admin/termbase/concept/{concept.pk}/merge/"
        text = client.get(address, {"q": "作戰人員"}).text
        assert "?target=c0003" in text
        assert "foreign terrorist fighter" in text
        assert "?target=c0003" in client.get(address, {"q": "C0003"}).text
        assert "Nothing found" in client.get(address, {"q": "xyz"}).text
        found = client.get(address, {"q": " 恐怖主义"}).text
        assert re.findall(r"target=(\w+)", found) == ["c0005", "c0003"], "not itself; what is only proposed, too"
        assert "terrorist offence" in found

    def test_which_term_is_preferred_is_chosen(self, client, li, concept):
        address = f"/admin/termbase/concept/{concept.pk}/merge/"
        mine = concept.terms.get(language="en")
        page = client.get(address, {"target": "c0003", "preferred-en": mine.pk})
        hidden = dict(page.context["hidden"])
        assert hidden["preferred-en"] == mine.pk
        response = client.post(address, hidden)
        assert response.status_code == 302
        preferred = Term.objects.get(concept__key="c0003", language="en", administrative_status="preferred")
        assert preferred == mine

    def test_into_itself_or_a_withdrawn_one(self, client, li, concept):
        address = f"/admin/termbase/concept/{concept.pk}/merge/"
        assert "not merged into itself" in client.get(address, {"target": "c0004"}).text
        assert "c0002 has been withdrawn" in client.get(address, {"target": "c0002"}).text


class TestSplit:
    def test_nothing_chosen_yet(self, client, li, concept):
        page = client.get(f"/admin/termbase/concept/{concept.pk}/split/")
        assert page.status_code == 200
        assert "What would change" not in page.text

    def test_all_chosen(self, client, li, concept):
        ids = list(concept.terms.values_list("pk", flat=True))
        assert (
            "At least one term stays" in client.get(f"/admin/termbase/concept/{concept.pk}/split/", {"term": ids}).text
        )

    @pytest.mark.parametrize("value", ["x", "-1", "9" * 40, "1.5"])
    def test_no_numbers(self, client, li, concept, value):
        assert client.get(f"/admin/termbase/concept/{concept.pk}/split/", {"term": value}).status_code == 200

    def test_the_preview_sends_what_it_shows(self, client, li, concept):
        term = concept.terms.get(language="en")
        address = f"/admin/termbase/concept/{concept.pk}/split/"
        last = int(Concept.next_key()[1:])
        page = client.get(address, {"term": term.pk, "relation": "related", "preferred": term.pk})
        assert "moved" in page.text
        assert "c0004-new" in page.text
        assert int(Concept.next_key()[1:]) == last + 1, "looking uses up no key"
        data = {}
        for name, value in page.context["hidden"]:
            data.setdefault(name, []).append(value)
        assert client.post(address, data).status_code == 302
        new = Term.objects.get(pk=term.pk).concept
        assert new.relations.get().target == concept


class TestActions:
    """The concept's page offers what makes sense."""

    @pytest.mark.parametrize(
        ("role", "key", "offered"),
        [
            ("terminologist", "c0004", {"merge", "split", "withdraw", "discuss"}),
            ("terminologist", "c0002", {"bring-back"}),
            ("contributor", "c0004", {"discuss"}),
            ("contributor", "c0002", set()),
        ],
    )
    def test_buttons(self, client, concept, role, key, offered):
        client.force_login(person("p", role))
        pk = Concept.objects.get(key=key).pk
        text = client.get(f"/admin/termbase/concept/{pk}/change/").text
        names = re.findall(rf"/admin/termbase/concept/{pk}/([a-z-]+)/\"", text)
        assert set(names) - {"change", "history", "preview", "examples"} == offered

    def test_withdrawing_and_bringing_back(self, client, li, concept):
        restoring.withdraw(key="c0004", versions=None, by=li)
        address = f"/admin/termbase/concept/{concept.pk}/bring-back/"
        assert client.post(address, {"_reason": "too early"}).status_code == 302
        assert Concept.objects.get(key="c0004").withdrawn_at is None
        assert client.post(address).status_code == 409


def test_an_error_leaves_nothing_half_done(client, li, concept, monkeypatch):
    """What an exception has left behind in the transaction of the request goes with it."""

    def fail(**given):
        Concept.objects.filter(key="c0004").update(note="half")
        raise ZeroDivisionError

    monkeypatch.setattr("termbase.history.restoring.withdraw", fail)
    client.raise_request_exception = False
    response = client.post(f"/admin/termbase/concept/{concept.pk}/withdraw/", {"version": concept.version})
    assert response.status_code == 500
    assert Concept.objects.get(key="c0004").note == "new"


def test_writers_that_get_in_each_others_way_are_told(client, li, concept, monkeypatch):
    def fail(**given):
        raise OperationalError from DeadlockDetected()

    monkeypatch.setattr("termbase.history.restoring.withdraw", fail)
    response = client.post(f"/admin/termbase/concept/{concept.pk}/withdraw/", {"version": concept.version})
    assert response.status_code == 409
    assert "Somebody else is writing here" in response.text


def test_a_bulk_approval_is_one_step(client, small_termbase):
    client.force_login(person("wang", "reviewer"))
    terms = Term.objects.filter(concept__key="c0005")
    data = {"do": "accept", "items": ",".join(str(term.pk) for term in terms)}
    client.post("/admin/review/proposed/bulk/", data)
    step = Activity.objects.order_by("-pk").first()
    assert (step.kind, step.user.username, step.revisions.count()) == ("review", "wang", 2)
    client.post(f"/admin/termbase/activity/{step.pk}/undo/")
    assert set(terms.values_list("review_status", flat=True)) == {"proposed"}
