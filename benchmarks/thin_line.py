"""Seconds of the daily pages at 200 kbit/s and 600 ms, and saving over a line that stalls.

    python -m benchmarks.thin_line

Starts a server of its own with the demonstration; nothing is asserted, the bytes are in
`tests/browser/test_thin_line.py`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from benchmarks.demo_server import ARGUMENTS, DemoServer, chromium_path, demo_server, first_visit
from benchmarks.stalling_proxy import stalling

RUNS = 3
SAVES = 40
LINE = {
    "offline": False,
    "latency": 600,
    "downloadThroughput": 200_000 / 8,
    "uploadThroughput": 200_000 / 8,
}
READABLE = """Math.max(...performance.getEntries()
  .filter(one => one.entryType === 'navigation' || /[.]css$/.test(one.name))
  .map(one => one.responseEnd)) / 1000"""
COMPLETE = "performance.getEntriesByType('navigation')[0].loadEventEnd / 1000"


@dataclass(frozen=True)
class Seconds:
    """From the click to the last byte of text and style, and to the last file."""

    readable: float
    complete: float


def main() -> None:
    """Print the figures as a table."""
    found = chromium_path()
    if found is None:
        sys.exit("Chromium is not installed.")
    with (
        TemporaryDirectory(prefix="gongbei-thin-line-") as var,
        demo_server(Path(var)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        measure(browser, server)
        browser.close()


def measure(browser: Browser, server: DemoServer) -> None:
    """Pages over both lines, then saving over the one that stalls."""
    state = server.signed_in(browser, "leader")
    port = urlsplit(server.url).port
    assert port is not None
    with stalling(port) as (stalled_url, proxy):
        print("| page | readable | complete | readable, stalling | complete, stalling |")
        print("| --- | --- | --- | --- | --- |")
        for name, address in server.addresses().items():
            thin = worst(browser, server.url, state, address)
            bad = worst(browser, stalled_url, state, address)
            figures = (thin.readable, thin.complete, bad.readable, bad.complete)
            print(f"| {name} | {' | '.join(f'{figure:.1f} s' for figure in figures)} |", flush=True)
        seconds, kept = saves(browser, stalled_url, state, server.addresses()["editor"])
        print(f"\nSaved {kept} of {SAVES} texts over the stalling line,", end=" ")
        print(
            f"the quickest in {min(seconds):.1f} s, the slowest in {max(seconds):.1f} s;", end=" "
        )
        print(f"{proxy.stalled} of {proxy.chunks} chunks were stalled for {proxy.stall:.0f} s.")


def worst(browser: Browser, url: str, state: StorageState, address: str) -> Seconds:
    """The slowest of some first visits."""
    visits = [first(browser, url, state, address) for _run in range(RUNS)]
    return Seconds(max(v.readable for v in visits), max(v.complete for v in visits))


def first(browser: Browser, url: str, state: StorageState, address: str) -> Seconds:
    """A visit with an empty cache."""
    context = first_visit(browser, url, state)
    page = throttled(context.new_page())
    page.goto(address, wait_until="load")
    page.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
    taken = Seconds(page.evaluate(READABLE), page.evaluate(COMPLETE))
    context.close()
    return taken


def throttled(page: Page) -> Page:
    """The page behind a line of 200 kbit/s and 600 ms."""
    page.set_default_timeout(120_000)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    return page


def saves(browser: Browser, url: str, state: StorageState, address: str) -> tuple[list[float], int]:
    """Seconds of each save of one section, and how many texts a fresh reader finds."""
    context = first_visit(browser, url, state)
    page = throttled(context.new_page())
    page.goto(address)
    form = page.locator("form[data-section-editor][data-ready]").first
    form.wait_for()
    texts, seconds = [f"第{number}次保存。" for number in range(1, SAVES + 1)], []
    for text in texts:
        form.locator("[contenteditable=true]").first.click()
        page.keyboard.press("Control+End")
        page.keyboard.insert_text(text)
        begun = monotonic()
        form.locator("button.main").click()
        form.locator("[data-saving][data-state=saving]").wait_for(state="attached")
        form.locator("[data-saving][data-state=saved]").wait_for(state="attached")
        seconds.append(monotonic() - begun)
    context.close()
    return seconds, kept(browser, url, state, address, texts)


def kept(browser: Browser, url: str, state: StorageState, address: str, texts: list[str]) -> int:
    """How many of the texts the plan holds."""
    context = first_visit(browser, url, state)
    page = context.new_page()
    page.goto(address.removesuffix("edit/"))
    shown = page.locator("main").inner_text()
    context.close()
    return sum(text in shown for text in texts)


if __name__ == "__main__":
    main()
