"""Examples that a person chooses."""

import pytest
from django.contrib.auth.models import User

from termbase.errors import InvalidInput
from termbase.harvest import occurrences
from termbase.harvest.pinning import pin, unpin
from termbase.models import Activity, Document, Example, Passage, Term

pytestmark = pytest.mark.django_db
TEXT = "毒罪办支持若干网络。会员国与毒罪办合作，也与其他机构合作。"


@pytest.fixture
def li(small_termbase):
    return User.objects.create_user("li")


@pytest.fixture
def term(li):
    return Term.objects.get(text="毒罪办")


@pytest.fixture
def passage(li):
    document = Document.objects.create(key="other", sha256="1" * 64)
    return Passage.objects.create(document=document, position=0, kind="paragraph", text=TEXT)


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        pytest.param(0, 3, "毒罪办支持若干网络。", id="the first sentence"),
        pytest.param(14, 17, "会员国与毒罪办合作，也与其他机构合作。", id="the second"),
        pytest.param(7, 13, TEXT, id="over both"),
        pytest.param(0, len(TEXT), TEXT, id="all of it"),
    ],
)
def test_the_sentence_is_found(term, passage, li, start, end, sentence):
    example = pin(term=term, passage=passage, start=start, end=end, by=li, reason="the clearest")
    assert (example.sentence, example.pinned) == (sentence, True)
    activity = Activity.objects.order_by("-pk").first()
    assert (activity.user, activity.reason) == (li, "the clearest")


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (5, 2), (0, len(TEXT) + 1)])
def test_there_is_no_such_place(term, passage, li, start, end):
    with pytest.raises(InvalidInput):
        pin(term=term, passage=passage, start=start, end=end, by=li)
    assert not Example.objects.filter(pinned=True).exists()


def test_the_harvest_leaves_it_alone_until_it_is_unpinned(term, passage, li):
    example = pin(term=term, passage=passage, start=7, end=13, by=li)
    again = pin(term=term, passage=passage, start=7, end=13, by=li)
    assert again.pk == example.pk, "pinned once"
    occurrences.refresh()
    assert Example.objects.filter(pk=example.pk, pinned=True).exists()
    unpin(example=example, by=li)
    occurrences.refresh()
    assert not Example.objects.filter(pk=example.pk).exists()
