"""XLIFF 2.1 with its terms marked: the marks, the glossary, and nothing else."""

import io
import re

import pytest
from lxml import etree

from termbase.errors import UnreadableFile
from termbase.exchange.known_terms import find
from termbase.exchange.segments import read
from termbase.exchange.xliff import CORE, GLOSSARY, Found, with_terms

NAMES = {"x": CORE, "gls": GLOSSARY}
TERMS = {"毒罪办": ("c1", ("UNODC",), "An office."), "大会": ("c2", ("General Assembly", "congress"), "")}


def find_in(texts, source, target):
    return [
        [
            Found(match.start(), match.end(), *TERMS[match[0]][:1], match[0], *TERMS[match[0]][1:])
            for match in re.finditer("|".join(TERMS), text)
        ]
        for text in texts
    ]


def xliff(units, *, version="2.1", source="zh-CN", namespaces=""):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<xliff xmlns="{CORE}"{namespaces} version="{version}"'
        f' srcLang="{source}" trgLang="en">\n<file id="f1">{units}</file></xliff>\n'
    ).encode()


def unit(source, before="", target=""):
    return f'<unit id="u1">{before}<segment><source>{source}</source>{target}</segment></unit>'


def sources(data):
    """The sources as they stand in the file, without namespaces."""
    found = etree.fromstring(data).iterfind(".//x:source", NAMES)
    return [re.sub(r' xmlns(:\w+)?="[^"]*"', "", etree.tostring(s, encoding="unicode", with_tail=False)) for s in found]


M = '<mrk id="{}" type="term">{}</mrk>'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("毒罪办支持大会。", f"{M.format('tb1', '毒罪办')}支持{M.format('tb2', '大会')}。"),
        ("无", "无"),
        ("大会大会", M.format("tb1", "大会") + M.format("tb2", "大会")),
        ('<pc id="1">大会</pc>毒罪办', f'<pc id="1">{M.format("tb1", "大会")}</pc>{M.format("tb2", "毒罪办")}'),
        ('<ph id="1"/>大会<ph id="2"/>', f'<ph id="1"/>{M.format("tb1", "大会")}<ph id="2"/>'),
        ('毒罪<ph id="1"/>办', '<sm id="tb1" type="term"/>毒罪<ph id="1"/>办<em startRef="tb1"/>'),
        ('大<pc id="1">会</pc>。', '<sm id="tb1" type="term"/>大<pc id="1">会<em startRef="tb1"/></pc>。'),
        ('大<pc id="1">会毒</pc>罪办', '<sm id="tb1" type="term"/>大<pc id="1">会<em startRef="tb1"/><sm id="tb2" type="term"/>毒</pc>罪办<em startRef="tb2"/>'),
        (f'{M.format("m1", "毒罪办")}大会', f"{M.format('m1', '毒罪办')}{M.format('tb1', '大会')}"),
        ('<mrk id="m1" type="comment" value="v">毒罪办</mrk>', f'<mrk id="m1" type="comment" value="v">{M.format("tb1", "毒罪办")}</mrk>'),
        ('<mrk id="tb1" type="comment" value="v">大会</mrk>', f'<mrk id="tb1" type="comment" value="v">{M.format("tb2", "大会")}</mrk>'),
        ("大<!-- c -->会", '<sm id="tb1" type="term"/>大<!-- c -->会<em startRef="tb1"/>'),
        ("a &lt;大会&gt;", f"a &lt;{M.format('tb1', '大会')}&gt;"),
    ],
)  # fmt: skip
def test_marks(source, expected):
    data = with_terms(xliff(unit(source)), find_in)
    assert sources(data) == [f"<source>{expected}</source>"]
    plain = ["".join(etree.fromstring(d).find(".//x:source", NAMES).itertext(etree.Element)) for d in (data,)]
    original = etree.fromstring(xliff(unit(source))).find(".//x:source", NAMES)
    assert plain == ["".join(original.itertext(etree.Element))]


def test_the_glossary():
    root = etree.fromstring(with_terms(xliff(unit("毒罪办、大会、大会")), find_in))
    entries = root.findall(".//gls:glossEntry", NAMES)
    assert [entry.get("ref") for entry in entries] == ["#tb1", "#tb2"], "a concept once, by its first place"
    assert [[(etree.QName(part).localname, part.text) for part in entry] for entry in entries] == [
        [("term", "毒罪办"), ("translation", "UNODC"), ("definition", "An office.")],
        [("term", "大会"), ("translation", "General Assembly"), ("translation", "congress")],
    ]
    assert [part.get("source") for part in root.iterfind(".//gls:term", NAMES)] == ["c1", "c2"]


def test_a_glossary_that_is_there_gets_more_entries():
    before = (
        f'<gls:glossary xmlns:gls="{GLOSSARY}"><gls:glossEntry id="tbg1"><gls:term>x</gls:term>'
        "<gls:translation>y</gls:translation></gls:glossEntry></gls:glossary>"
    )
    root = etree.fromstring(with_terms(xliff(unit("大会", before)), find_in))
    assert [entry.get("id") for entry in root.iterfind(".//gls:glossEntry", NAMES)] == ["tbg1", "tbg2"]


