"""What every format keeps to: a new row of the table is tested before its author writes a test.

A format that is read needs a sample in BAD; one with special limits says so in the tables below.
"""

import codecs
import io
import re
import tracemalloc
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from termbase.errors import InvalidInput, UnreadableFile
from termbase.exchange.entry import EVERYTHING, FIELDS, Entry, EntryTerm, Problem
from termbase.exchange.formats import FORMATS, named, of_file
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import ReadOptions, WriteOptions
from termbase.vocabulary import AdministrativeStatus
from tests.exchange.strategies import held, termbases

READ = [kind for kind in FORMATS if kind.read]
WRITTEN = [kind for kind in FORMATS if kind.write]
BOTH = [kind for kind in FORMATS if kind.read and kind.write]
# A glossary from one language to the other is a list of pairs: an entry comes back in the pairs that were written.
WHOLE = [kind for kind in BOTH if not kind.directed]
PAIRED = [kind for kind in BOTH if kind.directed]
BAD_TBX = """<martif><text><body>
<termEntry id="bad"><langSet xml:lang="en"><tig><term> </term></tig></langSet></termEntry>
<termEntry id="good"><langSet xml:lang="en"><tig><term>office</term></tig></langSet></termEntry>
</body></text></martif>"""
BAD_MULTITERM = """<mtf>
<conceptGrp><languageGrp><language type="English" lang="EN"/><termGrp><term/></termGrp></languageGrp></conceptGrp>
<conceptGrp><languageGrp><language type="English" lang="EN"/><termGrp><term>office</term></termGrp></languageGrp>
</conceptGrp></mtf>"""
# Of what `read` must yield exactly one good entry, `good`, and one problem that refuses, on this line (0: not known).
BAD = {
    "csv": (b'concept,language,text\nc1,en,"bad"x\ngood,en,office\n', 2),
    "csv-excel": (b'\xef\xbb\xbfconcept,language,text\nc1,en,"bad"x\ngood,en,office\n', 2),
    "tsv": (b'concept\tlanguage\ttext\nc1\ten\t"bad"x\ngood\ten\toffice\n', 2),
    "jsonl": (b'{"concept": 1}\n{"terms": [{"language": "en", "text": "office"}]}\n', 1),
    "utx": (b"#UTX 1.11; en/zh-CN\r\n#src\ttgt\r\n\tbad\r\noffice\t\xe5\xae\xa4\r\n", 3),
    "multiterm": (BAD_MULTITERM.encode(), 2),
    **dict.fromkeys(["tbx", "tbx-basic", "tbx2"], (BAD_TBX.encode(), 2)),
    "omegat": (b"bad\noffice\t\xe5\xae\xa4\n", 1),
}
# Formats in which no entry can be wrong by itself, with the reason.
NEVER_BAD = {
    "xlsx": "any row has cells, and what they say is for the importer to refuse",
    "xlsx-concepts": "any row has cells, and what they say is for the importer to refuse",
}
# Of a file without anything in it: an error, but for formats in which that is an empty list.
EMPTY_IS_A_LIST = {"jsonl", "omegat"}
# Formats with encodings of their own, by the format's definition; all others are read in any.
ONE_ENCODING = {"xlsx", "xlsx-concepts"}


def as_people_see_it(entry):
    """Rows for people: approved terms, the one preferred first, then by what may be used."""
    if entry.withdrawn_at:
        return None
    order = AdministrativeStatus.values.index
    terms = sorted(
        (term for term in entry.terms if term.review_status == "approved"),
        key=lambda term: (term.language, order(term.administrative_status)),
    )
    if entry.terms and not terms:
        return None
    preferred = set()
    kept = []
    for term in terms:
        second = term.administrative_status == "preferred" and term.language in preferred
        kept.append(replace(term, administrative_status="admitted") if second else term)
        preferred |= {term.language} if term.administrative_status == "preferred" else set()
    return replace(entry, terms=tuple(kept))


# Formats that leave terms or concepts out on purpose: what is left of an entry, or None.
TAKEN = {"xlsx-concepts": as_people_see_it}

