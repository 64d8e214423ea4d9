"""Examples ready for a template."""

from dataclasses import dataclass

from termbase.search import ExampleInContext


@dataclass(frozen=True, slots=True)
class Marked:
    """An example cut in three, so that a template can mark the term."""

    before: str
    term: str
    after: str
    example: ExampleInContext


def marked(example: ExampleInContext) -> Marked:
    """An example with its term apart."""
    text = example.text
    return Marked(text[: example.start], text[example.start : example.end], text[example.end :], example)
