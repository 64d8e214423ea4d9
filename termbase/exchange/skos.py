"""Entries as SKOS in Turtle and JSON-LD; only approved terms are published.

A deprecated or superseded form is a `skos:hiddenLabel`: found when asked for, never proposed for use.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from termbase.exchange.entry import Entry, EntryRelation, EntryTerm
from termbase.vocabulary import AdministrativeStatus, RelationType, ReviewStatus

SKOS = "http://www.w3.org/2004/02/skos/core#"
TYPE = "rdf:type"
PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": SKOS,
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
    return f"{turtle_prefixes()}\n{turtle_node(concept_at(base, entry.key), _all(entry, base))}"


def json_ld(entry: Entry, base: str) -> str:
    """The entry as JSON-LD, with the same statements as `turtle`."""
    node = json_node(concept_at(base, entry.key), _all(entry, base))
    return json.dumps({"@context": PREFIXES} | node, ensure_ascii=False, indent=1)


def turtle_prefixes() -> str:
    """The first lines of a file."""
    return "".join(f"@prefix {name}: <{url}> .\n" for name, url in PREFIXES.items())


def turtle_node(subject: Address, said: Iterable[Statement]) -> str:
    """What is said of `subject`, of which there must be something."""
    body = " ;\n    ".join(f"{name} {_turtle_value(value)}" for name, value in said)
    return f"<{subject.url}> {body} .\n"


def json_node(subject: Address, said: Iterable[Statement]) -> dict[str, object]:
    """The same as an object of JSON-LD, in the context of PREFIXES."""
    node: dict[str, list[dict[str, str]]] = {}
    types = []
    for name, value in said:
        if name == TYPE and isinstance(value, Address):
            types.append(value.url)
        else:
            node.setdefault(name, []).append(_json_value(value))
    return {"@id": subject.url, **({"@type": types} if types else {}), **node}


def _all(entry: Entry, base: str) -> Iterator[Statement]:
    yield from statements(entry, base)
    if _shown(entry.terms, proposed=False):
        for relation in entry.relations:
            yield relation_property(relation), concept_at(base, relation.target)


def statements(entry: Entry, base: str, *, proposed: bool = False) -> Iterator[Statement]:
    """What is said of the entry's concept itself; with `proposed`, also by terms that nobody has approved."""
    yield TYPE, Address(f"{SKOS}Concept")
    yield "skos:inScheme", Address(base)
    yield "dcterms:identifier", Literal(entry.key)
    if entry.subject_field:
        yield "dcterms:subject", Address(f"{base}subjects/{quote(entry.subject_field, safe='')}")
    terms = _shown(entry.terms, proposed=proposed)
    for term in terms:
        yield from _of_term(term)
    if not terms:
        # What is said of no term that may be shown is not for readers yet either.
        return
    for definition in entry.definitions:
        yield "skos:definition", Literal(definition.text, definition.language)
    if entry.note:
        yield "skos:note", Literal(entry.note)


def _shown(terms: Iterable[EntryTerm], *, proposed: bool) -> list[EntryTerm]:
    reviewed = [ReviewStatus.APPROVED, *([ReviewStatus.PROPOSED] if proposed else [])]
    return [term for term in terms if term.review_status in reviewed]


def _of_term(term: EntryTerm) -> Iterator[Statement]:
    yield _LABELS[AdministrativeStatus(term.administrative_status)], Literal(term.text, term.language)
    if term.usage_note:
        yield "skos:scopeNote", Literal(f"{term.text}: {term.usage_note}")


def concept_at(base: str, key: str) -> Address:
    """The address of a concept."""
    return Address(f"{base}concepts/{quote(key, safe='')}")


def relation_property(relation: EntryRelation) -> str:
    """The name of the property that a relation is."""
    return _RELATIONS[RelationType(relation.relation_type)]


def _turtle_value(value: Value) -> str:
    if isinstance(value, Address):
        return f"<{value.url}>"
    return f'"{value.text.translate(_ESCAPES)}"' + (f"@{value.language}" if value.language else "")


def _json_value(value: Value) -> dict[str, str]:
    if isinstance(value, Address):
        return {"@id": value.url}
    return {"@value": value.text} | ({"@language": value.language} if value.language else {})
