"""Pages of prep groups: mine, one group, a new prep plan with its preview, one task."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessonprep.groups.access import Action, can, prep_group_or_404, task_or_404
from lessonprep.groups.actions import AlreadyPlanned, change_task, create_prep_plan
from lessonprep.groups.forms import TaskForm, TaskListForm, TermForm
from lessonprep.groups.models import PrepGroup
from lessonprep.groups.queries import members_of, prep_groups_of, prep_plans_of, users_in
from lessonprep.groups.scheduling import Draft, TermTooShort, schedule
from resources.catalogue.models import Volume
from resources.catalogue.queries import lessons_of
from schools.models import Term
from schools.models.dated import today
from schools.users import signed_in


@login_required
def prep_group_list(request: HttpRequest) -> HttpResponse:
    """The reader's prep groups and their plans of work."""
    return render(
        request,
        "groups/list.html",
        {
            "prep_groups": prep_groups_of(signed_in(request)),
            "prep_plans": prep_plans_of(signed_in(request)),
        },
    )


@login_required
def prep_group_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One group: its schools, members and plans."""
    prep_group = prep_group_or_404(request.user, uuid)
    return render(
        request,
        "groups/group.html",
        {
            "prep_group": prep_group,
            "ends": prep_group.ends.select_related("school").order_by("end", "school__name"),
            "members": members_of(prep_group),
            "prep_plans": prep_group.prep_plans.select_related("volume", "term"),
            "may_plan": can(request.user, Action.PLAN, prep_group),
        },
    )


@login_required
def new_prep_plan(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose volume and term, see and change the task list, make it with one click."""
    prep_group = prep_group_or_404(request.user, uuid, Action.PLAN)
    asked = request.POST or request.GET or None
    term_form = TermForm(asked, prep_group=prep_group)
    context: dict[str, Any] = {
        "prep_group": prep_group,
        "term_form": term_form,
        "has_volumes": term_form.volumes.exists(),
        "has_terms": term_form.terms.exists(),
    }
    if asked is None or not term_form.is_valid():
        return render(request, "groups/new_plan.html", context)
    return _preview_or_create(request, prep_group, term_form, context)


def _preview_or_create(
    request: HttpRequest, prep_group: PrepGroup, term_form: TermForm, context: dict[str, Any]
) -> HttpResponse:
    volume: Volume = term_form.cleaned_data["volume"]
    term: Term = term_form.cleaned_data["term"]
    lessons = list(lessons_of(volume))
    preparers = list(users_in(prep_group).order_by("pk"))
    form = TaskListForm(request.POST or None, lessons=lessons, preparers=preparers)
    if not form.is_bound:
        form = TaskListForm(form.initially(), lessons=lessons, preparers=preparers)
    drafts: list[Draft] = []
    if form.is_valid():
        try:
            drafts = _drafts(form, term, term_form.cleaned_data["periods_per_week"])
        except TermTooShort as short:
            context["too_short"] = short
    if drafts and request.POST.get("op") == "create":
        return _create(request, prep_group, term_form, drafts)
    by_chapter = {draft.chapter_id: draft for draft in drafts}
    context |= {
        "form": form,
        "volume": volume,
        "rows": [
            (
                lesson,
                by_chapter.get(lesson.pk),
                form[f"periods-{lesson.pk}"],
                form[f"preparer-{lesson.pk}"],
            )
            for lesson in lessons
        ],
        "drafts": drafts,
    }
    return render(request, "groups/new_plan.html", context)


def _drafts(form: TaskListForm, term: Term, periods_per_week: int) -> list[Draft]:
    days = [day for day in term.school_days() if day >= today()] or list(term.school_days())
    drafts = schedule(form.kept(), days, periods_per_week, [], earliest=today())
    return [replace(draft, main_preparer_id=form.preparer_of(draft.chapter_id)) for draft in drafts]


def _create(
    request: HttpRequest, prep_group: PrepGroup, term_form: TermForm, drafts: list[Draft]
) -> HttpResponse:
    try:
        prep_plan = create_prep_plan(
            prep_group=prep_group, drafts=drafts, by=signed_in(request), **term_form.cleaned_data
        )
    except AlreadyPlanned as error:
        messages.info(request, _("The group already has a plan for this volume and term."))
        return redirect("plans:board", error.prep_plan.uuid)
    done = ngettext("%(count)s task is set up.", "%(count)s tasks are set up.", len(drafts))
    messages.success(request, done % {"count": len(drafts)})
    return redirect("plans:board", prep_plan.uuid)


@login_required
def task_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Move a task's teaching day, give it to another main preparer."""
    task = task_or_404(request.user, uuid, Action.PLAN)
    form = TaskForm(request.POST or None, instance=task)
    if request.method == "POST" and form.is_valid():
        change_task(task=task, by=signed_in(request), **form.cleaned_data)
        messages.success(request, _("The task is changed."))
        return redirect("plans:board", task.prep_plan.uuid)
    return render(request, "groups/task.html", {"task": task, "form": form})
