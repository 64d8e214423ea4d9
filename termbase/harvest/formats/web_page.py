"""Web pages: their paragraphs, headings, lists and footnotes; menus, scripts and what is hidden are passed over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree, html

from termbase.harvest.clean import Block, Paragraph, arrange
from termbase.harvest.formats.refusal import refused
from termbase.harvest.formats.word_numbering import figures
from termbase.text.encodings import ENCODINGS

_PASSED_OVER = frozenset(
    {"script", "style", "noscript", "template", "nav", "svg", "iframe", "object", "select", "button", "head", "math"}
)
_INLINE = frozenset(
    {
        *(
            "a",
            "abbr",
            "b",
            "bdi",
            "bdo",
            "big",
            "cite",
            "code",
            "del",
            "dfn",
            "em",
            "font",
            "i",
            "ins",
            "kbd",
            "label",
        ),
        *(
            "mark",
            "q",
            "rb",
            "ruby",
            "s",
            "samp",
            "small",
            "span",
            "strong",
            "sub",
            "sup",
            "time",
            "tt",
            "u",
            "var",
            "wbr",
        ),
    }
)
_MARK = re.compile(r"[\[(（〔]?(\d{1,3}|\*{1,4}|[a-z])[\])）〕]?")
_LEADING_LABEL = re.compile(r"^[\s\[(（〔^↑]*(?:\d{1,3}|\*{1,4}|[a-z](?=[\s\]).]))?[\])）〕.、]?\s*(?=\S)")
_LIST_FIGURES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
_NAMES = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "big5hkscs", "x-x-big5", "cn-big5"), "big5"),
    **dict.fromkeys(("utf-8", "utf8"), "utf-8"),
    # What can be read as ASCII to find the declaration is not UTF-16, whatever it says: browsers take it for UTF-8.
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be"), "utf-8"),
}
_HEAD = 4_096


def declared_encoding(content: bytes) -> str:
    """One of `ENCODINGS` that the page says it is in; empty where it says none of them."""
    found = _DECLARED.search(content[:_HEAD])
    name = _NAMES.get(found[1].decode("ascii").lower(), "") if found else ""
    return name if name in ENCODINGS else ""


@dataclass(slots=True)
class _Reader:
    """Paragraphs as the walk through a page finds them; `notes` are the labels of footnotes by the id they stand at."""

    notes: dict[str, str]
    back: set[etree._Element]
    found: list[Paragraph] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    label: str = ""
    note: str = ""

    def end(self, heading: bool = False) -> None:
        """End the paragraph."""
        text = " ".join("".join(self.pieces).split())
        if self.note:
            text = _LEADING_LABEL.sub("", text)
        if text:
            labelled = f"{self.label} {text}" if self.label and not self.note else text
            self.found.append(Paragraph(labelled, heading or None, self.note))
            self.label = self.note = ""
        self.pieces = []

    def walk(self, element: etree._Element) -> None:
        """Take in an element and what is in it."""
        name = element.tag
        if not isinstance(name, str) or name in _PASSED_OVER or element.get("hidden") is not None:
            return
        block = name not in _INLINE
        if block:
            self.end()
        self._noted(element)
        if element in self.back:
            return
        self.pieces.append(element.text or "")
        for child, label in _labelled(element):
            if label:
                self.end()
                self.label = label
            self.walk(child)
            self.pieces.append(child.tail or "")
        if block:
            self.end(heading=bool(re.fullmatch("h[1-6]", name)))

    def _noted(self, element: etree._Element) -> None:
        label = self.notes.get(element.get("id") or element.get("name") or "", "")
        self.note = label or self.note


def blocks_of(page: str) -> tuple[list[Block], str]:
    """The blocks of a page and its title. Raises `UnreadableFile` where it is nested beyond what can be read."""
    # A declaration in a text that is decoded already is an error to the parser.
    page = re.sub(r"^\s*<\?xml[^>]*\?>", "", page)
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(page, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise refused("is no web page that can be read") from error
    if any(entry.type == etree.ErrorTypes.ERR_INTERNAL_ERROR or "depth" in entry.message for entry in parser.error_log):
        raise refused("is nested too deep, or too large, to be read")
    notes, back = _footnotes(root)
    reader = _Reader(notes, back)
    body = root.find("body")
    reader.walk(root if body is None else body)
    reader.end()
    return arrange(reader.found), " ".join((root.findtext(".//title") or "").split())


def _footnotes(root: etree._Element) -> tuple[dict[str, str], set[etree._Element]]:
    """The labels of footnotes by the id that their marks lead to, and the links that are no text: marks, ways back."""
    order: dict[str, int] = {}
    for at, one in enumerate(root.iter()):
        order |= {name: at for name in (one.get("id"), one.get("name")) if name}
    notes: dict[str, str] = {}
    links: set[etree._Element] = set()
    for at, link in enumerate(root.iter()):
        target = (link.get("href") or "")[1:] if link.tag == "a" and (link.get("href") or "").startswith("#") else ""
        mark = _MARK.fullmatch("".join(map(str, link.itertext())).strip()) if target in order else None
        if mark:
            links.add(link)
            if order[target] > at:
                notes.setdefault(target, mark[1])
    return notes, links


def _labelled(element: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """The children, those of a list with what is printed before each."""
    ordered, count = element.tag == "ol", _whole(element.get("start"), 1)
    style = element.get("type") or "1"
    for child in element:
        label = ""
        if child.tag == "li" and element.tag in ("ol", "ul"):
            count = _whole(child.get("value"), count)
            plain = figures(count, _LIST_FIGURES.get(style, ""))
            label = "•" if not ordered else f"{plain}." if style == "1" else f"({plain})"
            count += 1
        yield child, label


def _whole(value: str | None, otherwise: int) -> int:
    return int(value) if value and re.fullmatch(r"\d{1,4}", value) else otherwise
