"""Uploads and downloads of one large file through a bucket, against bare boto3 in the same run.

    python -m benchmarks.transfer [--megabytes 1024] [--rounds 3]

Prints seconds and ratios, and by how much the memory of the web process rose (Linux).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from boto3.s3.transfer import TransferConfig

from benchmarks.demo_server import ROOT, _python, _surroundings
from tests.servers import S3Server, private_s3

MEGABYTE = 1024 * 1024
PART = 16 * MEGABYTE
LANES, AHEAD = 3, 16
MADE_READY = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
from django.test import Client
from tests.factories import people
client = Client(); client.force_login(people.teacher(people.school()))
print(client.cookies["sessionid"].value)
"""
CHECKED = """
import django; django.setup()
from media.checking import check
from media.models import Video
check(Video.objects.filter(state="quarantine").order_by("-size").first())
"""


@contextmanager
def _web(surroundings: dict[str, str]) -> Iterator[tuple[str, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "portal.web", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=surroundings, **quiet)  # type: ignore[call-overload]
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                requests.get(f"{url}/healthz", timeout=1)
                break
            except requests.RequestException:
                time.sleep(0.2)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _memory(pid: int, what: str = "VmRSS") -> float:
    """Megabytes; ``VmHWM`` is the most it has ever had."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) / 1024


class Browser:
    """Does what the script of a page does."""

    def __init__(self, url: str, session: str) -> None:
        self.url = f"{url}/workspace/uploads/"
        self.http = requests.Session()
        self.http.cookies.set("sessionid", session)
        page = self.http.get(f"{url}/workspace/library/new/microlecture/", timeout=60).text
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        self.http.headers["X-CSRFToken"] = token

    def upload(self, path: Path, fingerprint: str) -> dict[str, Any]:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = base64.b64encode(file.read(512)).decode()
        form = {"name": path.name, "size": size, "head": head, "fingerprint": fingerprint}
        told = self._post("", form)
        count = -(-size // told["part_size"])

        links: dict[str, str] = {}

        def send(number: int) -> None:
            if str(number) not in links:  # the script asks for several at once, too
                wanted = range(number, min(number + AHEAD, count + 1))
                links.update(self._post(f"{told['id']}/parts/", {"number": wanted})["links"])
            with path.open("rb") as file:
                file.seek((number - 1) * told["part_size"])
                body = file.read(told["part_size"])
            requests.put(links[str(number)], data=body, timeout=300).raise_for_status()

        with ThreadPoolExecutor(LANES) as lanes:
            list(lanes.map(send, range(1, count + 1)))
        return self._post(f"{told['id']}/complete/", {})

    def _post(self, path: str, form: dict[str, Any]) -> dict[str, Any]:
        answer = self.http.post(self.url + path, data=form, timeout=120)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told


def _hash(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _film(path: Path, megabytes: int) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as out:
        for number in range(megabytes):
            piece = os.urandom(4096) * 256
            if number == 0:
                piece = b"\0\0\0\x18ftypisom" + bytes(12) + piece[24:]
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def _begin_from_template(database: Path) -> None:
    """Copy the migrated database that the tests keep: migrating from nothing takes minutes."""
    kept = (ROOT / "var" / "test-template").glob("*.sqlite3")
    if newest := max(kept, key=lambda path: path.stat().st_mtime, default=None):
        shutil.copy(newest, database)


class Watch:
    """Takes the time of what is done again and again."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    @contextmanager
    def timing(self, what: str) -> Iterator[None]:
        os.sync()  # what an earlier transfer left to be written is not this one's
        begun = time.perf_counter()
        yield
        self.times.setdefault(what, []).append(time.perf_counter() - begun)

    def in_turn(self, rounds: int, ways: dict[str, Callable[[], None]]) -> None:
        """Each way once a round, and the other way round in every second."""
        for number in range(rounds):
            for what in sorted(ways, reverse=bool(number % 2)):
                with self.timing(what):
                    ways[what]()

    def medians(self) -> dict[str, float]:
        return {f"{what} s": statistics.median(times) for what, times in self.times.items()}


def measure(megabytes: int, rounds: int, place: Path, server: S3Server) -> dict[str, float]:
    """The figures of one file of so many megabytes; medians of so many rounds."""
    surroundings = {**_surroundings(place / "var"), **server.environ()}
    surroundings["GONGBEI_FILE_LIMIT_MB"] = str(max(megabytes, 50))
    (place / "var").mkdir()
    _begin_from_template(place / "var" / "gongbei.sqlite3")
    session = _python(surroundings, MADE_READY).split()[-1]
    film, warm = place / "film.mp4", place / "warm.mp4"
    wanted = _film(film, megabytes)
    _film(warm, 9)
    client, watch = server.client(), Watch()
    how = TransferConfig(multipart_chunksize=PART, max_concurrency=LANES)
    told: list[dict[str, Any]] = []
    with _web(surroundings) as (url, pid):
        browser = Browser(url, session)

        def bare_down() -> None:
            body = client.get_object(Bucket=server.bucket, Key="bare")["Body"]
            assert _hash(body.iter_chunks(MEGABYTE)) == wanted

        def our_down() -> None:
            address = f"{url}/files/{told[0]['file']}/?download=1"
            with browser.http.get(address, stream=True, timeout=300) as answer:
                answer.raise_for_status()
                assert _hash(answer.iter_content(MEGABYTE)) == wanted

        browser.upload(warm, "warm")  # what is loaded once, with the first file of all
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # forget the most it has had till now
        before = _memory(pid)
        ups: dict[str, Callable[[], Any]] = {
            "bare upload": lambda: client.upload_file(str(film), server.bucket, "bare", Config=how),
            "upload": lambda: told.append(browser.upload(film, f"round {len(told)}")),
        }
        watch.in_turn(rounds, ups)
        with watch.timing("time to ready"):
            _python(surroundings, CHECKED)
        watch.in_turn(rounds, {"bare download": bare_down, "download": our_down})
        rise = _memory(pid, "VmHWM") - before
    found = {
        "megabytes": megabytes,
        "rounds": rounds,
        "web memory rise MB": rise,
        **watch.medians(),
    }
    for way in ("upload", "download"):
        found[f"{way} of bare"] = found[f"bare {way} s"] / found[f"{way} s"]
    return {key: round(value, 2) for key, value in found.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3, help="each way is taken so often, in turn")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gb-transfer-") as place, private_s3() as server:
        print(json.dumps(measure(told.megabytes, told.rounds, Path(place), server), indent=1))


if __name__ == "__main__":
    main()
