"""A person's calendar as iCalendar (.ics): titles and days of their own work, nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Calendar, Event

from lessonprep.meetings.models import Meeting
from lessonprep.meetings.queries import lessons_from, meetings_for, own_tasks
from lessonprep.plans.models import PlanState
from lessonprep.plans.queries import due_of
from schools.models import User

Phase = PlanState.Phase
PAST = timedelta(days=30)
AHEAD = timedelta(days=150)


def calendar_of(user: User, day: date) -> tuple[bytes, str]:
    """The user's calendar and its ETag: the same work gives the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Gongbei//calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Preparing together"))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval;value=duration", "PT6H")
    for event in _events(user, day):
        calendar.add_component(event)
    calendar.add_missing_timezones()
    body = calendar.to_ical()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _events(user: User, day: date) -> Iterator[Event]:
    for task in own_tasks(user, day):
        phase = Phase(task.state.phase) if hasattr(task, "state") else Phase.FIRST_DRAFT
        due = due_of(task, phase)
        if due is not None and due >= day - PAST:
            words = _("Due: %(title)s (%(phase)s)")
            summary = words % {"title": task.chapter.title, "phase": phase.label}
            yield _all_day(f"task-{task.uuid}", due, summary)
    for task in lessons_from(user, day - PAST, day + AHEAD):
        words = pgettext("a lesson in the calendar", "Lesson: %(title)s")
        summary = words % {"title": task.chapter.title}
        yield _all_day(f"lesson-{task.uuid}", task.teaching_day, summary)
    midnight = timezone.make_aware(datetime.combine(day - PAST, datetime.min.time()))
    for meeting in meetings_for(user, midnight, day):
        yield _timed(meeting)


def _event(uid: str, summary: str) -> Event:
    event = Event()
    event.add("uid", f"{uid}@gongbei")
    event.add("summary", summary)
    # Of no moment in particular, so that the same work gives the same bytes.
    event.add("dtstamp", datetime(2020, 1, 1, tzinfo=timezone.get_default_timezone()))
    return event


def _all_day(uid: str, day: date, summary: str) -> Event:
    event = _event(uid, summary)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _timed(meeting: Meeting) -> Any:
    event = _event(f"meeting-{meeting.uuid}", _("Meeting: %(title)s") % {"title": meeting.title})
    zone = timezone.get_default_timezone()
    event.add("dtstart", meeting.starts_at.astimezone(zone))
    event.add("dtend", meeting.ends_at.astimezone(zone))
    return event
