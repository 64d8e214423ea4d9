"""An entry on one page, and what helps while it is edited: for whom, with what errors, in how many queries."""

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from termbase.admin.conflicts import SEEN, seal
from termbase.models import Activity, Concept, ConceptRelation, Definition, Example, Passage, Revision, Term

pytestmark = pytest.mark.django_db

ROLES = ("nobody", "reader", "contributor", "terminologist", "reviewer", "administrator")
EDITORS = {"terminologist", "reviewer", "administrator"}
STAFF = EDITORS | {"contributor"}
LIST = "/admin/termbase/concept/"
FIELDS = (
    *("language", "text", "term_type", "administrative_status", "part_of_speech", "geographical_usage"),
    *("reading", "source", "reliability", "usage_note", "note"),
)
PARTS = {
    "terms": (Term, FIELDS),
    "definitions": (Definition, ("language", "text", "source")),
    "relations": (ConceptRelation, ("relation_type", "target")),
}


def signed_in(client, role):
    if role != "nobody":
        user = User.objects.create_user(role, is_staff=role != "reader")
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
    return client


@pytest.fixture
def reviewer(client, small_termbase):
    return signed_in(client, "reviewer")


@pytest.fixture
def concept(small_termbase):
    return Concept.objects.get(key="c0005")


def filled(concept, new=(), **changes):
    """The form of a concept as the browser would send it, with `new` terms, and `changes` by term's text."""
    data = {"subject_field": "", "note": concept.note, SEEN: seal(Concept.objects.get(pk=concept.pk))}
    for prefix, (model, fields) in PARTS.items():
        rows = list(model.objects.filter(concept=concept).order_by("pk"))
        added = list(new) if prefix == "terms" else []
        data |= {f"{prefix}-TOTAL_FORMS": len(rows) + len(added), f"{prefix}-INITIAL_FORMS": len(rows)}
        for number, row in enumerate(rows):
            values = {name: getattr(row, name) for name in fields} | changes.get(str(row), {})
            data |= {f"{prefix}-{number}-id": row.pk, f"{prefix}-{number}-concept": concept.pk}
            data |= {f"{prefix}-{number}-{name}": value for name, value in values.items()}
        blank = {"term_type": "variant", "administrative_status": "admitted", "part_of_speech": "noun"}
        for number, values in enumerate(added, len(rows)):
            values = {"language": "en", "reliability": 2, "source": "x", **blank, **values}
            data |= {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return data


def change(concept, rest="change/"):
    return f"{LIST}{concept.pk}/{rest}"


class TestRoles:
    """Every role against every address, on screen and by direct request."""

    ASKED = {
        "aid/?text=毒品&language=zh-Hans": EDITORS,
        "find/?q=毒品": STAFF,
        "{pk}/examples/": EDITORS,
        "{pk}/change/": STAFF,
        "add/": EDITORS,
    }
    SENT = {"{pk}/preview/": EDITORS, "preview/": EDITORS}

    @pytest.mark.parametrize("role", ROLES)
    def test_who_sees_what(self, client, concept, role):
        signed_in(client, role)
        answers = {path: client.get(LIST + path.format(pk=concept.pk)).status_code for path in self.ASKED}
        assert set(answers.values()) <= {200, 302, 403}
        assert {path for path, code in answers.items() if code == 200} == {
            path for path, roles in self.ASKED.items() if role in roles
        }

    @pytest.mark.parametrize("role", ROLES)
    def test_who_may_preview(self, client, concept, role):
        signed_in(client, role)
        for path, roles in self.SENT.items():
            answer = client.post(LIST + path.format(pk=concept.pk), filled(concept))
            assert (answer.status_code == 200) == (role in roles), path

    @pytest.mark.parametrize("role", ROLES)
    def test_who_may_pin(self, client, concept, role):
        signed_in(client, role)
        passage = Passage.objects.get()
        term = concept.terms.first()
        client.post(change(concept, "examples/"), {"term": term.pk, "pin": f"{passage.pk}:0:3"})
        assert Example.objects.filter(term=term, pinned=True).exists() == (role in EDITORS)

    @pytest.mark.parametrize("role", ROLES)
    def test_who_may_save_and_approve(self, client, concept, role):
        signed_in(client, role)
        client.post(change(concept), filled(concept) | {"note": "new", "_approve": "all"})
        assert (Concept.objects.get(pk=concept.pk).note == "new") == (role in EDITORS)
        approved = not concept.terms.filter(review_status="proposed").exists()
        assert approved == (role in {"reviewer", "administrator"})

    def test_who_only_looks_is_shown_no_field(self, client, concept):
        signed_in(client, "contributor")
        page = client.get(change(concept)).text
        assert "恐怖主义罪" in page
        assert 'name="terms-0-text"' not in page
        assert "iframe" not in page


class TestAid:
    def test_it_tells_reading_script_source_and_duplicates(self, reviewer, concept):
        asked = {
            "text": "外国恐怖主义作战人员",
            "language": "zh-Hans",
            "source": "A/CONF.234/7, 13",
            "concept": concept.pk,
        }
        text = reviewer.get(LIST + "aid/", asked).text
        assert 'value="wài guó kǒng bù' in text
        assert "外國恐怖主義作戰人員" in text
        assert 'href="/documents/a-conf-234-7"' in text
        other = Concept.objects.get(key="c0003")
        assert change(other) in text
        assert f"{change(other)}?variant=zh-Hans:" in text
        assert f"{change(concept, 'merge/')}?target=c0003" in text

    def test_a_new_concept_cannot_be_merged_yet(self, reviewer):
        assert "merge" not in reviewer.get(LIST + "aid/", {"text": "毒品", "language": "zh-Hans"}).text

    @pytest.mark.parametrize(
        ("asked", "status"),
        [
            ({}, 400),
            ({"text": "x", "language": "fr"}, 400),
            ({"text": "x\0", "language": "en"}, 400),
            ({"text": "毒" * 9_000, "language": "zh-Hans"}, 200),
            ({"text": "毒", "language": "zh-Hans", "concept": "9" * 40}, 200),
            ({"text": "毒", "language": "zh-Hans", "concept": "x", "source": "A/1\0"}, 200),
            ({"text": "a*b?", "language": "en"}, 200),
        ],
    )
    def test_nothing_is_a_500(self, reviewer, asked, status):
        assert reviewer.get(LIST + "aid/", asked).status_code == status

    def test_queries(self, reviewer, concept, django_assert_max_num_queries):
        asked = {"text": "恐怖主义", "language": "zh-Hans", "source": "A/CONF.234/7", "concept": concept.pk}
        reviewer.get(LIST + "aid/", asked)
        # Session, user and rights, the document; three look-ups of four at the most.
        with django_assert_max_num_queries(20):
            reviewer.get(LIST + "aid/", asked)


@pytest.mark.parametrize(
    ("q", "keys"),
    [
        ("c0003", ["c0003"]),
        ("毒罪辦", ["c0001"]),
        ("", []),
        ("\0", []),
        ("nothing like it", []),
        ("恐怖主义罪", ["c0005"]),
    ],
)
def test_find(reviewer, django_assert_max_num_queries, q, keys):
    with django_assert_max_num_queries(14):
        text = reviewer.get(LIST + "find/", {"q": q}).text
    assert [key for key in ("c0001", "c0003", "c0005") if f'data-key="{key}"' in text] == keys


class TestPreview:
    def test_it_is_the_readers_page_and_nothing_is_saved(self, reviewer, concept):
        before = (Concept.objects.get(pk=concept.pk).version, Revision.objects.count())
        new = [{"text": "terrorism offence", "term_type": "variant"}]
        page = reviewer.post(change(concept, "preview/"), filled(concept, new=new) | {"note": "As in 2006."})
        assert "terrorism offence" in page.text
        assert "As in 2006." in page.text
        assert 'class="concept"' in page.text
        assert (Concept.objects.get(pk=concept.pk).version, Revision.objects.count()) == before

    def test_a_new_concept(self, reviewer):
        last = int(Concept.next_key()[1:])
        data = {f"{prefix}-{name}_FORMS": 0 for prefix in PARTS for name in ("TOTAL", "INITIAL")}
        row = {"language": "en", "text": "new", "term_type": "full_form", "administrative_status": "preferred"}
        data |= {"terms-TOTAL_FORMS": 1, "terms-0-part_of_speech": "noun", "terms-0-reliability": 1}
        data |= {f"terms-0-{name}": value for name, value in row.items()}
        assert "new" in reviewer.post(LIST + "preview/", data).text
        assert int(Concept.next_key()[1:]) == last + 1
        assert not Term.objects.filter(text="new").exists()

    def test_what_is_wrong_is_told(self, reviewer, concept):
        new = [{"text": "恐怖主义罪", "language": "zh-Hans"}]
        page = reviewer.post(change(concept, "preview/"), filled(concept, new=new))
        assert "This stands here twice." in page.text
        assert 'class="problems"' in page.text

    @pytest.mark.parametrize("key", ["999999", "x", "9" * 40, "1%2F2"])
    def test_no_such_concept(self, reviewer, concept, key):
        assert reviewer.post(f"{LIST}{key}/preview/", filled(concept)).status_code == 404

    def test_it_is_for_forms(self, reviewer, concept):
        assert reviewer.get(change(concept, "preview/")).status_code == 405
        assert reviewer.post(change(concept, "preview/"), {"terms-TOTAL_FORMS": "x"}).status_code == 200


class TestExamples:
    def test_what_can_be_chosen(self, reviewer):
        concept = Concept.objects.get(key="c0001")
        term = concept.terms.get(text="毒罪办")
        page = reviewer.get(change(concept, "examples/"), {"term": term.pk}).text
        assert page.count("毒罪办支持若干网络") == 1, "as an example"
        assert "<mark>毒罪办</mark>" in page, "and as a place in the documents"
        assert "<html" in page
        assert "<html" not in reviewer.get(change(concept, "examples/"), headers={"X-Fragment": "1"}).text

    def test_pinned_and_unpinned_as_steps_of_the_history(self, reviewer, concept):
        address, term = change(concept, "examples/"), concept.terms.first()
        sent = {"term": term.pk, "q": "网络", "pin": f"{Passage.objects.get().pk}:5:7", "_reason": "clear"}
        response = reviewer.post(address, sent)
        assert response.url.startswith(f"{address}?term={term.pk}&q=")
        example = Example.objects.get(term=term)
        assert (example.pinned, Activity.objects.order_by("-pk").first().reason) == (True, "clear")
        reviewer.post(address, {"term": term.pk, "unpin": example.pk})
        assert not Example.objects.get(term=term).pinned

    @pytest.mark.parametrize(
        "pin", ["", "1", "1:2", "x:y:z", "1:2:3:4", "999999:0:1", "{p}:0:999", "{p}:5:5", "9" * 40]
    )
    def test_no_such_place(self, reviewer, concept, pin):
        sent = {"term": concept.terms.first().pk, "pin": pin.format(p=Passage.objects.get().pk)}
        assert reviewer.post(change(concept, "examples/"), sent).status_code == 400

    @pytest.mark.parametrize("asked", [{"q": "\0"}, {"term": "x"}, {"q": "毒" * 900}, {"q": "。"}])
    def test_nothing_is_a_500(self, reviewer, concept, asked):
        assert reviewer.get(change(concept, "examples/"), asked).status_code == 200

    def test_of_another_concept(self, reviewer, concept):
        example = Example.objects.filter(term__text="毒罪办").first()
        Example.objects.update(pinned=True)
        reviewer.post(change(concept, "examples/"), {"term": concept.terms.first().pk, "unpin": example.pk})
        assert Example.objects.get(pk=example.pk).pinned


class TestSaving:
    def test_a_source_is_needed_for_approval(self, reviewer, concept):
        data = filled(concept, **{"terrorist offence": {"source": ""}})
        response = reviewer.post(change(concept), data | {"_approve": "all", "_reason": "why"})
        assert response.status_code == 200
        assert "A source is needed for approval." in response.text
        assert 'value="why"' in response.text
        assert not concept.terms.filter(review_status="approved").exists()

    def test_one_is_approved(self, reviewer, concept):
        term = concept.terms.get(language="en")
        data = filled(concept, 恐怖主义罪={"source": ""})
        assert reviewer.post(change(concept), data | {"_approve": str(term.pk)}).status_code == 302
        assert dict(concept.terms.values_list("language", "review_status")) == {"en": "approved", "zh-Hans": "proposed"}

    def test_nobody_approves_what_they_have_just_written(self, reviewer, concept):
        data = filled(concept, **{"terrorist offence": {"text": "terrorism offence"}})
        page = reviewer.post(change(concept), data | {"_approve": "all"}, follow=True).text
        assert "No one approves their own proposal." in page
        assert concept.terms.get(language="en").review_status == "proposed"

    def test_on_to_the_next(self, reviewer, small_termbase):
        first = Concept.objects.get(key="c0002")
        response = reviewer.post(change(first), filled(first) | {"_next": "1"})
        assert response.url == change(Concept.objects.get(key="c0003"))

    def test_on_to_the_next_of_the_list_as_it_was_filtered(self, reviewer, small_termbase):
        first = Concept.objects.get(key="c0002")
        filters = "?_changelist_filters=terms__review_status__exact%3Dproposed"
        response = reviewer.post(change(first) + filters, filled(first) | {"_next": "1"})
        assert response.url == change(Concept.objects.get(key="c0005")) + filters

    @pytest.mark.parametrize("filters", ["nothing=x", "terms__review_status__exact=%00", "p=x", "o=99"])
    def test_filters_that_are_none(self, reviewer, small_termbase, filters):
        first = Concept.objects.get(key="c0002")
        response = reviewer.post(f"{change(first)}?_changelist_filters={filters}", filled(first) | {"_next": "1"})
        assert response.status_code == 302

    def test_the_last_leads_to_the_list(self, reviewer, concept):
        page = reviewer.post(change(concept), filled(concept) | {"_next": "1"}, follow=True)
        assert page.request["PATH_INFO"] == LIST
        assert "That was the last of the list." in page.text

    def test_a_text_that_another_page_has_sent(self, reviewer, concept):
        page = reviewer.get(change(concept), {"variant": "en:terrorism offence"}).text
        assert 'value="terrorism offence"' in page

    @pytest.mark.parametrize("variant", ["", "x", "fr:x", ":", "en:", "en:\0", "en:" + "x" * 9_000])
    def test_sent_in_vain(self, reviewer, concept, variant):
        assert reviewer.get(change(concept), {"variant": variant}).status_code == 200

    def test_rows_in_which_nothing_was_typed_are_none(self, reviewer, concept):
        new = [{"text": " ", "source": "", "language": "zh-Hans"}, {"text": "", "source": ""}]
        assert reviewer.post(change(concept), filled(concept, new=new)).status_code == 302
        assert concept.terms.count() == 2

    def test_a_source_without_a_text_is_not_lost(self, reviewer, concept):
        response = reviewer.post(change(concept), filled(concept, new=[{"text": "", "source": "A/RES/60/1"}]))
        assert response.status_code == 200
        assert 'value="A/RES/60/1"' in response.text

    @pytest.mark.parametrize(
        ("target", "problem"),
        [
            ("c9999", "There is no concept “c9999”."),
            ("毒品", "There is no concept “毒品”."),
            ("c0005", "A concept is not related to itself."),
        ],
    )
    def test_a_relation_to_nothing(self, reviewer, concept, target, problem):
        data = filled(concept) | {"relations-TOTAL_FORMS": 1, "relations-0-relation_type": "related"}
        response = reviewer.post(change(concept), data | {"relations-0-target": target})
        assert problem in response.text

    def test_the_same_twice_is_told_beside_the_field(self, reviewer, concept):
        response = reviewer.post(change(concept), filled(concept, new=[{"text": "new"}, {"text": "new"}]))
        assert response.status_code == 200
        assert response.text.count("This stands here twice.") == 1

    def test_a_new_wording_is_read_anew(self, reviewer, concept):
        data = filled(concept, 恐怖主义罪={"text": "恐怖犯罪"})
        reviewer.post(change(concept), data)
        assert concept.terms.get(language="zh-Hans").reading == "kǒng bù fàn zuì"
        data = filled(concept, 恐怖犯罪={"text": "恐怖罪", "reading": "kǒngbù zuì"})
        reviewer.post(change(concept), data)
        assert concept.terms.get(language="zh-Hans").reading == "kǒngbù zuì"


def test_the_page_asks_a_fixed_number_of_times(reviewer, small_termbase):
    """However many terms, definitions and relations there are."""
    concept = Concept.objects.get(key="c0004")
    reviewer.get(change(concept))

    def asked():
        with CaptureQueriesContext(connection) as queries:
            reviewer.get(change(concept))
        return len(queries)

    few = asked()
    for number in range(5):
        Term.objects.create(concept=concept, language="en", text=f"another {number}", source=f"A/CONF.234/{number}")
        Definition.objects.create(concept=concept, language="en", text=f"another {number}")
        target = Concept.objects.create(key=f"x{number}")
        ConceptRelation.objects.create(concept=concept, relation_type="related", target=target)
    assert asked() <= few + 2, "the documents that the sources name, and the terms of related concepts"
    assert few <= 30


@pytest.mark.parametrize(
    ("way", "data", "told"),
    [
        pytest.param("withdraw/", {}, "c0004 has been withdrawn on", id="withdrawn"),
        pytest.param("merge/", {"target": "c0005"}, "Merged into c0005", id="merged"),
    ],
)
def test_an_entry_out_of_use_says_so(reviewer, small_termbase, way, data, told):
    concept = Concept.objects.get(key="c0004")
    assert told not in reviewer.get(change(concept)).text
    look = reviewer.get(change(concept, way), data)
    reviewer.post(change(concept, way), dict(look.context["hidden"]))
    text = reviewer.get(change(concept)).text
    assert told in text
    assert "data-preview" not in text, "readers see no such page"
