"""Parallel corpora into the database: aligned sentences -> passages with translations, in constant memory."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from termbase.errors import UnreadableFile
from termbase.harvest.documents import DocumentInfo, key_of, save
from termbase.harvest.formats.parallel import Pair, Problem, read
from termbase.harvest.formats.refusal import refused
from termbase.harvest.versions import Aside, one_at_a_time, set_aside, settle
from termbase.models import Document, Passage
from termbase.models.history import acting
from termbase.text.languages import ZH_HANS
from termbase.text.scripts import script_of
from termbase.vocabulary import ActivityKind, DocumentKind, HarvestOutcome, PassageKind

PROBLEMS_TOLD = 20
"""Of the rows that are refused; the others are counted."""
_BATCH = 1_000
_CHUNK = 1 << 20


@dataclass(slots=True)
class Imported:
    """A corpus in the database: whether it is new, what it replaces, how many pairs it has, which rows were refused."""

    document: Document
    outcome: HarvestOutcome
    aside: Aside | None = None
    pairs: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)


Progress = Callable[[int], None]
"""Is told how many pairs have been read."""


def import_corpus(
    path: Path, info: DocumentInfo, *, encoding: str = "", progress: Progress = lambda pairs: None
) -> Imported:
    """Store the pairs of a file as a document, all or, where the file breaks off, none.

    The same bytes are there already and stay; other bytes under the same key take the place of the corpus before.
    Raises `UnreadableFile` for a file that cannot be read or has no pair, `Withdrawn` for a version of a withdrawn
    corpus, `InvalidInput` where `info` cannot be taken.
    """
    sha256 = _digest(path)
    with acting(reason=path.name, activity=ActivityKind.IMPORT):
        one_at_a_time()
        if (known := Document.objects.filter(sha256=sha256).first()) is not None:
            return Imported(known, HarvestOutcome.KNOWN, pairs=known.passages.count())
        imported = _document(info, sha256)
        pairs = _good(read(path, encoding), imported)
        while batch := list(islice(pairs, _BATCH)):
            _add(batch, imported)
            progress(imported.pairs)
        if not imported.pairs:
            told = f": {imported.problems[0]}" if imported.problems else ""
            raise refused(f"has no pair of sentences{told}")
        settle(imported.document, file_name=path.name, aside=imported.aside)
    return imported


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise UnreadableFile(f"{path.name}: {error.strerror}", fields={"file": [str(error.strerror)]}) from error
    return digest.hexdigest()


def _document(info: DocumentInfo, sha256: str) -> Imported:
    """The document, without passages."""
    aside = None
    document = Document.objects.select_for_update().filter(key=key_of(info)).first()
    if document is None:
        document = Document(key=key_of(info), title_en=info.title_en or info.file, language=info.language or ZH_HANS)
        outcome = HarvestOutcome.NEW
    elif document.kind != DocumentKind.CORPUS:
        raise refused(f"has the key of a document, “{document.key}”; give it another", "key")
    else:
        aside = set_aside(document)
        outcome = HarvestOutcome.REPLACED
    document.kind, document.sha256 = DocumentKind.CORPUS, sha256
    document.title_zh, document.title_en = info.title_zh or document.title_zh, info.title_en or document.title_en
    save(document)
    return Imported(document, outcome, aside)


def _good(rows: Iterator[Pair | Problem], imported: Imported) -> Iterator[Pair]:
    for row in rows:
        if isinstance(row, Pair):
            yield row
        else:
            imported.refused += 1
            imported.problems += [row] if len(imported.problems) < PROBLEMS_TOLD else []


def _add(pairs: list[Pair], imported: Imported) -> None:
    if not imported.pairs and (script := script_of("".join(pair.text for pair in pairs))) != ZH_HANS:
        Document.objects.filter(pk=imported.document.pk).update(language=script)
        imported.document.language = script
    Passage.objects.bulk_create(
        Passage(
            document=imported.document,
            position=position,
            number=pair.number,
            kind=PassageKind.PARAGRAPH,
            text=pair.text,
            translation=pair.translation,
        )
        for position, pair in enumerate(pairs, start=imported.pairs)
    )
    imported.pairs += len(pairs)
