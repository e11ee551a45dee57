"""What of the user's meetings stands on the day page (今天)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from lessonprep.meetings.models import Meeting
from lessonprep.meetings.queries import meetings_for
from schools.cards import Card, News, Section, register_cards, register_news
from schools.models import User

AHEAD = timedelta(days=14)
NEWS_EACH = 6


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@register_cards
def meeting_cards(user: User, day: date) -> Iterable[Card]:
    """Meetings from today on; records that the one who keeps them has not closed."""
    meetings = meetings_for(user, _start(day - AHEAD), day).filter(
        state=Meeting.State.PLANNED, starts_at__lt=_start(day + AHEAD)
    )
    for meeting in meetings:
        starts = timezone.localtime(meeting.starts_at)
        is_over = meeting.ends_at < timezone.now()
        keeps = user.pk in (meeting.recorder_id or meeting.created_by_id, meeting.created_by_id)
        if is_over and not keeps:
            continue
        where = meeting.place or _("online")
        yield Card(
            section=Section.TO_DO,
            verb=_("Write the record of") if is_over else _("Meet"),
            title=meeting.title,
            detail=f"{meeting.prep_group.name}　{starts:%H:%M}　{where}",
            url=meeting.get_absolute_url(),
            action=_("Write") if is_over else _("See the agenda"),
            due=starts.date() + timedelta(days=3) if is_over else starts.date(),
            at=None if is_over else starts,
        )


@register_news
def meeting_news(user: User, since: date) -> Iterable[News]:
    """Meetings that others called, records that others closed."""
    far = _start(since) - timedelta(days=60)
    meetings = meetings_for(user, far).filter(created_at__gte=_start(since))
    for meeting in meetings.exclude(created_by=user).select_related("created_by")[:NEWS_EACH]:
        yield News(
            at=meeting.created_at,
            who=meeting.created_by.name,
            text=_("calls a meeting: %(title)s") % {"title": meeting.title},
            url=meeting.get_absolute_url(),
        )
    closed = meetings_for(user, far).filter(closed_at__gte=_start(since))
    for meeting in closed.exclude(closed_by=user).select_related("closed_by")[:NEWS_EACH]:
        if meeting.closed_at and meeting.closed_by:
            yield News(
                at=meeting.closed_at,
                who=meeting.closed_by.name,
                text=_("closed the record of “%(title)s”") % {"title": meeting.title},
                url=meeting.get_absolute_url(),
            )
