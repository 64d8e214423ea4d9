"""The findings kept up to date, counted over time, chosen and waived."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from termbase.errors import InvalidInput
from termbase.models import Concept, EntryFinding, EntryFindingCount, EntryWaiver, SubjectField, Term
from termbase.quality import entries
from termbase.quality.entries import Chosen
from termbase.vocabulary import EntryFindingKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def li(db):
    return User.objects.create_user("li")


@pytest.fixture
def lacking(enter):
    """An entry without English, looked through."""
    enter("c", ("zh", "引渡"))
    entries.look_through()
    return EntryFinding.objects.get(kind="no_equivalent")


def of_kind(kind, tallies):
    return next((tally.open, tally.waived) for tally in tallies if tally.kind == kind)


def test_what_is_still_so_keeps_its_date(lacking):
    earlier = timezone.now() - timedelta(days=3)
    EntryFinding.objects.update(found_at=earlier)
    entries.look_through()
    assert EntryFinding.objects.get(kind="no_equivalent").found_at == earlier


def test_what_is_no_longer_so_goes(lacking, enter):
    enter("c", ("zh", "引渡"), ("en", "extradition"))
    entries.look_through()
    assert not EntryFinding.objects.filter(kind="no_equivalent").exists()


def test_a_fixed_number_of_statements(lacking, enter, django_assert_num_queries):
    enter("d", ("zh", "刑事司法"))
    # a savepoint and its release, terms gathered and analysed, the table of what is found, nine queries, the texts for
    # house style, fingerprints and their statistics, what goes, moves and comes, tables dropped, the count of the day
    with django_assert_num_queries(23):
        entries.look_through()


def test_an_empty_termbase(db):
    entries.look_through()
    assert {tally.open for tally in entries.tallies(Chosen())} == {0}
    assert entries.trend().totals == (0,)


def test_waived_and_counted_again(lacking, li):
    assert of_kind("no_equivalent", entries.tallies(Chosen())) == (1, 0)
    assert entries.waive([lacking.pk], reason=" A name. ", by=li) == 1
    waiver = EntryWaiver.objects.get()
    assert (waiver.reason, waiver.waived_by, waiver.concept.key) == ("A name.", li, "c")
    assert of_kind("no_equivalent", entries.tallies(Chosen())) == (0, 1)
    assert list(entries.chosen(Chosen(kind="no_equivalent"))) == []
    assert list(entries.chosen(Chosen(kind="no_equivalent", waived=True))) == [lacking]
    entries.look_through()
    assert of_kind("no_equivalent", entries.tallies(Chosen())) == (0, 1), "looked through again, it is still waived"
    assert entries.lift([lacking.pk], by=li) == 1
    assert of_kind("no_equivalent", entries.tallies(Chosen())) == (1, 0)
    waiver.refresh_from_db()
    assert (waiver.lifted_by, waiver.reason) == (li, "A name."), "it stays on record"


def test_a_changed_text_is_another_finding(lacking, li):
    entries.waive([lacking.pk], reason="A name.", by=li)
    Term.objects.update(text="引渡法")
    entries.look_through()
    assert of_kind("no_equivalent", entries.tallies(Chosen())) == (1, 0)
    Term.objects.update(text="引渡")
    entries.look_through()
    assert of_kind("no_equivalent", entries.tallies(Chosen())) == (0, 1), "the waiver is of that text"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
def test_a_waiver_has_a_reason(lacking, li, reason):
    with pytest.raises(InvalidInput):
        entries.waive([lacking.pk], reason=reason, by=li)
    assert not EntryWaiver.objects.exists()


def test_waiving_twice_is_waiving_once(lacking, li):
    assert [entries.waive([lacking.pk], reason="A name.", by=li) for _ in range(2)] == [1, 0]
    assert EntryWaiver.objects.count() == 1


def test_what_is_not_there_is_not_waived(lacking, li):
    assert entries.waive([lacking.pk + 1000], reason="A name.", by=li) == 0
    assert entries.lift([lacking.pk], by=li) == 0


def test_chosen_by_kind_language_and_subject(enter):
    enter("crime", ("zh", "引渡"))
    enter("drugs", ("en", "drug"), subject="drugs")
    entries.look_through()
    drugs = [SubjectField.objects.get(key="drugs").pk]

    def keys(which, fields=()):
        return sorted(finding.concept.key for finding in entries.chosen(which, fields).filter(kind="no_equivalent"))

    assert keys(Chosen()) == ["crime", "drugs"]
    assert keys(Chosen(kind="no_source")) == []
    assert keys(Chosen(language="zh")) == ["drugs"], "it is the Chinese that it lacks"
    assert keys(Chosen(subject="drugs"), drugs) == ["drugs"]
    assert of_kind("no_equivalent", entries.tallies(Chosen(subject="drugs"), drugs)) == (1, 0)
    assert of_kind("no_equivalent", entries.tallies(Chosen(language="en"))) == (1, 0)


def test_a_finding_goes_with_its_entry_to_another_subject(enter):
    enter("c", ("zh", "引渡"))
    entries.look_through()
    Concept.objects.update(subject_field=SubjectField.objects.get(key="drugs"))
    entries.look_through()
    assert EntryFinding.objects.get(kind="no_equivalent").subject_field.key == "drugs"


@pytest.mark.parametrize("given", [{"kind": "none"}, {"language": "fr"}, {"subject": "none"}])
def test_what_there_is_not_cannot_be_chosen(given):
    with pytest.raises(InvalidInput) as caught:
        Chosen.of(given, {"crime"})
    assert set(caught.value.fields) == set(given)


def test_a_row_a_day_and_kind(lacking):
    entries.look_through()
    assert EntryFindingCount.objects.count() == len(EntryFindingKind)
    EntryFindingCount.objects.update(day=timezone.now().date() - timedelta(days=1), open=7)
    entries.look_through()
    trend = entries.trend()
    assert trend.kinds["no_equivalent"] == (7, 1)
    assert trend.totals == (7 * len(EntryFindingKind), EntryFinding.objects.count())
    assert trend.counted_at is not None


def test_waiving_changes_the_count_of_today(lacking, li):
    entries.waive([lacking.pk], reason="A name.", by=li)
    count = EntryFindingCount.objects.get(kind="no_equivalent")
    assert (count.open, count.waived) == (0, 1)


def test_before_the_first_count(db):
    trend = entries.trend()
    assert (trend.days, trend.totals, trend.counted_at) == ((), (), None)
