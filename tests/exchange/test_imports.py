"""Imports from the file to the step of the history and back."""

import pytest
from django.contrib.auth.models import Group, User

from termbase.exchange import exporter, imports
from termbase.exchange.imports import Wishes
from termbase.models import Concept, Term

pytestmark = pytest.mark.django_db


def person(name, role):
    user, new = User.objects.get_or_create(username=name)
    if new:
        user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def li(small_termbase):
    return person("li", "terminologist")


@pytest.fixture
def wang(small_termbase):
    return person("wang", "reviewer")


def csv(*rows, header="concept,language,text,administrative_status,source,review_status"):
    return "\n".join([header, *rows]).encode()


def reviewed(content, by, name="terms.csv", **wishes):
    item = imports.accept([content], name=name, wishes=Wishes(**wishes), by=by)
    imports.run_review(item.pk)
    item.refresh_from_db()
    return item


def applied(item, by):
    imports.release(item, by=by)
    imports.run_application(item.pk)
    item.refresh_from_db()
    return item


def current():
    """All that is in use, as it would be exported."""
    return list(exporter.entries(Concept.objects.current()))


def kinds(item):
    return list(item.rows.values_list("kind", flat=True))


NEW = "n1,zh-Hans,麻醉品,preferred,A/1,proposed\nn1,en,narcotic,preferred,A/1,proposed"


def test_new(li):
    before = current()
    item = reviewed(csv(NEW), li)
    assert (item.state, item.counts) == ("reviewed", {"new": 1})
    assert current() == before
    applied(item, li)
    assert (item.state, item.outcome["new"]) == ("applied", 1)
    assert item.activity.user == li
    assert Term.objects.get(text="narcotic").review_status == "proposed"
    undone = imports.undo(item, by=li)
    assert undone.withdrawn == 1
    assert (item.state, current()) == ("undone", before)
