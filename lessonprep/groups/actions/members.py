"""The people and schools of a prep group (备课组成员): who comes, who goes, who leads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lessonprep.groups.actions.making import add_member, create_prep_group
from lessonprep.groups.models import PrepGroup, PrepGroupMember, PrepGroupSchool
from schools.audit import record
from schools.models import Membership, School, User
from schools.models.dated import today
from schools.notices import notify, register_notice

Role = PrepGroupMember.Role

register_notice("groups.joined", _("%(actor)s took you into the prep group “%(title)s”"))
register_notice("groups.put_out", _("You are no longer a member of “%(title)s” (%(actor)s)"))
register_notice("groups.left", _("%(actor)s left the prep group “%(title)s”"))
register_notice("groups.role", _("%(actor)s made you %(role)s of “%(title)s”"))


class NotOfTheGroup(Exception):
    """The teacher is at none of the group's schools."""

    def __init__(self, user: User, prep_group: PrepGroup) -> None:
        super().__init__(f"{user}: {prep_group}")
        self.user = user
        self.prep_group = prep_group


class LeadsTheGroup(Exception):
    """The leader hands over first: a group is not left without one."""

    def __init__(self, member: PrepGroupMember) -> None:
        super().__init__(str(member))
        self.member = member


class SchoolHasMembers(Exception):
    """Members of the school are in the group."""

    def __init__(self, school: School, count: int) -> None:
        super().__init__(f"{school}: {count}")
        self.school = school
        self.count = count


@transaction.atomic
def found_prep_group(
    *,
    name: str,
    subject: str,
    stage: str,
    grade: int | None,
    lead: School,
    receiving: Iterable[School],
    leader: User,
    by: User,
) -> PrepGroup:
    """Set up a group with its leader; the same group set up twice at once is one."""
    School.objects.select_for_update(of=("self",)).get(pk=lead.pk)
    same = PrepGroup.objects.filter(
        name=name, subject=subject, stage=stage, grade=grade, ends__school=lead, ends__end="lead"
    ).first()
    if same is not None:
        return same
    prep_group = create_prep_group(
        name=name,
        subject=subject,
        stage=stage,
        grade=grade,
        lead=lead,
        receiving=receiving,
        by=by,
    )
    invite(prep_group=prep_group, user=leader, school=lead, role=Role.LEADER, by=by)
    return prep_group


@transaction.atomic
def invite(
    *, prep_group: PrepGroup, user: User, school: School, by: User, role: Role = Role.MEMBER
) -> PrepGroupMember:
    """Take a teacher in; one who is in it already stays as they are. Raises `NotOfTheGroup`."""
    _lock(prep_group)
    there: PrepGroupMember | None = (
        PrepGroupMember.objects.on().filter(prep_group=prep_group, user=user).first()
    )
    if there is not None:
        return there
    of_it = PrepGroupSchool.objects.filter(prep_group=prep_group, school=school)
    at_it = Membership.objects.on().filter(user=user, school=school, user__is_active=True)
    if not of_it.exists() or not at_it.exists():
        raise NotOfTheGroup(user, prep_group)
    # A tenure that ends later than today and one that was set to end are no obstacle to a new one.
    member = add_member(prep_group=prep_group, user=user, school=school, role=role, by=by)
    _tell([user], "groups.joined", prep_group, by)
    return member


@transaction.atomic
def end_membership(*, member: PrepGroupMember, by: User) -> None:
    """End a tenure as of yesterday, so that its rights end now; the record stays.

    Raises `LeadsTheGroup`.
    """
    prep_group = _lock(member.prep_group)
    held: PrepGroupMember | None = PrepGroupMember.objects.on().filter(pk=member.pk).first()
    if held is None:
        return
    if held.role == Role.LEADER:
        raise LeadsTheGroup(held)
    _end(held)
    own = held.user_id == by.pk
    record("prep_group.member_left", prep_group, by=by, member=held.user.username, own=own)
    if own:
        _tell(_leaders(prep_group), "groups.left", prep_group, by)
    else:
        _tell([held.user], "groups.put_out", prep_group, by)


def _end(member: PrepGroupMember) -> None:
    yesterday = today() - timedelta(days=1)
    if member.since > yesterday:
        member.delete()  # it has not held for a day; the audit log keeps that it was
        return
    member.until = yesterday
    member.save(update_fields=["until"])


