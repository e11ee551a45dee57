"""Thin lines count: what a first visit brings over the wire, as production sends it (DESIGN §9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState

from benchmarks.demo_server import DemoServer, first_visit

pytestmark = pytest.mark.browser

BUDGET = 50_000
SCRIPT_BUDGET = 200_000
COUNTED = ("Document", "Stylesheet", "Script")


@dataclass
class Wire:
    """The bytes of a visit by kind of file and address, as Chromium's network tells them."""

    kinds: dict[str, tuple[str, str]] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)

    def listen(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._ended)
        session.send("Network.enable")

    def _answered(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = (event["type"], event["response"]["url"])

    def _ended(self, event: dict[str, Any]) -> None:
        self.lengths[event["requestId"]] = round(event["encodedDataLength"])

    def bytes_of(self, *kinds: str, but: str = "\0") -> int:
        """How many bytes came in files of these kinds whose address does not hold `but`."""
        return sum(
            self.lengths.get(request, 0)
            for request, (kind, url) in self.kinds.items()
            if kind in kinds and but not in url
        )


@pytest.fixture(scope="module")
def leader(chromium: Browser, demo: DemoServer) -> StorageState:
    return demo.signed_in(chromium, "leader")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def visited(
    request: pytest.FixtureRequest,
    chromium: Browser,
    demo: DemoServer,
    leader: StorageState,
    wire: Wire,
) -> Iterator[Page]:
    context = first_visit(chromium, demo.url, leader)
    page = context.new_page()
    wire.listen(page)
    page.goto(demo.addresses()[request.param], wait_until="networkidle")
    yield page
    context.close()


daily = pytest.mark.parametrize("visited", ["day", "board", "plan", "search"], indirect=True)
editor = pytest.mark.parametrize("visited", ["editor"], indirect=True)


@daily
def test_text_style_and_script_of_a_daily_page_are_small(visited: Page, wire: Wire) -> None:
    # A plan that is written together is read before its script comes.
    brought = wire.bytes_of(*COUNTED, but="coediting/coediting")
    script = wire.bytes_of("Script", but="gongbei/")

    assert script <= SCRIPT_BUDGET, wire
    assert visited.locator("main h1").count() == 1
    assert brought > 0
    assert brought <= BUDGET, wire


@daily
def test_nothing_else_comes_with_a_daily_page_but_the_icon(visited: Page, wire: Wire) -> None:
    others = [url for kind, url in wire.kinds.values() if kind not in COUNTED]

    assert [url for url in others if "favicon" not in url] == []


@pytest.mark.parametrize("visited", ["board"], indirect=True)
def test_the_board_that_is_weighed_has_all_tasks_of_the_volume(visited: Page) -> None:
    cards = visited.locator("article.card").count()

    assert cards == 42


@editor
def test_the_text_of_the_editor_is_within_the_budget_before_its_script(
    visited: Page, wire: Wire
) -> None:
    readable = wire.bytes_of(*COUNTED, but="plans/editor")
    script = wire.bytes_of("Script", but="gongbei/")

    assert readable <= BUDGET, wire
    assert 0 < script <= SCRIPT_BUDGET, wire


@editor
def test_the_script_of_the_editor_never_holds_up_the_text(visited: Page) -> None:
    scripts = visited.locator("script[src]")

    assert scripts.count() > 0
    assert scripts.evaluate_all("all => all.every(one => one.defer)")


@editor
def test_the_style_and_script_may_be_kept_for_good(visited: Page) -> None:
    address = visited.locator("script[src*='plans/editor']").get_attribute("src")
    assert address is not None

    answer = visited.request.get(address, headers={"Accept-Encoding": "gzip"})

    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
