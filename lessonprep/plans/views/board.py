"""The board (备课进度): a term's tasks by phase, what is late, whose turn it is."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lessonprep.groups.access import Action, can, prep_plan_or_404
from lessonprep.plans.models import PlanState
from lessonprep.plans.queries import board, is_ahead, lanes
from lessonprep.plans.views.edge import page
from schools.models.dated import today

Phase = PlanState.Phase


@page
def board_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A prep plan's tasks in lanes; `?show=mine` or `?show=late` for a part of them."""
    prep_plan = prep_plan_or_404(request.user, uuid)
    cards = board(prep_plan, today())
    mine = [card for card in cards if card.task.main_preparer_id == request.user.pk]
    late = [card for card in cards if card.late_days]
    show = request.GET.get("show", "")
    shown = {"mine": mine, "late": late}.get(show, cards)
    ahead = [card for card in shown if is_ahead(card, today())]
    approved = sum(card.phase == Phase.APPROVED for card in cards)
    doing = sum(
        card.plan is not None and card.phase != Phase.APPROVED and not card.late_days
        for card in cards
    )
    context = {
        "prep_plan": prep_plan,
        "prep_group": prep_plan.prep_group,
        "lanes": lanes(card for card in shown if card not in ahead),
        "ahead": ahead,
        "show": show,
        "counts": {
            "all": len(cards),
            "mine": len(mine),
            "late": len(late),
            "approved": approved,
            "doing": doing,
        },
        "week": prep_plan.term.week_of(today()),
        "may_plan": can(request.user, Action.PLAN, prep_plan.prep_group),
    }
    return render(request, "plans/board.html", context)
