"""The rules that `fixtures/termbase.csv` keeps, whoever edits it."""

import csv
import re
from collections import Counter, defaultdict

import pytest

from termbase.exchange import term_table
from termbase.exchange.entry import Entry
from termbase.models.matching import is_clean
from termbase.text.normalise import normalise
from tests.conftest import ROOT

PATH = ROOT / "fixtures" / "termbase.csv"
HAN = re.compile(r"[\u3400-\u9fff]")
# Names and fixed phrases that the United Nations writes with an article or an ending that looks like a slip.
FIXED = {"the former Yugoslav Republic of Macedonia"}
SLIPS = {"半年度审查", "国际流离失所者", "可持续发展目标7", "对策的备案", "197,000多种", "安全理事会第253(2015)号决议"}


@pytest.fixture(scope="module")
def rows():
    with PATH.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def entries():
    with PATH.open("rb") as stream:
        read = list(term_table.read(stream))
    assert all(isinstance(item, Entry) for item in read)
    return {entry.key: entry for entry in read}


def texts(entry, language, *statuses):
    return [
        t.text
        for t in entry.terms
        if t.language.startswith(language) and (not statuses or t.administrative_status in statuses)
    ]


def test_it_is_large_enough(entries):
    assert len(entries) >= 1300


def test_every_concept_has_one_preferred_term_in_each_language(entries):
    wrong = [
        (key, language)
        for key, entry in entries.items()
        for language in ("zh", "en")
        if len(texts(entry, language, "preferred")) != 1
    ]
    assert wrong == []


def test_no_text_twice_in_a_concept(entries):
    """Not even by the matching key: forms that differ in case, spaces or title marks alone are one form."""
    wrong = [
        (key, text)
        for key, entry in entries.items()
        for language in ("zh", "en")
        for text, count in Counter(normalise(text) for text in texts(entry, language)).items()
        if count > 1
    ]
    assert wrong == []


def test_no_concept_twice(entries):
    pairs = defaultdict(list)
    for key, entry in entries.items():
        pair = normalise(texts(entry, "zh", "preferred")[0]), normalise(texts(entry, "en", "preferred")[0])
        pairs[pair].append(key)
    assert {pair: keys for pair, keys in pairs.items() if len(keys) > 1} == {}


def test_homographs_are_told_apart(entries):
    """Two concepts with the same preferred term in one language both carry a note."""
    for language in ("zh", "en"):
        same = defaultdict(list)
        for key, entry in entries.items():
            same[normalise(texts(entry, language, "preferred")[0])].append(key)
        for text, keys in same.items():
            for key in keys if len(keys) > 1 else []:
                noted = entries[key].note or any(term.usage_note for term in entries[key].terms)
                assert noted, f"{key} {text} has {keys} beside it"


def test_texts_are_clean(rows):
    wrong = [row["text"] for row in rows if not is_clean(row["text"]) or "  " in row["text"]]
    assert wrong == []


def test_scripts_are_not_mixed(rows):
    for row in rows:
        assert bool(HAN.search(row["text"])) == row["language"].startswith("zh"), row["text"]
        assert not re.search(r"[Ａ-Ｚａ-ｚ０-９]", row["text"]), row["text"]


def test_chinese_forms_carry_no_title_marks_around_them(rows):
    wrong = [row["text"] for row in rows if re.fullmatch(r"《[^《》]*》", row["text"])]
    assert wrong == []


