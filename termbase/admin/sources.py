"""Where the sources of terms lead: to documents of this termbase, else to the United Nations' own collection."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from termbase.models import Document
from termbase.text.symbols import Reference, references


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of a source line with where it leads; `own` if that is a document of this termbase."""

    text: str
    address: str
    own: bool


def links_of(sources: Iterable[str]) -> dict[str, list[Link]]:
    """By source line the documents and addresses that it names; one query."""
    named = {source: references(source) for source in sources}
    keys = _keys([found for of_line in named.values() for found in of_line])
    return {source: [_link(source, found, keys) for found in of_line] for source, of_line in named.items()}


def _keys(found: list[Reference]) -> dict[str, str]:
    """By symbol, or by key, the keys of the documents that there are."""
    names = {name for reference in found for name in (reference.symbol, reference.key) if name}
    if not names:
        return {}
    rows = Document.objects.current().filter(Q(symbol__in=names) | Q(key__in=names)).values_list("symbol", "key")
    return {name: key for symbol, key in rows for name in (symbol, key) if name}


def _link(source: str, reference: Reference, keys: dict[str, str]) -> Link:
    key = keys.get(reference.key) or keys.get(reference.symbol)
    address = reverse("web:document", args=[key]) if key else reference.address
    return Link(source[reference.start : reference.end], address, key is not None)
