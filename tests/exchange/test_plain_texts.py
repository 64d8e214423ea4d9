"""The text of files that translators have open."""

import io
import random
import zipfile

import pytest

from termbase.errors import UnreadableFile
from termbase.exchange import plain_texts
from termbase.exchange.plain_texts import read

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def docx(body):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        xml = f'<w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>{body}</w:body></w:document>'
        # Of a fixed time: what is made here stands in names of tests, on which all processes must agree.
        archive.writestr(zipfile.ZipInfo("word/document.xml"), xml, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def run(text):
    return f"<w:r><w:t>{text}</w:t></w:r>"


_BOX = f"<w:txbxContent><w:p>{run('框')}</w:p></w:txbxContent>"
# As Word writes it: once for itself and once for older programs.
TEXT_BOX = f"<mc:AlternateContent><mc:Choice>{_BOX}</mc:Choice><mc:Fallback>{_BOX}</mc:Fallback></mc:AlternateContent>"


def xliff12(units):
    namespace = "urn:oasis:names:tc:xliff:document:1.2"
    return f'<xliff xmlns="{namespace}" version="1.2"><file><body>{units}</body></file></xliff>'.encode()


def xliff2(units):
    namespace = "urn:oasis:names:tc:xliff:document:2.0"
    head = f'<xliff xmlns="{namespace}" version="2.1" srcLang="zh" trgLang="en">'
    return f'{head}<file id="f">{units}</file></xliff>'.encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("毒罪办。\n\n  大会。\r\n".encode(), "UTF-8, blank lines and ends of lines left out"),
        ("\ufeff毒罪办。\n大会。".encode(), "with a byte-order mark"),
        ("毒罪办。\n大会。".encode("utf-16"), "UTF-16"),
        ("毒罪办。\n大会。".encode("gb18030"), "as Chinese Windows writes it"),
    ],
)
def test_plain_text(content, reason):
    assert read("a.TXT", content).source == ("毒罪办。", "大会。"), reason


@pytest.mark.parametrize(
    ("body", "paragraphs", "reason"),
    [
        (f"<w:p>{run('毒罪')}{run('办')}</w:p><w:p/>", ("毒罪办",), "runs are one text, empty paragraphs none"),
        (
            f"<w:tbl><w:tr><w:tc><w:p>{run('大会')}</w:p></w:tc></w:tr></w:tbl>",
            ("大会",),
            "a cell of a table",
        ),
        (
            f"<w:p>{run('大会')}<w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins>{run('决议')}</w:ins></w:p>",
            ("大会决议",),
            "what is inserted, not what is deleted",
        ),
        (
            f"<w:p><w:hyperlink>{run('大会')}</w:hyperlink><w:r><w:tab/><w:t>决议</w:t></w:r></w:p>",
            ("大会 决议",),
            "links and tabs",
        ),
        (
            f"<w:p><w:r>{TEXT_BOX}</w:r>{run('文')}</w:p>",
            ("文", "框"),
            "a text box once, and apart",
        ),
    ],
)
def test_word(body, paragraphs, reason):
    assert read("a.docx", docx(body)).source == paragraphs, reason


@pytest.mark.parametrize(
    ("content", "source", "target", "reason"),
    [
        (
            xliff12("<trans-unit id='1'><source>毒罪办</source><target>UNODC</target></trans-unit>"),
            ("毒罪办",),
            ("UNODC",),
            "1.2",
        ),
        (
            xliff12("<trans-unit id='1'><source>a<g id='1'>b</g><ph id='2'>&lt;br/&gt;</ph>c</source></trans-unit>"),
            ("abc",),
            (),
            "inline codes are no text; no translation at all",
        ),
        (
            xliff2(
                "<unit id='1'><segment><source>大<pc id='1'>会</pc></source><target>the Assembly</target></segment>"
                "<segment><source>决议</source></segment></unit>"
            ),
            ("大会", "决议"),
            ("the Assembly", ""),
            "2.1, one segment not translated yet",
        ),
        (
            xliff2("<unit id='1' translate='no'><segment><source>x7</source></segment></unit>"),
            (),
            (),
            "what is not to be translated is no text",
        ),
    ],
)
def test_xliff(content, source, target, reason):
    text = read("a.xlf", content)
    assert (text.source, text.target) == (source, target), reason


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"%PDF", "no such kind"),
        ("a", b"text", "no kind at all"),
        ("a.txt", b"\xff\xfe\xff", "half a character of UTF-16"),
        ("a.txt", b"\x81\xff\xff", "no encoding that is known"),
        ("a.docx", b"PK nonsense", "no archive"),
        ("a.docx", docx("")[:40], "half an archive"),
        ("a.docx", docx("<w:p>"), "half a document"),
        ("a.xlf", b"<xliff", "half a document"),
        ("a.xlf", b"<html/>", "another kind of XML"),
        ("a.xlf", b'<?xml version="1.0" encoding="klingon"?><xliff/>', "an unknown encoding"),
    ],
)
def test_what_cannot_be_read_is_refused(name, content, reason):
    with pytest.raises(UnreadableFile):
        read(name, content)


def test_an_archive_that_blows_up_is_refused(monkeypatch):
    monkeypatch.setattr(plain_texts, "MAX_XML_BYTES", 10_000)
    with pytest.raises(UnreadableFile, match="too long"):
        read("a.docx", docx(f"<w:p>{run('大' * 20_000)}</w:p>"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<w:p>" * 100_000 + "</w:p>" * 100_000, "nested deeper than a reader of trees can go"),
        ("<w:p/>" * 600_000, "more elements than there is room for"),
    ],
)
def test_a_tree_that_blows_up_is_refused(content, reason):
    with pytest.raises(UnreadableFile, match="too many or too deeply nested"):
        read("a.docx", docx(content))


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_no_damage_to_an_archive_is_a_fault_of_ours(compression):
    draw = random.Random(compression)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        archive.writestr("word/document.xml", "<w><p><r><t>大会审议了毒品问题</t></r></p></w>")
    outcomes = set()
    for _ in range(500):
        damaged = bytearray(stream.getvalue())
        for _ in range(draw.randint(1, 5)):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        try:
            read("a.docx", bytes(damaged))
            outcomes.add("read")
        except UnreadableFile:
            outcomes.add("refused")
    assert "refused" in outcomes


def test_entities_that_blow_up_are_refused():
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE xliff [<!ENTITY e0 "lol">{entities}]><xliff>&e11;</xliff>'
    with pytest.raises(UnreadableFile):
        read("a.xlf", bomb.encode())


def test_entities_from_other_files_are_not_read():
    attack = b'<!DOCTYPE xliff [<!ENTITY e SYSTEM "file:///etc/hostname">]><xliff><segment><source>&e;</source></segment></xliff>'
    with pytest.raises(UnreadableFile):
        read("a.xlf", attack)
