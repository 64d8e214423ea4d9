"""The text of a PDF, or the paragraphs of a Word document, into headings, numbered paragraphs, items and footnotes."""

from collections.abc import Sequence
from dataclasses import dataclass

from termbase.harvest.footnotes import Note, take_out_footnotes, take_out_marks
from termbase.harvest.layout import (
    Layout,
    Passage,
    Removed,
    close_up,
    join_lines,
    measure,
    read_lines,
    take_out_furniture,
    visible,
)
from termbase.harvest.numbering import Block, BlockKind, label_passages, number_entries, unique_numbers

__all__ = ["Block", "BlockKind", "Dissected", "Paragraph", "Removed", "arrange", "clean", "dissect"]

# A page of forty Han characters to a line, where there are no lines to measure: it tells what is short for a heading.
_PAGE = Layout(full=160, usual_gap=0, wrapped=False, marked=False, margin=0, gapped=False)


@dataclass(frozen=True, slots=True)
class Dissected:
    """A text as blocks, in the order in which they begin, and all that was deliberately taken out of it."""

    blocks: list[Block]
    removed: list[Removed]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as its file has it, its number or bullet in front as it would be printed.

    `heading` is None where the file does not call it one; `note` is the label of a footnote, which stands apart.
    """

    text: str
    heading: bool | None = None
    note: str = ""


def arrange(paragraphs: Sequence[Paragraph]) -> list[Block]:
    """The blocks of paragraphs that need not be joined from lines, in their order; numbered as those of `clean`.

    Where the file calls none a heading, their text must tell.
    """
    known = any(paragraph.heading for paragraph in paragraphs)
    texts = [" ".join(visible(paragraph.text).split()) for paragraph in paragraphs]
    running = [(at, paragraph) for at, paragraph in enumerate(paragraphs) if texts[at] and not paragraph.note]
    passages = [Passage(texts[at], ((0, at + 1),), parted=False) for at, _ in running]
    headings = [bool(paragraph.heading) if known else paragraph.heading for _, paragraph in running]
    entries, _ = label_passages(passages, _PAGE, headings)
    notes = [
        Block("footnote", f"fn{paragraph.note}", close_up(texts[at]), at + 1)
        for at, paragraph in enumerate(paragraphs)
        if texts[at] and paragraph.note
    ]
    return unique_numbers(sorted([*number_entries(entries), *notes], key=lambda block: block.line))


def clean(text: str) -> list[Block]:
    """The blocks of a text taken from a PDF, in the order in which they begin; none for an empty one."""
    return dissect(text).blocks


def dissect(text: str) -> Dissected:
    """The blocks, and the addresses, page furniture, footnote marks and labels that are not in them.

    Blocks and removed pieces together hold each character of the text that is not white space once.
    """
    lines, invisible = read_lines(text)
    lines, furniture = take_out_furniture(lines)
    layout = measure(lines)
    lines, notes, rules = take_out_footnotes(lines, layout)
    passages = join_lines(lines, layout)
    passages, marks = take_out_marks(passages, notes)
    entries, labels = label_passages(passages, layout)
    blocks = sorted([*number_entries(entries), *map(_footnote, notes)], key=lambda block: block.line)
    return Dissected(unique_numbers(blocks), [*invisible, *furniture, *rules, *marks, *labels])


def _footnote(note: Note) -> Block:
    return Block("footnote", f"fn{note.label}", close_up(note.passage.text), note.passage.line)
