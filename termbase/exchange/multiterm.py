"""MultiTerm XML, as Trados MultiTerm exports and imports it: UTF-16, languages by name and code, fields by any name.

A MultiTerm termbase names its fields itself. Those that are called as here, or nearly, are known; for others the
options may say what they stand for, else they become notes.
"""

import codecs
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import IO

from termbase.errors import UnreadableFile
from termbase.exchange.columns import Column
from termbase.exchange.draft import Draft, DraftTerm, Remarks
from termbase.exchange.entry import Entry, EntryTerm, Read
from termbase.exchange.languages import language_from
from termbase.exchange.losses import Losses, LossReason
from termbase.exchange.options import ReadOptions, WriteOptions
from termbase.exchange.xml_reading import Element, elements, line_of, name_of, text_of
from termbase.exchange.xml_writing import escaped, is_writable, quoted, writable
from termbase.text.languages import EN, ZH_HANS, ZH_HANT
from termbase.vocabulary import RelationType

MAX_NAMES = 1_000
"""Of fields in a file; a termbase has some tens."""
_LANGUAGES = {
    ZH_HANS: ("Chinese (PRC)", "ZH-CN"),
    ZH_HANT: ("Chinese (Taiwan)", "ZH-TW"),
    EN: ("English", "EN"),
}
_TERM_NAMES = {
    "Term type": "term_type",
    "Status": "administrative_status",
    "Part of speech": "part_of_speech",
    "Geographical usage": "geographical_usage",
    "Reading": "reading",
    "Source": "source",
    "Note": "note",
    "Usage note": "usage_note",
    "Reliability": "reliability",
    "Review status": "review_status",
    "Rejection reason": "rejection_reason",
}
_RELATION_NAMES = {relation.value: relation.value.replace("_", " ").capitalize() for relation in RelationType}
Nested = list[tuple[str, str]]
"""What stands inside a field, by the names of the file."""


def _fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


_OF_TERM = {_fold(name): field for name, field in _TERM_NAMES.items()} | {
    "termstatus": "administrative_status",
    "usagestatus": "administrative_status",
    "type": "term_type",
    "pos": "part_of_speech",
    "wordclass": "part_of_speech",
    "pinyin": "reading",
    "reference": "source",
    "comment": "note",
    "remark": "note",
    "usage": "usage_note",
    "example": "examples",
    "context": "examples",
    "definition": "definition",
}
_OF_CONCEPT = {
    "key": "concept",
    "subject": "subject_field",
    "subjectfield": "subject_field",
    "domain": "subject_field",
    "note": "concept_note",
    "comment": "concept_note",
    "remark": "concept_note",
    "definition": "definition",
    "withdrawnat": "withdrawn_at",
    "replacedby": "replaced_by",
    **{_fold(name): "relations" for name in _RELATION_NAMES.values()},
}


def write(stream: IO[bytes], entries: Iterable[Entry], options: WriteOptions = WriteOptions()) -> Losses:
    """MultiTerm XML in UTF-16 with a byte-order mark; concepts are numbered, their keys are a field."""
    losses = Losses()
    stream.write(codecs.BOM_UTF16_LE)
    _put(stream, '<?xml version="1.0" encoding="UTF-16"?>\r\n<mtf>\r\n')
    number = 0
    for entry in entries:
        if not entry.terms:
            losses.add("concept", LossReason.NO_TERM)
            continue
        number += 1
        text = "".join(_concept(entry, number))
        if not is_writable(text):
            text = "".join(_concept(writable(entry, losses), number))
        _put(stream, text)
    _put(stream, "</mtf>\r\n")
    return losses


def _put(stream: IO[bytes], text: str) -> None:
    stream.write(text.encode("utf-16-le"))


def _concept(entry: Entry, number: int) -> Iterator[str]:
    yield f"<conceptGrp><concept>{number}</concept>\r\n"
    yield _field("Key", entry.key)
    yield _field("Subject field", entry.subject_field)
    yield _field("Note", entry.note)
    for relation in entry.relations:
        yield _field(_RELATION_NAMES[relation.relation_type], relation.target)
    yield _field("Withdrawn at", entry.withdrawn_at)
    yield _field("Replaced by", entry.replaced_by)
    by_language: dict[str, list[EntryTerm]] = defaultdict(list)
    for term in entry.terms:
        by_language[term.language].append(term)
    for definition in entry.definitions:
        by_language.setdefault(definition.language, [])
    for language, terms in by_language.items():
        name, code = _LANGUAGES[language]
        yield f"<languageGrp><language type={quoted(name)} lang={quoted(code)}/>\r\n"
        for definition in entry.definitions:
            if definition.language == language:
                yield _field("Definition", definition.text, Source=definition.source)
        for term in terms:
            yield from _term(term, entry)
        yield "</languageGrp>\r\n"
    yield "</conceptGrp>\r\n"


def _term(term: EntryTerm, entry: Entry) -> Iterator[str]:
    yield f"<termGrp><term>{escaped(term.text)}</term>\r\n"
    for name, field in _TERM_NAMES.items():
        yield _field(name, str(getattr(term, field)))
    for example in entry.examples:
        if (example.language, example.term) == (term.language, term.text):
            yield _field("Example", example.text, Translation=example.translation, Source=example.source)
    yield "</termGrp>\r\n"


def _field(name: str, value: str, **of_it: str) -> str:
    if not value:
        return ""
    inside = "".join(_field(sub, text) for sub, text in of_it.items()).replace("\r\n", "")
    return f"<descripGrp><descrip type={quoted(name)}>{escaped(value)}</descrip>{inside}</descripGrp>\r\n"


