"""Segments of translated files."""

import io
import subprocess
import sys

import pytest

from termbase.errors import UnreadableFile
from termbase.exchange.segments import SUFFIXES, Segment, segments
from tests.conftest import ROOT


def xliff12(*units):
    files = "".join(f"<file original='a'><body>{unit}</body></file>" for unit in units)
    return f'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">{files}</xliff>'


def xliff2(*units, version="2.1"):
    files = "".join(f"<file id='f'>{unit}</file>" for unit in units)
    return f'<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="{version}" srcLang="zh">{files}</xliff>'


def unit12(inner, identifier="1"):
    return f"<trans-unit id='{identifier}'>{inner}</trans-unit>"


def tmx(*variants):
    return f"<tmx version='1.4'><header/><body><tu>{''.join(variants)}</tu></body></tmx>"


def tuv(language, text, attribute="xml:lang"):
    return f"<tuv {attribute}='{language}'><seg>{text}</seg></tuv>"


SEGMENTED = (
    "<source>大会。决议。</source><seg-source><mrk mtype='seg' mid='0'>大会。</mrk><g id='1'>"
    "<mrk mtype='seg' mid='1'>决议。</mrk></g></seg-source>"
    "<target><mrk mtype='seg' mid='1'>Resolution.</mrk><mrk mtype='seg' mid='0'>Assembly.</mrk></target>"
)
CASES = [
    ("a.xlf", xliff12(unit12("<source>大会</source><target>Assembly</target>")), [("1", "大会", "Assembly")], "1.2"),
    ("a.xlf", xliff12(unit12("<source>大会</source>")), [("1", "大会", "")], "not translated yet"),
    ("a.xlf", xliff12(unit12("<source/><target>x</target>")), [], "nothing to translate"),
    (
        "a.xlf",
        xliff12(unit12("<source>大<g id='1'>会</g><ph id='2'>&lt;br&gt;</ph></source><target>A<x id='1'/>B</target>")),
        [("1", "大会", "AB")],
        "codes are no text",
    ),
    (
        "a.sdlxliff",
        xliff12(unit12(SEGMENTED)),
        [("1/0", "大会。", "Assembly."), ("1/1", "决议。", "Resolution.")],
        "segments inside a unit, paired by their ids",
    ),
    (
        "a.xlf",
        xliff12(unit12("<source>一</source>"), unit12("<source>二</source>")),
        [("1", "一", ""), ("2/1", "二", "")],
        "two files with the same ids",
    ),
    (
        "a.xlf",
        xliff12(unit12("<source>一</source><alt-trans><source>二</source><target>two</target></alt-trans>")),
        [("1", "一", "")],
        "proposals from a memory are no translation",
    ),
    (
        "a.XLIFF",
        xliff2("<unit id='u'><segment><source>大<pc id='1'>会</pc></source><target>A</target></segment></unit>"),
        [("u", "大会", "A")],
        "2.1",
    ),
    (
        "a.xlf",
        xliff2(
            "<group id='g'><unit id='u'><segment id='s'><source>一</source></segment><ignorable><source> </source>"
            "</ignorable><segment><source>二</source></segment></unit></group>",
            version="2.0",
        ),
        [("u/s", "一", ""), ("u/2", "二", "")],
        "2.0, several segments in a unit of a group",
    ),
    ("a.tmx", tmx(tuv("zh-CN", "大会"), tuv("en-US", "A")), [("1", "大会", "A")], "TMX"),
    ("a.tmx", tmx(tuv("EN", "A", "lang"), tuv("zh_TW", "大會", "lang")), [("1", "大會", "A")], "TMX of old"),
    ("a.tmx", tmx(tuv("fr", "x"), tuv("en", "A")), [], "without one of the languages"),
    ("a.tmx", tmx(tuv("zh", "大<bpt i='1'>{b}</bpt>会"), tuv("en", "A")), [("1", "大会", "A")], "codes"),
    ("a.tsv", "大会\tAssembly\tnote\n\n决议\n", [("1", "大会", "Assembly"), ("3", "决议", "")], "lines"),
    ("a.txt", "大会\tAssembly\r\n", [("1", "大会", "Assembly")], "another line end"),
]


@pytest.mark.parametrize(("name", "text", "expected"), [pytest.param(*case[:3], id=case[3]) for case in CASES])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_read(name, text, expected, encoding):
    stream = io.BytesIO(text.encode(encoding))
    assert list(segments(stream, name)) == [Segment(*values) for values in expected]
    assert not stream.closed


def test_the_other_direction():
    stream = io.BytesIO(tmx(tuv("zh-CN", "大会"), tuv("en-US", "A")).encode())
    assert list(segments(stream, "a.tmx", source="en", target="zh")) == [Segment("1", "A", "大会")]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"%PDF"),
        ("a", b""),
        ("a.xlf", b""),
        ("a.xlf", b"<tmx/>"),
        ("a.tmx", b"<xliff/>"),
        ("a.tsv", b"\xff\xff\xff"),
        ("a.tsv", b"a" * 2_000_000),
    ],
)
def test_unreadable(name, data):
    with pytest.raises(UnreadableFile):
        list(segments(io.BytesIO(data), name))


def test_every_suffix_has_a_reader():
    for suffix in SUFFIXES:
        with pytest.raises(UnreadableFile) as error:
            list(segments(io.BytesIO(b"\xff\xff\xff"), f"a{suffix}"))
        assert "ending" not in error.value.message


def test_a_client_needs_no_django():
    code = "import sys, termbase.exchange.segments; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
