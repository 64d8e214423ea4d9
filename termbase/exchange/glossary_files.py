"""Glossaries as other programs read them: OmegaT, DeepL, spreadsheets. One source, one target a line."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

DEEPL_MAX_BYTES = 1024
"""Of a source or target, in UTF-8; DeepL refuses a glossary with a longer one."""


@dataclass(frozen=True, slots=True)
class Line:
    """A term with the equivalent to use; `comment` is for the translator."""

    source: str
    target: str
    comment: str = ""


def omegat(lines: Iterable[Line]) -> str:
    """Tab-separated, UTF-8, no quoting. A leading space keeps a term that begins with # from being a comment."""
    rows = ["# Glossary in tab-separated format -*- coding: utf-8 -*-"]
    for line in lines:
        source, target, comment = (" ".join(text.split()) for text in (line.source, line.target, line.comment))
        rows.append(f"{' ' if source.startswith('#') else ''}{source}\t{target}\t{comment}".rstrip("\t"))
    return "\n".join(rows) + "\n"


def deepl(lines: Iterable[Line]) -> str:
    """TSV without a header; a source once only, the first one, as DeepL refuses a repeated one."""
    pairs: dict[str, str] = {}
    for line in lines:
        source, target = " ".join(line.source.split()), " ".join(line.target.split())
        if source and target and max(len(source.encode()), len(target.encode())) <= DEEPL_MAX_BYTES:
            pairs.setdefault(source, target)
    return "".join(f"{source}\t{target}\n" for source, target in pairs.items())


def spreadsheet(lines: Iterable[Line]) -> str:
    """CSV with a header and a byte-order mark, without which Excel takes it for another encoding."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["source", "target", "comment"])
    writer.writerows((line.source, line.target, line.comment) for line in lines)
    return "\ufeff" + stream.getvalue()
