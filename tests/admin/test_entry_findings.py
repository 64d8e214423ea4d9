"""The quality view: what it shows, to whom, and what may be done there."""

import pytest
from django.contrib.auth.models import User
from django.db import connection

from termbase.models import Concept, EntryFinding, EntryWaiver, SubjectField, Term
from termbase.quality import entries

pytestmark = pytest.mark.django_db

LIST = "/admin/termbase/entryfinding/"
SEES = ("contributor", "terminologist", "reviewer", "administrator")
DECIDES = ("terminologist", "reviewer", "administrator")
ROLES = ("nobody", "reader", *SEES)


@pytest.fixture
def looked(small_termbase):
    """Findings there are: c0006 has no English, and most entries have no example."""
    concept = Concept.objects.create(key="c0006", subject_field=SubjectField.objects.get())
    Term.objects.create(concept=concept, language="zh-Hans", text="引渡", administrative_status="preferred")
    entries.look_through()
    return EntryFinding.objects.get(kind="no_equivalent")


def waiting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("role", ROLES)
def test_who_sees_and_who_decides(sign_in, looked, role):
    """Every role against the page and every action, on screen and by direct request."""
    client = sign_in(role)
    page = client.get(LIST)
    assert (page.status_code == 200) == (role in SEES)
    assert ("Waive the ticked ones" in page.text) == (role in DECIDES)
    assert ("Look through them again" in page.text) == (role in DECIDES)
    client.post(f"{LIST}waive/", {"finding": looked.pk, "_reason": "A name."})
    assert EntryWaiver.objects.exists() == (role in DECIDES)
    client.post(f"{LIST}again/")
    assert waiting() == (role in DECIDES)
    if not EntryWaiver.objects.exists():
        entries.waive([looked.pk], reason="A name.", by=User.objects.create_superuser("root"))
    client.post(f"{LIST}lift/", {"finding": looked.pk})
    assert (EntryWaiver.objects.get().lifted_at is not None) == (role in DECIDES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ["waive", "lift", "again"])
def test_looking_at_an_action_does_nothing(sign_in, looked, role, name):
    assert sign_in(role).get(f"{LIST}{name}/").status_code in (302, 403)
    assert (EntryWaiver.objects.count(), waiting()) == (0, 0)


def test_a_finding_opens_its_entry(sign_in, looked):
    client = sign_in("terminologist")
    address = f"/admin/termbase/concept/{looked.concept_id}/change/"
    assert f'<a href="{address}">c0006</a>' in client.get(LIST).text
    assert client.get(f"{LIST}{looked.pk}/change/").headers["Location"] == address
    assert client.get(f"{LIST}{looked.pk + 999}/change/").status_code == 404
    assert client.get(f"{LIST}x/change/").status_code == 404


@pytest.mark.parametrize("role", ["nobody", "reader"])
def test_who_sees_none_is_led_to_none(sign_in, looked, role):
    assert "/concept/" not in sign_in(role).get(f"{LIST}{looked.pk}/change/").headers.get("Location", "")


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("?kind=no_equivalent", ["c0006"]),
        ("?kind=no_equivalent&language=en", ["c0006"]),
        ("?kind=no_equivalent&language=zh", []),
        ("?kind=no_equivalent&subject=bodies", ["c0006"]),
        ("?subject=bodies", ["c0006"] * 3),
        ("?kind=no_equivalent&waived=yes", []),
        ("?kind=no_equivalent&page=99", ["c0006"]),
        ("?kind=no_equivalent&page=x", ["c0006"]),
    ],
)
def test_filters(sign_in, looked, query, keys):
    page = sign_in("contributor").get(LIST + query)
    assert [finding.concept.key for finding in page.context["found"]] == keys
    assert page.context["found"].paginator.count == len(keys)


@pytest.mark.parametrize("query", ["?kind=none", "?subject=none", "?language=fr"])
def test_a_filter_that_names_nothing(sign_in, looked, query):
    page = sign_in("contributor").get(LIST + query)
    assert page.status_code == 400
    assert 'role="alert"' in page.text


def test_without_a_reason_nothing_is_waived_and_the_ticks_stay(sign_in, looked):
    page = sign_in("terminologist").post(f"{LIST}waive/?kind=no_equivalent", {"finding": looked.pk, "_reason": " "})
    assert page.status_code == 400
    assert "A waiver needs a reason" in page.text
    assert f'id="finding-{looked.pk}"' in page.text.partition(" checked>")[0]
    assert not EntryWaiver.objects.exists()


def test_all_that_are_chosen_are_waived_and_lifted(sign_in, looked, monkeypatch):
    monkeypatch.setattr("termbase.admin.entry_findings.PAGE_SIZE", 2)
    client = sign_in("terminologist")
    count = EntryFinding.objects.filter(kind="no_example").count()
    assert f'name="every" value="{count}"' in client.get(f"{LIST}?kind=no_example").text
    data = {"every": str(count), "_reason": "An example is hard to find."}
    assert client.post(f"{LIST}waive/?kind=no_example", data | {"every": "1"}).status_code == 400, "others by now"
    client.post(f"{LIST}waive/?kind=no_example", data)
    assert set(EntryFinding.objects.open().values_list("kind", flat=True)).isdisjoint({"no_example"})
    assert EntryFinding.objects.open().filter(pk=looked.pk).exists(), "of another kind"
    client.post(f"{LIST}lift/?kind=no_example&waived=yes", {"every": str(count)})
    assert EntryFinding.objects.open().filter(kind="no_example").count() == count


def test_back_to_what_was_chosen(sign_in, looked):
    client = sign_in("terminologist")
    answer = client.post(f"{LIST}waive/?kind=no_equivalent", {"finding": [looked.pk, "x"], "_reason": "A name."})
    assert answer.headers["Location"] == f"{LIST}?kind=no_equivalent"
    page = client.get(f"{LIST}?kind=no_equivalent&waived=yes").text
    assert "A name." in page
    assert "terminologist" in page


def test_pages_of_fifty(sign_in, looked):
    concept = Concept.objects.get(key="c0001")
    EntryFinding.objects.bulk_create(
        EntryFinding(kind="two_preferred", concept=concept, text="x", fingerprint=f"{number:032x}")
        for number in range(120)
    )
    client = sign_in("contributor")
    first, last = (client.get(f"{LIST}?kind=two_preferred&page={number}") for number in (1, 3))
    assert (len(first.context["found"]), len(last.context["found"])) == (50, 20)
    assert "?kind=two_preferred&amp;page=2" in first.text


def test_before_the_first_count(sign_in, small_termbase):
    assert "have not been looked through yet" in sign_in("contributor").get(LIST).text


def test_in_chinese(sign_in, looked):
    assert sign_in("contributor").get(LIST, headers={"Accept-Language": "zh-CN"}).status_code == 200


@pytest.mark.parametrize("query", ["", "?subject=bodies", "?waived=yes"])
def test_a_fixed_number_of_queries(sign_in, looked, query, django_assert_max_num_queries):
    client = sign_in("terminologist")
    findings = [
        EntryFinding(kind="no_source", concept=c, text="x", fingerprint=f"{c.pk:032x}") for c in Concept.objects.all()
    ]
    EntryFinding.objects.bulk_create(findings)
    client.get(LIST)
    # session, person, permissions (two), subject fields, open and waived by kind, the trend, findings with their
    # concepts, what these are called and the other concepts
    with django_assert_max_num_queries(13):
        client.get(LIST + query)