formats_read = pytest.mark.parametrize("kind", READ, ids=lambda kind: kind.name)
formats_written = pytest.mark.parametrize("kind", WRITTEN, ids=lambda kind: kind.name)
formats_of_entries = pytest.mark.parametrize("kind", WHOLE, ids=lambda kind: kind.name)
formats_of_pairs = pytest.mark.parametrize("kind", PAIRED, ids=lambda kind: kind.name)
formats_of_both = pytest.mark.parametrize("kind", BOTH, ids=lambda kind: kind.name)


def written(kind, entries, **options):
    stream = io.BytesIO()
    losses = kind.write(stream, entries, WriteOptions(**options))
    assert isinstance(losses, Losses)
    assert not stream.closed
    return stream.getvalue(), losses


def read(kind, data, **options):
    stream = io.BytesIO(data)
    items = list(kind.read(stream, ReadOptions(**options)))
    assert not stream.closed
    return items


def entries_of(items):
    refusing = [item for item in items if isinstance(item, Problem) and item.refuses]
    assert refusing == []
    return [item for item in items if isinstance(item, Entry)]


def numbered(count):
    for n in range(count):
        terms = (
            EntryTerm("en", f"office {n}", administrative_status="preferred", source="A/1", review_status="approved"),
            EntryTerm(
                "zh-Hans", f"办公室{n}", administrative_status="preferred", source="A/1", review_status="approved"
            ),
        )
        yield Entry(f"c{n:06d}", terms=terms)


class TestTable:
    """The table itself."""

    def test_names_are_unique_and_plain(self):
        names = [kind.name for kind in FORMATS]
        assert len(set(names)) == len(names)
        assert all(name == name.casefold() and name.replace("-", "").isalnum() for name in names)

    @pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.name)
    def test_rows(self, kind):
        assert kind.read or kind.write
        assert str(kind.label)
        assert kind.content_type.count("/") == 1
        assert kind.suffixes
        assert all(suffix.startswith(".") and suffix == suffix.casefold() for suffix in kind.suffixes)
        assert kind.holds <= EVERYTHING
        assert named(kind.name) is kind

    @pytest.mark.parametrize(("name", "expected"), [("terms.csv", "csv"), ("/a/TERMS.CSV", "csv")])
    def test_by_ending(self, name, expected):
        assert of_file(name).name == expected

    @pytest.mark.parametrize("name", ["terms", "terms.exe", "csv", ""])
    def test_no_such_format(self, name):
        with pytest.raises(InvalidInput) as error:
            of_file(name)
        assert error.value.fields.keys() == {"file"}
        with pytest.raises(InvalidInput):
            named("none")


@formats_of_entries
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(termbases)
def test_round_trip(kind, several):
    """All that the format holds comes back as it was, and all else is in the report."""
    data, losses = written(kind, several)
    back = [replace(entry, line=0) for entry in entries_of(read(kind, data))]
    taken = [left for entry in several if (left := TAKEN.get(kind.name, lambda entry: entry)(entry)) is not None]
    # A file of terms need have no place for an entry without any; the database takes none either.
    lost = [e for e in taken if not e.terms] if LossReason.NO_TERM in {loss.reason for loss in losses} else []
    expected = [held(entry, kind.holds) for entry in taken if entry not in lost]
    assert [held(entry, EVERYTHING) for entry in back] == expected
    counts = Counter()
    for loss in losses:
        assert loss.field in FIELDS
        counts[loss.field] += loss.count
    unheld = Losses()
    for entry in several if not lost else ():
        unheld.add_unheld(entry, kind.holds)
    assert {loss.field for loss in unheld} <= set(counts)
    if kind.lossless:
        assert [loss for loss in losses if loss.field not in ("examples", "concept")] == []


@formats_of_pairs
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(termbases, st.sampled_from([("zh-Hans", "en"), ("en", "zh-Hant")]))
def test_pairs_come_back(kind, several, direction):
    """What was written is read and written again the same: each term of it with all that the format holds."""
    source, target = direction
    data, losses = written(kind, several, source=source, target=target)
    back = entries_of(read(kind, data))
    again, _ = written(kind, back, source=source, target=target, proposed=True)
    assert again == data
    counts = sum(loss.count for loss in losses if loss.field == "text" and loss.reason != LossReason.CHARACTERS)
    assert sum(len(entry.terms) for entry in back) == sum(len(entry.terms) for entry in several) - counts


