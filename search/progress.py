"""A progress line for commands: redrawn on a terminal, silent in a log."""

from __future__ import annotations

import time
from types import TracebackType

from django.core.management.base import OutputWrapper

_EVERY = 0.2
_WIDTH = 30


class Bar:
    """Counts and shows how fast; a context manager."""

    def __init__(self, out: OutputWrapper, unit: str, total: int | None = None) -> None:
        self._out = out
        self._unit = unit
        self._total = total
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
        of = f" of {self._total:,}" if self._total else ""
        line = f"\r{self._drawn()}{self._done:,}{of} {self._unit}, {rate:,.0f} a second "
        self._out.write(line, ending=ending if ending == "\n" else "")

    def _drawn(self) -> str:
        if not self._total:
            return ""
        full = min(_WIDTH * self._done // self._total, _WIDTH)
        return f"[{'#' * full}{'.' * (_WIDTH - full)}] "
