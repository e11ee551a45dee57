"""Starts a Gongbei server: makes it ready, then runs web and worker and ends both together.

Run as a script by `script/server`, the first time by a Python that has nothing but its own
library; so nothing else may be imported here. What needs the project is done by `prepare`.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
GRACE = 15.0
"""Seconds that web and worker have to finish what they are at."""
PATIENCE = 120.0
"""Seconds that the web process has to give its first answer."""

Command = list[str]


class CannotServe(Exception):
    """Why the server does not start, in plain words for the person in front of the terminal."""


class Died(Exception):
    """A process of the server ended by itself."""

    def __init__(self, name: str, ended: int) -> None:
        self.code = 128 - ended if ended < 0 else ended or 1
        how = f"was killed by signal {-ended}" if ended < 0 else f"ended with exit code {ended}"
        super().__init__(f"The {name} {how}; the lines above may say why.")


class Stopped(Exception):
    """Somebody asked the server to stop."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"


def say(text: str) -> None:
    """Tell the person in front of the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Serve until told to stop; returns the exit code."""
    place, only_look = asked_for(arguments)
    try:
        look(place)
        return 0 if only_look else serve(place)
    except CannotServe as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except (Stopped, KeyboardInterrupt):
        return 0


def asked_for(arguments: list[str]) -> tuple[Place, bool]:
    """Read the command line; what it leaves out is in the environment, or has a default."""
    parser = argparse.ArgumentParser(prog="script/server", description="Run Gongbei.")
    host = os.environ.get("GONGBEI_HOST") or "127.0.0.1"
    port = os.environ.get("GONGBEI_PORT") or "8000"
    parser.add_argument("--host", default=host, help="the address to listen on (%(default)s)")
    parser.add_argument("--port", default=port, help="the port to listen on (%(default)s)")
    parser.add_argument("--only-look", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if not (asked.port.isascii() and asked.port.isdigit() and 1 <= int(asked.port) <= 65535):
        parser.error(f"a port is a number from 1 to 65535, not {asked.port!r}")
    return Place(asked.host, int(asked.port)), asked.only_look


def look(place: Place) -> None:
    """See that the place is free; raises `CannotServe` with what to do where it is not."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except OSError:
        raise CannotServe(f"This machine does not know the address {place.host}.") from None
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise CannotServe(
                f"Port {place.port} may not be opened by this user: take one above 1023,"
                " such as --port 8000."
            ) from None
        except OSError as error:
            raise CannotServe(_in_the_way(place, error)) from None


def _in_the_way(place: Place, error: OSError) -> str:
    if "in use" not in str(error.strerror).lower():
        return f"{place.host} is no address of this machine: try --host 127.0.0.1."
    other = place.port + 1 if place.port < 65535 else 8000
    if answers(place):
        return (
            f"Gongbei already runs at {place.url} - open that, or stop it first,"
            f" or start another with --port {other}."
        )
    return (
        f"Port {place.port} is taken by another program: stop that program,"
        f" or take another port, such as --port {other}."
    )


def answers(place: Place) -> bool:
    """Whether a Gongbei is alive there."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(place.url + "healthz", timeout=2) as answer:
            return answer.status == 200 and b'"status"' in answer.read(200)
    except (OSError, ValueError):
        return False


def serve(place: Place) -> int:
    """Make the server ready, run it, and say where it is; returns the exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup asks
            signal.signal(number, _stop)
    python = sys.executable
    family = Family(surroundings(place, os.environ))
    try:
        ready = family.start("preparation", [python, "-m", "portal.prepare"])
        if code := ready.wait():
            return code
        family.forget(ready)
        web = [python, "-m", "portal.web", *listening(place)]
        family.start("web server", web)
        worker = [python, str(ROOT / "manage.py"), "db_worker", "--no-reload"]
        family.start("worker", worker)
        family.start("worker of previews", [*worker, "--queue-name", "previews"])
        family.watch(until=lambda: answers(place), within=PATIENCE)
        say(f"\nGongbei 共备 is at {place.url}\nStop it with Ctrl+C.")
        family.watch()
        return 0
    except Died as end:
        say(f"{end} Stopping.")
        return end.code
    finally:
        family.stop()


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped


def surroundings(place: Place, inherited: Mapping[str, str]) -> dict[str, str]:
    """What the processes of the server find in their environment: nothing of other projects."""
    return {
        **{name: value for name, value in inherited.items() if name != "PYTHONHOME"},
        "DJANGO_SETTINGS_MODULE": "portal.settings.base",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
        "PYTHONUNBUFFERED": "1",
        "GONGBEI_HOST": place.host,
        "GONGBEI_PORT": str(place.port),
    }


def listening(place: Place) -> Command:
    """Tell the web process where."""
    return ["--host", place.host, "--port", str(place.port)]


class Family:
    """The processes of one server: when one dies the others go with it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._members: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Command) -> subprocess.Popen[bytes]:
        """Start a process that does not outlive this one."""
        # A session of its own, so that Ctrl+C reaches this process alone, which then ends them.
        member = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            cwd=ROOT,
            env=self._environ,
            start_new_session=True,
            preexec_fn=end_with_parent(),  # noqa: PLW1509 - no threads here
        )
        self._members[name] = member
        return member

    def forget(self, member: subprocess.Popen[bytes]) -> None:
        """Watch it no longer, as it has done its work."""
        self._members = {name: one for name, one in self._members.items() if one is not member}

    def watch(self, until: Callable[[], bool] = lambda: False, within: float = 0) -> None:
        """Return when `until` holds; raises `Died` when a process ends, or takes too long."""
        begun = time.monotonic()
        while not until():
            for name, member in self._members.items():
                if (code := member.poll()) is not None:
                    raise Died(name, code)
            if within and time.monotonic() - begun > within:
                raise CannotServe(f"The web server gave no answer in {within:.0f} seconds.")
            time.sleep(0.2)

    def stop(self) -> None:
        """Let every process finish what it is at, then end it."""
        for member in self._members.values():
            if member.poll() is None:
                member.terminate()
        deadline = time.monotonic() + GRACE
        for member in self._members.values():
            try:
                member.wait(max(0.0, deadline - time.monotonic()))
            except (subprocess.TimeoutExpired, Stopped, KeyboardInterrupt):
                member.kill()
                member.wait()


def end_with_parent() -> Callable[[], None] | None:
    """What a new process does so that it gets SIGTERM when its parent is killed (Linux)."""
    try:
        prctl = ctypes.CDLL(None, use_errno=True).prctl
    except (AttributeError, OSError, TypeError):
        return None
    parent, set_parent_death_signal = os.getpid(), 1

    def promise() -> None:
        prctl(set_parent_death_signal, int(signal.SIGTERM))
        if os.getppid() != parent:  # it died before the promise was made
            os._exit(1)

    return promise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
