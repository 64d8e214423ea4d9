"""Sending documents in the admin, and the page that shows how far they have come."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from termbase.harvest import uploads
from termbase.models import Document, Upload

pytestmark = pytest.mark.django_db

SEND = "/admin/termbase/document/harvest/"
TEXT = "1. 毒罪办支持若干网络，并与会员国合作，执行《联合国反腐败公约》。 \n"
CATALOGUE = b'[[document]]\nkey = "own-key"\nfile = "d.txt"\ntitle_en = "Own title"\n'
ROLES = ("nobody", "reader", "contributor", "terminologist", "reviewer", "administrator")


def send(client, *files, **values):
    documents = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(SEND, {"documents": documents, **values})


def jobs_waiting():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args->>'upload')::int FROM procrastinate_jobs WHERE task_name = 'termbase.jobs.harvest_upload'"
        )
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize("role", ROLES)
def test_who_may_send(sign_in, role):
    client = sign_in(role)
    allowed = role in ("terminologist", "reviewer", "administrator")
    batch = Upload.objects.create(name="d.txt", about={"file": "d.txt"}).batch
    assert (client.get(SEND).status_code == 200) == allowed
    assert (client.get(f"{SEND}{batch}/").status_code == 200) == allowed
    assert (send(client, ("d.txt", TEXT.encode())).status_code == 302 and bool(jobs_waiting())) == allowed
    assert Upload.objects.filter(content__isnull=False).exists() == allowed


def test_a_file_goes_to_a_worker_and_the_page_tells_how_far(sign_in):
    client = sign_in("terminologist")
    response = send(client, ("d.txt", TEXT.encode("gb18030")), key="d", title_zh="文件")
    upload = Upload.objects.get()
    assert response["Location"] == f"{SEND}{upload.batch}/"
    assert jobs_waiting() == [upload.pk]
    assert (upload.uploaded_by.username, upload.about["key"], upload.about["title_zh"]) == (
        "terminologist",
        "d",
        "文件",
    )
    page = client.get(response["Location"])
    assert "waiting" in page.text
    assert 'hx-trigger="every 1s"' in page.text
    assert client.get(response["Location"], headers={"HX-Request": "true"}).status_code == 200
    uploads.run(upload.pk)
    part = client.get(response["Location"], headers={"HX-Request": "true"})
    assert part.status_code == 286, "htmx stops asking"
    assert "<html" not in part.text
    one_by_one = "/admin/review/candidates/?document=d"
    for shown in ("new document", "read as gb18030", "/admin/termbase/document/", one_by_one):
        assert shown in part.text
    assert "every 1s" not in client.get(response["Location"]).text


def test_a_folder_with_its_catalogue(sign_in):
    client = sign_in("terminologist")
    assert send(client, ("documents.toml", CATALOGUE), ("d.txt", TEXT.encode())).status_code == 302
    upload = Upload.objects.get()
    uploads.run(upload.pk)
    assert Document.objects.get().title_en == "Own title"
    assert Document.objects.get().key == "own-key"


@pytest.mark.parametrize(
    ("files", "values", "field", "problem"),
    [
        ([], {}, "documents", "required"),
        ([("d.exe", b"MZ")], {}, "documents", "none of"),
        ([("d.txt", b"")], {}, "documents", "empty"),
        ([("d.pdf", b"not a pdf \0")], {"encoding": "latin-1"}, "encoding", "valid choice"),
        ([("d.txt", "联通".encode("gb18030"))], {}, "encoding", "say which it is"),
        ([("d.txt", TEXT.encode("gb18030"))], {"encoding": "utf-8"}, "encoding", "is no text in utf-8"),
        ([("a.txt", TEXT.encode()), ("d.docx", b"PDF")], {}, "documents", "not what its name says"),
        ([("a.txt", TEXT.encode()), ("b.txt", b"x")], {"key": "d"}, "key", "Goes with one file"),
        ([("documents.toml", b"no toml ["), ("d.txt", TEXT.encode())], {}, "documents", "documents.toml"),
        ([("documents.toml", CATALOGUE), ("e.txt", TEXT.encode())], {}, "documents", "was not sent"),
    ],
)
def test_what_is_refused_at_once_is_told_beside_its_field(sign_in, files, values, field, problem):
    client = sign_in("terminologist")
    response = send(client, *files, **values)
    assert response.status_code == 400
    assert problem in " ".join(response.context["form"].errors[field])
    assert (Upload.objects.count(), jobs_waiting()) == (0, [])


def test_huge_files_are_refused_unread(sign_in, monkeypatch):
    monkeypatch.setattr("termbase.harvest.files.MAX_BYTES", 1_000_000)
    response = send(sign_in("terminologist"), ("d.txt", b"x" * 1_000_001))
    assert "longer than 1 MB" in " ".join(response.context["form"].errors["documents"])


def test_what_a_worker_refuses_is_on_the_page(sign_in):
    client = sign_in("terminologist")
    response = send(client, ("d.pdf", b"%PDF-1.4 and no more"))
    uploads.run(Upload.objects.get().pk)
    assert "The file is no PDF that can be read." in client.get(response["Location"]).text


def test_a_batch_that_there_is_not(sign_in):
    assert sign_in("terminologist").get(f"{SEND}{uuid.uuid4()}/").status_code == 404


def test_the_page_asks_a_fixed_number_of_times_and_never_for_the_bytes(sign_in, django_assert_max_num_queries):
    client = sign_in("terminologist")
    response = send(client, *[(f"d{at}.txt", TEXT.encode()) for at in range(5)])
    with django_assert_max_num_queries(6) as queries:
        client.get(response["Location"], headers={"HX-Request": "true"})
    assert not any('"content"' in query["sql"] for query in queries.captured_queries)


def test_the_form_speaks_chinese(sign_in):
    client = sign_in("terminologist")
    assert "编码" in client.get(SEND, headers={"Accept-Language": "zh-Hans"}).text
