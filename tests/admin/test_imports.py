"""Imports in the admin: from the file to the preview, to what came of it, and back; by whom."""

import json

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile

from termbase import jobs
from termbase.models import ColumnMapping, Concept, Import, Term
from tests.admin.conftest import person

pytestmark = pytest.mark.django_db

ROOT = "/admin/termbase/import/"
HEADER = "concept,language,text,administrative_status,source\n"
FILE = HEADER + "n1,zh-Hans,麻醉品,preferred,A/1\nn1,en,narcotic,preferred,A/1\nc0002,zh-Hans,毒品,preferred,other\n"


def send(client, content=FILE, name="terms.csv", **fields):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post(ROOT + "add/", {"file": file, "on_conflict": "skip", **fields})


def work():
    """Let a worker do what waits."""
    for item in Import.objects.filter(state="uploaded"):
        jobs.review_import(number=item.pk)
    for item in Import.objects.filter(state="applying"):
        jobs.apply_import(number=item.pk)


@pytest.fixture
def item(client, li):
    """An import of li's that was reviewed: one new entry, one in conflict."""
    response = send(client)
    assert response.status_code == 302, response.context["form"].errors
    work()
    return Import.objects.get()


def page(item, rest="change/"):
    return f"{ROOT}{item.pk}/{rest}"


def test_from_the_file_to_the_termbase_and_back(client, li, item):
    preview = client.get(page(item)).text
    assert "麻醉品 · narcotic" in preview
    assert "an approved value would be overwritten" in preview
    assert not Concept.objects.filter(key="n1").exists()
    response = client.post(page(item, "apply/"), {"_reason": "new terms"})
    assert response["Location"] == page(item)
    assert "Being applied" in client.get(page(item)).text
    work()
    result = client.get(page(item)).text
    assert "applied · new 1 · skipped 1" in result
    assert Term.objects.get(text="narcotic").proposed_by == li
    item.refresh_from_db()
    assert (item.activity.user, item.activity.reason, item.applied_by) == (li, "new terms", li)
    assert ">n1<" in client.get(page(item, "undo/")).text, "shown before it is done"
    response = client.post(page(item, "undo/"), {"_reason": "the wrong file"}, follow=True)
    assert "undone" in response.text
    assert Concept.objects.get(key="n1").withdrawn_at is not None