def test_homographs_share_a_mark():
    def two(texts, source, target):
        return [[Found(0, 2, "c1", "大会", ("Assembly",)), Found(0, 2, "c2", "大会", ("congress",))] for _ in texts]

    root = etree.fromstring(with_terms(xliff(unit("大会")), two))
    assert [entry.get("ref") for entry in root.iterfind(".//gls:glossEntry", NAMES)] == ["#tb1", "#tb1"]


def test_what_overlaps_or_says_nothing_is_left():
    def overlapping(texts, source, target):
        return [[Found(0, 3, "c1", "a", ("x",)), Found(2, 4, "c2", "b", ("y",)), Found(4, 5, "c3", "c")] for _ in texts]

    assert sources(with_terms(xliff(unit("一二三四五")), overlapping)) == [
        f"<source>{M.format('tb1', '一二三')}四五</source>"
    ]


RICH = """<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
<?a-pi with data?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" xmlns:my="urn:x-my" version="2.1" srcLang="zh" trgLang="en">
 <file id="f1" my:kept="1"><notes><note id="n1">a note</note></notes>
  <group id="g1"><unit id="u1" xml:space="preserve"><my:other>&#169; <![CDATA[<raw>]]></my:other>
   <notes><note>b</note></notes><originalData><data id="d1">&lt;b></data></originalData>
   <segment id="s1" state="translated"><source>毒罪办 <ph id="1" dataRef="d1"/>  支持</source><target>UNODC 大会</target></segment>
   <ignorable><source>大会</source></ignorable></unit></group></file></xliff>
<!-- the end -->
"""


def canonical(data):
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    return etree.tostring(root.getroottree(), method="c14n", with_comments=True)


def test_nothing_else_changes():
    data = with_terms(RICH.encode(), find_in)
    root = etree.fromstring(data)
    for glossary in root.findall(".//gls:glossary", NAMES):
        glossary.getparent().remove(glossary)
    etree.strip_tags(root, f"{{{CORE}}}mrk")
    etree.cleanup_namespaces(root, keep_ns_prefixes=["my"])
    assert canonical(etree.tostring(root.getroottree())) == canonical(RICH.encode())
    assert b"<![CDATA[<raw>]]>" in data
    assert etree.fromstring(data).find(".//x:ignorable/x:source", NAMES).text == "大会"


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GB18030"])
def test_the_encoding_stays(encoding):
    data = xliff(unit("大会")).decode().replace("UTF-8", encoding).encode(encoding)
    marked = with_terms(data, find_in)
    assert f"encoding='{encoding}'" in marked.decode(encoding)
    assert "大会</mrk>" in marked.decode(encoding)


def test_without_terms_nothing_is_added():
    data = with_terms(xliff(unit("无")), find_in)
    assert GLOSSARY not in data.decode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"/>', "another version"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:2.2" version="2.2"/>', "another version"),
        (xliff("", source="fr"), "source language “fr”"),
        (b"<html/>", "its root is <html>"),
        (b"<xliff>" + b"x" * 60_000_000, "larger than 50 MB"),
    ],
    ids=["1.2", "2.2", "French", "HTML", "large"],
)
def test_unreadable(data, message):
    with pytest.raises(UnreadableFile, match=message):
        with_terms(data, find_in)


@pytest.fixture(scope="module")
def schema(shared):
    folder = shared / "schemas" / "xliff21" / "schemas"
    driver = (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
        f'<xs:import namespace="{CORE}" schemaLocation="{folder}/xliff_core_2.0.xsd"/>'
        f'<xs:import namespace="{GLOSSARY}" schemaLocation="{folder}/glossary.xsd"/></xs:schema>'
    )
    return etree.XMLSchema(etree.fromstring(driver))


@pytest.mark.parametrize(
    "data",
    [
        xliff(unit("毒罪办、大会、大会")),
        xliff(unit('大<pc id="1">会毒</pc>罪办', "<notes><note>n</note></notes>", "<target>x</target>")),
        xliff(unit('毒罪<ph id="1"/>办'), version="2.0"),
    ],
)
def test_under_the_schema(schema, data):
    marked = with_terms(data, find_in)
    assert b"glossEntry" in marked
    schema.assertValid(etree.fromstring(marked))


def test_the_schema_would_notice(schema):
    marked = with_terms(xliff(unit("大会")), find_in)
    assert not schema.validate(etree.fromstring(marked.replace(b"gls:translation", b"gls:translated")))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("source", "text"), [("zh-CN", "毒罪办与外国恐怖主义作战人员"), ("en", "UNODC and foreign terrorist fighters")]
)
def test_with_the_termbases_own_terms(small_termbase, source, text):
    target = "en" if source == "zh-CN" else "zh-CN"
    marked = with_terms(xliff(unit(text), source=source).replace(b'trgLang="en"', f'trgLang="{target}"'.encode()), find)
    root = etree.fromstring(marked)
    assert [part.get("source") for part in root.iterfind(".//gls:term", NAMES)] == ["c0001", "c0003"]
    found = [part.text for part in root.iterfind(".//gls:translation", NAMES)]
    assert ("foreign terrorist fighter" if target == "en" else "外国恐怖主义作战人员") in found
    assert "外国恐怖分子战士" not in found, "a deprecated form is no equivalent"
    translated = marked.replace(b"</source>", b"</source><target>-</target>")
    assert [segment.source for segment in read(io.BytesIO(translated), "a.xlf").segments] == [text]
