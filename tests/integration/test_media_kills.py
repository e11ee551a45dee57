"""Web, worker and storage are killed at each step of an upload: nothing is lost or half done."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import requests

from benchmarks.demo_server import ROOT, _python, _surroundings
from tests import template
from tests.factories.media import video_bytes
from tests.factories.uploads import Uploading
from tests.s3_proxy import Asked, Proxy, spoiling_proxy
from tests.servers import S3Server, private_s3
from tests.site_server import SiteServer, made_ready, surroundings

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("place", ["disk", "bucket"])
@pytest.mark.parametrize("stride", [250, pytest.param(5, marks=pytest.mark.long)])
def test_whichever_step_a_process_is_killed_at_the_next_one_ends_the_work(
    request: pytest.FixtureRequest, tmp_path: Path, place: str, stride: int
) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    shutil.copy(template.path(), folder / "gongbei.sqlite3")
    own = _surroundings(folder)
    if place == "bucket":
        server: S3Server = request.getfixturevalue("s3_server")
        own |= {**server.environ(), "GONGBEI_S3_PREFIX": tmp_path.name}

    done = subprocess.run(
        [sys.executable, "-m", "tests.upload_worker", str(folder), str(stride)],
        cwd=ROOT,
        env=own,
        capture_output=True,
        text=True,
        timeout=3600,
    )

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr[-2000:]
    assert [line["died"] for line in lines] == [True] * (len(lines) - 1) + [False]
    assert len(lines) > 3
    for number, line in enumerate(lines, 1):
        assert line["then"] == line["lost"] == line["strays"] == [], line
        assert (line["films"], line["waiting"], line["open"]) == ([["ready", True]], 0, 0), line
        assert (line["videos"], line["pictures"], line["uploads"]) == (number, number, 2 * number)


# real processes: uvicorn, db_worker and SeaweedFS, killed at what the storage is asked

QUICK_WORKER = (
    "-c",
    "import sys\n"
    "from datetime import timedelta\n"
    "import django; django.setup()\n"
    "from media.uploads import tasks, tidying\n"
    "tidying.take_up()\n"
    "tidying.CHECKED, tasks.LATER = timedelta(0), timedelta(seconds=1)\n"
    "from django.core.management import execute_from_command_line\n"
    "execute_from_command_line(['manage.py', 'db_worker', '--no-reload'])\n",
)
"""A worker that tidies up at once, not at night, and does not wait minutes for the storage."""
SAVED = """
import hashlib, json
import django; django.setup()
from django.core.management import call_command
from io import StringIO
call_command("check_media", read=True, stdout=StringIO())  # fails where a record lost its object
from media.models import Video; from media.storage import BLOBS
print(json.dumps([
    [file.state, file.sha256, hashlib.sha256(b"".join(BLOBS.pieces(file.file.name))).hexdigest()]
    for file in Video.objects.order_by("pk")
]))
"""
STEPS = {
    "web": ("begin", "part", "join"),
    "worker": ("read", "copy", "delete"),
    "storage": ("begin", "part", "join", "read", "copy", "delete"),
}
PATIENCE = 180.0


@dataclass
class Web:
    """A signed-in client of a server that goes away and comes back."""

    url: str
    session: str
    http: requests.Session = field(default_factory=requests.Session)

    def post(self, path: str, form: Any = None) -> requests.Response:
        """Post a form."""
        self.http.cookies.set("csrftoken", "c" * 32)
        self.http.cookies.set("sessionid", self.session)
        return self.http.post(
            self.url + path, data=form, headers={"X-CSRFToken": "c" * 32}, timeout=30
        )

    def get(self, path: str) -> requests.Response:
        """Get a page."""
        return self.http.get(self.url + path, timeout=30)


@dataclass
class Ground:
    """Everything that runs, and what is killed next."""

    site: SiteServer
    storage: S3Server
    proxy: Proxy
    web: Web
    struck: threading.Event = field(default_factory=threading.Event)

    def kill_at(self, victim: str, what: str, moment: str) -> None:
        """Have `victim` killed once, before or after the storage does the next `what`."""
        self.struck.clear()
        lock = threading.Lock()

        def strike(asked: Asked) -> None:
            with lock:
                if asked.what != what or self.struck.is_set():
                    return
                self.struck.set()
                self.storage.kill() if victim == "storage" else self.site.kill(victim)

        self.proxy.before = self.proxy.after = None
        setattr(self.proxy, moment, strike)

    def revive(self) -> None:
        """Start again what was killed."""
        self.proxy.before = self.proxy.after = None
        if self.storage._server is None:
            self.storage.start()
        self.site.start()

    def vacuum(self) -> None:
        """Have the storage write its volumes anew, without what it holds for deleted."""
        port = self.storage._ports["master.port"]
        requests.get(f"http://127.0.0.1:{port}/vol/vacuum?garbageThreshold=0.0001", timeout=60)


@pytest.fixture
def ground(django_db_setup: None, tmp_path: Path) -> Iterator[Ground]:
    """A site of its own, with a storage of its own behind a proxy."""
    session = made_ready(tmp_path / "var")
    with private_s3() as storage, spoiling_proxy(storage.endpoint) as proxy:
        own = {**storage.environ(), "GONGBEI_S3_ENDPOINT": proxy.url}
        site = SiteServer({**surroundings(tmp_path / "var"), **own}, worker=QUICK_WORKER)
        try:
            site.start()
            yield Ground(site, storage, proxy, Web(site.url, session))
        finally:
            site.kill()


@pytest.mark.long
@pytest.mark.parametrize("victim", STEPS)
def test_no_film_is_lost_at_whichever_step_a_process_is_killed(ground: Ground, victim: str) -> None:
    hashes: list[str] = []
    for what, moment in product(STEPS[victim], ("before", "after")):
        content = video_bytes(1024) + bytes([len(hashes)]) * (9 * MEGABYTE)
        hashes.append(hashlib.sha256(content).hexdigest())
        upload = Uploading(ground.web, f"{what} {moment}.mp4", content)  # type: ignore[arg-type]
        ground.kill_at(victim, what, moment)

        _persist(ground, lambda: _is_ready(ground, upload))  # noqa: B023
        _await(ground.struck.is_set, ground)
        ground.revive()
        ground.vacuum()

        saved = json.loads(_python(ground.site.surroundings, SAVED))
        assert saved == [["ready", digest, digest] for digest in hashes], (what, moment)
        print(f"{victim} killed {moment} {what}: whole and ready")  # noqa: T201 - takes minutes


def _is_ready(ground: Ground, upload: Uploading) -> bool:
    """Go on with the upload; whether it has been checked and may be opened."""
    told = upload.whole().json()
    if told["state"] == "ready":
        shown = ground.web.get(f"/files/{told['file']}/?download=1")
        assert shown.content == upload.content
    return bool(told["state"] == "ready")


def _persist(ground: Ground, work: Callable[[], Any]) -> None:
    """Do it until it is done, as the script of the page does; start what has been killed."""

    def done() -> bool:
        try:
            return bool(work())
        except (requests.RequestException, AssertionError, KeyError, ValueError):
            return False

    _await(done, ground)


def _await(done: Callable[[], bool], ground: Ground) -> None:
    until = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < until, f"not within {PATIENCE} s: {ground.proxy.seen[-20:]}"
        is_away = ground.storage._server is None or len(ground.site.running) < 2
        if is_away:
            ground.revive()
        time.sleep(0.3)
