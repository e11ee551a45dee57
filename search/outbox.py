"""The outbox: a change is noted in its own transaction, the index is told after the commit.

Saving never waits for the index and never fails because of it. The drain reads the current
state (never a stored payload), so the order of changes does not matter; the version only keeps
an older state from overwriting a newer one.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from search.documents import SearchDocument, source_named
from search.engines import engine
from search.engines.base import Write
from search.locks import held
from search.models import IndexEntry

logger = logging.getLogger(__name__)

MAX_TRIES = 8
BATCH = 200
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(slots=True)
class Drained:
    """What one drain did, in things."""

    written: int = 0
    removed: int = 0
    failed: int = 0

    def __add__(self, other: Drained) -> Drained:
        return Drained(
            self.written + other.written,
            self.removed + other.removed,
            self.failed + other.failed,
        )


def changed(source: str, *uuids: UUID) -> None:
    """Note that the documents of `uuids` (made, altered, removed, shown to others) are outdated.

    Call it inside the transaction of the change; after the commit a worker tells the index.
    """
    with transaction.atomic():
        _note(source, set(uuids))
        transaction.on_commit(_ask_for_drain, robust=True)


def _note(source: str, uuids: set[UUID]) -> None:
    # Locked in one order, or two changes of the same things would wait for each other.
    locked = IndexEntry.objects.select_for_update().filter(pk__in=uuids).order_by("pk")
    known = locked.values_list("pk", flat=True)
    fresh = [IndexEntry(uuid=uuid, source=source) for uuid in sorted(uuids - set(known))]
    IndexEntry.objects.bulk_create(fresh, ignore_conflicts=True)
    IndexEntry.objects.filter(pk__in=uuids).update(
        source=source,
        version=F("version") + 1,
        queued_at=timezone.now(),
        tries=0,
        next_try_at=None,
        last_error="",
    )


def _ask_for_drain() -> None:
    from search.tasks import ask_for_drain  # the task drains, the change asks for the task

    ask_for_drain()


# reading


def waiting() -> QuerySet[IndexEntry]:
    """What the index has still to be told, what failed too often left out."""
    return IndexEntry.objects.filter(queued_at__isnull=False, tries__lt=MAX_TRIES)


def dead_letters() -> QuerySet[IndexEntry]:
    """What failed `MAX_TRIES` times; it waits for a person, `check_index --repair` or a change."""
    return IndexEntry.objects.filter(queued_at__isnull=False, tries__gte=MAX_TRIES)


def try_again(uuids: Collection[UUID]) -> int:
    """Have dead letters tried again as if they had just changed; how many still were dead."""
    again = dead_letters().filter(pk__in=uuids)
    many: int = again.update(tries=0, next_try_at=None)
    if many:
        transaction.on_commit(_ask_for_drain, robust=True)
    return many


def told_and_changed_since() -> Iterable[tuple[UUID, str]]:
    """Uuid and source of what the index was told once and has to be told again.

    A thing that changed only once, when it was made, has never been in the index.
    """
    entries = IndexEntry.objects.filter(queued_at__isnull=False, version__gt=1)
    return entries.order_by("queued_at", "pk").values_list("pk", "source")


def changes_of(source: str) -> int:
    """How many changes of a source's things were ever noted: each commit of one makes it more."""
    noted: int | None = IndexEntry.objects.filter(source=source).aggregate(n=Sum("version"))["n"]
    return noted or 0


def next_try() -> datetime | None:
    """When the next of what is waiting may be tried; None if nothing waits."""
    found: datetime | None = waiting().aggregate(at=Min(Coalesce("next_try_at", "queued_at")))["at"]
    return found


# draining


def drain(*, wait: float = 0.0) -> Drained:
    """Tell the index of all that waits, one commit a batch.

    Waits `wait` seconds for another process that writes, then raises `LockBusy`; raises
    `EngineUnavailable` and leaves the rows as they are when the index cannot be asked.
    """
    if not engine().ready():
        from search.maintenance import rebuild  # it drains when it is done

        return rebuild(wait=wait).drained
    with held("write", wait=wait):
        return drain_under_lock()


def drain_under_lock() -> Drained:
    """`drain` for one who holds the lock ``write``."""
    done = Drained()
    while batch := list(_due()[:BATCH]):
        done += _tell(batch)
    return done


def _due() -> QuerySet[IndexEntry]:
    may_be_tried = Q(next_try_at__isnull=True) | Q(next_try_at__lte=timezone.now())
    return waiting().filter(may_be_tried).order_by("queued_at", "pk")


def _tell(batch: list[IndexEntry]) -> Drained:
    documents, failures = current_documents({entry.pk: entry.source for entry in batch})
    readable = [entry for entry in batch if entry.pk not in failures]
    refused = engine().write(
        [Write(entry.pk, entry.version, documents.get(entry.pk)) for entry in readable]
    )
    told = [entry for entry in readable if entry.pk not in refused]
    _settle(told)
    for entry in batch:
        if entry.pk in failures:
            _postpone(entry, repr(failures[entry.pk]))
        elif entry.pk in refused:
            _postpone(entry, refused[entry.pk].reason, passing=refused[entry.pk].passing)
    written = sum(entry.pk in documents for entry in told)
    return Drained(written, len(told) - written, len(batch) - len(told))


def current_documents(
    wanted: dict[UUID, str],
) -> tuple[dict[UUID, SearchDocument], dict[UUID, Exception]]:
    """The documents that the sources give now for `wanted` (uuid to source), and failures."""
    by_source: dict[str, list[UUID]] = defaultdict(list)
    for uuid, source in wanted.items():
        by_source[source].append(uuid)
    documents: dict[UUID, SearchDocument] = {}
    failures: dict[UUID, Exception] = {}
    for source, uuids in by_source.items():
        _ask(source, uuids, documents, failures)
    return documents, failures


def _ask(
    source: str,
    uuids: list[UUID],
    documents: dict[UUID, SearchDocument],
    failures: dict[UUID, Exception],
) -> None:
    try:
        # Addresses in a document are those of the default language, whoever asks.
        with translation.override(settings.LANGUAGE_CODE):
            given = source_named(source).documents(uuids) if source else ()
            documents.update((document.uuid, document) for document in given)
    except Exception as error:  # noqa: BLE001 - a source's fault must not stop the others
        if len(uuids) == 1:
            logger.warning("No search document of %s %s: %r", source, uuids[0], error)
            failures[uuids[0]] = error
            return
        for uuid in uuids:  # find the one that is at fault
            _ask(source, [uuid], documents, failures)


def _settle(told: Iterable[IndexEntry]) -> None:
    """The rows are done, those that changed again meanwhile excepted."""
    alike: dict[int, list[UUID]] = defaultdict(list)
    for entry in told:
        alike[entry.version].append(entry.pk)
    for version, uuids in alike.items():
        IndexEntry.objects.filter(pk__in=uuids, version=version).update(
            queued_at=None, tries=0, next_try_at=None, last_error=""
        )


def _postpone(entry: IndexEntry, reason: str, *, passing: bool = False) -> None:
    """Try later; what is passing (a busy index, a full disk) never becomes a dead letter."""
    most = MAX_TRIES - 1 if passing else MAX_TRIES
    IndexEntry.objects.filter(pk=entry.pk, version=entry.version).update(
        tries=min(entry.tries + 1, most),
        next_try_at=timezone.now() + min(_FIRST_PAUSE * 2**entry.tries, _LONGEST_PAUSE),
        last_error=reason[:2000],
    )
