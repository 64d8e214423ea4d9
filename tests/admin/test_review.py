"""The queues in the admin: who may decide what, by direct request; one by one and many at once, and undone."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from termbase.exchange.entry import Entry, EntryTerm
from termbase.exchange.stored import to_json
from termbase.models import (
    Activity,
    Candidate,
    CandidateExample,
    Comment,
    Concept,
    FailedLookup,
    Import,
    ImportRow,
    Passage,
    Suggestion,
    Term,
    Turn,
)
from termbase.review.queues import QUEUES, counts
from tests.admin.conftest import person

pytestmark = pytest.mark.django_db

ROLES = ("nobody", "reader", "contributor", "terminologist", "reviewer", "administrator")
EDITORS = {"terminologist", "reviewer", "administrator"}
REVIEWERS = {"reviewer", "administrator"}
# Queue -> who may decide its items.
DECIDED = {
    "candidates": EDITORS,
    "suggestions": EDITORS,
    "proposed": REVIEWERS,
    "expiring": REVIEWERS,
    "comments": EDITORS,
    "import-conflicts": EDITORS,
    "failed-lookups": EDITORS,
}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def items(small_termbase):
    """Something waiting in each queue: its id by the queue's name."""
    candidate = Candidate.objects.create(text="会员国", proposed_english="Member States", score=0.9)
    passage = Passage.objects.get()
    start = passage.text.index("会员国")
    CandidateExample.objects.create(
        candidate=candidate, passage=passage, start=start, end=start + 3, sentence_start=0, sentence_end=18, score=1
    )
    old = Term.objects.get(text="毒品")
    Term.objects.filter(pk=old.pk).update(reviewed_at=timezone.now() - timedelta(days=5 * 366))
    return {
        "candidates": candidate.pk,
        "suggestions": Suggestion.objects.create(text_zh="海洛因", text_en="heroin", comment="?").pk,
        "proposed": Term.objects.get(text="恐怖主义罪").pk,
        "expiring": old.pk,
        "comments": Comment.objects.create(concept=Concept.objects.first(), text="?").pk,
        "import-conflicts": conflict().pk,
        "failed-lookups": FailedLookup.objects.create(key="麻黄素", text="麻黄素").pk,
    }


def conflict(state="applied"):
    """A file says otherwise where the source of an approved term is."""
    now = timezone.now()
    file = Import.objects.create(
        name="a.csv", size=1, sha256="f" * 64, format="csv", state=state, applied_at=now if state == "applied" else None
    )
    terms = (EntryTerm(language="zh-Hans", text="毒品", source="other"), EntryTerm(language="en", text="narcotic drug"))
    entry = to_json(Entry(key="c0002", terms=terms))
    return ImportRow.objects.create(
        of=file, number=1, kind="conflict", title="毒品 · drug", reasons=["approved"], entry=entry, outcome="skipped"
    )


@pytest.fixture
def sign_in(client, small_termbase):
    def as_role(role):
        if role != "nobody":
            client.force_login(person(role, role))
        return client

    return as_role


def decided(queue, item):
    """Whether the item waits no longer."""
    waiting = next(q for q in QUEUES if q.name == queue).waiting(User.objects.create_superuser("looker"))
    return not waiting.filter(pk=item).exists()


GIVEN = {"reject": {"reason": "x"}, "merge": {"into": "c0003"}}


