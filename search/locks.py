"""Locks between processes, because an embedded index has one writer."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from search.engines import index_path
from search.engines.base import EngineUnavailable

_POLL = 0.05


class LockBusy(Exception):
    """Another process holds the lock."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"Another process holds the search index's lock {self.name!r}"


def _lock_file(name: str) -> IO[str]:
    directory = index_path()
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return (directory / f"{name}.lock").open("a")
    except OSError as error:
        raise EngineUnavailable(str(error)) from error


@contextmanager
def held(name: str, *, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock, waiting up to `wait` seconds; raises `LockBusy`,
    or `EngineUnavailable` where no lock can be kept.

    The system frees the lock of a process that dies.
    """
    with _lock_file(name) as file:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise LockBusy(name) from None
                time.sleep(_POLL)
        yield