def _leaders(prep_group: PrepGroup) -> list[User]:
    leading = PrepGroupMember.objects.on().filter(prep_group=prep_group, role=Role.LEADER)
    return [member.user for member in leading.select_related("user")]


@transaction.atomic
def give_role(*, member: PrepGroupMember, role: Role, by: User) -> None:
    """Make a member deputy, or a deputy member again; the leader hands over instead."""
    prep_group = _lock(member.prep_group)
    held: PrepGroupMember | None = PrepGroupMember.objects.on().filter(pk=member.pk).first()
    if held is None or held.role == role:
        return
    if Role.LEADER in (held.role, role):
        raise LeadsTheGroup(held)
    _succeed(held, role)
    record("prep_group.role_given", prep_group, by=by, member=held.user.username, role=role)
    _tell([held.user], "groups.role", prep_group, by, role=str(Role(role).label))


@transaction.atomic
def hand_over_leadership(*, prep_group: PrepGroup, to: PrepGroupMember, by: User) -> None:
    """Make a member the leader; the one before becomes deputy. A second press changes nothing."""
    _lock(prep_group)
    heir: PrepGroupMember | None = (
        PrepGroupMember.objects.on().filter(prep_group=prep_group, pk=to.pk).first()
    )
    if heir is None or heir.role == Role.LEADER:
        return
    present = PrepGroupMember.objects.on().filter(prep_group=prep_group, role=Role.LEADER)
    for leader in present.select_related("user"):
        _succeed(leader, Role.DEPUTY)
    _succeed(heir, Role.LEADER)
    record("prep_group.led_by", prep_group, by=by, leader=heir.user.username)
    _tell([heir.user], "groups.role", prep_group, by, role=str(Role.LEADER.label))


def _succeed(member: PrepGroupMember, role: Role) -> None:
    """The same person in another role from today; the tenure before is closed and kept."""
    if member.since >= today():
        member.role = role
        member.save(update_fields=["role"])
        return
    until: date | None = member.until
    _end(member)
    PrepGroupMember.objects.create(
        prep_group=member.prep_group,
        user=member.user,
        school=member.school,
        role=role,
        until=until,
    )


@transaction.atomic
def change_prep_group(
    *, prep_group: PrepGroup, name: str, grade: int | None, by: User
) -> PrepGroup:
    """Another name or grade."""
    prep_group = _lock(prep_group)
    if (prep_group.name, prep_group.grade) == (name, grade):
        return prep_group
    before = prep_group.name
    prep_group.name, prep_group.grade = name, grade
    prep_group.save(update_fields=["name", "grade"])
    record("prep_group.changed", prep_group, by=by, before=before, name=name, grade=grade)
    return prep_group


@transaction.atomic
def add_school(*, prep_group: PrepGroup, school: School, by: User) -> PrepGroupSchool:
    """Take a school in as a receiving end; a second time changes nothing."""
    _lock(prep_group)
    end, made = PrepGroupSchool.objects.get_or_create(
        prep_group=prep_group,
        school=school,
        defaults={"end": PrepGroupSchool.End.RECEIVING},
    )
    if made:
        record("prep_group.school_added", prep_group, by=by, school=school.code)
    return end


@transaction.atomic
def remove_school(*, prep_group: PrepGroup, school: School, by: User) -> None:
    """Take a receiving end out; raises `SchoolHasMembers`."""
    _lock(prep_group)
    end = PrepGroupSchool.objects.filter(
        prep_group=prep_group, school=school, end=PrepGroupSchool.End.RECEIVING
    ).first()
    if end is None:
        return
    count = PrepGroupMember.objects.on().filter(prep_group=prep_group, school=school).count()
    if count:
        raise SchoolHasMembers(school, count)
    end.delete()
    record("prep_group.school_removed", prep_group, by=by, school=school.code)


def _lock(prep_group: PrepGroup) -> PrepGroup:
    return PrepGroup.objects.select_for_update(of=("self",)).get(pk=prep_group.pk)


def _tell(users: list[User], kind: str, prep_group: PrepGroup, by: User, **data: Any) -> None:
    others = [user for user in users if user != by]
    url = "" if kind == "groups.put_out" else reverse("groups:group", args=[prep_group.uuid])
    notify(others, kind, url=url, actor=by.name, title=prep_group.name, **data)
