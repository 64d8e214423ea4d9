"""What is said of a document: every change recorded, told and taken back."""

import pytest
from django.db import connection

from termbase.errors import InvalidInput, NotAllowed, NotFound, Stale
from termbase.history.documents import last_revision, restore
from termbase.history.timeline import timeline_of_document
from termbase.history.undoing import undo
from termbase.models import Activity, Document, Revision
from termbase.models.history import acting, recorded_fields
from tests.history.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(small_termbase):
    return Document.objects.get()


def change(document, by, **values):
    with acting(user=by, reason="as printed"):
        Document.objects.filter(pk=document.pk).update(**values)
    return Revision.objects.filter(model="document", row=document.pk).latest("pk")


def test_every_column_is_recorded_but_what_its_versions_say():
    columns = {field.name for field in Document._meta.concrete_fields}
    assert columns - {field.name for field in recorded_fields(Document)} == {"id", "sha256", "version"}


def test_the_timeline_tells_who_when_what_and_why(document, li):
    change(document, li, title_en="Report", date="2024-01")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('termbase.activity', '', true)")
        cursor.execute("UPDATE termbase_document SET title_en = 'Final report' WHERE id = %s", [document.pk])
    direct, edit, *_ = timeline_of_document(document).events
    assert (edit.activity.user, edit.activity.reason, edit.activity.kind) == (li, "as printed", "edit")
    (row,) = edit.changes
    assert (row.what, row.title) == ("document", document.key)
    assert {field.name for field in row.fields} == {"English title", "date"}
    assert direct.activity.kind == "direct", "SQL is recorded, too"
    (field,) = direct.changes[0].fields
    assert ["".join(piece.text for piece in side) for side in (field.before, field.after)] == ["Report", "Final report"]


def test_what_was_said_is_brought_back(document, li):
    first = change(document, li, title_en="Report", date="2024-01")
    change(document, li, title_en="Raport", symbol="")
    assert restore(key=document.key, revision=first.pk, seen=last_revision(document), by=li) == []
    document.refresh_from_db()
    assert (document.title_en, document.date, document.symbol) == ("Report", "2024-01", "A/CONF.234/7")
    step = Activity.objects.order_by("-pk").first()
    assert (step.kind, step.of) == ("restore", first.activity)
    undo(activity=step, by=li)
    assert Document.objects.get().title_en == "Raport"


def test_not_its_withdrawal(document, li):
    first = change(document, li, title_en="Report")
    document.withdraw(by=li, reason="a draft")
    change(document, li, title_en="Raport")
    restore(key=document.key, revision=first.pk, seen=None, by=li)
    document.refresh_from_db()
    assert document.title_en == "Report"
    assert document.withdrawal_reason == "a draft"


def test_a_symbol_that_is_another_documents_now_is_told(document, li):
    first = change(document, li, title_en="Report")
    change(document, li, symbol="")
    Document.objects.create(key="other", symbol="A/CONF.234/7", sha256="1" * 64)
    (left,) = restore(key=document.key, revision=first.pk, seen=None, by=li)
    assert left.reason == "another document has this symbol"


@pytest.mark.parametrize(
    ("given", "role", "error"),
    [
        ({"key": "none"}, "terminologist", NotFound),
        ({"seen": 0}, "terminologist", Stale),
        ({"revision": 0}, "terminologist", InvalidInput),
        ({}, "contributor", NotAllowed),
    ],
)
def test_refused(document, given, role, error):
    revision = change(document, None, title_en="Report")
    values = {"key": document.key, "revision": revision.pk, "seen": None} | given
    with pytest.raises(error):
        restore(**values, by=person("wu", role))
