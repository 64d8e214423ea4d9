"""TBX: what others' validators say of ours, and what becomes of others' files."""

import io
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree

from termbase.exchange import multiterm, tbx_reading, tbx_writing, term_table
from termbase.exchange.entry import EVERYTHING, Entry, EntryDefinition, EntryExample, EntryRelation, EntryTerm, Problem
from termbase.exchange.losses import LossReason
from termbase.exchange.options import ReadOptions, WriteOptions
from tests.conftest import ROOT
from tests.exchange.strategies import termbases

WRITERS = {"Linguist": tbx_writing.write_linguist, "Basic": tbx_writing.write_basic, "2": tbx_writing.write_v2}
JING = [
    ("tbx3/TBX_Core_RNG/TBXcoreStructV03.rng", tbx_writing.write_linguist),
    ("tbx3/TBX_Core_RNG/TBXcoreStructV03.rng", tbx_writing.write_basic),
    ("tbx2/TBX-Spec/TBX-Basic/Validation/TBXBasicRNGV02.rng", tbx_writing.write_v2),
    ("own_multiterm_min.rng", multiterm.write),
]
"""What each grammar of the reference material accepts."""
writers = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)


def written(write, entries, **options):
    stream = io.BytesIO()
    losses = write(stream, entries, WriteOptions(**options))
    return stream.getvalue(), losses


def read(body, *, root="tbx", **options):
    data = body.encode() if isinstance(body, str) else body
    if not data.startswith(b"<?xml") and not data.startswith(b"<" + root.encode()):
        data = b"<%s><text><body>%s</body></text></%s>" % (root.encode(), data, root.encode())
    items = list(tbx_reading.read(io.BytesIO(data), ReadOptions(**options)))
    return [item for item in items if isinstance(item, Entry)], [item for item in items if isinstance(item, Problem)]


@pytest.fixture(scope="module")
def shipped():
    with (ROOT / "fixtures" / "termbase.csv").open("rb") as stream:
        return list(term_table.read(stream))


