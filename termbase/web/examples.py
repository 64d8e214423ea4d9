"""Examples ready for a template."""

from dataclasses import dataclass

from termbase.search import ExampleInContext
from termbase.text.languages import EN, ZH_HANS, language_of


@dataclass(frozen=True, slots=True)
class Marked:
    """An example cut in three, so that a template can mark the term."""

    before: str
    term: str
    after: str
    example: ExampleInContext

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
    return Marked(text[: example.start], text[example.start : example.end], text[example.end :], example)
