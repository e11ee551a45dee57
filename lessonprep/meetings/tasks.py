"""What the worker does: it sends reminders to chats and reminds the groups that want it weekly."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone, translation
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from lessonprep.meetings import robots
from lessonprep.meetings.actions.reminders import note_answer, remind_weekly
from lessonprep.meetings.models import Reminder, Robot, WeeklyReminder
from schools.models.dated import today

EARLY = 7
"""The hour at which the worker reminds."""


@task()
def send_to_chat(uuid: str) -> None:
    """Send a reminder's text to the group's robot, once, and note what it answered."""
    reminder = Reminder.objects.select_related("prep_plan").filter(uuid=uuid).first()
    if reminder is None or reminder.sending != Reminder.Sending.QUEUED:
        return
    robot = Robot.objects.filter(prep_group=reminder.prep_plan.prep_group_id).first()
    with translation.override("zh-hans"):
        try:
            if robot is None:
                raise robots.NotTaken(translation.gettext("The group has no robot any more."))
            robots.send(robot, reminder.text)
        except robots.NotTaken as refused:
            note_answer(reminder=reminder, answer=str(refused), taken=False)
        else:
            note_answer(reminder=reminder, answer="", taken=True)


@task()
def remind_groups() -> None:
    """Remind the groups whose weekday it is, then ask to be called again tomorrow."""
    try:
        with translation.override("zh-hans"):
            remind_weekly(day=today())
    finally:
        ask_for_reminding()


def ask_for_reminding() -> None:
    """Have the worker remind tomorrow morning, unless that is asked for or nobody wants it."""
    if not WeeklyReminder.objects.exists():
        return
    asked = DBTaskResult.objects.filter(task_path=remind_groups.module_path, status="READY")
    if not asked.exists():
        remind_groups.using(run_after=_next_morning()).enqueue()


def _next_morning() -> datetime:
    now = timezone.localtime()
    morning = now.replace(hour=EARLY, minute=30, second=0, microsecond=0)
    return morning if now < morning else morning + timedelta(days=1)
