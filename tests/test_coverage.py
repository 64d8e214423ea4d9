"""The figures of the coverage report, as text and as a page."""

import io
from datetime import date

import pytest
from django.core.management import call_command

from termbase.coverage import Growth, growth_plot, measure
from termbase.models import Concept, SubjectField, Term

pytestmark = pytest.mark.django_db


def test_figures(small_termbase):
    Term.objects.filter(text="毒罪办").update(usage_note="Second mention.")
    report = measure()
    assert (report.concepts, report.terms) == (5, 14)
    assert (report.with_both_languages, report.with_both_proposed) == (4, 1), "c0005 is only proposed"
    assert report.with_example == 1
    assert report.with_definition == 1
    assert report.with_usage_note == 1
    assert report.not_in_documents == 7, "all Chinese terms but 毒罪办"
    assert {row.value: row.count for row in report.review_statuses} == {"proposed": 2, "approved": 12, "rejected": 0}
    assert {row.value: row.count for row in report.administrative_statuses}["deprecated"] == 1
    ((row),) = report.documents
    assert (row.passages, row.terms, row.occurrences) == (1, 1, 1)
    assert [(node.subject_field.key, node.own, node.total) for node in report.subject_fields] == [("bodies", 1, 1)]


def test_withdrawn_and_rejected_do_not_count(small_termbase):
    Concept.objects.get(key="c0001").withdraw()
    Term.objects.filter(text="外国恐怖分子战士").update(review_status="rejected")
    report = measure()
    assert (report.concepts, report.terms) == (4, 8)


def test_children_stand_under_their_parent_and_count_with_it(db):
    for key, parent in (("m", None), ("z", "m"), ("a", None), ("b", "m")):
        SubjectField.objects.create(
            key=key, name_en=key, name_zh=key, parent=SubjectField.objects.filter(key=parent).first()
        )
    Concept.objects.create(key="c0001", subject_field=SubjectField.objects.get(key="z"))
    found = [(node.subject_field.key, node.depth, node.total) for node in measure().subject_fields]
    assert found == [("a", 0, 0), ("m", 0, 1), ("b", 1, 0), ("z", 1, 1)], "a parent counts with its children"


@pytest.mark.parametrize(
    ("periods", "labels", "totals"),
    [
        (
            [("2023-11-01", 3), ("2024-02-01", 5)],
            ["2023-11-01", "2023-12-01", "2024-01-01", "2024-02-01"],
            [3, 3, 3, 5],
        ),
        ([("2024-02-27", 3), ("2024-02-29", 5)], ["2024-02-27", "2024-02-28", "2024-02-29"], [3, 3, 5]),
    ],
)
def test_growth_is_drawn_in_even_steps(periods, labels, totals):
    plot = growth_plot([Growth(date.fromisoformat(begins), total) for begins, total in periods])
    assert (plot.labels, plot.series[0].values) == (labels, totals)


def test_the_same_number_of_queries_however_much_there_is(small_termbase, client, django_assert_num_queries):
    # eight totals, six groups, the subject fields, documents with their passages and frequencies, growth by month and,
    # of a young termbase, by day, most used terms with their concepts and what these are called
    with django_assert_num_queries(23):
        assert client.get("/coverage").status_code == 200


def test_as_text_and_as_a_page_also_when_empty(db, client):
    output = io.StringIO()
    call_command("coverage", stdout=output)
    assert "0  concepts" in output.getvalue()
    assert client.get("/coverage").status_code == 200