@pytest.mark.parametrize("decision", ["accept", "reject", "merge", "skip"])
@pytest.mark.parametrize("queue", DECIDED)
@pytest.mark.parametrize("role", ROLES)
def test_decisions(sign_in, items, role, queue, decision):
    client, item = sign_in(role), items[queue]
    address = f"/admin/review/{queue}/{item}/{decision}/"
    response = client.post(address, GIVEN.get(decision, {}))
    assert client.get(address).status_code in (302, 405), "looking decides nothing"
    if role not in DECIDED[queue]:
        assert response.status_code in (302, 403)
        assert not decided(queue, item)
        assert not Turn.objects.exists()
    elif decision == "skip":
        assert Turn.objects.filter(queue=queue, item=item, skipped=True).exists()
    elif (queue, decision) in {("expiring", "merge"), ("comments", "merge")}:
        assert response.status_code == 409, "an entry with approved terms is merged on its own page, a comment nowhere"
    elif (queue, decision) == ("proposed", "merge"):
        assert Term.objects.get(pk=item).concept.key == "c0003", "where it is still to be approved"
    else:
        assert response.status_code == 303, response.text
        assert decided(queue, item)


@pytest.mark.parametrize("queue", DECIDED)
@pytest.mark.parametrize("role", ROLES)
def test_pages(sign_in, items, role, queue):
    client = sign_in(role)
    for page in ("", "undo/", "found/", "bulk/?do=accept&items=1"):
        status = (client.post if page == "undo/" else client.get)(f"/admin/review/{queue}/{page}").status_code
        seen = 409 if page == "undo/" else 200
        assert status == (seen if role in DECIDED[queue] else 403 if role not in ("nobody", "reader") else 302), page


@pytest.mark.parametrize("decision", ["accept", "reject"])
@pytest.mark.parametrize("queue", DECIDED)
@pytest.mark.parametrize("role", ROLES)
def test_many_at_once(sign_in, items, role, queue, decision):
    client, item = sign_in(role), items[queue]
    data = {"do": decision, "items": str(item), "_reason": "x"}
    response = client.post(f"/admin/review/{queue}/bulk/", data)
    assert response.status_code == 302 if role in DECIDED[queue] or role in ("nobody", "reader") else 403
    assert decided(queue, item) == (role in DECIDED[queue])


@pytest.mark.parametrize("role", ROLES)
def test_the_list_of_queues_says_what_waits_for_oneself(sign_in, items, role):
    response = sign_in(role).get("/admin/review/")
    if role in ("nobody", "reader"):
        assert response.status_code == 302
        return
    seen = {queue.name: count for queue, count, _list in response.context["rows"]}
    everywhere = {"candidates": 1, "suggestions": 1, "comments": 1, "failed-lookups": 1, "import-conflicts": 1}
    approvals = {"proposed": 2, "expiring": 1} if role in REVIEWERS else {}
    assert seen == {"findings": 0} | (everywhere | approvals if role in EDITORS else {})


def test_there_is_no_other_queue(sign_in, items):
    client = sign_in("administrator")
    for name in ("findings", "nothing"):
        assert client.get(f"/admin/review/{name}/").status_code == 404


