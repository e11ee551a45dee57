"""The form with rows in a browser: by script and without, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from resources.catalogue.models import Chapter
from resources.library.models import Resource
from schools.models import User
from tests.browser.conftest import PageFor
from tests.factories import library, people
from tests.factories.catalogue import make_volume
from tests.factories.media import pdf_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/workspace/library/new/{}/"


@pytest.fixture
def teacher() -> User:
    library.workflow()
    return people.teacher()


def questions(page: Page) -> int:
    return page.locator('[data-rows="items"] > [data-row]').count()


def stems(page: Page) -> list[str]:
    found = page.locator('textarea[name$="-stem"]')
    return [found.nth(number).input_value() for number in range(found.count())]


def test_questions_are_added_moved_and_removed_without_leaving_the_page(
    page_for: PageFor, teacher: User, proper: Callable[[Page], None]
) -> None:
    page = page_for(teacher)
    page.goto(NEW.format("class_exercise"))
    page.evaluate("window.stayed = true")
    page.fill("[name=title]", "春 随堂练习")
    page.fill("[name=items-0-stem]", "第一问")

    page.click('[value="add:items"]')
    expect(page.locator('[data-rows="items"] > [data-row]')).to_have_count(2)
    expect(page.locator("[name=items-1-type]")).to_be_focused()
    page.fill("[name=items-1-stem]", "第二问")
    page.click('[value="up:items-1"]')
    expect(page.locator("[name=items-0-stem]")).to_have_value("第二问")
    page.click('[value="remove:items-1"]')
    expect(page.locator('[data-rows="items"] > [data-row]')).to_have_count(1)

    assert stems(page) == ["第二问"]
    assert page.evaluate("window.stayed") is True
    assert page.input_value("[name=title]") == "春 随堂练习"
    proper(page)
    page.select_option("[name=items-0-type]", "short_answer")
    page.locator("main form button.main").last.click()
    expect(page.get_by_role("heading", name="春 随堂练习")).to_be_visible()
    assert Resource.objects.get().specific.get_latest_revision_as_object().questions[0].stem


def test_a_chosen_file_stays_chosen_while_rows_are_added(page_for: PageFor, teacher: User) -> None:
    page = page_for(teacher)
    page.goto(NEW.format("class_exercise"))
    file = {"name": "练习.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes()}
    page.set_input_files("[name=attachment]", file)  # type: ignore[arg-type]
    stored = page.locator("[name=attachment_kept]")
    expect(stored).not_to_have_value("")
    file_id = stored.input_value()

    page.click('[value="add:items"]')
    expect(page.locator('[data-rows="items"] > [data-row]')).to_have_count(2)

    expect(stored).to_have_value(file_id)
    expect(page.locator(".upload .name")).to_contain_text("练习.pdf")


def test_a_line_that_is_down_loses_nothing(page_for: PageFor, teacher: User) -> None:
    page = page_for(teacher)
    page.goto(NEW.format("class_exercise"))
    page.fill("[name=items-0-stem]", "写到一半")
    page.context.set_offline(True)

    page.click('[value="add:items"]')

    expect(page.locator("[data-toasts]")).not_to_be_empty()
    assert stems(page) == ["写到一半"]
    page.context.set_offline(False)
    page.click('[value="add:items"]')
    expect(page.locator('[data-rows="items"] > [data-row]')).to_have_count(2)
    assert stems(page) == ["写到一半", ""]


@pytest.mark.parametrize("scripts", [True, False])
def test_folded_tiers_open_by_keyboard_and_stay_open(
    scripts: bool, page_for: PageFor, teacher: User, proper: Callable[[Page], None]
) -> None:
    page = page_for(teacher, scripts=scripts)
    page.goto(NEW.format("tiered_homework"))
    tiers = page.locator('[data-rows="tiers"] > [data-row]')
    second = tiers.nth(1).locator("details").first
    expect(tiers.nth(0).locator("[name=tiers-0-items-0-stem]")).to_be_visible()
    expect(page.locator("[name=tiers-1-items-0-stem]")).to_be_hidden()

    second.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.fill("[name=tiers-1-items-0-stem]", "想一想")
    page.locator('[value="add:tiers-1-items"]').focus()
    page.keyboard.press("Enter")

    expect(page.locator("[name=tiers-1-items-1-stem]")).to_be_visible()
    expect(page.locator("[name=tiers-1-items-0-stem]")).to_have_value("想一想")
    expect(page.locator("[name=tiers-2-items-0-stem]")).to_be_hidden()
    if scripts:
        proper(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_standards_are_looked_for_and_ticked(
    scripts: bool, page_for: PageFor, teacher: User
) -> None:
    chapter: Chapter = make_volume().chapters.get(title="春")
    what: dict[str, Any] = {"subject": "chinese", "stage": "junior", "domain": "阅读"}
    chapter.standards.create(code="X-1", text="朗读课文", **what)
    chapter.standards.model.objects.create(code="X-2", text="体会比喻", **what)
    page = page_for(teacher, scripts=scripts)
    page.goto(NEW.format("class_exercise") + f"?chapter={chapter.pk}")
    page.fill("[name=title]", "春")
    page.locator("details:has([data-rows=standards]) > summary").click()
    expect(page.get_by_label("朗读课文")).to_be_visible()

    page.fill("[name=standard_words]", "比喻")
    page.click('[value="find:standards"]')
    page.get_by_label("体会比喻").check()
    page.locator("main form button.main").last.click()

    expect(page.get_by_role("heading", name="春")).to_be_visible()
    made = Resource.objects.get().get_latest_revision_as_object()
    assert [standard.code for standard in made.standards.all()] == ["X-2"]
