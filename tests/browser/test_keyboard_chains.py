"""The other chains by keyboard alone: decisions, the board, meetings, old files, Word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import FilePayload, expect

from lessonprep.meetings.models import Meeting
from lessonprep.plans.actions import phases
from lessonprep.plans.models import FirstDraft, PlanDecision
from resources.importing.models import Batch, OldFile
from resources.importing.tasks import make_drafts
from resources.library.models import Resource
from resources.library.word.answers import DOCX
from tests.browser.conftest import PageFor
from tests.browser.hands import Hands
from tests.factories import importing, library, meetings, people, word
from tests.factories.lessonprep import world, write_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_wording_is_taken_into_the_plan(page_for: PageFor) -> None:
    w = world(lessons=1)
    plan = w.plan()
    write_draft(plan, w.preparer, objectives="<p>读出春天的气息</p>")
    write_draft(plan, w.receiver, objectives="<p>听录音，读准停连</p>")
    phases.hand_over(plan=plan, by=w.preparer)
    leader = Hands(page_for(w.leader, width=1280))

    leader.goto(reverse("plans:drafts", args=[plan.uuid]))
    take = leader.page.locator("details[open] .vs button[name=take]").last
    leader.follow(take)

    decision = PlanDecision.objects.get(plan=plan)
    assert decision.text in {"读出春天的气息", "听录音，读准停连"}
    expect(leader.page.locator(f"#q{decision.number} .notice.good")).to_contain_text(decision.text)


def test_a_lesson_moves_by_a_day_and_by_a_week(page_for: PageFor) -> None:
    w = world()
    task = w.task(1)
    leader = Hands(page_for(w.leader, width=1280))

    leader.goto(reverse("plans:board", args=[w.prep_plan.uuid]))
    leader.follow(leader.page.locator(f"a[href$='/tasks/{task.uuid}/']"))
    to = task.teaching_day + timedelta(days=1)
    leader.reach(leader.page.locator("input[name=teaching_day]"))
    leader.page.keyboard.type(f"{to:%m%d%Y}")
    leader.follow(leader.page.get_by_role("button", name="修改任务"))
    task.refresh_from_db()
    assert task.teaching_day == to

    leader.goto(reverse("plans:move", args=[task.uuid]))
    weeks = leader.page.locator("#to-week")
    week = int(weeks.input_value().removeprefix("week:"))
    leader.select(weeks, f"week:{week + 1}")
    leader.follow(leader.page.locator("form", has=weeks).locator("button"))
    task.refresh_from_db()
    assert task.teaching_day > to


def test_a_meeting_is_recorded(page_for: PageFor) -> None:
    w = world(lessons=1)
    made = meetings.meeting(w)
    leader = Hands(page_for(w.leader, width=1280))

    leader.goto(made.get_absolute_url())
    leader.follow(leader.page.locator("main a[href$='/record/']").first)
    leader.press(leader.page.locator("input[name=came]").first, "Space")
    leader.reach(leader.page.locator("textarea[name=minutes]"))
    leader.page.keyboard.insert_text("马老师：导入再短些。")
    leader.follow(leader.page.locator("main form button.main"))

    recorded = Meeting.objects.get()
    assert recorded.minutes == "马老师：导入再短些。"
    expect(leader.page.locator("main")).to_contain_text("导入再短些")


def test_old_files_are_described_undone_and_handed_in(page_for: PageFor) -> None:
    library.workflow()
    school = people.school()
    library.editor(school)
    batch = importing.batch(people.teacher(school), school)
    for number in range(3):
        importing.old_file(batch, f"旧/无名{number}.docx")
    OldFile.objects.update(kind="")
    first, second, third = OldFile.objects.order_by("pk")
    hands = Hands(page_for(batch.by, width=1280))
    table = hands.page.locator("[data-table]")

    def saved(act: Callable[[], object]) -> None:
        turn = int(table.get_attribute("data-turn") or 0)
        act()
        expect(table).to_have_attribute("data-turn", str(turn + 1))

    def kinds() -> list[str]:
        return list(OldFile.objects.order_by("pk").values_list("kind", flat=True))

    def pressed(what: str) -> Callable[[], None]:
        return lambda: hands.press(hands.page.locator(what))

    hands.goto(reverse("importing:batch", args=[batch.uuid]))
    for row in (first, second, third):
        hands.press(hands.page.locator(f"input[name=row][value='{row.pk}']"), "Space")
    hands.select(hands.page.locator("#set-kind"), "class_exercise")
    saved(pressed("button[data-set]"))
    assert kinds() == ["class_exercise"] * 3
    saved(pressed("button[data-undo]"))
    assert kinds() == [""] * 3

    hands.reach(hands.page.locator(f"select[name=kind-{first.pk}]"))
    saved(lambda: hands.page.keyboard.press("ArrowDown"))
    saved(pressed("button[value=fill]"))
    assert len(set(kinds())) == 1
    assert kinds()[0]
    hands.press(hands.page.locator("input[name=submits]"), "Space")
    saved(pressed("button[value=draft]"))
    make_drafts.call(Batch.objects.get().pk)

    assert Resource.objects.filter(maker=batch.by, submissions__state="waiting").count() == 3


def test_a_word_document_comes_in(page_for: PageFor) -> None:
    w = world(lessons=1)
    plan = w.plan()
    hands = Hands(page_for(w.receiver, width=1280))

    hands.goto(reverse("plans:draft", args=[plan.uuid]))
    hands.follow(hands.page.locator("a[href$='/draft/import/']"))
    hands.reach(hands.page.locator("input[type=file]"))
    with hands.page.expect_file_chooser() as asked:
        hands.page.keyboard.press("Space")
    payload: FilePayload = {"name": "春.docx", "mimeType": DOCX, "buffer": word.flowing_plan()}
    asked.value.set_files(payload)
    hands.follow(hands.page.locator("main form button.main"))
    beside = hands.page.locator("li", has_text="多媒体课件").locator("select")
    wanted = beside.locator("option", has_text="学情分析").get_attribute("value")
    hands.select(beside, wanted or "")
    hands.follow(hands.page.locator("main form button.main"))

    assert "读出停连" in str(FirstDraft.objects.get(plan=plan, author=w.receiver).sections)
