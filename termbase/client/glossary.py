"""A glossary in a folder of OmegaT, written again whenever the termbase has changed."""

from pathlib import Path
from typing import Self

from termbase.client.calls import Record, Termbase
from termbase.client.copy import Copy
from termbase.errors import InvalidInput
from termbase.exchange import omegat
from termbase.exchange.entry import TERM_FIELDS, Entry, EntryDefinition, EntryRelation, EntryTerm
from termbase.exchange.options import WriteOptions
from termbase.text.languages import EXPANSIONS

NAME = "termbase.utf8"
"""OmegaT reads `.utf8` as UTF-8 everywhere, and a changed glossary at once, while a project is open."""
COPY = ".termbase.sqlite"


class Glossary:
    """`termbase.utf8` in `folder`, or in the `glossary` folder of the OmegaT project there; beside it the copy.

    Raises `FileNotFoundError` where there is no folder, and `InvalidInput` for two names of one language.
    """

    def __init__(self, folder: Path, address: str, *, source: str, target: str) -> None:
        if not {*EXPANSIONS[source]}.isdisjoint(EXPANSIONS[target]):
            raise InvalidInput("--target must be another language than --source.")
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder} is not a folder")
        inside = folder / "glossary" if (folder / "omegat.project").exists() else folder
        inside.mkdir(exist_ok=True)
        self.path = inside / NAME
        self.lines = 0
        self._options = WriteOptions(source=source, target=target)
        self._copy = Copy(inside / COPY, address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._copy.__exit__()

    def update(self, termbase: Termbase) -> int:
        """Bring copy and file up to date; how many changes came. A reader of the file never sees half of it."""
        changes = self._copy.update(termbase)
        partial = self.path.with_suffix(".part")
        with partial.open("w+b") as stream:
            omegat.write(stream, map(_entry, self._copy.concepts()), self._options)
            stream.seek(0)
            self.lines = sum(not line.startswith(b"#") for line in stream)
            stream.seek(0)
            new = stream.read()
        # A file that is written anew is read anew by OmegaT, so one that is the same is left alone.
        if self.path.exists() and self.path.read_bytes() == new:
            partial.unlink()
        else:
            partial.replace(self.path)
        return changes


def _entry(record: Record) -> Entry:
    """The record of a concept as an entry."""
    return Entry(
        key=record["key"],
        subject_field=record["subject_field"]["key"] if record["subject_field"] else "",
        note=record["note"],
        terms=tuple(
            EntryTerm(**{name: term[name] for name in TERM_FIELDS if name in term}) for term in record["terms"]
        ),
        definitions=tuple(EntryDefinition(**definition) for definition in record["definitions"]),
        relations=tuple(EntryRelation(r["relation_type"], r["concept"]) for r in record["relations"]),
    )
