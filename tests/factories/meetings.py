"""Makers of meetings, through the real actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from lessonprep.meetings.actions.meetings import Said, When, Written, call_meeting, write_record
from lessonprep.meetings.models import Meeting
from lessonprep.plans.models import LessonPlan
from schools.models import User
from tests.factories.lessonprep import World


def meeting(
    w: World,
    *,
    title: str = "《课文1》研讨",
    plan: LessonPlan | None = None,
    by: User | None = None,
    in_days: int = 1,
    **where: Any,
) -> Meeting:
    """A meeting of the world's group, tomorrow in the meeting room unless said."""
    when = When(
        starts_at=timezone.now() + timedelta(days=in_days),
        minutes_long=60,
        place=where.get("place", "会议室"),
        link=where.get("link", ""),
    )
    return call_meeting(
        prep_group=w.prep_group,
        plan=plan,
        title=title,
        when=when,
        agenda=where.get("agenda", "1. 导入\n2. 作业"),
        token=uuid4(),
        by=by or w.leader,
    )


def written(made: Meeting, **what: Any) -> Written:
    """What the record of this meeting is to hold."""
    when = When(made.starts_at, made.minutes_long, made.place, made.link)
    return Written(**{"title": made.title, "when": when, "agenda": made.agenda, **what})


def recorded(w: World, **what: Any) -> Meeting:
    """A meeting with its record written."""
    made = meeting(w)
    filled = {
        "minutes": "马老师：导入再短些。",
        "came": [w.leader, w.preparer],
        "guests": ["县教研员王敏"],
        "decisions": [Said(None, "", "导入控制在5分钟")],
        **what,
    }
    record = written(made, **filled)
    return write_record(meeting=made, written=record, base=made.serial, by=w.leader)