@formats_written
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(termbases)
def test_same_entries_same_bytes(kind, several):
    assert written(kind, several)[0] == written(kind, iter(several))[0]


@pytest.mark.parametrize("kind", [kind for kind in READ if kind.name not in NEVER_BAD], ids=lambda kind: kind.name)
def test_a_bad_entry_does_not_lose_the_good_one(kind):
    data, line = BAD[kind.name]
    items = read(kind, data)
    (problem,) = [item for item in items if isinstance(item, Problem) and item.refuses]
    (good,) = [item for item in items if isinstance(item, Entry)]
    assert problem.line == line
    assert problem.message
    assert "office" in [term.text for term in good.terms]


@formats_of_both
def test_no_entries(kind):
    data, losses = written(kind, [])
    assert entries_of(read(kind, data)) == []
    assert not losses


@formats_read
@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\x00", b"\x00\x01\x02\x03" * 99, b"\xff" * 99, b"PK\x03\x04"])
def test_what_is_no_such_file(kind, data):
    if kind.name in EMPTY_IS_A_LIST and not data.strip(b"\xef\xbb\xbf"):
        assert entries_of(read(kind, data)) == []
        return
    with pytest.raises(UnreadableFile) as error:
        read(kind, data)
    assert len(error.value.message) < 300


@pytest.mark.parametrize("kind", [kind for kind in BOTH if kind.name not in ONE_ENCODING], ids=lambda kind: kind.name)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_encodings(kind, encoding):
    several = list(numbered(3))
    data, _ = written(kind, several)
    text = data.decode("utf-16" if data.startswith(codecs.BOM_UTF16_LE) else "utf-8-sig")
    head, _, rest = text.partition("?>")
    if head.startswith("<?xml"):
        name = "utf-8" if encoding == "utf-8-sig" else encoding.removesuffix("-le")
        text = re.sub("UTF-(8|16)", name, head) + "?>" + rest
    items = read(kind, text.encode(encoding))
    assert len(entries_of(items)) == 3
    told = [item for item in items if isinstance(item, Problem) and item.field == "encoding"]
    if encoding != "utf-8-sig" and not head.startswith("<?xml"):
        assert len(told) == 1, "which encoding was taken is said"


@formats_written
def test_large_files_are_written_entry_by_entry(kind, tmp_path):
    with (tmp_path / "large").open("wb") as stream:
        kind.write(stream, numbered(100), WriteOptions())
        tracemalloc.start()
        kind.write(stream, numbered(3_000), WriteOptions())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 3_000_000


@formats_of_both
def test_large_files_are_read_entry_by_entry(kind, tmp_path):
    path, small = tmp_path / "large", tmp_path / "small"
    for file, entries in ((small, numbered(10)), (path, numbered(3_000))):
        with file.open("wb") as stream:
            kind.write(stream, entries, WriteOptions())
    with small.open("rb") as stream:
        list(kind.read(stream, ReadOptions()))  # what is made at the first use is not the file's
    with path.open("rb") as stream:
        tracemalloc.start()
        count = sum(isinstance(item, Entry) for item in kind.read(stream, ReadOptions()))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == 3_000
    # A workbook's pieces are unpacked a megabyte at a time: 2.1 MB for 1,000 entries as for 9,000.
    assert peak < 3_000_000


def test_the_report_says_field_count_and_reason():
    losses = Losses()
    assert (losses.as_text(), bool(losses)) == ("", False)
    losses.add("text", LossReason.SYNONYM)
    losses.add("text", LossReason.SYNONYM, 2)
    losses.add("note", LossReason.NO_PLACE, 0)
    assert [(loss.field, loss.reason, loss.count) for loss in losses] == [("text", LossReason.SYNONYM, 3)]
    assert losses.as_text() == "field\tcount\treason\ntext\t3\tthe format takes one form only\n"
