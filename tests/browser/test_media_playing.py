"""The demonstration's film plays from the checked address in a real browser, and can be sought."""

from __future__ import annotations

import pytest

from portal.environment import ROOT
from schools.audience import PUBLIC
from tests.browser.conftest import PageFor
from tests.factories import media as files
from tests.factories import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILM = ROOT / "site" / "portal" / "demo" / "media" / "spring-reading.mp4"
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
