"""Trying dead letters again."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from schools.audit import record
from schools.models import User
from search.models import IndexEntry
from search.outbox import dead_letters, try_again


@transaction.atomic
def retry(*, letters: Sequence[IndexEntry], by: User) -> int:
    """Put them back among what waits; how many were still dead."""
    asked = [letter.pk for letter in letters]
    dead = list(dead_letters().select_for_update().filter(pk__in=asked).order_by("pk"))
    again = try_again([letter.pk for letter in dead])
    for letter in dead:
        record("search.retried", letter, by=by, source=letter.source, reason=letter.last_error)
    return again
