"""Raw text of PDFs against reference texts, and a table of nasty places."""

import re

import pytest

from tests.harvest.five import DOCUMENTS, tight

REFERENCES = ("000", "002", "004")


@pytest.fixture
def reference(shared):
    def read(document):
        path = shared / "reference" / f"clean_{document}.txt"
        if not path.is_file():
            pytest.skip(f"needs {path}")
        rows = path.read_text(encoding="utf-8").splitlines()
        return [re.match(r"\[(.*?)\] (.*)", row).groups() for row in rows]

    return read


# Passages allowed to differ from the reference text: (document, text of the reference, reason). None is needed.
EXCEPTIONS: list[tuple[str, str, str]] = []


@pytest.mark.parametrize("document", REFERENCES)
def test_running_text_is_that_of_the_reference(document, cleaned, reference):
    excepted = {tight(text) for name, text, _ in EXCEPTIONS if name == document}
    expected = [tight(text) for label, text in reference(document) if not label.startswith("fn")]
    found = [tight(block.text) for block in cleaned[document].blocks if block.kind != "footnote"]
    assert [text for text in expected if text not in excepted] == [text for text in found if text not in excepted]


@pytest.mark.parametrize("document", REFERENCES)
def test_footnotes_are_those_of_the_reference(document, cleaned, reference):
    expected = [(label, tight(text)) for label, text in reference(document) if label.startswith("fn")]
    found = [(block.number, tight(block.text)) for block in cleaned[document].blocks if block.kind == "footnote"]
    assert found == expected


@pytest.mark.parametrize("document", REFERENCES)
def test_numbers_are_those_of_the_reference(document, cleaned, reference):
    numbers = {tight(block.text): block for block in cleaned[document].blocks}
    for label, text in reference(document):
        block = numbers[tight(text)]
        if label in {"title", "front", "chapeau"} or label.startswith("heading"):
            assert block.number == "" or block.kind == "heading"
        else:
            assert label in {block.number, block.under}


@pytest.mark.parametrize("document", REFERENCES)
def test_headings_are_those_of_the_reference(document, cleaned, reference):
    expected = [
        tight(text) for label, text in reference(document) if label in {"title", "front"} or label.startswith("heading")
    ]
    assert [tight(block.text) for block in cleaned[document].blocks if block.kind == "heading"] == expected


