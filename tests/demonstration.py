"""The demonstration as a first start makes it (示范数据): made once a run, copied by who needs it.

Migrating from nothing and loading take minutes together; copying a folder takes a moment. On
SQLite only.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.environment import ROOT


def surroundings(var: Path) -> dict[str, str]:
    """The environment of a server on `var`, without what would point it elsewhere."""
    own = ("GONGBEI_", "DJANGO_", "DATABASE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    path = os.pathsep.join([str(ROOT), str(ROOT / "site")])
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings.base", "GONGBEI_VAR": str(var)}
    return {**kept, **settings, "GONGBEI_MODE": "demo", "PYTHONPATH": path}


def copied_to(var: Path, paths: pytest.TempPathFactory) -> Path:
    """Put a demonstration into the new folder `var`; the workers of a run share the making."""
    made = _of_all_workers(paths) / "demonstration"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(made)
    shutil.copytree(made, var, dirs_exist_ok=True)
    return var


def _of_all_workers(paths: pytest.TempPathFactory) -> Path:
    base = paths.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _make(target: Path) -> None:
    unfinished = target.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "portal.prepare"],
        cwd=ROOT,
        env=surroundings(unfinished),
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    unfinished.replace(target)
