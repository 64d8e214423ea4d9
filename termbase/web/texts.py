"""A text of the reader's own: its terms marked, its glossary, and a check of its translation. Nothing is stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from termbase.errors import InvalidInput, UnreadableFile
from termbase.exchange import known_terms, plain_texts, xliff
from termbase.quality import Batch, Finding, Segment, at_least, check
from termbase.recognition.stored import KnownTerm
from termbase.recognition.texts import MAX_CHARACTERS, GlossaryEntry, Recognised, glossary, terms_in
from termbase.replicas import reads_only
from termbase.text.languages import counterpart, language_of
from termbase.vocabulary import FindingKind, FindingLevel
from termbase.web.exports import EXPORTS, LOSSES, asked_for, download, losses
from termbase.web.marking import Flag, marked_up

MAX_FILE_BYTES = 2_500_000
MARKED = "xliff"
"""What `export` says where the reader's own file is wanted, with its terms marked."""
FINDING_NAMES: dict[str, str | Promise] = {kind.value: kind.label for kind in FindingKind}


@dataclass(frozen=True, slots=True)
class Given:
    """What the reader gave: paragraphs of a text in `language`, and of its translation if there is one."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    possible: bool = False
    """Whether findings that are only possible are wanted too."""

    @property
    def language(self) -> str:
        """`zh` or `en`."""
        return language_of("".join(self.source))

    @property
    def is_aligned(self) -> bool:
        """Whether paragraph stands beside paragraph; texts of unequal length are compared as a whole."""
        return len(self.source) == len(self.target)


@dataclass(frozen=True, slots=True)
class GlossaryLine:
    """A term of the text and the equivalent to use."""

    entry: GlossaryEntry
    target: KnownTerm | None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A finding as the list shows it."""

    number: int
    finding: Finding
    name: str | Promise


@reads_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest) -> HttpResponse:
    """The form; after a POST also the terms, the glossary and the findings, or one of the files that can be saved."""
    try:
        if request.POST.get("export") == MARKED:
            return _with_terms(request)
        given = _given(request)
        if sum(map(len, (*given.source, *given.target))) > MAX_CHARACTERS:
            raise InvalidInput("Too long.")
    except InvalidInput as error:
        return _refused(request, error)
    if not given.source:
        return render(request, "web/text.html", {"limit": MAX_CHARACTERS})
    proposed = request.POST.get("proposed") == "true"
    found = terms_in(given.source, given.language, proposed=proposed)
    rows = _glossary(found, counterpart(given.language), proposed=proposed)
    if kind := asked_for(request.POST.get("export", "")):
        target = counterpart(given.language)
        return download(kind, _forms(found), source=given.language, target=target, proposed=proposed, name="glossary")
    context: dict[str, Any] = {
        "source": "\n".join(given.source),
        "target": "\n".join(given.target),
        "possible": given.possible,
        "language": given.language,
        "target_language": counterpart(given.language),
        "glossary": rows,
        "proposed": proposed,
        "exports": EXPORTS,
        "limit": MAX_CHARACTERS,
        "aligned": given.is_aligned,
        **_marked(given, found),
    }
    if request.POST.get("export") == LOSSES:
        target = counterpart(given.language)
        context[LOSSES] = losses(_forms(found), source=given.language, target=target, proposed=proposed)
    return render(request, "web/text.html", context)


def _given(request: HttpRequest) -> Given:
    """Raises `InvalidInput` for a file that cannot be read."""
    upload = _uploaded(request)
    possible = "possible" in request.POST
    if upload is None:
        source = _paragraphs(request.POST.get("source", ""))
        return Given(source, _paragraphs(request.POST.get("target", "")), possible)
    plain = plain_texts.read(upload.name or "", upload.read())
    return Given(plain.source, plain.target or _paragraphs(request.POST.get("target", "")), possible)


def _uploaded(request: HttpRequest) -> "UploadedFile[bytes] | None":
    upload = request.FILES.get("file")
    if isinstance(upload, UploadedFile) and (upload.size is None or upload.size > MAX_FILE_BYTES):
        raise UnreadableFile("The file is too long.")
    return upload


def _with_terms(request: HttpRequest) -> HttpResponse:
    """The XLIFF file that came, with its terms marked. Raises `UnreadableFile`."""
    upload = _uploaded(request)
    if upload is None:
        raise UnreadableFile("There is no file.")
    marked = xliff.with_terms(upload.read(), known_terms.find)
    response = HttpResponse(marked, content_type="application/xliff+xml")
    response.headers["Content-Disposition"] = content_disposition_header(True, upload.name or "marked.xlf") or ""
    return response


