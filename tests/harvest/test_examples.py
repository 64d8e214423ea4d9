"""Which sentences are chosen as examples."""

import pytest

from termbase.harvest.examples import Occurrence, best, score

GOOD = "发言者特别强调了各国中央机关在刑事事项国际合作中的作用，并介绍了良好做法。"


@pytest.mark.parametrize(
    ("better", "worse", "why"),
    [
        ((GOOD, "paragraph", False), (GOOD[:-1], "paragraph", False), "a whole sentence before one cut off"),
        ((GOOD, "paragraph", False), (GOOD, "item", False), "a paragraph before a list item"),
        ((GOOD, "item", False), (GOOD, "footnote", False), "a list item before a footnote"),
        ((GOOD, "footnote", False), (GOOD, "heading", False), "a footnote before a heading"),
        ((GOOD, "paragraph", False), (GOOD, "paragraph", True), "a sure reading before a doubtful one"),
        ((GOOD, "paragraph", False), ("见中央机关。", "paragraph", False), "a sentence before a scrap"),
        ((GOOD, "paragraph", False), (GOOD[:-1] * 6 + "。", "paragraph", False), "readable before endless"),
        (
            (GOOD[:-1] + "；", "paragraph", False),
            (GOOD[:-1] + "，", "paragraph", False),
            "a clause's end before a comma",
        ),
        (
            (GOOD, "paragraph", False),
            ("日本、中国、泰国、越南、法国、古巴、意大利、印度、挪威的中央机关。", "paragraph", False),
            "prose before a list of names",
        ),
        (
            (GOOD, "paragraph", False),
            ("见E/CN.15/2024/16号、E/CN.15/2024/17号和CTOC/COP/2018/13号中央机关文件。", "paragraph", False),
            "prose before a list of symbols",
        ),
    ],
)
def test_order(better, worse, why):
    def value(case):
        sentence, kind, in_doubt = case
        return score(sentence, kind=kind, in_doubt=in_doubt)

    assert value(better) > value(worse), why


def place(sentence, value, document=1, passage=1):
    return Occurrence(passage, document, 0, 2, 0, len(sentence), sentence, value)


def test_copies_of_one_formula_give_one_example():
    formula = "毒罪办条约事务司司长作了介绍性发言，第{}名代表随后发了言。"
    places = [place(formula.format(n), 1.0, passage=n) for n in range(10)]
    chosen = best([*places, place(GOOD, 0.5)])
    assert [o.sentence for o in chosen] == [places[0].sentence, GOOD]


def test_documents_share_the_examples():
    sentences = ["各国应加强合作", "委员会通过了决议", "会议审议了这一项目", "专家组讨论了上述问题"]
    one = [place(text * 3, 0.9, document=1, passage=n) for n, text in enumerate(sentences)]
    other = place(GOOD, 0.8, document=2)
    assert other in best([*one, other], most=2)


def test_the_choice_does_not_depend_on_the_order_of_reading():
    places = [place(GOOD[n:] + GOOD[:n], 0.7, passage=n) for n in range(8)]
    assert best(places) == best(places[::-1])
