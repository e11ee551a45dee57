"""The weight of a document: score = text × log2(2 + weight), the same in every engine."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from search.documents import SearchDocument

_FRESH_DAYS = 540


def weight(document: SearchDocument, now: datetime) -> float:
    """0 for a thing that nobody rated or used, about 4 for the best; computed at indexing."""
    quality = 2.0 * min(max(document.quality, 0.0), 1.0)
    use = min(math.log10(1 + max(document.uses, 0)), 3.0) / 3
    fresh = 0.0
    if document.published:
        # Whole days, so that equal things told to the index an hour apart are still equal.
        days = max((now.astimezone(UTC).date() - document.published.astimezone(UTC).date()).days, 0)
        fresh = math.exp(-math.log(2) * (days / _FRESH_DAYS) ** 2)
    return quality + use + 0.5 * fresh
