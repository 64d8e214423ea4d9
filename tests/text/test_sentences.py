"""Where a passage is cut into sentences."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from termbase.text.sentences import sentence_spans
from tests.growth import MOST, growth

CASES = [
    ("", [], "nothing"),
    ("  \n ", [], "white space alone"),
    ("打击犯罪", ["打击犯罪"], "a heading has no full stop"),
    ("打击犯罪。保护证人。", ["打击犯罪。", "保护证人。"], "the Chinese full stop"),
    ("  打击犯罪。\n 保护证人。 ", ["打击犯罪。", "保护证人。"], "white space round sentences belongs to none"),
    ("回顾该决议；重申承诺；", ["回顾该决议；", "重申承诺；"], "clauses of a resolution end at a semicolon"),
    ("为什么？因为！", ["为什么？", "因为！"], "question and exclamation"),
    ("真的？！是。", ["真的？！", "是。"], "ends in a row are one end"),
    ("他说：“不。走。”然后走了。", ["他说：“不。走。”然后走了。"], "no end inside quotes"),
    ("见《为何？如何》一书。完。", ["见《为何？如何》一书。", "完。"], "no end inside title marks"),
    ("犯罪（毒品；人口）问题。完。", ["犯罪（毒品；人口）问题。", "完。"], "no end inside brackets"),
    ("「『一。』二。」三。四。", ["「『一。』二。」三。", "四。"], "nor inside nested marks"),
    ("打击犯罪。”保护证人。", ["打击犯罪。”", "保护证人。"], "a quote from before closes with its end"),
    ("“打击犯罪。保护证人。", ["“打击犯罪。", "保护证人。"], "a quote not closed in this passage encloses nothing"),
    ("（打击“犯罪）。保护”证人。", ["（打击“犯罪）。", "保护”证人。"], "marks that cross: the inner one is not closed"),
    ("States act. They report.", ["States act.", "They report."], "the English full stop"),
    ("Why? Because! Good.", ["Why?", "Because!", "Good."], "other English ends"),
    ("He said “stop.” They did.", ["He said “stop.”", "They did."], "a closing quote after the stop"),
    ("It ended. “Then what?” (Nothing.)", ["It ended.", "“Then what?”", "(Nothing.)"], "an opening mark after it"),
    ("It ended. 12 States left.", ["It ended.", "12 States left."], "a figure begins a sentence"),
    ("See para. 5 and art. 12.", ["See para. 5 and art. 12."], "abbreviations"),
    ("Mr. Smith and Dr. Li met.", ["Mr. Smith and Dr. Li met."], "titles"),
    ("John F. Kennedy spoke.", ["John F. Kennedy spoke."], "an initial"),
    ("See e.g. Article 5.", ["See e.g. Article 5."], "an abbreviation with a stop inside"),
    ("It cost 1.5 million.", ["It cost 1.5 million."], "a decimal point"),
    ("See www.unodc.org for more.", ["See www.unodc.org for more."], "an address"),
    ("They met, etc. and left.", ["They met, etc. and left."], "no capital after the stop"),
    ("缔约国见UNODC. The end.完。", ["缔约国见UNODC.", "The end.完。"], "both languages"),
]

texts = st.text() | st.text(alphabet=st.sampled_from("毒罪。；？！“”《》（）()‘’「」 \n.?!\"'ABa1"), max_size=40)


@pytest.mark.parametrize(("text", "sentences", "why"), CASES)
def test_sentences(text, sentences, why):
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences, why


@given(texts)
def test_spans_are_in_order_and_miss_nothing(text):
    spans = sentence_spans(text)
    bounds = [0, *itertools.chain(*spans), len(text)]
    assert bounds == sorted(bounds)
    assert all(start < end and text[start:end] == text[start:end].strip() for start, end in spans)
    between = "".join(text[end:start] for end, start in zip(bounds[::2], bounds[1::2], strict=True))
    assert not between.strip()


@given(texts)
def test_a_sentence_is_one_sentence(text):
    """Cut from its passage it is whole; only paired marks, which may lose their partners then, excuse another cut."""
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        if not set(sentence) & set("“”《》〈〉（）()‘’「」『』\"'"):
            assert sentence_spans(sentence) == [(0, len(sentence))]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lambda size: "（" * size + "》" * size, id="marks that never match"),
        pytest.param(lambda size: "“" * size + "”" * size, id="deep nesting"),
        pytest.param(lambda size: "。" * size, id="ends without sentences"),
        pytest.param(lambda size: "." + "'" * size, id="closing quotes without end"),
        pytest.param(lambda size: ". " * size, id="stops without capitals"),
    ],
)
def test_time_is_linear(text):
    assert growth(sentence_spans, text, 5_000) < MOST
