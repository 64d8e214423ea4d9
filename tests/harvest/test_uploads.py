"""Uploads on their way through a worker."""

import pytest
from django.contrib.auth.models import User
from django.db import connection

from termbase import jobs
from termbase.errors import UnreadableFile
from termbase.harvest import uploads
from termbase.harvest.documents import DocumentInfo
from termbase.harvest.files import File
from termbase.models import Candidate, Document, Upload

pytestmark = pytest.mark.django_db

TEXT = "1. 毒罪办支持若干网络，并与会员国合作，执行《联合国反腐败公约》。 \n"


@pytest.fixture
def user():
    return User.objects.create_user("terminologist")


def sent(user, *contents, **info):
    files = [File(f"d{at}.txt", content) for at, content in enumerate(contents)]
    return uploads.accept(files, [DocumentInfo(file=file.name, **info) for file in files], by=user)


def test_a_file_is_harvested_and_its_bytes_go(user, small_termbase):
    (upload,) = sent(user, TEXT.encode("gb18030"), key="d", title_zh="文件")
    assert (upload.status, bytes(upload.content)) == ("waiting", TEXT.encode("gb18030"))
    assert uploads.run(upload.pk)
    upload.refresh_from_db()
    assert (upload.status, upload.outcome, upload.encoding, upload.content) == ("done", "new", "gb18030", None)
    document = Document.objects.get(key="d")
    assert (upload.document, document.title_zh, document.passages.count()) == (document, "文件", 1)
    assert Candidate.objects.filter(frequencies__document=document).exists()


def test_one_that_is_there_already_says_so(user):
    first, second = sent(user, TEXT.encode(), TEXT.encode())
    assert uploads.run(first.pk)
    assert not uploads.run(second.pk)
    second.refresh_from_db()
    first.refresh_from_db()
    assert (second.status, second.outcome, second.document) == ("done", "known", first.document)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"<script>x</script>", "file"),
        ("联通".encode("gb18030"), "encoding"),
    ],
)
def test_what_cannot_be_read_is_refused_and_changes_nothing(user, content, field):
    upload = Upload.objects.create(name="d.html", content=content, about={"file": "d.html"}, uploaded_by=user)
    assert not uploads.run(upload.pk)
    upload.refresh_from_db()
    assert upload.status == "refused"
    assert upload.problem
    assert field in upload.fields
    assert upload.content is None
    assert not Document.objects.exists()


def test_a_fault_of_ours_is_told_and_raised(user, monkeypatch):
    (upload,) = sent(user, TEXT.encode())

    def fail(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr(uploads, "harvest", fail)
    with pytest.raises(RuntimeError):
        uploads.run(upload.pk)
    upload.refresh_from_db()
    assert (upload.status, upload.problem.startswith("This went wrong on our side")) == ("refused", True)


def test_what_has_ended_is_left_alone(user):
    (upload,) = sent(user, TEXT.encode())
    assert uploads.run(upload.pk)
    assert not uploads.run(upload.pk)
    assert not uploads.run(upload.pk + 1), "there is none such"


def test_a_harvest_that_was_broken_off_is_finished_by_another_worker(user, small_termbase, monkeypatch):
    (upload,) = sent(user, TEXT.encode())

    def killed(documents):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(uploads, "propose", killed)
        with pytest.raises(KeyboardInterrupt):
            uploads.run(upload.pk)
    assert Upload.objects.get().status == "running"
    assert uploads.run(upload.pk), "what the first has stored is still news"
    upload.refresh_from_db()
    assert (upload.status, upload.outcome) == ("done", "new")
    assert Candidate.objects.exists()


def test_files_sent_together_are_all_taken_or_none(user):
    with pytest.raises(UnreadableFile):
        sent(user, TEXT.encode(), b"")
    assert not Upload.objects.exists()
    first, second = sent(user, TEXT.encode(), b"other text")
    assert first.batch == second.batch


def test_a_catalogue_says_what_the_files_are():
    catalogue = (
        b'[[document]]\nkey = "b"\nfile = "b.txt"\n[[document]]\nkey = "a"\nfile = "sub/a.txt"\ntitle_en = "A"\n'
    )
    files = [File("a.txt", b"a"), File("b.txt", b"b")]
    pairs = uploads.with_catalogue(files, catalogue)
    assert [(file.name, info.key, info.title_en) for file, info in pairs] == [("b.txt", "b", ""), ("a.txt", "a", "A")]


@pytest.mark.parametrize("names", [["a.txt"], ["a.txt", "b.txt", "c.txt"]], ids=["one was not sent", "one not listed"])
def test_files_and_catalogue_must_agree(names):
    catalogue = b'[[document]]\nkey = "b"\nfile = "b.txt"\n[[document]]\nkey = "a"\nfile = "a.txt"\n'
    with pytest.raises(UnreadableFile, match="catalogue"):
        uploads.with_catalogue([File(name, b"x") for name in names], catalogue)


def test_the_job_asks_for_fresh_examples_only_where_documents_changed(user, small_termbase):
    first, second = sent(user, TEXT.encode(), TEXT.encode())

    def waiting():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'termbase.jobs.refresh_occurrences'"
            )
            return cursor.fetchone()[0]

    before = waiting()
    jobs.harvest_upload(first.pk)
    assert waiting() == before + 1
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    jobs.harvest_upload(second.pk)
    assert waiting() == 0
