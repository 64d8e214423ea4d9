"""Examples ready for a template."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from termbase.recognition.texts import terms_in
from termbase.search import ExampleInContext
from termbase.text.languages import EN, ZH_HANS, language_of

Piece = tuple[str, bool]
"""A stretch of a text, and whether it is a form of the term."""


@dataclass(frozen=True, slots=True)
class Marked:
    """An example cut in three, so that a template can mark the term."""

    before: str
    term: str
    after: str
    example: ExampleInContext
    translation: tuple[Piece, ...] = ()

    @property
    def language(self) -> str:
        """The language of the sentence, as a tag."""
        return EN if language_of(self.example.text) == EN else ZH_HANS

    @property
    def other_language(self) -> str:
        """The language of its translation."""
        return ZH_HANS if self.language == EN else EN


def marked(example: ExampleInContext) -> Marked:
    """An example with its term apart."""
    text = example.text
    return Marked(
        text[: example.start],
        text[example.start : example.end],
        text[example.end :],
        example,
        ((example.translation, False),),
    )


def with_forms(examples: Sequence[Marked], concept: str) -> list[Marked]:
    """The examples with the forms of `concept` (a key) apart in their translations."""
    pieces = in_pieces([example.example.translation for example in examples], concept)
    return [replace(example, translation=found) for example, found in zip(examples, pieces, strict=True)]


def in_pieces(translations: Sequence[str], concept: str) -> list[tuple[Piece, ...]]:
    """English texts cut where forms of `concept` (a key) begin and end; two queries at most."""
    found = terms_in(translations, EN) if any(translations) else [[]] * len(translations)
    return [
        tuple(_pieces(text, [(item.start, item.end) for item in items if item.concept.key == concept]))
        for text, items in zip(translations, found, strict=True)
    ]


def _pieces(text: str, places: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    at = 0
    for start, end in places:
        yield text[at:start], False
        yield text[start:end], True
        at = end
    yield text[at:], False
