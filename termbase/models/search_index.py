"""Columns, indexes and words for look-up that the database itself keeps, whatever the way of writing.

The functions `termbase_…` are made by migrations; `docs/architecture.md` tells how a query uses them.
"""

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from termbase.models.history import with_history_of_deletions
from termbase.models.matching import KeyField
from termbase.vocabulary import AdministrativeStatus, Language

RANK_STEP = 10_000
"""Between the ranks of two administrative statuses: more than the length of any key."""


def search_rank() -> models.GeneratedField:
    """What hits are ordered by before all else: the administrative status, preferred first, then the key's length."""
    whens = (
        models.When(administrative_status=value, then=rank * RANK_STEP)
        for rank, value in enumerate(AdministrativeStatus)
    )
    rank = models.Case(*whens, default=len(AdministrativeStatus) * RANK_STEP)
    length = Length("key")
    return models.GeneratedField(
        expression=models.ExpressionWrapper(rank + length, output_field=models.IntegerField()),
        output_field=models.IntegerField(),
        db_persist=True,
    )


def search_order(term: Any) -> tuple[str, int, str]:
    """Roughly where a new term goes in the indexes: those that go to one place are best written one after another."""
    return term.administrative_status, len(term.text), term.text


def of_reading(function: str) -> models.GeneratedField:
    """A plain-letter form of the reading: `pinyin` without tones and spaces, or the `initials` of its syllables."""
    output = models.TextField(db_collation="C")
    return models.GeneratedField(
        expression=Func(F("reading"), function=f"termbase_{function}", output_field=output),
        output_field=output,
        db_persist=True,
    )


def term_indexes() -> list[models.Index]:
    """The indexes of terms that look-up goes by; their order is that of the hits."""
    tokens = ("review_status", "search_rank", "key", "ngrams", "stems", "pinyin", "initials")
    chinese = ~Q(language=Language.EN)
    return [
        # Equal keys come in order. A longer key does not fit an index entry, but nor does it into a query.
        models.Index("key", "search_rank", "id", name="term_key"),
        # The order of hits itself: of each rank, the keys with a given beginning stand side by side.
        models.Index("search_rank", "key", "id", name="term_order"),
        models.Index("compound", "search_rank", "id", name="term_compound", condition=~Q(compound="")),
        models.Index("pinyin", "search_rank", "id", name="term_pinyin", condition=~Q(pinyin="")),
        models.Index("initials", "search_rank", "id", name="term_initials", condition=~Q(initials="")),
        # Asked bucket by bucket, so a list of entries still to be sorted in would be read again for each.
        GinIndex(_array("termbase_search_tokens", *tokens), name="term_search", fastupdate=False),
        _gathered(_array("termbase_one_error", "key"), "term_one_error", chinese),
        remark_index("note_key", "term_note"),
        remark_index("usage_note_key", "term_usage_note"),
        # Which concepts have a term of a status is read off it: rows of terms are wide.
        models.Index("concept", "review_status", "administrative_status", name="term_of_concept"),
    ]


def remark_index(field: str, name: str) -> GinIndex:
    """An index of the n-grams of a definition's or a note's key; most notes are empty and take no room in it."""
    return _gathered(_array("termbase_text_ngrams", field), name, ~Q(**{field: ""}))


def _gathered(expression: Func, name: str, condition: Q) -> GinIndex:
    """An index that a look-up asks once: new entries are gathered, up to so many KB, and sorted in together.

    That costs a fifth of sorting each in by itself, and reading through a megabyte of them a millisecond.
    """
    return GinIndex(expression, name=name, condition=condition, fastupdate=True, gin_pending_list_limit=1024)


def _array(function: str, *fields: str) -> Func:
    return Func(*map(F, fields), function=function, output_field=ArrayField(models.TextField()))


def know_words() -> list[pgtrigger.Trigger]:
    """Triggers that add the words of new and changed keys to `KnownWord`."""
    # No unique constraint, so that two writers of one new word need not wait for each other; a word twice does no harm.
    know = (
        "INSERT INTO termbase_knownword (text)"
        " SELECT DISTINCT word FROM new_rows, LATERAL (SELECT unnest(stems)"
        " UNION SELECT unnest(regexp_matches(key, '[a-z]{4,30}', 'g'))) AS words (word) WHERE word ~ '^[a-z]{2,30}$'"
        " AND NOT EXISTS (SELECT FROM termbase_knownword AS known WHERE known.text = word); RETURN NULL;"
    )
    kinds = (("insert", pgtrigger.Insert), ("update", pgtrigger.Update))
    return [
        pgtrigger.Trigger(
            name=f"term_{name}_knows_words",
            operation=operation,
            when=pgtrigger.After,
            level=pgtrigger.Statement,
            referencing=pgtrigger.Referencing(new="new_rows"),
            func=know,
        )
        for name, operation in kinds
    ]


class KnownWord(models.Model):
    """An English word, or the stem of one, that stands in a term, or once stood: what a mistyped one may have meant."""

    text = models.TextField(db_collation="C")

    class Meta:
        ordering = ["text"]
        verbose_name = _("known word")
        verbose_name_plural = _("known words")
        indexes = [
            models.Index("text", name="known_word_text"),
            GinIndex(_array("termbase_two_errors", "text"), name="known_word_two_errors"),
        ]

    def __str__(self) -> str:
        return self.text


class FailedLookup(models.Model):
    """A query that found nothing, as text alone: nothing about who asked it."""

    key = KeyField()
    text = models.TextField(help_text=_("As last typed."))
    count = models.PositiveIntegerField(default=1)
    first_seen = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-count", "-last_seen", "pk"]
        verbose_name = _("failed look-up")
        verbose_name_plural = _("failed look-ups")
        constraints = [
            models.UniqueConstraint("key", name="failed_lookup_key_unique"),
            models.CheckConstraint(condition=Q(count__gt=0), name="failed_lookup_counted"),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("text"), 200), LessThanOrEqual(Length("key"), 200)),
                name="failed_lookup_is_short",
            ),
        ]
        indexes = [models.Index(fields=["-count", "-last_seen", "id"], name="failed_lookup_order")]
        triggers = with_history_of_deletions("failed_lookup")

    def __str__(self) -> str:
        return self.text
