"""Each tier of look-up: what it finds, where it stops, and what comes before what."""

import pytest

from termbase.models import Concept, Term
from termbase.search import MODES, Query, lookup

pytestmark = pytest.mark.django_db

# By concept: the preferred term of each language, then the admitted ones.
CONCEPTS = {
    "laundering": ["洗钱", "money laundering"],
    "organized": ["有组织犯罪", "organized crime", "organised criminality"],
    "cooperation": ["国际合作", "international co-operation"],
    "extradition": ["引渡", "extradition"],
    "authority": ["中央主管机关", "central authority"],
    "jurisdiction": ["管辖权", "jurisdiction"],
    "women": ["女性", "women"],
    "youth": ["青年", "youth", "younger"],
}


@pytest.fixture
def found(db):
    concepts = Concept.objects.bulk_create(Concept(key=key) for key in CONCEPTS)
    Term.objects.bulk_create(
        Term(
            concept=concept,
            language="en" if text.isascii() else "zh-Hans",
            text=text,
            administrative_status="preferred" if at < 2 else "admitted",
            review_status="approved",
            source="made up",
        )
        for concept in concepts
        for at, text in enumerate(CONCEPTS[concept.key])
    )
    return lambda text, **fields: [(hit.concept.key, hit.match) for hit in lookup(Query(text, **fields))]


CASES = [
    ("moneylaundering", [("laundering", "spelling")], "in one word"),
    ("money-laundering", [("laundering", "spelling")], "with a hyphen"),
    ("MONEY LAUNDERING", [("laundering", "exact")], "in capitals"),
    ("laundered money", [("laundering", "words")], "another form, another order"),
    ("laundering of the money", [("laundering", "words")], "small words between"),
    ("organised crime", [("organized", "spelling")], "-ise for -ize"),
    ("organized criminality", [("organized", "spelling")], "-ize for -ise"),
    ("organised-crime", [("organized", "spelling")], "both"),
    ("cooperation", [("cooperation", "words")], "without the hyphen of a word"),
    ("international cooperation", [("cooperation", "spelling")], "and beside another word"),
    ("co operation", [("cooperation", "words")], "with a space for it"),
    ("extraditions", [("extradition", "spelling")], "the plural"),
    ("central authorities", [("authority", "spelling")], "the plural in -ies"),
    ("womans", [("women", "spelling")], "as nobody should write it"),
    ("國際合作", [("cooperation", "exact")], "Traditional"),
    ("國　際　合　作", [("cooperation", "exact")], "Traditional with wide spaces"),
    ("合作 国际", [("cooperation", "words")], "two Chinese words in another order"),
    ("国*作", [("cooperation", "wildcard")], "a wildcard in Chinese"),
    ("extra*ion", [("extradition", "wildcard")], "and in English"),
    ("ju*", [("jurisdiction", "wildcard")], "two letters are a beginning"),
    ("y*", [("youth", "wildcard")], "one letter is too"),
    ("*渡", [("extradition", "wildcard")], "an end"),
    ("引?", [("extradition", "wildcard")], "exactly one"),
    ("引??", [], "exactly two"),
    # Typing errors in English: none in three letters, one in four to seven, two from eight on.
    ("yout", [("youth", "prefix")], "a beginning is no error"),
    ("yoth", [("youth", "fuzzy")], "a letter missing, four typed"),
    ("yuoth", [("youth", "fuzzy")], "two letters swapped"),
    ("youtth", [("youth", "fuzzy")], "a letter too many"),
    ("yauth", [("youth", "fuzzy")], "a letter wrong"),
    ("yaath", [], "two errors in five letters"),
    ("yth", [], "three letters typed"),
    ("jurisdicton", [("jurisdiction", "fuzzy")], "one error in a long word"),
    ("jurisdctoin", [("jurisdiction", "fuzzy")], "one missing and two swapped"),
    ("jrisdctoin", [], "three errors"),
    ("extrdaition", [("extradition", "fuzzy")], "swapped in a long word"),
    ("centrall athority", [("authority", "fuzzy")], "one error in each of two words"),
    ("central athorrity", [("authority", "fuzzy")], "two in one word, the other known"),
    ("centrrl athorrity", [], "three in all"),
    # In Chinese: one, and from four characters on.
    ("国际和作", [("cooperation", "fuzzy")], "a wrong character of four"),
    ("际国合作", [("cooperation", "fuzzy")], "the first two swapped"),
    ("国合际作", [("cooperation", "fuzzy")], "the middle two swapped"),
    ("国际作合", [("cooperation", "fuzzy")], "the last two swapped"),
    ("有组犯罪", [("organized", "fuzzy")], "one missing, four left"),
    ("中央主管关", [("authority", "fuzzy")], "one missing near the end"),
    ("央主管机关", [("authority", "part")], "the first missing: a part"),
    ("国际的合作", [("cooperation", "fuzzy")], "one too many"),
    ("囯際合做", [], "two wrong"),
    ("管瞎权", [], "three characters are too few"),
    ("洗全", [], "two as well"),
    # Pinyin.
    ("xi qian", [("laundering", "pinyin")], "two syllables"),
    ("XǏQIÁN", [("laundering", "pinyin")], "marks and capitals"),
    ("xi3qian2", [("laundering", "pinyin")], "tone numbers"),
    ("xi4qian4", [("laundering", "pinyin")], "the wrong ones: tones count for nothing"),
    ("gjhz", [("cooperation", "pinyin")], "initials"),
    ("guoji", [("cooperation", "pinyin")], "the beginning of a reading"),
    ("zyz", [("authority", "pinyin")], "the beginning of initials"),
    ("nvxing", [("women", "pinyin")], "v for ü"),
    ("nuxing", [("women", "pinyin")], "u for ü"),
]


