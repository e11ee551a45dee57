"""Reading meetings, reminders, and who is late with what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lessonprep.groups.access import LEADING
from lessonprep.groups.models import PrepGroup, PrepGroupMember, PrepPlan, PrepTask
from lessonprep.groups.queries import users_in
from lessonprep.meetings.models import Meeting, Reminder
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.models import FirstDraft, LessonPlan, PlanDecision, PlanState, Remark
from lessonprep.plans.queries import BoardCard, board, threads_of
from schools.models import User

Phase = PlanState.Phase
SOON = timedelta(days=3)
"""What falls due this soon can be reminded of too."""


def meetings_of(prep_group: PrepGroup) -> QuerySet[Meeting]:
    """The group's meetings, the latest first."""
    return Meeting.objects.filter(prep_group=prep_group).select_related("plan", "host")


def to_come(prep_group: PrepGroup) -> QuerySet[Meeting]:
    """Those that are planned and not over."""
    return (
        meetings_of(prep_group)
        .filter(state=Meeting.State.PLANNED, starts_at__gte=timezone.now() - timedelta(hours=2))
        .order_by("starts_at")
    )


def meetings_for(user: User, since: datetime, day: date | None = None) -> QuerySet[Meeting]:
    """Meetings of all groups of which the user is a member, from a moment on, not cancelled."""
    mine = PrepGroupMember.objects.on(day).filter(user=user).values("prep_group")
    return (
        Meeting.objects.filter(prep_group__in=mine, starts_at__gte=since)
        .exclude(state=Meeting.State.CANCELLED)
        .select_related("prep_group", "plan__state__task")
        .order_by("starts_at")
    )


def plans_to_meet_on(prep_group: PrepGroup) -> QuerySet[LessonPlan]:
    """The group's plans that are not approved, in teaching order."""
    return (
        LessonPlan.objects.filter(
            state__task__prep_plan__prep_group=prep_group, state__task__removed_at__isnull=True
        )
        .exclude(state__phase=Phase.APPROVED)
        .select_related("state__task__chapter")
        .order_by("state__task__teaching_day", "pk")
    )


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an agenda: a numbered difference that was agreed on, or an open point."""

    heading: str
    text: str
    section: str


def points_of(plan: LessonPlan) -> list[Item]:
    """The points raised that are still open, by section."""
    headings = {section["id"]: section["value"]["heading"] for section in text_of(plan)}
    return [
        Item(
            headings.get(section, ""),
            _("%(name)s: %(text)s")
            % {"name": thread.remark.author.name, "text": thread.remark.text},
            section,
        )
        for section, threads in threads_of(plan).items()
        for thread in threads
        if thread.remark.kind == Remark.Kind.POINT and thread.remark.settled_at is None
    ]


def agreed_on(plan: LessonPlan) -> QuerySet[PlanDecision]:
    """What was agreed on the differences between the first drafts, by number."""
    return PlanDecision.objects.filter(plan=plan).in_force().order_by("number", "pk")


# reminders


@dataclass(slots=True)
class Waiting:
    """A person and the tasks that wait for them, the latest first."""

    user: User
    cards: list[BoardCard] = field(default_factory=list)
    reminded: datetime | None = None

    @property
    def late(self) -> bool:
        return any(card.late_days for card in self.cards)


def waiting_in(prep_plan: PrepPlan, day: date) -> list[Waiting]:
    """Who is late with what, or soon will be, by person; the latest first.

    A plan in review waits for those who may approve it, anything else for its main preparer, or
    for the leader where there is none.
    """
    due = [
        card
        for card in board(prep_plan, day)
        if card.due is not None and card.due <= day + SOON and card.phase != Phase.APPROVED
    ]
    leading = list(users_in(prep_plan.prep_group, *LEADING).order_by("pk"))
    members = set(users_in(prep_plan.prep_group).values_list("pk", flat=True))
    found: dict[int, Waiting] = {}
    for card in sorted(due, key=lambda card: (card.due or day, card.task.position)):
        for user in _waited_for(card, leading, members):
            found.setdefault(user.pk, Waiting(user)).cards.append(card)
    reminded = _last_reminders(prep_plan, found)
    for pk, waiting in found.items():
        waiting.reminded = reminded.get(pk)
    return sorted(found.values(), key=lambda waiting: (not waiting.late, waiting.cards[0].due))


def _waited_for(card: BoardCard, leading: list[User], members: set[int]) -> Iterable[User]:
    main = card.task.main_preparer
    if card.phase == Phase.IN_REVIEW:
        others = [user for user in leading if user != main]
        return others or leading
    if main is not None and main.pk in members:
        return [main]
    return leading[:1]


def _last_reminders(prep_plan: PrepPlan, users: Iterable[int]) -> dict[int, datetime]:
    reminders = Reminder.objects.filter(prep_plan=prep_plan, people__in=list(users))
    return dict(reminders.order_by().values_list("people").annotate(last=Max("at")))


# what a person's calendar and day are made of


def own_tasks(user: User, day: date) -> QuerySet[PrepTask]:
    """Tasks that the user prepares and that are not approved, of groups they are in."""
    mine = PrepGroupMember.objects.on(day).filter(user=user).values("prep_group")
    tasks: QuerySet[PrepTask] = PrepTask.objects.standing().filter(
        Q(state__isnull=True) | ~Q(state__phase=Phase.APPROVED),
        prep_plan__prep_group__in=mine,
        main_preparer=user,
    )
    return tasks.select_related("chapter", "state", "prep_plan").order_by("draft_due", "pk")


def lessons_from(user: User, first: date, last: date) -> QuerySet[PrepTask]:
    """The lessons that the user's groups teach between two days, in order."""
    mine = PrepGroupMember.objects.on().filter(user=user).values("prep_group")
    tasks: QuerySet[PrepTask] = PrepTask.objects.standing().filter(
        prep_plan__prep_group__in=mine, teaching_day__range=(first, last)
    )
    return tasks.select_related("chapter", "prep_plan__volume").order_by(
        "teaching_day", "prep_plan", "position"
    )


def drafts_in(user: User) -> set[int]:
    """The tasks for which the user's first draft is in."""
    drafts = FirstDraft.objects.filter(author=user, handed_in_at__isnull=False)
    return set(drafts.values_list("plan__state__task_id", flat=True))
