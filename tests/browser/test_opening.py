"""In a real browser: a microlecture plays, is sought and remembered; slides open page by page."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from media.models import FileRecord
from media.previews.actions import write_captions
from media.storage import BLOBS
from resources.library import actions
from resources.library.models import Resource
from schools.models import User
from tests.browser.conftest import PageFor
from tests.factories import library, people, previews
from tests.factories import media as files
from tests.factories.doors import settle_in
from tests.s3_proxy import Asked, Fault, Proxy, spoiling_proxy
from tests.servers import S3Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECONDS = 40
FAILURES = """window.failures = 0;
addEventListener('error', event => { window.failures += event.target.id === 'film' }, true);"""
PLAYS = "() => { const film = document.getElementById('film'); return film.currentTime > %s; }"


def published(kind: str, name: str, content: bytes) -> tuple[Resource, FileRecord, User]:
    """A resource of a school with one file, its light forms and a colleague who reads it."""
    settle_in()
    school = people.school()
    maker = people.teacher(school)
    file = files.stored(name, content, by=maker, school=school)
    made: Any = actions.create_resource(
        kind=kind,
        school=school,
        by=maker,
        title="春·朗读",
        description={"subject": "chinese", "grade": 7},
        files=[file],
    )
    previews.made(file)
    if kind == "microlecture":
        write_captions(
            file=file, language="zh-Hans", text="00:01.000 --> 00:09.000\n盼望着", by=maker
        )
    return library.published(made), file, people.teacher(school)


def at(page: Page) -> float:
    """Where the film stands."""
    return float(page.evaluate("document.getElementById('film').currentTime"))


def test_a_microlecture_plays_is_sought_and_goes_on_where_one_stopped(
    page_for: PageFor, proper: Callable[[Page], None]
) -> None:
    previews.need_ffmpeg()
    resource, _, reader = published("microlecture", "春.mp4", previews.film(SECONDS, "480x270"))
    page = page_for(reader)
    page.goto(resource.get_absolute_url())
    proper(page)

    assert page.locator("[data-source]").count() > 1
    assert all("B" in text for text in page.locator("[data-source] small").all_text_contents())
    page.evaluate("const f = document.getElementById('film'); f.muted = true; void f.play()")
    page.wait_for_function(PLAYS % "0.2")
    page.evaluate("document.getElementById('film').currentTime = 18")
    page.wait_for_function(PLAYS % "18.1")
    page.evaluate("document.getElementById('film').pause()")
    cues = page.evaluate("document.getElementById('film').textTracks[0].cues?.length")
    page.locator("[data-source=film_240], [data-source=stills]").first.click()
    page.wait_for_function(PLAYS % "17")
    page.evaluate("document.getElementById('film').pause()")
    stopped = at(page)

    page.reload()
    page.evaluate("const f = document.getElementById('film'); f.muted = true; void f.play()")
    page.wait_for_function(PLAYS % "14")

    assert cues == 1
    assert stopped - 4 < at(page) < stopped + 4
    assert page.locator("[data-resume]").is_visible()
    page.locator("[data-resume] button").click()
    page.wait_for_function("() => document.getElementById('film').currentTime < 5")


@pytest.mark.parametrize("at_once", [True, pytest.param(False, marks=pytest.mark.long)])
def test_a_film_goes_on_when_its_link_has_run_out(
    page_for: PageFor,
    bucket: S3Server,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    at_once: bool,
) -> None:
    previews.need_ffmpeg()
    monkeypatch.setattr("media.storage.LINK_SECONDS", 5)
    monkeypatch.setattr("media.responses.THROUGH_US", 0)
    with spoiling_proxy(bucket.endpoint) as proxy:
        settings.GONGBEI_S3 = {**settings.GONGBEI_S3, "public_endpoint": proxy.url}
        policy = settings.CONTENT_SECURITY_POLICY
        directives = {**policy["DIRECTIVES"], "media-src": ["'self'", proxy.url]}
        settings.CONTENT_SECURITY_POLICY = {**policy, "DIRECTIVES": directives}
        BLOBS._setup()
        resource, _, reader = published("microlecture", "春.mp4", previews.FILM.read_bytes())
        proxy.before = halting = Halting(proxy)
        page = page_for(reader)
        page.add_init_script(FAILURES)
        if not at_once:  # the script does not know for how long links work
            monkeypatch.setattr("media.storage.BucketStorage.lasts", 0)

        page.goto(resource.get_absolute_url())
        page.evaluate("const f = document.getElementById('film'); f.muted = true; void f.play()")
        page.wait_for_function(PLAYS % "24", timeout=90_000)

        failed = page.evaluate("window.failures")

    assert halting.read > 2
    assert failed == (0 if at_once else 1)


class Halting:
    """Ends the first answer in its middle, and holds the next until its link has run out."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy, self.read = proxy, 0

    def __call__(self, asked: Asked) -> None:
        if asked.what != "read":
            return
        self.read += 1
        self.proxy.fault = Fault.HALF if self.read == 1 else Fault.NONE
        if self.read == 2:
            time.sleep(8)


def test_without_script_the_light_forms_are_links(page_for: PageFor) -> None:
    previews.need_ffmpeg()
    resource, file, reader = published("microlecture", "春.mp4", previews.film(4))
    page = page_for(reader, scripts=False)

    page.goto(resource.get_absolute_url())

    links = [link.get_attribute("href") for link in page.locator("[data-source]").all()]
    assert f"/files/{file.uuid}/" in links
    assert page.locator("video[controls]").count() == 1
    assert page.locator("[data-speed]").is_hidden()


def test_slides_open_page_by_page_on_a_phone(
    page_for: PageFor, proper: Callable[[Page], None]
) -> None:
    previews.need_office()
    content = previews.slides("春风化雨", "万物生长", "秋收冬藏")
    resource, file, reader = published("courseware", "春.pptx", content)
    page = page_for(reader, width=390)
    page.goto(resource.get_absolute_url())
    proper(page)

    page.get_by_role("link", name="翻看（共3页）").click()
    shown = page.locator(".leaf img")
    proper(page)
    page.wait_for_function("() => document.querySelector('.leaf img').complete")
    assert shown.evaluate("image => image.currentSrc").endswith("/pages/1/640/")
    for number in (2, 3):
        page.get_by_role("link", name="下一页").click()
        page.wait_for_url(f"**/look/{file.uuid}/?page={number}")
    assert shown.get_attribute("alt") == "秋收冬藏"
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**/look/{file.uuid}/?page=2")
    page.get_by_role("link", name="只看文字").click()

    assert "万物生长" in page.locator("main").inner_text()
