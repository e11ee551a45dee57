"""How long a searcher waits for the index in all (耐心), however often one page asks it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SEARCH_WITHIN = 1.5
"""Seconds."""
_until: ContextVar[float | None] = ContextVar("search_until", default=None)


@contextmanager
def patience(seconds: float = SEARCH_WITHIN) -> Iterator[None]:
    """All that is asked inside is answered within `seconds`; within another one, within that."""
    if _until.get() is not None:
        yield
        return
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def left() -> float:
    """The seconds that may still be waited for one answer."""
    until = _until.get()
    return SEARCH_WITHIN if until is None else min(until - time.monotonic(), SEARCH_WITHIN)
