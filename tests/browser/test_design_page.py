"""The living design page and the pages of the account in a real browser: they fit, they are clean,
they can be used by keyboard, by thumb and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from schools.models import User
from tests.browser.conftest import PageFor
from tests.factories import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = pytest.mark.parametrize("width", [390, 1280])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
LOGIN = "/accounts/login/"
DESIGN = "/workspace/design/"

RING = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 3;
}"""
TOO_SMALL = """() => [...document.querySelectorAll(
    'main .btn, .dock a, main input:not([type=hidden]), main select, main summary, main .chip')]
  .filter(e => e.offsetParent)
  .map(e => [e.closest('.pick') || e, e.outerHTML.slice(0, 80)])
  .filter(([e]) => e.getBoundingClientRect().height < 44)
  .map(([e, text]) => text)"""
INLINE = """() => [...document.querySelectorAll('[style], script:not([src]), style')]
  .concat([...document.querySelectorAll('*')].filter(
    e => e.getAttributeNames().some(name => name.startsWith('on'))))
  .map(e => e.outerHTML.slice(0, 120))"""
FOREIGN = """() => performance.getEntriesByType('resource').map(entry => entry.name)
  .filter(name => new URL(name).origin !== location.origin)"""


@pytest.fixture
def teacher() -> User:
    return people.teacher(people.school("南关实验学校"), "陈静怡")


@SIZES
@SCHEMES
def test_every_component_fits_and_is_accessible(
    page_for: PageFor,
    proper: Callable[[Page], None],
    teacher: User,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    page = page_for(teacher, width=width, scheme=scheme)

    page.goto(DESIGN)

    proper(page)


@SIZES
@SCHEMES
def test_the_sign_in_page_fits_and_is_accessible(
    page_for: PageFor,
    proper: Callable[[Page], None],
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    page = page_for(width=width, scheme=scheme)

    page.goto(LOGIN)

    proper(page)


@pytest.mark.parametrize(
    "address",
    ["/en/workspace/", "/en/workspace/design/", "/en/workspace/me/", "/en/workspace/notices/"],
)
def test_the_longer_english_words_fit_on_a_phone_too(
    page_for: PageFor, proper: Callable[[Page], None], teacher: User, address: str
) -> None:
    page = page_for(teacher)

    page.goto(address)

    expect(page.locator("html")).to_have_attribute("lang", "en")
    proper(page)


@pytest.mark.parametrize("address", [LOGIN, "/accounts/terms/", "/workspace/", DESIGN])
def test_a_page_brings_nothing_inline_and_nothing_from_elsewhere(
    page_for: PageFor, teacher: User, address: str
) -> None:
    page = page_for(None if address == LOGIN else teacher)

    page.goto(address)

    assert page.evaluate(INLINE) == []
    assert page.evaluate(FOREIGN) == []


def test_the_first_tab_stop_skips_to_the_text(page_for: PageFor, teacher: User) -> None:
    page = page_for(teacher, width=1280)
    page.goto("/workspace/")

    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


@SIZES
def test_whoever_goes_by_keyboard_sees_where_they_are(
    page_for: PageFor, teacher: User, width: int
) -> None:
    page = page_for(teacher, width=width)
    page.goto(DESIGN)

    for _stop in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(RING), page.evaluate("document.activeElement.outerHTML")


def test_what_a_thumb_presses_is_large_enough(page_for: PageFor, teacher: User) -> None:
    page = page_for(teacher)

    page.goto(DESIGN)

    assert page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_one_signs_in_and_out_with_and_without_scripts(page_for: PageFor, scripts: bool) -> None:
    people.teacher(name="陈静怡", username="jingyi")
    page = page_for(scripts=scripts)

    page.goto("/workspace/me/")
    page.locator("[name=username]").fill("jingyi")
    page.locator("[name=password]").fill(people.PASSWORD)
    page.locator("main form .btn.main").click()
    expect(page.locator("h1")).to_have_text("陈静怡")
    page.locator("form[action$='/logout/'] button").click()
    page.goto("/workspace/")

    expect(page.locator("[name=username]")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_question_is_asked_before_what_cannot_be_undone(
    page_for: PageFor, teacher: User, scripts: bool
) -> None:
    page = page_for(teacher, scripts=scripts)
    page.goto(DESIGN)
    question = page.locator(".confirm .dialog")

    expect(question).to_be_hidden()
    page.locator(".confirm summary").click()

    expect(question).to_be_visible()
    expect(question.locator("button:not([data-close])")).to_be_visible()


def test_a_form_goes_once_however_often_it_is_pressed(page_for: PageFor) -> None:
    user = people.user(terms=False)
    page = page_for(user)
    page.goto("/workspace/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))

    page.locator("[name=agreed]").check()
    page.locator("main form .btn.main").dblclick()
    expect(page).to_have_url("/workspace/")

    assert sent.count("POST") == 1