class TestStrict:
    """The official schemas accept what is written."""

    @pytest.fixture
    def valid(self, shared, tmp_path):
        """Asserts that the official RELAX NG and Schematron, or the DTD of version 2, accept a file."""
        pytest.importorskip("elementpath", reason="the validator's Schematron needs elementpath")
        validator = shared / "tools" / "validate_tbx.py"

        def check(data, *arguments):
            path = tmp_path / "file.tbx"
            path.write_bytes(data)
            command = [sys.executable, str(validator), *arguments, str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-500:]

        return check

    @writers
    def test_the_shipped_termbase(self, write, shipped, valid):
        keys = {entry.key for entry in shipped}
        valid(written(write, shipped, keys=keys)[0], "--engine", "none")
        some = shipped[::12]
        valid(written(write, some, keys={entry.key for entry in some})[0])

    @writers
    @settings(
        max_examples=8,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(termbases.filter(lambda several: any(entry.terms for entry in several)))
    def test_random_entries(self, write, valid, several):
        valid(written(write, several, keys={entry.key for entry in several if entry.terms})[0])

    @pytest.mark.parametrize(
        "name", ["TBX-Basic/Validation/TBXBasicRNGV02.rng", "TBX-Default/Validation/TBXcoreStructV02.rng"]
    )
    def test_version_2_under_its_relax_ng(self, name, shared, shipped):
        schema = etree.RelaxNG(etree.parse(str(shared / "schemas" / "tbx2" / "TBX-Spec" / name)))
        schema.assertValid(etree.fromstring(written(tbx_writing.write_v2, shipped)[0]))

    @pytest.mark.skipif(shutil.which("jing") is None, reason="needs jing: Debian's package jing")
    @pytest.mark.parametrize(("name", "write"), JING)
    def test_another_validator_of_relax_ng_agrees(self, name, write, shared, shipped, tmp_path):
        (tmp_path / "a.tbx").write_bytes(written(write, shipped, keys={entry.key for entry in shipped})[0])
        grammar = shared / "schemas" / name
        for declared in grammar.parent.glob("*.dtd"):  # it opens what the DOCTYPE names
            shutil.copy(declared, tmp_path)
        command = ["jing", str(grammar), str(tmp_path / "a.tbx")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:]

    def test_version_2_is_as_old_tools_want_it(self, shipped):
        root = etree.fromstring(written(tbx_writing.write_v2, shipped)[0])
        assert root.tag == "martif", "no namespace"
        languages = {section.get("{http://www.w3.org/XML/1998/namespace}lang") for section in root.iter("langSet")}
        assert languages == {"zh-CN", "en"}
        assert not list(root.iter("hi", "ntig"))

    def test_an_independent_reader_finds_every_term(self, shipped, tmp_path):
        tbx = pytest.importorskip("translate.storage.tbx", reason="needs translate-toolkit")
        (tmp_path / "a.tbx").write_bytes(written(tbx_writing.write_v2, shipped)[0])
        found = tbx.tbxfile.parsefile(str(tmp_path / "a.tbx"))
        assert len(found.units) == len(shipped)

    def test_omegat_finds_every_pair(self, shared, shipped, tmp_path):
        (tmp_path / "a.tbx").write_bytes(written(tbx_writing.write_v2, shipped)[0])
        script = shared / "tools" / "omegat" / "verify.sh"
        command = ["sh", str(script), str(tmp_path / "a.tbx"), "zh-CN", "en", "list"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 3:
            pytest.skip("needs OmegaT: Debian's packages omegat and default-jdk-headless")
        assert done.returncode == 0, done.stderr
        for entry in shipped:
            first = next(term.text for term in entry.terms if term.language == "zh-Hans")
            assert first in done.stdout


ENTRY = Entry(
    key="c1",
    subject_field="bodies",
    note="usage note: not one",
    terms=(
        EntryTerm(
            "zh-Hans",
            "毒罪办",
            term_type="abbreviation",
            administrative_status="preferred",
            part_of_speech="noun",
            geographical_usage="CN",
            reading="dú zuì bàn",
            source="A/1, 3",
            note="a < b & c\nreliability: high",
            usage_note="Short.",
            reliability=4,
            review_status="rejected",
            rejection_reason="Wrong.",
        ),
        EntryTerm("en", "UNODC"),
    ),
    definitions=(EntryDefinition("zh-Hant", "辦公室。"), EntryDefinition("en", "An office.", "A/2")),
    relations=(EntryRelation("broader", "c2"), EntryRelation("see_also", "c9")),
    examples=(
        EntryExample("zh-Hans", "毒罪办", "毒罪办支持。", "UNODC supports.", "A/3, 1"),
        EntryExample("zh-Hans", "毒罪办", "毒罪办合作。"),
        EntryExample("en", "UNODC", "UNODC cooperates.", "", "A/4"),
    ),
    withdrawn_at="2026-01-31T08:30:00+00:00",
    replaced_by="c2",
)


class TestMapping:
    """Where each field stands."""

    @writers
    def test_everything_comes_back(self, write):
        data, losses = written(write, [ENTRY], keys={"c1", "c2"})
        (entry,), problems = read(data)
        assert replace(entry, line=0) == ENTRY
        assert entry.given == EVERYTHING, "what is blank in a file of ours was blank"
        assert not losses
        assert {problem.field for problem in problems} <= {"language"}, "zh-CN is said to be read as zh-Hans"

    def test_a_relation_is_a_reference_where_its_target_is_in_the_file(self):
        root = etree.fromstring(written(tbx_writing.write_basic, [ENTRY], keys={"c1", "c2"})[0])
        assert [(ref.get("target"), ref.text) for ref in root.iter("{*}ref")] == [("c2", "broader")]
        assert "see also: c9" in [note.text for note in root.iter("{*}note")]

    def test_the_reading_has_a_category_in_linguist_alone(self):
        linguist, basic = (
            written(write, [ENTRY])[0].decode() for write in (tbx_writing.write_linguist, tbx_writing.write_basic)
        )
        assert '<admin type="reading">dú zuì bàn</admin>' in linguist
        assert "<note>reading: dú zuì bàn</note>" in basic

    @writers
    def test_characters_that_xml_cannot_hold_are_dropped_and_counted(self, write):
        term = EntryTerm("en", "office", note="a\x07b", usage_note="c\ufffed", source="e\rf")
        data, losses = written(write, [Entry("c1", note="\x00", terms=(term,))])
        (entry,), _ = read(data)
        assert (entry.terms[0].note, entry.terms[0].usage_note, entry.terms[0].source) == ("ab", "cd", "e\rf")
        assert [(loss.field, loss.reason, loss.count) for loss in losses] == [
            (name, LossReason.CHARACTERS, 1) for name in ("concept_note", "note", "usage_note")
        ]

    @writers
    def test_an_entry_without_terms_is_left_out_and_counted(self, write):
        data, losses = written(write, [Entry("c1"), ENTRY])
        assert [entry.key for entry in read(data)[0]] == ["c1"]
        assert [(loss.field, loss.reason) for loss in losses] == [("concept", LossReason.NO_TERM)]


OFFICE = '<langSec xml:lang="en"><termSec><term>office</term>{}</termSec></langSec>'
OLD = '<langSet xml:lang="{}"><{}><term>office</term>{}</{}></langSet>'


def of_term(inner):
    """The term of an entry with `inner` in its `termSec`, without what is as for any other."""
    (entry,), problems = read(f'<conceptEntry id="c1">{OFFICE.format(inner)}</conceptEntry>')
    return entry.terms[0], [problem.field for problem in problems]


class TestLenient:
    """Files that are old, sloppy, or say more."""

    @pytest.mark.parametrize(
        ("inner", "values", "remarks"),
        [
            ('<termNote type="administrativeStatus">preferred</termNote>', {"administrative_status": "preferred"}, []),
            ('<termNote type="administrativeStatus">Preferred Term</termNote>', {"administrative_status": "preferred"}, []),
            ('<termNote type="usageStatus">deprecated</termNote>', {"administrative_status": "deprecated"}, []),
            ('<termNote type="administrativeStatus">forbidden</termNote>', {"administrative_status": "deprecated"}, []),
            ('<termNote type="administrativeStatus">obsolete</termNote>', {"administrative_status": "superseded"}, []),
            ('<termNote type="normativeAuthorization">admittedTerm</termNote>', {}, []),
            ('<termNote type="partOfSpeech">Proper noun</termNote>', {"part_of_speech": "noun"}, []),
            ('<termNote type="termType">initialism</termNote>', {"term_type": "acronym"}, []),
            ('<termNote type="termType">slogan</termNote>', {"note": "termType: slogan"}, ["termType"]),
            ('<termNote type="register">slangRegister</termNote>', {"note": "register: slangRegister"}, ["register"]),
            ('<termNoteGrp><termNote type="termType">phrase</termNote><note>sure</note></termNoteGrp>', {"term_type": "phrase", "note": "sure"}, []),
            ('<adminGrp><admin type="reading">x</admin><adminNote type="readingNote">y</adminNote></adminGrp>', {"reading": "x", "note": "readingNote: y"}, ["readingNote"]),
            ('<xref type="externalCrossReference" target="https://a.org/">A</xref>', {"note": "externalCrossReference: A https://a.org/"}, ["externalCrossReference"]),
            ("<note>reliability: 3</note>", {"reliability": 3}, []),
            ("<note>reliability: high</note>", {"note": "reliability: high"}, []),
            ("<note>one</note><note>two</note>", {"note": "one\ntwo"}, []),
            ("<note>a <hi>b</hi> c</note>", {"note": "a b c"}, []),
            ('<admin type="source">A/1</admin><admin type="source">A/2</admin>', {"source": "A/1", "note": "source: A/2"}, ["source"]),
            ('<admin type="source"> A/1\n </admin>', {"source": "A/1"}, []),
            ('<transacGrp><transac type="transactionType">origination</transac><date>2010-04-17</date></transacGrp>', {}, ["transactionType"]),
            ("<!-- nothing -->", {}, []),
            ('<termNote type="PartOfSpeech">n.</termNote><termnote type="termType">Full term</termnote>', {}, []),
            ('<termNote type="forbidden">true</termNote>', {"administrative_status": "deprecated"}, []),
            ('<termNote type="forbidden">false</termNote>', {"note": "forbidden: false"}, ["forbidden"]),
            ('<termNote type="partOfSpeech">noun</termNote><termNote type="partOfSpeech">Noun</termNote>', {}, []),
            ('<descrip type="reliabilityCode">3</descrip>', {"note": "reliabilityCode: 3"}, ["reliabilityCode"]),
            ('<adminGrp><note>alone</note></adminGrp>', {"note": "alone"}, []),
        ],
    )  # fmt: skip
    def test_of_a_term(self, inner, values, remarks):
        assert of_term(inner) == (replace(EntryTerm("en", "office"), **values), remarks)

    @pytest.mark.parametrize(
        ("body", "values"),
        [
            ("<descrip type='subjectField'>law</descrip>", {"subject_field": "law"}),
            ("<descrip type='subjectField'>a</descrip><descrip type='subjectField'>b</descrip>", {"subject_field": "a", "note": "subjectField: b"}),
            ("<note>one</note><note>note: replaced by: two</note>", {"note": "one\nreplaced by: two"}),
            ("<note>broader: c2</note>", {"relations": (EntryRelation("broader", "c2"),)}),
            ("<note>broader: two words</note>", {"note": "broader: two words"}),
            ("<ref type='crossReference' target='c2'>see there</ref>", {"relations": (EntryRelation("see_also", "c2"),)}),
            ("<descrip type='definition'>An office\n  of ours.</descrip>", {"definitions": (EntryDefinition("en", "An office of ours."),)}),
            ("<descrip type='definition'>办公室。</descrip>", {"definitions": (EntryDefinition("zh-Hans", "办公室。"),)}),
            ("<descripGrp><descrip type='definition' xml:lang='en'>x</descrip><admin type='source'>A</admin><note>n</note></descripGrp>", {"definitions": (EntryDefinition("en", "x", "A"),), "note": "n"}),
            ("<descrip type='Translation needed'>yes</descrip>", {"note": "Translation needed: yes"}),
            ("<xref type='xGraphic' target='https://a.org/b.png'>b</xref>", {"note": "xGraphic: b https://a.org/b.png"}),
        ],
    )  # fmt: skip
    def test_of_a_concept(self, body, values):
        (entry,), _ = read(f'<conceptEntry id="c1">{body}{OFFICE.format("")}</conceptEntry>')
        assert replace(entry, line=0) == Entry("c1", terms=(EntryTerm("en", "office"),), **({"note": ""} | values))

    @pytest.mark.parametrize(
        ("body", "languages", "remarks"),
        [
            (OLD.format("zh_CN", "tig", "", "tig"), ["zh-Hans"], ["zh_CN"]),
            (OLD.format("en", "ntig", "", "ntig").replace("<term>", "<termGrp><term>").replace("</ntig>", "</termGrp></ntig>"), ["en"], []),
            (OLD.format("zh-TW", "tig", "", "tig"), ["zh-Hant"], ["zh-TW"]),
            (OLD.format("fr", "tig", "", "tig") + OLD.format("en", "tig", "", "tig"), ["fr", "en"], []),
            (OLD.format("", "tig", "", "tig"), ["und"], []),
            (OLD.format("en-GB", "tig", "", "tig"), ["en"], ["en-GB"]),
            (OLD.format("en", "tig", "", "tig").replace("xml:lang", "lang"), ["en"], []),
        ],
    )  # fmt: skip
    def test_version_2_and_languages(self, body, languages, remarks):
        (entry,), problems = read(f'<termEntry id="c1">{body}</termEntry>', root="martif")
        assert [term.language for term in entry.terms] == languages
        assert [name in problem.message for name, problem in zip(remarks, problems, strict=True)] == [True] * len(
            remarks
        )
        assert not any(problem.refuses for problem in problems)

    def test_a_language_of_the_files_own(self):
        body = f'<termEntry id="c1">{OLD.format("fr", "tig", "", "tig")}</termEntry>'
        (entry,), problems = read(body, root="martif", languages={"fr": "en"})
        assert (entry.terms[0].language, problems) == ("en", [])

    @pytest.mark.parametrize(
        ("identifier", "key"),
        [
            ('id="c1"', "c1"),
            ('id="12"', "id-12"),
            ('id="550e8400-e29b"', "id-550e8400-e29b"),
            ("", "x"),
            ('id="a b"', "x"),
        ],
    )
    def test_ids(self, identifier, key):
        body = f"<conceptEntry {identifier}>{OFFICE.format('')}</conceptEntry>"
        (entry,), problems = read(body)
        assert entry.key.startswith(key)
        assert read(body)[0][0].key == entry.key, "the same whenever the file is read"
        assert [problem.field for problem in problems] == ([] if key == "c1" else ["concept"])

    @pytest.mark.parametrize(
        "whole",
        [
            '<martif><text><body><termentry id="c1"><langset xml:lang="EN"><ntig><termgrp><term>bail</term><termnote type="partofspeech">verb</termnote></termgrp></ntig></langset></termentry></body></text></martif>',
            '<MARTIF><TEXT><BODY><TERMENTRY id="c1"><LANGSET xml:lang="en"><TIG><TERM>bail</TERM><TERMNOTE type="partOfSpeech">verb</TERMNOTE></TIG></LANGSET></TERMENTRY></BODY></TEXT></MARTIF>',
            '<TBX dialect="TBX-Min"><header/><body><entry id="c1"><langGroup xml:lang="en"><termGroup><term>bail</term><partOfSpeech>verb</partOfSpeech></termGroup></langGroup></entry></body></TBX>',
        ],
        ids=["small letters", "capitals", "TBX-Min of 2013"],
    )
    def test_names_of_old_and_careless_files(self, whole):
        (entry,), _ = read(whole)
        assert replace(entry, line=0) == Entry("c1", terms=(EntryTerm("en", "bail", part_of_speech="verb"),))

    def test_regions_stay_where_an_entry_has_several(self):
        """Microsoft's and MultiTerm's files part what is one language here; a term of both has none of the two."""
        one = OLD.format("{}", "tig", "", "tig")
        body = one.format("en-GB").replace("office", "colour") + one.format("en-US").replace("office", "color")
        both = "".join(one.format(code) for code in ("zh-HK", "zh-TW"))
        (entry,), _ = read(f'<termEntry id="c1">{body}{both}</termEntry>', root="martif")
        assert [(t.text, t.geographical_usage) for t in entry.terms] == [
            ("colour", "GB"),
            ("color", "US"),
            ("office", ""),
            ("office", ""),
        ]
        assert "geographical_usage" in entry.given

    def test_dct_is_read_as_dca(self):
        namespaces = 'xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic" xmlns:ling="http://www.tbxinfo.net/ns/linguist"'
        body = (
            f'<tbx xmlns="urn:iso:std:iso:30042:ed-2" style="dct" type="TBX-Linguist" {namespaces}><text><body>'
            '<conceptEntry id="c1"><min:subjectField>bodies</min:subjectField><langSec xml:lang="en">'
            "<descripGrp><basic:definition>An office.</basic:definition><basic:source>A/2</basic:source></descripGrp>"
            "<termSec><term>office</term><min:partOfSpeech>noun</min:partOfSpeech>"
            "<min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus>"
            "<basic:termType>shortForm</basic:termType><basic:source>A/1</basic:source><ling:reading>r</ling:reading>"
            "<descripGrp><basic:context>The office.</basic:context><basic:source>A/3</basic:source></descripGrp>"
            "</termSec></langSec></conceptEntry></body></text></tbx>"
        )
        (entry,), problems = read(body)
        assert [problem.field for problem in problems] == ["context"], "examples are found in documents"
        assert (entry.subject_field, entry.definitions) == ("bodies", (EntryDefinition("en", "An office.", "A/2"),))
        said = {"reading": "r", "source": "A/1", "note": "context: The office. (A/3)"}
        assert entry.terms == (EntryTerm("en", "office", "short_form", "preferred", **said),)

    def test_a_kind_of_thing_is_remarked_on_once_a_file(self):
        office = OFFICE.format('<termNote type="register">x</termNote>')
        body = "".join(f'<conceptEntry id="c{n}">{office}</conceptEntry>' for n in range(50))
        entries, problems = read(body)
        assert (len(entries), len(problems)) == (50, 1)
        assert all(entry.terms[0].note == "register: x" for entry in entries)

    def test_what_a_foreign_file_lacks_is_not_given(self):
        (entry,), _ = read(f'<conceptEntry id="c1">{OFFICE.format("<note>x</note>")}</conceptEntry>')
        assert entry.given == {"concept", "language", "text", "note"}

    def test_lines(self):
        _, problems = read("<tbx>\n\n<conceptEntry id='c1'>\n</conceptEntry></tbx>")
        assert [(problem.line, problem.key, problem.field, problem.refuses) for problem in problems] == [
            (3, "c1", "text", True)
        ]

    @pytest.mark.parametrize("folder", ["good", "bad"])
    def test_the_samples_are_read_or_refused(self, shared, folder):
        """Invalid files are read as far as they make sense; only what is no safe TBX is refused as a whole."""
        from termbase.errors import UnreadableFile

        refused = set()
        for path in sorted((shared / "tools" / "tbx_samples" / folder).glob("*.tbx")):
            try:
                items = list(tbx_reading.read(io.BytesIO(path.read_bytes())))
            except UnreadableFile:
                refused.add(path.stem)
            else:
                assert items, path.stem
        assert refused == (set() if folder == "good" else {"core--not-xml", "core--xxe"})

    @pytest.mark.parametrize("dialect", ["Basic", "Linguist"])
    def test_the_official_examples(self, shared, dialect):
        found = sorted((shared / "schemas" / "tbx3").glob(f"TBX-{dialect}_dialect/*/Example_*.tbx"))
        assert found
        for path in found:
            items = list(tbx_reading.read(io.BytesIO(path.read_bytes())))
            entries = [item for item in items if isinstance(item, Entry)]
            assert entries
            assert all(entry.terms for entry in entries)
