"""First drafts are opened when they are handed in (初备), early or late, and never lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from lessonprep.plans.access import Phase
from lessonprep.plans.actions import phases
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.drafting import hand_in_draft, save_draft_section
from lessonprep.plans.models import FirstDraft, LessonPlan, PlanState
from lessonprep.plans.sections import Section, section_hash
from schools.models import Notification, User
from tests.conftest import ClientOf
from tests.factories.lessonprep import World, world, write_draft

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def unsent(plan: LessonPlan, by: User, body: str) -> FirstDraft:
    """A draft that its author has not handed in."""
    section = section_of(text_of(plan), "objectives")
    save_draft_section(
        plan=plan,
        section_id=section["id"],
        posted={"body": body},
        base=section_hash(section),
        by=by,
    )
    return FirstDraft.objects.get(plan=plan, author=by)


def section_of(sections: list[Section], key: str) -> Section:
    return next(section for section in sections if section["value"]["key"] == key)


def opened(w: World) -> LessonPlan:
    """In discussion; the receiver's draft was not handed in."""
    plan = w.plan()
    write_draft(plan, w.preparer, objectives="<p>读出春天</p>")
    unsent(plan, w.receiver, "<p>没有交的目标</p>")
    phases.hand_over(plan=plan, by=w.preparer)
    return LessonPlan.objects.get(pk=plan.pk)


def page(client: Any, name: str, plan: LessonPlan) -> str:
    return str(client.get(reverse(f"plans:{name}", args=[plan.uuid])).content.decode())


def test_a_draft_that_was_not_handed_in_stays_unseen_and_its_author_is_told(
    client_of: ClientOf,
) -> None:
    w = world(lessons=1)

    plan = opened(w)

    assert "没有交的目标" not in page(client_of(w.leader), "drafts", plan)
    notice = Notification.objects.get(user=w.receiver)
    assert notice.kind == "plans.draft_not_opened"
    assert notice.url == reverse("plans:draft", args=[plan.uuid])
    assert reverse("plans:draft", args=[plan.uuid]) in page(client_of(w.receiver), "plan", plan)


@pytest.mark.parametrize("phase", [Phase.DISCUSSION, Phase.REVISION, Phase.IN_REVIEW])
def test_it_can_be_finished_and_handed_in_until_the_approval(
    client_of: ClientOf, phase: Phase
) -> None:
    w = world(lessons=1)
    plan = opened(w)
    PlanState.objects.filter(plan=plan).update(phase=phase)
    client = client_of(w.receiver)
    assert "没有交的目标" in page(client, "draft", plan)

    answer = client.post(reverse("plans:hand_in", args=[plan.uuid]))

    assert answer["Location"] == reverse("plans:drafts", args=[plan.uuid])
    assert "没有交的目标" in page(client_of(w.leader), "drafts", plan)
    assert FirstDraft.objects.get(author=w.receiver).frozen_at is not None


