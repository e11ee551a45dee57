"""Gaps of the library become prep tasks (缺口转备课任务), for who plans that volume."""

from __future__ import annotations

from django.urls import reverse

from lessonprep.groups.access import Action, can
from lessonprep.groups.queries import prep_plans_of, tasks_of
from resources.catalogue.models import Volume
from resources.library.gaps import register_filling
from schools.audience import Reader
from schools.models import User


@register_filling
def addresses(reader: Reader, volume: Volume) -> dict[int | None, str]:
    """By lesson: its task; under None where a lesson without one gets it."""
    if not isinstance(reader, User):
        return {}
    for prep_plan in prep_plans_of(reader).filter(volume=volume):
        if can(reader, Action.PLAN, prep_plan.prep_group):
            found: dict[int | None, str] = {
                task.chapter_id: reverse("groups:task", args=[task.uuid])
                for task in tasks_of(prep_plan)
            }
            return {**found, None: reverse("groups:new_task", args=[prep_plan.uuid])}
    return {}
