"""What was counted over all that a reader may see is kept until something in the library changes.

It is kept under the reader's tokens and the sum of the versions in the outbox. Whatever changes
a resource or who sees it raises that sum in its own transaction, so a sum names one state of the
library and a count is never an older one's. Ask with what is committed: pages do, actions do not.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache

from schools.audience import Reader, tokens_of
from search import outbox

T = TypeVar("T")

SOURCE = "resources"
"""The name of the library's search source."""
LONGEST = 3600
"""Seconds; a changed library leaves what nobody asks for any more."""


def kept(question: str, reader: Reader, answer: Callable[[], T]) -> T:
    """The answer to a question that depends on the library and on who asks, on nothing else."""
    tokens = sha256("\n".join(sorted(tokens_of(reader))).encode()).hexdigest()
    # Before the answer is looked up: it may be newer than its name says, never older.
    key = f"library:{outbox.changes_of(SOURCE)}:{tokens}:{question}"
    found: tuple[T] | None = cache.get(key)
    if found is None:
        found = (answer(),)
        cache.set(key, found, LONGEST)
    return found[0]
