"""A real Chromium against a live server: `page_for(user, width=…)`, `proper(page)`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Literal, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from benchmarks.demo_server import DemoServer, demo_server
from schools.models import User
from tests.conftest import ClientOf
from tests.demonstration import copied_to

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is Chromium without the windows around it, which take as long again as the pages."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
FITS = "document.documentElement.scrollWidth === document.documentElement.clientWidth"
WIDER = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""


class PageFor(Protocol):
    """Opens a page of a size and colour scheme, signed in as a user or as nobody."""

    def __call__(
        self,
        user: User | None = None,
        *,
        width: int = 390,
        scheme: Literal["light", "dark"] = "light",
        scripts: bool = True,
    ) -> Page: ...


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, started once; where there is none, a named skip (a failure if required)."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = "Chromium is not installed"
        if os.environ.get("GONGBEI_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    # Playwright's loop runs in this thread, where the fixtures use the database too.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    """A real server with the demonstration, made once; what a test changes there, it makes."""
    with demo_server(copied_to(tmp_path_factory.mktemp("demo"), tmp_path_factory)) as server:
        yield server


@pytest.fixture
def page_for(chromium: Browser, live_server: LiveServer, client_of: ClientOf) -> Iterator[PageFor]:
    """`page_for(user, width=1280, scheme="dark")`: a page whose addresses may be relative."""
    opened = []

    def open_page(
        user: User | None = None,
        *,
        width: int = 390,
        scheme: Literal["light", "dark"] = "light",
        scripts: bool = True,
    ) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 844},
            color_scheme=scheme,
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        opened.append(context)
        if user is not None:
            session = client_of(user).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(60_000)  # a busy machine takes its time
        return page

    yield open_page
    for context in opened:
        context.close()


@pytest.fixture
def proper() -> Callable[[Page], None]:
    """`proper(page)`: nothing is wider than the screen, and axe finds nothing wrong."""

    def check(page: Page) -> None:
        assert page.evaluate(FITS), f"wider than the screen: {page.evaluate(WIDER)}"
        # On a telephone the bar at the foot lies over whatever scrolls beneath it just then.
        targets = {"rules": {"target-size": {"enabled": page.evaluate("innerWidth >= 768")}}}
        found = Axe().run(page, options=targets)
        assert found.violations_count == 0, found.generate_report()

    return check
