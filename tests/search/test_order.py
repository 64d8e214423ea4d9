"""The sequence of hits is exactly the documented one: random termbases against a search that tries every term."""

import random
import re
from dataclasses import replace

import pytest
from django.db import connection

from termbase.models import Concept, Term
from termbase.search import MODES, Query, lookup_page, pinyin, sql
from termbase.vocabulary import AdministrativeStatus
from tests.search.exhaustive import Exhaustive, Found

pytestmark = pytest.mark.django_db

# Few characters and words, so that a query meets many terms and terms of all tiers meet.
HAN = "毒罪办公室国际恐怖主义司法"
ENGLISH = re.findall(
    r"\S+",
    "terrorism terrorist fighter fighters foreign money-laundering money laundering co-operation cooperation"
    " criminalise criminalize organized organised crime drug drugs office of the state's un unodc offence",
)
STATUSES = AdministrativeStatus.values


class Termbase:
    """A random termbase and random queries that suit it."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        concepts = Concept.objects.bulk_create(Concept(key=f"c{n}") for n in range(150))
        Term.objects.bulk_create(term for concept in concepts for term in self._terms(concept))
        for concept in self.draw.sample(concepts, 10):
            concept.withdraw()
        self.keys = list(Term.objects.values_list("key", flat=True))
        self.english_keys = [key for key in self.keys if key.isascii()]

    def _terms(self, concept):
        draw = self.draw
        for language in ("zh-Hans", "zh-Hant", "en"):
            texts = {
                self.english() if language == "en" else self.chinese() for _ in range(draw.choice((0, 1, 1, 2, 4)))
            }
            for n, text in enumerate(sorted(texts)):
                status = "preferred" if n == 0 else draw.choice(STATUSES[1:])
                if draw.random() < 0.3:
                    status = draw.choice(STATUSES[1:])
                review = draw.choice(("approved",) * 6 + ("proposed", "rejected"))
                yield Term(
                    concept=concept,
                    language=language,
                    text=text,
                    administrative_status=status,
                    review_status=review,
                    source="made up",
                    reliability=draw.randint(1, 4),
                    term_type=draw.choice(("full_form", "variant")),
                )

    def chinese(self) -> str:
        """Two to thirty characters, mostly few; at times with Latin letters."""
        draw = self.draw
        text = "".join(draw.choices(HAN, k=draw.choice((1, 2, 2, 3, 4, 4, 5, 6, 8, 13, 25))))
        return draw.choice((text, text, text, text, f"UN{text}", f"{text}-19"))

    def english(self) -> str:
        """One to five words."""
        return " ".join(self.draw.choices(ENGLISH, k=self.draw.choice((1, 1, 2, 2, 3, 5))))

    def queries(self, each: int) -> list[str]:
        """So many of each kind, most of which find something in one tier or another; no two alike."""
        draw = self.draw
        found = []
        for _ in range(each):
            key = draw.choice(self.keys)
            start, at = draw.randrange(len(key)), draw.randrange(len(key))
            piece = key[start : start + draw.randint(1, 5)]
            words = key.split()
            draw.shuffle(words)
            found += [
                key,
                key[: draw.randint(1, 4)],
                piece,
                f" {draw.choice(HAN)} {draw.choice(HAN)} ",
                f"{piece} {draw.choice(HAN)}",
                " ".join(words[:3]),
                draw.choice(self.english_keys).replace("-", " ") + "s",
                draw.choice(self.english_keys).replace(" ", "-"),
                " ".join(draw.sample(ENGLISH, 2)),
                f"{key[:2]}*{key[-2:]}",
                f"{key[:at]}?{key[at + 1 :]}",
                f"*{draw.choice(HAN)}?*",
                key[:at] + key[at + 1 :],
                key[:at] + draw.choice("毒罪xe") + key[at + 1 :],
                key[:at] + key[at : at + 2][::-1] + key[at + 2 :],
                draw.choice(("dú zuì", "duzui", "gong2 shi4", "gj", "kbzy", "sifa", "guo ji", "du", "unduzui")),
                self.chinese(),
                self.english().replace("r", "", 1).replace("o", "u", 1),
            ]
        return [text for text in dict.fromkeys(found) if not unindexable(text)]


def pages(query: Query, limit: int) -> list[Found]:
    """All hits, page by page."""
    found, cursor = [], ""
    while True:
        page = lookup_page(replace(query, cursor=cursor, limit=limit))
        assert len(page.hits) <= limit
        found += [Found(hit.concept.key, hit.match, hit.matched.text) for hit in page.hits]
        cursor = page.next
        if not cursor:
            return found
        assert len(page.hits) == limit


def unindexable(text: str) -> bool:
    """Wildcards with nothing to go by: no beginning, no Chinese character, not three letters in a row."""
    return not text.strip() or (text.strip()[0] in "*?" and re.search(r"[一-龥]|[^\W_]{3}", text) is None)


def enough(expected: list[Found], limit: int) -> int:
    """`limit`, or so much more that what is expected comes on some six pages."""
    return max(limit, len(expected) // 6)


def plan(*, by_index: bool) -> None:
    """A table this small is read whole where the planner is free to; a large one never is. Plans are kept, too."""
    plans = "force_generic_plan" if by_index else "auto"
    settings = {"enable_seqscan": "off" if by_index else "on", "plan_cache_mode": plans}
    with connection.cursor() as cursor:
        for name, value in settings.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
        cursor.execute("DISCARD PLANS")


def few(most: int, template: str = sql._BEGINNING) -> str:
    """The statement that goes through beginnings, with another limit to what it sorts."""
    assert sql._FEW == 500
    return template.replace("500", str(most)).replace("501", str(most + 1))


@pytest.mark.parametrize("seed", range(4))
def test_the_sequence_is_the_documented_one(seed, monkeypatch):
    termbase = Termbase(seed)
    exhaustive = Exhaustive()
    draw = random.Random(seed)
    matches = set()
    for text in termbase.queries(8):
        modes = draw.choice((None, None, (draw.choice(MODES),), tuple(draw.sample(MODES, 3))))
        query = Query(text, modes=modes or MODES, proposed=draw.random() < 0.3)
        expected = exhaustive.lookup(text, modes, proposed=query.proposed)
        limit = enough(expected, draw.choice((2, 7, 100)))
        # The last leaves the statements that are kept as others expect them.
        for by_index in (True, False):
            plan(by_index=by_index)
            monkeypatch.setattr(pinyin, "_FEW", 0 if by_index else 500)
            monkeypatch.setattr(sql, "_BEGINNING", few(0) if by_index else few(500))
            sql._sql.cache_clear()
            assert pages(query, limit) == expected, (query, by_index)
        matches.update(hit.match for hit in expected)
    assert matches == set(MODES), "every tier has been tried"


@pytest.mark.parametrize("seed", range(3))
def test_with_filters_too(seed):
    termbase = Termbase(100 + seed)
    exhaustive = Exhaustive()
    draw = random.Random(seed)
    for text in termbase.queries(6):
        source = draw.choice(("", "zh", "zh-Hant", "en"))
        statuses = tuple(draw.sample(STATUSES, draw.choice((0, 1, 2))))
        types = draw.choice(((), ("variant",)))
        reliability = draw.choice((0, 2, 4))
        query = Query(
            text,
            source=source,
            administrative_status=statuses,
            term_type=types,
            reliability=reliability,
            modes=("exact", "spelling", "prefix", "part", "words", "wildcard", "fuzzy"),
        )

        def shows(term, source=source, statuses=statuses, types=types, reliability=reliability):
            return (
                term.language.startswith(source)
                and (not statuses or term.administrative_status in statuses)
                and (not types or term.term_type in types)
                and term.reliability >= reliability
            )

        expected = exhaustive.lookup(text, query.modes, shows)
        assert pages(query, enough(expected, 5)) == expected, query
