"""The termbase as a SKOS concept scheme in one file, in Turtle or JSON-LD.

Concepts are written as they come; what connects them comes last, when it is known which of them are there: no relation
leads out of the file, none contradicts another (S27: what is broader is not also related), and no concept is broader
than itself.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from termbase.exchange.entry import Entry, EntryRelation
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import WriteOptions
from termbase.exchange.skos import (
    PREFIXES,
    SKOS,
    TYPE,
    Address,
    Literal,
    Statement,
    concept_at,
    json_node,
    relation_property,
    statements,
    turtle_node,
    turtle_prefixes,
)
from termbase.vocabulary import RelationType, ReviewStatus

HOLDS = frozenset(
    {
        "concept",
        "subject_field",
        "concept_note",
        "relations",
        "language",
        "text",
        "administrative_status",
        "usage_note",
        "definition",
        "review_status",
    }
)
Node = tuple[Address, Sequence[Statement]]


def write_turtle(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """Turtle, in UTF-8."""
    losses = Losses()
    stream.write(turtle_prefixes().encode())
    for subject, said in _nodes(entries, options, losses):
        stream.write(f"\n{turtle_node(subject, said)}".encode())
    return losses


def write_json_ld(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """JSON-LD with its context inside, an object a line."""
    losses = Losses()
    stream.write(f'{{"@context": {json.dumps(PREFIXES)}, "@graph": ['.encode())
    between = "\n"
    for subject, said in _nodes(entries, options, losses):
        stream.write(f"{between}{json.dumps(json_node(subject, said), ensure_ascii=False)}".encode())
        between = ",\n"
    stream.write(b"\n]}\n")
    return losses


def _nodes(entries: Iterable[Entry], options: WriteOptions, losses: Losses) -> Iterator[Node]:
    base = options.base
    scheme = Address(base)
    yield scheme, [(TYPE, Address(f"{SKOS}ConceptScheme")), ("dcterms:title", Literal(options.title))]
    keys: dict[str, None] = {}
    relations: list[tuple[str, EntryRelation]] = []
    for entry in losses.watched(entries, HOLDS):
        said = list(statements(entry, base, proposed=options.proposed))
        if _is_left_out(entry, said, options, losses):
            continue
        keys[entry.key] = None
        relations += [(entry.key, relation) for relation in entry.relations]
        yield concept_at(base, entry.key), said
    graph = _Graph(keys, relations, losses)
    for key in keys:
        subject = concept_at(base, key)
        if not graph.broader.get(key):
            yield scheme, [("skos:hasTopConcept", subject)]
        links = [(relation_property(relation), concept_at(base, relation.target)) for relation in graph.of(key)]
        yield subject, links if graph.broader.get(key) else [*links, ("skos:topConceptOf", scheme)]


def _is_left_out(entry: Entry, said: Sequence[Statement], options: WriteOptions, losses: Losses) -> bool:
    """Whether the concept is withdrawn or has no preferred label, which every concept of a scheme has here."""
    shown = [ReviewStatus.APPROVED, *([ReviewStatus.PROPOSED] if options.proposed else [])]
    if entry.withdrawn_at:
        losses.add("concept", LossReason.WITHDRAWN)
        return True
    losses.add("text", LossReason.NOT_APPROVED, sum(term.review_status not in shown for term in entry.terms))
    if any(name == "skos:prefLabel" for name, _ in said):
        return False
    losses.add("concept", LossReason.NO_LABEL)
    return True


class _Graph:
    """The relations of the concepts in a file that may stand beside each other."""

    def __init__(self, keys: dict[str, None], relations: Sequence[tuple[str, EntryRelation]], losses: Losses) -> None:
        inside = [(key, relation) for key, relation in relations if relation.target in keys]
        self.broader: dict[str, list[str]] = {}
        for key, relation in inside:
            if relation.relation_type == RelationType.BROADER:
                self.broader.setdefault(key, []).append(relation.target)
        self._cut_circles()
        self._of: dict[str, list[EntryRelation]] = {}
        for key, relation in inside:
            if self._fits(key, relation):
                self._of.setdefault(key, []).append(relation)
        kept = sum(map(len, self._of.values()))
        losses.add("relations", LossReason.NO_PLACE, len(relations) - len(inside))
        losses.add("relations", LossReason.CONTRADICTION, len(inside) - kept)

    def of(self, key: str) -> list[EntryRelation]:
        """The relations of a concept."""
        return self._of.get(key, [])

    def _fits(self, key: str, relation: EntryRelation) -> bool:
        if relation.relation_type == RelationType.BROADER:
            return relation.target in self.broader.get(key, ())
        if relation.relation_type == RelationType.RELATED:
            return relation.target not in self._above(key) and key not in self._above(relation.target)
        return True

    def _above(self, key: str) -> set[str]:
        found: set[str] = set()
        waiting = [key]
        while waiting:
            for target in self.broader.get(waiting.pop(), ()):
                if target not in found:
                    found.add(target)
                    waiting.append(target)
        return found

    def _cut_circles(self) -> None:
        """Walk up from every concept; a step back onto the own path is taken out."""
        done: set[str] = set()
        for start in self.broader:
            path = {start: iter(list(self.broader[start]))} if start not in done else {}
            while path:
                key = next(reversed(path))
                target = next(path[key], None)
                if target is None:
                    done.add(key)
                    del path[key]
                elif target in path:
                    self.broader[key].remove(target)
                elif target not in done:
                    path[target] = iter(list(self.broader.get(target, ())))
