"""Source documents into the database: file -> blocks -> passages; a new version takes the place of the one before."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from termbase.errors import InvalidInput, UnreadableFile
from termbase.harvest import versions
from termbase.harvest.clean import Block
from termbase.harvest.files import File, Text, check_size, read
from termbase.harvest.versions import one_at_a_time, set_aside, settle
from termbase.models import Document, Passage
from termbase.models.history import acting
from termbase.text.languages import language_of
from termbase.text.names import NCNAME
from termbase.text.normalise import normalise
from termbase.text.pinyin import reading_of
from termbase.text.scripts import script_of
from termbase.vocabulary import ActivityKind, DocumentKind, HarvestOutcome, HarvestStep, Language

CATALOGUE = "documents.toml"
_LONGEST_NUMBER = 60  # as models.Passage has it
_LONGEST_KEY = 64
_LONGEST_TITLE = 200
# A new version has at least this part of its passages, or of the old ones, from the old; less is another document.
_COMMON = 0.1
_SAMPLE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInfo:
    """What is said of a document beside its text: the fields of `models.Document`, and its file.

    Without a key the file's name gives one; then what is there under that key must resemble it to be replaced.
    """

    key: str = ""
    file: str
    symbol: str = ""
    series: str = ""
    title_zh: str = ""
    title_en: str = ""
    body: str = ""
    session: str = ""
    date: str = ""
    language: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Harvested:
    """A stored document: whether it is new, the encoding its file was in, pinned examples of its last version lost."""

    document: Document
    outcome: HarvestOutcome
    encoding: str = ""
    lost: int = 0

    @property
    def needs_candidates(self) -> bool:
        """Whether candidates are still to be found: a harvest that was broken off has left a document without them."""
        if self.document.kind != DocumentKind.TEXT or self.document.withdrawn_at is not None:
            return False
        return self.outcome != HarvestOutcome.KNOWN or not self.document.candidate_frequencies.exists()


Progress = Callable[[HarvestStep, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""
Note = Callable[[Harvested], None]

_FIELDS = tuple(name for name in DocumentInfo.__dataclass_fields__ if name != "file")


def read_catalogue(folder: Path) -> list[DocumentInfo]:
    """The documents that `documents.toml` in `folder` lists, in its order.

    Raises `UnreadableFile` where it is absent, is no TOML, or has an unknown or missing field.
    """
    path = folder / CATALOGUE
    try:
        return parse_catalogue(path.read_bytes())
    except OSError as error:
        raise UnreadableFile(f"{path.name}: {error}") from error


def parse_catalogue(content: bytes) -> list[DocumentInfo]:
    """The documents that a catalogue lists; raises `UnreadableFile` as `read_catalogue` does."""
    try:
        listed = tomllib.loads(content.decode("utf-8-sig"))["document"]
        infos = [DocumentInfo(**entry) for entry in listed]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise UnreadableFile(f"{CATALOGUE}: {error}", fields={"file": [str(error)]}) from error
    for info in infos:
        if not all(isinstance(getattr(info, name), str) for name in (*_FIELDS, "file")) or not info.key:
            raise UnreadableFile(f"{CATALOGUE}: every field is a text, and every document has a key.")
        if any("\0" in getattr(info, name) for name in (*_FIELDS, "file")):
            raise UnreadableFile(f"{CATALOGUE}: “{info.key[:64]}” has a null character in it.")
        if PurePath(info.file).is_absolute() or ".." in PurePath(info.file).parts:
            raise UnreadableFile(f"{CATALOGUE}: “{info.file}” is not in the folder.")
    return infos


def read_path(path: Path, encoding: str = "") -> File:
    """A file on this machine; raises `UnreadableFile` where it is absent or too long."""
    try:
        check_size(path.stat().st_size)
        # A name may have bytes in it that are no text, and the database keeps texts alone.
        name = path.name.encode("utf-8", "replace").decode("utf-8")
        return File(name, path.read_bytes(), encoding)
    except OSError as error:
        raise UnreadableFile(f"{path.name}: {error.strerror}", fields={"file": [str(error.strerror)]}) from error


def add_document(folder: Path, info: DocumentInfo) -> tuple[Document, bool]:
    """The document of a catalogue with its passages, and whether they are new; as `harvest` of its file."""
    try:
        harvested = harvest(read_path(folder / info.file), info)
    except UnreadableFile as error:
        raise UnreadableFile(f"{info.file}: {error.message}", fields=error.fields) from error
    return harvested.document, harvested.outcome != HarvestOutcome.KNOWN


def _untold(step: HarvestStep, done: int, total: int) -> None:
    """Progress that nobody watches."""


def _unnoted(harvested: Harvested) -> None:
    """What came of it, of which nobody keeps a note."""


def harvest(
    file: File,
    info: DocumentInfo,
    progress: Progress = _untold,
    note: Note = _unnoted,
    by: User | None = None,
) -> Harvested:
    """Store what a file says as a document, in place of an earlier version; the same bytes are there already and stay.

    `note` is told what came of it, in the transaction that stores it. Raises `UnreadableFile` for a file that cannot be
    read, `Withdrawn` for a version of a withdrawn document, and `InvalidInput` where `info` cannot be taken or the key
    that the file's name gives is another document's.
    """
    existing = Document.objects.filter(sha256=file.sha256).first()
    if existing is not None:
        known = Harvested(existing, HarvestOutcome.KNOWN)
        note(known)
        return known
    progress(HarvestStep.READING, 0, 1)
    text = read(file)
    progress(HarvestStep.STORING, 0, len(text.blocks))
    with acting(user=by, reason=file.name, activity=ActivityKind.IMPORT):
        harvested = replace(store(file, text, info), encoding=text.encoding)
        note(harvested)
    return harvested


@transaction.atomic
def store(file: File, text: Text, info: DocumentInfo) -> Harvested:
    """As `harvest`, for a file that has been read."""
    one_at_a_time()
    existing = Document.objects.filter(sha256=file.sha256).first()
    if existing is not None:
        return Harvested(existing, HarvestOutcome.KNOWN)
    document = _earlier_version(info)
    if document is None:
        document = Document(sha256=file.sha256, **_described(info, text))
        save(document)
        add_passages(document, text.blocks)
        settle(document, file_name=file.name)
        return Harvested(document, HarvestOutcome.NEW)
    if not info.key:
        _refuse_another(document, text.blocks)
    return Harvested(document, HarvestOutcome.REPLACED, lost=_replace(document, file, text, info))


def key_of(info: DocumentInfo) -> str:
    """The key of a document: its own, else one made of its file's name, Chinese by its pinyin."""
    if info.key:
        return info.key
    stem = PurePath(info.file).stem
    plain = unicodedata.normalize("NFD", reading_of(stem) if language_of(stem) != Language.EN else stem)
    words = re.sub(r"[^A-Za-z0-9._-]+", "-", re.sub("[\u0300-\u036f]", "", plain)).strip("-.").lower()
    return (words if re.match("[A-Za-z_]", words) else f"d-{words}".rstrip("-"))[:_LONGEST_KEY]


