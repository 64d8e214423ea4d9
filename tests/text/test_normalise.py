"""The matching key: what is equal for it, what stays different, and the way back to the original."""

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from termbase.text import normalise as module
from termbase.text.normalise import has_han, normalise, normalise_with_offsets
from tests.growth import MOST, growth

EQUAL = [
    ("毒罪辦", "毒罪办", "Traditional characters"),
    ("聯合國毒品和犯罪問題辦公室", "联合国毒品和犯罪问题办公室", "a long Traditional name"),
    ("乾", "干", "one Traditional form of several for a Simplified one"),
    ("臺灣", "台湾", "a character simplified alone as in its phrase"),
    ("⽕器", "火器", "radicals used as ideographs by PDF fonts"),
    ("\uf97e", "量", "a compatibility ideograph"),
    ("ＵＮＯＤＣ", "unodc", "full width"),
    ("UNODC", "unodc", "case"),
    ("Straße", "STRASSE", "case with a change of length"),
    ("毒 罪 办", "毒罪办", "spaces between Han characters"),
    ("毒\u00a0罪\u3000办", "毒罪办", "no-break and ideographic space"),
    ("毒罪\n办", "毒罪办", "a line break inside a word"),
    ("毒罪\r\n  办", "毒罪办", "an indented line break inside a word"),
    ("第 12 条", "第12条", "spaces round a figure"),
    ("关于 UNODC 的", "关于unodc的", "spaces round Latin letters"),
    ("foreign \t\n terrorist", "foreign terrorist", "any run of white space is one space"),
    ("  fighter ", "fighter", "white space at the ends"),
    ("《联合国宪章》", "联合国宪章", "title marks"),
    ("〈决议〉", "决议", "single title marks"),
    ("《 联合国 》宪章", "联合国宪章", "spaces inside title marks"),
    ("“圣战”", '"圣战"', "Chinese quotes"),
    ("「圣战」", '"圣战"', "corner brackets"),
    ("﹁圣战﹂", '"圣战"', "upright corner brackets"),
    ("«jihad»", '"jihad"', "guillemets"),
    ("states’ duty", "states' duty", "typographic apostrophe"),
    ("states´ duty", "states' duty", "acute accent for an apostrophe"),
    ("states` duty", "states' duty", "grave accent for an apostrophe"),
    ("counter–terrorism", "counter-terrorism", "en dash"),
    ("counter—terrorism", "counter-terrorism", "em dash"),
    ("counter\u2011terrorism", "counter-terrorism", "no-break hyphen"),
    ("counter－terrorism", "counter-terrorism", "full-width hyphen"),
    ("counter−terrorism", "counter-terrorism", "minus sign"),
    ("本•拉登", "本·拉登", "bullet for a middle dot"),
    ("本・拉登", "本·拉登", "katakana middle dot"),
    ("本･拉登", "本·拉登", "half-width katakana middle dot"),
    ("毒\u200b罪\u200d办", "毒罪办", "zero-width characters"),
    ("\ufeff毒罪办", "毒罪办", "a byte-order mark"),
    ("\u2067毒罪办\u2069", "毒罪办", "marks of direction"),
    ("terror\u00adism", "terrorism", "a soft hyphen"),
    ("葛\U000e0100城", "葛城", "an ideographic variation selector"),
    ("❤\ufe0f", "❤", "a variation selector"),
    ("\u2063毒罪办", "毒罪办", "an invisible operator"),
    ("café", "cafe\u0301", "a combining accent"),
    ("ậ", "a\u0302\u0323", "combining accents in another order"),
    ("ガ", "ｶﾞ", "half-width kana with its sound mark"),
    ("ガ", "カ\u3099", "a combining sound mark"),
    ("한", "\u1112\u1161\u11ab", "Hangul letters"),
    ("ﬁrearm", "firearm", "a ligature"),
    ("㈠", "(一)", "a bracketed ideograph"),
    ("第Ⅳ章", "第iv章", "a Roman number of one character"),
    ("…", "...", "an ellipsis"),
    ("CO₂", "co2", "a subscript"),
    ("\u200b《 》\u00ad", "", "nothing that counts"),
]

