"""Every address of the door list that shows a page, in Chromium: in Chinese on a telephone in the
light, in English on a desk in the dark. `test_pages` asks more of those with much in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.test_design_page import TOO_SMALL
from tests.browser.test_pages import FILLED, UNNAMED
from tests.contract.doors import DOORS, Door
from tests.factories.doors import Ground, ground

# `test_pages` walks the pages people use; this, every address, belongs to the long tests.
pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOT_OURS = {"admin", "wagtailcore_login"}
"""Wagtail's own screens."""
FACES: list[tuple[str, int, Literal["light", "dark"]]] = [("", 390, "light"), ("/en", 1280, "dark")]


class Walk:
    """One window for each reader and face: a page is opened where the one before it was."""

    def __init__(self, browser: Browser, server: LiveServer, g: Ground) -> None:
        self.browser, self.server, self.g = browser, server, g
        self.windows: dict[tuple[str, int], Page] = {}

    def window(self, reader: str, width: int, scheme: Literal["light", "dark"]) -> Page:
        if (reader, width) not in self.windows:
            context = self.browser.new_context(
                base_url=self.server.url,
                viewport={"width": width, "height": 844},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            if session := self.g.sessions.get(reader):
                context.add_cookies(
                    [{"name": "sessionid", "value": session, "url": self.server.url}]
                )
            page = context.new_page()
            page.set_default_timeout(20_000)
            self.windows[reader, width] = page
        return self.windows[reader, width]

    def end(self) -> None:
        for page in self.windows.values():
            page.context.close()


def pages(g: Ground) -> Iterator[tuple[Door, str]]:
    """The doors behind which a page stands, with their addresses."""
    for door in DOORS:
        if door.method == "GET" and 200 in door.answers and door.name not in NOT_OURS:
            address, query = door.url(g), urlencode(door.query(g))
            answer = g.browser(door.allowed).get(address, door.query(g))
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                yield door, f"{address}?{query}" if query else address


def wrong_with(page: Page, proper: Callable[[Page], None]) -> Iterator[str]:
    """What a reader would stumble over."""
    try:
        proper(page)
    except AssertionError as error:
        yield str(error)[:2000]
    if unnamed := page.evaluate(UNNAMED):
        yield f"no label: {unnamed}"
    if len(filled := page.evaluate(FILLED)) > 1:
        yield f"more than one filled button: {filled}"
    if page.evaluate("innerWidth < 768") and (small := page.evaluate(TOO_SMALL)):
        yield f"too small for a thumb: {small}"


def test_every_page_there_is_fits_and_is_clean(
    chromium: Browser, live_server: LiveServer, proper: Callable[[Page], None]
) -> None:
    g = ground()
    g.sign_in()
    walk = Walk(chromium, live_server, g)
    found: dict[str, list[str]] = {}

    for door, address in list(pages(g)):
        for language, width, scheme in FACES:
            page = walk.window(door.allowed, width, scheme)
            page.goto(language + address)
            if wrong := list(wrong_with(page, proper)):
                found[f"{door} at {width}"] = wrong
    walk.end()

    assert found == {}
