"""What of the user's plans stands on the day page (今天)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessonprep.groups.models import PrepGroupMember, PrepTask
from lessonprep.plans.access import Action, can
from lessonprep.plans.models import FirstDraft, PlanState
from lessonprep.plans.queries import AHEAD, BoardCard, card_of, plans_waiting_for, with_progress
from schools.cards import Card, Section, register_cards
from schools.models import User

Phase = PlanState.Phase


@register_cards
def plan_cards(user: User, day: date) -> Iterable[Card]:
    """First drafts to write, discussions to lead, points to settle, plans to approve."""
    mine = PrepGroupMember.objects.on(day).filter(user=user)
    tasks = PrepTask.objects.filter(
        Q(state__isnull=True) | ~Q(state__phase=Phase.APPROVED),
        prep_plan__prep_group__in=mine.values("prep_group"),
        draft_due__lte=day + AHEAD,
    ).select_related("prep_plan__prep_group")
    handed_in = set(
        FirstDraft.objects.filter(
            author=user, handed_in_at__isnull=False, plan__state__phase=Phase.FIRST_DRAFT
        ).values_list("plan__state__task_id", flat=True)
    )
    for task in with_progress(tasks):
        yield from _of_task(card_of(task, day), user, task.pk in handed_in)
    for plan in plans_waiting_for(user):
        if can(user, Action.APPROVE, plan):
            main = plan.state.task.main_preparer
            yield Card(
                section=Section.TO_REVIEW,
                verb=_("Approve"),
                title=plan.title,
                detail=_("%(group)s · %(name)s")
                % {
                    "group": plan.state.task.prep_plan.prep_group.name,
                    "name": main.name if main else "",
                },
                url=plan.get_absolute_url(),
                action=_("Review"),
                since=timezone.localdate(plan.state.phase_since),
            )


def _of_task(card: BoardCard, user: User, handed_in: bool) -> Iterator[Card]:
    is_main = card.task.main_preparer_id == user.pk
    if card.phase == Phase.FIRST_DRAFT:
        if not handed_in:
            yield _card(card, _("Write the first draft of"), _("Write"), _draft_detail(is_main))
        elif is_main:
            detail = ngettext(
                "%(count)s first draft is in", "%(count)s first drafts are in", card.drafts
            ) % {"count": card.drafts}
            yield _card(card, _("Open the discussion of"), _("See the plan"), detail)
    elif card.phase == Phase.DISCUSSION:
        yield _card(card, _("Discuss"), _("Join in"), _points(card))
    elif card.phase == Phase.REVISION and is_main:
        detail = _("Sent back") if card.sent_back else _points(card)
        yield _card(card, _("Revise"), _("Revise"), detail)


def _draft_detail(is_main: bool) -> str:
    if is_main:
        return _("You are the main preparer")
    return _("Nobody sees it before the discussion")


def _points(card: BoardCard) -> str:
    if not card.open_points:
        return _("No open points")
    return ngettext("%(count)s point to settle", "%(count)s points to settle", card.open_points) % {
        "count": card.open_points
    }


def _card(card: BoardCard, verb: str, action: str, detail: str) -> Card:
    plan = card.plan
    board = reverse("plans:board", args=[card.task.prep_plan.uuid])
    return Card(
        section=Section.TO_DO,
        verb=verb,
        title=card.task.chapter.title,
        detail=f"{card.task.prep_plan.prep_group.name}　{detail}",
        url=plan.get_absolute_url() if plan else f"{board}#t{card.task.pk}",
        action=action,
        due=card.due,
    )