class TestOneByOne:
    @pytest.fixture
    def client(self, sign_in, items):
        return sign_in("reviewer")

    def test_a_candidate_in_its_sentences(self, client):
        text = client.get("/admin/review/candidates/").text
        assert "毒罪办支持若干网络，并与<mark>会员国</mark>合作。" in text
        assert "A/CONF.234/7, 13" in text
        assert 'value="Member States"' in text

    @pytest.mark.parametrize("queue", DECIDED)
    def test_undone_it_waits_again(self, client, items, queue):
        client.post(f"/admin/review/{queue}/{items[queue]}/accept/", **HTMX)
        response = client.post(f"/admin/review/{queue}/undo/", **HTMX)
        assert f'data-item="{items[queue]}"' in response.text
        assert not decided(queue, items[queue])
        assert queue == "comments" or Activity.objects.latest("pk").kind == "undo"
        again = client.post(f"/admin/review/{queue}/undo/", **HTMX)
        assert "There is nothing to undo." in again.text

    @pytest.mark.parametrize("decision", ["reject", "merge"])
    @pytest.mark.parametrize("queue", ["import-conflicts", "failed-lookups"])
    def test_undone_whatever_was_decided(self, client, items, queue, decision):
        before = set(Term.objects.values_list("text", "source"))
        client.post(f"/admin/review/{queue}/{items[queue]}/{decision}/", GIVEN[decision], **HTMX)
        assert decided(queue, items[queue])
        response = client.post(f"/admin/review/{queue}/undo/", **HTMX)
        assert f'data-item="{items[queue]}"' in response.text
        assert set(Term.objects.values_list("text", "source")) == before

    def test_a_merge_is_undone_too(self, client, items):
        client.post(f"/admin/review/proposed/{items['proposed']}/merge/", {"into": "c0004"}, **HTMX)
        assert Term.objects.get(pk=items["proposed"]).concept.key == "c0004"
        client.post("/admin/review/proposed/undo/", **HTMX)
        assert Term.objects.get(pk=items["proposed"]).concept.key == "c0005"

    def test_a_term_without_sentences_has_those_of_its_entry(self, client, items):
        english = Term.objects.get(text="UNODC")
        Term.objects.filter(pk=english.pk).update(review_status="proposed")
        text = client.get(f"/admin/review/proposed/?item={english.pk}").text
        assert '<blockquote lang="zh-Hans"><mark>毒罪办</mark>支持若干网络' in text.replace("\n", "")

    def test_what_was_skipped_comes_back_when_that_is_undone(self, client, items):
        first = client.post(f"/admin/review/candidates/{items['candidates']}/skip/", **HTMX)
        assert "data-item" not in first.text
        assert f'data-item="{items["candidates"]}"' in client.post("/admin/review/candidates/undo/", **HTMX).text

    def test_the_second_is_told(self, client, items, wang):
        Candidate.objects.update(status="rejected", reviewed_by=wang)
        response = client.post(f"/admin/review/candidates/{items['candidates']}/accept/", **HTMX)
        assert 'role="alert">wang has decided on “会员国” already: rejected.' in response.text

    def test_what_is_before_another_is_not_given(self, client, items, wang):
        Turn.objects.note("candidates", items["candidates"], wang)
        assert "before other reviewers" in client.get("/admin/review/candidates/").text
        Turn.objects.update(at=timezone.now() - timedelta(minutes=6))
        assert "data-item" in client.get("/admin/review/candidates/").text, "but not for ever"

    def test_ones_own_proposals_are_not_given(self, client, items):
        Term.objects.update(proposed_by=User.objects.get(username="reviewer"))
        assert "Nothing waits here." in client.get("/admin/review/proposed/").text
        response = client.post(f"/admin/review/proposed/{items['proposed']}/accept/", **HTMX)
        assert "No one approves their own proposal." in response.text
        assert Term.objects.get(pk=items["proposed"]).review_status == "proposed"

    def test_a_source_can_be_given_with_the_approval(self, client, items):
        Term.objects.filter(pk=items["proposed"]).update(source="")
        address = f"/admin/review/proposed/{items['proposed']}/accept/"
        assert "has no source" in client.post(address, {"source": " "}, **HTMX).text
        client.post(address, {"source": "A/RES/1"}, **HTMX)
        term = Term.objects.get(pk=items["proposed"])
        assert (term.review_status, term.source) == ("approved", "A/RES/1")

    @pytest.mark.parametrize(
        ("decision", "data", "told"),
        [
            ("reject", {}, "A rejection needs a reason."),
            ("reject", {"reason": "  "}, "A rejection needs a reason."),
            ("merge", {}, "There is no concept"),
            ("merge", {"into": "c9999"}, "There is no concept"),
            ("accept", {"term_type": "slogan"}, "There is no such type."),
            ("accept", {"english": "a\x07b"}, "The English cannot be taken."),
        ],
    )
    def test_bad_input_is_told_beside_the_item(self, client, items, decision, data, told):
        response = client.post(f"/admin/review/candidates/{items['candidates']}/{decision}/", data, **HTMX)
        assert response.status_code == 200
        assert told in response.text
        assert f'data-item="{items["candidates"]}"' in response.text
        assert Candidate.objects.get().status == "waiting"

    def test_a_number_gives_the_reason(self, client, items):
        client.post(f"/admin/review/candidates/{items['candidates']}/reject/", {"given": "too general"}, **HTMX)
        assert Candidate.objects.get().rejection_reason == "too general"

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("?term_type=full_form", True),
            ("?term_type=acronym", False),
            ("?document=nowhere", False),
            ("?badge=title", False),
            ("?subject_field=bodies", False),
            ("?item=99999", False),
            ("?item=1e9", True),
            ("?unknown=1", True),
            ("?document=%00", True),
        ],
    )
    def test_filters(self, client, query, shown):
        response = client.get(f"/admin/review/candidates/{query}")
        assert response.status_code == 200 or "99999" in query
        assert ("data-item" in response.text) == shown

    def test_without_scripts_one_is_led_to_the_next_with_the_filters(self, client, items):
        response = client.post(f"/admin/review/candidates/{items['candidates']}/skip/?term_type=full_form")
        assert (response.status_code, response.url) == (303, "/admin/review/candidates/?term_type=full_form")

    def test_entries_to_merge_into(self, client):
        assert re.findall('value="(c[0-9]+)"', client.get("/admin/review/candidates/found/?q=毒罪").text) == ["c0001"]
        assert "Nothing found." in client.get("/admin/review/candidates/found/?q=").text

    def test_a_step_asks_a_fixed_number_of_times(self, client, items, django_assert_max_num_queries):
        for number in range(20):
            Candidate.objects.create(text=f"会员国{number}", score=0.5)
        with django_assert_max_num_queries(63):
            told = client.post(f"/admin/review/candidates/{items['candidates']}/accept/", **HTMX)
        text = Candidate.objects.get(pk=items["candidates"]).text
        assert re.search(rf'<p class="outcome">Accepted. <span lang="zh-Hans">{text}</span>', told.text), "says of what"


