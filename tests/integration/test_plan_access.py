"""Who may do what with a lesson plan: one table of roles and phases."""

from __future__ import annotations

import pytest

from lessonprep.plans.access import Action, can
from lessonprep.plans.models import LessonPlan, PlanState
from schools.models import User
from tests.factories import people
from tests.factories.lessonprep import World, world

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

Phase = PlanState.Phase
MAY: dict[tuple[str, Phase], str] = {
    ("outsider", Phase.FIRST_DRAFT): "",
    ("outsider", Phase.DISCUSSION): "",
    ("outsider", Phase.REVISION): "",
    ("outsider", Phase.IN_REVIEW): "",
    ("outsider", Phase.APPROVED): "",
    ("receiver", Phase.FIRST_DRAFT): "see draft",
    ("receiver", Phase.DISCUSSION): "see see_drafts edit remark draft_late",
    ("receiver", Phase.REVISION): "see see_drafts remark draft_late",
    ("receiver", Phase.IN_REVIEW): "see see_drafts remark draft_late",
    ("receiver", Phase.APPROVED): "see see_drafts",
    ("preparer", Phase.FIRST_DRAFT): "see draft hand_over redesign",
    (
        "preparer",
        Phase.DISCUSSION,
    ): "see see_drafts edit remark close_discussion draft_late redesign decide",
    (
        "preparer",
        Phase.REVISION,
    ): "see see_drafts edit remark reopen_discussion submit draft_late redesign decide",
    ("preparer", Phase.IN_REVIEW): "see see_drafts remark draft_late",
    ("preparer", Phase.APPROVED): "see see_drafts revise publish",
    ("leader", Phase.FIRST_DRAFT): "see draft hand_over redesign",
    (
        "leader",
        Phase.DISCUSSION,
    ): "see see_drafts edit remark close_discussion draft_late redesign decide",
    (
        "leader",
        Phase.REVISION,
    ): "see see_drafts remark reopen_discussion submit draft_late redesign decide",
    ("leader", Phase.IN_REVIEW): "see see_drafts remark approve draft_late",
    ("leader", Phase.APPROVED): "see see_drafts revise publish",
}
MAY |= {("deputy", phase): MAY["leader", phase] for phase in Phase}


@pytest.fixture
def w() -> World:
    return world(lessons=1)


def _in(phase: Phase, w: World) -> LessonPlan:
    plan = w.plan()
    PlanState.objects.filter(plan=plan).update(phase=phase)
    return LessonPlan.objects.get(pk=plan.pk)


def _may(user: User, plan: LessonPlan) -> set[str]:
    reader = User.objects.get(pk=user.pk)
    return {action.name.lower() for action in Action if can(reader, action, plan)}


@pytest.mark.parametrize("phase", Phase)
def test_the_table_of_rights_holds(w: World, phase: Phase) -> None:
    plan = _in(phase, w)
    users = {"outsider": people.teacher(), **vars(w)}

    found = {who: _may(users[who], plan) for who, when in MAY if when == phase}

    assert found == {who: set(may.split()) for (who, when), may in MAY.items() if when == phase}


def test_a_leader_does_not_approve_an_own_plan_while_there_is_a_deputy(w: World) -> None:
    w.prep_plan.tasks.update(main_preparer=w.leader)
    plan = _in(Phase.IN_REVIEW, w)

    assert "approve" not in _may(w.leader, plan)
    assert "approve" in _may(w.deputy, plan)


def test_a_leader_without_a_deputy_approves_an_own_plan() -> None:
    alone = world(deputy=False, lessons=1)
    alone.prep_plan.tasks.update(main_preparer=alone.leader)
    plan = _in(Phase.IN_REVIEW, alone)

    assert "approve" in _may(alone.leader, plan)
    assert "approve" not in _may(alone.deputy, plan)


def test_rights_end_with_the_membership(w: World) -> None:
    plan = _in(Phase.DISCUSSION, w)
    w.prep_group.members.filter(user=w.receiver).delete()

    assert _may(w.receiver, plan) == set()


def test_the_group_of_another_plan_gives_no_right(w: World) -> None:
    other = world(lessons=1)

    assert _may(other.leader, _in(Phase.IN_REVIEW, w)) == set()
