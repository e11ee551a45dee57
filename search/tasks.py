"""What the worker does for the search: it tells the index of changes."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult, get_date_max

from search import outbox
from search.engines.base import EngineUnavailable
from search.locks import LockBusy

logger = logging.getLogger(__name__)

_WAIT = 20.0
"""Seconds that the worker waits for another writer."""
_LATER = timedelta(seconds=30)


@task()
def drain_outbox() -> None:
    """Drain the outbox; what could not be told is tried again later."""
    try:
        outbox.drain(wait=_WAIT)
    except (EngineUnavailable, LockBusy) as error:
        logger.warning("The search index was not told of changes: %s", error)
        ask_for_drain(at=timezone.now() + _LATER)
        return
    at = outbox.next_try()
    if at is not None:
        ask_for_drain(at=max(at, timezone.now() + timedelta(seconds=1)))


def ask_for_drain(at: datetime | None = None) -> None:
    """Have the worker drain the outbox, now or at a time, unless that is asked for already."""
    asked = DBTaskResult.objects.filter(task_path=drain_outbox.module_path, status="READY")
    soon_enough = Q(run_after=get_date_max()) | Q(run_after__lte=at or timezone.now())
    if not asked.filter(soon_enough).exists():
        drain_outbox.using(run_after=at).enqueue()
