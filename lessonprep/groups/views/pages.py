"""Mine, one group, a new prep plan with its preview (备课组)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from lessonprep.groups.access import Action, can, prep_group_or_404, role_in
from lessonprep.groups.actions import AlreadyPlanned, create_prep_plan
from lessonprep.groups.forms.planning import TaskListForm, TermForm
from lessonprep.groups.models import PrepGroup, PrepPlan
from lessonprep.groups.queries import (
    ends_of,
    members_of,
    prep_groups_cared_for,
    prep_groups_of,
    prep_plans_of,
    schools_within,
    users_in,
)
from lessonprep.groups.scheduling import Draft, TermTooShort, schedule
from resources.catalogue.models import Volume
from resources.catalogue.queries import lessons_of
from schools.models import Term
from schools.models.dated import today
from schools.users import signed_in

A_PAGE = 20
MEMBERS_SHOWN = 12


@login_required
@require_safe
def prep_group_list(request: HttpRequest) -> HttpResponse:
    """The reader's prep groups and their plans of work; `?q=` searches both."""
    user = signed_in(request)
    asked = request.GET.get("q", "").strip()[:60]
    plans, mine, cared_for = (
        prep_plans_of(user),
        prep_groups_of(user),
        prep_groups_cared_for(user),
    )
    if asked:
        plans = plans.filter(
            Q(volume__title__icontains=asked) | Q(prep_group__name__icontains=asked)
        )
        mine = mine.filter(name__icontains=asked)
        cared_for = cared_for.filter(name__icontains=asked)
    context = {
        "page": Paginator(plans, A_PAGE).get_page(request.GET.get("page")),
        "prep_groups": mine,
        "cared_for": Paginator(cared_for, A_PAGE).get_page(request.GET.get("cared")),
        "may_found": schools_within(user).exists(),
        "asked": asked,
    }
    return render(request, "groups/list.html", context)


@login_required
@require_safe
def prep_group_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One group: its plans, its schools, its members."""
    prep_group = prep_group_or_404(request.user, uuid)
    members = list(members_of(prep_group))
    plans = prep_group.prep_plans.select_related("volume", "term")
    return render(
        request,
        "groups/group.html",
        {
            "prep_group": prep_group,
            "ends": ends_of(prep_group),
            "members": members[:MEMBERS_SHOWN],
            "member_count": len(members),
            "page": Paginator(plans, A_PAGE).get_page(request.GET.get("page")),
            "may_plan": can(request.user, Action.PLAN, prep_group),
            "may_manage": can(request.user, Action.MANAGE, prep_group),
            "own_role": role_in(request.user, prep_group.pk),
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
    if asked is None or not term_form.is_valid() or term_form.already:
        if term_form.already and request.POST.get("op") == "create":
            return _there_is_one(request, term_form.already)
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
    asked = term_form.cleaned_data
    try:
        prep_plan = create_prep_plan(
            prep_group=prep_group,
            volume=asked["volume"],
            term=asked["term"],
            periods_per_week=asked["periods_per_week"],
            drafts=drafts,
            by=signed_in(request),
            choices={field.name: asked[field.name] for field in term_form.chosen},
        )
    except AlreadyPlanned as error:
        return _there_is_one(request, error.prep_plan)
    done = ngettext("%(count)s task is set up.", "%(count)s tasks are set up.", len(drafts))
    messages.success(request, done % {"count": len(drafts)})
    return redirect("plans:board", prep_plan.uuid)


def _there_is_one(request: HttpRequest, prep_plan: PrepPlan) -> HttpResponse:
    messages.info(request, _("The group already has a plan for this volume and term."))
    return redirect("plans:board", prep_plan.uuid)
