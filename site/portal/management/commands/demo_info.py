"""Prints where the demonstration's things are, as JSON for programs."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lessonprep.coediting.actions import open_room
from lessonprep.groups.models import PrepGroup, PrepPlan
from lessonprep.plans.models import LessonPlan, PlanState
from portal.demo import front
from portal.demo.accounts import USERNAMES
from portal.demo.library import MICROLECTURE
from portal.demo.prep import GROUP

Phase = PlanState.Phase


def _room(plan: LessonPlan) -> dict[str, Any]:
    """What one tells the socket of the plan to be let write; opens its room."""
    room = open_room(plan=plan)
    return {"socket": f"/ws/plans/{plan.uuid}", "epoch": room.epoch, "schema": room.schema}


class Command(BaseCommand):
    """`manage.py demo_info`."""

    help = "Print the uuids of the demonstration's plans and resources as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        prep_group = PrepGroup.objects.filter(name=GROUP).first()
        if prep_group is None:
            raise CommandError("There is no demonstration here: run manage.py load_demo first.")
        plans = LessonPlan.objects.filter(state__task__prep_plan__prep_group=prep_group)
        in_library = plans.filter(state__phase=Phase.APPROVED, publication__isnull=False)
        approved = in_library.order_by("pk").last()
        discussed = plans.filter(state__phase=Phase.DISCUSSION).order_by("pk").last()
        revised = plans.filter(state__phase=Phase.REVISION).order_by("pk").last()
        prep_plan = PrepPlan.objects.filter(prep_group=prep_group).order_by("pk").last()
        info = {
            "plan_in_discussion": str(discussed.uuid) if discussed else None,
            "plan_in_discussion_room": _room(discussed) if discussed else None,
            "plan_in_revision": str(revised.uuid) if revised else None,
            "approved_plan": str(approved.uuid) if approved else None,
            "public_resource": str(approved.publication.edition.uuid) if approved else None,
            "public_microlecture": str(MICROLECTURE),
            "prep_group": str(prep_group.uuid),
            "prep_plan": str(prep_plan.uuid) if prep_plan else None,
            "prep_groups": [str(one.uuid) for one in PrepGroup.objects.order_by("pk")[:3]],
            "recommended_list": f"/{front.LIST}/",
            "accounts": USERNAMES,
        }
        self.stdout.write(json.dumps(info, ensure_ascii=False, indent=2))
