"""The library by its columns, for the search page while the index cannot be asked."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from resources.library.models import KINDS, Resource, Shelf
from resources.library.queries import readable
from resources.library.search_documents import ResourceSource
from schools.audience import Reader
from search.browsing import Browsed, register_browser
from search.query import Filters, SearchQuery, Sort
from search.segment import normalise

_COLUMNS = {
    "kind": "content_type",
    "subject": "subject",
    "grade": "grade",
    "stage": "stage",
    "edition": "volume__edition",
    "volume": "volume__part",
    "chapter": "chapter__title",
    "premium": "premium",
}
_AS_WRITTEN = {"edition": "edition", "volume": "part"}
_COUNTED = ("kind", "subject", "grade")
_MOST_WORDS = 5


def browse(query: SearchQuery, reader: Reader) -> Browsed:
    """Resources that the reader may open, by filters and by words in their titles."""
    pages = readable(reader).filter(live=True)
    for word in normalise(query.text[:60]).split()[:_MOST_WORDS]:
        pages = pages.filter(title__icontains=word)
    found = _filtered(pages, query.filters)
    return Browsed(
        total=found.count(),
        documents=_documents(found, query),
        facets={name: _counts(pages, name, query.filters) for name in _COUNTED},
    )


def _filtered(pages: QuerySet[Resource], filters: Filters) -> QuerySet[Resource]:
    for name, values in filters.items():
        pages = pages.filter(_condition(name, values))
    return pages


def _condition(name: str, values: tuple[str, ...]) -> Q:
    if name == "scope":
        open_there = Shelf.objects.open().filter(resource=OuterRef("pk"), level__in=values)
        return Q(Exists(open_there))
    if name in _AS_WRITTEN:  # of a book that the catalogue lacks
        written = Q(volume=None, **{f"textbook__{_AS_WRITTEN[name]}__in": values})
        return Q(**{f"{_COLUMNS[name]}__in": values}) | written
    if name not in _COLUMNS:
        return Q(pk=None)  # nothing in the database tells, so nothing is promised
    return Q(**{f"{_COLUMNS[name]}__in": [_as_kept(name, value) for value in values]})


def _as_kept(name: str, value: str) -> Any:
    match name:
        case "kind":
            return _types().get(value, 0)
        case "grade":
            return int(value) if value.isdecimal() and len(value) < 3 else 0
        case "premium":
            return value == "1"
    return value


def _types() -> dict[str, int]:
    kept = ContentType.objects.get_for_models(*KINDS.values())
    return {code: kept[model].pk for code, model in KINDS.items()}


def _documents(found: QuerySet[Resource], query: SearchQuery) -> list[Any]:
    order = "-uses" if query.sort == Sort.USED else "-first_published_at"
    page = found.order_by(order, "uuid")[query.offset : query.offset + query.size]
    uuids = list(page.values_list("uuid", flat=True))
    documents = {document.uuid: document for document in ResourceSource().documents(uuids)}
    return [documents[uuid] for uuid in uuids if uuid in documents]


def _counts(pages: QuerySet[Resource], name: str, filters: Filters) -> dict[str, int]:
    column = _COLUMNS[name]
    others = {facet: values for facet, values in filters.items() if facet != name}
    rows = _filtered(pages, others).order_by().values_list(column).annotate(Count("pk"))
    codes = {pk: code for code, pk in _types().items()} if name == "kind" else {}
    counted = ((codes.get(value, value), count) for value, count in rows)
    return {str(value): count for value, count in counted if value}


def register() -> None:
    """Have the library answer while the index cannot."""
    register_browser(browse)
