"""A circuit breaker (熔断): who does not answer is left alone for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Open(Exception):
    """It was asked too often in vain just now, so it is not asked at all."""


class Breaker:
    """Opens after `failures` in a row; after `pause` seconds one call may try again."""

    def __init__(
        self,
        *,
        failures: int = 3,
        pause: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._failed = 0
        self._try_at = 0.0

    @contextmanager
    def guarding(self, *failures: type[BaseException]) -> Iterator[None]:
        """Count what goes wrong with `failures` inside. Raises `Open` instead of going in."""
        self._enter()
        try:
            yield
        except failures:
            self._count()
            raise
        with self._lock:
            self._failed = 0

    def _enter(self) -> None:
        with self._lock:
            if self._failed < self._most:
                return
            now = self._clock()
            if now < self._try_at:
                raise Open
            self._try_at = now + self._pause  # the others wait for how this one fares

    def _count(self) -> None:
        with self._lock:
            self._failed += 1
            self._try_at = self._clock() + self._pause
