"""What waits, and what was decided week by week."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from termbase import workload
from termbase.models import Candidate, Comment, Concept, FailedLookup, Suggestion, Term
from termbase.quality import entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def queues(small_termbase):
    Candidate.objects.create(text="网络钓鱼")
    Candidate.objects.create(text="扫黑", status="accepted")
    Candidate.objects.create(text="除恶", status="rejected")
    Suggestion.objects.create(comment="?")
    Suggestion.objects.create(comment="!", status="rejected")
    Comment.objects.create(concept=Concept.objects.get(key="c0001"), text="?")
    FailedLookup.objects.create(text="深度伪造")
    entries.look_through()


def test_the_way_to_approval(queues, django_assert_num_queries):
    with django_assert_num_queries(2):
        stages = {stage.name: stage.count for stage in workload.funnel()}
    assert stages == {
        "candidates_found": 3,
        "candidates_waiting": 1,
        "candidates_accepted": 1,
        "terms_proposed": 2,
        "terms_approved": 12,
        "terms_rejected": 0,
    }


def test_what_is_withdrawn_is_on_no_way(queues):
    Concept.objects.get(key="c0005").withdraw()
    assert {stage.name: stage.count for stage in workload.funnel()}["terms_proposed"] == 0


class TestThroughput:
    @pytest.fixture
    def decided(self, queues):
        li, wang = (User.objects.create_user(name) for name in ("li", "wang"))
        now = timezone.now()

        def by(user, text, status, weeks):
            when = now - timedelta(weeks=weeks)
            Term.objects.filter(text=text).update(review_status=status, reviewed_by=user, reviewed_at=when)

        by(li, "毒品", "approved", 0)
        by(li, "drug", "approved", 0)
        by(wang, "恐怖主义", "approved", 2)
        by(li, "恐怖主义罪", "rejected", 2)
        by(li, "terrorism", "approved", 30)
        Candidate.objects.filter(status="rejected").update(reviewed_by=wang, reviewed_at=now)

    def test_by_week(self, decided, django_assert_num_queries):
        with django_assert_num_queries(2):
            found = workload.throughput(4)
        assert len(found.weeks) == 4
        assert found.weeks[-1].weekday() == 0
        assert found.approved == (0, 1, 0, 2)
        assert found.rejected == (0, 1, 0, 0)
        assert found.candidates == (0, 0, 0, 1)

    def test_by_person_the_busiest_first(self, decided):
        rows = [(r.name, r.approved, r.rejected, r.candidates) for r in workload.throughput(4).reviewers]
        assert rows == [("li", 2, 1, 0), ("wang", 1, 0, 1)]

    def test_nothing_decided(self, db):
        found = workload.throughput()
        assert (set(found.approved), found.reviewers) == ({0}, ())
