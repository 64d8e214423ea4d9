"""The text of a PDF into headings, numbered paragraphs, list items and footnotes."""

from dataclasses import dataclass

from termbase.harvest.footnotes import Note, take_out_footnotes, take_out_marks
from termbase.harvest.layout import Removed, close_up, join_lines, measure, read_lines, take_out_furniture
from termbase.harvest.numbering import Block, BlockKind, label_passages, number_entries, unique_numbers

__all__ = ["Block", "BlockKind", "Dissected", "Removed", "clean", "dissect"]


@dataclass(frozen=True, slots=True)
class Dissected:
    """A text as blocks, in the order in which they begin, and all that was deliberately taken out of it."""

    blocks: list[Block]
    removed: list[Removed]


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
