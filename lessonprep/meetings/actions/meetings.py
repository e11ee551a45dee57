"""Calling meetings and writing their records (会议记录)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lessonprep.groups.models import PrepGroup
from lessonprep.groups.queries import users_in
from lessonprep.meetings.access import Action, NotNow, can
from lessonprep.meetings.models import (
    Addendum,
    Attendance,
    Meeting,
    MeetingPhoto,
    Resolution,
)
from lessonprep.plans.models import LessonPlan
from media.actions import set_uses, store_upload, use_file
from media.models import Picture
from media.queries import files_of
from schools import audience
from schools.audience import Side, set_audience
from schools.audit import record
from schools.models import User
from schools.notices import notify, register_notice

MOST_PHOTOS = 20

register_notice("meetings.called", _("%(actor)s calls a meeting on %(day)s: %(title)s"))
register_notice("meetings.moved", _("The meeting “%(title)s” is on %(day)s now"))
register_notice("meetings.cancelled", _("%(actor)s cancelled the meeting “%(title)s” of %(day)s"))
register_notice("meetings.closed", _("The record of “%(title)s” can be read"))


@dataclass(frozen=True, slots=True)
class When:
    """When and where a meeting is."""

    starts_at: datetime
    minutes_long: int
    place: str
    link: str


@dataclass(frozen=True, slots=True)
class Said:
    """A decision: on which section (None on the whole), in which words."""

    section: UUID | None
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a record holds."""

    title: str
    when: When
    agenda: str = ""
    minutes: str = ""
    host: User | None = None
    recorder: User | None = None
    came: Sequence[User] = ()
    guests: Sequence[str] = ()
    decisions: Sequence[Said] = field(default_factory=tuple)


