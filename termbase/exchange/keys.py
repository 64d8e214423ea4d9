"""Keys for entries whose file calls them otherwise than the termbase can, or not at all."""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

from termbase.exchange.entry import EntryTerm, Problem
from termbase.text.names import NCNAME

_KEY = re.compile(NCNAME)
MAX_LENGTH = 64


def is_key(identifier: str) -> bool:
    """Whether `identifier` can be the key of a concept as it is."""
    return len(identifier) <= MAX_LENGTH and _KEY.fullmatch(identifier) is not None


def key_from(identifier: str, texts: Iterable[str]) -> str:
    """A key for the entry that a file calls `identifier`: the same one whenever the file is read.

    A number or a UUID gets `id-` before it; what else is no key, or blank, is replaced by a hash of it, or of the
    entry's `texts`.
    """
    plain = identifier.strip()
    if is_key(plain):
        return plain
    if plain and is_key(f"id-{plain}"):
        return f"id-{plain}"
    return "x" + sha256((plain or "\n".join(sorted(texts))).encode(errors="surrogatepass")).hexdigest()[:16]


def key_of(identifier: str, terms: Iterable[EntryTerm]) -> str:
    """`key_from` with the texts of the entry's `terms`."""
    return key_from(identifier, [f"{term.language} {term.text}" for term in terms])


class KeyRemarks:
    """Says that keys are not what a file calls its entries, once a file for each kind."""

    def __init__(self) -> None:
        self._said: set[bool] = set()

    def of(self, line: int, identifier: str, key: str) -> Iterator[Problem]:
        """What is to be said of an entry that the file calls `identifier`."""
        missing = not identifier
        if key != identifier and missing not in self._said:
            self._said.add(missing)
            message = f"has no key; it became {key}" if missing else f"“{identifier}” is no key; it became {key}"
            yield Problem(line, key, "concept", f"{message}, and others likewise", refuses=False)
