"""Versions of a text: each noted, the earlier ones kept and put back, with what is pinned in them."""

import os

import pytest
from django.contrib.auth.models import User

from termbase.errors import Conflict, NotAllowed, NotFound, Stale, Withdrawn
from termbase.harvest import versions, withdrawing
from termbase.harvest.corpus import import_corpus
from termbase.harvest.documents import DocumentInfo, harvest, read_path
from termbase.harvest.files import File
from termbase.harvest.pinning import pin
from termbase.history.documents import last_revision
from termbase.history.states import step_of
from termbase.history.timeline import timeline_of_document, told
from termbase.history.undoing import undo
from termbase.models import Activity, Document, DocumentVersion, Example, FormerPassage, Term
from tests.admin.conftest import person

pytestmark = pytest.mark.django_db

SUPPORTS = "毒罪办支持若干网络，并与会员国合作。"
WELCOMES = "会员国对毒罪办的工作表示欢迎。"
OLD = f"1. {SUPPORTS} \n\n2. {WELCOMES} \n"
NEW = f"1. 导言一段，说明背景。 \n\n2. {SUPPORTS} \n"


def given(text, name="d.txt", by=None, **info):
    return harvest(File(name, text.encode()), DocumentInfo(file=name, **info), by=by).document


def texts(document):
    return list(document.passages.values_list("number", "text"))


@pytest.fixture
def li(db):
    return person("li", "terminologist")


@pytest.fixture
def replaced(small_termbase, li):
    """A document of two versions; 毒罪办 was pinned in both sentences of the first, of which the second is gone."""
    document = given(OLD, key="d", by=li)
    office = Term.objects.get(text="毒罪办")
    first, second = document.passages.all()
    pin(term=office, passage=first, start=0, end=3, by=li)
    pin(term=office, passage=second, start=5, end=8, by=li)
    return given(NEW, name="d-2.txt", key="d", by=li)


def pinned():
    return sorted(example.sentence for example in Example.objects.filter(pinned=True))


class TestNoted:
    def test_the_first_version(self, li):
        document = given(OLD, key="d", by=li)
        version = document.versions.get()
        assert (version.number, version.sha256, version.file_name) == (1, document.sha256, "d.txt")
        assert (version.passages, version.came, version.went) == (2, 0, 0)
        activity = Activity.objects.get()
        assert (activity.user, activity.reason, activity.kind) == (li, "d.txt", "import")
        assert set(activity.revisions.values_list("model", flat=True)) == {"document", "documentversion"}

    def test_a_name_that_is_no_text(self, tmp_path):
        path = tmp_path / os.fsdecode(b"d\x80.txt")
        path.write_text(OLD, encoding="utf-8")
        document = harvest(read_path(path), DocumentInfo(file=path.name)).document
        assert document.versions.get().file_name == "d?.txt"

    def test_another_one(self, replaced):
        version = replaced.versions.get(number=2)
        assert (version.file_name, version.passages, version.came, version.went) == ("d-2.txt", 2, 1, 1)
        assert (version.moved, version.lost) == (1, 1)

    def test_what_the_timeline_says_of_it(self, replaced):
        event, *_ = timeline_of_document(replaced).events
        (change,) = event.changes
        assert (change.kind.value, change.what, change.title) == ("added", "version of a text", "d · 2")
        said = {field.name: "".join(piece.text for piece in field.after) for field in change.fields}
        assert said["file"] == "d-2.txt"
        assert said["SHA-256"] == replaced.sha256
        assert said["pinned examples lost"] == "1"

    def test_the_step_quotes_what_was_lost(self, replaced):
        """The passage is gone, and is told all the same."""
        changes = told(step_of(Activity.objects.order_by("-pk").first()))
        quoted = {
            "".join(piece.text for piece in field.before)
            for change in changes
            if change.kind.value == "removed"
            for field in change.fields
            if field.name == "passage"
        }
        assert WELCOMES in quoted

    def test_a_document_from_before_there_were_versions(self, small_termbase):
        """The present text is kept all the same, from a file that nobody knows."""
        Document.objects.create(key="e", sha256="e" * 64, version=3).passages.create(
            position=0, kind="paragraph", text="旧文。"
        )
        document = given(NEW, key="e")
        assert list(document.versions.values_list("number", "file_name", "passages")) == [(4, "d.txt", 2), (3, "", 1)]

    def test_of_a_corpus(self, tmp_path):
        for text in ("国际法\tinternational law\n", "国际法\tlaw of nations\n法治\trule of law\n"):
            (tmp_path / "c.tsv").write_text(text, encoding="utf-8")
            imported = import_corpus(tmp_path / "c.tsv", DocumentInfo(file="c.tsv", key="c"))
        version = imported.document.versions.get(number=2)
        assert (version.passages, version.came, version.went) == (2, 2, 1), "another translation is another passage"
        assert FormerPassage.objects.get().translation == "international law"


