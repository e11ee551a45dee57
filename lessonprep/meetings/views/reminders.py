"""Reminding (催办): who is late, the text for the chat, the weekly reminder, the chat's robot."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lessonprep.groups.access import Action, can, prep_group_or_404, prep_plan_or_404
from lessonprep.groups.models import PrepGroup, PrepPlan
from lessonprep.meetings.actions.reminders import (
    NobodyChosen,
    NoRobot,
    remind,
    remove_robot,
    set_robot,
    set_weekly,
)
from lessonprep.meetings.forms import RobotForm, WeeklyForm
from lessonprep.meetings.models import Reminder, Robot, WeeklyReminder
from lessonprep.meetings.queries import Waiting, waiting_in
from lessonprep.meetings.words import reminder_text
from schools.models.dated import today
from schools.users import signed_in

MOST_PEOPLE = 200
SHOWN = 10


def _uuids(typed: list[str]) -> set[UUID]:
    found = set()
    for one in typed[:MOST_PEOPLE]:
        try:
            found.add(UUID(one))
        except ValueError:
            continue
    return found


@login_required
def remind_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who is late with what, by person; the text for the chat; sending notices."""
    prep_plan = prep_plan_or_404(request.user, uuid, Action.PLAN)
    if request.method == "POST":
        return _reminded(request, prep_plan)
    waiting = waiting_in(prep_plan, today())
    asked = "chosen" in request.GET
    people = _uuids(request.GET.getlist("who"))
    chosen = [one for one in waiting if (one.user.uuid in people if asked else one.late)]
    return render(request, "meetings/remind.html", _page(prep_plan, waiting, chosen))


def _page(prep_plan: PrepPlan, waiting: list[Waiting], chosen: list[Waiting]) -> dict[str, Any]:
    picked = {one.user.pk for one in chosen}
    return {
        "prep_plan": prep_plan,
        "prep_group": prep_plan.prep_group,
        "waiting": [(one, one.user.pk in picked) for one in waiting],
        "chosen": chosen,
        "text": reminder_text(prep_plan, chosen, today()) if chosen else "",
        "token": uuid4(),
        "robot": Robot.objects.filter(prep_group=prep_plan.prep_group_id).first(),
        "sent": Reminder.objects.filter(prep_plan=prep_plan)
        .select_related("by")
        .prefetch_related("people")[:SHOWN],
    }


def _reminded(request: HttpRequest, prep_plan: PrepPlan) -> HttpResponse:
    here = redirect("meetings:remind", prep_plan.uuid)
    try:
        token = UUID(request.POST.get("token", ""))
    except ValueError:
        messages.error(request, _("The page was open too long. Look again, then send."))
        return here
    try:
        reminder = remind(
            prep_plan=prep_plan,
            people=_uuids(request.POST.getlist("who")),
            to_chat=request.POST.get("chat") == "on",
            token=token,
            by=signed_in(request),
        )
    except NobodyChosen:
        messages.error(request, _("Choose at least one person for whom something waits."))
        return here
    except NoRobot:
        messages.error(request, _("The group has no chat robot. Set one up first."))
        return here
    count = reminder.people.count()
    words = ngettext("%(count)s person is reminded.", "%(count)s people are reminded.", count)
    messages.success(request, words % {"count": count})
    return here


@login_required
@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """The short address of a board, as it stands in a chat."""
    try:
        number = int(code, 36) if len(code) <= 12 and code.isascii() and code.isalnum() else 0
    except ValueError:
        raise Http404 from None
    uuid = PrepPlan.objects.filter(pk=number).values_list("uuid", flat=True).first()
    if uuid is None:
        raise Http404
    prep_plan = prep_plan_or_404(request.user, uuid)
    return redirect("plans:board", prep_plan.uuid)


@login_required
@require_safe
def reminding(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How the group is reminded: weekly, by the chat's robot; what was sent."""
    prep_group = prep_group_or_404(request.user, uuid, Action.PLAN)
    return render(request, "meetings/reminding.html", _settings(request, prep_group))


def _settings(request: HttpRequest, prep_group: PrepGroup, **more: Any) -> dict[str, Any]:
    rule = WeeklyReminder.objects.filter(prep_group=prep_group).first()
    return {
        "prep_group": prep_group,
        "rule": rule,
        "weekly_form": WeeklyForm(initial={"weekday": rule.weekday if rule else ""}),
        "robot": Robot.objects.filter(prep_group=prep_group).select_related("set_by").first(),
        "robot_form": RobotForm(),
        "sent": Reminder.objects.filter(prep_plan__prep_group=prep_group)
        .select_related("by", "prep_plan__volume", "prep_plan__term")
        .prefetch_related("people")[:SHOWN],
        "may_plan": can(request.user, Action.PLAN, prep_group),
        **more,
    }


@login_required
@require_POST
def weekly(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Remind weekly, on another weekday, or no more."""
    prep_group = prep_group_or_404(request.user, uuid, Action.PLAN)
    form = WeeklyForm(request.POST)
    if not form.is_valid():
        context = _settings(request, prep_group, weekly_form=form)
        return render(request, "meetings/reminding.html", context, status=400)
    set_weekly(prep_group=prep_group, weekday=form.cleaned_data["weekday"], by=signed_in(request))
    messages.success(request, _("Saved."))
    return redirect("meetings:reminding", prep_group.uuid)


@login_required
@require_POST
def robot(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep the robot's keys."""
    prep_group = prep_group_or_404(request.user, uuid, Action.PLAN)
    form = RobotForm(request.POST)
    if not form.is_valid():
        context = _settings(request, prep_group, robot_form=form)
        return render(request, "meetings/reminding.html", context, status=400)
    set_robot(prep_group=prep_group, by=signed_in(request), **form.cleaned_data)
    messages.success(request, _("The robot is set up. The next reminder can go to the chat."))
    return redirect("meetings:reminding", prep_group.uuid)


@login_required
@require_POST
def robot_away(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Forget the robot."""
    prep_group = prep_group_or_404(request.user, uuid, Action.PLAN)
    remove_robot(prep_group=prep_group, by=signed_in(request))
    messages.success(request, _("The robot and its keys are gone."))
    return redirect("meetings:reminding", prep_group.uuid)
