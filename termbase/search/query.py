"""What is looked up, checked as it is made; and the cursor that a page ends with."""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2s

from termbase.errors import InvalidInput
from termbase.text.languages import EXPANSIONS
from termbase.text.normalise import normalise
from termbase.vocabulary import AdministrativeStatus, Reliability, TermType

MODES = ("exact", "spelling", "prefix", "part", "words", "wildcard", "pinyin", "fuzzy")
PLACES = ("terms", "definitions", "notes")
MAX_QUERY = 200
MAX_LIMIT = 100
DEFAULT_LIMIT = 20

# Read off once: an enumeration makes its list anew each time.
_STATUSES, _TERM_TYPES = tuple(AdministrativeStatus.values), tuple(TermType.values)
_LEAST, _MOST = min(Reliability), max(Reliability)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LARGEST = 2**63 - 1
_LONGEST_CURSOR = 12_000


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked up, and among which terms; raises `InvalidInput`, naming the parameter, for values out of range.

    `source` and `target` are keys of `languages.EXPANSIONS`, or empty for any. `modes` are the tiers to ask, `within`
    what to search besides terms. A term answers if it has one of `administrative_status`, one of `term_type` and at
    least `reliability`; a concept, if it stands in `subject_field` (a key) or below it, has a term that stands in
    `document` (a key), and has changed since `changed_since`. Empty values restrict nothing. With `strict` a hit shows
    only those terms of its concept that pass the filters of terms. `cursor` continues after an earlier page. `key` is
    the matching key of the text.
    """

    text: str
    source: str = ""
    target: str = ""
    modes: Sequence[str] = MODES
    limit: int = DEFAULT_LIMIT
    proposed: bool = False
    within: Sequence[str] = ("terms",)
    subject_field: str = ""
    administrative_status: Sequence[str] = ()
    term_type: Sequence[str] = ()
    document: str = ""
    reliability: int = 0
    changed_since: datetime | None = None
    strict: bool = False
    cursor: str = ""
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, value in (("source", self.source), ("target", self.target)):
            _one_of(name, [value] if value else [], EXPANSIONS)
        _one_of("mode", self.modes, MODES)
        _one_of("in", self.within, PLACES)
        _one_of("administrative_status", self.administrative_status, _STATUSES)
        _one_of("term_type", self.term_type, _TERM_TYPES)
        if not 1 <= self.limit <= MAX_LIMIT:
            raise invalid("limit", f"must be from 1 to {MAX_LIMIT}")
        if not 0 <= self.reliability <= _MOST:
            raise invalid("reliability", f"must be from {_LEAST} to {_MOST}")
        if len(self.text) > MAX_QUERY:
            raise invalid("q", f"is longer than {MAX_QUERY} characters")
        for name, value in (("q", self.text), ("subject_field", self.subject_field), ("document", self.document)):
            if _UNSTORABLE.search(value):
                raise invalid(name, "holds a null character or half of a surrogate pair")
        object.__setattr__(self, "key", normalise(self.text))

    @property
    def narrowed(self) -> bool:
        """Whether anything but the text and the languages decides what is found."""
        filters = (self.subject_field, self.administrative_status, self.term_type, self.document, self.reliability)
        return self.modes != MODES or any((*filters, self.changed_since, self.cursor))


@dataclass(frozen=True, slots=True)
class Position:
    """The place of a hit in the whole sequence: the step that found it, then the order inside the step."""

    step: int
    rank: int
    key: str
    row: int

    def cursor(self, query: Query) -> str:
        """The place as a caller keeps it; good for this query alone."""
        told = json.dumps([_digest(query), self.step, self.rank, self.key, self.row], ensure_ascii=False)
        return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")

    @classmethod
    def of(cls, query: Query) -> "Position | None":
        """The place that the query's cursor names; None without one. Raises `InvalidInput` for any other text."""
        if not query.cursor:
            return None
        try:
            if len(query.cursor) > _LONGEST_CURSOR:
                raise ValueError
            padded = query.cursor.encode("ascii") + b"=" * (-len(query.cursor) % 4)
            digest, step, rank, key, row = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            numbers = all(type(number) is int and 0 <= number <= _LARGEST for number in (step, rank, row))
            if digest != _digest(query) or not numbers or type(key) is not str or _UNSTORABLE.search(key):
                raise ValueError
            return cls(step, min(rank, 2**31 - 1), key, row)
        except (ValueError, TypeError, RecursionError, binascii.Error) as error:
            raise invalid("cursor", "is none that this query was given") from error


def invalid(name: str, problem: str) -> InvalidInput:
    """The error that parameter `name` has a `problem`."""
    return InvalidInput(f"{name} {problem}.", fields={name: [problem]})


def _digest(query: Query) -> str:
    """What a cursor knows its query by: everything that decides the sequence."""
    same = replace(query, cursor="", limit=DEFAULT_LIMIT, target="", strict=False)
    return blake2s(repr(same).encode(), digest_size=6).hexdigest()


def _one_of(name: str, values: Sequence[str], known: "Sequence[str] | dict[str, tuple[str, ...]]") -> None:
    if not all(value in known for value in values):
        raise invalid(name, f"must be one of {', '.join(known)}")