class StaleRecord(Exception):
    """Somebody else saved the record since the form was opened."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(str(meeting))
        self.meeting = meeting


class TooManyPhotos(Exception):
    """A record holds twenty photos at most."""


class NotAPicture(Exception):
    """The file is no picture."""


@transaction.atomic
def call_meeting(
    *,
    prep_group: PrepGroup,
    plan: LessonPlan | None,
    title: str,
    when: When,
    agenda: str,
    token: UUID,
    by: User,
) -> Meeting:
    """Call a meeting and tell the members; a form sent twice calls once."""
    PrepGroup.objects.select_for_update(of=("self",)).get(pk=prep_group.pk)
    called = Meeting.objects.filter(token=token).first()
    if called is not None:
        return called
    meeting = Meeting.objects.create(
        prep_group=prep_group,
        plan=plan,
        title=title,
        starts_at=when.starts_at,
        minutes_long=when.minutes_long,
        place=when.place,
        link=when.link,
        agenda=agenda,
        host=by,
        token=token,
        created_by=by,
        saved_by=by,
    )
    record("meeting.called", meeting, by=by, group=str(prep_group.uuid))
    _tell(meeting, "meetings.called", by)
    return meeting


@transaction.atomic
def write_record(*, meeting: Meeting, written: Written, base: int, by: User) -> Meeting:
    """Save the record; `base` is the serial that the form was opened on.

    Raises `NotNow` once it is closed, `StaleRecord` where another has saved since.
    """
    held = _locked_for(meeting, Action.RECORD, by)
    if _holds(held, written):
        return held
    if held.serial != base:
        raise StaleRecord(held)
    moved = (held.starts_at, held.place, held.link) != (
        written.when.starts_at,
        written.when.place,
        written.when.link,
    )
    held.title = written.title
    held.starts_at, held.minutes_long = written.when.starts_at, written.when.minutes_long
    held.place, held.link = written.when.place, written.when.link
    held.agenda, held.minutes = written.agenda, written.minutes
    held.host, held.recorder = written.host, written.recorder
    held.guests = list(written.guests)
    held.serial += 1
    held.saved_by = by
    held.save()
    Attendance.objects.filter(meeting=held).delete()
    Attendance.objects.bulk_create([Attendance(meeting=held, user=user) for user in written.came])
    Resolution.objects.filter(meeting=held).delete()
    Resolution.objects.bulk_create(
        [
            Resolution(
                meeting=held,
                section=one.section,
                heading=one.heading[:60],
                text=one.text,
                position=position,
            )
            for position, one in enumerate(written.decisions, start=1)
        ]
    )
    record("meeting.recorded", held, by=by, serial=held.serial)
    if moved and held.starts_at > timezone.now():
        _tell(held, "meetings.moved", by)
    return held


def _holds(meeting: Meeting, written: Written) -> bool:
    """Whether the record says this already: a form sent twice is no stale one."""
    when = written.when
    said = [(one.section, one.text) for one in written.decisions]
    return (
        meeting.title == written.title
        and (meeting.starts_at, meeting.minutes_long) == (when.starts_at, when.minutes_long)
        and (meeting.place, meeting.link) == (when.place, when.link)
        and (meeting.agenda, meeting.minutes) == (written.agenda, written.minutes)
        and (meeting.host, meeting.recorder) == (written.host, written.recorder)
        and list(meeting.guests) == list(written.guests)
        and {one.user_id for one in meeting.attendances.all()} == {u.pk for u in written.came}
        and [(one.section, one.text) for one in meeting.resolutions.all()] == said
    )


@transaction.atomic
def close_record(*, meeting: Meeting, by: User) -> Meeting:
    """Close the record: from now on it is added to and not changed."""
    held = _locked_for(meeting, Action.CLOSE, by)
    held.state = Meeting.State.CLOSED
    held.closed_at, held.closed_by = timezone.now(), by
    held.save()
    record("meeting.closed", held, by=by, serial=held.serial)
    _tell(held, "meetings.closed", by)
    return held


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, by: User) -> Meeting:
    """Call the meeting off."""
    held = _locked_for(meeting, Action.CANCEL, by)
    held.state = Meeting.State.CANCELLED
    held.save()
    record("meeting.cancelled", held, by=by)
    _tell(held, "meetings.cancelled", by)
    return held


@transaction.atomic
def add_to_record(*, meeting: Meeting, text: str, token: UUID, by: User) -> Addendum:
    """Add to a closed record; a form sent twice adds once."""
    held = _locked_for(meeting, Action.ADD, by)
    there: Addendum | None = Addendum.objects.filter(token=token, meeting=held).first()
    if there is not None:
        return there
    made: Addendum = Addendum.objects.create(meeting=held, text=text, token=token, by=by)
    record("meeting.added_to", held, by=by)
    return made


def add_photo(*, meeting: Meeting, file: File[bytes], by: User) -> MeetingPhoto:
    """Add a photo; raises a `FileRefused`, `NotAPicture`, `TooManyPhotos`, `NotNow`."""
    if not (can(by, Action.RECORD, meeting) or can(by, Action.ADD, meeting)):
        raise NotNow(meeting, Action.RECORD)
    stored = store_upload(file=file, by=by, school=None)
    if not isinstance(stored, Picture):
        raise NotAPicture
    return _attach(meeting=meeting, picture=stored, by=by)


@transaction.atomic
def _attach(*, meeting: Meeting, picture: Picture, by: User) -> MeetingPhoto:
    held = _lock(meeting)
    there = MeetingPhoto.objects.filter(meeting=held, picture=picture).first()
    if there is not None:
        return there
    if held.photos.count() >= MOST_PHOTOS:
        raise TooManyPhotos
    # The group's place in the page tree is what every member sees and nobody else; a plan's own
    # uses of files follow its text.
    place = held.prep_group.place()
    set_audience(place, Side.DRAFT, {audience.prep_group(held.prep_group_id)})
    use_file(page=place, side=Side.DRAFT, file=picture, by=by)
    made = MeetingPhoto.objects.create(meeting=held, picture=picture, by=by)
    record("meeting.photo_added", held, by=by, picture=str(picture.uuid))
    return made


@transaction.atomic
def remove_photo(*, meeting: Meeting, pk: int, by: User) -> None:
    """Take a photo out of a record that is not closed."""
    held = _locked_for(meeting, Action.RECORD, by)
    photo = MeetingPhoto.objects.filter(meeting=held, pk=pk).select_related("picture").first()
    if photo is None:
        return
    picture = photo.picture
    photo.delete()
    if not MeetingPhoto.objects.filter(
        picture=picture, meeting__prep_group=held.prep_group_id
    ).exists():
        place = held.prep_group.place()
        kept = [file for file in files_of(place, Side.DRAFT) if file != picture]
        set_uses(page=place, side=Side.DRAFT, files=kept, by=by)
    record("meeting.photo_removed", held, by=by, picture=str(picture.uuid))


def _lock(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


def _locked_for(meeting: Meeting, action: Action, by: User) -> Meeting:
    held = _lock(meeting)
    if not can(by, action, held):
        raise NotNow(held, action)
    return held


def _tell(meeting: Meeting, kind: str, by: User) -> None:
    others: list[Any] = [user for user in users_in(meeting.prep_group) if user != by]
    day = timezone.localtime(meeting.starts_at).strftime("%Y-%m-%d %H:%M")
    notify(
        others,
        kind,
        url=meeting.get_absolute_url(),
        actor=by.name,
        title=meeting.title,
        day=day,
    )
