"""Who may see a meeting, call one, write its record; who reminds; whose calendar is asked for."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

from django.http import Http404

from lessonprep.groups.access import LEADING, role_in
from lessonprep.groups.models import PrepGroup
from lessonprep.meetings.models import CalendarFeed, Meeting
from lessonprep.plans.models import LessonPlan
from schools.audience import Reader


class Action(Enum):
    """What can be done with a meeting."""

    SEE = "see"
    RECORD = "record"
    CLOSE = "close"
    CANCEL = "cancel"
    ADD = "add"


WHEN: dict[Action, set[str]] = {
    Action.SEE: set(Meeting.State),
    Action.RECORD: {Meeting.State.PLANNED},
    Action.CLOSE: {Meeting.State.PLANNED},
    Action.CANCEL: {Meeting.State.PLANNED},
    Action.ADD: {Meeting.State.CLOSED},
}


class NotNow(Exception):
    """The reader sees the meeting, but may not do this with it as it stands."""

    def __init__(self, meeting: Meeting, action: Action) -> None:
        super().__init__(f"{action.value}: {meeting}")
        self.meeting = meeting
        self.action = action


def may(reader: Reader, action: Action, meeting: Meeting) -> bool:
    """Members see it; who leads, called it, hosts it, records it or prepares the lesson writes."""
    role = role_in(reader, meeting.prep_group_id)
    if role is None:
        return False
    if action is Action.SEE:
        return True
    own = {meeting.created_by_id, meeting.host_id, meeting.recorder_id}
    if meeting.plan is not None:
        own.add(meeting.plan.state.task.main_preparer_id)
    return role in LEADING or reader.pk in own


def can(reader: Reader, action: Action, meeting: Meeting) -> bool:
    """Whether the reader may do it, and the meeting stands so that it can be done."""
    return meeting.state in WHEN[action] and may(reader, action, meeting)


def may_call(reader: Reader, prep_group: PrepGroup, plan: LessonPlan | None) -> bool:
    """Leader and deputies call meetings; on a plan, its main preparer too."""
    role = role_in(reader, prep_group.pk)
    if role is None:
        return False
    if role in LEADING:
        return True
    return plan is not None and plan.state.task.main_preparer_id == reader.pk


def meeting_or_404(reader: Reader, uuid: UUID, action: Action = Action.SEE) -> Meeting:
    """The meeting; 404 where the reader is not of the group, `NotNow` where it cannot be done."""
    meetings = Meeting.objects.select_related(
        "prep_group", "plan__state__task", "host", "recorder", "created_by", "saved_by", "closed_by"
    )
    meeting = meetings.filter(uuid=uuid).first()
    if meeting is None or not may(reader, Action.SEE, meeting):
        raise Http404
    if not can(reader, action, meeting):
        raise NotNow(meeting, action)
    return meeting


def feed_or_404(token: str) -> CalendarFeed:
    """The feed of this secret address, while its owner's account is open."""
    feed = CalendarFeed.objects.filter(token=token, user__is_active=True)
    found = feed.select_related("user").first()
    if found is None:
        raise Http404
    return found
