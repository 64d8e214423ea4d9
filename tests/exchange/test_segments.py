"""Translations from CAT tools: what is read of each kind of file, and what is refused."""

import io
import tracemalloc

import pytest

from termbase.errors import UnreadableFile
from termbase.exchange.segments import Segment, Translation, of_xliff, read

XLIFF_1 = "<xliff version='1.2' xmlns='urn:oasis:names:tc:xliff:document:1.2'>{}</xliff>"
FILE_1 = "<file source-language='zh-CN' target-language='en-GB' original='a' datatype='x'><body>{}</body></file>"
XLIFF_2 = (
    "<xliff version='2.1' srcLang='zh-Hans' trgLang='en' xmlns='urn:oasis:names:tc:xliff:document:2.0'>"
    "<file id='f'>{}</file></xliff>"
)
TMX = (
    "<?xml version='1.0'?><!DOCTYPE tmx SYSTEM 'tmx14.dtd'>"
    "<tmx version='1.4'><header srclang='en'/><body>{}</body></tmx>"
)


def of(name, text, **options):
    content = text if isinstance(text, bytes) else text.encode()
    return read(io.BytesIO(content), name, **options)


def segments(name, text, **options):
    return [(item.id, item.source, item.target) for item in of(name, text, **options).segments]


def one(text):
    return segments("a.xlf", XLIFF_1.format(FILE_1.format(text)))


@pytest.mark.parametrize(
    ("unit", "expected", "reason"),
    [
        (
            "<trans-unit id='1'><source>毒罪办</source><target>UNODC</target></trans-unit>",
            [("1", "毒罪办", "UNODC")],
            "one",
        ),
        ("<trans-unit id='1'><source>毒罪办</source></trans-unit>", [], "not translated"),
        ("<trans-unit id='1'><source>毒罪办</source><target> </target></trans-unit>", [], "an empty translation"),
        (
            "<trans-unit id='1' translate='no'><source>a</source><target>a</target></trans-unit>",
            [],
            "not to be translated",
        ),
        (
            (
                "<trans-unit id='1'><source>毒<g id='1'>罪</g>办<ph id='2'>&lt;b&gt;</ph></source>"
                "<target>UN<bpt id='1'>&lt;i&gt;</bpt>ODC<ept id='1'>&lt;/i&gt;</ept><x id='3'/></target></trans-unit>"
            ),
            [("1", "毒罪办", "UNODC")],
            "inline codes are no text, what stands in groups is",
        ),
        (
            (
                "<trans-unit id='1'><source>一。二。</source><seg-source><mrk mtype='seg' mid='0'>一。</mrk>"
                "<mrk mtype='seg' mid='1'>二。</mrk></seg-source><target><mrk mtype='seg' mid='1'>Two.</mrk>"
                "<mrk mtype='seg' mid='0'>One.</mrk></target></trans-unit>"
            ),
            [("1.0", "一。", "One."), ("1.1", "二。", "Two.")],
            "parts go by their marks, not by their order",
        ),
        (
            (
                "<trans-unit id='1'><source>一</source><target>One</target><alt-trans><source>二</source>"
                "<target>Two</target></alt-trans></trans-unit>"
            ),
            [("1", "一", "One")],
            "what a memory offered is no translation",
        ),
        (
            "<group id='g'><trans-unit id='1'><source>a\nb</source><target>c<!-- no -->d</target></trans-unit></group>",
            [("1", "a\nb", "cd")],
            "in groups; line ends stay, comments go",
        ),
    ],
)
def test_xliff_1(unit, expected, reason):
    assert one(unit) == expected, reason


@pytest.mark.parametrize(
    ("unit", "expected", "reason"),
    [
        (
            "<unit id='u'><segment><source>毒罪办</source><target>UNODC</target></segment></unit>",
            [("u", "毒罪办", "UNODC")],
            "one segment goes by the name of its unit",
        ),
        (
            (
                "<unit id='u'><segment id='s'><source>一</source><target>One</target></segment><ignorable>"
                "<source> </source></ignorable><segment><source>二</source><target>Two</target></segment></unit>"
            ),
            [("u/s", "一", "One"), ("u/2", "二", "Two")],
            "several",
        ),
        (
            (
                "<unit id='u'><segment><source><pc id='1'>毒<mrk id='m' type='term'>罪办</mrk></pc>"
                "<ph id='2'/></source><target>UN<cp hex='0007'/>ODC</target></segment></unit>"
            ),
            [("u", "毒罪办", "UN ODC")],
            "inline elements",
        ),
        (
            "<unit id='u' translate='no'><segment><source>一</source><target>One</target></segment></unit>",
            [],
            "not to be translated",
        ),
    ],
)
def test_xliff_2(unit, expected, reason):
    assert segments("a.xliff", XLIFF_2.format(unit)) == expected, reason


def test_what_has_no_translation_yet_is_there_for_those_who_want_it():
    units = UNIT.format("一") + "<trans-unit id='2'><source>二</source></trans-unit>"
    found = of_xliff(io.BytesIO(XLIFF_1.format(FILE_1.format(units)).encode()))
    assert found == Translation("zh", "en", [Segment("1", "一", "x"), Segment("2", "二", "")])


def test_languages_of_xliff():
    unit = "<unit id='u'><segment><source>一</source><target>One</target></segment></unit>"
    assert of("a.xlf", XLIFF_2.format(unit)) == Translation("zh", "en", [Segment("u", "一", "One")])
    assert of("a.xlf", XLIFF_1.format(FILE_1.format(""))) == Translation("zh", "en", [])
    french = XLIFF_2.replace("'en'", "'fr'")
    assert of("a.xlf", french.format(unit)).target == ""


