"""All that could be a term in a document."""

import pytest

from termbase.harvest.candidates.reading import is_short_for, read
from termbase.text.normalise import normalise
from termbase.vocabulary import Badge


def pieces(source, *texts):
    return read(source(*texts).paragraphs).pieces


@pytest.mark.parametrize(
    ("text", "term", "why"),
    [
        ("各国加强刑事司法合作。", "刑事司法", "a noun phrase"),
        ("打击贩运人口和偷运移民问题。", "贩运人口和偷运移民问题", "joined by 和"),
        ("化学、生物、放射性和核恐怖主义。", "化学、生物、放射性和核恐怖主义", "a series that is one term"),
        ("与恐怖主义有关联的儿童。", "与恐怖主义有关联的儿童", "a relative clause"),
        ("应遵守不歧视原则。", "不歧视原则", "a prefix"),
        ("《打击跨国有组织犯罪公约》的缔约国。", "《打击跨国有组织犯罪公约》", "between title marks"),
        ("題為“加強國際合作”的決議。", "加强国际合作", "Traditional, between quotation marks"),
        ("# 出席会议情况", "出席会议情况", "a whole heading"),
    ],
)
def test_is_found(source, text, term, why):
    assert normalise(term) in pieces(source, text), why


@pytest.mark.parametrize(
    ("text", "piece", "why"),
    [
        ("各国加强合作，打击犯罪。", "合作，打击", "over a comma"),
        ("会员国的合作。", "的合作", "begins with a particle"),
        ("会员国和秘书处。", "会员国和", "ends with a conjunction"),
        ("见A/CONF.234/7号文件。", "a/conf.234/7号文件", "holds a document symbol"),
        ("2019年5月23日会议。", "2019年5月23日会议", "begins with a date"),
        ("罪。", "罪", "a single character"),
        ("解决“共同的”问题。", "共同的", "quoted, but ends with a particle"),
        ("《打击犯罪公约》议定书。", "公约议定书", "holds the end of a title without its beginning"),
    ],
)
def test_is_not_found(source, text, piece, why):
    assert piece not in pieces(source, text), why


@pytest.mark.parametrize(
    ("text", "full", "short"),
    [
        ("联合国毒品和犯罪问题办公室（毒罪办）支持会员国。", "联合国毒品和犯罪问题办公室", "毒罪办"),
        ("国际刑事警察组织（国际刑警组织）", "国际刑事警察组织", "国际刑警组织"),
        ("打击跨国有组织犯罪公约（下称“有组织犯罪公约”）", None, None),
        ("信息和通信技术（下称“信通技术”）", "信息和通信技术", "信通技术"),
        ("会员国（2019年）", None, None),
        ("发言者（见上文）", None, None),
    ],
)
def test_a_short_form_in_brackets_is_paired_with_its_full_form(source, text, full, short):
    found = pieces(source, text)
    paired = [key for key, piece in found.items() if piece.names[Badge.SHORT_FORM]]
    assert paired == ([short] if short else [])
    if full:
        assert found[full].names[Badge.FULL_FORM] == 1


def test_a_name_knows_its_marks(source):
    found = pieces(source, "《京都宣言》和“软目标”", "# 京都宣言")
    assert found["京都宣言"].names == {Badge.TITLE: 1, Badge.HEADING: 1}
    assert found["软目标"].names == {Badge.QUOTED: 1}
    assert len(found["京都宣言"].places) == 2


def test_the_span_of_a_title_inside_a_longer_piece_holds_both_marks(source):
    reading = read(source("《公约》缔约国会议").paragraphs)
    line = reading.lines[0]
    place = reading.pieces["公约缔约国会议"].places[0]
    start, end = line.span_of(place)
    assert line.paragraph.text[start:end] == "《公约》缔约国会议"


@pytest.mark.parametrize(
    ("short", "full", "is_short"),
    [
        ("毒罪办", "毒品和犯罪问题办公室", True),
        ("办罪毒", "毒品和犯罪问题办公室", False),
        ("毒罪办", "毒罪办", False),
        ("毒罪会", "毒品和犯罪问题办公室", False),
    ],
)
def test_short_for(short, full, is_short):
    assert is_short_for(short, full) is is_short
