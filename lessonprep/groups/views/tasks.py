"""Changing tasks: one, all from here on, in turn, one more, one less (备课任务)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lessonprep.groups.access import Action, prep_plan_or_404, task_or_404
from lessonprep.groups.actions.tasks import (
    DaysOutOfOrder,
    HasPlan,
    StaleTask,
    add_task,
    assign_in_turn,
    bring_back_task,
    change_task,
    not_begun_from,
    place_task,
    remove_task,
    shift_preview,
    shift_tasks,
    state_of,
    state_of_all,
)
from lessonprep.groups.forms.tasks import NewTaskForm, ShiftForm, TaskForm, TurnsForm
from lessonprep.groups.models import PrepPlan, PrepTask
from lessonprep.groups.queries import lessons_without_task, removed_tasks_of
from lessonprep.groups.scheduling import OutsideTerm, in_turn
from schools.users import signed_in


def _board(task: PrepTask) -> HttpResponse:
    return redirect("plans:board", task.prep_plan.uuid)


@login_required
def task_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A task's days, main preparer, periods, class mode."""
    task = task_or_404(request.user, uuid, Action.PLAN)
    form = TaskForm(request.POST or None, instance=task)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _changed(request, task, form):
            messages.success(request, _("The task is changed."))
            return _board(task)
        status = 409 if request.POST.get("base") != form.data.get("base") else 400
    begun = PrepTask.objects.filter(pk=task.pk, state__isnull=False).exists()
    context = {"task": task, "form": form, "begun": begun}
    return render(request, "groups/task.html", context, status=status)


def _changed(request: HttpRequest, task: PrepTask, form: TaskForm) -> bool:
    data = form.cleaned_data
    try:
        change_task(
            task=task,
            teaching_day=data["teaching_day"],
            main_preparer=data["main_preparer"],
            periods=data["periods"],
            class_mode=data["class_mode"],
            class_form=data["class_form"],
            days=form.days(),
            base=data["base"],
            by=signed_in(request),
        )
    except StaleTask as stale:
        # What was typed stays in the form; sent again, it stands on the task as it is now.
        form.add_error(
            None,
            _(
                "Somebody changed this task meanwhile: taught on %(day)s, prepared by %(name)s."
                " Look at what you typed, then press again."
            )
            % {
                "day": date_format(stale.task.teaching_day, "Y-m-d"),
                "name": stale.task.main_preparer or _("nobody yet"),
            },
        )
        form.data = {**form.data.dict(), "base": state_of(stale.task)}  # type: ignore[attr-defined]
        return False
    except DaysOutOfOrder:
        form.add_error("draft_due", _("Drafts, discussion, approval and lesson follow in order."))
        return False
    return True


