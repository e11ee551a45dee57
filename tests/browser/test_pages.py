"""Every main page on a telephone and a desk, light and dark: it fits, axe finds nothing, and the
keyboard reaches what it is for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, StorageState, ViewportSize

from benchmarks.demo_server import DemoServer, first_visit
from tests.browser.conftest import FITS, WIDER
from tests.browser.test_design_page import RING, TOO_SMALL

pytestmark = pytest.mark.browser

TELEPHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=844)
FILLED = """() => [...document.querySelectorAll('.btn.main')]
  .map(e => [e, getComputedStyle(e)])
  .filter(([e, style]) => e.checkVisibility() && style.borderColor === style.backgroundColor)
  .map(([e]) => e.outerHTML.slice(0, 80))"""
UNNAMED = """() => [...document.querySelectorAll('main input, main select, main textarea')]
  .filter(e => e.offsetParent && !(e.labels && e.labels.length) && !e.ariaLabel)
  .map(e => e.outerHTML.slice(0, 80))"""
MOST_TABS = 60

# Who looks, at what (an address, or the name of one made for the tests), and what it is for.
PAGES = {
    "day": ("preparer", "/workspace/", ".rows .btn.main"),
    "day of a librarian": ("librarian", "/workspace/", "main a.title"),
    "prep list": ("receiver", "/workspace/prep/", "main .rows .btn"),
    "group": ("leader", "group", "main .btn.main"),
    "new plan": ("leader", "new_plan", "main .btn.main"),
    "preview of the tasks": ("leader", "preview", "main form[method=post] select"),
    "board of the leader": ("leader", "board", ".lane .btn"),
    "board of a receiving end": ("receiver", "board", ".lane a.title"),
    "task": ("leader", "task", "main .btn.main"),
    "plan in first draft": ("preparer", "in_first_draft", "main .btn.main"),
    "plan in discussion": ("preparer", "plan", "main [contenteditable=true]"),
    "plan that waits for approval": ("leader", "in_review", "main .btn"),
    "approved plan": ("preparer", "approved", "main .btn"),
    "version": ("preparer", "version", ".crumbs a"),
    "edit": ("preparer", "plan edit/", "main [contenteditable=true]"),
    "draft": ("preparer", "draft", "main [contenteditable=true]"),
    "drafts": ("receiver", "plan drafts/", "main .btn.main"),
    "agenda": ("preparer", "plan drafts/agenda/", "main .btn"),
    "plan on paper": ("preparer", "plan print/", ".crumbs a"),
    "process record": ("leader", "plan record/", "main .btn"),
    "design models": ("leader", "/workspace/design-models/", "main .btn"),
    "another design model": ("preparer", "plan design/", "main a"),
    "meetings": ("leader", "meetings", "main .btn"),
    "reminder": ("leader", "remind", "main .btn"),
    "board by person": ("leader", "board ?by=person", ".lane a.title"),
    "board as a list": ("leader", "board ?view=list", "td a.title"),
    "history": ("preparer", "plan history/", "main .rows .btn"),
    "compare": ("preparer", "compare", "main .btn"),
    "my resources": ("preparer", "/workspace/library/", "main .btn.main"),
    "own resource": ("preparer", "draft_resource", "main .btn.main"),
    "own resource that waits": ("preparer", "waiting", "main .btn"),
    "own resource to edit": ("preparer", "draft_resource edit/", "main input"),
    "preview of a resource": ("preparer", "draft_resource preview/", ".crumbs a"),
    "new resource": ("preparer", "/workspace/library/new/", "main .btn"),
    "recommend": ("preparer", "recommend", "main .btn"),
    "withdraw": ("preparer", "withdraw", "main .btn.stop"),
    "reviews": ("librarian", "/workspace/reviews/", "main .btn.main"),
    "reviews of nobody": ("outsider", "/workspace/reviews/", "main .btn"),
    "review": ("librarian", "review", "main [type=checkbox]"),
    "notices": ("preparer", "/workspace/notices/", "main .btn"),
    "me": ("region-editor", "/workspace/me/", "main .btn"),
    "password": ("preparer", "/accounts/password/", "main .btn.main"),
    "resource to a teacher": ("outsider", "public_resource", ".crumbs a"),
    "resource to anyone": ("", "public_resource", ".crumbs a"),
    "microlecture": ("", "public_microlecture", "video"),
    "tiered homework": ("", "homework", "main .tabs a"),
    "class exercises": ("", "exercise", ".crumbs a"),
    "new homework": ("preparer", "/workspace/library/new/tiered_homework/", "main input"),
    "old files": ("librarian", "/workspace/library/import/", "main .btn.main"),
    "people of a school": ("head", "/workspace/staff/", "main a"),
    "people of a county": ("officer", "/workspace/staff/", "main a"),
    "calendar": ("receiver", "/workspace/calendar/", "main .btn"),
    "recommended lists": ("", "/lists/", "main a"),
    "recommended list": ("", "list", "main a.title"),
    "take-down": ("", "/takedown/", "main input"),
    "take-down requests": ("region-editor", "/workspace/takedown/", "main input"),
    "browse": ("", "/library/", "main a.title"),
    "volume": ("", "volume", "main a.title"),
    "search": ("outsider", "/search/?q=春", "main a.title"),
    "search of anyone": ("", "/search/", "main .btn.main"),
    "search, nothing found": ("outsider", "/search/?q=火箭发动机&grade=7", "main .btn"),
    "home": ("", "/", "main .btn.main"),
    "articles": ("", "/articles/", "main a"),
    "article": ("", "article", "main a"),
    "about": ("", "/about/", ".nav a"),
    "sign in": ("", "/accounts/login/", "main .btn.main"),
    "terms": ("preparer", "/accounts/terms/", "a"),
    "not found": ("", "/nothing/here/", "main .btn"),
    "not found at work": ("preparer", "/workspace/nothing/", "main .btn"),
}


SERVED = """async () => {
  const text = await (await fetch(location.href)).text();
  const page = new DOMParser().parseFromString(text, 'text/html');
  return [...page.querySelectorAll('[style], script:not([src]), style')]
    .concat([...page.querySelectorAll('*')].filter(
      e => e.getAttributeNames().some(name => name.startsWith('on'))))
    .map(e => e.outerHTML.slice(0, 120));
}"""
"""What is inline in a page as it is sent: scripts may lay things out later."""


class Site:
    """The demonstration with what the tests add; sign-ins are kept."""

    def __init__(self, demo: DemoServer, browser: Browser) -> None:
        self.demo, self.browser = demo, browser
        said = demo.run("from tests.browser.more_of_the_demo import make; make()")
        self.addresses: dict[str, str] = json.loads(said.splitlines()[-1])
        for name in ("public_resource", "public_microlecture"):
            self.addresses[name] = f"/resources/{demo.info[name]}/"
        self.states: dict[str, StorageState] = {}

    @contextmanager
    def page(self, name: str) -> Iterator[Page]:
        """The page of that name, on a telephone in the light."""
        who, what, _purpose = PAGES[name]
        first, _space, rest = what.partition(" ")
        context = first_visit(self.browser, self.demo.url, self._state(who))
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(self.addresses.get(first, first) + rest)
        page.wait_for_load_state()
        if page.locator("form[data-section-editor]").count():
            page.locator("form[data-ready]").last.wait_for()
        yield page
        context.close()

    def _state(self, who: str) -> StorageState | None:
        if who and who not in self.states:
            self.states[who] = self.demo.signed_in(self.browser, who)
        return self.states.get(who)


@pytest.fixture(scope="module")
def site(demo: DemoServer, chromium: Browser) -> Site:
    return Site(demo, chromium)


@pytest.fixture(scope="module", params=PAGES)
def visited(request: pytest.FixtureRequest, site: Site) -> Iterator[Page]:
    """Each page is opened once for all that is asked of it."""
    with site.page(request.param) as page:
        yield page


@pytest.fixture
def purpose(request: pytest.FixtureRequest) -> str:
    """What the visited page is for."""
    return PAGES[request.node.callspec.params["visited"]][2]


def test_a_page_fits_and_is_clean_on_every_screen(
    visited: Page, proper: Callable[[Page], None]
) -> None:
    proper(visited)
    visited.emulate_media(color_scheme="dark")
    fits(visited)
    visited.set_viewport_size(DESK)
    proper(visited)
    visited.emulate_media(color_scheme="light")
    fits(visited)


def test_a_page_is_named_labelled_and_big_enough_for_a_thumb(visited: Page) -> None:
    visited.set_viewport_size(TELEPHONE)

    title, small = visited.title(), visited.evaluate(TOO_SMALL)
    unnamed, inline = visited.evaluate(UNNAMED), visited.evaluate(SERVED)

    assert title.split("·")[0].strip()
    assert (small, unnamed, own(inline)) == ([], [], [])


def test_one_button_of_a_page_is_filled_at_most(visited: Page) -> None:
    filled = visited.evaluate(FILLED)

    assert len(filled) <= 1, filled


def test_tab_reaches_what_a_page_is_for_and_shows_where_it_is(visited: Page, purpose: str) -> None:
    visited.set_viewport_size(DESK)

    reached = tab_to(visited, purpose)

    assert reached, f"not reached by {MOST_TABS} tabs: {purpose}"
    assert visited.evaluate(RING) or "contenteditable" in purpose


def fits(page: Page) -> None:
    assert page.evaluate(FITS), f"wider than the screen: {page.evaluate(WIDER)}"


def own(inline: list[str]) -> list[str]:
    """Without data for scripts and machines."""
    return [text for text in inline if not re.match(r'<script [^>]*type="application/', text)]


def tab_to(page: Page, purpose: str) -> bool:
    for _tab in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("purpose => document.activeElement.matches(purpose)", purpose):
            return True
    return False
