"""The history as people read it."""

import pytest
from django.contrib.auth.models import User
from django.utils import translation

from termbase import editing, merging
from termbase.history import timeline, undoing
from termbase.history.states import step_of
from termbase.models import Activity, Concept, ConceptRelation, Definition, Term
from termbase.models.history import acting

pytestmark = pytest.mark.django_db


def brief(event):
    """Kinds and titles of the changes, with the fields."""
    return [(c.kind.value, c.title, {f.name: (text(f.before), text(f.after)) for f in c.fields}) for c in event.changes]


def text(pieces):
    return "".join(piece.text for piece in pieces)


def latest(concept):
    return timeline.timeline(concept).events[0]


def test_a_changed_term(fighters, li):
    term = fighters.terms.get(language="en")
    with acting(user=li, reason="A/RES/74/1 has it so"):
        term.administrative_status, term.note = "admitted", "rare"
        term.save()
    event = latest(fighters)
    assert (event.activity.by, event.activity.reason) == ("li", "A/RES/74/1 has it so")
    fields = {"administrative status": ("preferred", "admitted"), "note": ("", "rare")}
    assert brief(event) == [("changed", "foreign terrorist fighter", fields)]


def test_the_changed_words_are_marked(fighters, li):
    term = fighters.terms.get(text="外国恐怖分子战士")
    with acting(user=li):
        term.text = "外国恐怖主义战士"
        term.save()
    (field,) = [f for f in latest(fighters).changes[0].fields if f.name == "text"]
    assert [p.text for p in field.before if p.changed] == ["分子"]
    assert [p.text for p in field.after if p.changed] == ["主义"]
    assert field.language == "zh-Hans"


def test_parts_that_came_and_went(fighters, li):
    with acting(user=li):
        Definition.objects.create(concept=fighters, language="en", text="Who goes abroad to fight.", source="editors")
        fighters.relations.get().delete()
        fighters.terms.get(language="en").delete()
    kinds = {(c.kind.value, c.what, c.title) for c in latest(fighters).changes}
    assert kinds == {
        ("added", "definition", "Who goes abroad to fight."),
        ("removed", "relation", "related c0004"),
        ("removed", "term", "foreign terrorist fighter"),
    }


def test_several_writes_of_a_step_are_told_as_one_change(fighters, li):
    term = fighters.terms.get(language="en")
    with acting(user=li):
        for note in ("one", "two", "three"):
            Term.objects.filter(pk=term.pk).update(note=note)
        Definition.objects.create(concept=fighters, language="en", text="x").delete()
    assert brief(latest(fighters)) == [("changed", "foreign terrorist fighter", {"note": ("", "three")})]


def test_a_term_that_moved_is_told_in_both_places(fighters, li):
    other = Concept.objects.get(key="c0004")
    term = fighters.terms.get(text="外国恐怖分子战士")
    with acting(user=li):
        Term.objects.filter(pk=term.pk).update(concept=other)
    with acting(user=li):
        Term.objects.filter(pk=term.pk).update(note="after the move")
    (away,) = latest(fighters).changes
    assert (away.kind, away.elsewhere) == ("moved_out", "c0004"), "what it did afterwards is not told here"
    here, earlier = timeline.timeline(other).events[:2]
    assert brief(here) == [("changed", "外国恐怖分子战士", {"note": ("", "after the move")})]
    assert [(c.kind, c.elsewhere) for c in earlier.changes] == [("moved_in", "c0003")]


def test_a_deleted_term_had_a_life_of_its_own(fighters, li):
    with acting(user=li):
        term = Term.objects.create(concept=fighters, language="en", text="foreign fihgter")
    with acting(user=li):
        term.text = "foreign fighter"
        term.save()
    with acting(user=li):
        term.delete()
    titles = [[(c.kind.value, c.title) for c in e.changes] for e in timeline.timeline(fighters).events[:3]]
    assert titles == [
        [("removed", "foreign fighter")],
        [("changed", "foreign fighter")],
        [("added", "foreign fihgter")],
    ]


def test_names_stand_for_ids(fighters, wang):
    with acting(user=wang):
        fighters.terms.get(language="en").approve(by=wang)
        fighters.withdraw(replaced_by=Concept.objects.get(key="c0004"))
    told = {c.what: {f.name: text(f.after) for f in c.fields} for c in latest(fighters).changes}
    assert told["term"]["reviewed by"] == "wang"
    assert told["concept"]["replaced by"] == "c0004"


def test_what_is_gone_is_told_by_its_number(fighters, li):
    other = Concept.objects.create(key="x1")
    with acting(user=li):
        relation = ConceptRelation.objects.create(concept=fighters, relation_type="see_also", target=other)
    with acting(user=li):
        relation.delete()
    pk = other.pk
    other.delete()
    assert latest(fighters).changes[0].title == f"see also #{pk}"


def test_it_speaks_chinese(fighters, li):
    with acting(user=li):
        fighters.terms.filter(language="en").update(administrative_status="admitted")
    with translation.override("zh-hans"):
        (change,) = latest(fighters).changes
        assert change.kind.label == "修改"
        assert change.what == "术语"
        assert brief(latest(fighters))[0][2] == {"使用状态": ("首选", "许用")}


def test_pages(fighters, li):
    for number in range(timeline.PAGE_SIZE + 5):
        with acting(user=li):
            Concept.objects.filter(pk=fighters.pk).update(note=str(number))
    first = timeline.timeline(fighters)
    assert (len(first.events), first.page, first.more) == (timeline.PAGE_SIZE, 1, True)
    second = timeline.timeline(fighters, "2")
    assert (second.page, second.more) == (2, False)
    assert not {e.activity.pk for e in first.events} & {e.activity.pk for e in second.events}
    assert brief(second.events[0]) == [("changed", "c0003", {"note": ("3", "4")})], "values go on over pages"


@pytest.mark.parametrize("asked", ["0", "-1", "x", "", "9" * 20, "２"])
def test_a_page_that_is_none_is_the_first(fighters, asked):
    assert timeline.timeline(fighters, asked).page == 1


def test_who_has_undone_it(fighters, li):
    with acting(user=li):
        Concept.objects.filter(pk=fighters.pk).update(note="x")
    activity = Activity.objects.first()
    undoing.undo(activity=activity, by=li)
    undo, undone = timeline.timeline(fighters).events[:2]
    assert undone.undone_by == undo.activity
    undoing.undo(activity=undo.activity, by=li)
    events = timeline.timeline(fighters).events
    assert [event.undone_by is not None for event in events[:3]] == [False, True, False], "done again, so not undone"


def test_the_number_of_queries_does_not_grow_with_the_history(fighters, li, django_assert_max_num_queries):
    for number in range(10):
        with acting(user=User.objects.create_user(f"u{number}")):
            fighters.terms.filter(language="en").update(note=str(number))
            Definition.objects.create(concept=fighters, language="en", text=str(number))
    with django_assert_max_num_queries(20):
        timeline.timeline(fighters)


def test_writes_through_the_api_say_who(fighters, li):
    editing.change_concept(key="c0003", versions=[fighters.version], values={"note": "x"}, by=li)
    assert (latest(fighters).activity.by, latest(fighters).activity.kind) == ("li", "edit")
    editing.withdraw_concept(key="c0003", versions=[Concept.objects.get(key="c0003").version], by=li)
    assert latest(fighters).activity.kind == "withdraw"


def test_all_of_a_merge(fighters, li):
    merging.merge(source="c0003", target="c0004", by=li)
    step = step_of(Activity.objects.first())
    assert {change.concept for change in timeline.told(step)} == {"c0003", "c0004"}
