"""TBX of either version: DCA and DCT, Core to Linguist and beyond, martif with `tig` and `ntig`; lenient.

What the termbase has a field for goes there, the labelled notes of `tbx_categories` too; the rest becomes notes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO

from termbase.exchange.draft import Draft, DraftTerm, Remarks
from termbase.exchange.entry import EntryExample, Read
from termbase.exchange.keys import is_key
from termbase.exchange.options import ReadOptions
from termbase.exchange.tbx_categories import EVERYTHING_MARK, EXAMPLE, RELATIONS, labelled
from termbase.exchange.values import value_from
from termbase.exchange.xml_reading import XML_LANG, Element, elements, line_of, text_of

_ENTRIES = ("conceptEntry", "termEntry", "entry")
_TERM_FIELDS = {
    "termType": "term_type",
    "administrativeStatus": "administrative_status",
    "usageStatus": "administrative_status",
    "normativeAuthorization": "administrative_status",
    "partOfSpeech": "part_of_speech",
    "geographicalUsage": "geographical_usage",
    "reading": "reading",
    "source": "source",
    "usageNote": "usage_note",
}
_TERM_LABELS = {
    "usage note": "usage_note",
    "reliability": "reliability",
    "review status": "review_status",
    "rejection reason": "rejection_reason",
    "reading": "reading",
}
_CONCEPT_LABELS = {"withdrawn at": "withdrawn_at", "replaced by": "replaced_by"}
_TRUE = ("true", "yes", "1")
_RELATION_TYPES = {label: relation for relation, label in RELATIONS.items()}
_SECTIONS, _TERMS = ("langSec", "langSet"), ("termSec", "tig", "ntig")
_STRUCTURE = {*_SECTIONS, *_TERMS, "term", ""}
_TRANSACTION = {"transactionType", "origination", "modification", "transac"}
# Files made by hand have names in small letters; TBX-Min before 2019 has names of its own.
_NAMES = {
    name.casefold(): name
    for name in (*_STRUCTURE, *_TERM_FIELDS, *_TRANSACTION, "termGrp", "sourceDesc", "definition", "context", "note")
} | {
    "subjectfield": "subjectField",
    "crossreference": "crossReference",
    "langgroup": "langSet",
    "termgroup": "tig",
    "termstatus": "administrativeStatus",
}


@lru_cache(maxsize=1_000)
def _named(tag: str) -> str:
    """The name of an element or category, in whatever namespace, as it is spelt here."""
    name = tag.rpartition("}")[2]
    return _NAMES.get(name.casefold(), name)


def _name_of(element: Element) -> str:
    tag = element.tag
    return _named(tag) if isinstance(tag, str) else ""


@dataclass(slots=True)
class _Item:
    """An element that says something, with those that say something of it."""

    category: str
    text: str
    language: str = ""
    target: str = ""
    of_it: list["_Item"] = field(default_factory=list)


def read(stream: IO[bytes], options: ReadOptions = ReadOptions()) -> Read:
    """Entries of TBX 2 or 3. Raises `UnreadableFile` for what is none, is broken, or is not safe."""
    remarks = Remarks()
    whole = False
    for element in elements(stream, ("tbx", "martif"), (*_ENTRIES, "sourceDesc")):
        name = _name_of(element)
        if name == "sourceDesc":
            whole = EVERYTHING_MARK in text_of(element)
        elif element.getparent() is not None:
            draft = Draft(element.get("id", ""), line_of(element), remarks, options, ours=whole, whole=whole)
            _read_concept(draft, element)
            yield from draft.finish()


def _items(parent: Element) -> Iterator[_Item]:
    for child in parent:
        name = _name_of(child)
        if name in _STRUCTURE:
            continue
        if name == "termGrp":
            yield from _items(child)
        elif name.endswith(("Grp", "grp", "GRP")):
            several = list(_items(child))
            head = next((item for item in several if item.category != "note"), None)
            if head is None:
                yield from several
                continue
            several.remove(head)
            head.of_it = several
            yield head
        else:
            category = _named(child.get("type") or name)
            yield _Item(category, text_of(child), child.get(XML_LANG, ""), child.get("target", ""))


def _read_concept(draft: Draft, element: Element) -> None:
    for item in _items(element):
        _take_of_concept(draft, item, draft.language(item.language) if item.language else "")
    for section in element:
        if _name_of(section) in _SECTIONS:
            called = section.get(XML_LANG) or section.get("lang") or ""
            if language := draft.language(called):
                _read_section(draft, section, language, called)


def _read_section(draft: Draft, section: Element, language: str, called: str) -> None:
    for item in _items(section):
        _take_of_concept(draft, item, language)
    for child in section:
        if _name_of(child) not in _TERMS:
            continue
        found = next((element for element in child.iterdescendants() if _name_of(element) == "term"), None)
        term = draft.add_term(language, text_of(found) if found is not None else "", called)
        if term is not None:
            translations: dict[int, str] = {}
            for item in _items(child):
                _take_of_term(draft, term, item, translations)
            term.examples = [_with(example, translations.get(n)) for n, example in enumerate(term.examples, 1)]


def _with(example: EntryExample, translation: str | None) -> EntryExample:
    if not translation:
        return example
    return EntryExample(example.language, example.term, example.text, translation, example.source)


def _take_of_concept(draft: Draft, item: _Item, language: str) -> None:
    if item.category == "definition":
        _take_definition(draft, item, language)
        return
    if item.category == "subjectField":
        draft.set_concept("subject_field", item.category, item.text)
    elif item.category == "crossReference" and (item.target or item.text.strip()):
        _take_reference(draft, item)
    elif item.category == "note":
        _take_note_of_concept(draft, item.text)
    else:
        _keep(draft, item, None)
        return
    _keep_rest(draft, item.of_it, None)


def _take_definition(draft: Draft, item: _Item, language: str) -> None:
    sources = [one.text.strip() for one in item.of_it if one.category == "source"]
    draft.add_definition(language, item.text, "; ".join(filter(None, sources)))
    _keep_rest(draft, [one for one in item.of_it if one.category != "source"], None)


def _take_reference(draft: Draft, item: _Item) -> None:
    text = item.text.strip()
    draft.add_relation(_RELATION_TYPES.get(text, "see_also"), item.target or text)


def _take_note_of_concept(draft: Draft, text: str) -> None:
    label, rest = labelled(text.strip())
    if label in _RELATION_TYPES and is_key(rest):
        draft.add_relation(_RELATION_TYPES[label], rest)
    elif label in _CONCEPT_LABELS and not getattr(draft, _CONCEPT_LABELS[label]):
        draft.set_concept(_CONCEPT_LABELS[label], label, rest)
    else:
        draft.add_note(rest if label == "note" else text)


def _take_of_term(draft: Draft, term: DraftTerm, item: _Item, translations: dict[int, str]) -> None:
    if item.category == "context":
        _take_example(draft, term, item)
        return
    if item.category == "definition":
        _take_definition(draft, item, term.language)
        return
    if item.category == "forbidden" and item.text.strip().casefold() in _TRUE:
        draft.set_term(term, "administrative_status", item.category, item.category)
    elif item.category == "note":
        _take_note_of_term(draft, term, item.text, translations)
    elif item.category in _TERM_FIELDS:
        draft.set_term(term, _TERM_FIELDS[item.category], item.category, item.text)
    else:
        _keep(draft, item, term)
        return
    _keep_rest(draft, item.of_it, term)


def _take_example(draft: Draft, term: DraftTerm, item: _Item) -> None:
    of_it = {one.category: one.text.strip() for one in reversed(item.of_it)}
    draft.add_example(term, item.category, item.text, of_it.get("note", ""), of_it.get("source", ""))


def _take_note_of_term(draft: Draft, term: DraftTerm, text: str, translations: dict[int, str]) -> None:
    label, rest = labelled(text.strip())
    name = _TERM_LABELS.get(label)
    if name and name not in term.values and value_from(name, rest) is not None:
        draft.set_term(term, name, label, rest)
    elif label.startswith(EXAMPLE):
        translations[int(re.sub(r"\D", "", label))] = rest
    else:
        draft.add_note(rest if label == "note" else text, term)


def _keep(draft: Draft, item: _Item, term: DraftTerm | None) -> None:
    if item.category in _TRANSACTION:
        draft.remarks.say(draft, item.category, "who wrote an entry and when is not taken over")
        return
    address = item.target if item.target.startswith("http") else ""
    draft.keep(item.category, f"{item.text.strip()} {address}", term)
    _keep_rest(draft, item.of_it, term)


def _keep_rest(draft: Draft, items: list[_Item], term: DraftTerm | None) -> None:
    for item in items:
        if item.category == "note":
            draft.add_note(item.text, term)
        else:
            _keep(draft, item, term)
