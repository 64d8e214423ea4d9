"""Two people at one concept: the second is told and shown both, and nothing is overwritten."""

import pytest
from django.core import signing

from termbase.admin.conflicts import SEEN, seal
from termbase.models import Activity, Concept, ConceptRelation, Definition, Term
from termbase.models.history import acting

pytestmark = pytest.mark.django_db

TERM_FIELDS = (
    *("language", "text", "term_type", "administrative_status", "part_of_speech", "geographical_usage"),
    *("reading", "source", "reliability", "usage_note", "note"),
)
PARTS = {
    "terms": (Term, TERM_FIELDS),
    "definitions": (Definition, ("language", "text", "source")),
    "relations": (ConceptRelation, ("relation_type", "target")),
}


@pytest.fixture
def concept(li):
    """The concept that both edit."""
    made = Concept.objects.get(key="c0004")
    Definition.objects.create(concept=made, language="zh-Hans", text="意在恐吓的暴力。", source="editors")
    ConceptRelation.objects.create(concept=made, relation_type="see_also", target=Concept.objects.get(key="c0002"))
    made.refresh_from_db()
    return made


def filled(concept):
    """The form of a concept as it is shown now, as the browser would send it."""
    data = {"subject_field": "", "note": concept.note, SEEN: seal(Concept.objects.get(pk=concept.pk))}
    for prefix, (model, fields) in PARTS.items():
        rows = list(model.objects.filter(concept=concept).order_by("pk"))
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": len(rows)}
        for number, row in enumerate(rows):
            data |= {f"{prefix}-{number}-id": row.pk, f"{prefix}-{number}-concept": concept.pk}
            data |= {f"{prefix}-{number}-{name}": getattr(row, name) for name in fields}
    return data


def add(data, prefix, **fields):
    number = data[f"{prefix}-TOTAL_FORMS"]
    data[f"{prefix}-TOTAL_FORMS"] = number + 1
    data |= {f"{prefix}-{number}-id": "", f"{prefix}-{number}-concept": ""}
    data |= {f"{prefix}-{number}-{name}": value for name, value in fields.items()}
    return data


