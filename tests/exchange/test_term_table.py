"""The term table: what is written is read back, and what cannot be read is said by line and column."""

import csv
import io
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.errors import UnreadableFile
from termbase.exchange import term_table
from termbase.exchange.draft import one_line
from termbase.exchange.entry import Entry, EntryDefinition, EntryRelation, EntryTerm, Problem
from termbase.vocabulary import AdministrativeStatus, Language, PartOfSpeech, Reliability, ReviewStatus, TermType
from tests.exchange.term_tables import ENTRY, HEADER, keyless, read, unnamed


def written(entries):
    stream = io.BytesIO()
    term_table.write(stream, entries)
    return stream.getvalue()


def in_order(entry):
    """Definitions stand beside terms of their language, so that only their order within a language is kept."""
    return replace(entry, definitions=tuple(sorted(entry.definitions, key=lambda d: d.language)), line=0)


def values(choices):
    return st.sampled_from(choices.values)


storable = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
cells = st.text(storable | st.sampled_from("\"',;\t\r\n=\\"), max_size=20).map(str.strip)
# No term or definition is of several lines.
filled = cells.map(one_line).filter(bool)
terms = st.builds(
    EntryTerm,
    language=values(Language),
    text=filled,
    term_type=values(TermType),
    administrative_status=values(AdministrativeStatus),
    part_of_speech=values(PartOfSpeech),
    geographical_usage=cells,
    reading=cells,
    source=cells,
    note=cells,
    usage_note=cells,
    reliability=values(Reliability),
    review_status=values(ReviewStatus),
)
definitions = st.builds(EntryDefinition, language=values(Language), text=filled, source=cells)
keys = st.from_regex(r"[A-Za-z_][A-Za-z0-9._-]{0,9}", fullmatch=True)
relations = st.builds(EntryRelation, st.sampled_from(["broader", "related"]), keys)
entries = st.builds(
    Entry,
    key=keys,
    subject_field=cells,
    note=cells,
    terms=st.lists(terms, max_size=4).map(tuple),
    definitions=st.lists(definitions, max_size=4).map(tuple),
    relations=st.lists(relations, max_size=3).map(tuple),
)


@given(st.lists(entries, max_size=4, unique_by=lambda entry: entry.key))
def test_round_trip(several):
    back = list(term_table.read(io.BytesIO(written(several))))
    assert [in_order(entry) for entry in back] == [in_order(entry) for entry in several]


@given(st.text(storable, max_size=60) | st.text(st.sampled_from('c1,en"\r\n 毒:4'), max_size=60))
def test_any_text_is_read_or_refused(text):
    for head in ("", f"{HEADER},reliability,relations,definition\n"):
        with suppress(UnreadableFile):
            items = read(head + text)
            assert all(isinstance(item, Entry | Problem) and item.line > 0 for item in items)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data):
    with suppress(UnreadableFile):
        items = term_table.read(io.BytesIO(HEADER.encode() + b"\n" + data))
        assert all(isinstance(item, Entry | Problem) and (item.line > 1 or not item.refuses) for item in items)


def test_columns_are_named_as_the_fields():
    header = written([]).decode().removesuffix("\r\n")
    assert header == (
        "concept,subject_field,concept_note,relations,language,text,term_type,administrative_status,part_of_speech,"
        "geographical_usage,reading,source,note,usage_note,reliability,review_status,rejection_reason,"
        "definition,definition_source,withdrawn_at,replaced_by"
    )