def _earlier_version(info: DocumentInfo) -> Document | None:
    """The document that this is a version of: of the same key, else of the same printed symbol."""
    documents = Document.objects.select_for_update()
    found = documents.filter(key=key_of(info)).first()
    return found or (documents.filter(symbol=info.symbol).first() if info.symbol else None)


def _refuse_another(document: Document, blocks: Sequence[Block]) -> None:
    """A file's name alone is little: what has next to nothing of the old text is another document."""
    old = set(document.passages.values_list("key", flat=True))
    new = {normalise(block.text) for block in blocks}
    if len(old & new) < _COMMON * min(len(old), len(new)):
        problem = f"“{document.key}” is another document; give this one a key of its own, or that key to replace it"
        raise InvalidInput(f"{problem}.", fields={"key": [problem]})


def _described(info: DocumentInfo, text: Text) -> dict[str, str]:
    """The fields of a new document: as given, the title and language otherwise from its text."""
    values = {name: getattr(info, name) for name in _FIELDS}
    language = info.language or _language(text.blocks)
    if not (info.title_zh or info.title_en):
        title = text.title[:_LONGEST_TITLE] or _title(text.blocks)
        values["title_en" if language == Language.EN else "title_zh"] = title
    return values | {"key": key_of(info), "language": language}


def _language(blocks: Sequence[Block]) -> str:
    sample = "".join(block.text for block in blocks[:500])[:_SAMPLE]
    return script_of(sample) if language_of(sample) != Language.EN else Language.EN


def _title(blocks: Sequence[Block]) -> str:
    """The first heading, if it comes before the text; of nothing better, the first line."""
    first = next((block for block in blocks[:5] if block.kind == "heading"), blocks[0])
    return first.text[:_LONGEST_TITLE]


def save(document: Document) -> None:
    """Raises `InvalidInput` for a key or language that cannot be taken, and for another document's symbol."""
    if not re.fullmatch(NCNAME, document.key) or len(document.key) > _LONGEST_KEY:
        problem = "is made of letters, figures, '.', '-' and '_', begins with a letter and has 64 of them at most"
        raise InvalidInput(f"A key {problem}.", fields={"key": [problem]})
    if document.language not in Language:
        raise InvalidInput(f"language must be one of {', '.join(Language)}.", fields={"language": ["is unknown"]})
    if document.url and not re.match("https?://", document.url, re.IGNORECASE):
        raise InvalidInput("url begins with http:// or https://.", fields={"url": ["is no address of the web"]})
    try:
        document.clean_fields()
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), fields=error.message_dict) from error
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError as error:
        problem = f"“{document.symbol}” is the symbol of another document"
        raise InvalidInput(f"{problem}.", fields={"symbol": [problem]}) from error


def _replace(document: Document, file: File, text: Text, info: DocumentInfo) -> int:
    """Put a new version's passages in place of the old; the number of pinned examples that stand nowhere any more."""
    aside = set_aside(document)
    document.sha256 = file.sha256
    for name in _FIELDS:
        if name != "key" and getattr(info, name):
            setattr(document, name, getattr(info, name))
    save(document)
    add_passages(document, text.blocks)
    return settle(document, file_name=file.name, aside=aside).lost


def add_passages(document: Document, blocks: Iterable[Block]) -> None:
    """Store the blocks of a document that has none yet."""
    numbered = enumerate(_addressed(blocks))
    versions.store(
        document,
        (
            Passage(document=document, position=position, number=number, kind=block.kind, text=block.text)
            for position, (number, block) in numbered
        ),
    )


def _addressed(blocks: Iterable[Block]) -> Iterator[tuple[str, Block]]:
    """Each block with the number to cite it by: its own, or what it stands under, a paragraph or a short heading."""
    heading = ""
    for block in blocks:
        if block.kind == "heading":
            heading = block.text if len(block.text) <= _LONGEST_NUMBER else ""
            yield block.number, block
        else:
            yield block.number or block.under or heading, block
