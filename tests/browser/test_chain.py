"""One lesson goes the whole way on a phone: from a term's plan to another school and the public."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lessonprep.groups.actions import add_member, create_prep_group
from lessonprep.groups.models import PrepGroup, PrepGroupMember, PrepPlan
from lessonprep.plans.models import LessonPlan, PlanState
from resources.library.models import CheckPoint, LessonPlanEdition, Submission
from schools.access import Role, Scope
from schools.models import School, User
from schools.workflow import the_workflow
from search.outbox import drain
from tests.browser.conftest import PageFor
from tests.factories import people
from tests.factories.catalogue import make_volume
from tests.factories.lessonprep import design_model
from tests.factories.search import own_index

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

expect.set_options(timeout=30_000)  # a busy machine takes its time
TITLE = "济南的冬天"
AIM = "读出济南冬天的温情"
OTHER_AIM = "听录音跟读，读准停连"
HOMEWORK = "照着第三段写三句话"
POINT = "品读雪景至少要二十分钟"
REASON = "请先处理修改意见，再提交"


class Cast:
    """Who takes part: three schools, a group of schools, a county, and one from elsewhere."""

    def __init__(self) -> None:
        the_workflow(people.site_root())
        design_model()
        county = people.county()
        self.lead, self.receiving, third = (people.school(region=county) for _ in range(3))
        self.leader = people.teacher(self.lead, "马文涛")
        self.deputy = people.teacher(self.lead, "赵启明")
        self.preparer = people.teacher(self.lead, "陈静怡")
        self.receiver = people.teacher(self.receiving, "李秀兰")
        self.outsider = people.teacher(people.school(region=people.county("白沙县")), "何玉梅")
        group = people.education_group(self.lead, self.receiving)
        self.librarian = self._editor(self.lead)
        self.group_editor = self._editor(group)
        self.county_editor = self._editor(county)
        self.prep_group = self._prep_group([self.receiving, third])
        make_volume(lessons=["春", TITLE])
        people.term(county)

    def _editor(self, scope: Scope) -> User:
        return people.with_role(Role.LIBRARY_EDITOR, scope)

    def _prep_group(self, receiving: list[School]) -> PrepGroup:
        prep_group = create_prep_group(
            name="七年级语文组",
            subject="chinese",
            stage="junior",
            grade=7,
            lead=self.lead,
            receiving=receiving,
            by=None,
        )
        roles = PrepGroupMember.Role
        for user, school, role in [
            (self.preparer, self.lead, roles.MEMBER),
            (self.leader, self.lead, roles.LEADER),
            (self.deputy, self.lead, roles.DEPUTY),
            (self.receiver, self.receiving, roles.MEMBER),
        ]:
            add_member(prep_group=prep_group, user=user, school=school, role=role, by=None)
        return prep_group


@pytest.fixture
def cast(settings: Any, tmp_path: Path) -> Iterator[Cast]:
    with own_index(settings, tmp_path):
        yield Cast()


def press(page: Page, action: str) -> None:
    """Press the button of the form that posts to an address ending in `action`."""
    page.locator(f"form[action$='{action}'] button, button[formaction$='{action}']").first.click()
    page.wait_for_load_state()


def write(page: Page, key: str, text: str) -> None:
    """Write into the section headed `key` with the editor and wait for the durable answer."""
    form = page.locator("form[data-section-editor]", has=page.locator("h2", has_text=key))
    expect(form).to_have_attribute("data-ready", re.compile(".*"))
    form.locator("[contenteditable=true]").first.click()
    page.keyboard.insert_text(text)
    form.locator("button.main").click()
    expect(form.locator("[data-saving]")).to_have_attribute("data-state", "saved")


def state(title: str = TITLE) -> str:
    return PlanState.objects.get(plan__title=title).phase


def review(page: Page, *, passes: bool = True) -> None:
    """Open what waits for the editor, tick every point, decide."""
    waiting = Submission.objects.get(state=Submission.State.WAITING)
    page.goto("/workspace/reviews/")
    page.locator(f"a[href$='{waiting.get_absolute_url()}']").first.click()
    for point in CheckPoint.values:
        page.check(f"input[name=checks][value={point}]")
    page.check(f"input[name=decision][value={'pass' if passes else 'send_back'}]")
    page.locator("main form button.main").click()
    page.wait_for_load_state()


def test_a_lesson_goes_from_the_terms_plan_to_the_public(page_for: PageFor, cast: Cast) -> None:
    leader, preparer = page_for(cast.leader), page_for(cast.preparer)
    receiver = page_for(cast.receiver)

    # The leader makes plan and tasks.
    leader.goto(f"/workspace/prep-groups/{cast.prep_group.uuid}/")
    leader.locator("main a[href$='new-plan/']").click()
    leader.locator("main form[method=get] button").click()
    expect(leader.locator("main table")).to_contain_text(TITLE)
    leader.locator("button[name=op][value=create]").click()
    leader.wait_for_load_state()
    prep_plan = PrepPlan.objects.get()
    assert prep_plan.tasks.count() == 2
    task = prep_plan.tasks.get(chapter__title=TITLE)
    task.main_preparer = cast.preparer
    task.save()
    preparer.goto(f"/workspace/prep-plans/{prep_plan.uuid}/")
    press(preparer, f"/workspace/tasks/{task.uuid}/open/")
    plan = LessonPlan.objects.get()
    address = plan.get_absolute_url()

    # The preparer and a member of a receiving end draft, unseen by each other.
    for page, aim in ((preparer, AIM), (receiver, OTHER_AIM)):
        page.goto(f"{address}draft/")
        write(page, "教学目标", aim)
        press(page, "/draft/hand-in/")
    receiver.goto(address)
    assert AIM not in receiver.content()

    # The discussion opens with all drafts in columns.
    preparer.goto(address)
    press(preparer, "/hand-over/")
    expect(preparer.locator(".vs").first).to_contain_text(AIM)
    expect(preparer.locator(".vs").first).to_contain_text(OTHER_AIM)
    assert state() == "discussion"

    # Both write in different sections; a point is raised.
    receiver.goto(f"{address}edit/")
    write(receiver, "分层作业", HOMEWORK)
    receiver.goto(address)
    remark = receiver.locator("form[action$='/remarks/']").first
    receiver.locator("details", has=remark).first.locator("summary").first.click()
    remark.locator("textarea[name=text]").fill(POINT)
    remark.locator("[name=is_point]").check()
    remark.locator("button").click()
    receiver.wait_for_load_state()
    expect(receiver.locator("#points")).to_contain_text(POINT)

    # Submitted, sent back with a reason, settled, approved.
    for action in ("/close-discussion/", "/submit/"):
        preparer.goto(address)
        press(preparer, action)
    leader.goto(address)
    leader.locator("form[action$='/send-back/'] textarea").fill(REASON)
    press(leader, "/send-back/")
    assert state() == "revision"
    preparer.goto(address)
    expect(preparer.locator("main")).to_contain_text(REASON)
    settle = preparer.locator("form[action$='/settle/']")
    preparer.locator("details", has=settle).first.locator("summary").first.click()
    settle.locator("button").click()
    preparer.wait_for_load_state()
    press(preparer, "/submit/")
    leader.goto(address)
    press(leader, "/approve/")
    assert state() == "approved"

    # The edition goes into the school's library, and up level by level.
    preparer.goto(address)
    press(preparer, "/put-in-library/")
    edition = LessonPlanEdition.objects.get()
    press(preparer, "/submit/")
    for editor, level in (
        (cast.librarian, "group"),
        (cast.group_editor, "county"),
        (cast.county_editor, "public"),
        (cast.county_editor, ""),
    ):
        review(page_for(editor))
        if level:
            preparer.goto(f"/workspace/library/{edition.uuid}/recommend/")
            preparer.check(f"input[name=place][value^={level}]")
            preparer.locator("main form button.main").click()
            preparer.wait_for_load_state()
    drain()

    # A teacher elsewhere finds it; anyone reads it, without script too.
    outsider = page_for(cast.outsider)
    outsider.goto("/search/")
    outsider.locator("main input[type=search]").fill(TITLE)
    outsider.keyboard.press("Enter")
    outsider.locator("a.title", has_text=TITLE).first.click()
    expect(outsider.locator("main")).to_contain_text(HOMEWORK)
    stranger = page_for(scripts=False)
    stranger.goto(f"/resources/{edition.uuid}/")
    expect(stranger.locator("main")).to_contain_text(AIM)
    expect(stranger.locator("main")).to_contain_text(HOMEWORK)
    stranger.goto("/library/")
    expect(stranger.locator("main")).to_contain_text("七年级上册")
