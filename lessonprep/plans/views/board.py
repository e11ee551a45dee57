"""The board (备课进度): a term's tasks by phase, by person or by week; what may be moved where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from lessonprep.groups.access import Action as GroupAction
from lessonprep.groups.access import can as can_in_group
from lessonprep.groups.access import prep_plan_or_404, task_or_404
from lessonprep.groups.actions.tasks import StaleTask, change_task, days_of, state_of
from lessonprep.groups.models import PrepPlan, PrepTask
from lessonprep.groups.queries import removed_tasks_of, tasks_of, users_in
from lessonprep.plans.access import Action, can
from lessonprep.plans.models import LessonPlan, PlanState
from lessonprep.plans.queries import BoardCard, board, is_ahead
from lessonprep.plans.views.edge import page
from resources.catalogue.models import Chapter
from schools.models import Term, User
from schools.models.dated import today
from schools.users import signed_in

Phase = PlanState.Phase


@dataclass(frozen=True, slots=True)
class Lane:
    """A column of the board; `to` says what a card that is laid there asks for."""

    to: str
    name: str | Promise
    cards: list[BoardCard]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the board the reader asks for, from the address."""

    show: str
    who: str
    unit: str
    phase: str
    words: str

    @classmethod
    def of(cls, request: HttpRequest) -> Wanted:
        """Read the address; what is not understood asks for nothing."""
        got = request.GET
        return cls(
            show=got.get("show", ""),
            who=got.get("who", ""),
            unit=got.get("unit", ""),
            phase=got.get("phase", "") if got.get("phase") in Phase.values else "",
            words=got.get("q", "").strip()[:60],
        )

    def is_narrow(self) -> bool:
        """Whether anything is left out."""
        return any((self.show, self.who, self.unit, self.phase, self.words))

    def keeps(self, card: BoardCard, reader: User) -> bool:
        """Whether the card is among what is asked for."""
        task = card.task
        if self.show == "mine" and task.main_preparer_id != reader.pk:
            return False
        if self.show == "late" and not card.late_days:
            return False
        if self.phase and card.phase != self.phase:
            return False
        if self.unit.isdecimal() and task.chapter.parent_id != int(self.unit):
            return False
        if self.who and str(task.main_preparer.uuid if task.main_preparer else "-") != self.who:
            return False
        name = task.main_preparer.name if task.main_preparer else ""
        return self.words.lower() in f"{task.chapter.title} {name}".lower()


@page
def board_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A prep plan's tasks: in lanes or as a list, all or those that are asked for."""
    prep_plan = prep_plan_or_404(request.user, uuid)
    user, wanted = signed_in(request), Wanted.of(request)
    cards = board(prep_plan, today())
    shown = [card for card in cards if wanted.keeps(card, user)]
    as_list = request.GET.get("view") == "list"
    by = request.GET.get("by", "") if request.GET.get("by") in LANES else "phase"
    ahead = [] if as_list or by != "phase" else [c for c in shown if is_ahead(c, today())]
    may_plan = can_in_group(request.user, GroupAction.PLAN, prep_plan.prep_group)
    far = {card.task.pk for card in ahead}
    context = {
        "prep_plan": prep_plan,
        "prep_group": prep_plan.prep_group,
        "lanes": LANES[by](prep_plan, [card for card in shown if card.task.pk not in far]),
        "ahead": ahead,
        "rows": shown if as_list else [],
        "as_list": as_list,
        "by": by,
        "wanted": wanted,
        "show": wanted.show,
        "people": _people(cards),
        "units": _units(cards),
        "phases": Phase.choices,
        "counts": _counts(cards, user),
        "week": prep_plan.term.week_of(today()),
        "may_plan": may_plan,
        "removed": removed_tasks_of(prep_plan).count() if may_plan else 0,
    }
    return render(request, "plans/board.html", context)


def _counts(cards: list[BoardCard], user: User) -> dict[str, int]:
    return {
        "all": len(cards),
        "mine": sum(card.task.main_preparer_id == user.pk for card in cards),
        "late": sum(bool(card.late_days) for card in cards),
        "approved": sum(card.phase == Phase.APPROVED for card in cards),
        "doing": sum(
            card.plan is not None and card.phase != Phase.APPROVED and not card.late_days
            for card in cards
        ),
    }


def _people(cards: list[BoardCard]) -> list[User]:
    people = {card.task.main_preparer for card in cards if card.task.main_preparer}
    return sorted(people, key=lambda user: (user.name, user.pk))


def _units(cards: list[BoardCard]) -> list[Chapter]:
    parents = {card.task.chapter.parent_id or 0 for card in cards}
    return list(Chapter.objects.filter(pk__in=parents).order_by("position"))


# columns


