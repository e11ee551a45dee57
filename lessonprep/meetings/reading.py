"""A meeting's record put together for reading: as page and as Word document alike."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lessonprep.groups.queries import members_of
from lessonprep.meetings.models import Addendum, Meeting, MeetingPhoto
from lessonprep.meetings.queries import agreed_on
from lessonprep.plans.models import PlanDecision


@dataclass(frozen=True, slots=True)
class Record:
    """The record: its head as label and value, then its parts."""

    meeting: Meeting
    head: list[tuple[str, str]]
    decisions: list[tuple[str, str]]
    agreed: list[PlanDecision]
    photos: list[MeetingPhoto]
    addenda: list[Addendum]


def record_of(meeting: Meeting) -> Record:
    """Everything of it, in a number of queries that does not grow."""
    came = [one.user.name for one in meeting.attendances.select_related("user").order_by("pk")]
    present = {one.user_id for one in meeting.attendances.all()}
    absent = [
        member.user.name
        for member in members_of(meeting.prep_group, timezone.localdate(meeting.starts_at))
        if member.user_id not in present
    ]
    agreed = list(agreed_on(meeting.plan)) if meeting.plan else []
    said = [(one.heading, one.text) for one in meeting.resolutions.all()]
    settled = [
        (
            pgettext("number of a difference, and its section", "%(number)s %(heading)s")
            % {"number": one.number, "heading": one.heading},
            one.text,
        )
        for one in agreed
    ]
    return Record(
        meeting=meeting,
        head=_head(meeting, came, absent),
        decisions=[*settled, *said],
        agreed=agreed,
        photos=list(meeting.photos.select_related("picture", "by")),
        addenda=list(meeting.addenda.select_related("by")),
    )


def _head(meeting: Meeting, came: list[str], absent: list[str]) -> list[tuple[str, str]]:
    starts, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    comma = pgettext("between names in a list", ", ")
    count = ngettext("%(count)s member", "%(count)s members", len(came)) % {"count": len(came)}
    rows = [
        (_("Prep group"), meeting.prep_group.name),
        (_("About"), meeting.title),
        (_("Time"), f"{date_format(starts, 'Y-m-d l')} {starts:%H:%M}–{ends:%H:%M}"),
        (_("Place"), meeting.place),
        (_("Link"), meeting.link),
        (_("Chair"), meeting.host.name if meeting.host else ""),
        (_("Record kept by"), meeting.recorder.name if meeting.recorder else ""),
    ]
    if came:
        people = pgettext("how many came, and who", "%(count)s: %(names)s")
        rows.append((_("Who came"), people % {"count": count, "names": comma.join(came)}))
        rows.append((_("Absent"), comma.join(absent)))
    rows.append((_("Guests"), comma.join(meeting.guests)))
    return [(label, value) for label, value in rows if value]
