"""Made-up terms in any number, with the skew of real ones: few words in very many terms, many in few."""

import itertools
import random
from collections.abc import Iterator

from termbase.models import Concept, Term

BATCH = 5_000
_SYLLABLES = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "ing", "ol", "ist")]


class Maker:
    """Draws terms from a vocabulary of Chinese two-character words and English words, by Zipf's law."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        han = [chr(code) for code in self._random.sample(range(0x4E00, 0x9FA5), 3000)]
        self._zh = [self._random.choice(han) + self._random.choice(han) for _ in range(20_000)]
        self._en = ["".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 4))) for _ in range(20_000)]
        self._weights = list(itertools.accumulate(1 / rank for rank in range(1, 20_001)))

    def zh(self) -> str:
        """One to four words, without spaces."""
        return "".join(self._draw(self._zh))

    def en(self) -> str:
        """One to four words."""
        return " ".join(self._draw(self._en))

    def status(self) -> str:
        """Mostly preferred."""
        return self._random.choices(("preferred", "admitted", "deprecated", "superseded"), weights=(70, 24, 4, 2))[0]

    def _draw(self, words: list[str]) -> list[str]:
        return self._random.choices(words, cum_weights=self._weights, k=self._random.choice((1, 2, 2, 3, 3, 4)))


def fill(terms: int, maker: Maker) -> None:
    """Bring the database to `terms` approved terms, two a concept."""
    first = Concept.objects.count()
    for start in range(first, terms // 2, BATCH):
        concepts = Concept.objects.bulk_create(
            Concept(key=f"s{number}") for number in range(start, min(start + BATCH, terms // 2))
        )
        Term.objects.bulk_create(_terms(concepts, maker))


def _terms(concepts: list[Concept], maker: Maker) -> Iterator[Term]:
    for concept in concepts:
        for language, text in (("zh-Hans", maker.zh()), ("en", maker.en())):
            yield Term(
                concept=concept,
                language=language,
                text=text,
                administrative_status=maker.status(),
                review_status="approved",
                source="made up",
            )