def _by_phase(prep_plan: PrepPlan, cards: list[BoardCard]) -> list[Lane]:
    return [
        Lane(f"phase:{phase.value}", phase.label, [card for card in cards if card.phase == phase])
        for phase in Phase
    ]


def _by_person(prep_plan: PrepPlan, cards: list[BoardCard]) -> list[Lane]:
    members = {user.pk: user for user in users_in(prep_plan.prep_group).order_by("name", "pk")}
    gone = {
        card.task.main_preparer.pk: card.task.main_preparer
        for card in cards
        if card.task.main_preparer and card.task.main_preparer.pk not in members
    }
    lanes = [
        Lane(
            f"person:{user.uuid}" if user.pk in members else "",
            user.name,
            [card for card in cards if card.task.main_preparer_id == user.pk],
        )
        for user in [*members.values(), *gone.values()]
    ]
    nobody = [card for card in cards if card.task.main_preparer_id is None]
    return [*lanes, Lane("person:", _("nobody yet"), nobody)]


def _by_week(prep_plan: PrepPlan, cards: list[BoardCard]) -> list[Lane]:
    term = prep_plan.term
    lanes = [
        Lane(
            f"week:{number}",
            _("Week %(n)s, from %(day)s") % {"n": number, "day": _day(monday)},
            [card for card in cards if term.week_of(card.task.teaching_day) == number],
        )
        for number, monday in weeks_of(term)
    ]
    outside = [card for card in cards if term.week_of(card.task.teaching_day) is None]
    return [*lanes, *([Lane("", _("outside the term"), outside)] if outside else [])]


LANES: dict[str, Callable[[PrepPlan, list[BoardCard]], list[Lane]]] = {
    "phase": _by_phase,
    "person": _by_person,
    "week": _by_week,
}


def _day(day: date) -> str:
    return date_format(day, pgettext("format of a day, see Django's date filter", "j M"))


def weeks_of(term: Term) -> list[tuple[int, date]]:
    """The teaching weeks of a term, each with its Monday."""
    monday = term.first_day - timedelta(days=term.first_day.weekday())
    count = term.week_of(term.last_day) or 0
    return [(number, monday + timedelta(weeks=number - 1)) for number in range(1, count + 1)]


# moving


@dataclass(frozen=True, slots=True)
class Step:
    """What leads from the present phase to another: an action, a page to go to, or a reason."""

    phase: Phase
    verb: str = ""
    deed: str = ""
    """The address of the action (POST)."""
    link: str = ""
    """Where it is done instead, after reading."""
    question: str = ""
    reason: str = ""


_DEEDS: dict[tuple[Phase, Phase], tuple[Action, str, Promise, Promise]] = {
    (Phase.FIRST_DRAFT, Phase.DISCUSSION): (
        Action.HAND_OVER,
        "plans:hand_over",
        gettext_lazy("Open the discussion"),
        gettext_lazy("All first drafts open to the group, and cannot be closed again."),
    ),
    (Phase.DISCUSSION, Phase.REVISION): (
        Action.CLOSE_DISCUSSION,
        "plans:close_discussion",
        gettext_lazy("End the discussion"),
        gettext_lazy("From then on the main preparer revises; it can be opened again."),
    ),
    (Phase.REVISION, Phase.DISCUSSION): (
        Action.REOPEN_DISCUSSION,
        "plans:reopen_discussion",
        gettext_lazy("Open the discussion again"),
        gettext_lazy("All members write on the text again."),
    ),
    (Phase.REVISION, Phase.IN_REVIEW): (
        Action.SUBMIT,
        "plans:submit",
        gettext_lazy("Submit for approval"),
        gettext_lazy("The leader or a deputy reads it; nobody changes it meanwhile."),
    ),
    (Phase.APPROVED, Phase.REVISION): (
        Action.REVISE,
        "plans:revise",
        gettext_lazy("Start the next version"),
        gettext_lazy("Readers keep the approved text until the next approval."),
    ),
}
_READ_FIRST: dict[tuple[Phase, Phase], Promise] = {
    (Phase.IN_REVIEW, Phase.APPROVED): gettext_lazy("Read it, then approve"),
    (Phase.IN_REVIEW, Phase.REVISION): gettext_lazy("Read it, then send it back with a reason"),
}


