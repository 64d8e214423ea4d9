"""What a caller may tell a format's reader and writer; the defaults suit most files."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from termbase.text.languages import EN


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """Of a reader.

    `encoding` is what a person has declared of a text file, else it is found out. `languages` and `fields` say what a
    file's own names stand for: values are those of `vocabulary.Language` and `entry.FIELDS`; a field mapped to an empty
    name is left out on purpose.
    """

    encoding: str = ""
    languages: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """Of a writer.

    `source` and `target` are the direction of formats that have one; `zh` is both scripts. `chinese` is the code that
    the reader of the file knows Simplified Chinese by (`zh-CN`, `zh`), blank for the one usual in the format.
    `proposed` lets proposed terms into files that otherwise hold the approved alone; lossless formats hold all.
    `synonyms` lets admitted source forms into glossaries that otherwise hold the preferred alone. `base` is the
    absolute address of the termbase, ending in a slash. `made_at` is left out of the file where it is None, so that the
    same entries give the same bytes. `keys` are the concepts that the file will hold, for formats in which a relation
    may lead to no other.
    """

    source: str = "zh"
    target: str = EN
    chinese: str = ""
    proposed: bool = False
    synonyms: bool = False
    title: str = "termbase"
    base: str = "https://termbase.invalid/"
    made_at: datetime | None = None
    keys: Container[str] = frozenset()