@login_required
@require_POST
def place(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a task before another of its plan; without one, last."""
    task = task_or_404(request.user, uuid, Action.PLAN)
    before = _task_named(request, task.prep_plan, request.POST.get("before", ""))
    place_task(task=task, before=before, by=signed_in(request))
    messages.success(request, _("“%(title)s” has its new place.") % {"title": task.chapter.title})
    return _board(task)


def _task_named(request: HttpRequest, prep_plan: PrepPlan, typed: str) -> PrepTask | None:
    if not typed:
        return None
    try:
        found = task_or_404(request.user, UUID(typed), Action.PLAN)
    except ValueError:
        raise Http404 from None
    if found.prep_plan_id != prep_plan.pk:
        raise Http404
    return found


@login_required
@require_POST
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a task out of the plan."""
    task = task_or_404(request.user, uuid, Action.PLAN)
    try:
        remove_task(task=task, by=signed_in(request))
    except HasPlan:
        messages.error(
            request,
            _("The plan of “%(title)s” is begun, so its task stays.")
            % {"title": task.chapter.title},
        )
        return redirect("groups:task", task.uuid)
    messages.success(
        request,
        _("“%(title)s” is out of the plan. It can be brought back below the board.")
        % {"title": task.chapter.title},
    )
    return _board(task)


@login_required
@require_POST
def bring_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a removed task back."""
    try:
        task = task_or_404(request.user, uuid, Action.PLAN, removed=True)
    except Http404:
        # Pressed twice: it is back already.
        return _board(task_or_404(request.user, uuid, Action.PLAN))
    bring_back_task(task=task, by=signed_in(request))
    messages.success(request, _("“%(title)s” is back.") % {"title": task.chapter.title})
    return _board(task)


@login_required
def new_task(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A task for a lesson that was left out; what was removed, to bring back."""
    prep_plan = prep_plan_or_404(request.user, uuid, Action.PLAN)
    typed = request.POST if request.method == "POST" else None
    form = NewTaskForm(typed, prep_plan=prep_plan, initial={"chapter": request.GET.get("chapter")})
    if form.is_valid():
        task = add_task(prep_plan=prep_plan, by=signed_in(request), **form.cleaned_data)
        messages.success(request, _("“%(title)s” is a task now.") % {"title": task.chapter.title})
        return redirect("plans:board", prep_plan.uuid)
    context = {
        "prep_plan": prep_plan,
        "form": form,
        "has_lessons": lessons_without_task(prep_plan).exists(),
        "removed": removed_tasks_of(prep_plan),
    }
    return render(request, "groups/new_task.html", context, status=400 if form.errors else 200)


@login_required
def shift(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Move everything from a lesson on: preview first, then the same with one press."""
    prep_plan = prep_plan_or_404(request.user, uuid, Action.PLAN)
    asked = request.POST or request.GET or None
    form = ShiftForm(asked if asked and "teaching_days" in asked else None, prep_plan=prep_plan)
    if asked and "teaching_days" not in asked:
        form.initial["first"] = asked.get("first")
    context: dict[str, Any] = {"prep_plan": prep_plan, "form": form}
    if not form.is_bound or not form.is_valid():
        return render(request, "groups/shift.html", context, status=400 if form.errors else 200)
    first, days = form.cleaned_data["first"], form.cleaned_data["teaching_days"]
    try:
        preview = shift_preview(prep_plan, first, days)
        if request.method == "POST" and not form.errors:
            count = shift_tasks(
                prep_plan=prep_plan,
                first=first,
                teaching_days=days,
                base=form.cleaned_data["base"],
                by=signed_in(request),
            )
            done = ngettext("%(count)s task is moved.", "%(count)s tasks are moved.", count)
            messages.success(request, done % {"count": count})
            return redirect("plans:board", prep_plan.uuid)
    except OutsideTerm as outside:
        form.add_error("teaching_days", _outside(outside))
        return render(request, "groups/shift.html", context, status=400)
    except StaleTask:
        form.add_error(None, _("Dates changed meanwhile. Here is the preview as it is now."))
    context |= {
        "preview": preview,
        "first": first,
        "days": days,
        "base": state_of_all([task for task, _days in preview]),
    }
    return render(request, "groups/shift.html", context, status=409 if form.errors else 200)


def _outside(error: OutsideTerm) -> ValidationError:
    return ValidationError(
        _("The lesson of %(day)s would fall outside the term, which ends on %(last)s."),
        params={
            "day": date_format(error.day, "Y-m-d") if error.day else "",
            "last": date_format(error.last, "Y-m-d"),
        },
    )


@login_required
def turns(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Give what nobody has begun to members in turn: preview first."""
    prep_plan = prep_plan_or_404(request.user, uuid, Action.PLAN)
    asked = request.POST or request.GET or None
    form = TurnsForm(asked if asked and "preparers" in asked else None, prep_plan=prep_plan)
    context: dict[str, Any] = {"prep_plan": prep_plan, "form": form}
    if not form.is_bound or not form.is_valid():
        return render(request, "groups/turns.html", context, status=400 if form.errors else 200)
    first = form.cleaned_data["first"]
    preparers = sorted(form.cleaned_data["preparers"], key=lambda user: user.pk)
    tasks = not_begun_from(prep_plan, first)
    if request.method == "POST":
        try:
            count = assign_in_turn(
                prep_plan=prep_plan,
                first=first,
                preparers=preparers,
                base=form.cleaned_data["base"],
                by=signed_in(request),
            )
        except StaleTask:
            form.add_error(None, _("The tasks changed meanwhile. Here they are as they are now."))
        else:
            done = ngettext(
                "%(count)s task changed hands.", "%(count)s tasks changed hands.", count
            )
            messages.success(request, done % {"count": count})
            return redirect("plans:board", prep_plan.uuid)
    names = {user.pk: user for user in preparers}
    given = [names.get(pk or 0) for pk in in_turn(len(tasks), [user.pk for user in preparers])]
    context |= {
        "preview": list(zip(tasks, given, strict=True)),
        "previewed": True,
        "base": state_of_all(tasks),
        "first": first,
        "preparers": preparers,
    }
    return render(request, "groups/turns.html", context, status=409 if form.errors else 200)
