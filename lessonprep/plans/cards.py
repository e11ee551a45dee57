"""What of the user's plans stands on the day page (今天): work, lessons to come, news."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessonprep.groups.models import ClassMode, PrepGroupMember, PrepTask
from lessonprep.plans.access import Action, can
from lessonprep.plans.models import FirstDraft, PlanDecision, PlanState, Remark
from lessonprep.plans.queries import AHEAD, BoardCard, card_of, plans_waiting_for, with_progress
from lessonprep.versions.models import PlanVersion
from schools.cards import (
    Card,
    Lesson,
    News,
    Section,
    register_cards,
    register_lessons,
    register_news,
)
from schools.models import User

Phase = PlanState.Phase
LESSONS_EACH = 2
"""Lessons shown of each volume."""
LESSONS_WITHIN = timedelta(days=21)
NEWS_EACH = 6
"""Latest news of each kind."""


@register_cards
def plan_cards(user: User, day: date) -> Iterable[Card]:
    """First drafts to write, discussions to lead, points to settle, plans to approve."""
    mine = PrepGroupMember.objects.on(day).filter(user=user)
    tasks = (
        PrepTask.objects.standing()
        .filter(
            Q(state__isnull=True) | ~Q(state__phase=Phase.APPROVED),
            prep_plan__prep_group__in=mine.values("prep_group"),
            draft_due__lte=day + AHEAD,
        )
        .select_related("prep_plan__prep_group")
    )
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
            yield _to_draft(card, is_main)
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


def _to_draft(card: BoardCard, is_main: bool) -> Card:
    detail = (
        _("You are the main preparer") if is_main else _("Nobody sees it before the discussion")
    )
    return _card(
        card,
        _("Write the first draft of"),
        _("Write"),
        detail,
        url=reverse("plans:draft", args=[card.plan.uuid])
        if card.plan
        else reverse("plans:start_draft", args=[card.task.uuid]),
        is_deed=card.plan is None,
    )


def _points(card: BoardCard) -> str:
    if not card.open_points:
        return _("No open points")
    return ngettext("%(count)s point to settle", "%(count)s points to settle", card.open_points) % {
        "count": card.open_points
    }


def _card(
    card: BoardCard, verb: str, action: str, detail: str, *, url: str = "", is_deed: bool = False
) -> Card:
    return Card(
        section=Section.TO_DO,
        verb=verb,
        title=card.task.chapter.title,
        detail=f"{card.task.prep_plan.prep_group.name}　{detail}",
        url=url or (card.plan.get_absolute_url() if card.plan else ""),
        action=action,
        due=card.due,
        is_deed=is_deed,
    )


# lessons


@register_lessons
def next_lessons(user: User, day: date) -> Iterable[Lesson]:
    """The next lessons of each volume that the user's groups teach, in one query."""
    mine = PrepGroupMember.objects.on(day).filter(user=user)
    tasks = (
        PrepTask.objects.standing()
        .filter(
            prep_plan__prep_group__in=mine.values("prep_group"),
            teaching_day__range=(day, day + LESSONS_WITHIN),
        )
        .select_related("chapter", "prep_plan__prep_group", "prep_plan__volume", "state__plan")
        .order_by("teaching_day", "position")
    )
    shown: Counter[int] = Counter()
    for task in tasks:
        shown[task.prep_plan_id] += 1
        if shown[task.prep_plan_id] <= LESSONS_EACH:
            yield _lesson(task)


def _lesson(task: PrepTask) -> Lesson:
    state: PlanState | None = getattr(task, "state", None)
    volume = task.prep_plan.volume
    words = [volume.get_subject_display()]
    if volume.grade:
        words.append(volume.get_grade_display())
    is_ready = state is not None and state.phase == Phase.APPROVED
    if state is None:
        told = _("nobody has begun its plan")
    else:
        told = (
            _("plan approved")
            if is_ready
            else _("plan: %(phase)s") % {"phase": state.get_phase_display()}
        )
    return Lesson(
        day=task.teaching_day,
        title=task.chapter.title,
        where="　".join([*words, task.prep_plan.prep_group.name]),
        is_ready=is_ready,
        state=told,
        url=state.plan.get_absolute_url() if state else "",
        resources_url=f"{reverse('search:page')}?{urlencode({'q': task.chapter.title})}",
        mode="" if task.class_mode == ClassMode.IN_PERSON else task.get_class_mode_display(),
    )


# news


@register_news
def plan_news(user: User, since: date) -> Iterable[News]:
    """Approvals in the user's groups, words on the user's own text, what was agreed."""
    mine = PrepGroupMember.objects.on().filter(user=user).values("prep_group")
    start = timezone.make_aware(datetime.combine(since, time.min))
    yield from _approvals(user, mine, start)
    yield from _remarks(user, mine, start)
    yield from _agreed(user, mine, start)


def _approvals(user: User, mine: Any, start: datetime) -> Iterator[News]:
    versions = (
        PlanVersion.objects.filter(
            reason=PlanVersion.Reason.APPROVAL,
            created_at__gte=start,
            plan__state__task__prep_plan__prep_group__in=mine,
        )
        .exclude(created_by=user)
        .select_related("created_by")
        .defer("sections")
        .annotate(plan_uuid=F("plan__uuid"))
        .order_by("-created_at")
    )
    for version in versions[:NEWS_EACH]:
        yield News(
            at=version.created_at,
            who=version.created_by.name,
            text=_("approved “%(title)s”, version %(number)s")
            % {"title": version.title, "number": version.number},
            url=reverse("plans:plan", args=[version.plan_uuid]),
        )


def _remarks(user: User, mine: Any, start: datetime) -> Iterator[News]:
    remarks = (
        Remark.objects.filter(
            Q(plan__state__task__main_preparer=user) | Q(parent__author=user),
            plan__state__task__prep_plan__prep_group__in=mine,
            created_at__gte=start,
        )
        .exclude(author=user)
        .select_related("author", "plan")
        .order_by("-created_at")
    )
    for remark in remarks[:NEWS_EACH]:
        words = {"title": remark.plan.title, "text": remark.text[:40]}
        yield News(
            at=remark.created_at,
            who=remark.author.name,
            text=_("raised a point on “%(title)s”: %(text)s") % words
            if remark.kind == Remark.Kind.POINT
            else _("wrote on “%(title)s”: %(text)s") % words,
            url=f"{remark.plan.get_absolute_url()}#r{remark.parent_id or remark.pk}",
        )


def _agreed(user: User, mine: Any, start: datetime) -> Iterator[News]:
    decisions = (
        PlanDecision.objects.in_force()
        .filter(plan__state__task__prep_plan__prep_group__in=mine, decided_at__gte=start)
        .exclude(decided_by=user)
        .select_related("decided_by", "plan")
        .defer("before")
        .order_by("-decided_at")
    )
    for decision in decisions[:NEWS_EACH]:
        yield News(
            at=decision.decided_at,
            who=decision.decided_by.name,
            text=_("entered what was agreed on “%(title)s”, %(heading)s")
            % {"title": decision.plan.title, "heading": decision.heading},
            url=decision.plan.get_absolute_url(),
        )
