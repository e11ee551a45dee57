"""What is asked (`SearchQuery`) and what is answered (`SearchResult`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from search.documents import SearchDocument
from search.understanding import Chip

FACETS = ("kind", "subject", "grade", "edition", "volume", "scope", "tier", "premium")
"""Counted with every answer."""
FILTERS = (*FACETS, "stage", "chapter")
"""What may be asked for by code."""
MAX_SIZE = 100
MAX_DEPTH = 10_000
"""Hits that can be paged through; nobody reads on, and every engine has such a limit."""

Filters = Mapping[str, tuple[str, ...]]


class Sort(TextChoices):
    """The order of hits."""

    RELEVANCE = "relevance", pgettext_lazy("order of hits", "Best match")
    NEWEST = "newest", pgettext_lazy("order of hits", "Newest")
    USED = "used", pgettext_lazy("order of hits", "Most used")


class Relaxed(TextChoices):
    """What was let go of so that something is found."""

    PREMIUM = "premium", _("Not premium, or in another library.")
    EDITION = "edition", _("Of other editions.")
    VOLUME = "volume", _("Of other volumes.")
    KIND = "kind", _("Of other kinds.")
    GRADE = "grade", _("For other grades.")
    SUBJECT = "subject", _("In other subjects.")
    CHAPTER = "chapter", _("The lesson is only mentioned.")
    NEIGHBOURS = "neighbours", _("Lessons of the same unit.")
    SOME_WORDS = "some_words", _("Not every word had to match.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """One search as the reader put it; `filters` holds codes by facet."""

    text: str = ""
    filters: Filters = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 20
    as_typed: bool = False
    """Whether slips of the pen are left as they are."""

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that the reader may open, with what was found marked, as safe HTML."""

    document: SearchDocument
    title: SafeString
    excerpt: SafeString
    relaxed: tuple[Relaxed, ...] = ()
    """What was let go of for this one."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One line of a facet."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The answer to a `SearchQuery`; `degraded` when the index could not be asked."""

    query: SearchQuery
    total: int = 0
    hits: list[Hit] = field(default_factory=list)
    facets: dict[str, list[FacetValue]] = field(default_factory=dict)
    understood: tuple[Chip, ...] = ()
    corrected_to: str | None = None
    """The query that was asked instead."""
    relaxed: tuple[Relaxed, ...] = ()
    """All that was let go of for any of the hits."""
    exact: int = 0
    """How many of `total` fit entirely."""
    took: float = 0.0
    """Seconds."""
    degraded: bool = False
