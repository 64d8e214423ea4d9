"""Which encoding a file of text is taken to be in."""

import io

import pytest

from termbase.errors import UnreadableFile
from termbase.exchange.encodings import text_of

TEXT = "概念\toffice\r\n毒罪办\tx\n"


@pytest.mark.parametrize(
    ("encoding", "declared", "expected"),
    [
        ("utf-8", "", "UTF-8"),
        ("utf-8-sig", "", "UTF-8"),
        ("utf-16", "", "UTF-16"),
        ("utf-16-le", "", "UTF-16-LE"),
        ("utf-16-be", "", "UTF-16-BE"),
        ("utf-32", "", "UTF-32"),
        ("gb18030", "", "GB18030"),
        ("gbk", "", "GB18030"),
        pytest.param("big5", "big5", "BIG5", id="declared, as it could be read as GB18030 too"),
        pytest.param("big5 at length", "", "CP950", id="a text long enough to be sure"),
        pytest.param("utf-8-sig", "gb18030", "UTF-8", id="a mark is surer than what is declared"),
        pytest.param("utf-8", "utf8", "UTF-8", id="another spelling"),
    ],
)
@pytest.mark.parametrize("seekable", [True, False])
def test_taken(encoding, declared, expected, seekable):
    text = TEXT.replace("办", "辦").replace("罪", "品") if encoding.startswith("big5") else TEXT
    if encoding == "big5 at length":
        encoding, text = "big5", "聯合國大會的決議,the resolution\n預防犯罪和刑事司法委員會的報告,the report\n" * 2
    stream = io.BytesIO(text.encode(encoding))
    stream.seekable = lambda: seekable
    wrapper, name = text_of(stream, declared)
    assert (wrapper.read(), name) == (text, expected)


@pytest.mark.parametrize(
    ("data", "declared", "message"),
    [
        (b"\xff\xff\xff", "", "is not text in UTF-8, UTF-16 or GB18030"),
        (b"a\0\0\xd8b\0", "", "is not text"),
        (b"a", "klingon", "“klingon” is not an encoding"),
        (b"a", "base64", "“base64” is not an encoding"),
    ],
)
def test_unreadable(data, declared, message):
    with pytest.raises(UnreadableFile, match=message):
        text_of(io.BytesIO(data), declared)


def test_the_start_of_the_stream_is_where_it_stands():
    stream = io.BytesIO(b"head\n" + TEXT.encode("gb18030"))
    stream.readline()
    assert text_of(stream)[0].read() == TEXT


def test_a_late_character_decides():
    data = b"a" * 1_000_000 + "毒".encode("gb18030")
    assert text_of(io.BytesIO(data))[1] == "GB18030"