@pytest.mark.parametrize(("text", "expected", "why"), CASES, ids=[f"{text}: {why}" for text, _, why in CASES])
def test_finds(found, text, expected, why):
    assert found(text) == expected


@pytest.mark.parametrize(("text", "expected", "why"), CASES, ids=[f"{text}: {why}" for text, _, why in CASES])
def test_a_mode_asks_its_tier_alone(found, text, expected, why):
    matches = {match for _, match in expected}
    for mode in MODES:
        hits = found(text, modes=(mode,))
        assert {match for _, match in hits} <= {mode}
        if mode in matches:
            assert set(expected) <= set(hits)


@pytest.mark.parametrize("text", ["extradition", "money laundering", "洗钱", "国际合作"])
def test_no_mode_but_its_own_finds_the_term_itself_alone(found, text):
    assert found(text, modes=("prefix",)) == []
    assert found(text, modes=("part",)) == []
    assert found(text, modes=("fuzzy",)) == []


def test_reading_goes_before_typing_errors(found):
    youth = Concept.objects.get(key="youth")
    Term.objects.create(concept=youth, language="en", text="xiqin", review_status="approved", source="made up")
    assert found("xiqian") == [("laundering", "pinyin")]
    assert found("xiqian", source="en") == [("youth", "fuzzy")]


class TestOrder:
    """Tier by tier, then status, then length, then the text."""

    @pytest.fixture(autouse=True)
    def _drugs(self, db):
        rows = [
            ("drug abuse", "preferred"),
            ("drug", "deprecated"),
            ("drugs", "superseded"),
            ("drug use", "admitted"),
            ("drug law", "preferred"),
            ("drug act", "preferred"),
            ("hard drug", "preferred"),
            ("no drug", "admitted"),
            ("abuse of drugs", "preferred"),
            ("drugged", "preferred"),
        ]
        for number, (text, status) in enumerate(rows):
            Term.objects.create(
                concept=Concept.objects.create(key=f"d{number}"),
                language="en",
                text=text,
                administrative_status=status,
                review_status="approved",
                source="made up",
            )

    def test_of_a_word(self):
        assert [(hit.matched.text, hit.match) for hit in lookup(Query("drug"))] == [
            ("drug", "exact"),
            ("drugs", "spelling"),
            ("drugged", "prefix"),
            ("drug act", "prefix"),
            ("drug law", "prefix"),
            ("drug abuse", "prefix"),
            ("drug use", "prefix"),
            ("hard drug", "part"),
            ("abuse of drugs", "part"),
            ("no drug", "part"),
        ]

    def test_of_words(self):
        hits = [(hit.matched.text, hit.match) for hit in lookup(Query("abused drugs"))]
        assert hits == [("drug abuse", "words"), ("abuse of drugs", "words")]

    def test_of_a_wildcard(self):
        hits = lookup(Query("dr*"))
        assert [hit.matched.text for hit in hits] == [
            *("drugged", "drug act", "drug law", "drug abuse", "drug use", "drug", "drugs"),
        ]
        assert {hit.match for hit in hits} == {"wildcard"}
