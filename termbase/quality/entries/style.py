"""Headwords against house style; in Python, for `text.house_style` also judges what is only being typed."""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from termbase.text.house_style import Usage, faults
from termbase.text.languages import EN
from termbase.vocabulary import EntryFindingKind

Row = tuple[str, int, None, str, str, str, str]


def house_style(cursor: CursorWrapper) -> None:
    """Add to `found` the headwords in use that are not written as the house writes: they look like names or errors.

    Forms not to be used may be written as they were found.
    """
    cursor.execute(
        "SELECT concept_id, language, text, part_of_speech = 'noun' AND term_type NOT IN ('acronym', 'abbreviation')"
        " FROM term_in_use WHERE status IN ('preferred', 'admitted')"
    )
    terms = cursor.fetchall()
    usage = Usage.of(text for _, language, text, _ in terms if language == EN)
    with cursor.copy("COPY found FROM STDIN") as copy:
        for row in _findings(terms, usage):
            copy.write_row(row)


def _findings(terms: list[tuple[int, str, str, bool]], usage: Usage) -> Iterator[Row]:
    kind = EntryFindingKind.HOUSE_STYLE.value
    for concept, language, text, is_noun in terms:
        for fault in faults(text, language, usage, is_noun=is_noun):
            yield kind, concept, None, language, fault.rule, text, fault.better
