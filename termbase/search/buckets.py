"""The buckets of the look-up index: the order of hits cut into pieces, so that a search can stop when it has enough.

In the index every token of a term stands behind the number of the bucket that the term is in. Buckets are numbered in
the order of hits: asked in that order, the first ones answer a token that a hundred thousand terms share, and nobody
sorts a hundred thousand terms. A token that few terms have costs a few microseconds a bucket. The database function
`termbase_bucket`, made by a migration, puts terms into buckets; here stands what it does, and a test compares the two.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

PROPOSED = 512
"""Added to the bucket of a term that is proposed."""

_SHORT = 12
_FIRSTS = "i一刀怀秀"
_LONG = (14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 27, 29, 32, 36, 41, 51, 71)
_COARSE = (5, 9, 17, 33)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket: keys shorter than `end`, and where `first` is given, with a first character of that class."""

    number: int
    end: float
    first: int | None = None


def asked(shortest: int, first: str) -> list[int]:
    """The buckets, in order, of keys of at least `shortest` characters that begin with `first`, if that is given."""
    kind = bisect_right(_FIRSTS, first) if first else None
    return [
        bucket.number
        for bucket in _BUCKETS
        if bucket.end > shortest and (kind is None or bucket.first is None or bucket.first == kind)
    ]


@lru_cache(maxsize=2_000)
def asked_array(shortest: int, first: str) -> str:
    """The same as PostgreSQL writes an array: a driver takes longer to write it than the database to read it."""
    return f"{{{','.join(map(str, asked(shortest, first)))}}}"


def _all() -> list[Bucket]:
    buckets = []
    for status in (0, 100):
        for length in range(1, _SHORT + 1):
            kinds = range(len(_FIRSTS) + 1)
            buckets += [Bucket(status + (length - 1) * len(kinds) + kind, length + 1, kind) for kind in kinds]
        buckets += [Bucket(status + 72 + at, end) for at, end in enumerate((*_LONG, float("inf")))]
    for status in (200, 210):
        buckets += [Bucket(status + at, end) for at, end in enumerate((*_COARSE, float("inf")))]
    return buckets


_BUCKETS = _all()
