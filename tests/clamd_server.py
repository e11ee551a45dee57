"""A real clamd of our own, which knows one virus: a text that means nothing to anybody."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.launch import end_with_parent

VIRUS = b"a virus that this site made for its own tests, and that does nothing at all"
START_WITHIN = 300
"""Looks at a scanner that is starting, a fifth of a second apart."""


class NoClamd(Exception):
    """There is no clamd to test with; says why."""


@dataclass
class Clamd:
    """A scanner: where it listens, and its process."""

    place: Path
    server: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The socket at which it listens."""
        return self.place / "clamd.ctl"

    @property
    def address(self) -> str:
        """Where it is, for `GONGBEI_CLAMD`."""
        return f"unix:{self.socket}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
        if program is None:
            raise NoClamd("it is not installed (on Debian and Ubuntu: apt install clamav-daemon)")
        self._write_settings()
        with (self.place / "log").open("ab") as log:
            self.server = subprocess.Popen(
                [program, f"--config-file={self.place / 'clamd.conf'}"],
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent(),  # noqa: PLW1509 - no threads here
            )
        for _ in range(START_WITHIN):
            if self._answers():
                return
            if self.server.poll() is not None:
                break
            time.sleep(0.2)
        raise NoClamd(f"it does not start: {(self.place / 'log').read_text()[-2000:]}")

    def kill(self) -> None:
        """End it at once."""
        if self.server is not None:
            self.server.kill()
            self.server.wait()
            self.server = None

    def _write_settings(self) -> None:
        signatures = self.place / "signatures"
        signatures.mkdir(exist_ok=True)
        (signatures / "own.ndb").write_text(f"Gongbei.Test:0:*:{VIRUS.hex()}\n")
        settings = {
            "LocalSocket": self.socket,
            "DatabaseDirectory": signatures,
            "TemporaryDirectory": self.place,
            "Foreground": "yes",
            "FixStaleSocket": "yes",
            "StreamMaxLength": "25M",
        }
        if os.geteuid() == 0:
            settings["User"] = "root"
        lines = "".join(f"{name} {value}\n" for name, value in settings.items())
        (self.place / "clamd.conf").write_text(lines)

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as asked:
                asked.settimeout(5)
                asked.connect(str(self.socket))
                asked.sendall(b"zPING\0")
                return asked.recv(16) == b"PONG\0"
        except OSError:
            return False


@contextmanager
def private_clamd() -> Iterator[Clamd]:
    """A scanner of our own. Raises `NoClamd`."""
    with tempfile.TemporaryDirectory(prefix="gb-clamd-") as place:
        clamd = Clamd(Path(place))
        try:
            clamd.start()
            yield clamd
        finally:
            clamd.kill()