def step_to(reader: User, task: PrepTask, plan: LessonPlan | None, phase: Phase) -> Step:
    """What would lead to `phase`, or why nothing does; only actions ever set a phase."""
    if plan is None:
        return Step(phase, reason=_("Nobody has begun the plan: a first draft comes first."))
    now = Phase(plan.state.phase)
    if (now, phase) in _READ_FIRST:
        if can(reader, Action.APPROVE, plan):
            verb = str(_READ_FIRST[now, phase])
            return Step(phase, verb=verb, link=plan.get_absolute_url())
        return Step(phase, reason=_("The leader or a deputy who is not its main preparer decides."))
    if (now, phase) not in _DEEDS:
        words = _("From “%(now)s” no single step leads here.")
        return Step(phase, reason=words % {"now": now.label})
    action, name, verb_of, question = _DEEDS[now, phase]
    if not can(reader, action, plan):
        return Step(phase, reason=_("The main preparer, the leader or a deputy does this."))
    deed = reverse(name, args=[plan.uuid])
    return Step(phase, verb=str(verb_of), deed=deed, question=str(question))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Move a task: to another phase by its action, to another person, week or place.

    A card that was dragged arrives here with `to`; the menu “Move to…” of a card does without.
    """
    task = task_or_404(request.user, uuid)
    user = signed_in(request)
    may_plan = can_in_group(user, GroupAction.PLAN, task.prep_plan.prep_group)
    plan = _plan_of(task)
    if request.method == "POST":
        if not may_plan:
            raise Http404
        return _moved(request, task)
    asked = request.GET.get("to", "")
    others = [phase for phase in Phase if plan is None or phase != plan.state.phase]
    steps = [step_to(user, task, plan, phase) for phase in others]
    context: dict[str, Any] = {
        "task": task,
        "plan": plan,
        "now": Phase(plan.state.phase).label if plan else Phase.FIRST_DRAFT.label,
        "steps": steps,
        "asked": next((step for step in steps if asked == f"phase:{step.phase.value}"), None),
        "may_plan": may_plan,
    }
    if may_plan:
        context |= {
            "base": state_of(task),
            "members": users_in(task.prep_plan.prep_group).order_by("name", "pk"),
            "weeks": weeks_of(task.prep_plan.term),
            "week": task.prep_plan.term.week_of(task.teaching_day),
            "others": [one for one in tasks_of(task.prep_plan) if one.pk != task.pk],
        }
    return render(request, "plans/move.html", context)


def _plan_of(task: PrepTask) -> LessonPlan | None:
    plans = LessonPlan.objects.filter(state__task=task)
    return plans.select_related("state__task__prep_plan").first()


def _moved(request: HttpRequest, task: PrepTask) -> HttpResponse:
    kind, _colon, where = request.POST.get("to", "").partition(":")
    back = f"{reverse('plans:board', args=[task.prep_plan.uuid])}{_view_of(request)}#t{task.pk}"
    try:
        match kind:
            case "person":
                said = _to_person(request, task, where)
            case "week":
                said = _to_week(request, task, where)
            case _:  # a phase is never set from here
                return redirect("plans:move", task.uuid)
    except StaleTask:
        said = _("Somebody changed this task meanwhile. Look at it, then move it again.")
        messages.error(request, said)
        return redirect(back)
    if said:
        messages.success(request, said)
    return redirect(back)


def _view_of(request: HttpRequest) -> str:
    by = request.POST.get("by", "")
    return f"?by={by}" if by in LANES else ""


def _to_person(request: HttpRequest, task: PrepTask, where: str) -> str:
    person = None
    if where:
        try:
            person = users_in(task.prep_plan.prep_group).filter(uuid=UUID(where)).first()
        except ValueError:
            raise Http404 from None
        if person is None:
            raise Http404
    change_task(
        task=task,
        teaching_day=task.teaching_day,
        main_preparer=person,
        days=days_of(task),
        base=request.POST.get("base", ""),
        by=signed_in(request),
    )
    words = _("“%(title)s” is prepared by %(name)s now.")
    name = person.name if person else _("nobody yet")
    return words % {"title": task.chapter.title, "name": name}


def _to_week(request: HttpRequest, task: PrepTask, where: str) -> str:
    term = task.prep_plan.term
    mondays = dict(weeks_of(term))
    if not where.isascii() or not where.isdecimal() or int(where) not in mondays:
        raise Http404
    day = day_in_week(term, mondays[int(where)], task.teaching_day.weekday())
    if day is None:
        messages.error(request, _("Nothing is taught in this week. Choose another one."))
        return ""
    change_task(
        task=task,
        teaching_day=day,
        main_preparer=task.main_preparer,
        base=request.POST.get("base", ""),
        by=signed_in(request),
    )
    words = _("“%(title)s” is taught on %(day)s now; what is due before moved with it.")
    return words % {"title": task.chapter.title, "day": _day(day)}


def day_in_week(term: Term, monday: date, weekday: int) -> date | None:
    """The day of teaching in a week that is nearest to a weekday; None where there is none."""
    days = [day for day in term.school_days() if monday <= day < monday + timedelta(days=7)]
    wanted = monday + timedelta(days=weekday)
    return min(days, key=lambda day: abs((day - wanted).days), default=None)
