"""The leader's Monday: board, reminder copied, meeting called and recorded, record printed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from lessonprep.groups.models import PrepTask
from lessonprep.groups.queries import tasks_of
from lessonprep.meetings.models import Meeting, Reminder
from schools.models.dated import today
from tests.browser.conftest import PageFor
from tests.browser.hands import follow
from tests.factories.doors import Phase, plan_in
from tests.factories.lessonprep import World, world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CORNER: Any = {"x": 30, "y": 14}
"""Of a card: on it, and on nothing that is pressed."""
WIDTHS = pytest.mark.parametrize("width", [390, 1280])


@pytest.fixture
def w() -> World:
    made = world(lessons=5)
    plan_in(made, Phase.DISCUSSION, 1)
    PrepTask.objects.filter(position=1).update(draft_due=today() - timedelta(days=3))
    return made


def _board(w: World) -> str:
    return "/en" + reverse("plans:board", args=[w.prep_plan.uuid])


@WIDTHS
def test_a_leader_spends_monday_morning_here(
    w: World, page_for: PageFor, proper: Callable[[Page], None], width: int, tmp_path: Path
) -> None:
    page = page_for(w.leader, width=width)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(_board(w))
    proper(page)

    follow(page.get_by_role("link", name="Remind"))
    proper(page)
    page.get_by_role("button", name="Copy the text").click()
    expect(page.get_by_text("Copied. Paste it into the chat.")).to_be_visible(timeout=20_000)
    text = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Leave a notice for 1 person").click()
    expect(page.get_by_text("1 person is reminded.")).to_be_visible(timeout=20_000)

    page.goto("/en" + reverse("meetings:list", args=[w.prep_group.uuid]))
    follow(page.get_by_role("link", name="Call a meeting"))
    proper(page)
    page.get_by_label("On which plan").select_option(label=w.task(1).chapter.title)
    page.get_by_label("What it is about").fill("《课文2》研讨")
    page.get_by_label("Day").fill((today() + timedelta(days=1)).isoformat())
    page.get_by_label("Begins at").fill("15:30")
    page.get_by_label("Place").fill("录播室")
    follow(page.get_by_role("button", name="Call the meeting"))
    proper(page)
    follow(page.get_by_role("link", name="Write the record"))
    proper(page)
    page.get_by_label(w.preparer.name).check()
    page.get_by_label("What was said").fill("导入再短些。")
    page.get_by_label("The whole").fill("周五前改好")
    page.get_by_role("button", name="Save the record").click()
    expect(page.get_by_text("周五前改好")).to_be_visible(timeout=20_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="As Word document").click()
    printed = page.pdf(path=tmp_path / "record.pdf")

    assert f"{w.preparer.name}: “课文1” first draft" in text
    assert Reminder.objects.get().people.get() == w.preparer
    assert Meeting.objects.get().attendances.get().user == w.preparer
    assert download.value.suggested_filename.endswith(".docx")
    assert printed.startswith(b"%PDF")


def test_a_card_that_is_carried_to_a_phase_asks_before_anything_is_done(
    w: World, page_for: PageFor
) -> None:
    page = page_for(w.leader, width=1280)
    page.goto(_board(w))
    card = page.locator("[data-task]", has_text="课文2")

    card.drag_to(
        page.locator("[data-to='phase:revision']"),
        source_position=CORNER,
        target_position={"x": 40, "y": 20},
    )

    expect(page.get_by_role("heading", name="To “Revision”?")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="End the discussion").click()
    expect(page.get_by_text("The discussion is over.")).to_be_visible(timeout=20_000)


def test_a_card_that_is_carried_to_a_person_changes_hands(w: World, page_for: PageFor) -> None:
    page = page_for(w.leader, width=1280)
    page.goto(f"{_board(w)}?by=person")
    card = page.locator("[data-task]", has_text="课文3")

    card.drag_to(page.locator(f"[data-to='person:{w.deputy.uuid}']"))

    expect(page.get_by_text(f"is prepared by {w.deputy.name} now")).to_be_visible(timeout=20_000)
    assert w.task(2).main_preparer == w.deputy


def test_a_card_that_is_carried_before_another_takes_that_place(
    w: World, page_for: PageFor
) -> None:
    page = page_for(w.leader, width=1280)
    page.set_viewport_size({"width": 1280, "height": 1600})
    page.goto(_board(w))

    page.locator("[data-task]", has_text="课文3").drag_to(
        page.locator("[data-task]", has_text="课文1"),
        source_position=CORNER,
        target_position=CORNER,
    )

    expect(page.get_by_text("has its new place")).to_be_visible(timeout=20_000)
    titles = [task.chapter.title for task in tasks_of(w.prep_plan)]
    assert titles.index("课文3") < titles.index("课文1")


def test_the_same_is_done_by_keyboard_without_a_script(w: World, page_for: PageFor) -> None:
    page = page_for(w.leader, width=390, scripts=False)
    page.goto(_board(w))

    page.get_by_role("link", name="Move to… 课文2").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="End the discussion").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="End the discussion").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("The discussion is over.")).to_be_visible(timeout=20_000)


@WIDTHS
@pytest.mark.parametrize("path", ["?by=person", "?by=week", "?view=list"])
def test_every_view_of_the_board_is_proper(
    w: World, page_for: PageFor, proper: Callable[[Page], None], width: int, path: str
) -> None:
    page = page_for(w.leader, width=width)

    page.goto(_board(w) + path)

    proper(page)


@WIDTHS
def test_the_leaders_other_pages_are_proper(
    w: World, page_for: PageFor, proper: Callable[[Page], None], width: int
) -> None:
    page = page_for(w.leader, width=width)
    group, plan, task = w.prep_group.uuid, w.prep_plan.uuid, w.task(2).uuid

    for name, of in [
        ("workspace:day", []),
        ("groups:list", []),
        ("groups:group", [group]),
        ("groups:members", [group]),
        ("groups:settings", [group]),
        ("groups:task", [task]),
        ("plans:move", [task]),
        ("groups:new_task", [plan]),
        ("groups:shift", [plan]),
        ("groups:turns", [plan]),
        ("meetings:reminding", [group]),
        ("meetings:calendar", []),
    ]:
        page.goto("/en" + reverse(name, args=of))
        proper(page)