def test_one_row_a_term():
    entry = Entry(
        "c1",
        subject_field="crime",
        note="of the concept",
        terms=(EntryTerm("zh-Hans", "毒罪办"), EntryTerm("en", "UNODC", note="of the term")),
        definitions=(EntryDefinition("en", "An office.", "A/1"), EntryDefinition("zh-Hant", "辦公室")),
        relations=(EntryRelation("broader", "c2"), EntryRelation("related", "c3")),
    )
    rows = list(csv.DictReader(io.StringIO(written([entry]).decode(), newline="")))
    shown = ("concept", "subject_field", "concept_note", "relations", "text", "note", "definition", "definition_source")
    assert [tuple(row[name] for name in shown) for row in rows] == [
        ("c1", "crime", "of the concept", "broader:c2 related:c3", "毒罪办", "", "", ""),
        ("c1", "", "", "", "UNODC", "of the term", "An office.", "A/1"),
        ("c1", "", "", "", "", "", "辦公室", ""),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"{HEADER}\nc1,en,office\n", [ENTRY], id="the three columns that it needs"),
        pytest.param(f"\ufeff{HEADER}\nc1,en,office\n", [ENTRY], id="a byte-order mark, as spreadsheets write it"),
        pytest.param(f"{HEADER}\r\nc1,en,office\r\n", [ENTRY], id="line ends of RFC 4180"),
        pytest.param(f"{HEADER}\rc1,en,office\r", [ENTRY], id="line ends of old"),
        pytest.param(f"{HEADER}\nc1,en,office", [ENTRY], id="no end to the last line"),
        pytest.param("text,note,language,concept\noffice,,en,c1\n", [ENTRY], id="another order"),
        pytest.param(f"{HEADER}\n c1 , en ,\u3000office \n", [ENTRY], id="white space round cells"),
        pytest.param(f"{HEADER}\n\nc1,en,office\n\n", [replace(ENTRY, line=3)], id="empty lines"),
        pytest.param(f"{HEADER}\nc1,en,office,surplus\n", [ENTRY], id="a cell too many"),
        pytest.param(f"{HEADER},note\nc1,en,office\n", [ENTRY], id="a cell too few"),
        pytest.param(f"{HEADER},term_type,reliability\nc1,en,office,,\n", [ENTRY], id="blank cells are defaults"),
        pytest.param(f"{HEADER}\n", [], id="no rows"),
        pytest.param(
            f'{HEADER}\nc1,en,"an ""office"", or\nbureau"\n',
            [Entry("c1", terms=(EntryTerm("en", 'an "office", or bureau'),), line=3)],
            id="quotes, commas and line breaks in a cell",
        ),
        pytest.param(
            f"{HEADER}\nc1,en,office\nc2,en,bureau\nc1,en,agency\n",
            [
                ENTRY,
                Entry("c2", terms=(EntryTerm("en", "bureau"),), line=3),
                Entry("c1", terms=(EntryTerm("en", "agency"),), line=4),
            ],
            id="rows of one concept that stand apart are two entries, for the importer to refuse",
        ),
        pytest.param(
            f"{HEADER}\nc1,,office\n",
            [Entry("c1", terms=(EntryTerm("", "office"),), line=2)],
            id="a term without a language is left for the importer to refuse",
        ),
        pytest.param(
            f"{HEADER}\n,en,office\n  ,en,bureau\nc1,en,office\n",
            [
                keyless("office", 2),
                unnamed(terms=(EntryTerm("en", "office"),), line=2),
                unnamed(terms=(EntryTerm("en", "bureau"),), line=3),
                replace(ENTRY, line=4),
            ],
            id="terms of one language without a key are concepts of their own",
        ),
        pytest.param(f"{HEADER}\nc1,en,\n", [Entry("c1", line=2)], id="a row without text is no term"),
        pytest.param(
            f"{HEADER},definition,definition_source\nc1,en,office,,\nc1,zh-Hans,,办公室。, A/1 \n",
            [replace(ENTRY, definitions=(EntryDefinition("zh-Hans", "办公室。", "A/1"),))],
            id="a row without text may carry a definition",
        ),
        pytest.param(
            f"{HEADER},subject_field,relations\nc1,en,,,\nc1,en,office,crime,broader:c2\nc1,en,bureau,drugs,related:c3\n",
            [
                Entry(
                    "c1",
                    subject_field="crime",
                    terms=(EntryTerm("en", "office"), EntryTerm("en", "bureau")),
                    relations=(EntryRelation("broader", "c2"),),
                    line=2,
                )
            ],
            id="what belongs to the concept is taken from the first row that has it",
        ),
        pytest.param(
            f"{HEADER},relations\nc1,en,office,broader c2:c3\n",
            [replace(ENTRY, relations=(EntryRelation("broader", ""), EntryRelation("c2", "c3")))],
            id="relations that are none are left for the importer to refuse",
        ),
    ],
)
def test_read(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("cell", "reliability"),
    [
        ("4", 4),
        (" 2 ", 2),
        ("", 1),
        pytest.param("5", "5", id="no grade, to be kept as a note"),
        pytest.param("high", "high", id="no number"),
        pytest.param("-1", "-1", id="below"),
        pytest.param("²", "²", id="a digit that is no decimal"),
        pytest.param("9" * 5000, "9" * 5000, id="more digits than Python converts"),
    ],
)
def test_reliability(cell, reliability):
    (entry,) = read(f"{HEADER},reliability\nc1,en,office,{cell}\n")
    assert entry.terms[0].reliability == reliability


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "The file is empty", id="an empty file"),
        pytest.param(
            "保释,bail\n".encode(),
            "The headings have no language and no text, and name no languages; say what they stand for: “保释”",
            id="a list of pairs",
        ),
        pytest.param(b"concept,text\nc1,a\n", "The headings have no language, and name", id="a column missing"),
        pytest.param(b"concept,language\nc1,en\n", "The headings have no text, and name", id="the other one"),
        pytest.param(b"a|b\n", "The headings have no language", id="a delimiter that is none"),
        pytest.param((",".join("x" * 1001) + "\n").encode(), "There are more than 1000 columns", id="columns no end"),
        pytest.param(b"language,text\n" + b"x" * 2_000_001, "Line 2 is longer than", id="a line without end"),
        pytest.param(
            b"concept,language,text\n" + b"c1,en,x\n" * 10_001, "Line 10002: a concept has more", id="one huge concept"
        ),
        pytest.param(
            f"{HEADER}\nc1,en,".encode() + b"\xff\n",
            "The file cannot be read: it is not text",
            id="broken after the header",
        ),
        pytest.param(f'{HEADER}\nc1,en,"office\n'.encode(), "Line 2: ", id="a quote that is not closed"),
        pytest.param(f"{HEADER}\nc1,en,{'a' * 100_001}\n".encode(), "Line 2: ", id="a cell without end"),
    ],
)
def test_unreadable(data, message):
    with pytest.raises(UnreadableFile) as error:
        list(term_table.read(io.BytesIO(data)))
    assert error.value.message.startswith(message)
    assert len(error.value.message) < 200


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "'=1", "''-", "'text", "text"]