class TestConflicts:
    @pytest.fixture
    def client(self, sign_in, items):
        return sign_in("terminologist")

    @pytest.mark.parametrize(
        ("way", "source"), [("overwrite", "other"), ("fill", "A/CONF.234/7"), ("propose", "A/CONF.234/7")]
    )
    def test_ways(self, client, items, way, source):
        address = f"/admin/review/import-conflicts/{items['import-conflicts']}/accept/"
        client.post(address, {"way": way, "seen": Concept.objects.get(key="c0002").version}, **HTMX)
        terms = dict(Term.objects.filter(concept__key="c0002").values_list("text", "source"))
        assert terms["毒品"] == source
        assert set(terms) == {"毒品", "drug", "narcotic drug"}

    def test_merged_into_another_it_adds_what_that_lacks(self, client, items):
        client.post(f"/admin/review/import-conflicts/{items['import-conflicts']}/merge/", {"into": "c0004"}, **HTMX)
        added = Term.objects.filter(concept__key="c0004", review_status="proposed").values_list("text", flat=True)
        assert set(added) == {"毒品", "narcotic drug"}
        assert set(Term.objects.filter(concept__key="c0002").values_list("source", flat=True)) == {"A/CONF.234/7"}

    @pytest.mark.parametrize("into", ["", "c9999", "c0/1"])
    def test_into_what_there_is_not(self, client, items, into):
        address = f"/admin/review/import-conflicts/{items['import-conflicts']}/merge/"
        assert "There is no such concept." in client.post(address, {"into": into}, **HTMX).text

    @pytest.mark.parametrize("seen", ["99", "x", "9" * 5_000])
    def test_not_over_what_was_not_seen(self, client, items, seen):
        address = f"/admin/review/import-conflicts/{items['import-conflicts']}/accept/"
        assert "has changed since you looked at it" in client.post(address, {"seen": seen}, **HTMX).text
        assert Term.objects.get(text="毒品").source == "A/CONF.234/7"

    def test_there_is_no_other_way(self, client, items):
        address = f"/admin/review/import-conflicts/{items['import-conflicts']}/accept/"
        assert "There is no such decision." in client.post(address, {"way": "guess"}, **HTMX).text

    def test_of_an_import_to_be_applied_it_is_only_noted(self, client):
        row = conflict("reviewed")
        client.post(f"/admin/review/import-conflicts/{row.pk}/accept/", {"way": "fill"}, **HTMX)
        row.refresh_from_db()
        assert (row.action, row.outcome) == ("fill", "skipped")
        assert f'data-item="{row.pk}"' in client.post("/admin/review/import-conflicts/undo/", **HTMX).text
        row.refresh_from_db()
        assert row.action == ""


