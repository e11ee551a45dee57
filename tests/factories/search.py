"""A source of search documents for tests: things in a dict, seen by their audience tokens."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from schools.audience import PUBLIC, Reader, tokens_of
from search import outbox
from search.documents import SearchDocument, register_source, unregister_source
from search.vocabulary import Term, register_vocabulary, unregister_vocabulary

NAME = "things"


def document(title: str = "济南的冬天", **fields: Any) -> SearchDocument:
    """A public document; its address holds its uuid."""
    uuid = fields.pop("uuid", None) or uuid4()
    given: dict[str, Any] = {
        "uuid": uuid,
        "source": NAME,
        "kind": "lesson_plan",
        "title": title,
        "url": f"/things/{uuid}/",
        "audience": frozenset({PUBLIC}),
    }
    return SearchDocument(**{**given, **fields})


class Things:
    """A `DocumentSource` over a dict; `put` and `remove` note the change as an app would."""

    name = NAME

    def __init__(self) -> None:
        self.held: dict[UUID, SearchDocument] = {}
        self.broken: set[UUID] = set()

    def put(self, *documents: SearchDocument) -> SearchDocument:
        """Make or alter things in one transaction; the last of them."""
        with transaction.atomic():
            self.held.update((made.uuid, made) for made in documents)
            outbox.changed(NAME, *(made.uuid for made in documents))
        return documents[-1]

    def alter(self, thing: SearchDocument, **fields: Any) -> SearchDocument:
        return self.put(replace(thing, **fields))

    def remove(self, thing: SearchDocument) -> None:
        with transaction.atomic():
            del self.held[thing.uuid]
            outbox.changed(NAME, thing.uuid)

    def uuids(self) -> Iterator[UUID]:
        yield from sorted(self.held)

    def documents(self, uuids: Collection[UUID]) -> Iterable[SearchDocument]:
        if self.broken & set(uuids):
            raise ValueError("unreadable")
        return [self.held[uuid] for uuid in uuids if uuid in self.held]

    def readable(self, uuids: Collection[UUID], reader: Reader) -> Collection[UUID]:
        tokens = tokens_of(reader)
        return {uuid for uuid in uuids if uuid in self.held and tokens & self.held[uuid].audience}


def vocabulary() -> Iterable[Term]:
    """Two kinds and a subject, with their Chinese words."""
    yield Term("kind", "lesson_plan", "Lesson plan", forms=("教案", "教学设计"))
    yield Term("kind", "microlecture", "Microlecture", forms=("微课",))
    yield Term("subject", "chinese", "Chinese", forms=("语文",))


@contextmanager
def own_index(settings: Any, path: Path) -> Iterator[Things]:
    """An empty index of one's own, and a source of things for it."""
    settings.GONGBEI_VAR = path
    things = Things()
    with own_sources(things):
        yield things


@contextmanager
def own_sources(things: Things) -> Iterator[None]:
    """`things` are a source of documents, and the vocabulary knows their kinds."""
    register_source(things)
    register_vocabulary(vocabulary)
    try:
        yield
    finally:
        unregister_vocabulary(vocabulary)
        unregister_source(NAME)