# (case, document, block by its number or "heading", text it holds without white space, why the place is nasty)
CASES = [
    ("000-1", "000", "1", "在2021年3月11日第14和第15次全体会议上", "spaces about numbers come and go"),
    (
        "000-2",
        "000",
        "heading",
        "：一切形式和表现的恐怖主义，以及新兴犯罪形式",
        "title over two lines, both with end spaces",
    ),
    ("000-3", "000", "1", "(a)一切形式和表现的恐怖主义；(b)新兴犯罪形式”的议程项目6。", "letters inside a quotation"),
    ("000-4", "000", "1", "预防犯罪大会收到了下列文件：", "word over a wrap"),
    ("000-5", "000", "1(b)", "2019冠状病毒病（COVID-19）大流行带来的", "wrap after a bracket with a Latin word"),
    ("000-6", "000", "2", "由RobinsonNjeruGithae（肯尼亚）主持", "spaces between Latin words"),
    ("000-7", "000", "3", "第15次会议由AlessandroCortese", "page break before a paragraph"),
    ("000-8", "000", "3", "伊朗伊斯兰共和国", "name over a wrap"),
    ("000-9", "000", "6", "打击犯罪信息与法律网络共享平台知识管理门户网站、", "two terms side by side over a wrap"),
    ("000-10", "000", "8", "提到了恐怖主义与环境犯罪", "term over a wrap"),
    ("000-11", "000", "8", "金融行动特别工作组的建议", "term over a wrap"),
    ("000-12", "000", "9", "网上恐怖主义内容而采取的立法、政策和行动措施", "page break inside a sentence"),
    ("000-13", "000", "11", "新技术和人工智能", "term over a wrap"),
    ("000-14", "000", "12", "网络犯罪问题全球方案的工作表示赞赏。", "term over a wrap"),
    ("000-15", "000", "13", "物流方面提出了挑战。", "three spaces at the end"),
    ("002-1", "002", "heading", "预防犯罪和刑事司法领域的工作", "title over two lines"),
    ("002-2", "002", "1(e)", "及其他机构的活动。”", "quotation over five items"),
    ("002-3", "002", "2(a)", "（E/CN.7/2019/2-E/CN.15/2019/2）；", "hyphen of a symbol at a wrap"),
    ("002-4", "002", "2(c)", "秘书长关于恐怖主义问题相关国际公约", "three address lines between items"),
    ("002-5", "002", "heading", "《联合国打击跨国有组织犯罪公约》方面的工作", "heading wraps inside title marks"),
    ("002-6", "002", "7", "第9/1号决议中建立了《", "no space after the number"),
    ("002-7", "002", "7", "2018-2020年筹备阶段", "wrap between number and measure"),
    ("002-8", "002", "heading", "批准并执行《联合国反腐败公约》", "numbered heading right under addresses"),
    ("002-9", "002", "12", "《联合国反腐败公约》和《联合国反腐败公约》实施情况审议机制", "same title twice"),
    ("002-10", "002", "14", "毒品和犯罪问题办公室/世界银行追回被盗资产举措", "wrap after a stroke"),
    ("002-11", "002", "15", "大会在其第73/191号决议中决定", "word over a wrap"),
    ("002-12", "002", "heading", "预防犯罪和刑事司法方面的其他事项", "numbered heading right under text"),
    ("002-13", "002", "21", "《禁止贩运人口议定书》", "title over a wrap"),
    ("002-14", "002", "heading", "联合国预防犯罪和刑事司法方案网、非政府组织", "heading wraps inside a name"),
    ("002-15", "002", "22", "各研究所对历届联合国预防犯罪和刑事司法大会", "word over a wrap"),
    ("002-16", "002", "22", "联合国区域间犯罪和司法研究所新的战略框架", "name over a wrap"),
    ("002-17", "002", "23", "联合国区域间犯罪和司法研究所报告", "name over a wrap"),
    ("002-18", "002", "23", "在2019年1月16日和17日举行", "year and month over a wrap"),
    ("002-18b", "002", "23", "（经济及社会理事会第1989/56号决议，附件）第4条第3(e)款", "letter of a paragraph cited"),
    ("002-19", "002", "24", "CarolinaLizárragaHoughton和YoungjuOh", "wrap between Latin words keeps an end space"),
    (
        "004-1",
        "004",
        "pp42",
        "应当符合包括《儿童权利公约》及其各项任择议定书在内相关",
        "three notes and addresses inside a title",
    ),
    ("004-2", "004", "op13", "此外保护被告的人权和基本自由", "note without addresses inside a word"),
    ("004-3", "004", "op49", "包括在考古及其他文化场所", "addresses without a rule inside a phrase"),
    ("004-4", "004", "pp50", "和大会2016年12月19日第71/167号、2017年", "five notes inside a date"),
    ("004-5", "004", "op42", "包括为摘取器官而进行的犯罪活动", "notes and addresses inside a word"),
    ("004-6", "004", "op28", "跨国有组织犯罪方面的弱点", "page break with nothing between"),
    ("004-7", "004", "op22", "包括应会员国请求，高度优先地", "addresses inside a word"),
    ("004-8", "004", "pp12", "推动社会发展、促进法治包括守法文化", "note and addresses inside a sentence"),
    ("004-9", "004", "pp22", "认识到《联合国打击跨国有组织犯罪公约》和", "new paragraph right under addresses"),
    ("004-9b", "004", "pp30", "表示关切在一些地区中", "new paragraph right under addresses"),
    ("004-9c", "004", "pp36", "欢迎联合国毒品和犯罪问题办公室对方案规划", "new paragraph right under addresses"),
    ("004-9d", "004", "pp60", "申明对体现人类文化多样性", "new paragraph right under addresses"),
    ("004-10", "004", "pp3", "多哈宣言》的重要性，", "head, foot and job number of a page after it"),
    ("004-10b", "004", "pp4", "欢迎经济及社会理事会关于第十三届", "head, foot and job number of a page before it"),
    ("004-11", "004", "pp2", "议定书、经1972年《议定书》修正的1961年《麻醉品单一公约》、1971年", "marks before years"),
    ("004-11b", "004", "op5", "、1971年《精神药物公约》、1988年《联合国禁止非法贩运麻醉药品", "the same marks again"),
    ("004-11c", "004", "op5", "、《联合国反腐败公约》及有关恐怖主义", "mark with no space"),
    ("004-12", "004", "pp71", "成果文件、2009年《关于开展国际合作", "mark before a year"),
    ("004-13", "004", "pp46", "《执法人员使用武力和火器的基本原则》的重要性", "mark at the end of a line"),
    ("004-13b", "004", "pp70", "《武器贸易条约》也已在2014年生效", "mark at the end of a line"),
    ("004-14", "004", "pp38", "第26/3号决议，", "mark at the end of a paragraph"),
    ("004-14b", "004", "pp39", "女童行为，", "mark at the end of a paragraph"),
    ("004-14c", "004", "pp65", "第28/3号决议，", "mark at the end of a paragraph"),
    ("004-14d", "004", "op1", "决议编写的报告；", "mark at the end of a paragraph"),
    ("004-14e", "004", "op9", "补充议定书》；", "a mark used again at the end of a paragraph"),
    ("004-14f", "004", "op36", "建议的实用工具；", "mark and two spaces at the end of a paragraph"),
    ("004-15", "004", "pp41", "实际措施》作为协助各国", "two spaces after a mark"),
    ("004-16", "004", "op62", "可持续发展目标7的适当应对措施", "a number that only looks like a mark"),
    ("004-17", "004", "op35", "(《纳尔逊·曼德拉规则》)，此外", "name over a wrap, mark after half-width brackets"),
    ("004-17b", "004", "pp48", "(《纳尔逊·曼德拉规则》)，重申", "name over a wrap"),
    ("004-18", "004", "op49", "第2(b)条所界定的严重犯罪", "space inside an article"),
    ("004-18b", "004", "op51", "第2(b)条的规定", "wrap inside an article"),
    ("004-19", "004", "pp1", "2012年9月19日第67/1号", "date over a wrap"),
    ("004-19b", "004", "pp1", "2015年12月17日第70/178", "date over a wrap"),
    ("004-20", "004", "pp71", "的2018年12月17日第73/192号决议", "one date without any space"),
    ("004-21", "004", "pp70", "行动纲领》，《联合国打击跨国有组织犯罪公约关于", "mark between two titles"),
    ("004-22", "004", "fn24", "纽约》(A/CONF.192/15)，第四章，第24段。", "note whose second line begins like an item"),
    ("004-23", "004", "fn26", "见67/234B号决议。", "note that begins with a number"),
    ("004-24", "004", "pp59", "和2018年12月13日第73/130号决议，", "addresses of two pages in one run"),
    ("004-25", "004", "op17", "遭受侵害和(或)发生犯罪风险", "brackets that are no item"),
    ("004-26", "004", "pp68", "第26/4号决议，其中请不限成员名额", "mark used again far from its note"),
    ("001 glued", "001", "48", "穿山甲贩运量增加，7,000多种被大量", "mark 19 run into the number after it"),
    ("001 count", "001", "53", "交织而成的犯罪。人们认识到", "mark before a word that begins like a measure"),
    ("001 thousand", "001", "19", "至少197人死亡，1,066人受伤。会员国必须", "thousands, then a mark"),
    ("001 list", "001", "40", "跨国有组织犯罪，包括新的", "mark right before a Han character"),
    ("001 article", "001", "41", "第二条(b)项所指的严重犯罪。", "letter of an article"),
    ("001 percent", "001", "57", "5%到10%的肾脏和肝脏移植使用的是非法获得的器官。然而", "per cent and a mark"),
    ("001 year", "001", "59", "2017年，世界卫生大会核可了", "year after a full stop"),
    ("003 letter", "003", "57-line", "与恐怖主义团体有关联的儿童的待遇，包括被这些", "a letter for a mark"),
    ("003 twice", "003", "第33/1号决议 pp13", "受害人和幸存者方面的潜力", "mark that comes twice before its note"),
    ("003 twice b", "003", "第33/1号决议 op5", "以及加强刑事司法应对；", "mark that comes twice before its note"),
    ("003 dates", "003", "6", "5月13日、14日和15日第1、2、4、5次会议上", "numbers in a row are no marks"),
    ("003 goal", "003", "第33/1号决议 pp5", "可持续发展目标16的重要性，", "number of a goal close to a Han character"),
    ("003 symbol", "003", "5", "（E/CN.15/2024/9），该报告", "symbol cut after its stroke"),
    ("003 number", "003", "59", "5月13日，联合国", "paragraph whose text begins with a number"),
    ("003 names", "003", "37", "MariaGarabito；加拿大", "name over a wrap"),
    (
        "003 spaced",
        "003",
        "169",
        "委员会第三十三届会议收到的文件一览表载于会议室文件E/CN.15/2024/CRP.7。",
        "justified line",
    ),
    ("003 page", "003", "决议草案 op3", "还吁请会员国根据本国国内法", "symbols and page number above"),
    ("003 stars", "003", "97", "待遇，包括被这些团体招募", "two stars for a mark"),
    ("003 stars b", "003", "fn**", "就本决议草案而言，", "note marked with two stars"),
    ("003 bracket", "003", "131", "巴基斯坦（代表一些国家）、日本", "mark inside brackets"),
    ("003 agenda", "003", "168(6)(e)", "特别是联合国预防犯罪", "agenda quoted in a paragraph, over a page"),
    ("003 agenda b", "003", "决定草案二 4(a)", "改进联合国毒品和犯罪问题办公室治理", "agenda of a draft decision"),
    ("003 resumed", "003", "4", "提请经济及社会理事会注意委员会通过的", "the report's numbers go on after an agenda"),
]