def read(stream: IO[bytes], options: ReadOptions = ReadOptions()) -> Read:
    """Entries of MultiTerm XML. Raises `UnreadableFile` for what is none, is broken, or is not safe."""
    remarks = Remarks()
    for element in elements(stream, ("mtf",), ("conceptGrp",)):
        if name_of(element) == "conceptGrp":
            number = next((text_of(child) for child in element if name_of(child) == "concept"), "")
            draft = Draft(number.strip(), line_of(element), remarks, options)
            _read_concept(draft, element)
            yield from draft.finish()


def columns(stream: IO[bytes], options: ReadOptions = ReadOptions()) -> tuple[Column, ...]:
    """The names of fields and languages in a file, with what they are taken as; raises `UnreadableFile` as `read`."""
    found: dict[str, Column] = {}
    for element in elements(stream, ("mtf",), ("conceptGrp",)):
        for column in _columns_in(element, options) if name_of(element) == "conceptGrp" else ():
            found.setdefault(column.name, column)
        if len(found) > MAX_NAMES:
            problem = f"has more than {MAX_NAMES} names of fields"
            raise UnreadableFile(f"The file {problem}.", fields={"file": [problem]})
    return tuple(found.values())


def _columns_in(element: Element, options: ReadOptions) -> Iterator[Column]:
    for group in element.iter("{*}languageGrp", "{*}descripGrp"):
        for child in group:
            code, name = child.get("lang", ""), child.get("type", "")
            if name_of(child) == "language":
                known = options.languages.get(name) or options.languages.get(code) or language_from(code or name)
                yield Column(name or code, "text" if known else "", known)
            elif name_of(child) == "descrip" and not _is_nested(group):
                field = options.fields.get(name, _OF_TERM.get(_fold(name)) or _OF_CONCEPT.get(_fold(name), ""))
                yield Column(name, field, left_out=options.fields.get(name) == "")


def _is_nested(group: Element) -> bool:
    parent = group.getparent()
    return parent is not None and name_of(parent) == "descripGrp"


def _read_concept(draft: Draft, element: Element) -> None:
    for child in element:
        if name_of(child) == "languageGrp":
            _read_language(draft, child)
        else:
            _take_of_concept(draft, child, "")


def _read_language(draft: Draft, group: Element) -> None:
    named = next((child for child in group if name_of(child) == "language"), None)
    if named is None:
        return
    name, code = named.get("type", ""), named.get("lang", "")
    language = draft.options.languages.get(name) or draft.language(code or name)
    for child in group if language else ():
        if name_of(child) == "termGrp":
            _read_term(draft, child, language, code or name)
        elif name_of(child) != "language":
            _take_of_concept(draft, child, language)


def _read_term(draft: Draft, group: Element, language: str, called: str) -> None:
    text = next((text_of(child) for child in group if name_of(child) == "term"), "")
    term = draft.add_term(language, text, called)
    if term is not None:
        for child in group:
            if name_of(child) != "term":
                _take_of_term(draft, term, child)


def _called(draft: Draft, group: Element, known: dict[str, str]) -> tuple[str, str, str, Nested]:
    """Of a field: its name in the file, the field it stands for, its value, and the values of what is nested in it."""
    descrip = next((child for child in group if name_of(child) == "descrip"), None)
    if descrip is None:
        if name_of(group) == "transacGrp":
            draft.remarks.say(draft, "transacGrp", "who wrote an entry and when is not taken over")
        elif name_of(group) == "system":
            draft.remarks.say(draft, group.get("type", "system"), "is of MultiTerm itself and is not taken over")
        return "", "", "", []
    name = descrip.get("type", "")
    field = draft.options.fields.get(name, known.get(_fold(name), "note" if not name else ""))
    nested = [(inner.get("type", ""), text_of(inner)) for inner in group.iter("{*}descrip") if inner is not descrip]
    value = "" if draft.options.fields.get(name) == "" else text_of(descrip)
    return name, field, value, nested


def _take_of_concept(draft: Draft, group: Element, language: str) -> None:
    name, field, value, nested = _called(draft, group, _OF_CONCEPT)
    if field == "concept":
        draft.identifier, draft.ours = value.strip(), True
    elif field == "definition":
        draft.add_definition(language, value, _of_it(nested, "source", "reference"))
    elif field == "concept_note":
        draft.add_note(value)
    elif field == "relations":
        draft.add_relation(name.casefold().replace(" ", "_"), value.strip())
    elif field in ("subject_field", "withdrawn_at", "replaced_by"):
        draft.set_concept(field, name, value)
    else:
        draft.keep(name, value)
    _keep_nested(draft, nested, None)


def _take_of_term(draft: Draft, term: DraftTerm, group: Element) -> None:
    name, field, value, nested = _called(draft, group, _OF_TERM)
    if field == "definition":
        draft.add_definition(term.language, value, _of_it(nested, "source", "reference"))
    elif field == "examples":
        translation, source = _of_it(nested, "translation"), _of_it(nested, "source", "reference")
        draft.add_example(term, name, value, translation, source)
    elif field == "note":
        draft.add_note(value, term)
    elif field in _TERM_NAMES.values():
        draft.set_term(term, field, name, value)
    else:
        draft.keep(name, value, term)
    _keep_nested(draft, nested, term)


def _of_it(nested: Nested, *names: str) -> str:
    """What is nested under one of these names, taken out."""
    found = [item for item in nested if _fold(item[0]) in names]
    for item in found:
        nested.remove(item)
    return "; ".join(value.strip() for _, value in found)


def _keep_nested(draft: Draft, nested: Nested, term: DraftTerm | None) -> None:
    for name, value in nested:
        draft.keep(name, value, term)