def test_after_the_approval_it_is_still_there_for_its_author_alone(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = opened(w)
    PlanState.objects.filter(plan=plan).update(phase=Phase.APPROVED)

    answer = client_of(w.receiver).post(reverse("plans:hand_in", args=[plan.uuid]))

    assert answer.status_code == 302
    assert FirstDraft.objects.get(author=w.receiver).frozen_at is None
    assert "没有交的目标" in page(client_of(w.receiver), "draft", plan)
    assert "没有交的目标" not in page(client_of(w.leader), "drafts", plan)


def test_an_opened_draft_is_not_written_any_more(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = opened(w)
    hand_in_draft(plan=plan, by=w.receiver)
    draft = FirstDraft.objects.get(author=w.receiver)
    section = section_of(draft.sections, "objectives")

    client_of(w.receiver).post(
        reverse("plans:save_draft", args=[plan.uuid, section["id"]]),
        {"base": section_hash(section), "body": "<p>改</p>"},
    )

    assert FirstDraft.objects.get(author=w.receiver).sections == draft.sections


def test_opening_the_discussion_hands_in_ones_own_draft() -> None:
    w = world(lessons=1)
    plan = w.plan()
    unsent(plan, w.preparer, "<p>目标</p>")

    phases.hand_over(plan=plan, by=w.preparer)

    draft = FirstDraft.objects.get(author=w.preparer)
    assert draft.handed_in_at is not None
    assert draft.frozen_at is not None


def test_nobody_opens_what_nobody_handed_in() -> None:
    w = world(lessons=1)
    plan = w.plan()
    unsent(plan, w.receiver, "<p>目标</p>")

    with pytest.raises(phases.NoDraft):
        phases.hand_over(plan=plan, by=w.leader)


def test_a_task_leads_to_ones_own_draft_in_one_press(client_of: ClientOf) -> None:
    w = world(lessons=1)
    address = reverse("plans:start_draft", args=[w.task().uuid])
    client = client_of(w.receiver)

    first, again = client.post(address), client.post(address)

    plan = LessonPlan.objects.get()
    assert first["Location"] == again["Location"] == reverse("plans:draft", args=[plan.uuid])
    assert client.get(address).status_code == 405


# without JavaScript the page is one form


def fields(html: str) -> dict[str, str]:
    """What the page's form would send, as it was served."""
    names = dict(re.findall(r'<input type="hidden" name="(s-[^"]+)" value="([^"]*)"', html))
    areas = re.findall(r'<textarea[^>]* name="(s-[^"]+)"[^>]*>([^<]*)</textarea>', html)
    return names | dict(areas)


def test_handing_in_without_a_script_saves_everything_that_was_typed(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = w.plan()
    client = client_of(w.receiver)
    form = fields(page(client, "draft", plan))
    typed = [name for name in form if name.endswith("body_text")]
    form |= {name: f"第{number}节的内容" for number, name in enumerate(typed)}

    client.post(reverse("plans:hand_in", args=[plan.uuid]), form)

    draft = FirstDraft.objects.get(author=w.receiver)
    assert draft.handed_in_at is not None
    bodies = [s["value"]["body"] for s in draft.sections if s["type"] == "text"]
    assert bodies == [f"<p>第{number}节的内容</p>" for number in range(len(typed))]


def test_saving_one_section_without_a_script_keeps_what_was_typed_in_the_others(
    client_of: ClientOf,
) -> None:
    w = world(lessons=1)
    plan = w.plan()
    client = client_of(w.preparer)
    form = fields(page(client, "draft", plan))
    typed = [name for name in form if name.endswith("body_text")]
    form |= dict.fromkeys(typed, "写了")
    process = section_of(text_of(plan), "process")

    answer = client.post(
        reverse("plans:save_whole_draft", args=[plan.uuid]),
        {**form, f"s-{process['id']}-op": "add-row"},
    )

    assert answer["Location"].endswith(f"#s-{process['id']}")
    draft = FirstDraft.objects.get()
    assert sum(s["value"].get("body") == "<p>写了</p>" for s in draft.sections) == len(typed)
    assert len(section_of(draft.sections, "process")["value"]["rows"]) == 1


def test_of_a_whole_form_what_is_stale_comes_back_and_the_rest_is_saved(
    client_of: ClientOf,
) -> None:
    w = world(lessons=1)
    plan = opened(w)
    member, leader = client_of(w.receiver), client_of(w.leader)
    form = fields(page(member, "edit", plan))
    sections = text_of(plan)
    board, homework = section_of(sections, "board_plan"), section_of(sections, "homework")
    leader.post(
        reverse("plans:save_section", args=[plan.uuid, homework["id"]]),
        {"base": section_hash(homework), "body": "<p>组长先写的</p>"},
    )
    form |= {
        f"s-{board['id']}-body_text": "左右结构",
        f"s-{homework['id']}-body_text": "我写的作业",
    }

    answer = member.post(reverse("plans:save_whole", args=[plan.uuid]), form)

    words = answer.content.decode()
    assert answer.status_code == 409
    assert "我写的作业" in words
    assert "组长先写的" in words
    now = text_of(LessonPlan.objects.get(pk=plan.pk))
    assert section_of(now, "board_plan")["value"]["body"] == "<p>左右结构</p>"
    assert section_of(now, "homework")["value"]["body"] == "<p>组长先写的</p>"


def test_remarks_are_numbered_in_circles_and_settled_ones_fold(client_of: ClientOf) -> None:
    from uuid import UUID, uuid4

    from lessonprep.plans.actions.remarks import remark, settle

    w = world(lessons=1)
    plan = opened(w)
    section = UUID(section_of(text_of(plan), "homework")["id"])
    first, _second = (
        remark(plan=plan, section_id=section, text=text, by=w.leader, token=uuid4())
        for text in ("太多", "太难")
    )
    settle(plan=plan, point=first, settlement="减了", by=w.preparer)

    words = page(client_of(w.leader), "plan", plan)

    assert re.search(r"<summary>[^<]*①\s*</summary>", words)
    heading = words[words.index("<h2>分层作业") :]
    assert "②" in heading[: heading.index("</h2>")]
    assert "①" not in heading[: heading.index("</h2>")]
