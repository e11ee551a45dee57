"""Arranging rotations (交流轮岗): while one runs the teacher belongs to both schools."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from schools.audit import record
from schools.models import Membership, Rotation, School, User
from schools.models.dated import held_on, today
from schools.notices import notify
from schools.staff.access import may_rotate
from schools.staff.actions.common import actor_name, end, locked
from schools.staff.errors import AlreadyThere, NotAMember, NotYours, WrongDays
from schools.staff.notices import ROTATION, ROTATION_ENDED


@transaction.atomic
def arrange_rotation(
    *,
    person: User,
    home: School,
    host: School,
    by: User,
    since: date,
    until: date | None = None,
    subject: str = "",
) -> Rotation:
    """Send a teacher of `home` to `host` for a time; the same form sent twice counts once.

    Raises `NotYours`, `NotAMember` of the home school, `AlreadyThere` at the host, `WrongDays`.
    """
    if not may_rotate(by, home, host):
        raise NotYours(host)
    if until is not None and until < since:
        raise WrongDays(since, until)
    held = locked(person)
    same = {"user": held, "home_school": home, "host_school": host, "since": since, "until": until}
    if again := Rotation.objects.filter(**same).first():
        return again
    if not Membership.objects.filter(held_on(since), user=held, school=home).exists():
        raise NotAMember(held, home)
    meanwhile = Q(until__isnull=True) | Q(until__gte=since)
    if until is not None:
        meanwhile &= Q(since__lte=until)
    if Membership.objects.filter(meanwhile, user=held, school=host).exists():
        raise AlreadyThere(held, host)
    guest = Membership.objects.create(
        user=held, school=host, since=since, until=until, is_main=False
    )
    rotation = Rotation.objects.create(**same, subject=subject, membership=guest, arranged_by=by)
    record(
        "rotation.arranged",
        held,
        by=by,
        home=home.name,
        host=host.name,
        since=since.isoformat(),
        until=until.isoformat() if until else "",
    )
    notify(
        [held],
        ROTATION,
        actor=actor_name(by),
        home=home.name,
        host=host.name,
        since=since.isoformat(),
    )
    return rotation


@transaction.atomic
def end_rotation(*, rotation: Rotation, by: User, last_day: date | None = None) -> bool:
    """End a rotation, at once by default; whether it was still running or to come."""
    person = locked(rotation.user)
    row = Rotation.objects.filter(pk=rotation.pk).select_related("membership").first()
    if row is None or (row.until is not None and row.until < today()):
        return False
    guest = row.membership
    host, shown = rotation.host_school.name, (last_day or today()).isoformat()
    record("rotation.ended", person, by=by, host=host, until=shown)
    notify([person], ROTATION_ENDED, actor=actor_name(by), host=host, until=shown)
    end(row, last_day)
    end(guest, last_day)
    return True
