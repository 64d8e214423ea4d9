"""Which encoding a text is in: said when it is sure, asked when it is not, never guessed wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from termbase.text.encodings import ENCODINGS, UnknownEncoding, decode

PROSE = "委员会审议了议程项目，强调了各国中央机关在刑事事项国际合作中的作用，并对毒罪办的报告表示赞赏。"
TRADITIONAL = OpenCC("s2t").convert(PROSE)


@pytest.mark.parametrize("text", [PROSE, TRADITIONAL], ids=["Simplified", "Traditional"])
@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("gb18030", "gb18030"),
    ],
)
def test_prose_is_recognised(text, codec, encoding):
    found = decode(text.encode(codec))
    assert (found.text, found.encoding) == (text, encoding)


def test_big5_is_told_from_gb18030():
    assert decode(TRADITIONAL.encode("big5")).encoding == "big5"
    assert decode(TRADITIONAL.encode("big5hkscs")).text == TRADITIONAL


@pytest.mark.parametrize(
    ("raw", "encoding", "why"),
    [
        (b"Plain English.", "utf-8", "ASCII is the same in all of them"),
        ("It’s a “quoted” word.".encode(), "utf-8", "typographic quotes, and no other reading"),
        ("毒罪办".encode(), "utf-8", "three bytes an ideograph are no chance"),
        ("English text. ".encode("utf-16-le"), "utf-16", "zeros between ASCII letters"),
        (b"\xff\xfe" + "毒".encode("utf-16-le"), "utf-16", "the mark says it, however short"),
        ("\uf0b7 一项".encode("utf-8-sig"), "utf-8", "a bullet of a Word document"),
    ],
)
def test_short_texts_that_are_sure(raw, encoding, why):
    assert decode(raw).encoding == encoding, why


@pytest.mark.parametrize(
    ("raw", "possible", "why"),
    [
        ("联通".encode("gb18030"), {"gb18030", "big5"}, "two characters are ideographs in both"),
        (PROSE[:5].encode("gb18030"), {"gb18030", "big5"}, "too few to count common ones"),
    ],
)
def test_too_little_is_asked_about(raw, possible, why):
    with pytest.raises(UnknownEncoding) as caught:
        decode(raw)
    assert set(caught.value.possible) >= possible, why
    assert not caught.value.binary


@pytest.mark.parametrize(
    "raw",
    [b"\x00\x01\x02\x03abc", b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\xff\xff", bytes(range(256)) * 8],
    ids=["controls", "a program", "every byte"],
)
def test_binary_files_are_no_texts(raw):
    with pytest.raises(UnknownEncoding) as caught:
        decode(raw)
    assert caught.value.binary


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_who_says_the_encoding_is_believed(encoding):
    assert decode("標題".encode(encoding), encoding).text == "標題"


@pytest.mark.parametrize(
    ("raw", "encoding", "why"),
    [
        (PROSE.encode("gb18030"), "utf-8", "not valid"),
        (b"\xef\xbb\xbf\xff", "", "begins as UTF-8 and goes on as nothing"),
        (b"\xff\xfe\x00", "", "half a character"),
        (b"abc", "latin-1", "not one of those that may be named"),
        (b"a\x00b", "gb18030", "a zero byte"),
    ],
)
def test_what_cannot_be_read_as_asked_is_told(raw, encoding, why):
    with pytest.raises(UnknownEncoding):
        decode(raw, encoding)


@given(st.integers(0, len(TRADITIONAL)), st.sampled_from([PROSE, TRADITIONAL]), st.sampled_from(["gb18030", "big5"]))
def test_a_reading_is_right_or_refused(length, text, codec):
    """Whatever is cut off: no prose is ever read in the wrong one of the two."""
    raw = text[:length].encode(codec, "ignore")
    try:
        found = decode(raw)
    except UnknownEncoding:
        return
    assert found.text == raw.decode(codec)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_text_or_the_error(raw):
    for encoding in ("", *ENCODINGS):
        try:
            decoded = decode(raw, encoding)
        except UnknownEncoding:
            continue
        assert decoded.encoding in ENCODINGS
        assert "\0" not in decoded.text
