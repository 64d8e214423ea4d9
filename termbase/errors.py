"""The errors that callers may meet, each with a code; the API gives them their one shape on the wire."""

from collections.abc import Mapping, Sequence

Fields = Mapping[str, Sequence[str]]


class TermbaseError(Exception):
    """An error that is the caller's to mend: a sentence for a person, and the fields it is about."""

    code = "error"

    def __init__(self, message: str, *, fields: Fields | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields: dict[str, list[str]] = {name: list(texts) for name, texts in (fields or {}).items()}


class InvalidInput(TermbaseError):
    """A value that cannot be taken."""

    code = "invalid"


class UnreadableFile(InvalidInput):
    """A file that is not what it should be, as a whole; errors of single rows are reported, not raised."""

    code = "unreadable_file"


class NotAllowed(TermbaseError):
    """An action that this person may not take."""

    code = "not_allowed"


class NotFound(TermbaseError):
    """Something was named that there is not."""

    code = "not_found"


class Conflict(TermbaseError):
    """A write that what is there already does not allow."""

    code = "conflict"


class Withdrawn(TermbaseError):
    """A concept or document that is out of use: nothing is written to it."""

    code = "withdrawn"


class Stale(TermbaseError):
    """A write to a concept that is no longer what the writer has seen."""

    code = "stale"


class FeedRestarted(TermbaseError):
    """A place in a feed of changes that has come to an end: the reader starts anew, from nothing."""

    code = "feed_restarted"
