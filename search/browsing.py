"""What can be found without an index (降级浏览): by facets and titles, from the database.

Apps register a browser of their things; while the index cannot be asked, it answers instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from schools.audience import Reader
from search.documents import SearchDocument
from search.query import SearchQuery


@dataclass(frozen=True, slots=True)
class Browsed:
    """A page of what the reader may open, and the counts of the facets that columns know."""

    total: int = 0
    documents: list[SearchDocument] = field(default_factory=list)
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


Browser = Callable[[SearchQuery, Reader], Browsed]
_browsers: list[Browser] = []


def register_browser(browser: Browser) -> Browser:
    """Have `browser` answer while the index cannot; the first one registered does."""
    if browser not in _browsers:
        _browsers.append(browser)
    return browser


def browse(query: SearchQuery, reader: Reader) -> Browsed:
    """What `query` finds by its filters and by titles that hold its words."""
    return _browsers[0](query, reader) if _browsers else Browsed()
