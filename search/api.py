"""`/api/v1/resources` and `/api/v1/suggest`: what the search page finds, for programs."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field
from wagtail.api.v3.auth import BearerTokenAuth

from search import service
from search.query import FILTERS, MAX_DEPTH, MAX_SIZE, Hit, SearchQuery, SearchResult, Sort


class KeyOrSession(BearerTokenAuth):
    """A key in the header if there is one, else the session's user, else a stranger.

    A key that is unknown, revoked or of a user who is shut out is refused, not ignored.
    """

    def __call__(self, request: HttpRequest) -> Any:
        if "Authorization" in request.headers:
            return super().__call__(request)
        return request.user


router = Router(tags=["search"], auth=KeyOrSession())

Values = Annotated[list[str], Field(default_factory=list, max_length=50)]
Grades = Annotated[list[Annotated[int, Field(ge=1, le=12)]], Field(default_factory=list)]


class ResourceQuery(Schema):
    """What may be asked; a repeated key means any of its values."""

    q: str = ""
    kind: Values
    stage: Values
    subject: Values
    grade: Grades
    edition: Values
    volume: Values
    chapter: Values
    tier: Values
    scope: Values
    premium: bool | None = None
    sort: Literal["relevance", "newest", "used"] = "relevance"
    page: int = Field(1, ge=1, le=MAX_DEPTH)
    size: int = Field(20, ge=1, le=MAX_SIZE)
    as_typed: bool = False

    def as_search(self) -> SearchQuery:
        """The query in the search's own terms."""
        asked = {name: [str(value) for value in self._values(name)] for name in FILTERS}
        return SearchQuery(
            text=self.q,
            filters={name: tuple(values) for name, values in asked.items() if values},
            sort=Sort(self.sort),
            page=self.page,
            size=self.size,
            as_typed=self.as_typed,
        )

    def _values(self, name: str) -> list[str]:
        if name == "premium":
            return [] if self.premium is None else [str(int(self.premium))]
        values: list[str] = getattr(self, name)
        return values


class Highlights(Schema):
    """What was found, as HTML in which only ``<mark>`` occurs."""

    title: str
    body: str


class ResourceItem(Schema):
    """One thing that the reader may open."""

    id: UUID
    source_id: str | None
    url: str
    title: str
    kind: str
    subject: str | None
    grade: int | None
    highlights: Highlights


class FacetCount(Schema):
    """A value of a facet, counted under all filters but the facet's own."""

    value: str
    label: str
    count: int


class UnderstoodItem(Schema):
    """A word of the query that was read as a value of a facet."""

    facet: str
    value: str
    text: str


class ResourcePage(Schema):
    """One page of what was found."""

    total: int
    items: list[ResourceItem]
    facets: dict[str, list[FacetCount]]
    understood: list[UnderstoodItem]
    corrected_to: str | None
    relaxed: list[str]
    degraded: bool


class SuggestionItem(Schema):
    """A completion: a term of a facet, or a title with its address."""

    text: str
    facet: str | None
    value: str | None
    url: str | None


class Suggestions(Schema):
    """Completions, the best first."""

    items: list[SuggestionItem]


@router.get("/resources", response=ResourcePage, summary="Find resources")
def resources(request: HttpRequest, asked: Query[ResourceQuery]) -> dict[str, Any]:
    """Resources that the reader may see, with facets and highlights."""
    return _page(service.search(asked.as_search(), request.user))


@router.get("/suggest", response=Suggestions, summary="Complete a query")
def suggest(request: HttpRequest, q: str = "") -> dict[str, Any]:
    """Completions from the vocabulary and from titles that the reader may see."""
    return {
        "items": [
            {
                "text": suggestion.text,
                "facet": suggestion.facet or None,
                "value": suggestion.value or None,
                "url": suggestion.url or None,
            }
            for suggestion in service.suggest(q, request.user)
        ]
    }


def _page(result: SearchResult) -> dict[str, Any]:
    return {
        "total": result.total,
        "items": [_item(hit) for hit in result.hits],
        "facets": result.facets,
        "understood": result.understood,
        "corrected_to": result.corrected_to,
        "relaxed": [str(what.value) for what in result.relaxed],
        "degraded": result.degraded,
    }


def _item(hit: Hit) -> dict[str, Any]:
    document = hit.document
    return {
        "id": document.uuid,
        "source_id": document.source_id or None,
        "url": document.url,
        "title": document.title,
        "kind": document.kind,
        "subject": document.subject or None,
        "grade": document.grade,
        "highlights": {"title": hit.title, "body": hit.excerpt},
    }
