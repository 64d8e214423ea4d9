"""Any file into blocks, or an error that says what is wrong and what may mend it."""

import pytest

from termbase.errors import UnreadableFile
from termbase.harvest import files
from termbase.harvest.files import File, read
from tests.harvest.formats import papers

PROSE = "1. 委员会审议了议程项目，强调了各国中央机关在刑事事项国际合作中的作用。"
TEXT = "委员会审议了议程项目，强调了各国中央机关在刑事事项国际合作中的作用。"


@pytest.mark.parametrize(
    ("name", "content", "encoding"),
    [
        ("d.txt", PROSE.encode(), "utf-8"),
        ("D.TXT", PROSE.encode("gb18030"), "gb18030"),
        ("d.html", f"<meta charset=gb2312><p>{PROSE}".encode("gb18030"), "gb18030"),
        ("d.htm", f"<meta charset=utf-8><p>{PROSE}".encode("gb18030"), "gb18030"),
        ("d.docx", papers.word(papers.paragraph(PROSE)), ""),
        ("d.pdf", papers.pdf([[(50, 700, 10, PROSE)]]), ""),
    ],
    ids=["text", "text of Windows", "a page", "a page that says a wrong encoding", "Word", "PDF"],
)
def test_each_kind_gives_the_same(name, content, encoding):
    text = read(File(name, content))
    assert [(block.number, block.text) for block in text.blocks] == [("1", TEXT)]
    assert text.encoding == encoding


def test_the_encoding_asked_for_goes_before_what_a_page_says():
    page = "<meta charset=utf-8><p>標題。".encode("big5")
    assert read(File("d.html", page, "big5")).blocks[0].text == "標題。"


@pytest.mark.parametrize(
    ("name", "content", "field", "problem"),
    [
        ("d.txt", b"", "file", "is empty"),
        ("d.txt", b" \r\n\0", "file", "is empty"),
        ("d.txt", "\u200b\n".encode(), "file", "holds no text"),
        ("d.exe", b"MZ", "file", "none of"),
        ("d", b"x", "file", "none of"),
        ("d.txt", b"\0\1\2\3 abc", "file", "is no text"),
        ("d.txt", "联通".encode("gb18030"), "encoding", "say which it is: gb18030, big5"),
        ("d.txt", papers.pdf([[]]), "file", "not what its name says"),
        ("d.docx", papers.pdf([[]]), "file", "not what its name says"),
        ("d.pdf", papers.word(""), "file", "not what its name says"),
        ("d.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "file", "encrypted, or of an older kind"),
        ("d.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "file", "none of"),
        ("d.docx", b"plain text", "file", "not what its name says"),
        ("d.docx", papers.word(""), "file", "holds no text"),
        ("d.pdf", b"plain text", "file", "no PDF"),
        ("d.html", b"<script>x</script>", "file", "holds no text"),
        ("d.html", "<p>联通".encode("gb18030"), "encoding", "say which it is"),
    ],
)
def test_what_cannot_be_read_says_why(name, content, field, problem):
    with pytest.raises(UnreadableFile, match=problem) as caught:
        read(File(name, content))
    assert field in caught.value.fields
    assert caught.value.code == "unreadable_file"


def test_a_file_that_is_not_what_was_said_of_it_asks_for_the_encoding():
    with pytest.raises(UnreadableFile) as caught:
        read(File("d.txt", PROSE.encode("gb18030"), "utf-8"))
    assert "encoding" in caught.value.fields


def test_huge_files_are_refused_unread(monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 1_000_000)
    with pytest.raises(UnreadableFile, match="longer than 1 MB"):
        read(File("d.pdf", b"%PDF-1.4" + b"x" * 1_000_000))


def test_texts_may_be_no_longer_than_a_limit(monkeypatch):
    monkeypatch.setattr(files, "MAX_CHARACTERS", 10)
    with pytest.raises(UnreadableFile, match="too long a text"):
        read(File("d.txt", PROSE.encode()))


def test_the_reference_documents_say_the_same_as_a_pdf_of_theirs(shared):
    """As text in each encoding that has all of their characters."""
    for path in sorted((shared / "documents").glob("00[024]*.txt")):
        text = path.read_text(encoding="utf-8")
        blocks = read(File("d.txt", text.encode())).blocks
        for codec in ("utf-16", "gb18030"):
            assert read(File("d.txt", text.encode(codec))).blocks == blocks
