"""Document symbols of the United Nations, such as A/CONF.234/7, where they stand in a line on a source."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

# Series and parts between slashes, A/74/6/Add.1; not a part of an address, where a slash or a point stands before it.
_SYMBOL = re.compile(
    r"(?<![A-Za-z0-9_/.:-])(?P<symbol>[A-Z][A-Z.]{0,11}(?:/[A-Z0-9][A-Za-z0-9.-]*)+)(?: \((?P<key>[A-Za-z_][\w.-]*)\))?"
)
_ADDRESS = re.compile(r"https?://[^\s;，；<>\"]+")
# Two bodies share a document: E/2024/30-E/CN.15/2024/16 is kept under either symbol.
_JOINT = re.compile(r"-(?=[A-Z]+/)")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a source line names at [start, end): a document by its `symbol`, or by address alone, without one.

    `key` is what a termbase adds where a document has no symbol of its own: A/CONF.234/L (congress-14-report-item-6).
    """

    start: int
    end: int
    symbol: str
    key: str
    address: str


def references(source: str) -> list[Reference]:
    """The documents and addresses that a source line names, in order.

    >>> [found.symbol for found in references("A/CONF.234/7, 12; editors and/or TCP/IP; S/RES/2178 (2014)")]
    ['A/CONF.234/7', 'S/RES/2178']
    """
    return sorted([*_symbols(source), *_addresses(source)], key=lambda found: found.start)


def _symbols(source: str) -> Iterator[Reference]:
    for match in _SYMBOL.finditer(source):
        symbol = match["symbol"].rstrip(".-")
        # Without a figure or a key it is an abbreviation: AC/DC.
        if any(map(str.isdigit, symbol)) or match["key"]:
            end = match.end() if match["key"] else match.start() + len(symbol)
            address = f"https://undocs.org/{quote(_JOINT.split(symbol)[0])}"
            yield Reference(match.start(), end, symbol, match["key"] or "", address)


def _addresses(source: str) -> Iterator[Reference]:
    for match in _ADDRESS.finditer(source):
        address = match[0].rstrip(".,)")
        yield Reference(match.start(), match.start() + len(address), "", "", address)