def blocks_cited(blocks, place):
    if place == "heading":
        return [block for block in blocks if block.kind == "heading"]
    if place.endswith("-line"):
        return [block for block in blocks if block.line == int(place.removesuffix("-line"))]
    return [block for block in blocks if block.number == place]


@pytest.mark.parametrize(("case", "document", "place", "text", "reason"), CASES, ids=[row[0] for row in CASES])
def test_nasty_place(case, document, place, text, reason, cleaned):
    found = [tight(block.text) for block in blocks_cited(cleaned[document].blocks, place)]
    assert any(text in each for each in found), (reason, found[:3])


NEVER = [
    ("004", "21971年", "mark 2 before a year"),
    ("004", "31988年", "mark 3 before a year"),
    ("004", "undocs.org", "an address line"),
    ("004", "19-17644", "a job number"),
    ("001", "197,000", "mark 19 before 7,000"),
    ("003", "undocs.org", "an address line"),
    ("003", "代表32", "a mark in a list of speakers"),
]


@pytest.mark.parametrize(("document", "text", "reason"), NEVER)
def test_nothing_of_the_page_is_left_in_the_text(document, text, reason, cleaned):
    assert not [block for block in cleaned[document].blocks if text in tight(block.text)], reason


@pytest.mark.parametrize(
    ("document", "notes", "marks"),
    [
        ("001", 30, 30),  # one star, 29 numbers, each used once
        ("003", 41, 42),  # a letter, two stars, 38 numbers; 30 is used twice
        ("004", 36, 45),  # 1 to 5 and 6, 12, 19, 25 are used twice
    ],
)
def test_every_note_has_its_marks(document, notes, marks, cleaned):
    found = cleaned[document]
    taken = [piece for piece in found.removed if piece.kind == "mark"]
    assert len([block for block in found.blocks if block.kind == "footnote"]) == notes
    assert len(taken) == marks
    assert {f"fn{piece.text}" for piece in taken} == {
        block.number for block in found.blocks if block.kind == "footnote"
    }


