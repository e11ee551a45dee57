"""A lesson plan goes from first drafts to the library (初备 → 研讨 → 修改 → 定稿 → 入库)."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from lessonprep.plans.actions.content import text_of
from lessonprep.plans.models import FirstDraft, LessonPlan, PlanState, Remark
from lessonprep.plans.sections import section_hash
from lessonprep.versions.models import PlanVersion
from schools import audience
from schools.models import AuditEntry, Notification
from tests.conftest import ClientOf
from tests.factories.doors import plan_in
from tests.factories.lessonprep import world, write_draft

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Phase = PlanState.Phase


def _text(plan: LessonPlan) -> list[dict[str, Any]]:
    """The sections as stored now."""
    return text_of(LessonPlan.objects.get(pk=plan.pk))


def _phase(plan: LessonPlan) -> str:
    return PlanState.objects.get(plan=plan).phase


def test_the_whole_way_over_the_pages(client_of: ClientOf) -> None:
    w = world()
    plan = w.plan()
    leader, preparer = client_of(w.leader), client_of(w.preparer)
    write_draft(plan, w.preparer, objectives="<p>读出春天</p>")
    write_draft(plan, w.receiver, objectives="<p>听录音跟读</p>")

    def url(name: str, *more: object) -> str:
        return reverse(f"plans:{name}", args=[plan.uuid, *more])

    assert preparer.post(url("hand_over")).status_code == 302
    assert _phase(plan) == Phase.DISCUSSION
    drafts = client_of(w.receiver).get(url("drafts"))
    assert "读出春天" in drafts.content.decode()
    assert "听录音跟读" in drafts.content.decode()

    section = next(s for s in _text(plan) if s["value"]["key"] == "homework")
    saved = client_of(w.receiver).post(
        url("save_section", section["id"]),
        {"base": section_hash(section), "body": "<p>背诵一段</p>"},
        headers={"Accept": "application/json"},
    )
    assert saved.status_code == 200, saved.content
    token = "5f0d1b9a-7d0f-4d64-8f4b-7b3b6b1d7c10"
    client_of(w.deputy).post(
        url("remark", section["id"]), {"text": "作业太少", "token": token, "is_point": "on"}
    )
    point = Remark.objects.get()
    preparer.post(url("close_discussion"))
    preparer.post(url("submit"))
    assert _phase(plan) == Phase.IN_REVIEW

    plan.refresh_from_db()
    leader.post(url("approve"), {"revision": plan.latest_revision_id})
    assert _phase(plan) == Phase.IN_REVIEW, "an open point keeps the plan from approval"
    leader.post(url("send_back"), {"revision": plan.latest_revision_id, "reason": "先处理意见"})
    assert _phase(plan) == Phase.REVISION
    preparer.post(url("settle_point", point.pk), {"settlement": "补了一题"})
    preparer.post(url("submit"))
    plan.refresh_from_db()
    leader.post(url("approve"), {"revision": plan.latest_revision_id})
    assert _phase(plan) == Phase.APPROVED

    plan.refresh_from_db()
    assert plan.live
    assert audience.audience_of(plan, audience.Side.LIVE) == {f"prepgroup:{w.prep_group.pk}"}
    version = PlanVersion.objects.get(plan=plan, reason="approval")
    assert version.is_intact()
    assert {w.preparer, w.receiver} <= set(version.authors.all())

    answer = preparer.post(url("put_in_library"))
    edition = plan.publication.edition
    assert answer.status_code == 302
    assert edition.source_hash == version.content_hash
    assert not edition.live
    for name in ("plan", "history", "drafts"):
        assert preparer.get(url(name)).status_code == 200
    assert preparer.get(url("version", version.number)).status_code == 200
    assert preparer.get(reverse("plans:board", args=[w.prep_plan.uuid])).status_code == 200


def test_a_leader_who_puts_a_plan_into_the_library_leaves_it_to_its_maker(
    client_of: ClientOf,
) -> None:
    w = world()
    plan = plan_in(w, Phase.APPROVED)

    answer = client_of(w.leader).post(reverse("plans:put_in_library", args=[plan.uuid]))

    assert (answer.status_code, answer["Location"]) == (302, plan.get_absolute_url())
    assert plan.publication.edition.maker == w.preparer
    told = Notification.objects.filter(kind="plans.put_in_library")
    assert [notice.user for notice in told] == [w.preparer]


def test_a_first_draft_is_unseen_until_the_discussion_opens(client_of: ClientOf) -> None:
    w = world()
    plan = w.plan()
    write_draft(plan, w.preparer, objectives="<p>只有我知道的目标</p>")

    for user in (w.leader, w.receiver):
        client = client_of(user)
        pages = [
            client.get(plan.get_absolute_url()),
            client.get(reverse("plans:drafts", args=[plan.uuid]), follow=True),
            client.get(reverse("plans:draft", args=[plan.uuid])),
            client.get(reverse("plans:history", args=[plan.uuid])),
        ]

        assert all("只有我知道的目标" not in page.content.decode() for page in pages)

    assert FirstDraft.objects.get().frozen_at is None


def test_two_in_different_sections_never_disturb_each_other(client_of: ClientOf) -> None:
    w = world()
    plan = w.plan()
    write_draft(plan, w.preparer, objectives="<p>目标</p>")
    client_of(w.preparer).post(reverse("plans:hand_over", args=[plan.uuid]))
    first, second = _text(plan)[:2]

    for user, section, words in ((w.preparer, first, "新目标"), (w.receiver, second, "新重点")):
        answer = client_of(user).post(
            reverse("plans:save_section", args=[plan.uuid, section["id"]]),
            {"base": section_hash(section), "body": f"<p>{words}</p>"},
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == 200

    plan.refresh_from_db()
    bodies = [section["value"].get("body") for section in _text(plan)[:2]]
    assert bodies == ["<p>新目标</p>", "<p>新重点</p>"]


def test_a_stale_save_is_refused_with_both_texts(client_of: ClientOf) -> None:
    w = world()
    plan = w.plan()
    write_draft(plan, w.preparer, objectives="<p>目标</p>")
    client_of(w.preparer).post(reverse("plans:hand_over", args=[plan.uuid]))
    section = _text(plan)[0]
    url = reverse("plans:save_section", args=[plan.uuid, section["id"]])
    form = {"base": section_hash(section)}
    client_of(w.preparer).post(url, {**form, "body": "<p>先到的</p>"})

    page = client_of(w.receiver).post(url, {**form, "body_text": "后到的"})
    json = client_of(w.receiver).post(
        url, {**form, "body": "<p>后到的</p>"}, headers={"Accept": "application/json"}
    )

    assert page.status_code == json.status_code == 409
    assert "先到的" in page.content.decode()
    assert "后到的" in page.content.decode()
    assert json.json()["theirs"]["body"] == "<p>先到的</p>"
    assert _text(plan)[0]["value"]["body"] == "<p>先到的</p>"


def test_what_was_submitted_as_one_revision_does_not_approve_another(client_of: ClientOf) -> None:
    w = world()
    plan = w.plan()
    write_draft(plan, w.preparer, objectives="<p>目标</p>")
    preparer = client_of(w.preparer)
    for name in ("hand_over", "close_discussion"):
        preparer.post(reverse(f"plans:{name}", args=[plan.uuid]))
    plan.refresh_from_db()
    seen = plan.latest_revision_id
    section = _text(plan)[0]
    preparer.post(
        reverse("plans:save_section", args=[plan.uuid, section["id"]]),
        {"base": section_hash(section), "body": "<p>改过的目标</p>"},
    )
    preparer.post(reverse("plans:submit", args=[plan.uuid]))

    client_of(w.leader).post(
        reverse("plans:approve", args=[plan.uuid]), {"revision": int(seen or 0) - 1}
    )

    assert _phase(plan) == Phase.IN_REVIEW
    assert not LessonPlan.objects.get().live


@pytest.mark.parametrize("name", ["hand_over", "close_discussion", "submit", "approve", "revise"])
def test_a_double_click_ends_as_one(client_of: ClientOf, name: str) -> None:
    w = world()
    plan = w.plan()
    write_draft(plan, w.preparer, objectives="<p>目标</p>")
    steps = ["hand_over", "close_discussion", "submit", "approve", "revise"]
    clients = {"approve": client_of(w.leader)}
    preparer = client_of(w.preparer)
    for step in steps[: steps.index(name) + 1]:
        plan.refresh_from_db()
        data = {"revision": plan.latest_revision_id or 0}
        for _ in range(2 if step == name else 1):
            url = reverse(f"plans:{step}", args=[plan.uuid])
            assert clients.get(step, preparer).post(url, data).status_code == 302

    rows = AuditEntry.objects.filter(target_id=str(plan.uuid)).values_list("action", flat=True)
    counted = {action: list(rows).count(action) for action in set(rows)}
    assert max(counted[action] for action in counted if action.startswith("plan.")) == 1
