"""Reminding those whose work is late (催办): by notice, by the chat's robot, every week."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lessonprep.groups.models import PrepGroup, PrepPlan
from lessonprep.meetings.models import Reminder, Robot, WeeklyReminder
from lessonprep.meetings.queries import Waiting, waiting_in
from lessonprep.meetings.robots import keys_in
from lessonprep.meetings.words import reminder_text
from schools.audit import record
from schools.models import User
from schools.models.dated import today
from schools.notices import notify, register_notice

register_notice("meetings.reminded", _("%(actor)s reminds you: %(title)s, %(count)s things wait"))
register_notice(
    "meetings.reminded_weekly", _("A reminder of this week: %(title)s, %(count)s things wait")
)


class NobodyChosen(Exception):
    """None of those chosen has anything that waits for them now."""


class NoRobot(Exception):
    """The group has no robot to send with."""


@transaction.atomic
def remind(
    *, prep_plan: PrepPlan, people: Collection[UUID], to_chat: bool, token: UUID, by: User
) -> Reminder:
    """Remind the chosen people of what waits for them; a form sent twice reminds once.

    Raises `NobodyChosen`, `NoRobot`.
    """
    PrepPlan.objects.select_for_update().get(pk=prep_plan.pk)
    sent = Reminder.objects.filter(token=token, prep_plan=prep_plan).first()
    if sent is not None:
        return sent
    chosen = [one for one in waiting_in(prep_plan, today()) if one.user.uuid in people]
    if not chosen:
        raise NobodyChosen
    if to_chat and not Robot.objects.filter(prep_group=prep_plan.prep_group_id).exists():
        raise NoRobot
    return _send(prep_plan, chosen, day=today(), to_chat=to_chat, token=token, by=by)


def _send(
    prep_plan: PrepPlan,
    chosen: list[Waiting],
    *,
    day: date,
    to_chat: bool,
    token: UUID,
    by: User | None,
) -> Reminder:
    reminder = Reminder.objects.create(
        prep_plan=prep_plan,
        day=day,
        weekly=by is None,
        text=reminder_text(prep_plan, chosen, day),
        by=by,
        token=token,
        sending=Reminder.Sending.QUEUED if to_chat else Reminder.Sending.NONE,
    )
    reminder.people.set([one.user for one in chosen])
    url = reverse("plans:board", args=[prep_plan.uuid]) + "?show=mine"
    for one in chosen:
        if one.user != by:
            notify(
                [one.user],
                "meetings.reminded" if by else "meetings.reminded_weekly",
                url=url,
                actor=by.name if by else "",
                title=prep_plan.volume.short_title,
                count=len(one.cards),
            )
    names = [one.user.username for one in chosen]
    record("prep_plan.reminded", prep_plan, by=by, people=names, chat=to_chat)
    if to_chat:
        transaction.on_commit(partial(_ask_for_sending, reminder.uuid))
    return reminder


def _ask_for_sending(uuid: UUID) -> None:
    from lessonprep.meetings.tasks import send_to_chat  # the task sends what the action made

    send_to_chat.enqueue(str(uuid))


@transaction.atomic
def note_answer(*, reminder: Reminder, answer: str, taken: bool) -> None:
    """Keep what the chat answered."""
    held = Reminder.objects.select_for_update().get(pk=reminder.pk)
    held.sending = Reminder.Sending.SENT if taken else Reminder.Sending.FAILED
    held.answer = answer[:200]
    held.save(update_fields=["sending", "answer"])


def remind_weekly(*, day: date) -> int:
    """Remind each group whose weekday it is, once a day however often it is called; how many."""
    rules = WeeklyReminder.objects.filter(weekday=day.weekday()).order_by("pk")
    return sum(_remind_group(rule.prep_group_id, day) for rule in rules)


def _remind_group(prep_group_id: int, day: date) -> int:
    plans = PrepPlan.objects.filter(
        prep_group=prep_group_id, term__first_day__lte=day, term__last_day__gte=day
    )
    return sum(_remind_once(pk, day) for pk in plans.values_list("pk", flat=True))


@transaction.atomic
def _remind_once(pk: int, day: date) -> int:
    PrepPlan.objects.select_for_update().get(pk=pk)
    prep_plan = PrepPlan.objects.select_related("prep_group", "volume", "term").get(pk=pk)
    if Reminder.objects.filter(prep_plan=prep_plan, day=day, weekly=True).exists():
        return 0
    late = [one for one in waiting_in(prep_plan, day) if one.late]
    if not late:
        return 0
    to_chat = Robot.objects.filter(prep_group=prep_plan.prep_group_id).exists()
    _send(prep_plan, late, day=day, to_chat=to_chat, token=uuid4(), by=None)
    return 1


@transaction.atomic
def set_weekly(*, prep_group: PrepGroup, weekday: int | None, by: User) -> None:
    """Have the group reminded on this weekday; None ends it."""
    PrepGroup.objects.select_for_update(of=("self",)).get(pk=prep_group.pk)
    rule = WeeklyReminder.objects.filter(prep_group=prep_group).first()
    if (rule.weekday if rule else None) == weekday:
        return
    if weekday is None:
        WeeklyReminder.objects.filter(prep_group=prep_group).delete()
    else:
        WeeklyReminder.objects.update_or_create(
            prep_group=prep_group, defaults={"weekday": weekday, "set_by": by}
        )
        transaction.on_commit(_ask_for_reminding)
    record("prep_group.weekly_reminder", prep_group, by=by, weekday=weekday)


def _ask_for_reminding() -> None:
    from lessonprep.meetings.tasks import ask_for_reminding  # as above

    ask_for_reminding()


@transaction.atomic
def set_robot(*, prep_group: PrepGroup, address: str, secret: str, by: User) -> Robot:
    """Keep the keys of the group chat's robot; raises `robots.NotARobot`."""
    kind, key = keys_in(address)
    PrepGroup.objects.select_for_update(of=("self",)).get(pk=prep_group.pk)
    there = Robot.objects.filter(prep_group=prep_group, kind=kind, key=key, secret=secret).first()
    if there is not None:
        return there
    robot, _made = Robot.objects.update_or_create(
        prep_group=prep_group, defaults={"kind": kind, "key": key, "secret": secret, "set_by": by}
    )
    record("prep_group.robot_set", prep_group, by=by, kind=kind)
    return robot


@transaction.atomic
def remove_robot(*, prep_group: PrepGroup, by: User) -> None:
    """Forget the robot and its keys."""
    gone, _rows = Robot.objects.filter(prep_group=prep_group).delete()
    if gone:
        record("prep_group.robot_removed", prep_group, by=by)
