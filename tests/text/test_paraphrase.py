"""When a translation says a term in other words."""

import pytest

from termbase.text.english import SEPARATOR, key_of
from termbase.text.paraphrase import are_of_one_family, may_hold, says, says_in_parts, spelt_out, takes_up, turns_round


@pytest.mark.parametrize(
    ("text", "term", "expected", "why"),
    [
        ("drug and crime prevention", "crime prevention", True, "a word between"),
        ("the prevention of crime", "crime prevention", True, "the other way round"),
        ("prevents crime", "crime prevention", True, "a verb for the noun"),
        ("implementing the resolution", "implementation", True, "a verb for the noun"),
        ("it was decided", "decision", True, "-sion takes a letter of the verb"),
        ("the Syrian Government", "Syria", True, "an adjective for a country"),
        ("crime", "crime prevention", False, "half of it"),
        ("the medicine", "drug", False, "another word"),
        ("the drugstore", "drug", False, "a compound with another word"),
        ("the party", "part", True, "a letter more may be an ending"),
        ("the meeting", "mission", False, "nothing in common"),
        ("of the", "of", False, "function words say nothing"),
        ("the Turkish flag", "Turkey", True, "an adjective for a country in -ey"),
        ("an Afghan-led process", "Afghanistan", True, "and in -istan"),
        ("an Iranian ship", "Iran (Islamic Republic of)", True, "the name alone makes the adjective"),
        ("Austrian law", "Australia", False, "another country"),
        ("the plan of work", "workplan", True, "a compound taken apart"),
        ("raising funds", "fundraising", True, "in another order"),
        ("indigenous people with disabilities", "person with disabilities", True, "people are persons"),
        ("non-United Nations entities", "United Nations entity", True, "with a negation before"),
        ("discriminatory", "discrimination", True, "both with an ending"),
        ("the detained", "detention", True, "-tain and -tention"),
        ("attained", "attention", False, "which are not always of one family"),
        ("small island developing States", "developing country", True, "States are countries"),
        ("Southeast Asian Nations", "South-East Asia", True, "two words in one"),
        ("the southern east", "South-East Asia", False, "and not a third"),
    ],
)
def test_says(text, term, expected, why):
    assert says(key_of(text).split(SEPARATOR), term) is expected, why


@pytest.mark.parametrize(
    ("text", "name", "expected", "why"),
    [
        ("the Council decided", "Security Council", True, "taken up"),
        (
            "The Office reported",
            "United Nations Office on Drugs and Crime",
            True,
            "the head stands before the preposition",
        ),
        ("the Human Rights Council decided", "Security Council", False, "another one's name"),
        ("the council decided", "Security Council", False, "no name"),
        ("the crime", "organized crime", False, "no name in the first place"),
        ("the Charter", "Charter", False, "of one word: that is the name itself"),
        ("the Conference of the Parties", "State party", True, "a capital makes it a name"),
        ("the parties agreed", "State party", False, "without it it may be anybody"),
        ("we agreed. Parties left", "State party", False, "nor is it one where a sentence begins"),
        ("the Labour Party", "State party", False, "another one's name"),
    ],
)
def test_takes_up(text, name, expected, why):
    assert takes_up(text, name) is expected, why


def test_acronyms_hold_names():
    assert may_hold("NPT", "treaty")
    assert may_hold("UNU", "United Nations")
    assert not may_hold("NPT", "refugee")


@pytest.mark.parametrize(
    ("acronym", "term", "words", "why"),
    [
        ("MLA", "mutual legal assistance request", ("mutual", "legal", "assistance"), "a part of the term"),
        ("UN", "other United Nations entity", ("unite", "nation"), "in the middle"),
        ("MLA", "mutual assistance", (), "a letter too many"),
        ("NPT", "treaty", (), "initials of other words"),
    ],
)
def test_spelt_out(acronym, term, words, why):
    assert tuple(spelt_out(acronym, term)) == words, why


def test_families():
    assert are_of_one_family("crime", "criminal")
    assert not are_of_one_family("nation", "narrow")


@pytest.mark.parametrize(
    ("text", "term", "expected", "why"),
    [
        ("常驻联合国代表", "常驻代表", True, "a word between"),
        ("代表常驻", "常驻代表", True, "the other way round"),
        ("筹备会议", "筹备工作", True, "but for a noun that adds nothing"),
        ("工作", "工作", False, "which alone is no part"),
        ("毒害物品", "毒品", False, "single characters are no parts"),
        ("常驻" + "甲" * 13 + "代表", "常驻代表", False, "too far apart"),
        ("第1373(2001)、1540(2004)和1887(2009)号决议", "第1373(2001)号决议", True, "a list of figures between"),
        ("第1374(2001)、1540(2004)号决议", "第1373(2001)号决议", False, "not of these"),
        ("通过议程和安排工作", "通过议程和工作安排", True, "a long term in three parts"),
        ("通过预算和安排工作", "通过议程和工作安排", False, "one of which is another"),
        ("通过议程。" + "甲" * 30 + "和会议安排" + "甲" * 30 + "工作", "通过议程和工作安排", False, "not together"),
        ("工作司法", "司法工作", True, "a short one in two"),
    ],
)
def test_says_in_parts(text, term, expected, why):
    assert says_in_parts(text, term) is expected, why


@pytest.mark.parametrize(
    ("text", "term", "expected", "why"),
    [
        ("in developed countries", "developing country", True, "the other participle"),
        ("the Requested State", "requesting State", True, "with a capital"),
        ("developed and developing countries", "developing country", False, "beside its own"),
        ("the developing world", "developing country", False, "its own, with another noun"),
        ("a developed method", "developing country", False, "of something else"),
        ("the session was opened", "opening of the session", False, "a noun in -ing before a preposition"),
        ("", "developing country", False, "nothing"),
    ],
)
def test_turns_round(text, term, expected, why):
    assert turns_round(text, term) is expected, why
