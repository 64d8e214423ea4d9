"""Examples that a person has chosen: the harvest shows them first and leaves them alone."""

from bisect import bisect_right

from django.contrib.auth.models import User

from termbase.errors import InvalidInput
from termbase.harvest.examples import score
from termbase.models import Example, Passage, Term
from termbase.models.history import acting
from termbase.text.sentences import sentence_spans


def pin(*, term: Term, passage: Passage, start: int, end: int, by: User, reason: str = "") -> Example:
    """The example of `term` at [start, end) of `passage`, in code points, chosen by a person.

    Raises `InvalidInput` where there is no such place.
    """
    if not 0 <= start < end <= len(passage.text):
        raise InvalidInput("There is no such place in the passage.", fields={"start": ["is outside the passage"]})
    first, last = _sentence(passage.text, start, end)
    values = {
        "end": end,
        "sentence_start": first,
        "sentence_end": last,
        "score": score(passage.text[first:last], kind=passage.kind, in_doubt=False),
        "pinned": True,
    }
    with acting(user=by, reason=reason):
        example, _new = Example.objects.update_or_create(term=term, passage=passage, start=start, defaults=values)
    return example


def unpin(*, example: Example, by: User, reason: str = "") -> None:
    """Leave the example to the harvest again, which may find better ones."""
    with acting(user=by, reason=reason):
        example.pinned = False
        example.save(update_fields=["pinned"])


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the sentences of `text` that hold [start, end)."""
    spans = sentence_spans(text)
    first = max(bisect_right([begin for begin, _ in spans], start) - 1, 0)
    last = max(bisect_right([begin for begin, _ in spans], end - 1) - 1, 0)
    return min(spans[first][0], start), max(spans[last][1], end)
