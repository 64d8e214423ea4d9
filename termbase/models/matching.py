"""Fields that are computed from another field whenever a row is written, and rules of text shared by the models.

They hook into `pre_save`, which `save`, `bulk_create` and `bulk_update` all call, so that no code can forget them.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Trim

from termbase.text.ngrams import indexed_ngrams
from termbase.text.normalise import normalise
from termbase.text.pinyin import reading_of

Value = TypeVar("Value")

CONTROL_CHARACTERS = r"[\u0001-\u001F\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]"
"""C0 and C1 controls, line and paragraph separators, byte-order marks: no term holds one, no format carries one."""


class KeyField(models.TextField):  # type: ignore[type-arg]
    """The matching key of the model's `text`, in C collation: prefix search needs the order of code points."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(editable=False, db_collation="C")
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        return _computed(self, model_instance, normalise)


class NgramsField(ArrayField):  # type: ignore[type-arg]
    """The n-grams of the model's `text`, for search of any part of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(editable=False, base_field=models.TextField(), default=list)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> list[str]:
        return _computed(self, model_instance, lambda text: indexed_ngrams(normalise(text)))


class ReadingField(models.TextField):  # type: ignore[type-arg]
    """The reading of a Chinese `text`: filled with pinyin while blank, an editor's correction afterwards."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        written = str(getattr(model_instance, self.attname))
        if written or not str(getattr(model_instance, "language", "")).startswith("zh"):
            return written
        return _computed(self, model_instance, reading_of)


def _computed(field: "models.Field[Any, Any]", instance: Any, compute: Callable[[str], Value]) -> Value:
    value = compute(str(instance.text))
    setattr(instance, field.attname, value)
    return value


def clean_text(field: str, name: str) -> models.CheckConstraint:
    """A constraint: `field` is not blank, has no white space at its ends and no control characters."""
    rule = (
        ~models.Q(**{field: ""})
        & models.Q(**{field: Trim(field)})
        & ~models.Q(**{f"{field}__regex": CONTROL_CHARACTERS})
    )
    return models.CheckConstraint(condition=rule, name=name)
