"""Figures that take long to count are not counted again for a while; who shows them says as of when they are."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language

SLOW, KEPT = 0.2, 300
"""What took longer to count than so many seconds is not counted again for so many."""

Counted = TypeVar("Counted")


@dataclass(frozen=True, slots=True)
class Kept(Generic[Counted]):
    """What was counted, and when."""

    value: Counted
    counted_at: datetime


def kept(name: str, count: Callable[[], Counted]) -> Kept[Counted]:
    """What `count` gives, now or, where that takes long, up to KEPT seconds ago: a small termbase is always counted.

    Kept for each language apart, for what is counted may have names in it.
    """
    key = f"{name}:{get_language()}"
    found: Kept[Counted] | None = cache.get(key)
    if found is not None:
        return found
    begun = time.perf_counter()
    counted = Kept(count(), timezone.now())
    if time.perf_counter() - begun > SLOW:
        cache.set(key, counted, KEPT)
    return counted
