"""Opening a task: its lesson plan comes into being."""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction

from lessonprep.groups.models import PrepTask
from lessonprep.plans.models import LessonPlan, PlanState
from lessonprep.plans.queries import default_design
from lessonprep.plans.search_documents import SOURCE
from lessonprep.plans.sections import empty_sections
from schools import audience
from schools.audit import record
from schools.models import User
from schools.tree import locked
from search import outbox


@transaction.atomic
def open_task(*, task: PrepTask, by: User) -> LessonPlan:
    """The task's plan, made at the first call with the empty sections of the design model."""
    container = locked(task.prep_plan.prep_group.place().pk)
    made = PlanState.objects.filter(task=task).select_related("plan").first()
    if made is not None:
        return made.plan
    design = default_design(task.prep_plan, task)
    volume = task.prep_plan.volume
    uuid = uuid4()
    plan = LessonPlan(
        title=task.chapter.title,
        slug=str(uuid),
        uuid=uuid,
        live=False,
        owner=by,
        design_model=design,
        subject=volume.subject,
        stage=volume.stage,
        grade=volume.grade,
        volume=volume,
        chapter=task.chapter,
        sections=empty_sections(design.sections),
    )
    container.add_child(instance=plan)
    PlanState.objects.create(plan=plan, task=task)
    plan.save_revision(user=by, clean=False, log_action=False)
    token = audience.prep_group(task.prep_plan.prep_group_id)
    audience.set_audience(plan, audience.Side.DRAFT, {token})
    outbox.changed(SOURCE, plan.uuid)
    record("plan.created", plan, by=by)
    return plan
