"""What callers ask of the service, as the benchmarks send it: queries, sentences and pairs of the shipped termbase."""

import csv
import json
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 200
"""Characters of a query or a sentence."""
SEGMENTS = 5
"""Of a call to check."""


def queries() -> list[str]:
    """What is typed for each term of the termbase: all of it, its beginning or a part, in a random order."""
    draw = random.Random(5)
    terms = sorted({row["text"] for row in _rows() if len(row["text"]) <= LONGEST})
    typed = set()
    for term in terms:
        start = draw.randrange(len(term))
        typed.add(
            draw.choice((term, term, term[: draw.randint(2, 6)], term[start : start + draw.randint(2, 6)])).strip()
        )
    found = sorted(typed)
    draw.shuffle(found)
    return found


def lookups() -> list[bytes]:
    """A look-up for each query."""
    return [get(f"/api/v1/lookup/?q={quote(q)}") for q in queries()]


def recognitions() -> list[bytes]:
    """A recognition for each sentence of the shipped documents."""
    return [post("/api/v1/recognise/", {"text": sentence}) for sentence in _sentences()]


def checks() -> list[bytes]:
    """Checks of a few sentences each, the translations made of the English terms of what stands in them, or some."""
    draw, english = random.Random(7), _english()
    pairs = []
    for sentence in _sentences():
        known = [term for chinese, term in english.items() if chinese in sentence and draw.random() < 0.8]
        pairs.append((sentence, f"The meeting took note of {', '.join(known)}."))
    return [
        post(
            "/api/v1/check/",
            {
                "source": "zh",
                "target": "en",
                "segments": [
                    {"id": number, "source": source, "target": target}
                    for number, (source, target) in enumerate(pairs[at : at + SEGMENTS])
                ],
            },
        )
        for at in range(0, len(pairs), SEGMENTS)
    ]


def get(path: str, **headers: str) -> bytes:
    """A request without a body, as it goes over the wire."""
    return _head("GET", path, headers) + b"\r\n"


def post(path: str, body: object, *, method: str = "POST", **headers: str) -> bytes:
    """A request with a body of JSON, as it goes over the wire."""
    content = json.dumps(body).encode()
    headers |= {"Content_Type": "application/json", "Content_Length": str(len(content))}
    return _head(method, path, headers) + b"\r\n" + content


def _head(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{fields}".encode()


def _rows() -> Iterator[dict[str, str]]:
    with (ROOT / "fixtures" / "termbase.csv").open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _english() -> dict[str, str]:
    """By Chinese term the first English one of its concept."""
    of_concept: dict[str, str] = {}
    rows = list(_rows())
    for row in rows:
        if row["language"] == "en":
            of_concept.setdefault(row["concept"], row["text"])
    return {
        row["text"]: of_concept[row["concept"]]
        for row in rows
        if row["language"] != "en" and row["concept"] in of_concept
    }


def _sentences() -> list[str]:
    """Those of the shipped documents, in order."""
    texts = (path.read_text(encoding="utf-8") for path in sorted((ROOT / "fixtures" / "documents").glob("*.txt")))
    return [
        sentence
        for text in texts
        for sentence in (part.strip() for part in re.split("(?<=[。；])", re.sub(r"\s+", "", text)))
        if 10 <= len(sentence) <= LONGEST
    ]
