"""Is the server alive (`/healthz`), and is each of its parts ready to work (`/readyz`)?

For probes and for the person on duty: outside the languages, without session and sign-in, so
an answer names states and nothing else. The details are in the log.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Case, Min, When
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult, get_date_max

from media.previews.models import Preview
from media.previews.queries import next_work
from media.previews.tasks import QUEUE as PREVIEWS
from media.storage import BLOBS
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.outbox import dead_letters, waiting

logger = logging.getLogger(__name__)

LATE = timedelta(minutes=2)
"""How long a task may wait for the worker before the worker counts as slow."""
ABSENT = timedelta(minutes=15)
"""How long before it counts as gone."""


class State(StrEnum):
    """How well a part works."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


Check = Callable[[], State]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the server; without a needed one nobody should be sent here."""

    name: str
    check: Check
    needed: bool

    def state(self) -> State:
        """Ask; a check that breaks is a part that is down."""
        try:
            return self.check()
        except Exception:
            logger.exception("The part %s cannot be checked", self.name)
            return State.DOWN


_parts: dict[str, Part] = {}


def register_part(name: str, check: Check, *, needed: bool = False) -> None:
    """Have `/readyz` ask `check` about the part of this name."""
    _parts[name] = Part(name, check, needed)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": State.OK})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """The state of every part; 503 unless all the needed ones work."""
    states = {part.name: part.state() for part in _parts.values()}
    needed = [states[part.name] for part in _parts.values() if part.needed]
    ready = all(state is State.OK for state in needed)
    well = all(state is State.OK for state in states.values())
    overall = State.DOWN if not ready else State.OK if well else State.DEGRADED
    parts = {name: {"state": state} for name, state in states.items()}
    return JsonResponse({"status": overall, "parts": parts}, status=200 if ready else 503)


def database() -> State:
    """A statement comes back."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database gives no answer")
        return State.DOWN
    return State.OK


@cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def migrations() -> State:
    """The tables are those of this release."""
    applied = MigrationRecorder(connection).applied_migrations().keys()
    return State.OK if applied >= _newest_migrations() else State.DOWN


def files() -> State:
    """Uploads can be written, or the bucket answers."""
    if settings.GONGBEI_S3:
        BLOBS.size_of(".probe")
        return State.OK
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(b"?")
    return State.OK


def worker() -> State:
    """No task that is due has been waiting for long."""
    at_once = When(run_after=get_date_max(), then="enqueued_at")
    # Previews have a worker of their own, and a film may take an hour: nobody waits for it.
    tasks = DBTaskResult.objects.ready().exclude(queue_name=PREVIEWS)
    due = tasks.annotate(due=Case(at_once, default="run_after"))
    since = due.aggregate(since=Min("due"))["since"]
    waiting = timezone.now() - since if since else timedelta()
    if waiting > ABSENT:
        return State.DOWN
    return State.DEGRADED if waiting > LATE else State.OK


def previews() -> State:
    """What waits for its light forms has a worker that is at it."""
    if next_work() is None or Preview.objects.filter(until__gt=timezone.now()).exists():
        return State.OK
    late = DBTaskResult.objects.ready().filter(queue_name=PREVIEWS)
    is_late = late.filter(enqueued_at__lt=timezone.now() - ABSENT).exists()
    return State.DEGRADED if is_late else State.OK


def discovery() -> State:
    """There is an index, and it hears of changes."""
    try:
        if not engine().ready():
            return State.DOWN
    except EngineUnavailable:
        logger.exception("The search engine gives no answer")
        return State.DOWN
    late = waiting().filter(queued_at__lt=timezone.now() - LATE)
    return State.DEGRADED if late.exists() or dead_letters().exists() else State.OK


register_part("database", database, needed=True)
register_part("migrations", migrations, needed=True)
register_part("files", files, needed=True)
register_part("worker", worker)
register_part("previews", previews)
register_part("search", discovery)  # without it saving goes on, and lists come from the database
