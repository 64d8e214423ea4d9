"""Glossaries to save: the concepts of a text, a document or a look-up in a format that other programs read."""

import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from termbase.exchange import exporter, formats, selection
from termbase.exchange.entry import Entry
from termbase.exchange.formats import Format
from termbase.exchange.losses import Losses
from termbase.exchange.options import WriteOptions
from termbase.models import Concept, Term
from termbase.models.field_names import FIELD_NAMES
from termbase.search import Query
from termbase.text.languages import EXPANSIONS, counterpart, language_of

EXPORTS: tuple[Format, ...] = tuple(formats.named(name) for name in ("omegat", "deepl-tsv", "xlsx-concepts"))
"""What the pages offer: formats that leave out what readers may not see."""
_NAMES = {
    **FIELD_NAMES,
    "concept_note": FIELD_NAMES["note"],
    "relations": _("relations"),
    "definition": _("definition"),
    "definition_source": _("source of a definition"),
    "examples": _("examples"),
}
Found = Mapping[str, Collection[str]]
"""The keys of concepts with the texts of those terms in the source language that are wanted."""


def asked_for(name: str) -> Format | None:
    """The format `name`, if the pages offer it."""
    return next((kind for kind in EXPORTS if kind.name == name), None)


LOSSES = "losses"
"""The parameter that asks what the files of a page's glossary leave out."""


@dataclass(frozen=True, slots=True)
class Lost:
    """How many values a file leaves out of a field, and why, in the language of the page."""

    field: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the file for a program leaves out."""

    label: str
    losses: Sequence[Lost]


def losses(found: Found, *, source: str, target: str, proposed: bool = False) -> list[Report]:
    """What the files that `download` gives would leave out."""
    options = WriteOptions(source=source, target=target, synonyms=True, proposed=proposed)
    return [_report(kind, kind.writer()(io.BytesIO(), _wanted(found, source), options)) for kind in EXPORTS]


def losses_of_hits(query: Query) -> list[Report]:
    """The same of `download_hits`."""
    return [_report(kind, _write_hits(kind, io.BytesIO(), query)) for kind in EXPORTS]


def download(
    kind: Format, found: Found, *, source: str, target: str, name: str, proposed: bool = False
) -> HttpResponse:
    """A file of the concepts in `found`, under `name` with the ending of its format."""
    # A form that stands in the text is to be found there, also where another is preferred.
    options = WriteOptions(source=source, target=target, synonyms=True, proposed=proposed)
    file = io.BytesIO()
    kind.writer()(file, _wanted(found, source), options)
    return _file(kind, file, name)


def download_hits(kind: Format, query: Query) -> HttpResponse:
    """A file of the concepts that a look-up finds, from the language that was typed."""
    file = io.BytesIO()
    _write_hits(kind, file, query)
    return _file(kind, file, "termbase")


def _write_hits(kind: Format, file: IO[bytes], query: Query) -> Losses:
    source = query.source or language_of(query.text)
    options = WriteOptions(source=source, target=counterpart(source), synonyms=True, proposed=query.proposed)
    found = Concept.objects.current().filter(key__in=selection.hits(query))
    return selection.write(kind, file, options, concepts=found, terms=Term.objects.visible(proposed=query.proposed))


def _report(kind: Format, lost: Losses) -> Report:
    return Report(
        str(kind.label),
        [Lost(str(_NAMES.get(one.field) or one.field), one.count, str(one.reason.label)) for one in lost],
    )


def _file(kind: Format, file: io.BytesIO, name: str) -> HttpResponse:
    response = HttpResponse(file.getvalue(), content_type=kind.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}{kind.suffixes[0]}"'
    return response


def _wanted(found: Found, source: str) -> Iterator[Entry]:
    """The entries in the order of `found`."""
    entries = {entry.key: entry for entry in exporter.entries(Concept.objects.current().filter(key__in=found))}
    for key, texts in found.items():
        if key in entries:
            entry = entries[key]
            terms = (term for term in entry.terms if term.language not in EXPANSIONS[source] or term.text in texts)
            yield replace(entry, terms=tuple(terms))
