"""Starts such processes, watches them and ends them with all that they have started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from media.isolation.limits import MEGABYTE

ROOT = Path(__file__).resolve().parents[2]
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may take: bytes of memory, seconds, bytes of one written file."""

    memory: int = 2048 * MEGABYTE
    cpu_seconds: int = 60
    output: int = 256 * MEGABYTE
    wall_seconds: float = 90


def run_program(
    program: Sequence[str],
    folder: Path,
    limits: Limits,
    *,
    on_look: Callable[[], object] = lambda: None,
) -> int | None:
    """Run a program under limits, at home in `folder`; its code, None where its time was over."""
    takes = (limits.memory, limits.cpu_seconds, limits.output)
    arguments = ["media.isolation.limited", *map(str, takes), *program]
    return run_module(arguments, folder, limits.wall_seconds, on_look=on_look)


def run_module(
    module: Sequence[str],
    folder: Path,
    seconds: float,
    *,
    on_look: Callable[[], object] = lambda: None,
) -> int | None:
    """Run one of our modules, which limits itself; its code, None where its time was over.

    `on_look` is called twice a second; what it raises ends the process.
    """
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env=bare_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = time.monotonic() + seconds
    try:
        while (left := until - time.monotonic()) > 0:
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(min(_LOOK_SECONDS, left))
            on_look()
        return None
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process with all that it has started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def bare_environment(folder: Path) -> dict[str, str]:
    """Nothing that the server knows, neither database nor keys."""
    keep = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    own = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "HOME": str(folder), "TMPDIR": str(folder)}
    return {**keep, **own, "LC_ALL": "C.UTF-8"}
