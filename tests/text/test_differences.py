"""Why a form was recognised."""

import pytest

from termbase.text.differences import differences


@pytest.mark.parametrize(
    ("surface", "term", "expected"),
    [
        ("毒罪办", "毒罪办", {"exact"}),
        ("毒罪辦", "毒罪办", {"script"}),
        ("毒\n罪办", "毒罪办", {"spaces"}),
        ("2030 年議程", "2030年议程", {"script", "spaces"}),
        ("ＵＮＯＤＣ报告", "UNODC报告", {"width"}),
        ("unodc报告", "UNODC报告", {"case"}),
        ("《宪》章", "宪章", {"marks"}),
    ],
)
def test_chinese(surface, term, expected):
    assert set(differences(surface, term, english=False)) == expected


@pytest.mark.parametrize(
    ("surface", "term", "expected"),
    [
        ("foreign terrorist fighter", "foreign terrorist fighter", {"exact"}),
        ("Foreign terrorist fighter", "foreign terrorist fighter", {"case"}),
        ("foreign terrorist fighters", "foreign terrorist fighter", {"inflection"}),
        ("Foreign terrorist fighters", "foreign terrorist fighter", {"case", "inflection"}),
        ("States' parties", "state party", {"case", "inflection"}),
        ("money laundering", "money-laundering", {"hyphen"}),
        ("counterterrorism", "counter-terrorism", {"hyphen"}),
        ("organised crime", "organized crime", {"spelling"}),
        ("organising crime", "organized crime", {"inflection", "spelling"}),
        ("organized  crime", "organized crime", {"spaces"}),
        ("organized\ncrime", "organized crime", {"spaces"}),
        ("victims’ rights", "victims' rights", {"marks"}),
        ("ＵＮＯＤＣ", "UNODC", {"width"}),
        ("NGOs", "NGO", {"inflection"}),
        ("MONEY LAUNDERING", "money-laundering", {"case", "hyphen"}),
        ("OFFICE ON DRUGS AND CRIME", "Office on Drugs and Crime", {"case"}),
        ("CIVIL SOCIETY ORGANISATIONS", "civil society organization", {"case", "inflection", "spelling"}),
        ("terror-\nist group", "terrorist group", {"spaces", "hyphen"}),
        ("CYBERCRIMES", "cybercrime", {"normalised"}),
    ],
)
def test_english(surface, term, expected):
    assert set(differences(surface, term, english=True)) == expected
