"""Building the index anew, and comparing it with the database."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.utils import timezone

from search import outbox
from search.documents import DocumentSource, sources
from search.engines import engine
from search.engines.base import Indexed, Rebuild, Write
from search.locks import held
from search.models import IndexEntry
from search.outbox import Drained

Progress = Callable[[int], None]
_BATCH = 500


class UnorderedSource(Exception):
    """A source does not give its uuids in order, so they cannot be compared."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(slots=True)
class Rebuilt:
    """What a rebuild did."""

    documents: int = 0
    failed: int = 0
    drained: Drained = field(default_factory=Drained)


@dataclass(slots=True)
class Drift:
    """How the index differs from the database, in things; `waiting` is no fault."""

    missing: int = 0
    extra: int = 0
    stale: int = 0
    stuck: int = 0
    waiting: int = 0
    compared: int = 0

    @property
    def faults(self) -> int:
        return self.missing + self.extra + self.stale + self.stuck


# building anew


def rebuild(*, progress: Progress | None = None, wait: float = 0.0) -> Rebuilt:
    """Build the index anew from the sources while the old one serves, then swap.

    Changes that come meanwhile go to the old index as ever; after the swap, what differs is
    told to the new one before anyone else may write. Raises `LockBusy` while another runs.
    """
    done = Rebuilt()
    with held("rebuild", wait=wait), engine().rebuilding() as fresh:
        for source in sources():
            for uuids in _batches(source.uuids(), _BATCH):
                _add(fresh, source, uuids, done)
                if progress:
                    progress(len(uuids))
        with held("write", wait=max(wait, 60.0)):
            fresh.swap()
            compare(repair=True)
            done.drained = outbox.drain_under_lock()
    return done


def _add(fresh: Rebuild, source: DocumentSource, uuids: list[UUID], done: Rebuilt) -> None:
    known = {uuid: IndexEntry(uuid=uuid, source=source.name, version=1) for uuid in uuids}
    IndexEntry.objects.bulk_create(known.values(), ignore_conflicts=True)
    versions = dict(IndexEntry.objects.filter(pk__in=uuids).values_list("pk", "version"))
    documents, failures = outbox.current_documents(dict.fromkeys(uuids, source.name))
    fresh.write([Write(uuid, versions[uuid], documents[uuid]) for uuid in documents])
    done.documents += len(documents)
    done.failed += len(failures)


def _batches(items: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


# comparing


_GIVEN, _NOTED, _INDEXED = range(3)
_Part = tuple[UUID, int, Any]
"""A thing, and what one of the three says of it."""


def compare(*, repair: bool = False, progress: Progress | None = None) -> Drift:
    """Compare the sources, the outbox and the index, thing by thing, in the order of uuids.

    With `repair`, what differs is put into the outbox anew; drain it afterwards.
    """
    drift = Drift()
    faulty: dict[str, dict[UUID, int]] = {}
    entries = IndexEntry.objects.order_by("pk").iterator(2000)
    streams: list[Iterator[_Part]] = [_given_by(source) for source in sources()]
    streams.append((row.pk, _NOTED, row) for row in entries)
    streams.append((row.uuid, _INDEXED, row) for row in engine().indexed())
    merged = heapq.merge(*streams, key=itemgetter(0, 1))
    for uuid, group in groupby(merged, key=itemgetter(0)):
        drift.compared += 1
        source, version = _judge({part: what for _uuid, part, what in group}, drift)
        if source is not None:
            faulty.setdefault(source, {})[uuid] = version
        if progress:
            progress(1)
    if repair:
        _requeue(faulty)
    return drift


def _judge(parts: dict[int, Any], drift: Drift) -> tuple[str | None, int]:
    """Count one thing; the source to ask about it again and the least version to write."""
    entry: IndexEntry | None = parts.get(_NOTED)
    indexed: Indexed | None = parts.get(_INDEXED)
    given: str | None = parts.get(_GIVEN)
    source = given or (entry.source if entry else "")
    version = max(entry.version if entry else 0, indexed.version if indexed else 0)
    if entry and entry.queued_at:
        if entry.tries < outbox.MAX_TRIES:
            drift.waiting += 1
            return None, 0
        drift.stuck += 1
        return source, version
    found = indexed is not None and not indexed.deleted
    if given and not found:
        drift.missing += 1
    elif found and not given:
        drift.extra += 1
    elif found and (entry is None or indexed is None or indexed.version != entry.version):
        drift.stale += 1
    else:
        return None, 0
    return source, version


def _requeue(faulty: dict[str, dict[UUID, int]]) -> None:
    for source, versions in faulty.items():
        for uuid, version in versions.items():
            row = {"source": source, "queued_at": timezone.now(), "tries": 0, "next_try_at": None}
            IndexEntry.objects.update_or_create(
                pk=uuid, defaults={**row, "version": version + 1, "last_error": ""}
            )


def _given_by(source: DocumentSource) -> Iterator[_Part]:
    last: UUID | None = None
    for uuid in source.uuids():
        if last is not None and uuid < last:
            raise UnorderedSource(source.name)
        last = uuid
        yield uuid, _GIVEN, source.name