def _paragraphs(pasted: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in pasted.splitlines() if line.strip())


def _refused(request: HttpRequest, error: InvalidInput) -> HttpResponse:
    context = {
        "problem": _problem(request, error),
        "marking": request.POST.get("export") == MARKED,
        "limit": MAX_CHARACTERS,
        # Whoever has pasted too much shall not have to fetch it again.
        **{side: request.POST.get(side, "") for side in ("source", "target")},
    }
    return render(request, "web/text.html", context, status=400)


def _problem(request: HttpRequest, error: InvalidInput) -> str:
    if request.POST.get("export") == MARKED:
        return _("Terms can be marked in a file of XLIFF 2.0 or 2.1 from Chinese or English, no longer than 2.5 MB.")
    if isinstance(error, UnreadableFile):
        return _("This file cannot be read: it must be .txt, .docx, .xlf or .xliff, and no longer than 2.5 MB.")
    return _("This is too long: %(limit)d characters are the most.") % {"limit": MAX_CHARACTERS}


def _marked(given: Given, found: Sequence[Sequence[Recognised]]) -> dict[str, object]:
    """The paragraphs of both sides as HTML, with the findings in them."""
    findings, withheld = _findings(given)
    of_source: dict[int, list[Flag]] = {}
    of_target: dict[int, list[Flag]] = {}
    for item in findings:
        for flags, place in ((of_source, item.finding.source), (of_target, item.finding.target)):
            if place is not None:
                flags.setdefault(int(item.finding.segment.id), []).append(Flag(place.start, place.end, item.number))
    if not given.is_aligned:
        # The findings' places are those of the whole.
        of_source = _by_paragraph(given.source, of_source.get(0, []))
        of_target = _by_paragraph(given.target, of_target.get(0, []))
    in_target = terms_in(given.target, counterpart(given.language)) if given.target else []
    return {
        "findings": findings,
        "withheld": withheld,
        "source_html": _html(given.source, found, of_source),
        "target_html": _html(given.target, in_target, of_target),
    }


def _findings(given: Given) -> tuple[list[Numbered], int]:
    """The findings to show, and how many are withheld."""
    if not given.target:
        return [], 0
    if given.is_aligned:
        pairs = list(zip(given.source, given.target, strict=True))
    else:
        pairs = [("\n".join(given.source), "\n".join(given.target))]
    segments = [Segment(at, source, target) for at, (source, target) in enumerate(pairs)]
    batch = Batch(segments, given.language, counterpart(given.language))
    found = check(batch)
    shown = at_least(FindingLevel.POSSIBLE if given.possible else FindingLevel.LIKELY, found)
    numbered = [Numbered(number, item, FINDING_NAMES[item.kind]) for number, item in enumerate(shown, start=1)]
    return numbered, len(found) - len(shown)


def _by_paragraph(paragraphs: Sequence[str], flags: Sequence[Flag]) -> dict[int, list[Flag]]:
    """Places in paragraphs joined by line breaks, as places in each."""
    found: dict[int, list[Flag]] = {}
    start = 0
    for at, paragraph in enumerate(paragraphs):
        end = start + len(paragraph)
        inside = [flag for flag in flags if start <= flag.start and flag.end <= end]
        found[at] = [Flag(flag.start - start, flag.end - start, flag.number) for flag in inside]
        start = end + 1
    return found


def _html(
    paragraphs: Sequence[str], found: Sequence[Sequence[Recognised]], flags: dict[int, list[Flag]]
) -> list[SafeString]:
    return [
        marked_up(paragraph, items, flags=flags.get(at, []))
        for at, (paragraph, items) in enumerate(zip(paragraphs, found, strict=True))
    ]


def _glossary(found: Iterable[Iterable[Recognised]], target: str, *, proposed: bool) -> list[GlossaryLine]:
    """With the equivalent to use: an approved one if there is one."""
    rows = []
    for entry in glossary(found):
        usable = [term for term in entry.concept.terms_in(target, proposed=proposed) if not term.is_deprecated]
        usable.sort(key=lambda term: not term.is_approved)
        rows.append(GlossaryLine(entry, usable[0] if usable else None))
    return rows


def _forms(found: Iterable[Iterable[Recognised]]) -> dict[str, set[str]]:
    """The forms of each concept in the text, the concepts as they come."""
    forms: dict[str, set[str]] = {}
    for entry in glossary(found):
        forms.setdefault(entry.concept.key, set()).add(entry.term.text)
    return forms
