"""A lesson goes from the board to the library by keyboard alone; the focus is always to be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from lessonprep.plans.models import LessonPlan
from resources.library.models import CheckPoint, LessonPlanEdition, Submission
from tests.browser.conftest import PageFor
from tests.browser.hands import Hands
from tests.browser.test_chain import AIM, POINT, REASON, TITLE, Cast, state
from tests.factories.search import own_index

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IN_MAIN = "() => document.querySelector('main').contains(document.activeElement)"


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Iterator[Cast]:
    with own_index(settings, tmp_path):
        yield Cast()


def write(hands: Hands, key: str, text: str) -> None:
    """Write a section in the editor, leave it with Tab, save it."""
    form = hands.page.locator(
        "form[data-section-editor]", has=hands.page.locator("h2", has_text=key)
    )
    expect(form).to_have_attribute("data-ready", re.compile(".*"))
    hands.reach(form.locator("[contenteditable=true]").first)
    hands.page.keyboard.insert_text(text)
    hands.press(form.locator("button.main"))
    expect(form.locator("[data-saving]")).to_have_attribute("data-state", "saved")


def test_the_first_tab_leads_past_the_navigation(page_for: PageFor, cast: Cast) -> None:
    page = page_for(cast.leader, width=1280)
    for address in ("/workspace/", "/", "/search/"):
        page.goto(address)

        page.keyboard.press("Tab")
        skip = page.evaluate("document.activeElement.getAttribute('href')")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")

        assert skip == "#main"
        assert page.evaluate(IN_MAIN)


def test_a_lesson_goes_from_the_board_to_the_library_by_keyboard(
    page_for: PageFor, cast: Cast
) -> None:
    leader, preparer = (
        Hands(page_for(person, width=1280)) for person in (cast.leader, cast.preparer)
    )

    # The term's plan and its tasks, then the lesson from the board.
    leader.goto(f"/workspace/prep-groups/{cast.prep_group.uuid}/")
    leader.follow(leader.page.locator("main a[href$='new-plan/']"))
    leader.follow(leader.page.locator("main form[method=get] button"))
    leader.follow(leader.page.locator("button[name=op][value=create]"))
    prep_plan = cast.prep_group.prep_plans.get()
    task = prep_plan.tasks.get(chapter__title=TITLE)
    task.main_preparer = cast.preparer
    task.save()
    preparer.goto(f"/workspace/prep-plans/{prep_plan.uuid}/")
    preparer.post(f"/workspace/tasks/{task.uuid}/open/")
    address = LessonPlan.objects.get().get_absolute_url()

    # First draft, handed in, handed over; a point is raised.
    preparer.goto(f"{address}draft/")
    write(preparer, "教学目标", AIM)
    preparer.post("/draft/hand-in/")
    preparer.goto(address)
    preparer.post("/hand-over/")
    assert state() == "discussion"
    leader.goto(address)
    remark = leader.page.locator("form[action$='/remarks/']").first
    leader.open(remark)
    leader.reach(remark.locator("textarea[name=text]"))
    leader.page.keyboard.insert_text(POINT)
    leader.press(remark.locator("[name=is_point]"), "Space")
    leader.follow(remark.locator("button"))
    expect(leader.page.locator("#points")).to_contain_text(POINT)

    # Submitted, sent back, settled, approved.
    for action in ("/close-discussion/", "/submit/"):
        preparer.goto(address)
        preparer.post(action)
    leader.goto(address)
    leader.reach(leader.page.locator("form[action$='/send-back/'] textarea"))
    leader.page.keyboard.insert_text(REASON)
    leader.post("/send-back/")
    assert state() == "revision"
    preparer.goto(address)
    settle = preparer.page.locator("form[action$='/settle/']")
    preparer.open(settle)
    preparer.follow(settle.locator("button"))
    preparer.goto(address)
    preparer.post("/submit/")
    leader.goto(address)
    leader.post("/approve/")
    assert state() == "approved"

    # Into the library, and reviewed there.
    preparer.goto(address)
    preparer.post("/put-in-library/")
    preparer.post("/submit/")
    waiting = Submission.objects.get(state=Submission.State.WAITING)
    editor = Hands(page_for(cast.librarian, width=1280))
    editor.goto("/workspace/reviews/")
    editor.follow(editor.page.locator(f"a[href$='{waiting.get_absolute_url()}']"))
    for point in CheckPoint.values:
        editor.press(editor.page.locator(f"input[name=checks][value={point}]"), "Space")
    editor.choose("decision", "pass")
    editor.follow(editor.page.locator("main form button.main"))
    assert LessonPlanEdition.objects.get().live
