"""What is found: documents, and the sources that give them (检索文档).

An app that has something to find registers a `DocumentSource` in `AppConfig.ready` and calls
`search.outbox.changed(source, uuid)` inside the transaction of every change that alters a
document or who may see it. The search app asks back for the current state and knows no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from schools.audience import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocument:
    """One thing as the index holds it: its live content only, never a draft's.

    Codes (`kind`, `subject`, `stage`, `edition`, `scope`) are those of the domain; their words
    come from the vocabulary (`search.vocabulary`). Texts are plain, without markup.
    """

    uuid: UUID
    source: str
    """The name of the `DocumentSource`."""
    kind: str
    """The code of its kind, ``lesson_plan``."""
    title: str
    url: str
    """The path of its page, ``/resources/<uuid>/``, in the default language."""
    audience: frozenset[str]
    """Tokens of the live audience; empty means that nobody finds it."""
    body: str = ""
    attached: str = ""
    """The text of its files; found, and worth what the body is worth."""
    keywords: tuple[str, ...] = ()
    """Words it is also found by: tags, standards, contributors' names."""
    subject: str = ""
    stage: str = ""
    grade: int | None = None
    """1 to 12."""
    edition: str = ""
    volume: str = ""
    """As printed, ``上``."""
    chapters: tuple[str, ...] = ()
    """Titles from the unit down to the lesson."""
    school: str = ""
    """The name to show."""
    scope: str = ""
    tiers: tuple[str, ...] = ()
    """Of tiered homework: codes (``basic``) and names as written."""
    premium: bool = False
    quality: float = 0.0
    """0 to 1."""
    uses: int = 0
    published: datetime | None = None
    source_id: str = ""
    """Its id where it was imported from; goes out again in the API."""


class DocumentSource(Protocol):
    """What an app gives so that its things can be found."""

    name: str

    def uuids(self) -> Iterator[UUID]:
        """All that has a document now, ordered by uuid, streamed."""

    def documents(self, uuids: Collection[UUID]) -> Iterable[SearchDocument]:
        """The current documents of `uuids`; those without a live content are left out."""

    def readable(self, uuids: Collection[UUID], reader: Reader) -> Collection[UUID]:
        """Those of `uuids` that the reader may open now, asked of the database."""


class UnknownSource(LookupError):
    """No source is registered under this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"No search source is registered as {self.name!r}"


_sources: dict[str, DocumentSource] = {}


def register_source(source: DocumentSource) -> DocumentSource:
    """Add a source; a second one of the same name takes the first one's place."""
    _sources[source.name] = source
    return source


def unregister_source(name: str) -> None:
    """Forget a source."""
    _sources.pop(name, None)


def sources() -> list[DocumentSource]:
    """All sources, by name."""
    return [_sources[name] for name in sorted(_sources)]


def source_named(name: str) -> DocumentSource:
    """The source; raises `UnknownSource`."""
    try:
        return _sources[name]
    except KeyError:
        raise UnknownSource(name) from None
