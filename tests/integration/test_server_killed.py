"""A server killed while it loads the demonstration: the next start ends as if nothing had been."""

from __future__ import annotations

import hashlib
import json
import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from portal import launch
from portal.environment import ROOT

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="the processes are found under /proc"),
]

POINTS = {
    "some accounts": "SELECT COUNT(*) > 3 FROM schools_user",
    "the task list": "SELECT COUNT(*) FROM groups_preptask",
    "a first draft": "SELECT COUNT(*) FROM plans_firstdraft",
    "a version": "SELECT COUNT(*) FROM versions_planversion",
    "a library above the school": "SELECT COUNT(*) FROM library_shelf WHERE level <> 'school'",
}
MORE = """
    SELECT 'audit: ' || action, COUNT(*) FROM schools_auditentry GROUP BY action
    UNION ALL SELECT 'accounts that open', COUNT(*) FROM schools_user WHERE password LIKE '%$%'
"""
WITHIN = 300.0
"""Seconds for a whole load on a busy machine."""
DERIVED = (
    "django_tasks_",
    "modelsearch_",
    "previews_piece",
    "wagtailcore_referenceindex",
    "sqlite_",
)
"""What the workers make of the rest, in their own time."""

Held = dict[str, int]


class Server:
    """The real server of one place, as `script/server` runs it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self._running: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._place = launch.Place("127.0.0.1", probe.getsockname()[1])

    def start(self) -> None:
        """Start it, with nothing in its environment that is the tests' own."""
        foreign = ("GONGBEI_", "DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH")
        environ = {
            name: value for name, value in os.environ.items() if not name.startswith(foreign)
        }
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / "log").open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-I", launch.__file__, "--port", str(self._place.port)],
                cwd=ROOT,
                env={**environ, "GONGBEI_VAR": str(self.var)},
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """End every process of it at once, as a power cut does."""
        assert self._running is not None
        parent = self._running.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        watched = [os.pidfd_open(int(child)) for child in children]
        for process in (*map(int, children), parent):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._running.wait()
        for one in watched:
            assert select.select([one], [], [], 10)[0], self.said()
            os.close(one)

    def stop(self) -> int:
        """Ask it to stop, as a service manager does; its exit code."""
        if self._running is None:
            return 0
        self._running.terminate()
        code = self._running.wait(60)
        self._running = None
        return code

    def has(self, point: str) -> bool:
        """Whether its database has come to this point; raises when the server has ended."""
        assert self._running is not None
        assert self._running.poll() is None, self.said()
        try:
            with closing(self._database()) as database:
                return bool(database.execute(point).fetchone()[0])
        except sqlite3.OperationalError:  # no file or no table yet
            return False

    def is_well(self) -> bool:
        """Whether every part says that it works."""
        assert self._running is not None
        assert self._running.poll() is None, self.said()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self._place.url}readyz", timeout=10) as answer:
                return bool(json.load(answer)["status"] == "ok")
        except OSError:
            return False

    def rows(self) -> Held:
        """The rows of every table, those of the audit log by action, accounts, stored files."""
        with closing(self._database()) as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            kept = [name for (name,) in tables if not name.startswith(DERIVED)]
            rows = {
                name: database.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608
                for name in kept
            }
            derived = {name for (name,) in database.execute("SELECT sha256 FROM previews_piece")}
            return {**rows, **dict(database.execute(MORE)), **self._files(derived)}

    def _files(self, derived: set[str]) -> Held:
        media = (self.var / "media").rglob("*")
        stored = [path for path in media if path.is_file() and ".unfinished" not in path.name]
        hashes = (hashlib.sha256(one.read_bytes()).hexdigest() for one in stored)
        return Counter(f"file: {name}" for name in hashes if name not in derived)

    def said(self) -> str:
        """The end of what it printed."""
        return (self.var / "log").read_text("utf-8")[-3000:]

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{(self.var / 'gongbei.sqlite3').as_uri()}?mode=ro", uri=True)


def awaited(server: Server, event: Callable[[], bool]) -> None:
    """Return when `event` holds."""
    pause, deadline = threading.Event(), time.monotonic() + WITHIN
    while not event():
        assert time.monotonic() < deadline, server.said()
        pause.wait(0.01)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """What a server holds that was not killed."""
    server = Server(tmp_path_factory.mktemp("undisturbed") / "var")
    server.start()
    try:
        awaited(server, server.is_well)
    finally:
        server.stop()
    return server.rows()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that nobody has started; it is stopped after the test."""
    one = Server(tmp_path / "var")
    yield one
    one.stop()


@pytest.mark.parametrize("point", POINTS)
def test_a_start_after_a_kill_ends_as_if_nothing_had_been(
    server: Server, undisturbed: Held, point: str
) -> None:
    server.start()
    awaited(server, lambda: server.has(POINTS[point]))
    server.kill()
    assert server.rows() != undisturbed

    server.start()
    awaited(server, server.is_well)

    assert server.stop() == 0
    assert server.rows() == undisturbed


def test_five_kills_in_one_load_do_no_harm(server: Server, undisturbed: Held) -> None:
    for point in POINTS.values():
        server.start()
        awaited(server, lambda point=point: server.has(point))  # type: ignore[misc]
        server.kill()

    server.start()
    awaited(server, server.is_well)

    assert server.stop() == 0
    assert server.rows() == undisturbed
