"""Files that mean harm through every door that takes files: refused in words, nothing changed, nothing used up."""

import re
import time
from itertools import chain
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from termbase.exchange import exporter, imports
from termbase.harvest import uploads
from termbase.models import Activity, Candidate, Concept, Document, Import, Upload
from tests.hostile import files

pytestmark = pytest.mark.django_db

SECONDS = 20
"""Of work, not of waiting: however busy the machine is."""
MEGABYTES = 400
# Harmless where it is taken: what is sound in the encoding of Chinese Windows too, nothing at all, and ASCII.
TAKEN = {
    ("import page", "overlong UTF-8"),
    ("API, form", "overlong UTF-8"),
    ("API, body", "overlong UTF-8"),
    ("text page", "half a character in UTF-8"),
    ("text page", "nothing"),
    ("text page", "a PDF called text"),
}


@pytest.fixture
def client(small_termbase):
    """One who may send all kinds of files, and sees an answer to whatever goes wrong."""
    user = User.objects.create_superuser("root")
    user.groups.add(*Group.objects.all())
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def upload(file):
    return SimpleUploadedFile(file.name, file.content)


def reviewed():
    """The import that was just accepted, after a worker had it."""
    item = Import.objects.latest("pk")
    if item.asks:
        # Nobody has said what its columns stand for.
        Import.objects.update(asks=False)
    imports.run_review(item.pk)
    item.refresh_from_db()
    return "refused" if item.state == "failed" and item.problem else item.state


def import_page(client, file):
    answer = client.post("/admin/termbase/import/add/", {"file": upload(file), "on_conflict": "overwrite"})
    return reviewed() if answer.status_code == 302 else answer.status_code


def api_form(client, file):
    answer = client.post("/api/v1/imports/", {"file": upload(file), "dry_run": "true"})
    return reviewed() if answer.status_code == 202 else of_api(answer)


def api_body(client, file):
    path = f"/api/v1/imports/?dry_run=true&name={file.name}"
    answer = client.post(path, file.content, content_type="application/octet-stream")
    return reviewed() if answer.status_code == 202 else of_api(answer)


def of_api(answer):
    error = answer.json()["error"]
    assert error["code"] in ("invalid", "unreadable_file")
    assert error["message"]
    return answer.status_code


def harvest_page(client, file):
    answer = client.post("/admin/termbase/document/harvest/", {"documents": upload(file)})
    if answer.status_code != 302:
        return answer.status_code
    sent = Upload.objects.latest("pk")
    uploads.run(sent.pk)
    sent.refresh_from_db()
    assert sent.content is None, "what was read is not kept"
    return sent.status


def text_page(client, file):
    return client.post("/text", {"file": upload(file)}).status_code


def marked_file(client, file):
    return client.post("/text", {"file": upload(file), "export": "xliff"}).status_code


DOORS = {
    "import page": (import_page, files.of_tables),
    # What stands behind is the same.
    "API, form": (api_form, lambda: list(files.of_tables())[::2]),
    "API, body": (api_body, lambda: list(files.of_tables())[1::2]),
    "harvest page": (harvest_page, lambda: chain(files.of_documents(), files.of_papers())),
    "text page": (text_page, lambda: chain(files.of_documents(), files.of_segments())),
    "marked file": (marked_file, files.of_segments),
}


def state():
    """All that a file could change."""
    counts = [model.objects.count() for model in (Activity, Candidate, Document)]
    return list(exporter.entries(Concept.objects.all())), counts


class Memory:
    """The most that the process has held since it was asked to forget; where the system does not say, nothing."""

    status, forget = Path("/proc/self/status"), Path("/proc/self/clear_refs")

    def __init__(self):
        if self.forget.exists():
            self.forget.write_text("5")
        self.before = self.most()

    def most(self):
        found = re.search(r"VmHWM:\s+(\d+) kB", self.status.read_text()) if self.status.exists() else None
        return int(found[1]) // 1000 if found else 0

    def grown(self):
        return self.most() - self.before


@pytest.mark.parametrize("door", DOORS)
def test_what_means_harm_is_refused(client, door):
    send, hostile = DOORS[door]
    before, wrong = state(), []
    for file in hostile():
        memory, started = Memory(), time.process_time()
        found = send(client, file)
        taken = found in (200, "reviewed") and (door, file.why) in TAKEN
        if not taken and found not in (400, "refused"):
            wrong.append(f"{file.why} ({file.name}): {found}")
        if (seconds := time.process_time() - started) > SECONDS:
            wrong.append(f"{file.why}: {seconds:.0f} s")
        if memory.grown() > MEGABYTES:
            wrong.append(f"{file.why}: {memory.grown()} MB")
    assert wrong == []
    assert state() == before


@pytest.mark.parametrize("name", files.NAMES, ids=range(len(files.NAMES)))
def test_names_are_no_more_than_names(client, name):
    """What is sent in a form is called anything; it is shown as text, and handed back under a plain name."""
    before = state()
    form, kind = files.multipart({"on_conflict": "skip"}, name, files.GOOD_CSV)
    answer = client.generic("POST", "/admin/termbase/import/add/", form, kind)
    assert answer.status_code in (302, 400)
    if answer.status_code == 302:
        item = Import.objects.latest("pk")
        assert len(item.name) <= 200
        assert item.name.isprintable()
        assert not set(item.name) & set("/\\")
        page = client.get(f"/admin/termbase/import/{item.pk}/change/")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        file = client.get(f"/admin/termbase/import/{item.pk}/file/")
        assert file.getvalue() == files.GOOD_CSV
        said = file["Content-Disposition"]
        assert said.startswith("attachment")
        assert said.isascii()
        assert said.isprintable()
        assert file["X-Content-Type-Options"] == "nosniff"
    answer = client.generic("POST", "/api/v1/imports/", *files.multipart({"dry_run": "true"}, name, files.GOOD_CSV))
    assert answer.status_code in (202, 400)
    answer = client.generic("POST", "/admin/termbase/document/harvest/", *files.multipart({}, name, b"x", "documents"))
    assert answer.status_code == 400, "a table is no document"
    answer = client.generic("POST", "/text", *files.multipart({"export": "xliff"}, name, b"<xliff/>"))
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text
    assert state() == before
