"""The launcher: plain words before the work, and no process that outlives the others."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from portal import launch
from portal.launch import CannotServe, Died, Family, Place

SITE = Path(launch.__file__).parents[1]
IDLE = [sys.executable, "-c", "import signal; signal.pause()"]


def ends_with(code: int) -> list[str]:
    """A program that ends at once."""
    return [sys.executable, "-c", f"raise SystemExit({code})"]


@pytest.fixture
def family() -> Iterator[Family]:
    """Processes that are gone after the test."""
    processes = Family(os.environ)
    yield processes
    processes.stop()


@pytest.fixture
def taken() -> Iterator[Place]:
    """A place where another program listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield Place("127.0.0.1", other.getsockname()[1])


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1", "８０８０", "80.5"])
def test_port_that_is_none_is_refused_at_the_command_line(
    port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        launch.asked_for([f"--port={port}"])

    assert "a port is a number from 1 to 65535" in capsys.readouterr().err


def test_processes_of_the_server_find_nothing_of_another_project() -> None:
    others = {"DJANGO_SETTINGS_MODULE": "theirs", "PYTHONPATH": "/theirs", "PYTHONHOME": "/theirs"}

    found = launch.surroundings(Place("127.0.0.1", 8000), {**others, "LANG": "zh_CN.UTF-8"})

    assert found["LANG"] == "zh_CN.UTF-8"
    assert found["DJANGO_SETTINGS_MODULE"] == "portal.settings.base"
    assert not [value for value in found.values() if "theirs" in value]


def test_command_line_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGBEI_HOST", "10.0.0.1")
    monkeypatch.setenv("GONGBEI_PORT", "9000")

    place, _ = launch.asked_for(["--port", "9001"])

    assert place == Place("10.0.0.1", 9001)


def test_taken_port_is_said_with_what_to_do(taken: Place) -> None:
    with pytest.raises(CannotServe, match=f"Port {taken.port} is taken by another program"):
        launch.look(taken)


def test_port_taken_by_gongbei_itself_is_said_with_its_address() -> None:
    class Alive(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"status": "ok"}')

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            return

    server = HTTPServer(("127.0.0.1", 0), Alive)
    Thread(target=server.serve_forever, daemon=True).start()
    place = Place("127.0.0.1", server.server_port)

    with pytest.raises(CannotServe, match=f"already runs at http://127.0.0.1:{place.port}/"):
        launch.look(place)

    server.shutdown()
    server.server_close()


def test_address_of_another_machine_is_said_in_plain_words() -> None:
    with pytest.raises(CannotServe, match="no address of this machine"):
        launch.look(Place("192.0.2.1", 8000))


def test_looking_at_a_taken_port_needs_nothing_but_python_and_leaves_no_trace(
    taken: Place,
) -> None:
    look = [str(SITE / "portal" / "launch.py"), "--only-look", f"--port={taken.port}"]

    ended = subprocess.run(
        [getattr(sys, "_base_executable", sys.executable), "-I", "-S", *look],
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 1
    assert "is taken by another program" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("::", "http://[::1]:8000/"),
        ("::1", "http://[::1]:8000/"),
        ("gongbei.example", "http://gongbei.example:8000/"),
    ],
)
def test_address_is_printed_as_a_browser_takes_it(host: str, url: str) -> None:
    assert Place(host, 8000).url == url


@pytest.mark.parametrize(("ended", "code"), [(3, 3), (0, 1), (-9, 137)])
def test_death_of_a_process_gives_the_exit_code_of_the_whole(ended: int, code: int) -> None:
    assert Died("worker", ended).code == code


def test_death_of_one_process_ends_the_other(family: Family) -> None:
    other = family.start("web server", IDLE)
    family.start("worker", ends_with(3))

    with pytest.raises(Died, match="The worker ended with exit code 3"):
        family.watch()
    family.stop()

    assert other.returncode == -signal.SIGTERM


def test_process_that_does_not_answer_in_time_is_given_up(family: Family) -> None:
    family.start("web server", IDLE)

    with pytest.raises(CannotServe, match="gave no answer"):
        family.watch(until=lambda: False, within=0.1)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_killed_launcher_leaves_no_process_behind() -> None:
    start = f"Family(os.environ).start('web server', {IDLE!r})"
    program = (
        "import os, signal; from portal.launch import Family\n"
        f"print({start}.pid, flush=True); signal.pause()"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(SITE)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdout is not None
    child = os.pidfd_open(int(launcher.stdout.readline()))

    launcher.kill()
    launcher.wait()

    assert ended_within(child, seconds=10)
    launcher.stdout.close()


def ended_within(process: int, *, seconds: float) -> bool:
    """Whether the process of this file descriptor ends in time."""
    ready, _, _ = select.select([process], [], [], seconds)
    os.close(process)
    return bool(ready)
