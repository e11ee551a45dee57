"""Writes of prep groups: making and planning them, their people, their tasks."""

from lessonprep.groups.actions.making import (
    AlreadyPlanned,
    add_member,
    create_prep_group,
    create_prep_plan,
)
from lessonprep.groups.actions.tasks import change_task

__all__ = [
    "AlreadyPlanned",
    "add_member",
    "change_task",
    "create_prep_group",
    "create_prep_plan",
]
