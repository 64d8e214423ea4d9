"""Documents from files: once, and anew when there is a new version."""

import threading

import pytest
from django.db import connections

from termbase.errors import InvalidInput, UnreadableFile
from termbase.harvest import occurrences
from termbase.harvest.documents import (
    DocumentInfo,
    add_document,
    harvest,
    key_of,
    parse_catalogue,
    read_catalogue,
    read_path,
)
from termbase.harvest.files import File
from termbase.models import Document, Example, Passage, Term, TermFrequency

pytestmark = pytest.mark.django_db

CATALOGUE = '[[document]]\nkey = "d"\nfile = "d.txt"\nsymbol = "A/1"\n'
OLD = "1. 毒罪办支持若干网络，并与会员国合作。 \n\n2. 会员国对毒罪办的工作表示欢迎。 \n"
NEW = "1. 导言一段，说明背景。 \n\n2. 毒罪办支持若干网络，并与会员国合作。 \n"


def given(text, name="d.txt", **info):
    return harvest(File(name, text.encode()), DocumentInfo(file=name, **info))


def texts(document):
    return [(p.number, p.kind, p.text) for p in document.passages.all()]


def test_a_document_becomes_passages_once(tmp_path):
    (tmp_path / "d.txt").write_text("1. 毒罪办支持若干网络。 \n\n2. 会员国表示欢迎。 \n", encoding="utf-8")
    (tmp_path / "documents.toml").write_text(CATALOGUE)
    (info,) = read_catalogue(tmp_path)
    document, new = add_document(tmp_path, info)
    assert new
    assert texts(document) == [("1", "paragraph", "毒罪办支持若干网络。"), ("2", "paragraph", "会员国表示欢迎。")]
    assert add_document(tmp_path, info) == (document, False)
    assert Document.objects.count() == 1


def test_the_same_bytes_under_another_name_are_the_same_document():
    first = given(OLD)
    again = given(OLD, "copy.txt", key="copy")
    assert (again.outcome, again.document) == ("known", first.document)


def test_a_new_version_takes_the_place_of_the_one_before():
    first = given(OLD, key="d", symbol="A/1", title_en="Report")
    second = given(NEW, key="d", title_en="Final report")
    assert (second.outcome, second.document.pk) == ("replaced", first.document.pk)
    document = Document.objects.get()
    assert (document.key, document.version, document.symbol) == ("d", 2, "A/1"), "what is not said again stays"
    assert document.title_en == "Final report"
    assert [text for _, _, text in texts(document)] == ["导言一段，说明背景。", "毒罪办支持若干网络，并与会员国合作。"]
    assert given(OLD, key="d").outcome == "replaced", "back again"


def test_a_new_version_is_known_by_its_symbol_and_keeps_its_key():
    given(OLD, key="d", symbol="A/1")
    assert given(NEW, "e.txt", key="e", symbol="A/1").document.key == "d"


def test_a_file_name_alone_replaces_only_what_resembles_it():
    given(OLD)
    assert given(NEW).outcome == "replaced"
    with pytest.raises(InvalidInput, match="another document") as caught:
        given("1. 完全不同的内容。 \n\n2. 与之无关。 \n")
    assert "key" in caught.value.fields
    assert Document.objects.get().version == 2
    assert given("1. 完全不同的内容。 \n", key="d").outcome == "replaced", "who says the key means it"


def test_pinned_examples_move_with_their_sentence(small_termbase):
    office = Term.objects.get(text="毒罪办")
    document = given(OLD, key="d").document
    first, second = document.passages.all()
    pins = [
        Example(term=office, passage=first, start=0, end=3, sentence_start=0, sentence_end=len(first.text)),
        Example(term=office, passage=second, start=4, end=7, sentence_start=0, sentence_end=len(second.text)),
    ]
    for pin in pins:
        pin.pinned, pin.score = True, 0.5
        pin.save()
    second_version = given(NEW, key="d")
    assert second_version.lost == 1, "the second sentence is no more"
    (kept,) = Example.objects.filter(passage__document=document, pinned=True)
    assert (kept.passage.number, kept.sentence, kept.term) == ("2", first.text, office)
    assert kept.sentence[kept.start - kept.sentence_start : kept.end - kept.sentence_start] == "毒罪办"


def test_frequencies_and_examples_of_the_old_version_go(small_termbase):
    document = given(OLD, key="d").document
    occurrences.refresh()
    assert TermFrequency.objects.filter(document=document, term__text="毒罪办").get().count == 2
    given(NEW, key="d")
    assert not TermFrequency.objects.filter(document=document).exists()
    occurrences.refresh()
    assert TermFrequency.objects.filter(document=document, term__text="毒罪办").get().count == 1
    assert not Example.objects.filter(sentence_end=0).exists()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Report 2024 (final).docx", "report-2024-final"),
        ("A_C.3_74_L.18.pdf", "a_c.3_74_l.18"),
        ("毒罪办报告.txt", "du-zui-ban-bao-gao"),
        ("2024.txt", "d-2024"),
        ("….txt", "d"),
        ("x" * 100 + ".txt", "x" * 64),
    ],
)
def test_a_key_made_of_a_name(name, key):
    assert key_of(DocumentInfo(file=name)) == key