def again(response):
    """What the form that came back would send."""
    data = {SEEN: response.context["seen"]}
    form = response.context["adminform"].form
    data |= {name: form[name].value() or "" for name in form.fields}
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        data |= {
            f"{formset.prefix}-{name}": formset.management_form[name].value()
            for name in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        for row in formset.forms:
            data |= {row.add_prefix(name): row[name].value() or "" for name in row.fields if name != "DELETE"}
    return data


def send(client, concept, data):
    return client.post(f"/admin/termbase/concept/{concept.pk}/change/", data)


def lines(response):
    return {
        (line.field, line.seen, line.theirs, line.mine, line.verdict) for line in response.context["conflict"].lines
    }


def index(data, text):
    (name,) = [name for name, value in data.items() if value == text and name.endswith("-text")]
    return name.removesuffix("text")


def test_without_another_it_is_saved(client, concept):
    assert send(client, concept, filled(concept) | {"note": "mine"}).status_code == 302
    assert Concept.objects.get(pk=concept.pk).note == "mine"


def test_the_same_field(client, concept, wang):
    data = filled(concept)
    with acting(user=wang, reason="as the Assembly says"):
        Concept.objects.filter(pk=concept.pk).update(note="theirs")
    response = send(client, concept, data | {"note": "mine"})
    assert response.status_code == 200
    assert Concept.objects.get(pk=concept.pk).note == "theirs", "nothing is overwritten"
    assert lines(response) == {("note", "", "theirs", "mine", "both")}
    assert "wang" in response.text
    assert "as the Assembly says" in response.text
    assert again(response)["note"] == "mine", "and no input is lost"
    assert send(client, concept, again(response)).status_code == 302
    assert Concept.objects.get(pk=concept.pk).note == "mine", "once it was seen"


def test_different_fields_are_brought_together(client, concept, wang):
    data = filled(concept)
    english = index(data, "terrorism")
    with acting(user=wang):
        Term.objects.filter(text="恐怖主义").update(usage_note="theirs")
    data[f"{english}usage_note"] = "mine"
    response = send(client, concept, data)
    assert lines(response) == {("usage note", "", "theirs", "", "theirs"), ("usage note", "", "", "mine", "mine")}
    assert send(client, concept, again(response)).status_code == 302
    assert dict(Term.objects.filter(concept=concept).values_list("text", "usage_note")) == {
        "恐怖主义": "theirs",
        "terrorism": "mine",
    }


def test_what_the_form_does_not_show_is_told_as_well(client, concept, wang):
    data = filled(concept)
    term = Term.objects.get(text="terrorism")
    with acting(user=wang):
        term.reject(by=wang, reason="too vague")
    response = send(client, concept, data | {"note": "mine"})
    assert ("review status", "approved", "rejected", "approved", "theirs") in lines(response)
    assert send(client, concept, again(response)).status_code == 302
    assert Term.objects.get(pk=term.pk).review_status == "rejected"


def test_rows_that_either_added(client, concept, wang):
    data = filled(concept)
    with acting(user=wang):
        Term.objects.create(concept=concept, language="en", text="terrorist acts", source="x")
    new = {"language": "en", "text": "acts of terrorism", "term_type": "variant", "administrative_status": "admitted"}
    new |= {"part_of_speech": "noun", "source": "x", "reliability": 2}
    response = send(client, concept, add(data, "terms", **new))
    assert send(client, concept, again(response)).status_code == 302
    texts = set(Term.objects.filter(concept=concept, language="en").values_list("text", flat=True))
    assert texts == {"terrorism", "terrorist acts", "acts of terrorism"}


def test_a_row_they_took_out(client, concept, wang):
    data = filled(concept)
    with acting(user=wang):
        concept.definitions.all().delete()
        concept.relations.all().delete()
    data[f"{index(data, '意在恐吓的暴力。')}source"] = "A/RES/49/60"
    response = send(client, concept, data)
    assert ("source", "editors", "", "A/RES/49/60", "both") in lines(response)
    form = again(response)
    assert (form["definitions-INITIAL_FORMS"], form["definitions-TOTAL_FORMS"]) == ("0", "1"), "mine is a new one"
    assert form["relations-TOTAL_FORMS"] == "0", "what I had not touched is gone"
    assert send(client, concept, form).status_code == 302
    assert concept.definitions.get().source == "A/RES/49/60"


def test_a_row_i_take_out_and_they_changed(client, concept, wang):
    data = filled(concept)
    with acting(user=wang):
        concept.definitions.filter(language="zh-Hans").update(source="theirs")
    data[f"{index(data, '意在恐吓的暴力。')}DELETE"] = "on"
    response = send(client, concept, data)
    assert ("source", "editors", "theirs", "", "both") in lines(response)
    assert concept.definitions.count() == 2
    assert again(response)[f"{index(again(response), '意在恐吓的暴力。')}source"] == "theirs"


def test_the_same_change_by_both_is_saved_after_a_look(client, concept, wang):
    data = filled(concept)
    with acting(user=wang):
        Concept.objects.filter(pk=concept.pk).update(note="same")
    response = send(client, concept, data | {"note": "same"})
    assert [line.verdict for line in response.context["conflict"].lines] == ["theirs"]


def test_a_write_that_changed_nothing_is_no_conflict(client, concept, wang):
    data = filled(concept)
    with acting(user=wang):
        Concept.objects.get(pk=concept.pk).save()
    assert send(client, concept, data | {"note": "mine"}).status_code == 302


def test_a_third_change_between_the_looks(client, concept, wang):
    data = filled(concept)
    with acting(user=wang):
        Concept.objects.filter(pk=concept.pk).update(note="theirs")
    response = send(client, concept, data | {"note": "mine"})
    with acting(user=wang):
        Concept.objects.filter(pk=concept.pk).update(note="theirs again")
    response = send(client, concept, again(response))
    assert lines(response) == {("note", "theirs", "theirs again", "mine", "both")}


def test_other_errors_of_the_form_keep_what_was_seen(client, concept, wang):
    """A form that comes back for another reason is still of the version that it was opened at."""
    data = filled(concept)
    response = send(client, concept, data | {f"{index(data, 'terrorism')}text": ""})
    assert response.context["conflict"] is None
    with acting(user=wang):
        Concept.objects.filter(pk=concept.pk).update(note="theirs")
    response = send(client, concept, again(response) | {f"{index(data, 'terrorism')}text": "terrorism", "note": "mine"})
    assert lines(response) == {("note", "", "theirs", "mine", "both")}


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(None, id="nothing"),
        pytest.param("", id="empty"),
        pytest.param("x:y:z", id="made up"),
        pytest.param(signing.dumps([1, 1, 1, []], salt="other"), id="sealed for another purpose"),
        pytest.param("other", id="another concept's"),
    ],
)
def test_who_does_not_say_what_was_seen_overwrites_nothing(client, concept, seen):
    data = filled(concept) | {"note": "mine"}
    data[SEEN] = seal(Concept.objects.get(key="c0001")) if seen == "other" else seen or ""
    if seen is None:
        del data[SEEN]
    response = send(client, concept, data)
    assert response.status_code == 200
    assert Concept.objects.get(pk=concept.pk).note == ""
    assert lines(response) == {("note", "", "", "mine", "mine")}
    assert send(client, concept, again(response)).status_code == 302


