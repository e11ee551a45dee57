"""A progress line for commands: redrawn on a terminal, silent in a log."""

from __future__ import annotations

import time
from types import TracebackType

from django.core.management.base import OutputWrapper

_EVERY = 0.2


class Bar:
    """Counts and shows how fast; a context manager."""

    def __init__(self, out: OutputWrapper, unit: str) -> None:
        self._out = out
        self._unit = unit
        self._done = 0
        self._began = self._shown = time.monotonic()

    def __enter__(self) -> Bar:
        return self

    def advance(self, by: int) -> None:
        """Count `by` more."""
        self._done += by
        now = time.monotonic()
        if self._out.isatty() and now - self._shown >= _EVERY:
            self._shown = now
            self._show("\r")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._out.isatty():
            self._show("\n")

    def _show(self, ending: str) -> None:
        rate = self._done / max(time.monotonic() - self._began, 0.001)
        line = f"\r{self._done:,} {self._unit}, {rate:,.0f} a second "
        self._out.write(line, ending=ending if ending == "\n" else "")