DIFFERENT = [
    ("毒罪办", "毒品办", "another character"),
    ("毒罪办", "罪毒办", "another order"),
    ("foreign fighter", "foreignfighter", "the space between Latin words"),
    ("foreign-fighter", "foreign fighter", "a hyphen is no space"),
    ("resume", "résumé", "an accent"),
    ("UNODC", "UN ODC", "a space inside Latin letters"),
    ("12", "1 2", "a space between figures"),
    ("法治", "法制", "homophones"),
    ("（一）", "一", "brackets count"),
    ("【决议】", "决议", "black brackets count"),
    ("本·拉登", "本拉登", "a middle dot counts"),
    ('"圣战"', "圣战", "quotes count: they say so-called"),
    ("ー", "-", "the kana length mark is no dash"),
    ("terrorists", "terrorist", "inflection is not the key's business"),
]

anything = st.text()
"""Any text over all planes, with what hypothesis likes to break things with."""

PLAIN = "ab 毒罪办聯"
DROPPED = " \n\t\u3000\u00a0\u200b\u00ad\u2060\ufeff《》〈〉"
MERGING = "\u0301\u0316ｶﾞㄱ\u1100\u1161\u11a8\ufe0f\U000e0100"
GROWING = "ﬁ㈠½\ufdfaİßΐ\U0001d15e´"
awkward = st.text(alphabet=st.sampled_from(PLAIN + DROPPED + MERGING + GROWING), max_size=30)
"""Texts dense in what changes length, drops out, merges or is pulled together."""

texts = anything | awkward

han = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
dropped = st.text(alphabet=st.sampled_from(DROPPED), max_size=3)


@st.composite
def parts(draw, key):
    """A span of `key` that is not empty."""
    assume(key)
    start = draw(st.integers(0, len(key) - 1))
    return start, draw(st.integers(start + 1, len(key)))


@pytest.mark.parametrize(("one", "other", "why"), EQUAL)
def test_equal(one, other, why):
    assert normalise(one) == normalise(other), why


@pytest.mark.parametrize(("one", "other", "why"), DIFFERENT)
def test_different(one, other, why):
    assert normalise(one) != normalise(other), why


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("联合国 《反腐败公约》 第 5 条", "联合国反腐败公约第5条", id="Chinese with a title and a figure"),
        pytest.param("Foreign  Terrorist Fighters (FTF)", "foreign terrorist fighters (ftf)", id="English"),
        pytest.param("", "", id="nothing"),
        pytest.param("毒\0罪", "毒\0罪", id="a control character is not dropped"),
        pytest.param("\ud800", "\ud800", id="a lone surrogate is no crash"),
    ],
)
def test_key(text, key):
    assert normalise(text) == key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("UNODC", False, id="Latin"),
        pytest.param("the 毒 office", True, id="one ideograph"),
        pytest.param("〇", True, id="zero as an ideograph"),
        pytest.param("\U00020000", True, id="outside the basic plane"),
        pytest.param("ガ、。", False, id="kana and punctuation"),
    ],
)
def test_has_han(text, expected):
    assert has_han(text) is expected


@given(texts)
def test_idempotent(text):
    key = normalise(text)
    assert normalise(key) == key


@given(texts)
def test_same_key_with_offsets(text):
    assert normalise_with_offsets(text).key == normalise(text)


@given(texts)
def test_offsets_rise_inside_the_original(text):
    normalised = normalise_with_offsets(text)
    assert len(normalised.key) == len(normalised.starts) == len(normalised.ends)
    assert all(0 <= s < e <= len(text) for s, e in zip(normalised.starts, normalised.ends, strict=True))
    for bounds in (normalised.starts, normalised.ends):
        assert all(before <= after for before, after in itertools.pairwise(bounds))


@given(texts, st.data())
def test_a_part_of_the_key_comes_from_its_span(text, data):
    normalised = normalise_with_offsets(text)
    start, end = data.draw(parts(normalised.key))
    first, last = normalised.span(start, end)
    # One original character may have become several of the key, so the span may hold more; space at the ends is no key.
    assert normalised.key[start:end].strip() in normalise(text[first:last])


@given(texts, st.data())
def test_key_span_holds_what_span_came_from(text, data):
    normalised = normalise_with_offsets(text)
    start, end = data.draw(parts(normalised.key))
    key_start, key_end = normalised.key_span(*normalised.span(start, end))
    # What one original character became is not taken apart.
    assert key_start <= start < end <= key_end


