"""A real server with rooms, in a place of its own; it can be killed and started again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal.launch import Place, end_with_parent, listening

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0
KEY = "of servers that live for a test, on a database made for it"


class RoomServer:
    """The web process alone, as `script/server` starts it."""

    def __init__(self, var: Path, **environ: str) -> None:
        self.var = var
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._place = Place("127.0.0.1", probe.getsockname()[1])
        self.surroundings = _surroundings(var) | environ
        self.process: subprocess.Popen[bytes] | None = None
        self.prepared: dict[str, Any] = {}

    @property
    def url(self) -> str:
        """Its address for pages."""
        return self._place.url.rstrip("/")

    @property
    def sockets(self) -> str:
        """Its address for sockets."""
        return "ws" + self.url.removeprefix("http")

    def prepare(self, rooms: int, people: int) -> dict[str, Any]:
        """Migrate and fill the database; returns what there is. On SQLite kept for a day."""
        self.prepared = self._prepare(rooms, people)
        return self.prepared

    def _prepare(self, rooms: int, people: int) -> dict[str, Any]:
        self.var.mkdir(parents=True, exist_ok=True)
        database = self.var / "gongbei.sqlite3"
        if "DATABASE_URL" in self.surroundings:
            return self._fill(rooms, people)
        kept = ROOT / "var" / "rooms-ground" / _key(rooms, people)
        if not (kept / "ground.json").exists():
            template = sorted((ROOT / "var" / "test-template").glob("*.sqlite3"))
            if template:
                shutil.copy(template[-1], database)
            ground = self._fill(rooms, people)
            _keep(database, ground, kept)
        shutil.copy(kept / "gongbei.sqlite3", database)
        return dict(json.loads((kept / "ground.json").read_text()))

    def _fill(self, rooms: int, people: int) -> dict[str, Any]:
        self.python("-m", "django", "migrate", "-v0")
        told = self.python("-m", "benchmarks.coediting.ground", str(rooms), str(people))
        return dict(json.loads(told))

    def python(self, *arguments: str) -> str:
        """What a Python in the same surroundings prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.surroundings,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        return done.stdout

    def run(self, code: str) -> str:
        """What `code` prints in a process of the same project and database."""
        return self.python("-c", f"import django; django.setup()\n{code}")

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.var / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.web", *listening(self._place)],
                cwd=ROOT,
                env=self.surroundings,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent(),  # noqa: PLW1509 - no threads here
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(OSError):
                urllib.request.urlopen(f"{self.url}/healthz", timeout=2).close()
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError((self.var / "log").read_text()[-3000:])

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        """End it as it wishes."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()

    def log(self) -> str:
        """What it has said."""
        return (self.var / "log").read_text()


def _surroundings(var: Path) -> dict[str, str]:
    own = ("GONGBEI_", "DJANGO_", "DATABASE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    path = os.pathsep.join([str(ROOT), str(ROOT / "site")])
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings.base", "GONGBEI_VAR": str(var)}
    # The sessions of a kept database are signed with it.
    key = {"GONGBEI_SECRET_KEY": KEY}
    return {**kept, **settings, **key, "PYTHONPATH": path}


def _key(rooms: int, people: int) -> str:
    """Changes with what fills the database, and with the day: sessions end."""
    today = datetime.now(UTC).date()  # the same in tests, which live in another zone
    digest = hashlib.sha256(f"{rooms} {people} {today}".encode())
    sources = [*ROOT.glob("*/**/migrations/*.py"), Path(__file__).with_name("ground.py")]
    for source in sorted(path for path in sources if ".venv" not in path.parts):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:24]


def _keep(database: Path, ground: dict[str, Any], kept: Path) -> None:
    kept.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(database)) as source:
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(database, kept / f"{os.getpid()}.unfinished")
    (kept / f"{os.getpid()}.unfinished").replace(kept / "gongbei.sqlite3")
    (kept / "ground.json").write_text(json.dumps(ground))
