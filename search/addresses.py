"""A query as the address of its page, and back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from search.query import FILTERS, MAX_DEPTH, SearchQuery, Sort

PAGE_SIZE = 20
_MOST_VALUES = 50


def query_of(params: QueryDict) -> SearchQuery:
    """The query that an address asks; what makes no sense in it is left out."""
    asked = {name: _values(params, name) for name in FILTERS}
    sort = params.get("sort", "")
    return SearchQuery(
        text=params.get("q", "").strip(),
        filters={name: values for name, values in asked.items() if values},
        sort=Sort(sort) if sort in Sort.values else Sort.RELEVANCE,
        page=_page(params.get("page", "")),
        size=PAGE_SIZE,
        as_typed=params.get("as_typed") == "1",
    )


def address_of(query: SearchQuery) -> str:
    """The address of the page that answers `query`."""
    params: list[tuple[str, str]] = [("q", query.text)] if query.text else []
    params += [(name, value) for name, values in query.filters.items() for value in values]
    if query.sort != Sort.RELEVANCE:
        params.append(("sort", query.sort.value))
    if query.as_typed:
        params.append(("as_typed", "1"))
    if query.page > 1:
        params.append(("page", str(query.page)))
    page = reverse("search:page")
    return f"{page}?{urlencode(params)}" if params else page


def _values(params: QueryDict, name: str) -> tuple[str, ...]:
    given = (value.strip()[:100] for value in params.getlist(name)[:_MOST_VALUES])
    return tuple(dict.fromkeys(value for value in given if value))


def _page(text: str) -> int:
    deepest = MAX_DEPTH // PAGE_SIZE
    return min(max(int(text), 1), deepest) if text.isdecimal() and len(text) < 10 else 1
