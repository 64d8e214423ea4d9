"""The first page of the workbench: what it shows to whom."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from termbase.models import Candidate, Concept, EntryFindingCount, FailedLookup, LookupCount, Term
from termbase.models.history import acting
from termbase.quality import entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    def as_role(role):
        user = User.objects.create_user(role, is_staff=role != "reader")
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        return user

    return as_role


@pytest.fixture
def busy(small_termbase):
    """A termbase in which something of everything has happened."""
    today = timezone.now().date()
    Concept.objects.filter(key="c0001").update(created_at=timezone.now() - timedelta(days=70))
    Candidate.objects.create(text="网络钓鱼")
    FailedLookup.objects.create(text="深度伪造", count=7)
    LookupCount.objects.create(concept=Concept.objects.get(key="c0002"), day=today, count=5)
    wang = User.objects.create_user("wang")
    Term.objects.filter(text="drug").update(reviewed_by=wang, reviewed_at=timezone.now())
    entries.look_through()
    EntryFindingCount.objects.create(day=today - timedelta(days=1), kind="no_source", open=3, waived=0)


def test_panels(client, sign_in, busy):
    sign_in("terminologist")
    page = client.get("/admin/").text
    for heading in ("My last steps", "Growth", "Findings on entries", "On the way to approval", "Reviews"):
        assert re.search(rf"<h2[^>]*>(<a [^>]*>)?{heading}", page), heading
    assert "深度伪造" in page
    assert re.search(r"毒品</span>.*?drug</span></a></th>.*?>5</td>", page, re.DOTALL), "most looked up"
    assert re.search(r'<th scope="row">wang</th><td class="number">1</td>', page)
    assert page.count("<title id=") == 3, "growth, findings and reviews are drawn"


def test_queues_lead_to_what_waits(client, sign_in, busy):
    sign_in("terminologist")
    page = client.get("/admin/")
    for queue in page.context["queues"]:
        shown = client.get(queue.address)
        assert shown.status_code == 200
        assert _listed(shown.context) == queue.count, queue.name


def _listed(context):
    """How many there are on a page of the admin, of findings, or of one thing after the other."""
    if "cl" in context:
        return context["cl"].result_count
    return context["left"] if "left" in context else context["found"].paginator.count


@pytest.mark.parametrize(
    ("role", "sees", "sees_not"),
    [
        ("contributor", ["Findings on entries"], ["Proposed terms</a>", "Candidates</a>", "深度伪造"]),
        ("terminologist", ["Candidates", "深度伪造", "Most looked up"], ["Proposed terms</a>"]),
        ("reviewer", ["Proposed terms", "Candidates", "深度伪造", "Most looked up"], []),
        ("administrator", ["Proposed terms", "Candidates", "深度伪造", "Most looked up"], []),
    ],
)
def test_each_role_sees_what_it_may(client, sign_in, busy, role, sees, sees_not):
    sign_in(role)
    page = client.get("/admin/").text.partition('class="workbench dashboard"')[2]
    assert [text for text in sees if text not in page] == []
    assert [text for text in sees_not if text in page] == []


def test_my_own_steps_alone(client, sign_in, busy):
    li = sign_in("terminologist")
    with acting(user=li, reason="as in A/RES/74/1"):
        Concept.objects.filter(key="c0003").update(note="x")
    with acting(user=User.objects.get(username="wang"), reason="somebody else"):
        Concept.objects.filter(key="c0004").update(note="x")
    page = client.get("/admin/").text
    assert "as in A/RES/74/1" in page
    assert "somebody else" not in page
    assert ">c0003</a>" in page


def test_an_empty_termbase(client, sign_in, db):
    sign_in("administrator")
    for language in ("en-GB", "zh-CN"):
        assert client.get("/admin/", headers={"Accept-Language": language}).status_code == 200


def test_the_numbers_behind_each_plot_are_there(client, sign_in, busy):
    sign_in("reviewer")
    page = client.get("/admin/").text
    plots = re.findall(r'<figure class="plotted".*?</figure>', page, re.DOTALL)
    assert len(plots) == 3
    for plot in plots:
        assert 'role="img"' in plot
        assert "<desc" in plot
        assert re.search(r"<details.*<table>.*<td", plot, re.DOTALL)
        assert "style=" not in plot


def test_what_takes_long_is_kept_and_says_when_it_was_counted(client, sign_in, busy, monkeypatch):
    monkeypatch.setattr("termbase.kept.SLOW", 0)
    sign_in("terminologist")
    before = client.get("/admin/").context
    Candidate.objects.create(text="扫黑")
    after = client.get("/admin/").context
    assert [queue.count for queue in after["queues"]] == [queue.count for queue in before["queues"]]
    assert after["counted_at"] == before["counted_at"]


def test_one_persons_queues_are_not_anothers(client, sign_in, busy, monkeypatch):
    monkeypatch.setattr("termbase.kept.SLOW", 0)
    sign_in("terminologist")
    client.get("/admin/")
    sign_in("contributor")
    assert [queue.name for queue in client.get("/admin/").context["queues"]] == ["Findings on entries"]


def test_a_fixed_number_of_queries(client, sign_in, busy, django_assert_max_num_queries):
    sign_in("terminologist")
    client.get("/admin/")
    # session, person, permissions (two); growth by month, throughput (two), subject tree (two), documents (three), the
    # way to approval (two); the queues; last steps (two), failed look-ups, most looked up (three), the trend
    with django_assert_max_num_queries(27):
        client.get("/admin/")
