"""Real servers for tests: started on loopback, thrown away afterwards."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.launch import end_with_parent

START_WITHIN = 300
"""Looks at a server that is starting, a fifth of a second apart."""


class NoPostgres(Exception):
    """There is no PostgreSQL to test with; says why."""


@contextmanager
def private_postgres() -> Iterator[str]:
    """A PostgreSQL of our own with an empty database; gives its URL. Raises `NoPostgres`."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="gb-pg-") as place:
        cluster = _Cluster(programs, Path(place))
        cluster.make()
        server = cluster.start()
        try:
            yield cluster.url
        finally:
            server.send_signal(signal.SIGQUIT)  # nothing of it is kept
            server.wait()


def _programs() -> Path:
    """The folder of the newest PostgreSQL's programs."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(installed, key=lambda path: float(path.parents[1].name), default=None)
    if newest is None:
        raise NoPostgres("it is not installed (on Debian and Ubuntu: apt install postgresql)")
    return newest.parent


class _Cluster:
    """The files of one server, and who may run it: PostgreSQL refuses to run as root."""

    def __init__(self, programs: Path, place: Path) -> None:
        self._programs = programs
        self._place = place
        self._data = place / "data"
        self._user = other_user("postgres", "nobody")
        self._password = secrets.token_hex(16)
        self._port = 0
        if self._user:
            shutil.chown(place, self._user)

    @property
    def url(self) -> str:
        """Where it is, for `DATABASE_URL`."""
        return f"postgres://gongbei:{self._password}@127.0.0.1:{self._port}/postgres"

    def make(self) -> None:
        """Make the cluster, with one user who may do everything."""
        word = self._place / "password"
        word.write_text(self._password)
        settings = ["--username=gongbei", f"--pwfile={word}", "--auth=scram-sha-256"]
        speed = ["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
        if self._user:
            shutil.chown(word, self._user)
        made = subprocess.run(
            [str(self._programs / "initdb"), f"--pgdata={self._data}", *settings, *speed],
            cwd=self._place,
            user=self._user,
            extra_groups=[] if self._user else None,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise NoPostgres(f"its cluster cannot be made: {made.stderr.strip()}")

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers."""
        self._port = free_port()
        quick = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings = {
            "port": str(self._port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._place),
            "max_connections": "100",
            **quick,
        }
        with (self._place / "log").open("wb") as log:
            server = subprocess.Popen(
                [
                    str(self._programs / "postgres"),
                    f"-D{self._data}",
                    *(f"--{name}={value}" for name, value in settings.items()),
                ],
                cwd=self._place,
                user=self._user,
                extra_groups=[] if self._user else None,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent(),  # noqa: PLW1509 - no threads here
            )
        for _ in range(START_WITHIN):
            try:
                server.wait(0.2)
            except subprocess.TimeoutExpired:
                if self._answers():
                    return server
            else:
                break
        server.kill()
        raise NoPostgres(f"it does not start: {(self._place / 'log').read_text()[-2000:]}")

    def _answers(self) -> bool:
        ask = [str(self._programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(self._port), "-q"]
        return subprocess.run(ask).returncode == 0


def other_user(*names: str) -> str | None:
    """Whom to run a server as when this is root, who may not: the first of `names` there is."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in names if name in known), None)


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
