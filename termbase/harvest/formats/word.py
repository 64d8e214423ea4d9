"""Word documents (.docx): their own paragraphs, headings, numbers and footnotes, nothing guessed from lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath

from lxml import etree

from termbase.harvest.clean import Block, Paragraph, arrange
from termbase.harvest.formats.archive import Archive
from termbase.harvest.formats.refusal import MAX_CHARACTERS, refused
from termbase.harvest.formats.word_numbering import Lists, W, in_brackets, lists_of, value_of, whole
from termbase.harvest.formats.xml import local, parsed

_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# What is not read: deleted and moved text, the older copy of a drawing, codes of fields.
_SKIPPED = frozenset({"del", "moveFrom", "Fallback", "instrText", "pPr", "rPr", "sectPr", "tblPr"})
_HEADING_STYLES = ("heading", "title", "标题", "標題")
_DEEPEST_STYLE = 20


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph's style says: on which it is based, its list, and whether it is one of headings."""

    based_on: str
    number: str
    depth: int
    heading: bool


@dataclass(slots=True)
class _Reader:
    styles: dict[str, Style]
    lists: Lists
    notes: dict[tuple[str, str], str]
    found: list[Paragraph] = field(default_factory=list)
    waiting: list[Paragraph] = field(default_factory=list)
    characters: int = 0
    last_note: int = 0

    def paragraph(self, element: etree._Element, *, in_table: bool) -> None:
        """Take in a paragraph, and after it the footnotes that it refers to."""
        self.waiting = []
        text = "".join(self._runs(element)).strip()
        if text:
            label, heading = self._properties(element)
            shown = f"{in_brackets(label)} {text}" if label else text
            self.found.append(Paragraph(shown, False if in_table else heading or None))
            self.characters += len(shown) + sum(len(note.text) for note in self.waiting)
            if self.characters > MAX_CHARACTERS:
                raise refused("holds too long a text")
        self.found += self.waiting

    def _properties(self, element: etree._Element) -> tuple[str, bool]:
        """The label that is printed before a paragraph, and whether it is a heading."""
        own = element.find(f"{W}pPr")
        style = self._style(value_of(own, "pStyle") if own is not None else "")
        number, depth, heading = style.number, style.depth, style.heading
        if own is not None:
            heading = heading or own.find(f"{W}outlineLvl") is not None
            if (numbering := own.find(f"{W}numPr")) is not None:
                number = value_of(numbering, "numId") or number
                depth = whole(value_of(numbering, "ilvl")) if numbering.find(f"{W}ilvl") is not None else depth
        return self.lists.label(number, depth) if number else "", heading

    def _style(self, name: str) -> Style:
        """A style with what it takes over from those that it is based on."""
        number, depth, heading = "", 0, False
        for _ in range(_DEEPEST_STYLE):
            style = self.styles.get(name)
            if style is None:
                break
            if not number:
                number, depth = style.number, style.depth
            heading = heading or style.heading
            name = style.based_on
        return Style("", number, depth, heading)

    def _runs(self, element: etree._Element) -> Iterator[str]:
        """The text of a paragraph; the paragraphs of a text box in it are read on their own."""
        for child in element:
            name = local(child)
            if name == "t":
                yield child.text or ""
            elif name in ("tab", "br", "cr", "noBreakHyphen"):
                yield "-" if name == "noBreakHyphen" else " "
            elif name in ("footnoteReference", "endnoteReference"):
                self._note(child, name.removesuffix("Reference"))
            elif name not in _SKIPPED and name not in ("p", "txbxContent"):
                yield from self._runs(child)

    def _note(self, reference: etree._Element, kind: str) -> None:
        text = self.notes.get((kind, reference.get(f"{W}id", "")), "")
        if reference.get(f"{W}customMarkFollows") in ("1", "true", "on"):
            label = "*"
        else:
            self.last_note += 1
            label = str(self.last_note)
        if text:
            self.waiting.append(Paragraph(text, note=label))


def blocks_of(content: bytes) -> list[Block]:
    """The blocks of a document.

    Raises `UnreadableFile` where it is damaged, encrypted, too long or no Word document.
    """
    archive = Archive(content)
    main = _related("", archive).get("officeDocument", "word/document.xml")
    parts = _related(main, archive)
    root = parsed(archive.read(main))
    if local(root) != "document":
        raise refused("is no Word document")
    reader = _Reader(
        styles=_styles(_part(archive, parts.get("styles"))),
        lists=_lists(_part(archive, parts.get("numbering"))),
        notes={**_notes(archive, parts, "footnote"), **_notes(archive, parts, "endnote")},
    )
    for element, in_table in _paragraphs(root):
        reader.paragraph(element, in_table=in_table)
    return arrange(reader.found)


def _related(name: str, archive: Archive) -> dict[str, str]:
    """By kind the parts that a part names as belonging to it; of the whole file for an empty name."""
    folder, _, file = name.rpartition("/")
    relations = join(folder, "_rels", f"{file}.rels")
    if relations not in archive:
        return {}
    found: dict[str, str] = {}
    for relation in parsed(archive.read(relations)).iter(_RELATIONS):
        kind, target = relation.get("Type", "").rpartition("/")[2], relation.get("Target", "")
        if relation.get("TargetMode") != "External":
            found[kind] = normpath(join(dirname(name), target)).lstrip("/") if target[:1] != "/" else target[1:]
    return found


def _part(archive: Archive, name: str | None) -> etree._Element | None:
    return parsed(archive.read(name)) if name and name in archive else None


def _styles(root: etree._Element | None) -> dict[str, Style]:
    if root is None:
        return {}
    return {style.get(f"{W}styleId", ""): _style(style) for style in root.iterfind(f"{W}style")}


def _style(style: etree._Element) -> Style:
    number, depth, outlined = "", 0, False
    if (own := style.find(f"{W}pPr")) is not None:
        outlined = whole(value_of(own, "outlineLvl") or "9") < 9
        if (numbering := own.find(f"{W}numPr")) is not None:
            number, depth = value_of(numbering, "numId"), whole(value_of(numbering, "ilvl"))
    named = value_of(style, "name").lower().startswith(_HEADING_STYLES)
    return Style(value_of(style, "basedOn"), number, depth, outlined or named)


def _lists(root: etree._Element | None) -> Lists:
    return Lists() if root is None else lists_of(root)


def _notes(archive: Archive, parts: dict[str, str], kind: str) -> dict[tuple[str, str], str]:
    """The texts of footnotes or endnotes by kind and id."""
    root = _part(archive, parts.get(f"{kind}s"))
    if root is None:
        return {}
    return {(kind, note.get(f"{W}id", "")): _plain(note) for note in root.iterfind(f"{W}{kind}")}


def _plain(note: etree._Element) -> str:
    reader = _Reader({}, Lists(), {})
    return " ".join("".join(reader._runs(paragraph)) for paragraph in note.iter(f"{W}p")).strip()


def _paragraphs(root: etree._Element, in_table: bool = False) -> Iterator[tuple[etree._Element, bool]]:
    """The paragraphs in order, those in tables and text boxes too, and whether each is in a table."""
    for child in root:
        name = local(child)
        if name in _SKIPPED:
            continue
        if name == "p":
            yield child, in_table
        yield from _paragraphs(child, in_table or name == "tbl")
