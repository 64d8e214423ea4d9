"""Whose turn it is: what is before one reviewer is not given to another, for a while."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from termbase.models import Turn
from termbase.models.turns import HELD_FOR, SKIPPED_FOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def li():
    return User.objects.create_user("li")


@pytest.fixture
def wang():
    return User.objects.create_user("wang")


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("skipped", "ago", "in_lis_way", "in_wangs_way"),
    [
        pytest.param(False, SECOND, False, True, id="before li: for nobody else"),
        pytest.param(False, HELD_FOR + SECOND, False, False, id="for too long: for anybody"),
        pytest.param(True, SECOND, True, False, id="set aside by li: for others"),
        pytest.param(True, SKIPPED_FOR + SECOND, False, False, id="yesterday: for li again"),
    ],
)
def test_in_the_way(li, wang, skipped, ago, in_lis_way, in_wangs_way):
    Turn.objects.note("candidates", 1, li, skipped=skipped)
    Turn.objects.update(at=timezone.now() - ago)
    assert Turn.objects.in_the_way("candidates", li).exists() == in_lis_way
    assert Turn.objects.in_the_way("candidates", wang).exists() == in_wangs_way
    assert not Turn.objects.in_the_way("suggestions", wang).exists(), "each queue has its own"


def test_a_person_has_one_item_before_them(li):
    Turn.objects.note("candidates", 1, li, skipped=True)
    for item in (2, 3, 3, 1):
        Turn.objects.note("candidates", item, li)
    assert list(Turn.objects.values_list("item", "skipped")) == [(1, False)], "what comes back is set aside no more"


def test_old_ones_are_forgotten(li):
    for item in (1, 2):
        Turn.objects.note("candidates", item, li, skipped=True)
    Turn.objects.filter(item=1).update(at=timezone.now() - SKIPPED_FOR - SECOND)
    Turn.objects.forget_old()
    assert Turn.objects.get().item == 2
