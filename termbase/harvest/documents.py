"""Source documents into the database: file -> blocks -> passages."""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from termbase.errors import UnreadableFile
from termbase.harvest.clean import Block, clean
from termbase.models import Document, Passage
from termbase.vocabulary import Language

CATALOGUE = "documents.toml"
_LONGEST_NUMBER = 60  # as models.Passage has it


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInfo:
    """What a catalogue says of a document: the fields of `models.Document`, and the file beside the catalogue."""

    key: str
    file: str
    symbol: str = ""
    series: str = ""
    title_zh: str = ""
    title_en: str = ""
    body: str = ""
    session: str = ""
    date: str = ""
    language: str = Language.ZH_HANS.value
    url: str = ""


def read_catalogue(folder: Path) -> list[DocumentInfo]:
    """The documents that `documents.toml` in `folder` lists, in its order.

    Raises `UnreadableFile` where it is absent, is no TOML, or has an unknown or missing field.
    """
    path = folder / CATALOGUE
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8"))["document"]
        return [DocumentInfo(**entry) for entry in listed]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise UnreadableFile(f"{path.name}: {error}") from error


@transaction.atomic
def add_document(folder: Path, info: DocumentInfo) -> tuple[Document, bool]:
    """The document with its passages, and whether it is new; one with the same bytes is there already and stays.

    Raises `UnreadableFile` for a file that is absent, not UTF-8 or without any text.
    """
    path = folder / info.file
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{info.file}: {error}") from error
    sha256 = hashlib.sha256(raw).hexdigest()
    existing = Document.objects.filter(sha256=sha256).first()
    if existing is not None:
        return existing, False
    blocks = clean(text)
    if not blocks:
        raise UnreadableFile(f"{info.file} holds no text.")
    values = {name: getattr(info, name) for name in DocumentInfo.__dataclass_fields__ if name != "file"}
    document = Document.objects.create(sha256=sha256, **values)
    Passage.objects.bulk_create(
        Passage(document=document, position=position, number=number, kind=block.kind, text=block.text)
        for position, (number, block) in enumerate(_addressed(blocks))
    )
    return document, True


def _addressed(blocks: list[Block]) -> Iterator[tuple[str, Block]]:
    """Each block with the number to cite it by: its own, or what it stands under, a paragraph or a short heading."""
    heading = ""
    for block in blocks:
        if block.kind == "heading":
            heading = block.text if len(block.text) <= _LONGEST_NUMBER else ""
            yield block.number, block
        else:
            yield block.number or block.under or heading, block
