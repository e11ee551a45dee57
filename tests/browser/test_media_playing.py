"""The demonstration's film plays from the checked address in a real browser, and can be sought."""

from __future__ import annotations

from typing import Any

import pytest

from media.storage import BLOBS
from portal.environment import ROOT
from resources.library.actions import create_resource
from resources.library.models import Resource
from schools.audience import PUBLIC
from schools.models import User
from tests.browser.conftest import PageFor
from tests.factories import library, people
from tests.factories import media as files
from tests.factories.doors import settle_in
from tests.s3_proxy import Fault, spoiling_proxy
from tests.servers import S3Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILM = ROOT / "site" / "portal" / "demo" / "media" / "spring-reading.mp4"
SECONDS = 4
PAST = "seconds => document.getElementById('film').currentTime > seconds"
PLAY = """url => new Promise((done, failed) => {
  const video = document.createElement('video');
  video.muted = true;
  video.onerror = () => failed(new Error(video.error.message));
  video.oncanplay = () => {
    video.oncanplay = null;
    video.onseeked = () => done([video.duration, video.videoWidth, video.currentTime]);
    video.currentTime = 20;
  };
  video.src = url;
  document.body.append(video);
})"""


def test_a_public_film_plays_and_is_sought_by_an_anonymous_visitor(page_for: PageFor) -> None:
    teacher = people.user()
    film = files.stored("春·朗读.mp4", FILM.read_bytes(), by=teacher)
    files.page_using([film], by=teacher, tokens=[PUBLIC])
    page = page_for()
    page.goto("/accounts/login/")

    with page.expect_response(lambda answer: film.url in answer.url) as first:
        duration, width, at = page.evaluate(PLAY, film.url)

    assert first.value.status == 206
    assert (round(duration), width, at) == (26, 480, 20)


def test_a_private_film_does_not_play_for_a_visitor(page_for: PageFor) -> None:
    film = files.stored("春·朗读.mp4", FILM.read_bytes(), by=people.user())
    page = page_for()
    page.goto("/accounts/login/")

    failed = page.evaluate(f"url => ({PLAY})(url).then(() => false, () => true)", film.url)

    assert failed


def test_a_film_goes_on_when_its_link_to_the_bucket_has_run_out(
    page_for: PageFor, bucket: S3Server, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.storage.LINK_SECONDS", SECONDS)
    with spoiling_proxy(bucket.endpoint) as line:
        line.fault, line.bytes_a_second = Fault.SLOW, 128 * 1024
        settings.GONGBEI_S3 = {**settings.GONGBEI_S3, "public_endpoint": line.url}
        BLOBS._setup()
        rules = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        allowed = {**rules, "media-src": [*rules["media-src"], line.url]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": allowed}
        resource, reader = _recording()
        page = page_for(reader)
        page.goto(resource.get_absolute_url())
        page.evaluate("const f = document.getElementById('film'); f.muted = true; void f.play()")
        page.wait_for_function(PAST, arg=0.2)
        page.evaluate("document.getElementById('film').pause()")
        page.wait_for_timeout(SECONDS * 1000 + 500)  # the link runs out; nothing tells of it
        line.bytes_a_second = 8 * 1024 * 1024

        with page.expect_response(lambda answer: answer.status == 403):
            page.evaluate("const f = document.getElementById('film'); f.currentTime = 360")
        page.evaluate("void document.getElementById('film').play()")

        page.wait_for_function(PAST, arg=360.2)


def _recording() -> tuple[Resource, User]:
    """A sound recording of some minutes, too long to be fetched at once, and who hears it."""
    settle_in()
    school = people.school()
    maker = people.teacher(school)
    silence = (b"\xff\xfb\x90\x00" + bytes(413)) * 16_000
    file = files.stored("朗读.mp3", silence, by=maker, school=school)
    made: Any = create_resource(
        kind="microlecture",
        school=school,
        by=maker,
        title="春·朗读",
        description={"subject": "chinese", "grade": 7},
        files=[file],
    )
    return library.published(made), people.teacher(school)
