"""Fields that are computed from another field whenever a row is written, and rules of text shared by the models.

They hook into `pre_save`, which `save` and `bulk_create` call; `Matched` and `MatchedQuerySet` see to the other ways of
writing, so that no code can forget them.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from termbase.models.copying import CopiedQuerySet
from termbase.text.ngrams import indexed_ngrams, seams
from termbase.text.normalise import normalise
from termbase.text.pinyin import reading_of
from termbase.text.stems import compound, indexed_stems

# A row's fields are computed one after the other, most of them of the key of one text.
_key_of = lru_cache(maxsize=16)(normalise)
Value = TypeVar("Value")
Row = TypeVar("Row", bound=models.Model)

CONTROL_CHARACTERS = r"[\u0001-\u001F\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]"
"""C0 and C1 controls, line and paragraph separators, byte-order marks: no term holds one, no format carries one."""
SPACE = r"[ \u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]"
"""White space that can stand in a line; PostgreSQL's trim() and \\s know only the first."""
MAX_BYTES = 2_600
"""The longest text, or key, in UTF-8, that PostgreSQL takes into a B-tree index."""
UNCLEAN = f"{CONTROL_CHARACTERS}|^{SPACE}|{SPACE}$"
_UNCLEAN = re.compile(f"[\0\ud800-\udfff]|{CONTROL_CHARACTERS}|^{SPACE}|{SPACE}$")


def is_clean(text: str) -> bool:
    """Whether the constraint of `clean_text` takes `text`."""
    return bool(text) and not _UNCLEAN.search(text)


class KeyField(models.TextField):  # type: ignore[type-arg]
    """The matching key of the model's `text`, or field `of`, in C collation: look-up goes by code points."""

    def __init__(self, *args: Any, of: str = "text", **kwargs: Any) -> None:
        self.of = of
        kwargs.update(editable=False, db_collation="C", default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | ({} if self.of == "text" else {"of": self.of})

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        return _computed(self, model_instance, self.compute)

    @staticmethod
    def compute(text: str) -> str:
        """The key of `text`."""
        return _key_of(text)


class CompoundField(KeyField):
    """An English `text` as one word, to find it whatever spaces and hyphens are typed."""

    @staticmethod
    def compute(text: str) -> str:
        """The compound of `text`."""
        return compound(_key_of(text))


class PiecesField(ArrayField):  # type: ignore[type-arg]
    """Pieces of the model's `text` by which it is found."""

    of = "text"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(editable=False, base_field=models.TextField(), default=list)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> list[str]:
        return _computed(self, model_instance, self.compute)

    @staticmethod
    def compute(text: str) -> list[str]:
        """The pieces of `text`."""
        raise NotImplementedError


class NgramsField(PiecesField):
    """The n-grams of the model's `text`, for search of any part of it."""

    @staticmethod
    def compute(text: str) -> list[str]:
        """The n-grams of `text`."""
        return indexed_ngrams(_key_of(text))


class TermNgramsField(NgramsField):
    """The n-grams of a term's `text`, with those across the spaces between its Latin words."""

    @staticmethod
    def compute(text: str) -> list[str]:
        """The n-grams of `text`, then its seams."""
        key = _key_of(text)
        return indexed_ngrams(key) + seams(key)


class StemsField(PiecesField):
    """The stems of the English words of the model's `text`, for search by words in any form and order."""

    @staticmethod
    def compute(text: str) -> list[str]:
        """The stems of `text`."""
        return indexed_stems(_key_of(text))


class ReadingField(models.TextField):  # type: ignore[type-arg]
    """The reading of a Chinese `text`: filled with pinyin while blank, an editor's correction afterwards."""

    of = "text"

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        written = str(getattr(model_instance, self.attname))
        if written or not str(getattr(model_instance, "language", "")).startswith("zh"):
            return written
        return _computed(self, model_instance, reading_of)


def _computed(field: "models.Field[Any, Any]", instance: Any, compute: Callable[[str], Value]) -> Value:
    value = compute(str(getattr(instance, field.of)))  # type: ignore[attr-defined]
    setattr(instance, field.attname, value)
    return value


class MatchedQuerySet(CopiedQuerySet[Row]):
    """Rows with computed fields: `update` and `bulk_update`, which pass `pre_save` by, compute them as well."""

    def update(self, **values: Any) -> int:
        for field in _computed_fields(self.model):
            if isinstance(values.get(field.of), str) and not isinstance(field, ReadingField):
                values.setdefault(field.attname, field.compute(values[field.of]))
        return super().update(**values)

    def bulk_update(self, objs: Iterable[Row], fields: Iterable[str], batch_size: int | None = None) -> int:
        rows, names = list(objs), set(fields)
        for field in _computed_fields(self.model):
            if field.of in names:
                names.add(field.attname)
                for row in rows:
                    field.pre_save(row, False)
        return super().bulk_update(rows, names, batch_size)


class Matched(models.Model):
    """A row with computed fields, which a `save` of what they are computed from writes as well."""

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is not None:
            written = set(update_fields)
            update_fields = written.union(f.attname for f in _computed_fields(type(self)) if f.of in written)
        super().save(*args, update_fields=update_fields, **kwargs)


def _computed_fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.get_fields() if isinstance(field, (KeyField, PiecesField, ReadingField))]


def clean_text(field: str, name: str) -> models.CheckConstraint:
    """A constraint: `field` is not blank, has no white space at its ends and no control characters."""
    rule = ~models.Q(**{field: ""}) & ~models.Q(**{f"{field}__regex": UNCLEAN})
    return models.CheckConstraint(condition=rule, name=name)
