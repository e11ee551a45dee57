"""Correcting, moving and releasing people; what they made stays with the school."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from schools.audit import record
from schools.models import Membership, RoleGrant, Rotation, School, TeachingAssignment, User
from schools.models.dated import held_on, today
from schools.notices import notify
from schools.rosters.planning import Taught
from schools.staff.actions.common import actor_name, end, locked
from schools.staff.errors import AlreadyThere, ChangedMeanwhile, NotAMember, PhoneTaken
from schools.staff.notices import CORRECTED, MOVED, RELEASED


@transaction.atomic
def correct_person(
    *, person: User, name: str, phone: str | None, base: str, by: User | None
) -> User:
    """Correct the name or phone number of an account.

    `base` is `as_shown` of the person when the form was filled in; raises `ChangedMeanwhile` where
    that is so no more, `PhoneTaken` where the number is another's.
    """
    held = locked(person)
    old = {"name": held.name, "phone": held.phone or ""}
    new = {"name": name, "phone": phone or ""}
    if old == new:
        return held
    if as_shown(held) != base:
        raise ChangedMeanwhile(held)
    held.name, held.phone = name, phone or None
    try:
        with transaction.atomic():
            held.save(update_fields=["name", "phone"])
    except IntegrityError as error:
        raise PhoneTaken(phone or "") from error
    record("person.corrected", held, by=by, old=old, new=new)
    notify([held], CORRECTED, actor=actor_name(by), what=", ".join(filter(None, new.values())))
    return held


def as_shown(person: User) -> str:
    """What a form of the person was filled with."""
    return f"{person.name} {person.phone or ''}"


@transaction.atomic
def move_person(
    *, person: User, to: School, by: User | None, since: date | None = None
) -> Membership:
    """End the person's main school and begin another, today by default.

    Roles that they held on the old school end with it. Raises `AlreadyThere`.
    """
    held = locked(person)
    first_day = since or today()
    running = list(
        Membership.objects.filter(held_on(first_day), user=held, is_main=True).select_related(
            "school"
        )
    )
    there = next((m for m in running if m.school_id == to.pk), None)
    guest = Membership.objects.filter(held_on(first_day), user=held, school=to, is_main=False)
    if there is not None or guest.exists():
        raise AlreadyThere(held, to)
    for membership in running:
        _leave(membership, first_day - timedelta(days=1), by)
    made = Membership.objects.create(user=held, school=to, since=first_day)
    old = ", ".join(membership.school.name for membership in running)
    record("person.moved", held, by=by, old=old, new=to.name, since=first_day.isoformat())
    notify([held], MOVED, actor=actor_name(by), old=old or _("no school"), new=to.name)
    return made


@transaction.atomic
def release_person(*, person: User, school: School, by: User | None) -> bool:
    """End the person's time at the school at once; the account and what it made stay.

    Whether there was any; a rotation is ended by its own action (`NotAMember` here).
    """
    held = locked(person)
    running = Membership.objects.filter(held_on(today()), user=held, school=school)
    membership = running.select_related("school").first()
    if membership is None:
        return False
    if Rotation.objects.filter(membership=membership).exists():
        raise NotAMember(held, school)
    _leave(membership, today() - timedelta(days=1), by)
    record("person.released", held, by=by, school=school.name)
    notify([held], RELEASED, actor=actor_name(by), school=school.name)
    return True


def _leave(membership: Membership, last_day: date, by: User | None) -> None:
    """End a membership, the roles on its school and the rotations from it."""
    grants = RoleGrant.objects.filter(user=membership.user_id, school=membership.school_id)
    for grant in grants.exclude(until__lt=today()):
        record("role.ended", membership.user, by=by, role=grant.role, scope=str(grant.scope))
        end(grant, last_day)
    away = Rotation.objects.filter(user=membership.user_id, home_school=membership.school_id)
    for rotation in away.exclude(until__lte=last_day).select_related("membership"):
        host = rotation.membership
        end(rotation, last_day)
        end(host, last_day)
    end(membership, last_day)


@transaction.atomic
def set_taught(*, membership: Membership, taught: list[Taught], by: User | None) -> bool:
    """Make `taught` what the membership teaches; whether that changed anything."""
    locked(membership.user)
    present = {(a.subject, a.grade, a.stage): a for a in membership.assignments.all()}
    wanted = set(taught)
    if wanted == set(present):
        return False
    for key, assignment in present.items():
        if key not in wanted:
            assignment.delete()
    TeachingAssignment.objects.bulk_create(
        TeachingAssignment(membership=membership, subject=subject, grade=grade, stage=stage)
        for subject, grade, stage in taught
        if (subject, grade, stage) not in present
    )
    record(
        "person.taught",
        membership.user,
        by=by,
        school=membership.school.name,
        old=sorted(map(str, present.values())),
        new=[list(map(str, each)) for each in taught],
    )
    return True