def test_english_begins_and_ends_right(rows):
    wrong = []
    for row in rows:
        text = row["text"]
        if row["language"] != "en" or text in FIXED:
            continue
        article = re.match(r"(?:the|a|an) ", text) and row["term_type"] == "full_form"
        ending = re.search(r"[\s,;:.–—-]$", text) and row["term_type"] != "abbreviation" and not text.endswith("a.i.")
        if article or ending or text.count("(") != text.count(")"):
            wrong.append((row["concept"], text))
    assert wrong == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (r"\bcounter ?terroris", "counter-terroris"),
        (r"\bmoney laundering\b", "money-laundering"),
        (r"\bcyber[- ]crime", "cybercrime"),
        (r"\bcapacity building\b", "capacity-building"),
        (r"\bco-operat", "cooperat"),
        (r"\bco-ordinat", "coordinat"),
        (r"\borganis", "organiz"),
        (r"\bcriminalis", "criminaliz"),
        (r"\bprogram\b", "programme"),
        (r"\boffense", "offence"),
        (r"\bdefense\b", "defence"),
        (r"\bcenter\b", "centre"),
        (r"\blabor\b", "labour"),
    ],
)
def test_preferred_english_is_in_house_style(rows, wrong, right):
    """The United Nations' spelling; a name that spells itself otherwise is no preferred common term."""
    found = [
        row["text"]
        for row in rows
        if row["language"] == "en" and row["administrative_status"] == "preferred" and re.search(wrong, row["text"])
    ]
    assert found == [], right


def test_every_term_has_a_source_and_a_grade(rows):
    wrong = [row["text"] for row in rows if not row["source"] or row["reliability"] not in ("1", "2", "3", "4")]
    assert wrong == []


def test_the_editors_word_is_not_graded_as_proof(rows):
    """3 and 4 name a source outside the editors; unsure is proposed."""
    for row in rows:
        editors = row["source"].startswith("editors")
        assert editors == (int(row["reliability"]) <= 2), row["text"]
        assert (row["review_status"] == "proposed") == (row["reliability"] == "1"), row["text"]


def test_a_term_that_should_not_be_used_says_what_to_use(entries):
    wrong = [
        (key, term.text)
        for key, entry in entries.items()
        for term in entry.terms
        if term.administrative_status in ("deprecated", "superseded") and not (term.usage_note or entry.note)
    ]
    assert wrong == []


def test_slips_of_the_sources_are_no_terms(rows):
    assert {row["text"] for row in rows} & SLIPS == set()


def test_enough_is_told_apart_and_defined(rows):
    assert len({row["concept"] for row in rows if row["usage_note"]}) >= 120
    assert len({row["concept"] for row in rows if row["definition"]}) >= 200
    assert all(row["definition_source"] for row in rows if row["definition"])


def test_notes_show_no_trace_of_how_the_list_was_made(rows):
    trace = re.compile(r"\b(worksheet|chunk|head form|input|TSV|JSON|compiler)\b|(?<![\d/.,()])00[0-4](?![\d/])", re.I)
    wrong = [
        (row["concept"], value)
        for row in rows
        for value in (row["usage_note"], row["concept_note"], row["definition"])
        if trace.search(value)
    ]
    assert wrong == []


def test_relations_lead_to_other_concepts(entries):
    wrong = [
        (key, relation)
        for key, entry in entries.items()
        for relation in entry.relations
        if relation.target not in entries or relation.target == key
    ]
    assert wrong == []


def test_subject_fields():
    with (ROOT / "fixtures" / "subject_fields.csv").open(encoding="utf-8", newline="") as stream:
        fields = {row["key"]: row for row in csv.DictReader(stream)}
    assert 25 <= len(fields) <= 45
    assert all(row["name_en"] and row["name_zh"] for row in fields.values())
    assert all(not row["parent"] or row["parent"] in fields for row in fields.values())


def test_no_subject_field_holds_a_quarter_and_none_is_missing(entries):
    counts = Counter(entry.subject_field for entry in entries.values())
    assert "" not in counts
    assert max(counts.values()) < len(entries) / 4


def test_keys_never_change(entries):
    """What others have stored must go on naming the same concept: new keys are added, none is reused or dropped."""
    known = {
        "c0036": "联合国毒品和犯罪问题办公室",
        "c0748": "外国恐怖主义作战人员",
    }
    for key, text in known.items():
        assert text in texts(entries[key], "zh", "preferred")