@pytest.mark.parametrize(("document", "last"), [("000", 13), ("001", 62), ("002", 24), ("003", 170)])
def test_each_paragraph_has_its_printed_number(document, last, cleaned):
    numbers = [block.number for block in cleaned[document].blocks if block.number.isdecimal()]
    assert numbers == [str(number) for number in range(1, last + 1)]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_numbers_are_unique(document, cleaned):
    numbers = [block.number for block in cleaned[document].blocks if block.number]
    assert len(numbers) == len(set(numbers))
    assert max(map(len, numbers)) <= 60


@pytest.mark.parametrize("document", DOCUMENTS)
def test_lines_are_where_the_blocks_begin(document, cleaned, raw):
    rows = raw[document].split("\n")
    for block in cleaned[document].blocks:
        assert tight(block.text)[:4] in tight("".join(rows[block.line - 1 : block.line + 2]))


def test_report_with_several_resolutions_counts_in_each(cleaned):
    numbers = {block.number for block in cleaned["003"].blocks}
    assert {"决议草案一 pp14", "决议草案一 op27", "决议草案三 op12", "决议草案 op10"} <= numbers
    assert {"第33/1号决议 pp11(g)", "第33/1号决议 op7(l)", "决定草案二(c)", "决定草案二 13"} <= numbers


def test_headings_carry_their_place(cleaned):
    places = {block.number: block.text for block in cleaned["003"].blocks if block.kind == "heading"}
    assert places["第五章.A.2"] == "《联合国反腐败公约》的批准和实施"
    assert places["第八章.B"] == "委员会采取的行动"


def test_names_of_speakers_are_items_of_their_paragraph(cleaned):
    speakers = [block for block in cleaned["003"].blocks if block.kind == "item" and block.under == "8"]
    assert len(speakers) == 29
    assert speakers[0].text == "波兰驻联合国（维也纳）大使兼常驻代表"


def test_bullets_are_items_of_their_paragraph(cleaned):
    bullets = [block for block in cleaned["001"].blocks if block.kind == "item" and block.under == "8"]
    assert len(bullets) == 6


def test_table_keeps_a_row_a_block_and_loses_its_second_head(cleaned):
    rows = [block.text for block in cleaned["003"].blocks if block.under == "165"]
    assert len(rows) == 6
    assert rows[2] == "第一副主席 拉丁美洲和加勒比国家 José Antonio Zabalgoitia Trejo（墨西哥）"
