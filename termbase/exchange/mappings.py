"""What a file's own names of columns and fields stand for: asked for once, and known the next time."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from django.contrib.auth.models import User

from termbase.errors import InvalidInput
from termbase.exchange.columns import Column
from termbase.exchange.entry import FIELDS
from termbase.exchange.formats import Format
from termbase.exchange.options import ReadOptions
from termbase.models import ColumnMapping
from termbase.vocabulary import Language

MAPPABLE = tuple(name for name in FIELDS if name not in ("examples", "withdrawn_at", "replaced_by"))
"""What a column may be said to be, beside a language whose terms stand in it."""
LEFT_OUT = "-"
"""Said of a column that is not to be read."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Names:
    """The columns of a file as they are taken, and what a person has said of them: as `ReadOptions` have it."""

    columns: tuple[Column, ...] = ()
    signature: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    remembered: bool = False

    @property
    def ask(self) -> bool:
        """Whether a person should be asked: a name means nothing, and nobody has said what it does."""
        return not self.remembered and any(column.unknown for column in self.columns)


def names_of(kind: Format, stream: IO[bytes], encoding: str) -> Names:
    """The names of a file, with what is remembered of just these; none of a format that has no names of its own.

    Raises `UnreadableFile` as the reader does.
    """
    if kind.columns is None:
        return Names()
    stream.seek(0)
    plain = kind.columns(stream, ReadOptions(encoding=encoding))
    signature = signature_of(kind, [column.name for column in plain])
    known = ColumnMapping.objects.filter(signature=signature).first()
    if known is None:
        return Names(plain, signature)
    stream.seek(0)
    options = ReadOptions(encoding=encoding, fields=known.fields, languages=known.languages)
    return Names(kind.columns(stream, options), signature, known.fields, known.languages, remembered=True)


def signature_of(kind: Format, names: Sequence[str]) -> str:
    """The same for files of one kind with the same names, in whatever order."""
    told = json.dumps([kind.suffixes[0], sorted(set(names))])
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()


def remember(names: Names, said: Mapping[str, str], *, by: User) -> ColumnMapping:
    """Keep what `by` has said of the names of a file: a field, a language, or LEFT_OUT; blank: kept as a note.

    Raises `InvalidInput` for a name that the file has not, or a meaning that there is not.
    """
    known = {column.name for column in names.columns}
    fields, languages = {}, {}
    for name, meaning in said.items():
        if name not in known or meaning not in ("", LEFT_OUT, *MAPPABLE, *Language.values):
            raise InvalidInput(f"{name}: “{meaning}” is no meaning.", fields={name: ["is not known"]})
        if meaning in Language.values:
            languages[name] = meaning
        elif meaning:
            fields[name] = "" if meaning == LEFT_OUT else meaning
    kept, _new = ColumnMapping.objects.update_or_create(
        signature=names.signature,
        defaults={
            "names": [name[:_LONGEST] for name in sorted(known)],
            "fields": fields,
            "languages": languages,
            "said_by": by,
        },
    )
    return kept
