"""The search page (查找资源), for readers and strangers alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import translate_url
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from search import service
from search.addresses import address_of, query_of
from search.query import FACETS, MAX_DEPTH, Hit, SearchQuery, SearchResult, Sort
from search.vocabulary import FACET_LABELS, Code, Term, terms_by_code

_Words = Mapping[Code, Term]


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What the reader finds, page by page."""
    query = query_of(request.GET)
    result = service.search(query, request.user)
    pages = Paginator(range(min(result.total, MAX_DEPTH)), query.size)
    if result.total and query.page > pages.num_pages:
        return redirect(address_of(replace(query, page=pages.num_pages)))
    words = terms_by_code()
    context = {
        "query": query,
        "result": result,
        "rows": [_row(hit, words) for hit in result.hits],
        "understood": list(_understood(query, result, words)),
        "filtered": list(_filtered(query, words)),
        "facets": [(name, FACET_LABELS[name], result.facets.get(name, [])) for name in FACETS],
        "hidden": _hidden(query),
        "chosen": sum(len(values) for values in query.filters.values()),
        "sorts": [
            (sort.label, address_of(replace(query, sort=sort, page=1)), sort == query.sort)
            for sort in Sort
        ],
        "page": pages.get_page(query.page),
        "freer": _freer(request, query, result),
    }
    return render(request, "search/results.html", context)


@dataclass(frozen=True, slots=True)
class Row:
    """A hit with its words in the reader's language."""

    hit: Hit
    url: str
    mark: str
    """One character for its kind."""
    kind: str
    subject: str
    grade: str
    scope: str


@dataclass(frozen=True, slots=True)
class ShownChip:
    """A condition of the query, with the address of the query without it."""

    label: str
    text: str
    """As typed, where that differs from the label."""
    url: str


@dataclass(frozen=True, slots=True)
class Freer:
    """A way on when nothing is found."""

    label: str
    total: int
    url: str


def _row(hit: Hit, words: _Words) -> Row:
    found = hit.document
    kind = service.label_of("kind", found.kind, words)
    term = words.get(("kind", found.kind))
    return Row(
        hit=hit,
        url=translate_url(found.url, get_language() or ""),
        mark=str(term.mark if term else "") or kind[:1],
        kind=kind,
        subject=service.label_of("subject", found.subject, words),
        grade=service.label_of("grade", str(found.grade or ""), words),
        scope=service.label_of("scope", found.scope, words),
    )


def _understood(query: SearchQuery, result: SearchResult, words: _Words) -> Iterator[ShownChip]:
    for chip in result.understood:
        label = service.label_of(chip.facet, chip.value, words)
        url = address_of(replace(query, text=chip.without, page=1))
        yield ShownChip(label, chip.text if chip.text != label else "", url)


def _filtered(query: SearchQuery, words: _Words) -> Iterator[ShownChip]:
    for facet, values in query.filters.items():
        for value in values:
            rest = {**query.filters, facet: tuple(v for v in values if v != value)}
            url = address_of(replace(query, filters=rest, page=1))
            yield ShownChip(service.label_of(facet, value, words), "", url)


def _hidden(query: SearchQuery) -> list[tuple[str, str]]:
    """What the form of the facets hands on without showing it."""
    kept = [("q", query.text)] if query.text else []
    if query.sort != Sort.RELEVANCE:
        kept.append(("sort", query.sort.value))
    others = (name for name in query.filters if name not in FACETS)
    return kept + [(name, value) for name in others for value in query.filters[name]]


def _freer(request: HttpRequest, query: SearchQuery, result: SearchResult) -> list[Freer]:
    if result.total or result.degraded:
        return []
    words = terms_by_code()
    return [
        Freer(
            label=" · ".join(
                service.label_of(found.facet, value, words)
                for value in query.filters.get(found.facet, ())
            )
            or query.text,
            total=found.total,
            url=address_of(found.query),
        )
        for found in service.alternatives(query, request.user)
    ]
