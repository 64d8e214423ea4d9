"""English words: which texts have one key, and that a place in the key leads back to the text."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.text.english import SEPARATOR, is_form_of, is_used_as_verb, key_of, words

EQUAL = [
    ("foreign terrorist fighters", "foreign terrorist fighter", "plural"),
    ("Foreign Terrorist Fighters", "foreign terrorist fighter", "capitals of a title"),
    ("State's party", "State party", "possessive"),
    ("States' parties", "State party", "possessive of a plural"),
    ("States’ parties", "State party", "with a typographic apostrophe"),
    ("women and children", "woman and child", "irregular plurals"),
    ("combating terrorism", "combat terrorism", "-ing"),
    ("smuggled migrants", "smuggle migrant", "-ed"),
    ("money laundering", "money-laundering", "hyphen and space"),
    ("money‑laundering", "money-laundering", "a hyphen that does not break"),
    ("money\nlaundering", "money laundering", "over a line break"),
    ("money  laundering", "money laundering", "two spaces"),
    ("organised crime", "organized crime", "-ise and -ize"),
    ("organisation", "organization", "-isation"),
    ("organisational", "organizational", "-isational"),
    ("labour", "labor", "-our"),
    ("centre", "center", "-tre"),
    ("offense", "offence", "-ense"),
    ("programmes", "program", "-gramme"),
    ("counterterrorism", "counter-terrorism", "a compound in one"),
    ("counter terrorism", "counter-terrorism", "and in two"),
    ("Anticorruption", "anti-corruption", "another prefix"),
    ("co-operation", "cooperation", "a prefix that is no word"),
    ("e-mail", "email", "one letter"),
    ("foreign terror-\nist fighters", "foreign terrorist fighters", "a word parted at the end of a line"),
    ("foreign terror‐ \r\n ist fighters", "foreign terrorist fighters", "with another hyphen, and spaces"),
    ("law-\nenforcement", "law enforcement", "a compound parted at its hyphen"),
    ("co-\noperation", "cooperation", "a prefix parted from its word"),
    ("NGOs", "NGO", "plural of an acronym"),
    ("narcotics", "narcotic", "no compound of narco and tic"),
    ("UNODC's", "UNODC", "its possessive"),
    ("ＵＮＯＤＣ", "UNODC", "full width"),
    ("ter\u00adrorism", "terrorism", "a soft hyphen inside"),
    ("M&E", "M & E", "a mark with and without spaces"),
    ("REPORT ON MONEY LAUNDERING", "report on money laundering", "a heading in capitals"),
    ("AIDS", "AIDS", "itself"),
    ("meetings", "meeting", "a noun that is a form of a verb, in the plural"),
]
DIFFERENT = [
    ("ISIL", "isil", "an acronym in lower case"),
    ("WHO", "who", "a word like an acronym"),
    ("AIDS", "aids", "plural of a word like an acronym"),
    ("US", "us", "a pronoun"),
    ("missile", "ISIL", "inside a word"),
    ("money. Laundering", "money laundering", "over the end of a sentence"),
    ("drugs, crime", "drugs crime", "over a comma"),
    ("drug- and crime", "drugand crime", "a hyphen that waits for another word"),
    ("a crime -\nprevention", "a crime prevention", "a dash at the end of a line"),
    ("international", "national", "the second part of a word"),
    ("counterfeit", "counter feit", "what is no word"),
    ("nation", "national", "another word of the family"),
    ("organization", "organize", "another word of the family"),
    ("m", "be", "one letter has no forms"),
]


@pytest.mark.parametrize(("one", "other"), [pytest.param(*case[:2], id=case[2]) for case in EQUAL])
def test_equal(one, other):
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(("one", "other"), [pytest.param(*case[:2], id=case[2]) for case in DIFFERENT])
def test_different(one, other):
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    ("surface", "term", "expected", "why"),
    [
        ("meetings", "meeting", True, "the plural of a noun in -ing"),
        ("meet", "meeting", False, "its verb"),
        ("met", "meeting", False, "and that in the past"),
        ("funds", "fund", True, "plural"),
        ("funded", "fund", False, "a verb"),
        ("good", "goods", False, "a term that is a plural"),
        ("Goods", "goods", True, "and is one here"),
        ("drugs", "drug", True, "plural"),
        ("drug", "drugs", False, "a term that is a plural"),
        ("child", "children", True, "an irregular plural says no more than its singular"),
        ("policy's", "policy", True, "possessive"),
        ("crises", "crisis", True, "a Greek plural"),
        ("NGOs", "NGO", True, "the plural of an acronym"),
        ("FTFs'", "FTF", True, "and its possessive"),
        ("smuggled migrant", "smuggle migrants", True, "of several words nearly any form will do"),
        ("requesting State", "requested State", False, "but not who does it for whom it is done to"),
        ("Requested jurisdictions", "requesting jurisdiction", False, "nor the other way round"),
        ("freezing assets", "frozen asset", False, "an irregular participle"),
        ("funding sources", "fund sources", True, "a noun in -ing beside its verb"),
        ("counterterrorism", "counter-terrorism", True, "a compound counts as several"),
    ],
)
def test_the_only_word_of_a_noun_is_inflected_as_a_noun(surface, term, expected, why):
    assert is_form_of(surface, term) is expected, why


@pytest.mark.parametrize(
    ("text", "word", "expected", "why"),
    [
        ("principles that should guide it", "guide", True, "after a modal verb"),
        ("The Committee shall also review progress", "review", True, "with an adverb between"),
        ("to guide them", "guide", True, "an infinitive with its object"),
        ("access to trade and finance", "trade", True, "what might be either is taken for a verb"),
        ("access to trade", "trade", False, "a noun after a preposition"),
        ("the guide", "guide", False, "a noun"),
        ("They must present evidence", "evidence", False, "a noun farther off"),
        ("it will summary", "summary", False, "no verb"),
        ("guide", "guide", False, "alone"),
    ],
)
def test_verbs(text, word, expected, why):
    start = text.index(word)
    assert is_used_as_verb(text, start, start + len(word)) is expected, why


@pytest.mark.parametrize(
    ("text", "acronym", "expected", "why"),
    [
        ("HIV/AIDS", "AIDS", True, "two acronyms are no heading"),
        ("UNODC, WHO", "WHO", True, "nor is a list of them"),
        ("UNODC REPORT ON MONEY LAUNDERING", "UNODC", True, "in a heading what is no word is still an acronym"),
        ("MONEY LAUNDERING. The WHO", "WHO", True, "the heading ends where small letters begin"),
        ("WHO REPORT ON MONEY LAUNDERING", "WHO", False, "in a heading a word may be anything"),
        ("CORRUPTION", "CORRUPTION", False, "a heading of one word"),
        ("II. CORRUPTION", "CORRUPTION", False, "with its number"),
        ("CYBERCRIME", "CYBERCRIME", False, "one that no dictionary has, too long for an acronym"),
        ("UNICEF", "UNICEF", True, "no word"),
        ("AIDS", "AIDS", True, "a short word may be an acronym"),
        ("Operation HORIZON", "HORIZON", True, "a word of capitals among others is a name"),
    ],
)
def test_headings_in_capitals(text, acronym, expected, why):
    assert (acronym + SEPARATOR in key_of(text)) is expected, why


def test_a_compound_may_be_found_in_its_parts_but_not_cut():
    text = words("counterterrorism and counter-terrorism")
    key = text.key
    whole, inner = key_of("counter-terrorism"), key_of("terrorism")
    places = [(0, at, at + len(whole)) for at in range(len(key)) if key.startswith(whole, at)]
    assert text.spans(text.whole(places)) == [(0, 16), (21, 38)]
    places = [(0, at, at + len(inner)) for at in range(len(key)) if key.startswith(inner, at)]
    assert text.spans(text.whole(places)) == [(29, 38)], "terrorism stands apart only where a hyphen is"


anything = st.text(alphabet=st.sampled_from("aAbS s's’-\u00ad.,(毒 ﬁé\u0301Ｕ\n5"))


@given(anything)
def test_every_word_of_the_key_comes_from_its_place(text):
    found = words(text)
    edges = sorted(found.edges)
    assert edges[0] == 0
    assert edges[-1] == len(found.key)
    places = [(0, start, end) for start, end in itertools.pairwise(edges)]
    assert found.whole(places) == places
    originals = found.spans(places)
    assert all(0 <= start < end <= len(text) for start, end in originals)
    assert all(one[1] <= other[1] for one, other in itertools.pairwise(originals))


@given(anything)
def test_no_separator_but_at_the_ends_of_words(text):
    key = key_of(text)
    assert not key or key.endswith(SEPARATOR)
    assert SEPARATOR * 2 not in key


@given(st.text(alphabet=st.sampled_from("abAB 's-,.(5é"), max_size=20))
def test_the_quick_way_to_a_key_leads_to_the_same(text):
    assert key_of(text) == words(text).key