@pytest.mark.parametrize("total", ["-1", "x", "999999999999", "1e9", ""])
def test_a_broken_form_is_no_500(client, concept, wang, total):
    data = filled(concept)
    with acting(user=wang):
        Concept.objects.filter(pk=concept.pk).update(note="theirs")
    assert send(client, concept, data | {"terms-TOTAL_FORMS": total}).status_code == 200


def test_values_that_are_none_are_shown_as_they_are(client, concept, wang):
    data = filled(concept)
    with acting(user=wang):
        Concept.objects.filter(pk=concept.pk).update(note="theirs")
    english = index(data, "terrorism")
    response = send(client, concept, data | {f"{english}reliability": "much", "subject_field": "999999"})
    assert response.status_code == 200
    assert {line.mine for line in response.context["conflict"].lines} >= {"much", "#999999"}


class TestTermPage:
    """A term's own page is of the same concept."""

    FIELDS = TERM_FIELDS

    @pytest.fixture
    def term(self, concept):
        return Term.objects.get(text="terrorism")

    def filled(self, term):
        concept = Concept.objects.get(pk=term.concept_id)
        return {name: getattr(term, name) for name in self.FIELDS} | {"concept": concept.pk, SEEN: seal(concept)}

    @staticmethod
    def send(client, term, data):
        return client.post(f"/admin/termbase/term/{term.pk}/change/", data)

    def test_the_same_field(self, client, term, wang):
        data = self.filled(term)
        with acting(user=wang):
            Term.objects.filter(pk=term.pk).update(note="theirs")
        response = self.send(client, term, data | {"note": "mine"})
        assert lines(response) == {("note", "", "theirs", "mine", "both")}
        assert response.context["adminform"].form["note"].value() == "mine"
        assert Term.objects.get(pk=term.pk).note == "theirs"

    def test_another_field(self, client, term, wang):
        data = self.filled(term)
        with acting(user=wang):
            Term.objects.filter(pk=term.pk).update(note="theirs")
        response = self.send(client, term, data | {"usage_note": "mine"})
        form = response.context["adminform"].form
        assert (form["note"].value(), form["usage_note"].value()) == ("theirs", "mine")

    def test_another_part_of_the_concept_is_no_conflict(self, client, term, wang):
        data = self.filled(term)
        with acting(user=wang):
            Term.objects.filter(text="恐怖主义").update(note="theirs")
        assert self.send(client, term, data | {"note": "mine"}).status_code == 302


def test_a_save_is_one_step_with_its_reason(client, concept, li):
    data = filled(concept) | {"note": "mine", "_reason": " 依据第49/60号决议 "}
    send(client, concept, add(data, "definitions", language="en", text="New.", source="x"))
    activity = Activity.objects.order_by("-pk").first()
    assert (activity.user, activity.kind, activity.reason) == (li, "edit", "依据第49/60号决议")
    assert set(activity.revisions.values_list("model", flat=True)) == {"concept", "definition"}