def test_a_spreadsheet_finds_no_formula_and_nothing_changes():
    entries = [Entry("c1", terms=tuple(EntryTerm("en", text) for text in FORMULAS))]
    stream = io.BytesIO()
    term_table.write_for_spreadsheets(stream, entries)
    assert stream.getvalue().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline="")))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    stream.seek(0)
    (entry,) = term_table.read(stream)
    assert [term.text for term in entry.terms] == FORMULAS


def test_a_plain_table_keeps_its_apostrophes():
    (entry,) = read(f"{HEADER}\nc1,en,'=1\n")
    assert entry.terms[0].text == "'=1"


def test_a_stream_that_is_read_once():
    stream = io.BytesIO(f"\ufeff{HEADER}\nc1,en,'=1\n".encode())
    stream.seekable = lambda: False
    (entry,) = term_table.read(stream)
    assert entry.terms[0].text == "=1"


def test_missing_columns_are_named():
    with pytest.raises(UnreadableFile) as error:
        read("concept,definition\n")
    assert error.value.fields == {"header": ["language", "text"]}


def test_what_stands_before_a_break_is_read():
    items = term_table.read(io.BytesIO(f'{HEADER}\nc1,en,office\nc2,en,bureau\nc3,en,"'.encode()))
    assert next(items) == ENTRY
    with pytest.raises(UnreadableFile):
        list(items)


def test_streams_stay_open():
    stream = io.BytesIO()
    term_table.write(stream, [ENTRY])
    stream.seek(0)
    assert [replace(entry, line=2) for entry in term_table.read(stream)] == [ENTRY]
    assert not stream.closed


def test_a_reader_left_half_way_may_outlive_its_file():
    stream = io.BytesIO(f"{HEADER}\nc1,en,office\nc2,en,bureau\n".encode())
    items = term_table.read(stream)
    next(items)
    stream.close()
    items.close()


def test_entries_are_read_one_by_one():
    """A large file is never in memory as a whole."""
    stream = io.BytesIO(f"{HEADER}\n".encode() + b"".join(b"c%d,en,office\n" % n for n in range(100_000)))
    assert next(term_table.read(stream)).key == "c0"
    assert stream.tell() < 50_000
