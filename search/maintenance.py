"""Building the index anew, and comparing it with the database."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import dropwhile, groupby, islice
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
_KEEP_EVERY = 10_000
"""Things after which a rebuild notes how far it is."""


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
    resumed: bool = False
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

    A rebuild that was killed goes on where it was. Changes that come meanwhile go to the old
    index as ever; after the swap, what differs is told to the new one before anyone else may
    write. Raises `LockBusy` while another runs.
    """
    done = Rebuilt()
    with held("rebuild", wait=wait), engine().rebuilding() as fresh:
        done.resumed = bool(fresh.position)
        unkept = 0
        for source, uuids in _after(fresh.position):
            _add(fresh, source, uuids, done)
            unkept += len(uuids)
            if unkept >= _KEEP_EVERY:
                fresh.keep(f"{source.name} {uuids[-1]}")
                unkept = 0
            if progress:
                progress(len(uuids))
        with held("write", wait=max(wait, 60.0)):
            fresh.swap()
            _requeue(_flagged()[1])
            done.drained = outbox.drain_under_lock()
    return done


def countable() -> int:
    """How many things a rebuild will go through."""
    return sum(1 for source in sources() for _uuid in source.uuids())


def _after(position: str) -> Iterator[tuple[DocumentSource, list[UUID]]]:
    """All things by source, in batches; of those before `position` none."""
    name, _space, last = position.partition(" ")
    for source in sources():
        if source.name < name:
            continue
        uuids = source.uuids()
        if source.name == name:
            uuids = dropwhile(UUID(last).__ge__, uuids)
        yield from ((source, batch) for batch in _batches(uuids, _BATCH))


def _add(fresh: Rebuild, source: DocumentSource, uuids: list[UUID], done: Rebuilt) -> None:
    known = {uuid: IndexEntry(uuid=uuid, source=source.name, version=1) for uuid in uuids}
    IndexEntry.objects.bulk_create(known.values(), ignore_conflicts=True)
    versions = dict(IndexEntry.objects.filter(pk__in=uuids).values_list("pk", "version"))
    documents, failures = outbox.current_documents(dict.fromkeys(uuids, source.name))
    refused = fresh.write([Write(uuid, versions[uuid], documents[uuid]) for uuid in documents])
    done.documents += len(documents) - len(refused)
    done.failed += len(failures) + len(refused)


def _batches(items: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


# comparing


_GIVEN, _NOTED, _INDEXED = range(3)
_Part = tuple[UUID, int, Any]
"""A thing, and what one of the three says of it."""


@dataclass(frozen=True, slots=True)
class _Fault:
    kind: str
    source: str
    version: int
    """The highest that anyone knows; what is written next has to be above it."""


def compare(*, repair: bool = False, progress: Progress | None = None) -> Drift:
    """Compare the sources, the outbox and the index, thing by thing, in the order of uuids.

    The three are read one after the other while work goes on, so what differs is looked at a
    second time, and only what differs in both looks is a fault. With `repair`, faults are put
    into the outbox anew; drain it afterwards.
    """
    drift, faults = _flagged(progress)
    if faults:
        again = _flagged()[1]
        faults = {uuid: fault for uuid, fault in faults.items() if again.get(uuid) == fault}
    for fault in faults.values():
        setattr(drift, fault.kind, getattr(drift, fault.kind) + 1)
    if repair:
        _requeue(faults)
    return drift


def _flagged(progress: Progress | None = None) -> tuple[Drift, dict[UUID, _Fault]]:
    """One look: how much was compared and waits, and what differs."""
    drift = Drift()
    faults: dict[UUID, _Fault] = {}
    for uuid, parts in _merged():
        drift.compared += 1
        entry: IndexEntry | None = parts.get(_NOTED)
        if entry and entry.queued_at and entry.tries < outbox.MAX_TRIES:
            drift.waiting += 1
        elif fault := _judge(entry, parts.get(_INDEXED), parts.get(_GIVEN)):
            faults[uuid] = fault
        if progress:
            progress(1)
    return drift, faults


def _merged() -> Iterator[tuple[UUID, dict[int, Any]]]:
    entries = IndexEntry.objects.order_by("pk").iterator(2000)
    streams: list[Iterator[_Part]] = [_given_by(source) for source in sources()]
    streams.append((row.pk, _NOTED, row) for row in entries)
    streams.append((row.uuid, _INDEXED, row) for row in engine().indexed())
    merged = heapq.merge(*streams, key=itemgetter(0, 1))
    for uuid, group in groupby(merged, key=itemgetter(0)):
        yield uuid, {part: what for _uuid, part, what in group}


def _judge(entry: IndexEntry | None, indexed: Indexed | None, given: str | None) -> _Fault | None:
    """What is wrong with one thing."""
    kind = _kind_of(entry, indexed, given)
    if not kind:
        return None
    source = given or (entry.source if entry else "")
    version = max(entry.version if entry else 0, indexed.version if indexed else 0)
    return _Fault(kind, source, version)


def _kind_of(entry: IndexEntry | None, indexed: Indexed | None, given: str | None) -> str:
    found = indexed is not None and not indexed.deleted
    if entry and entry.queued_at:
        return "stuck"
    if given and not found:
        return "missing"
    if found and not given:
        return "extra"
    if found and (entry is None or indexed is None or indexed.version != entry.version):
        return "stale"
    return ""


def _requeue(faults: Mapping[UUID, _Fault]) -> None:
    """Put what is wrong into the outbox, as a version above every one that is known."""
    IndexEntry.objects.bulk_create(
        [
            IndexEntry(
                uuid=uuid,
                source=fault.source,
                version=fault.version + 1,
                queued_at=timezone.now(),
            )
            for uuid, fault in faults.items()
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["uuid"],
        update_fields=["source", "version", "queued_at", "tries", "next_try_at", "last_error"],
    )


def _given_by(source: DocumentSource) -> Iterator[_Part]:
    last: UUID | None = None
    for uuid in source.uuids():
        if last is not None and uuid < last:
            raise UnorderedSource(source.name)
        last = uuid
        yield uuid, _GIVEN, source.name
