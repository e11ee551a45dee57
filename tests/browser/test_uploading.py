"""A film goes up over a line that is cut twice, to a server that is restarted once."""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from tests.factories.media import video_bytes
from tests.line import Line, line_to
from tests.servers import S3Server, free_port
from tests.site_server import SiteServer, made_ready, surroundings

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
MEGABYTE = 1024 * 1024
SAVED = re.compile(r"/workspace/library/[0-9a-f]{8}-[0-9a-f-]{27}/$")
FOUND = "SELECT sha256, state, size FROM media_video WHERE title = '课堂实录'"
WIDE = 8 * MEGABYTE
"""Bytes a second of each of three connections: 60 MB are on their way for some seconds."""


@pytest.fixture(scope="module")
def ready(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The database that a server begins with, made once, and the session of a teacher in it."""
    var = tmp_path_factory.mktemp("ready") / "var"
    return var, made_ready(var)


@pytest.fixture(params=["disk", "bucket"])
def server(
    request: pytest.FixtureRequest, ready: tuple[Path, str], tmp_path: Path, settings: Any
) -> Iterator[tuple[SiteServer, list[Line], str]]:
    """A server, the lines to it and, where files lie in a bucket, to that; a teacher's session."""
    var = tmp_path / "var"
    shutil.copytree(ready[0], var)
    served = SiteServer(surroundings(var), port=free_port())
    with ExitStack() as stack:
        lines = [stack.enter_context(line_to(served.port, bytes_a_second=WIDE))]
        if request.param == "bucket":
            s3: S3Server = request.getfixturevalue("bucket")
            port = int(s3.endpoint.rpartition(":")[2])
            lines.append(stack.enter_context(line_to(port, bytes_a_second=WIDE)))
            served.surroundings |= {
                **s3.environ(),
                "GONGBEI_S3_PREFIX": settings.GONGBEI_S3["prefix"],
                "GONGBEI_S3_PUBLIC_ENDPOINT": f"http://127.0.0.1:{lines[1].port}",
            }
            origin = f"http://127.0.0.1:{lines[0].port}"
            call_command("prepare_bucket", origin=[origin], stdout=StringIO())
        stack.callback(served.kill)
        served.start()
        yield served, lines, ready[1]


@pytest.mark.parametrize(
    "megabytes", [60, pytest.param(300, marks=pytest.mark.long)], ids=["60MB", "300MB"]
)
def test_a_film_arrives_whole_though_the_line_is_cut_twice_and_the_server_restarted(
    server: tuple[SiteServer, list[Line], str],
    chromium: Browser,
    tmp_path: Path,
    megabytes: int,
) -> None:
    served, lines, session = server
    shown = tmp_path / "uploading.png"
    film = tmp_path / "课堂实录.mp4"
    content = _film(megabytes)
    film.write_bytes(content)
    page = _signed_in(chromium, f"http://127.0.0.1:{lines[0].port}", session)
    page.goto("/workspace/library/new/microlecture/")
    page.fill("[name=title]", "春：课堂实录")

    progress = page.locator("[name=video] + .upload")  # each file field has one
    page.set_input_files("[name=video]", film)
    for share in (0.2, 0.6):
        _until(page, lines, share * len(content))
        for line in lines:
            line.cut()
        expect(progress.get_by_role("status")).to_contain_text("断", timeout=60_000)
        if share == 0.6:
            progress.scroll_into_view_if_needed()
            page.screenshot(path=shown)
            served.kill()
            served.start()
        for line in lines:
            line.mend()
    page.locator("button.main").click()  # before it is there: it is saved when it is
    page.wait_for_url(SAVED, timeout=(60 + 2 * megabytes) * 1000)

    sent = sum(line.passed for line in lines)
    assert sent < 1.6 * len(content)
    assert _ready(served) == [(sha256(content).hexdigest(), "ready", len(content))]


def _film(megabytes: int) -> bytes:
    pieces = [sha256(str(number).encode()).digest() * 32768 for number in range(megabytes)]
    whole = b"".join(pieces)
    return video_bytes(1000) + whole[1000:]


def _signed_in(chromium: Browser, url: str, session: str) -> Page:
    context = chromium.new_context(base_url=url, viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


def _until(page: Page, lines: list[Line], count: float) -> None:
    """Wait until so many bytes have gone out."""
    for _ in range(1200):
        if sum(line.passed for line in lines) >= count:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"only {[line.passed for line in lines]} bytes went out")


def _ready(served: SiteServer) -> list[tuple[str, str, int]]:
    """The record, once the worker has checked it."""
    found: list[tuple[str, str, int]] = []
    with closing(sqlite3.connect(f"{served.surroundings['GONGBEI_VAR']}/gongbei.sqlite3")) as base:
        for _ in range(300):
            found = base.execute(FOUND).fetchall()
            if found and found[0][1] != "quarantine":
                break
            time.sleep(0.2)
    return found
