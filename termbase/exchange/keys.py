"""Keys for entries whose file calls them otherwise than the termbase can, or not at all."""

import re
from collections.abc import Iterable
from hashlib import sha256

from termbase.models.concepts import NCNAME

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
