"""A plan to read: its phase, what comes next, its sections with their remarks."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lessonprep.groups.queries import users_in
from lessonprep.plans.access import LEADING, Action, Phase, can, plan_or_404
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.designs import is_kept
from lessonprep.plans.forms import RemarkForm, SendBackForm
from lessonprep.plans.live import Unreadable, together
from lessonprep.plans.live_pages import live_page
from lessonprep.plans.models import FirstDraft, LessonPlan, Publication, Remark
from lessonprep.plans.queries import Thread, due_of, threads_of
from lessonprep.plans.sections import Section, is_empty
from lessonprep.plans.views.edge import page
from lessonprep.versions.queries import credit_lines
from resources.library.queries import resources_of_lesson
from schools.models import User
from schools.users import signed_in

OF_THE_LESSON = 6
"""Resources of the lesson beside the plan, the newest; all of them are a press away."""


@page
def plan_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The plan as the group works on it."""
    plan = plan_or_404(request.user, uuid)
    return render(request, "plans/plan.html", plan_context(request, plan))


def plan_context(
    request: HttpRequest,
    plan: LessonPlan,
    *,
    send_back_form: SendBackForm | None = None,
    remark_form: RemarkForm | None = None,
    remark_section: str = "",
) -> dict[str, Any]:
    """What the plan's page shows; forms that were refused come back with what was typed."""
    threads = threads_of(plan)
    sections = text_of(plan)
    open_points = [
        thread
        for in_section in threads.values()
        for thread in in_section
        if thread.remark.kind == Remark.Kind.POINT and thread.remark.settled_at is None
    ]
    may = {action.name.lower(): can(request.user, action, plan) for action in Action}
    revision = plan.latest_revision_id
    state = plan.state
    own_draft = FirstDraft.objects.filter(plan=plan, author=signed_in(request)).first()
    volume, lesson = state.task.prep_plan.volume, state.task.chapter
    return {
        "plan": plan,
        "resource_set": resources_of_lesson(volume, lesson, request.user)[:OF_THE_LESSON],
        "state": state,
        "task": plan.state.task,
        "prep_group": plan.state.task.prep_plan.prep_group,
        "may": may,
        "live": live_page(request, plan, sections),
        "phases": phases_of(plan),
        "sections": [
            {
                "section": section,
                "is_empty": is_empty(section),
                "is_kept": is_kept(section),
                **_by_state(threads.get(section["id"], [])),
                "remark_form": _remark_form(section, remark_form, remark_section),
            }
            for section in sections
        ],
        "open_points": open_points,
        "open_suggestions": _open_suggestions(plan),
        "settled_by_others": _settled_by_others(plan) if may["approve"] else [],
        "settled_count": sum(
            thread.remark.kind == Remark.Kind.POINT and thread.remark.settled_at is not None
            for in_section in threads.values()
            for thread in in_section
        ),
        "drafts": FirstDraft.objects.filter(plan=plan, handed_in_at__isnull=False).count(),
        "member_count": users_in(plan.state.task.prep_plan.prep_group).count(),
        "own_draft": own_draft if state.phase == Phase.FIRST_DRAFT else None,
        "unopened_draft": own_draft if _is_unopened(plan, own_draft) else None,
        "decisions": plan.decisions.in_force().select_related("decided_by"),
        "publication": Publication.objects.filter(plan=plan)
        .select_related("edition", "version")
        .first(),
        "version": plan.versions.order_by("-number").first(),
        "approvers": list(
            users_in(plan.state.task.prep_plan.prep_group, *LEADING)
            .exclude(pk=plan.state.task.main_preparer_id or 0)
            .order_by("pk")
        ),
        "revision": revision,
        "send_back_form": send_back_form or SendBackForm(initial={"revision": revision}),
    }


def _open_suggestions(plan: LessonPlan) -> int:
    """How many there are to accept or decline, where they are what the plan waits for."""
    if plan.state.phase != Phase.REVISION:
        return 0
    try:
        return sum(together().suggestions(plan).values())
    except Unreadable:
        return 0  # whoever hands the plan in is told


def _settled_by_others(plan: LessonPlan) -> list[User]:
    """Who has ended suggestions of others and is none of those who decide about them."""
    try:
        users = together().settled_by(plan)
    except Unreadable:
        return []
    task = plan.state.task
    deciding = set(users_in(task.prep_plan.prep_group, *LEADING).values_list("pk", flat=True))
    return [user for user in users if user.pk not in deciding | {task.main_preparer_id}]


def _remark_form(section: Section, refused: RemarkForm | None, refused_in: str) -> RemarkForm:
    if refused is not None and refused_in == section["id"]:
        return refused
    return RemarkForm(initial={"token": uuid4()}, auto_id=f"id_{section['id'][:8]}_%s")


def _by_state(threads: list[Thread]) -> dict[str, list[Thread]]:
    return {
        "open_threads": [thread for thread in threads if not thread.is_settled],
        "settled_threads": [thread for thread in threads if thread.is_settled],
    }


def _is_unopened(plan: LessonPlan, draft: FirstDraft | None) -> bool:
    """Whether the reader has a text that was not handed in when the drafts were opened."""
    if draft is None or draft.frozen_at or plan.state.phase == Phase.FIRST_DRAFT:
        return False
    return not all(map(is_empty, draft.sections))


def phases_of(plan: LessonPlan) -> list[dict[str, Any]]:
    """The phases in order: which are over, which is now, by when the others are due."""
    now = list(Phase).index(Phase(plan.state.phase))
    return [
        {
            "label": phase.label,
            "state": "done" if number < now else "now" if number == now else "later",
            "due": due_of(plan.state.task, phase),
        }
        for number, phase in enumerate(Phase)
    ]


@page
def version_page(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """One version, as it was written down."""
    plan = plan_or_404(request.user, uuid)
    version = get_object_or_404(plan.versions.select_related("created_by"), number=number)
    names = credit_lines(version)
    context = {
        "plan": plan,
        "version": version,
        "authors": version.authors.order_by("pk"),
        "sections": [(section, names.get(section["id"], [])) for section in version.sections],
    }
    return render(request, "plans/version.html", context)
