"""What the fields are called in TBX, in this version and the last, and in files that are not so strict.

What TBX-Basic has no category for is a note with a label: `reliability: 3`. A note of one's own that begins like that
is written with the label `note` before it, so that every note comes back as it was.
"""

import re

from termbase.vocabulary import AdministrativeStatus, RelationType, TermType

EVERYTHING_MARK = "A whole export of a termbase: what is absent here is blank there."
"""In the `sourceDesc` of files written here: a field that an entry lacks was blank, not unknown."""

TERM_TYPES = {
    TermType.FULL_FORM.value: "fullForm",
    TermType.ACRONYM.value: "acronym",
    TermType.ABBREVIATION.value: "abbreviation",
    TermType.SHORT_FORM.value: "shortForm",
    TermType.VARIANT.value: "variant",
    TermType.PHRASE.value: "phrase",
}
STATUSES = {
    AdministrativeStatus.PREFERRED.value: "preferredTerm-admn-sts",
    AdministrativeStatus.ADMITTED.value: "admittedTerm-admn-sts",
    AdministrativeStatus.DEPRECATED.value: "deprecatedTerm-admn-sts",
    AdministrativeStatus.SUPERSEDED.value: "supersededTerm-admn-sts",
}
RELATIONS = {relation.value: relation.value.replace("_", " ") for relation in RelationType}
"""A relation's type as the label of a note, and as the text of a cross-reference."""

OF_TERM = ("usage note", "reliability", "review status", "rejection reason", "reading", "note")
OF_CONCEPT = ("withdrawn at", "replaced by", *RELATIONS.values(), "note")
EXAMPLE = "translation of example"
"""With the example's number among the term's: the label of a note, where an example can carry none itself."""

_LABELS = frozenset({*OF_TERM, *OF_CONCEPT})
_EXAMPLE_LABEL = re.compile(rf"{EXAMPLE} [0-9]{{1,4}}")


def labelled(note: str) -> tuple[str, str]:
    """The label of a note and what follows it; an empty label for a note that is nothing but a note."""
    label, _, rest = note.partition(": ")
    return (label, rest) if rest and (label in _LABELS or _EXAMPLE_LABEL.fullmatch(label)) else ("", note)


def plain_note(note: str) -> str:
    """A note as it is written so that it is not taken for one with a label."""
    return f"note: {note}" if labelled(note)[0] else note
