"""Entries as SKOS in Turtle and JSON-LD; only approved terms are published.

A deprecated or superseded form is a `skos:hiddenLabel`: found when asked for, never proposed for use.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from termbase.exchange.entry import Entry, EntryTerm
from termbase.vocabulary import AdministrativeStatus, RelationType, ReviewStatus

PREFIXES = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}
_LABELS = {
    AdministrativeStatus.PREFERRED: "skos:prefLabel",
    AdministrativeStatus.ADMITTED: "skos:altLabel",
    AdministrativeStatus.DEPRECATED: "skos:hiddenLabel",
    AdministrativeStatus.SUPERSEDED: "skos:hiddenLabel",
}
_RELATIONS = {
    RelationType.BROADER: "skos:broader",
    RelationType.RELATED: "skos:related",
    RelationType.SEE_ALSO: "rdfs:seeAlso",
}
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, in a language where that is known."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """An absolute address of a resource; it holds no character that would need quoting."""

    url: str


Value = Literal | Address
Statement = tuple[str, Value]


def turtle(entry: Entry, base: str) -> str:
    """The entry as Turtle; `base` is the absolute address of the termbase and ends in a slash."""
    prefixes = "".join(f"@prefix {name}: <{url}> .\n" for name, url in PREFIXES.items())
    body = "".join(f" ;\n    {name} {_turtle_value(value)}" for name, value in statements(entry, base))
    return f"{prefixes}\n<{_concept(base, entry.key)}> a skos:Concept{body} .\n"


def json_ld(entry: Entry, base: str) -> str:
    """The entry as JSON-LD, with the same statements as `turtle`."""
    document: dict[str, object] = {
        "@context": PREFIXES,
        "@id": _concept(base, entry.key),
        "@type": "skos:Concept",
    }
    by_name: dict[str, list[dict[str, str]]] = {}
    for name, value in statements(entry, base):
        by_name.setdefault(name, []).append(_json_value(value))
    return json.dumps(document | by_name, ensure_ascii=False, indent=1)


def statements(entry: Entry, base: str) -> Iterator[Statement]:
    """What is said of the entry's concept, without its type."""
    yield "skos:inScheme", Address(base)
    yield "dcterms:identifier", Literal(entry.key)
    if entry.subject_field:
        yield "dcterms:subject", Address(f"{base}subjects/{entry.subject_field}")
    for term in entry.terms:
        if term.review_status == ReviewStatus.APPROVED:
            yield from _of_term(term)
    if not any(term.review_status == ReviewStatus.APPROVED for term in entry.terms):
        # What is said of no term that may be shown is not for readers yet either.
        return
    for definition in entry.definitions:
        yield "skos:definition", Literal(definition.text, definition.language)
    if entry.note:
        yield "skos:note", Literal(entry.note)
    for relation in entry.relations:
        yield _RELATIONS[RelationType(relation.relation_type)], Address(_concept(base, relation.target))


def _of_term(term: EntryTerm) -> Iterator[Statement]:
    yield _LABELS[AdministrativeStatus(term.administrative_status)], Literal(term.text, term.language)
    if term.usage_note:
        yield "skos:scopeNote", Literal(f"{term.text}: {term.usage_note}")


def _concept(base: str, key: str) -> str:
    return f"{base}concepts/{key}"


def _turtle_value(value: Value) -> str:
    if isinstance(value, Address):
        return f"<{value.url}>"
    return f'"{value.text.translate(_ESCAPES)}"' + (f"@{value.language}" if value.language else "")


def _json_value(value: Value) -> dict[str, str]:
    if isinstance(value, Address):
        return {"@id": value.url}
    return {"@value": value.text} | ({"@language": value.language} if value.language else {})
