"""Somebody without a mouse, for tests of what the keyboard reaches; the focus must always show."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page

MOST_TABS = 150
HERE = "target => target === document.activeElement"
RING = """() => {
  const here = document.activeElement;
  const style = getComputedStyle(here.closest('.editor') || here);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
    || style.boxShadow !== 'none';
}"""


def follow(target: Locator) -> None:
    """Click on what leads to another page, and wait until that page is there."""
    with target.page.expect_navigation():
        target.click()


class Hands:
    """Somebody who has no mouse: reaches things with Tab, presses them with Enter or Space."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def goto(self, address: str) -> None:
        self.page.goto(address)

    def reach(self, target: Locator) -> None:
        """Tab on from where the focus is until `target` has it, and see that it shows."""
        for _tab in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if target.first.evaluate(HERE):
                break
        else:
            pytest.fail(f"Tab does not reach {target}")
        assert self.page.evaluate(RING), f"The focus does not show on {target}"

    def press(self, target: Locator, key: str = "Enter") -> None:
        self.reach(target)
        self.page.keyboard.press(key)

    def follow(self, target: Locator) -> None:
        """Press what leads to another page, and wait until it is there."""
        self.reach(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def post(self, action: str) -> None:
        """Press the button of the form that posts to an address ending in `action`."""
        selector = f"form[action$='{action}'] button, button[formaction$='{action}']"
        self.follow(self.page.locator(selector))

    def open(self, inner: Locator) -> None:
        """Open what holds `inner`."""
        self.press(self.page.locator("details", has=inner).first.locator("summary"))

    def select(self, target: Locator, value: str) -> None:
        """Choose one of a list with the arrows."""
        self.reach(target)
        for arrow in ("ArrowDown", "ArrowUp"):
            for _press in range(40):
                if target.first.input_value() == value:
                    return
                self.page.keyboard.press(arrow)
        pytest.fail(f"The arrows do not reach {value}")

    def choose(self, name: str, value: str) -> None:
        """Choose one of a row of radio buttons with the arrows."""
        wanted = self.page.locator(f"input[name={name}][value^={value}]").first
        for _tab in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.name") == name:
                break
        self.page.keyboard.press("Space")
        for _arrow in range(10):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"The arrows do not reach {name}={value}")
