"""Makers of prep groups, prep plans, tasks and lesson plans, through the real actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lessonprep.groups.actions import add_member, create_prep_group, create_prep_plan
from lessonprep.groups.models import PrepGroup, PrepGroupMember, PrepPlan, PrepTask
from lessonprep.groups.scheduling import Lesson, schedule
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.drafting import hand_in_draft, save_draft_section
from lessonprep.plans.actions.making import open_task
from lessonprep.plans.models import DesignModel, LessonPlan
from lessonprep.plans.sections import section_hash
from resources.catalogue.queries import lessons_of
from schools.models import School, User
from schools.models.dated import today
from schools.workflow import the_workflow
from tests.factories import people
from tests.factories.catalogue import make_volume

Role = PrepGroupMember.Role


@dataclass
class World:
    """A prep group over a lead end and a receiving end, with a plan of three lessons."""

    lead: School
    receiving: School
    leader: User
    deputy: User
    preparer: User
    receiver: User
    prep_group: PrepGroup
    prep_plan: PrepPlan

    def task(self, number: int = 0) -> PrepTask:
        return self.prep_plan.tasks.order_by("position")[number]

    def plan(self, number: int = 0) -> LessonPlan:
        return open_task(task=self.task(number), by=self.preparer)


def design_model() -> DesignModel:
    """The common design model; a test that commits has emptied the tables of migrations."""
    kinds = {"process": "process"}
    headings = {
        "objectives": "教学目标",
        "key_points": "教学重难点",
        "learners": "学情分析",
        "process": "教学过程",
        "board_plan": "板书设计",
        "homework": "分层作业",
    }
    sections = [
        {"key": key, "heading": heading, "kind": kinds.get(key, "text"), "hint": ""}
        for key, heading in headings.items()
    ]
    made, _new = DesignModel.objects.get_or_create(
        code="common", defaults={"name": "通用教学设计", "sections": sections}
    )
    return made


def world(*, deputy: bool = True, lessons: int = 3) -> World:
    """The usual world; the first task's main preparer is `preparer`."""
    the_workflow(people.site_root())
    design_model()
    county = people.county()
    lead, receiving = people.school(region=county), people.school(region=county)
    leader, second, preparer = (people.teacher(lead) for _ in range(3))
    receiver = people.teacher(receiving)
    prep_group = create_prep_group(
        name="七年级语文组",
        subject="chinese",
        stage="junior",
        grade=7,
        lead=lead,
        receiving=[receiving],
        by=None,
    )
    for user, school, role in [
        (leader, lead, Role.LEADER),
        (second, lead, Role.DEPUTY if deputy else Role.MEMBER),
        (preparer, lead, Role.MEMBER),
        (receiver, receiving, Role.MEMBER),
    ]:
        add_member(prep_group=prep_group, user=user, school=school, role=role, by=None)
    volume = make_volume(lessons=[f"课文{number}" for number in range(1, lessons + 1)])
    term = people.term(county)
    days = [today() + timedelta(days=offset) for offset in range(15, 60)]
    drafts = schedule(
        [Lesson(chapter.pk, 1) for chapter in lessons_of(volume)],
        days,
        5,
        [preparer.pk],
        earliest=today(),
    )
    prep_plan = create_prep_plan(
        prep_group=prep_group,
        volume=volume,
        term=term,
        periods_per_week=5,
        drafts=drafts,
        by=leader,
    )
    return World(lead, receiving, leader, second, preparer, receiver, prep_group, prep_plan)


def write_draft(plan: LessonPlan, by: User, **texts: str) -> None:
    """Write `texts` by section key into the user's first draft and hand it in."""
    for section in text_of(plan):
        key = section["value"]["key"]
        if key in texts:
            posted: dict[str, Any] = {"body": texts[key]}
            save_draft_section(
                plan=plan,
                section_id=section["id"],
                posted=posted,
                base=section_hash(section),
                by=by,
            )
    hand_in_draft(plan=plan, by=by)
