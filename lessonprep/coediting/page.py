"""What the page of a plan needs to be written on together (集体研讨备课)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse

from lessonprep.coediting.actions import may_open
from lessonprep.coediting.models import Room
from lessonprep.coediting.words import live_words
from lessonprep.groups.access import LEADING, role_in
from lessonprep.groups.queries import users_in
from lessonprep.plans.access import Action, can
from lessonprep.plans.designs import columns_of
from lessonprep.plans.models import LessonPlan
from lessonprep.plans.sections import Section
from resources.library.blocks import COLUMNS
from schools.users import signed_in

NOBODY = UUID(int=0)
"""Gives way in the script to the uuid of a picture or a section."""


def live_page(
    request: HttpRequest, plan: LessonPlan, sections: list[Section]
) -> dict[str, Any] | None:
    """Addresses, words and settings of the script; None in a phase in which nobody writes."""
    if not may_open(plan.state.phase):
        return None
    return {
        "style": static("coediting/coediting.css"),
        "script": static("coediting/coediting.js"),
        "words": live_words(),
        "config": _config(request, plan, sections),
    }


def _config(request: HttpRequest, plan: LessonPlan, sections: list[Section]) -> dict[str, Any]:
    user = signed_in(request)
    state = plan.state
    prep_group = state.task.prep_plan.prep_group
    room = Room.objects.filter(plan=plan).order_by("-epoch").first()
    is_main = state.task.main_preparer_id == user.pk
    members = users_in(prep_group).values_list("uuid", "name")
    return {
        "socket": f"/ws/plans/{plan.uuid}",
        "room": str(plan.uuid),
        "epoch": room.epoch if room else 1,
        "user": {"id": str(user.uuid), "name": user.name},
        "people": {str(uuid): name for uuid, name in members},
        "may_decide": is_main or role_in(request.user, prep_group.pk) in LEADING,
        "may_remark": can(request.user, Action.REMARK, plan),
        "pictures": reverse("plans:store_picture", args=[plan.uuid]),
        "picture": reverse("media:picture", args=[NOBODY, "w640"]),
        "remark": reverse("plans:remark", args=[plan.uuid, NOBODY]),
        "column_names": {name: str(label) for name, label in COLUMNS.items()},
        "columns": _columns(plan, sections),
        "token": get_token(request),
    }


def _columns(plan: LessonPlan, sections: list[Section]) -> dict[str, list[str]]:
    """The columns of each teaching process, by the id of its section."""
    entries = {entry["key"]: entry for entry in plan.design_model.sections}
    return {
        section["id"]: columns_of(
            entries.get(section["value"].get("key")),
            [row["value"] for row in section["value"].get("rows", [])],
        )
        for section in sections
        if section["type"] == "process"
    }
