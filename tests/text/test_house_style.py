"""House style of headwords, rule by rule: what is to be written otherwise, and what is right as it is."""

import pytest

from termbase.text.house_style import Usage, faults

# As the headwords of a termbase have it: words in lower case, and heads of terms mostly in the singular.
USAGE = Usage.of([
    *("terrorism", "foreign terrorist fighter", "crime prevention"),
    *("serious offence", "drug offence", "related offence", "sexual offence"),
    *("human rights", "rights of victims", "small arms", "criminal proceedings"),
])  # fmt: skip

WRONG = [
    ("en", "spelling", "violent behavior", "violent behaviour", "British -our"),
    ("en", "spelling", "labor exploitation", "labour exploitation", "British -our, first word"),
    ("en", "spelling", "national defense", "national defence", "-ence"),
    ("en", "spelling", "child offenses", "child offences", "in the plural too"),
    ("en", "spelling", "detention center", "detention centre", "-re"),
    ("en", "spelling", "witness protection program", "witness protection programme", "programme"),
    ("en", "spelling", "firearms license", "firearms licence", "the noun is a licence"),
    ("en", "spelling", "traveler", "traveller", "two l"),
    ("en", "spelling", "data modeling", "data modelling", "two l"),
    ("en", "spelling", "fulfillment of obligations", "fulfilment of obligations", "one l"),
    ("en", "spelling", "skillful negotiation", "skilful negotiation", "one l"),
    ("en", "spelling", "aging population", "ageing population", "ageing"),
    ("en", "spelling", "analyze data", "analyse data", "-yse, unlike -ize"),
    ("en", "spelling", "organised crime", "organized crime", "-ize, as the United Nations writes"),
    ("en", "spelling", "criminalisation", "criminalization", "-ization"),
    ("en", "spelling", "prioritise", "prioritize", "-ize"),
    ("en", "spelling", "international co-operation", "international cooperation", "without a hyphen"),
    ("en", "spelling", "ten percent", "ten per cent", "two words"),
    ("en", "spelling", "cultural artifact", "cultural artefact", "artefact"),
    ("en", "capitals", "Foreign terrorist fighter", "foreign terrorist fighter", "a common noun"),
    ("en", "capitals", "Crime prevention", "crime prevention", "a common noun"),
    ("en", "article", "the rule of law", "rule of law", "a definite article"),
    ("en", "article", "a victim of crime", "victim of crime", "an indefinite article"),
    ("en", "plural", "violent offences", "violent offence", "the head is mostly in the singular"),
    ("en", "punctuation", "money-laundering;", "money-laundering", "a mark at the end"),
    ("en", "punctuation", "access to justice for all.", "access to justice for all", "a full stop"),
    ("en", "spaces", "rule  of law", "rule of law", "two spaces"),
    ("en", "spaces", "rule\u00a0of law", "rule of law", "a space that does not break"),
    ("en", "spaces", "victims , witnesses", "victims, witnesses", "a space before a mark"),
    ("en", "width", "ＵＮＯＤＣ", "UNODC", "full-width letters"),
    ("en", "width", "rights（human）", "rights(human)", "full-width brackets"),
    ("en", "brackets", "resolution 1373 (2001", "resolution 1373 2001", "one that never closes"),
    ("en", "brackets", "resolution 1373) 2001", "resolution 1373 2001", "one that never opened"),
    ("zh-Hans", "width", "毒品,犯罪", "毒品，犯罪", "a half-width comma"),
    ("zh-Hans", "width", "犯罪(未遂)", "犯罪（未遂）", "half-width brackets around characters"),
    ("zh-Hans", "width", "第１３７３号决议", "第1373号决议", "full-width figures"),
    ("zh-Hans", "punctuation", "司法协助。", "司法协助", "a full stop"),
    ("zh-Hans", "spaces", "司法 协助", "司法协助", "a space between characters"),
    ("zh-Hans", "brackets", "《公约", "公约", "a title mark that never closes"),
]

RIGHT = [
    ("en", "World Trade Center", "a name keeps its owner's spelling"),
    ("en", "Department of Defense", "a name keeps its owner's spelling"),
    ("en", "computer program", "a program of a computer is no programme"),
    ("en", "law enforcement exercise", "never in -ize"),
    ("en", "improvised explosive device", "never in -ize"),
    ("en", "supervised release", "never in -ize"),
    ("en", "compromise", "never in -ize"),
    ("en", "comprising", "never in -ize"),
    ("en", "praised", "never in -ize"),
    ("en", "enterprise", "never in -ize"),
    ("en", "licensed dealer", "the verb is to license"),
    ("en", "State party", "the United Nations writes State with a capital"),
    ("en", "Chair", "of one body"),
    ("en", "Group of 20", "a name"),
    ("en", "Terrorism Prevention Branch", "a name is written in capitals throughout"),
    ("en", "Crime prevention and criminal justice in a changing world", "a title is written as a sentence"),
    ("en", "The Hague", "a name may begin with an article"),
    ("en", "The role of regional organizations in crime prevention", "so may a title"),
    ("en", "human rights", "no termbase has human right"),
    ("en", "small arms", "always in the plural"),
    ("en", "criminal proceedings", "always in the plural"),
    ("en", "crimes and offences", "of several things in the plural"),
    ("en", "ibid.", "an abbreviation"),
    ("en", "Sales No.", "an abbreviation"),
    ("en", "Chargé d'affaires a.i.", "an abbreviation"),
    ("en", "resolution 1373 (2001)", "brackets that belong together"),
    ("zh-Hans", "第二条(b)项", "letters and figures in half-width brackets"),
    ("zh-Hans", "第1373(2001)号决议", "letters and figures in half-width brackets"),
    ("zh-Hans", "《公约》缔约方（第三十三届）会议", "full-width marks"),
    ("zh-Hans", "COVID-19疫情", "half-width letters"),
]


@pytest.mark.parametrize(
    ("language", "rule", "text", "better"), [pytest.param(*row[:4], id=f"{row[2]}: {row[4]}") for row in WRONG]
)
def test_against_house_style(language, rule, text, better):
    assert [(fault.rule, fault.better) for fault in faults(text, language, USAGE)] == [(rule, better)]


@pytest.mark.parametrize(("language", "text"), [pytest.param(*row[:2], id=f"{row[1]}: {row[2]}") for row in RIGHT])
def test_in_house_style(language, text):
    assert list(faults(text, language, USAGE)) == []


def test_what_is_no_noun_may_be_in_the_plural():
    assert list(faults("prosecute offences", "en", USAGE, is_noun=False)) == []
    assert [fault.rule for fault in faults("prosecute offences", "en", USAGE)] == ["plural"]


def test_several_faults_of_one_headword():
    assert {fault.rule for fault in faults("the  organised crime", "en", USAGE)} == {"article", "spaces", "spelling"}


@pytest.mark.parametrize("row", WRONG, ids=lambda row: row[2])
def test_the_better_writing_has_the_fault_no_more(row):
    language, rule, _, better, _ = row
    assert rule not in {fault.rule for fault in faults(better, language, USAGE)}
