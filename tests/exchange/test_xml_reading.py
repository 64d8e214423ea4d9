"""Files that mean harm, or are broken: a clear error, no other file read, no memory filled."""

import io
import tracemalloc

import pytest

from termbase.errors import UnreadableFile
from termbase.exchange import multiterm, segments, tbx_reading, xliff
from termbase.exchange.xml_reading import MAX_ELEMENT, elements, line_of, text_of

READERS = {
    "tbx": (lambda data: list(tbx_reading.read(io.BytesIO(data))), b"tbx", b"conceptEntry"),
    "martif": (lambda data: list(tbx_reading.read(io.BytesIO(data))), b"martif", b"termEntry"),
    "multiterm": (lambda data: list(multiterm.read(io.BytesIO(data))), b"mtf", b"conceptGrp"),
    "xliff 1.2": (lambda data: segments.read(io.BytesIO(data), "a.xlf"), b"xliff", b"trans-unit"),
    "xliff 2.1, marked": (lambda data: xliff.with_terms(data, lambda *given: []), b"xliff", b"unit"),
    "tmx": (lambda data: segments.read(io.BytesIO(data), "a.tmx"), b"tmx", b"tu"),
}
LAUGHS = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
# A file of root R with entries E; message; why. SECRET is a file of this machine.
HOSTILE = [
    (b"<!DOCTYPE R [<!ENTITY e0 'lol'>" + LAUGHS + b"]><R><E>&e11;</E></R>", "entities", "a billion laughs"),
    (b"<!DOCTYPE R [<!ENTITY e0 'lol'>" + LAUGHS + b"]><R a='&e11;'/>", "", "laughs in an attribute"),
    (b"<!DOCTYPE R [<!ENTITY e 'lol'>]><R/>", "declares entities", "a harmless entity"),
    (b"<!DOCTYPE R [<!ENTITY e SYSTEM 'file://SECRET'>]><R><E>&e;</E></R>", "declares entities", "an external entity"),
    (b"<!DOCTYPE R [<!ENTITY % e SYSTEM 'file://SECRET'> %e;]><R/>", "declares entities", "a parameter entity"),
    (b"<!DOCTYPE R [<!ENTITY e SYSTEM 'http://127.0.0.1:1/'>]><R><E>&e;</E></R>", "declares", "an address to call"),
    (b"<R>" + b"<a>" * 300, "nested too deep", "deep nesting"),
    (b"<R><E>" + b"<a>" * 300, "nested too deep", "deep nesting inside an entry"),
    (b"<R><E>" + b"a" * 11_000_000 + b"</E></R>", "", "a cell of 11 MB"),
    (b"<R><E a='" + b"a" * 11_000_000 + b"'/></R>", "", "an attribute of 11 MB"),
    (b"<R><E>a</E>", "breaks off", "a file cut off between entries"),
    (b"<R><E>a", "breaks off", "a file cut off inside one"),
    (b"<R><E>a</E><E la", "breaks off", "a file cut off in an attribute"),
    (b'<R><E>a</E><E lang="e', "breaks off", "a file cut off inside a value"),
    (b"<R><E>a</", "breaks off", "a file cut off inside a closing tag"),
    (b"<R><E", "breaks off", "a file cut off inside a tag"),
    (b"<S><E>a</E></S>", "its root is <S>", "another root"),
    (b"<R><E></R>", "closed", "a tag that is not closed"),
    (b"<R/><R/>", "after the end", "two roots"),
    (b"<R>\xff</R>", "broken", "bytes of another encoding"),
    (b"<?xml version='1.0' encoding='klingon'?><R/>", "encoding", "an unknown encoding"),
    (b"<R>\x07</R>", "character", "a bell"),
    (b"<R>&e;</R>", "entity", "an entity that nobody declares"),
    (b"R,E\n", "not XML", "a table"),
    (b"\0" * 100, "not XML", "zeros"),
    (b"", "empty", "nothing"),
]


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize(("data", "message"), [pytest.param(*case[:2], id=case[2]) for case in HOSTILE])
def test_hostile_or_broken(reader, data, message, tmp_path):
    (tmp_path / "secret").write_text("TOP SECRET")
    read, root, entry = reader
    data = data.replace(b"SECRET", bytes(tmp_path / "secret"))
    data = (
        data.replace(b"<R", b"<" + root).replace(b"/R>", b"/" + root + b">").replace(b"DOCTYPE R", b"DOCTYPE " + root)
    )
    data = data.replace(b"<E>", b"<" + entry + b">").replace(b"<E ", b"<" + entry + b" ")
    data = data.replace(b"/E>", b"/" + entry + b">")
    with pytest.raises(UnreadableFile) as error:
        read(data)
    assert message in error.value.message
    assert "SECRET" not in error.value.message
    assert len(error.value.message) < 200
    assert "file" in error.value.fields


def test_attributes_of_another_file_do_not_arrive(tmp_path):
    (tmp_path / "x.dtd").write_text("<!ATTLIST e secret CDATA 'TOP SECRET'>")
    data = f'<!DOCTYPE r SYSTEM "{tmp_path}/x.dtd"><r><e/></r>'.encode()
    assert [dict(element.attrib) for element in elements(io.BytesIO(data), ("r",), ("e",))] == [{}, {}]


@pytest.mark.parametrize(
    "doctype", ['SYSTEM "x.dtd"', 'PUBLIC "-//x//EN" "http://127.0.0.1:1/x.dtd"', "[<!ELEMENT r ANY>]"]
)
def test_a_doctype_of_old_is_overlooked(doctype):
    data = f"<?xml version='1.0'?><!DOCTYPE r {doctype}><r><e>a</e></r>".encode()
    assert [element.text for element in elements(io.BytesIO(data), ("r",), ("e",))][1:] == ["a"]


def test_memory_is_bounded_by_one_entry():
    def blocks():
        yield b"<r>"
        for _ in range(3_000):
            yield b"<e>" + b"x" * 10_000 + b"</e>"
        yield b"</r>"

    class Stream(io.RawIOBase):
        left = blocks()

        def read(self, size=-1):
            return next(self.left, b"")

    tracemalloc.start()
    count = sum(1 for _ in elements(Stream(), ("r",), ("e",)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 3_001
    assert peak < 1_000_000


def test_much_between_entries_is_refused_before_it_is_all_read():
    class Endless(io.RawIOBase):
        read_bytes = 0

        def read(self, size=-1):
            self.read_bytes += size
            return b"<r>" if self.read_bytes == size else b"<a/>" * (size // 4)

    stream = Endless()
    with pytest.raises(UnreadableFile, match="one entry, or outside"):
        list(elements(stream, ("r",), ("e",)))
    assert stream.read_bytes < MAX_ELEMENT * 2


def test_lines_are_counted_beyond_65535():
    data = b"<r>" + b"\n" * 70_000 + b"<e/></r>"
    assert [line_of(element) for element in elements(io.BytesIO(data), ("r",), ("e",))] == [1, 70_001]


def test_text_leaves_out_codes_and_comments():
    data = b"<r><e>a<!-- no --><hi>b</hi><ph>CODE</ph>c<?no no?>d</e></r>"
    assert [text_of(element) for element in elements(io.BytesIO(data), ("r",), ("e",))][1:] == ["abcd"]


def test_elements_as_they_begin():
    data = b"<r><f a='1'><e/></f><f a='2'/></r>"
    found = elements(io.BytesIO(data), ("r",), ("e",), begun=("f",))
    assert [(element.tag, element.get("a")) for element in found] == [("r", None), ("f", "1"), ("e", None), ("f", "2")]