@pytest.mark.parametrize(
    ("text", "language", "title"),
    [
        ("报告草稿\n\n1. 毒罪办支持网络。 \n", "zh-Hans", "报告草稿"),
        ("報告草稿\n\n1. 毒罪辦支持網絡。 \n", "zh-Hant", "報告草稿"),
        ("Draft report\n\n1. The Office supports networks.\n", "en", "Draft report"),
    ],
)
def test_what_nobody_says_is_read_off_the_text(text, language, title):
    document = given(text).document
    assert document.language == language
    assert (document.title_en if language == "en" else document.title_zh) == title


@pytest.mark.parametrize(
    ("info", "field"),
    [
        ({"key": "A/1"}, "key"),
        ({"key": "x" * 65}, "key"),
        ({"key": "e", "language": "fr"}, "language"),
        ({"key": "e", "symbol": "A/2"}, "symbol"),
    ],
    ids=["a symbol is no key", "too long", "a language that is none of ours", "the symbol of a third"],
)
def test_what_cannot_be_said_of_a_document(info, field):
    given(OLD, key="d", symbol="A/1")
    given("1. 第三份文件的内容。\n", key="other", symbol="A/2")
    if field == "symbol":
        # Under the key of one document with the symbol of another.
        info = {"key": "d", "symbol": "A/2"}
    with pytest.raises(InvalidInput) as caught:
        given(NEW, **info)
    assert field in caught.value.fields
    assert Document.objects.get(key="d").version == 1
    assert Passage.objects.filter(document__key="d").count() == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        (b"\xff\xfe\x00\x00 not utf-8", "d.txt"),
        (b"", "is empty"),
        (b"   \n\n", "is empty"),
        ("联通".encode("gb18030"), "say which it is"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(tmp_path, content, message):
    if content is not None:
        (tmp_path / "d.txt").write_bytes(content)
    with pytest.raises(UnreadableFile, match=message):
        add_document(tmp_path, DocumentInfo(key="d", file="d.txt"))
    assert Document.objects.count() == 0


def test_a_version_that_cannot_be_read_leaves_the_one_before():
    document = given(OLD, key="d").document
    before = texts(document)
    with pytest.raises(UnreadableFile):
        harvest(File("d.pdf", b"%PDF-1.4"), DocumentInfo(key="d", file="d.pdf"))
    assert texts(Document.objects.get()) == before


@pytest.mark.parametrize(
    "catalogue",
    [
        None,
        "no toml [",
        '[[document]]\nkey = "d"\n',
        '[[document]]\nkey = "d"\nfile = "d.txt"\ncolour = "red"\n',
        "",
        "document = 1",
        "[[document]]\nkey = 1\nfile = 2\n",
        '[[document]]\nfile = "d.txt"\n',
        '[[document]]\nkey = "d"\nfile = "../../etc/passwd"\n',
        '[[document]]\nkey = "d"\nfile = "/etc/passwd"\n',
        '[[document]]\nkey = "d"\nfile = "d.txt"\nbody = "a\\u0000"\n',
        "\xff\xfe",
    ],
    ids=[
        "absent",
        "no TOML",
        "a field missing",
        "an unknown field",
        "no document",
        "no list",
        "figures for texts",
        "no key",
        "a file above the folder",
        "a file elsewhere",
        "a null character",
        "no UTF-8",
    ],
)
def test_a_bad_catalogue_is_told(tmp_path, catalogue):
    if catalogue is not None:
        (tmp_path / "documents.toml").write_bytes(catalogue.encode("latin-1"))
    with pytest.raises(UnreadableFile, match=r"documents\.toml"):
        read_catalogue(tmp_path)


def test_a_catalogue_may_begin_with_a_mark():
    assert [info.key for info in parse_catalogue(b"\xef\xbb\xbf" + CATALOGUE.encode())] == ["d"]


def test_a_file_that_is_a_folder_is_told(tmp_path):
    with pytest.raises(UnreadableFile):
        read_path(tmp_path)


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_document_store_it_once():
    outcomes = []

    def work():
        try:
            outcomes.append(given(OLD, key="d").outcome)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(outcomes) == ["known", "known", "known", "new"]
    assert Passage.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "ftp://example.org/d"}, "url"),
        ({"url": "https://example.org/" + "x" * 500}, "url"),
        ({"body": "x" * 201}, "body"),
        ({"date": "x" * 41}, "date"),
    ],
)
def test_fields_that_cannot_be_taken(db, values, field):
    file = File("d.txt", "1. 毒罪办支持若干网络。\n".encode())
    with pytest.raises(InvalidInput) as caught:
        harvest(file, DocumentInfo(file="d.txt", **values))
    assert field in caught.value.fields
    assert not Document.objects.exists()
