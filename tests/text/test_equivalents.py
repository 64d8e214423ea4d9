"""English that comes where a Chinese expression comes."""

from dataclasses import dataclass

import pytest

from termbase.text.equivalents import Parallel, likely_equivalents


@dataclass(frozen=True)
class Aligned:
    text: str
    translation: str


PAIRS = [
    Aligned("会员国应打击人口贩运。", "Member States should combat trafficking in persons."),
    Aligned("人口贩运是严重犯罪。", "Trafficking in persons is a serious crime."),
    Aligned("委员会讨论了人口贩运问题。", "The Commission discussed the problem of trafficking in persons."),
    Aligned("会员国应打击腐败。", "Member States should combat corruption."),
    Aligned("委员会讨论了预算问题。", "The Commission discussed the problem of the budget."),
    Aligned("腐败是严重犯罪。", "Corruption is a serious crime."),
    Aligned("委员会通过了报告。", "The Commission adopted the report."),
    Aligned("会员国表示欢迎。", "Member States welcomed this."),
]


@pytest.mark.parametrize(
    ("text", "expected", "count"),
    [("人口贩运", "trafficking in persons", 3), ("腐败", "corruption", 2), ("会员国", "Member States", 3)],
)
def test_the_first_proposal(text, expected, count):
    first = likely_equivalents(text, PAIRS)[0]
    assert (first.english.lower(), first.count) == (expected.lower(), count)
    assert first.score > 0


def test_forms_of_a_word_are_one_and_the_usual_one_is_shown():
    pairs = [Aligned("网络犯罪", form) for form in ("cybercrimes grow", "a cybercrime", "this cybercrime")]
    first = likely_equivalents("网络犯罪", [*pairs, *PAIRS])[0]
    assert (first.english, first.count) == ("cybercrime", 3)


def test_the_script_does_not_count():
    assert likely_equivalents("人口販運", PAIRS) == likely_equivalents("人口贩运", PAIRS)


@pytest.mark.parametrize("text", ["洗钱", "", "《》"], ids=["not there", "empty", "nothing is left of it"])
def test_what_stands_nowhere_has_none(text):
    assert likely_equivalents(text, PAIRS) == []


def test_without_passages_there_is_nothing():
    assert likely_equivalents("腐败", []) == []


def test_one_reading_serves_many_expressions():
    parallel = Parallel(PAIRS)
    for text in ("人口贩运", "腐败", "委员会"):
        assert parallel.equivalents(text) == likely_equivalents(text, PAIRS)


def test_no_proposal_holds_another():
    found = [one.english.lower() for one in likely_equivalents("人口贩运", PAIRS)]
    assert not any(one != other and one in other for one in found for other in found)
