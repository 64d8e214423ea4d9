"""PDFs as a browser prints them: every paragraph comes back whole."""

import re

import pytest

from termbase.harvest.files import File, read
from termbase.text.normalise import normalise

STYLE = (
    "@page { size: A4; margin: 2.5cm } body { font: 11pt/1.6 'Noto Serif CJK SC', serif }"
    " p { margin: .4em 0; text-align: justify } .indented { text-indent: 2em } .note { font-size: 9pt }"
)


def _as_printed(label, text):
    if re.fullmatch(r"(op)?\d+", label):
        return f"<p>{label.removeprefix('op')}. {text}</p>"
    if item := re.search(r"\(([a-z]+)\)$", label):
        return f"<p class=indented>({item[1]}) {text}</p>"
    if label.startswith("fn"):
        return f"<p class=note><sup>{label[2:]}</sup> {text}</p>"
    if label.startswith("pp") or label == "chapeau":
        return f"<p class=indented>{text}</p>"
    return f"<h3>{text}</h3>"


@pytest.mark.parametrize("name", ["clean_000.txt", "clean_002.txt", "clean_004.txt"])
def test_paragraphs_come_back_whole(browser, shared, name):
    lines = (shared / "reference" / name).read_text(encoding="utf-8").splitlines()
    entries = [match.groups() for line in lines if (match := re.match(r"\[([^\]]*)\] (.*)", line))]
    page = browser.new_page()
    body = "".join(_as_printed(label, text) for label, text in entries)
    page.set_content(f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{body}")
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    found = {normalise(block.text) for block in read(File("d.pdf", printed)).blocks}
    missing = [text for _, text in entries if normalise(text) not in found]
    assert len(missing) <= 0.02 * len(entries), missing
