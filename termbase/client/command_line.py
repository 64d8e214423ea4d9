"""The command `termbase`: look up, check a translation, keep a glossary; for people and for build scripts.

Exit codes: 0 for done and nothing found wrong; 1 for a look-up without hits or a check with findings; 2 where it could
not be done.
"""

import argparse
import io
import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from termbase.client.calls import ApiError, Record, Termbase
from termbase.client.glossary import Glossary
from termbase.errors import TermbaseError, UnreadableFile
from termbase.exchange import segments
from termbase.text.languages import EN, EXPANSIONS
from termbase.text.lines import one_line

DEFAULT_ADDRESS = "http://127.0.0.1:8000"
DONE, FOUND, FAILED = 0, 1, 2
LONGEST_PAUSE = 1_000_000
"""Seconds between two questions of `sync`; more than a system sleeps is none."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line; the exit code."""
    asked = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # not every terminal has Chinese
    try:
        with Termbase(asked.url, os.environ.get("TERMBASE_TOKEN", "")) as termbase:
            code: int = asked.carry_out(termbase, asked)
            return code
    except (ApiError, OSError, TermbaseError, sqlite3.DatabaseError) as error:
        tell(f"termbase: {error}", sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130


def tell(line: str, stream: TextIO | None = None) -> None:
    """Print a line, by default on standard output; what others wrote speaks to nobody's terminal."""
    print(one_line(line), file=stream)


def lookup(termbase: Termbase, asked: argparse.Namespace) -> int:
    """Print the hits for a word or phrase, best first."""
    narrowed = {name: value for name in ("source", "target", "mode") if (value := getattr(asked, name))}
    hits = termbase.lookup(asked.text, limit=asked.limit, **narrowed)
    for hit in hits:
        for line in [json.dumps(hit, ensure_ascii=False)] if asked.json else _lines(hit):
            tell(line)
    if not hits and not asked.json:
        tell(f"termbase: nothing found for {asked.text}", sys.stderr)
    return DONE if hits else FOUND


def _lines(hit: Record) -> Iterator[str]:
    """A hit for people: the pair to use, then every other form, then a sentence."""
    source, target = hit["source_terms"], hit["target_terms"]
    heads = [_best(source), _best(target)]
    yield f"{' → '.join(heads)}   [{hit['concept']}, {hit['match']}: {hit['matched']['text']}]"
    for term in (*source, *target):
        if term["text"] not in heads:
            yield f"    {term['text']}  ({_described(term)})"
    if hit["example"]:
        example = hit["example"]
        yield f"    “{example['text']}” — {example['document']}, {example['number']}"


def _best(terms: Sequence[Record]) -> str:
    """The form to use; the answer has the best first."""
    return terms[0]["text"] if terms else "—"


def _described(term: Record) -> str:
    kind = term["term_type"].replace("_", " ")
    proposed = [term["review_status"]] if term["review_status"] != "approved" else []
    return ", ".join([term["administrative_status"], kind, *proposed])


def check(termbase: Termbase, asked: argparse.Namespace) -> int:
    """Print the findings on the translations in files, one a line."""
    found = checked = 0
    for path in asked.files:
        try:
            file = _read(path, asked)
            checked += len(file.segments)
            for finding in _findings(termbase, file, asked):
                found += 1
                line = json.dumps({"file": str(path), **finding}, ensure_ascii=False) if asked.json else _told(finding)
                tell(line if asked.json else f"{path}:{line}")
        except (ApiError, TermbaseError) as error:
            tell(f"termbase: {path}: {error}", sys.stderr)
            return FAILED
    if not asked.json:
        tell(f"termbase: {checked} segments, {found} findings", sys.stderr)
    return FOUND if found else DONE


def _read(path: Path, asked: argparse.Namespace) -> segments.Translation:
    """The translation in a file, in the languages that were asked for or that it says itself."""
    with path.open("rb") as stream:
        file = segments.read(stream, path.name, source=asked.source or "", target=asked.target or "")
    source, target = asked.source or file.source, asked.target or file.target
    if not (source and target):
        problem = "is not from Chinese into English or back; say --source and --target"
        raise UnreadableFile(f"The file {problem}.", fields={"file": [problem]})
    return replace(file, source=source, target=target)


def _findings(termbase: Termbase, file: segments.Translation, asked: argparse.Namespace) -> Iterator[Record]:
    rows = [{"id": item.id, "source": item.source, "target": item.target} for item in file.segments]
    named = {"project": asked.project} if asked.project else {}
    return termbase.check(rows, file.source, file.target, level=asked.level, **named)


def _told(finding: Record) -> str:
    """A finding for people: the segment, what is wrong with which words, what was expected, and the finding's id."""
    words = " / ".join(f"“{place['text']}”" for place in (finding["source"], finding["target"]) if place)
    expected = " | ".join(term["text"] for term in finding["expected"])
    kind = finding["kind"].replace("_", " ")
    return (
        f"{finding['segment']}: {finding['level']}: {kind}: {words} → {expected} [{finding['concept']} {finding['id']}]"
    )


def sync(termbase: Termbase, asked: argparse.Namespace) -> int:
    """Write a glossary and keep it equal to the termbase."""
    with Glossary(asked.omegat, asked.url, source=asked.source, target=asked.target) as glossary:
        _update(glossary, termbase)
        while asked.every:
            time.sleep(asked.every)
            try:
                _update(glossary, termbase)
            except ApiError as error:
                # It was well when this began, and will be again; what it refuses it will go on refusing.
                if 400 <= error.status < 500:
                    raise
                tell(f"termbase: {error}", sys.stderr)
    return DONE


def _update(glossary: Glossary, termbase: Termbase) -> None:
    changes = glossary.update(termbase)
    tell(f"termbase: {glossary.path}: {changes} changes, {glossary.lines} lines", sys.stderr)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= LONGEST_PAUSE:
        raise ValueError
    return seconds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="termbase", description=__doc__.splitlines()[0])
    address = os.environ.get("TERMBASE_URL", DEFAULT_ADDRESS)
    parser.add_argument("--url", default=address, help="the site of the termbase (TERMBASE_URL; now %(default)s)")
    parser.epilog = "A token of the API is taken from TERMBASE_TOKEN."
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("lookup", help="look a word or phrase up")
    command.add_argument("text")
    command.add_argument("--source", help="the language of the text: zh, zh-Hans, zh-Hant, en")
    command.add_argument("--target", help="the language of the equivalents")
    command.add_argument(
        "--mode", help="tiers to ask, with commas: exact,spelling,prefix,part,words,wildcard,pinyin,fuzzy"
    )
    command.add_argument("--limit", type=int, default=5, help="how many hits (%(default)s)")
    command.add_argument("--json", action="store_true", help="a line of JSON a hit")
    command.set_defaults(carry_out=lookup)

    kinds = ", ".join(segments.SUFFIXES)
    command = commands.add_parser("check", help="check the terms of translations", description=f"Takes {kinds}.")
    command.add_argument("files", nargs="+", type=Path, metavar="FILE")
    command.add_argument("--source", choices=list(EXPANSIONS), help="where the file does not say it")
    command.add_argument("--target", choices=list(EXPANSIONS))
    command.add_argument("--project", help="the project whose waivers count")
    command.add_argument(
        "--level", choices=["certain", "likely", "possible"], default="likely", help="the least sure ones (%(default)s)"
    )
    command.add_argument("--json", action="store_true", help="a line of JSON a finding")
    command.set_defaults(carry_out=check)

    command = commands.add_parser("sync", help="write a glossary and keep it current")
    command.add_argument("--omegat", type=Path, required=True, metavar="DIR", help="an OmegaT project, or its glossary")
    command.add_argument("--source", choices=list(EXPANSIONS), default="zh", help="(%(default)s)")
    command.add_argument("--target", choices=list(EXPANSIONS), default=EN, help="(%(default)s)")
    command.add_argument("--every", type=_seconds, metavar="SECONDS", help="go on, asking for changes so often")
    command.set_defaults(carry_out=sync)
    return parser