def test_what_was_looked_up_in_vain_becomes_an_entry(sign_in, items):
    client, item = sign_in("terminologist"), items["failed-lookups"]
    client.post(f"/admin/review/failed-lookups/{item}/accept/", {"text_zh": "麻黄素", "text_en": "ephedrine"}, **HTMX)
    made = Concept.objects.get(terms__text="ephedrine")
    terms = set(made.terms.values_list("text", "reliability", "review_status"))
    assert terms == {("麻黄素", 1, "proposed"), ("ephedrine", 2, "proposed")}, "nobody vouches for a reader's words"
    assert not FailedLookup.objects.exists()
    client.post("/admin/review/failed-lookups/undo/", **HTMX)
    made.refresh_from_db()
    assert made.withdrawn_at is not None
    assert FailedLookup.objects.get().text == "麻黄素"


def test_a_comment_that_another_has_decided_on_is_not_undone(sign_in, items, wang):
    client, item = sign_in("terminologist"), items["comments"]
    client.post(f"/admin/review/comments/{item}/accept/", **HTMX)
    Comment.objects.get().review("rejected", by=wang)
    assert "has changed since" in client.post("/admin/review/comments/undo/", **HTMX).text
    assert Comment.objects.get().status == "rejected"


class TestManyAtOnce:
    @pytest.fixture
    def client(self, sign_in, items):
        for number in range(3):
            Candidate.objects.create(text=f"措施{number}")
        return sign_in("terminologist")

    def choose(self, client, action, chosen, model="candidate"):
        data = {"action": action, "_selected_action": list(chosen)}
        return client.post(f"/admin/termbase/{model}/", data, follow=True)

    def test_a_look_then_a_reason_then_done_as_one_step(self, client):
        chosen = Candidate.objects.values_list("pk", flat=True)
        page = self.choose(client, "reject", chosen)
        assert "4 items" in page.text
        assert re.search(r'name="_reason"[^>]* required', page.text), "said before it is refused"
        assert set(Candidate.objects.values_list("status", flat=True)) == {"waiting"}, "only looked at"
        data = dict(page.context["hidden"])
        assert client.post("/admin/review/candidates/bulk/", data).status_code == 409, "not without a reason"
        done = client.post("/admin/review/candidates/bulk/", data | {"_reason": "of no use"}, follow=True)
        assert "4 items decided." in done.text
        assert set(Candidate.objects.values_list("status", "rejection_reason")) == {("rejected", "of no use")}
        undo = re.search(r'href="(/admin/termbase/activity/\d+/undo/)"', done.text)[1]
        client.post(undo)
        assert set(Candidate.objects.values_list("status", flat=True)) == {"waiting"}

    def test_what_cannot_be_is_left_and_told(self, client, wang):
        gone = Candidate.objects.first()
        Candidate.objects.filter(pk=gone.pk).update(status="accepted", reviewed_by=wang)
        page = self.choose(client, "accept", Candidate.objects.values_list("pk", flat=True))
        done = client.post("/admin/review/candidates/bulk/", dict(page.context["hidden"]), follow=True)
        assert "3 items decided." in done.text
        assert f"{gone.text}: wang has decided" in done.text

    def test_what_is_gone_is_left_and_told(self, client):
        gone = {"do": "reject", "items": "999998,999999"}
        look = client.get("/admin/review/candidates/bulk/", gone)
        assert (look.status_code, look.text.count("There is no such candidate any more.")) == (200, 2)
        done = client.post("/admin/review/candidates/bulk/", gone | {"_reason": "x"}, follow=True)
        assert "0 items decided." in done.text

    def test_too_many(self, client):
        Candidate.objects.bulk_create(Candidate(text=f"第{n}条") for n in range(501))
        page = client.post(
            "/admin/termbase/candidate/",
            {"action": "reject", "select_across": "1", "_selected_action": [Candidate.objects.first().pk]},
            follow=True,
        )
        assert "At most 500 at once." in page.text

    @pytest.mark.parametrize("query", ["", "?do=delete&items=1", "?do=accept", "?do=accept&items=x,²", "?items=1"])
    def test_nothing_chosen(self, client, query):
        assert client.get(f"/admin/review/candidates/bulk/{query}").status_code == 404

    def test_terms_are_rejected_by_reviewers(self, client, items):
        assert "Reject the selected terms" not in client.get("/admin/termbase/term/").text
        client.force_login(person("zhao", "reviewer"))
        page = self.choose(client, "reject", [items["proposed"]], "term")
        client.post("/admin/review/proposed/bulk/", dict(page.context["hidden"]) | {"_reason": "no"})
        assert Term.objects.get(pk=items["proposed"]).rejection_reason == "no"

    @pytest.mark.parametrize("model", ["candidate", "suggestion"])
    def test_nothing_is_decided_by_editing(self, client, items, model):
        pk = items[f"{model}s"]
        assert client.get(f"/admin/termbase/{model}/{pk}/change/").status_code == 200
        assert client.post(f"/admin/termbase/{model}/{pk}/change/", {"status": "accepted"}).status_code == 403


