"""The search page (查找资源), for readers and strangers alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from schools.users import signed_in
from search import nearby, recent, service
from search.access import may_keep_words
from search.addresses import address_of, query_of
from search.asked import note_in_vain, note_wanted
from search.engines.patience import patience
from search.lexicon import CHAPTER
from search.query import FACETS, MAX_DEPTH, Hit, Relaxed, SearchQuery, SearchResult, Sort
from search.vocabulary import FACET_LABELS, Code, Term, terms_by_code

_Words = Mapping[Code, Term]


@require_safe
@patience()
def results(request: HttpRequest) -> HttpResponse:
    """What the reader finds, page by page."""
    query = query_of(request.GET)
    result = service.search(query, request.user)
    pages = Paginator(range(min(result.total, MAX_DEPTH)), query.size)
    if result.total and query.page > pages.num_pages:
        return redirect(address_of(replace(query, page=pages.num_pages)))
    _remember(request, query, result)
    return render(request, "search/results.html", _context(request, query, result, pages))


@login_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Clear one's own recent searches."""
    recent.clear(request)
    return redirect("search:page")


@login_required
@require_POST
def want(request: HttpRequest) -> HttpResponse:
    """Note that somebody needs what was not found; editors see how often, not who."""
    text = request.POST.get("q", "").strip()
    if text:
        note_wanted(service.understood(text, request.user), signed_in(request))
        messages.success(request, _("Noted. Editors see every week what is wanted and missing."))
    return redirect(address_of(SearchQuery(text=text)))


def _remember(request: HttpRequest, query: SearchQuery, result: SearchResult) -> None:
    if not query.text or query.page > 1 or result.degraded:
        return
    recent.add(request, query.text)
    if not result.exact and not query.filters:
        note_in_vain(service.understood(query.text, request.user), request.user)


def _context(
    request: HttpRequest, query: SearchQuery, result: SearchResult, pages: Paginator[int]
) -> dict[str, object]:
    words = terms_by_code()
    return {
        "query": query,
        "result": result,
        "groups": list(_groups(result, words)),
        "understood": list(_understood(query, result, words)),
        "filtered": list(_filtered(query, words)),
        "facets": [(name, FACET_LABELS[name], _worth(name, result)) for name in FACETS],
        "hidden": _hidden(query),
        "chosen": sum(len(values) for values in query.filters.values()),
        "sorts": [
            (sort.label, address_of(replace(query, sort=sort, page=1)), sort == query.sort)
            for sort in Sort
        ],
        "page": pages.get_page(query.page),
        "freer": _freer(request, query, result),
        "as_typed_url": address_of(replace(query, as_typed=True, page=1)),
        "recent": recent.of(request),
        "without": list(_without(request, result, words)),
        "beside": list(_beside(request, query, result)),
        "editions": list(_editions(request, result, words)),
        "keeps_words": may_keep_words(request.user),
    }


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


@dataclass(frozen=True, slots=True)
class Group:
    """Hits that fit equally well, under what was let go of for them."""

    relaxed: tuple[Relaxed, ...]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Way:
    """A search nearby: without a condition, another lesson, the lesson in another edition."""

    label: str
    url: str
    total: int | None = None


def _groups(result: SearchResult, words: _Words) -> Iterator[Group]:
    for relaxed, hits in groupby(result.hits, key=lambda hit: hit.relaxed):
        yield Group(relaxed, [_row(hit, words) for hit in hits])


def _worth(name: str, result: SearchResult) -> list[object]:
    """The values of a facet, unless there is nothing to choose."""
    values = result.facets.get(name, [])
    if name == "premium":
        values = [value for value in values if value.value == "1"]
    return [*values] if len(values) > 1 or any(v.chosen for v in values) or name in _ALWAYS else []


_ALWAYS = frozenset({"kind", "subject", "grade", "premium"})


def _beside(request: HttpRequest, query: SearchQuery, result: SearchResult) -> Iterator[Way]:
    """Lessons of the same unit."""
    if not any(chip.facet == CHAPTER for chip in result.understood):
        return
    for title in nearby.neighbours(result.understood, request.user):
        yield Way(title, address_of(replace(query, text=title, page=1, as_typed=False)))


def _editions(request: HttpRequest, result: SearchResult, words: _Words) -> Iterator[Way]:
    for found in nearby.in_other_editions(result, request.user):
        label = service.label_of("edition", found.value, words)
        yield Way(label, address_of(found.query), found.total)


def _without(request: HttpRequest, result: SearchResult, words: _Words) -> Iterator[Way]:
    labels = {chip.without: chip.label for chip in _chips(result, words)}
    for found in nearby.without_one(result, request.user):
        yield Way(labels[found.value], address_of(found.query), found.total)


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


@dataclass(frozen=True, slots=True)
class _Shown:
    label: str
    text: str
    without: str


def _chips(result: SearchResult, words: _Words) -> Iterator[_Shown]:
    for (text, without), chips in groupby(result.understood, key=lambda c: (c.text, c.without)):
        # 七上 says a grade and a half of the year: one chip.
        label = " ".join(
            chip.label or service.label_of(chip.facet, chip.value, words) for chip in chips
        )
        yield _Shown(label, text, without)


def _understood(query: SearchQuery, result: SearchResult, words: _Words) -> Iterator[ShownChip]:
    for chip in _chips(result, words):
        url = address_of(replace(query, text=chip.without, page=1))
        yield ShownChip(chip.label, chip.text if chip.text != chip.label else "", url)


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
                service.label_of(facet, value, words)
                for facet, values in query.filters.items()
                if found.facet in (facet, nearby.EVERY_FILTER)
                for value in values
            )
            or query.text,
            total=found.total,
            url=address_of(found.query),
        )
        for found in nearby.alternatives(query, request.user)
    ]
