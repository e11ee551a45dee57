"""The thread that writes the log: what comes within a few milliseconds is one commit."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from django.db import (
    DatabaseError,
    IntegrityError,
    close_old_connections,
    connection,
    transaction,
)

from lessonprep.coediting.store import Addition, Outcome, append

logger = logging.getLogger(__name__)

WINDOW = 0.02
"""Seconds for which the first of a commit waits for others: half of a client's own batch."""
MANY = 2000
"""So many additions make a commit full."""
PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Seconds between tries while the database is busy or away; the last repeats."""
PATIENCE = 60.0
"""Seconds after which a commit is given up: clients still hold what was not acknowledged."""

Done = Callable[[list[Outcome]], None]


class Writer:
    """Takes additions from any thread; tells what became of them, in the order they came."""

    def __init__(self, done: Done, failed: Callable[[Sequence[Addition]], None]) -> None:
        self._queue: SimpleQueue[Addition | threading.Event | None] = SimpleQueue()
        self._done = done
        self._failed = failed
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="coediting-log", daemon=True)
        self._thread.start()

    def add(self, addition: Addition) -> None:
        self._queue.put(addition)

    def flush(self, within: float) -> bool:
        """Wait until all that was added before is written; whether it was, in time."""
        passed = threading.Event()
        self._queue.put(passed)
        return passed.wait(within)

    def stop(self) -> None:
        """Write what is there, then end."""
        self._stopping.set()
        self._queue.put(None)
        self._thread.join(5)

    def _run(self) -> None:
        while True:
            additions, passed, goes_on = self._gather()
            if additions:
                self._commit(additions)
            for event in passed:
                event.set()
            if not goes_on:
                connection.close()
                return

    def _gather(self) -> tuple[list[Addition], list[threading.Event], bool]:
        additions: list[Addition] = []
        passed: list[threading.Event] = []
        item = self._queue.get()
        until = time.monotonic() + WINDOW
        while True:
            if item is None:
                return additions, passed, False
            if isinstance(item, threading.Event):
                passed.append(item)
                until = 0.0
            else:
                additions.append(item)
            if len(additions) >= MANY:
                return additions, passed, True
            try:
                item = self._queue.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                return additions, passed, True

    def _commit(self, additions: list[Addition]) -> None:
        begun = time.monotonic()
        for attempt in range(1 << 16):
            try:
                outcomes = _append(additions)
            except IntegrityError:
                self._apart(additions)
                return
            except DatabaseError as error:
                if attempt == 0:
                    logger.warning("The log has to wait: %s", error)
                close_old_connections()
                if time.monotonic() - begun > PATIENCE or self._stopping.is_set():
                    logger.exception("The log could not be written")
                    self._failed(additions)
                    return
                time.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            else:
                self._done(outcomes)
                return

    def _apart(self, additions: list[Addition]) -> None:
        """One of them cannot be written (its room or person is gone): the others can."""
        if len(additions) == 1:
            logger.exception("An addition to room %s was refused", additions[0].room)
            self._failed(additions)
            return
        for addition in additions:
            self._commit([addition])


@transaction.atomic
def _append(additions: list[Addition]) -> list[Outcome]:
    """One commit that waits for nobody long: SQLite has its own limit."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
    return append(additions)