class TestPutBack:
    def test_the_text_with_all_that_was_pinned(self, replaced, li):
        version = versions.put_back(key="d", number=1, seen=last_revision(replaced), by=li, reason="wrong file")
        document = Document.objects.get(key="d")
        assert (version.number, document.version, document.sha256) == (3, 3, document.versions.get(number=1).sha256)
        assert texts(document) == [("1", SUPPORTS), ("2", WELCOMES)]
        assert pinned() == [WELCOMES, SUPPORTS]
        assert (version.moved, version.lost) == (2, 0)
        assert document.passages.filter(ngrams=[]).count() == 0, "to be found again"
        activity = Activity.objects.order_by("-pk").first()
        assert (activity.kind, activity.user, activity.reason) == ("restore", li, "wrong file")

    def test_there_and_back_again(self, replaced, li):
        before = texts(replaced)
        versions.put_back(key="d", number=1, seen=None, by=li)
        versions.put_back(key="d", number=2, seen=None, by=li)
        assert texts(Document.objects.get(key="d")) == before
        assert pinned() == [SUPPORTS], "of the other there is no sentence"

    def test_a_term_that_is_gone_takes_its_pins_along(self, replaced, li):
        Term.objects.filter(text="毒罪办").delete()
        versions.put_back(key="d", number=1, seen=None, by=li)
        assert pinned() == []

    @pytest.mark.parametrize(
        ("number", "seen", "role", "error"),
        [
            pytest.param(2, None, "terminologist", Conflict, id="the present one"),
            pytest.param(7, None, "terminologist", NotFound, id="none"),
            pytest.param(1, 0, "terminologist", Stale, id="something else was seen"),
            pytest.param(1, None, "contributor", NotAllowed, id="who may not change documents"),
        ],
    )
    def test_refused(self, replaced, number, seen, role, error):
        before = texts(replaced)
        with pytest.raises(error):
            versions.put_back(key="d", number=number, seen=seen, by=person("wu", role))
        assert texts(Document.objects.get(key="d")) == before

    def test_not_where_another_document_has_the_text(self, replaced, li):
        given(OLD, key="other")
        with pytest.raises(Conflict, match="Another document"):
            versions.put_back(key="d", number=1, seen=None, by=li)

    def test_not_into_a_withdrawn_document(self, replaced, li):
        withdrawing.withdraw(key="d", seen=None, by=li, reason="wrong")
        with pytest.raises(Withdrawn):
            versions.put_back(key="d", number=1, seen=None, by=li)

    def test_steps_with_texts_are_not_undone(self, replaced, li):
        """It would be rows without what hangs on them."""
        with pytest.raises(Conflict, match="on the page of the document"):
            undo(activity=Activity.objects.order_by("-pk").first(), by=li)
        assert DocumentVersion.objects.count() == 2
        assert User.objects.count() == 1