def test_approvals_hold_for_ever_where_the_setting_says_so(items, wang, settings):
    settings.TERMBASE_APPROVAL_YEARS = 0
    assert {queue.name: count for queue, count in counts(wang)}["expiring"] == 0


def test_approving_anew_takes_it_off_the_queue(client, items, wang):
    client.force_login(wang)
    client.post(f"/admin/review/expiring/{items['expiring']}/accept/", **HTMX)
    term = Term.objects.get(pk=items["expiring"])
    assert (term.review_status, term.reviewed_by) == ("approved", wang)
    assert {queue.name: count for queue, count in counts(wang)}["expiring"] == 0


def test_suggestions_become_proposals(client, items, wang):
    client.force_login(wang)
    client.post(f"/admin/review/suggestions/{items['suggestions']}/accept/", {"text_en": "Heroin"}, **HTMX)
    concept = Term.objects.get(text="海洛因").concept
    rows = concept.terms.order_by("-language").values_list("text", "review_status", "reliability", "proposed_by")
    assert list(rows) == [("海洛因", "proposed", 1, wang.pk), ("Heroin", "proposed", 2, wang.pk)]


def test_a_remark_is_seen_to(client, items, wang):
    client.force_login(wang)
    before = Term.objects.count()
    remark = Suggestion.objects.create(comment="Wrong?", concept=Concept.objects.get(key="c0002"))
    client.post(f"/admin/review/suggestions/{remark.pk}/accept/", **HTMX)
    remark.refresh_from_db()
    assert (remark.status, remark.reviewed_by, Term.objects.count()) == ("accepted", wang, before)


@pytest.mark.parametrize("queue", ["candidates", "suggestions"])
def test_from_the_list_to_the_items_one_by_one(client, li, queue):
    listed = client.get(f"/admin/termbase/{queue.removesuffix('s')}/")
    (way,) = re.findall(r'href="([^"]*one-by-one[^"]*)"', listed.text)
    assert client.get(way)["Location"] == f"/admin/review/{queue}/"
