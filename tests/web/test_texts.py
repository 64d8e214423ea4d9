"""A text of the reader's own: marked, glossed, checked, and not stored."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from termbase.exchange import workbooks
from termbase.exchange.entry import Entry
from termbase.recognition.texts import MAX_CHARACTERS
from termbase.web.texts import MAX_FILE_BYTES

pytestmark = pytest.mark.django_db


def marked(page):
    return re.findall(r'<a class="t ([\w ]+)" href="([^"]+)">(.*?)</a>', page)


def test_the_form_alone(client, db):
    response = client.get("/text")
    assert response.status_code == 200
    assert "<textarea" in response.text
    assert "no-store" in response["Cache-Control"]
    assert client.post("/text", {"source": " \n "}).status_code == 200


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        ("毒罪辦的工作", [("admitted", "/concepts/c0001", "毒罪辦")], "Chinese, in either script"),
        (
            "UNODC and drugs",
            [("admitted", "/concepts/c0001", "UNODC"), ("preferred", "/concepts/c0002", "drugs")],
            "English",
        ),
        ("外国恐怖分子战士", [("deprecated", "/concepts/c0003", "外国恐怖分子战士")], "a form not to be used"),
        ("没有", [], "nothing known"),
    ],
)
def test_terms_are_marked_in_place(client, small_termbase, text, expected, reason):
    assert marked(client.post("/text", {"source": text}).text) == expected, reason


def test_the_glossary_gives_what_to_use(client, small_termbase):
    page = client.post("/text", {"source": "毒罪办、毒罪办和外国恐怖分子战士。"}).text
    glossary = page[page.index('<table class="glossary">') :]
    assert "United Nations Office on Drugs and Crime" in glossary
    assert '<td class="number">2</td>' in glossary
    assert '→ <span lang="zh-Hans">外国恐怖主义作战人员</span>' in glossary


def test_a_translation_is_checked_paragraph_by_paragraph(client, small_termbase):
    page = client.post(
        "/text",
        {
            "source": "毒罪办支持各国。\n外国恐怖主义作战人员。",
            "target": "This supports States.\nforeign terrorist fighters",
        },
    ).text
    assert "1 finding<" in page
    finding = re.search(r'<li id="f1">.*?</li>', page, re.DOTALL)[0]
    for shown in ("missing equivalent", "毒罪办", "UNODC", "/concepts/c0001"):
        assert shown in finding, shown
    assert '<a class="t admitted flagged" href="/concepts/c0001">毒罪办</a><a class="flag" href="#f1">1</a>' in page


def test_what_is_left_in_the_other_language_is_marked_in_the_translation(client, small_termbase):
    page = client.post("/text", {"source": "毒罪办支持各国。", "target": "毒罪办 supports States."}).text
    assert "untranslated term" in page
    assert '<mark class="flagged">毒罪办</mark><a class="flag" href="#f1">1</a> supports States.' in page


def test_texts_of_unequal_length_are_compared_as_a_whole(client, small_termbase):
    page = client.post("/text", {"source": "各国，\n毒罪办，\n毒品。", "target": "States, 毒罪办\nand drugs."}).text
    assert "unequal numbers of paragraphs" in page
    assert '<a class="t admitted flagged" href="/concepts/c0001">毒罪办</a>' in page
    assert '<mark class="flagged">毒罪办</mark>' in page


def test_a_good_translation_is_told_so(client, small_termbase):
    page = client.post("/text", {"source": "毒罪办支持各国。", "target": "UNODC supports States."}).text
    assert "nothing to remark" in page


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", "毒品。".encode(), "/concepts/c0002"),
        (
            "a.xlf",
            b"<xliff><trans-unit><source>UNODC</source><target>x</target></trans-unit></xliff>",
            "missing equivalent",
        ),
    ],
)
def test_files(client, small_termbase, name, content, expected):
    response = client.post("/text", {"file": SimpleUploadedFile(name, content)})
    assert (response.status_code, expected in response.text) == (200, True)


@pytest.mark.parametrize(
    ("data", "shown", "reason"),
    [
        ({"source": "字" * (MAX_CHARACTERS + 1)}, "This is too long", "a text too long"),
        ({"file": SimpleUploadedFile("a.pdf", b"%PDF")}, "cannot be read", "an unknown kind of file"),
        ({"file": SimpleUploadedFile("a.docx", b"PK")}, "cannot be read", "not what it says"),
        ({"file": SimpleUploadedFile("a.txt", b"x" * (MAX_FILE_BYTES + 1))}, "cannot be read", "a file too long"),
    ],
)
def test_what_cannot_be_read_is_told(client, db, data, shown, reason):
    response = client.post("/text", data)
    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert shown in response.text, reason
    assert data.get("source", "") in response.text, "what was pasted is still there"


@pytest.mark.parametrize(
    ("export", "file_name", "line"),
    [
        (
            "omegat",
            "glossary.utf8",
            "外国恐怖分子战士\tforeign terrorist fighter\tc0003; deprecated\n",
        ),
        ("deepl-tsv", "glossary.tsv", "毒罪办\tUnited Nations Office on Drugs and Crime\n"),
    ],
)
def test_the_glossary_as_a_file(client, small_termbase, export, file_name, line):
    response = client.post("/text", {"source": "毒罪办和外国恐怖分子战士", "export": export})
    assert f'filename="{file_name}"' in response["Content-Disposition"]
    assert line in response.content.decode()


def test_the_glossary_as_a_workbook(client, small_termbase):
    response = client.post("/text", {"source": "毒罪办和外国恐怖分子战士", "export": "xlsx-concepts"})
    assert 'filename="glossary.xlsx"' in response["Content-Disposition"]
    entries = [item for item in workbooks.read(io.BytesIO(response.content)) if isinstance(item, Entry)]
    assert [(entry.key, entry.subject_field) for entry in entries] == [("c0001", "bodies"), ("c0003", "")]
    assert [term.text for term in entries[0].terms if term.language == "zh-Hans"] == ["毒罪办"], "what stands there"
    assert ("外国恐怖分子战士", "deprecated") in [(t.text, t.administrative_status) for t in entries[1].terms]


def test_what_is_pasted_is_escaped(client, small_termbase):
    page = client.post("/text", {"source": "<b>毒品</b> & </textarea><script>"}).text
    assert "&lt;b&gt;<a class" in page
    assert "<script>" not in page
    assert "</textarea><script" not in page


def test_nothing_is_stored(client, small_termbase):
    with CaptureQueriesContext(connection) as asked:
        client.post("/text", {"source": "毒品", "target": "drug"})
    assert asked.captured_queries
    assert not [query for query in asked.captured_queries if re.match("INSERT|UPDATE|DELETE", str(query["sql"]))]


def test_the_same_number_of_queries_however_long_the_text(client, small_termbase):
    counts = []
    for times in (1, 50):
        with CaptureQueriesContext(connection) as asked:
            client.post("/text", {"source": "毒品\n" * times, "target": "drug\n" * times})
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_forged_form_is_refused(small_termbase):
    assert Client(enforce_csrf_checks=True).post("/text", {"source": "毒品"}).status_code == 403


XLIFF = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.1" srcLang="zh-CN" trgLang="en">'
    '<file id="f"><unit id="u"><segment><source>毒罪办</source></segment></unit></file></xliff>'
)


def test_the_file_with_its_terms_marked(client, small_termbase):
    upload = SimpleUploadedFile("报告.xlf", XLIFF.encode())
    response = client.post("/text", {"file": upload, "export": "xliff"})
    assert response.status_code == 200
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E6%8A%A5%E5%91%8A.xlf"
    assert ">毒罪办</mrk>" in response.content.decode()
    assert "UNODC" in response.content.decode(), "in its glossary"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="no file"),
        pytest.param(XLIFF.replace("2.0", "1.2").encode(), id="another version"),
        pytest.param(XLIFF.replace("zh-CN", "fr").encode(), id="another language"),
        pytest.param(b"<!DOCTYPE xliff [<!ENTITY e 'x'>]>" + XLIFF.encode(), id="entities"),
        pytest.param(b"x" * (MAX_FILE_BYTES + 1), id="too long"),
    ],
)
def test_what_cannot_be_marked(client, small_termbase, content):
    upload = {"file": SimpleUploadedFile("a.xlf", content)} if content else {}
    response = client.post("/text", {"export": "xliff", **upload})
    assert response.status_code == 400
    assert "Terms can be marked in a file of XLIFF 2.0 or 2.1" in response.content.decode()
