"""Sums over many thousands of rows: counted by one of those who ask, and given to all the others for a while."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import caches

LEAST_SECONDS = 2
_TIMES = 30
_LONGEST_SECONDS = 60
counting: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
"""Who counts just now, by key."""
T = TypeVar("T")


def kept(key: str, count: Callable[[], T], *, is_many: Callable[[T], bool]) -> T:
    """Give what ``count`` gives, kept for thirty times as long as it took where ``is_many`` says so of it.

    When that time is over one of those who ask counts again; the others are given the last sums meanwhile.
    """
    known: tuple[T, float] | None = caches["sums"].get(key)
    if known is not None and (time.monotonic() < known[1] or not counting[key].acquire(blocking=False)):
        return known[0]
    began = time.monotonic()
    try:
        sums = count()
    finally:
        if known is not None:
            counting[key].release()
    if is_many(sums):
        now = time.monotonic()
        caches["sums"].set(key, (sums, now + max(LEAST_SECONDS, _TIMES * (now - began))), _LONGEST_SECONDS)
    return sums