def tu(*texts, key=""):
    variants = "".join(f"<tuv xml:lang='{language}'><seg>{text}</seg></tuv>" for language, text in texts)
    return f"<tu{key}>{variants}</tu>"


@pytest.mark.parametrize(
    ("units", "options", "expected", "reason"),
    [
        (
            [tu(("en", "UNODC"), ("zh-CN", "毒罪办"))],
            {},
            [("1", "毒罪办", "UNODC")],
            "Chinese is the source, in any order",
        ),
        ([tu(("en", "UNODC"), ("zh-CN", "毒罪办"))], {"source": "en"}, [("1", "UNODC", "毒罪办")], "as asked"),
        ([tu(("fr", "x"), ("zh", "一")), tu(("EN-US", "b"), ("ZH", "二"))], {}, [("2", "二", "b")], "only the pair"),
        ([tu(("zh", "一"), ("en", "a"), key=" tuid='t7'")], {}, [("t7", "一", "a")], "its own name"),
        (
            [
                (
                    "<tu><tuv lang='zh'><seg>一<bpt i='1'>x</bpt><hi>二</hi></seg></tuv>"
                    "<tuv lang='en'><seg>a</seg></tuv></tu>"
                )
            ],
            {},
            [("1", "一二", "a")],
            "the old attribute; codes are no text",
        ),
    ],
)
def test_tmx(units, options, expected, reason):
    assert segments("a.tmx", TMX.format("".join(units)), **options) == expected, reason


@pytest.mark.parametrize(
    ("name", "text", "expected", "reason"),
    [
        ("a.tsv", "毒罪办\tUNODC\n\n一\tOne\n", [("1", "毒罪办", "UNODC"), ("3", "一", "One")], "ids are line numbers"),
        ("a.tsv", 'a "b"\tc "d\n', [("1", 'a "b"', 'c "d')], "nothing is quoted between tabs"),
        ("a.csv", '"一, 二","One, ""two"""\r\n', [("1", "一, 二", 'One, "two"')], "with commas it is"),
        ("a.csv", "id,source,target\ns1,一,One\n", [("s1", "一", "One")], "named columns"),
        ("a.csv", "一;One\n二;Two, too\n", [("1", "一", "One"), ("2", "二", "Two, too")], "with semicolons"),
        ("a.csv", "一; 二,One; two\n", [("1", "一; 二", "One; two")], "semicolons that part nothing"),
        ("a.tsv", "Target\tSource\nOne\t一\n", [("2", "一", "One")], "in another order"),
        ("a.txt", "一\tOne\tnote\n二\n三\t\n", [("1", "一", "One")], "what is not translated is left out"),
        ("a.tsv", "", [], "an empty file"),
        ("a.tsv", "\ufeff一\tOne\n".encode(), [("1", "一", "One")], "a byte-order mark"),
        ("a.tsv", "一\tOne\n".encode("utf-16"), [("1", "一", "One")], "UTF-16"),
        ("a.tsv", "毒罪办\tUNODC\n".encode("gb18030"), [("1", "毒罪办", "UNODC")], "GB 18030"),
    ],
)
def test_tables(name, text, expected, reason):
    assert segments(name, text) == expected, reason


def test_languages_of_tables():
    assert of("a.tsv", "一\tOne\n").source == "zh"
    assert of("a.tsv", "One\t一\n").target == "zh"
    assert of("a.tsv", "123\tOne\n", source="zh-Hant").source == "zh-Hant"


DEEP = "<g id='1'>" * 300 + "</g>" * 300
BOMB = "<!DOCTYPE xliff [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;'>]>"
OUTSIDE = "<!DOCTYPE xliff [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
UNIT = "<trans-unit id='1'><source>{}</source><target>x</target></trans-unit>"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.docx", "x", "ends in none of"),
        ("noname", "x", "ends in none of"),
        ("a.xlf", "", "is empty"),
        ("a.xlf", "plain text", "not XML"),
        ("a.xlf", XLIFF_1.format(FILE_1.format(UNIT))[:-8], "breaks off"),
        ("a.xlf", TMX.format(""), "its root is <tmx>"),
        ("a.tmx", XLIFF_1.format(""), "its root is <xliff>"),
        ("a.xlf", BOMB + XLIFF_1.format(FILE_1.format(UNIT.format("&b;"))), "declares entities"),
        ("a.xlf", OUTSIDE + XLIFF_1.format(FILE_1.format(UNIT.format("&a;"))), "declares entities"),
        ("a.xlf", XLIFF_1.format(FILE_1.format(UNIT.format(DEEP))), "nested too deep"),
        ("a.xlf", XLIFF_1.format(FILE_1.format(UNIT.format("a" * 11_000_000))), "cannot be read"),
        ("a.tsv", "一 One\n", "no line with a source and a target"),
        ("a.csv", 'a,"b\n', "is no table"),
        ("a.tsv", b"\x81\x20\xff", "cannot be read"),
        ("a.tsv", "a" * 1_100_000 + "\tb", "is no table"),
    ],
)
def test_what_is_refused(name, text, said):
    with pytest.raises(UnreadableFile, match=said):
        of(name, text)


def test_a_long_file_is_not_held_as_a_tree():
    unit = UNIT.format("毒罪办") * 20_000
    content = XLIFF_1.format(FILE_1.format(unit)).encode()
    stream = io.BytesIO(content)
    tracemalloc.start()
    try:
        assert len(read(stream, "a.xlf").segments) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
