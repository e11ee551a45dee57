"""Running programs on the project and on copies of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Failed(Exception):
    """A step did not prove what it should; says what is so and what to do."""


def run(command: list[str], *, cwd: Path = ROOT, **environ: str) -> None:
    """Run a program on the terminal; raises `Failed` when it does not end well."""
    ended = subprocess.run(command, cwd=cwd, env={**os.environ, **environ}, check=False)
    if ended.returncode:
        raise Failed(f"exit code {ended.returncode}")


def run_quietly(command: list[str], *, cwd: Path = ROOT, **environ: str) -> str:
    """Run a program for its output; raises `Failed` with all that it said."""
    ended = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environ}, check=False, capture_output=True, text=True
    )
    if ended.returncode:
        raise Failed(f"{Path(command[0]).name}:\n{ended.stdout}{ended.stderr}".rstrip())
    return ended.stdout


def files() -> list[str]:
    """Every file of the project: what git has or would take."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = run_quietly(listing).split("\0")
    return sorted({name for name in names if name and (ROOT / name).is_file()})


@contextmanager
def copy(names: list[str]) -> Iterator[Path]:
    """A copy of the project's files, to build in."""
    with tempfile.TemporaryDirectory(prefix="gongbei-check-") as place:
        for name in names:
            target = Path(place) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
        yield Path(place)