@given(st.text(alphabet=st.sampled_from(PLAIN + DROPPED)), st.data())
def test_key_span_undoes_span(text, data):
    """Where every original character became one or none."""
    normalised = normalise_with_offsets(text)
    start, end = data.draw(parts(normalised.key))
    assert normalised.key_span(*normalised.span(start, end)) == (start, end)


@given(texts, st.data())
def test_key_span_is_what_the_span_became(text, data):
    normalised = normalise_with_offsets(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    key_start, key_end = normalised.key_span(start, end)
    overlapping = [
        i for i, (s, e) in enumerate(zip(normalised.starts, normalised.ends, strict=True)) if s < end and e > start
    ]
    expected = overlapping if start < end else []
    # An empty span inside what became one key character has that character; between characters it has none.
    assert list(range(key_start, key_end))[: len(expected)] == expected
    assert key_end - key_start == len(overlapping)


@given(st.lists(st.tuples(han, dropped), min_size=1, max_size=8), anything, anything)
def test_a_term_is_found_from_its_first_to_its_last_character(term, before, after):
    """Whatever stands round it and whatever is dropped inside it."""
    written = "".join(character + gap for character, gap in term[:-1]) + term[-1][0]
    key = normalise("".join(character for character, _ in term))
    # Ideographs fence the term off: a mark right after its last character would belong to that character.
    before, after = f"{before}罪", f"罪{after}"
    text = before + written + after
    normalised = normalise_with_offsets(text)
    at = len(normalise(before))
    assert normalised.key[at : at + len(key)] == key
    assert normalised.span(at, at + len(key)) == (len(before), len(before) + len(written))


@given(st.text(alphabet=han), st.text(alphabet=han))
def test_han_is_folded_character_by_character(one, other):
    assert normalise(one + other) == normalise(one) + normalise(other)
    assert len(normalise(one)) == len(one)


@pytest.mark.parametrize(
    ("text", "span", "original"),
    [
        pytest.param("见《毒\n罪 辦》", (1, 4), "毒\n罪 辦", id="the dropped marks round a match are not in it"),
        pytest.param("a  b", (0, 3), "a  b", id="a run of spaces inside a match"),
        pytest.param("x ﬁre", (2, 3), "ﬁ", id="a part of a ligature is the ligature"),
        pytest.param("cafe\u0301s", (3, 4), "e\u0301", id="a letter with its accent"),
        pytest.param("毒\U00020000罪", (2, 3), "罪", id="offsets are code points, not UTF-16"),
    ],
)
def test_span(text, span, original):
    first, last = normalise_with_offsets(text).span(*span)
    assert text[first:last] == original


@pytest.mark.parametrize(
    ("text", "original", "key"),
    [
        pytest.param("见《毒 罪》", "《毒", "毒", id="with a dropped mark"),
        pytest.param("见《毒 罪》", "《", "", id="dropped marks alone"),
        pytest.param("见 ㈠ 款", "㈠", "(一)", id="one character that became three"),
    ],
)
def test_key_span(text, original, key):
    at = text.index(original)
    normalised = normalise_with_offsets(text)
    start, end = normalised.key_span(at, at + len(original))
    assert normalised.key[start:end] == key


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("联合国毒品和犯罪问题办公室", id="Chinese"),
        pytest.param(" ", id="nothing but spaces"),
        pytest.param("\u0301\u0316", id="accents out of order on one letter"),
        pytest.param("\u1161", id="Hangul vowels without end"),
        pytest.param("a\ufe0f", id="a variation selector on every letter"),
        pytest.param("\u200b\u0301", id="accents apart until the invisible has gone"),
        pytest.param("《 》", id="nothing that counts"),
    ],
)
def test_time_is_linear(piece):
    def text(size):
        return "a" + (piece * size)[:size] + "b"

    normalise(text(100))
    assert growth(normalise_with_offsets, text, 10_000) < MOST


def test_what_is_taken_for_plain_is_plain():
    """Characters that are not looked up, as most are, must be what their folding gives."""
    plain = [c for c in map(chr, range(0x10000)) if not module._seldom_plain().match(c)]
    assert len(plain) > 15_000
    assert {c for c in plain if module._FOLDED[ord(c)] != c} == set()


@given(st.text(alphabet=st.characters(max_codepoint=0x24F) | st.sampled_from("毒聯係《》，Ａﬁ辦"), max_size=80))
def test_few_changing_characters_are_folded_as_many_are(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FEW", -1)
        by_table = normalise_with_offsets(text)
    assert normalise_with_offsets(text) == by_table
