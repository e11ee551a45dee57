"""Taking a roster (教师名册): accounts, memberships, subjects, titles and roles, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone

from schools.access import scope_columns
from schools.audit import entry, record
from schools.models import (
    AuditEntry,
    Membership,
    RoleGrant,
    RosterUpload,
    TeacherTitle,
    TeachingAssignment,
    User,
)
from schools.models.dated import today
from schools.names import pinyin_of
from schools.rosters import Line, Outcome, RosterPlan, plan_roster
from schools.spreadsheets import BadCell, Row
from schools.staff.actions.common import free_user_names
from schools.staff.actions.people import move_person, set_taught
from schools.staff.actions.roles import grant_role
from schools.staff.actions.titles import enter_title

_AT_ONCE = 500
_KEPT = timedelta(days=1)


class RosterGone(Exception):
    """The roster that was handed in is no longer there, or is another's."""


class RosterChanged(Exception):
    """The people changed between the look at the roster and the word to take it."""

    def __init__(self, plan: RosterPlan | None = None) -> None:
        super().__init__()
        self.plan = plan


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a roster: the accounts made, and how many lines of each outcome."""

    accounts: list[User]
    counts: dict[str, int]


# between the look and the word


@transaction.atomic
def keep_roster(*, rows: Sequence[Row], file_name: str, by: User) -> RosterUpload:
    """Keep the rows until they are confirmed; old ones that nobody confirmed are thrown away."""
    RosterUpload.objects.filter(taken_at=None, made_at__lt=timezone.now() - _KEPT).delete()
    RosterUpload.objects.filter(taken_at=None, by=by).delete()
    return RosterUpload.objects.create(
        by=by, file_name=file_name[-200:], rows=[_as_json(row) for row in rows]
    )


def rows_of(upload: RosterUpload) -> list[Row]:
    """The rows as they were read from the file."""
    return [
        Row(
            kept["line"],
            kept["cells"],
            {
                name: BadCell(kept["line"], column, reason)
                for name, (column, reason) in kept["faults"].items()
            },
        )
        for kept in upload.rows
    ]


def _as_json(row: Row) -> dict[str, Any]:
    faults = {name: (fault.column, fault.reason) for name, fault in row.faults.items()}
    return {"line": row.line, "cells": row.cells, "faults": faults}


@transaction.atomic
def confirm_roster(
    *, upload: RosterUpload, counts: dict[str, int], keep_good: bool, move: bool, by: User
) -> RosterUpload:
    """Take a roster that was looked at; sent twice it counts once.

    `counts` are those of the look: where the plan comes out otherwise now, `RosterChanged`.
    """
    held = RosterUpload.objects.select_for_update().filter(pk=upload.pk, by=by).first()
    if held is None:
        raise RosterGone
    if held.taken_at is not None:
        return held
    plan = plan_roster(rows_of(held), by=by, move=move)
    if plan.counts() != counts or (plan.refused and not keep_good):
        raise RosterChanged(plan)
    taken = take_roster(plan=plan, by=by)
    held.accounts.set(taken.accounts)
    held.rows, held.counts, held.taken_at = [], taken.counts, timezone.now()
    held.save(update_fields=["rows", "counts", "taken_at"])
    return held


# taking


def take_roster(
    *, plan: RosterPlan, by: User | None, done: Callable[[], None] = lambda: None
) -> Taken:
    """Write the lines of the plan that can be taken; raises `RosterChanged` and writes nothing
    where somebody else has made one of these accounts meanwhile."""
    lines = plan.taken
    new = [line for line in lines if line.outcome == Outcome.NEW]
    try:
        with transaction.atomic():
            _make(new, by, done)
            for line in lines:
                if line.outcome in {Outcome.CHANGED, Outcome.MOVED}:
                    _change(line, by)
                    done()
            counts = plan.counts()
            if any(counts[outcome] for outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.MOVED)):
                _record_all(plan, by)
    except IntegrityError as error:
        raise RosterChanged from error
    return Taken([line.user for line in new if line.user], counts)


def _record_all(plan: RosterPlan, by: User | None) -> None:
    """One entry for the roster, with the school of the most lines as its target."""
    schools = [line.school for line in plan.taken if line.school]
    target = max(schools, key=schools.count) if len(schools) < 100 else schools[0]
    record("roster.taken", target, by=by, **plan.counts())


def _change(line: Line, by: User | None) -> None:
    person, school = line.user, line.school
    if person is None or school is None:
        return
    membership = line.membership
    if line.leaves is not None:
        membership = move_person(person=person, to=school, by=by)
    elif membership is None:
        membership = Membership.objects.create(user=person, school=school)
        record("person.joined", person, by=by, school=school.name)
    if line.taught:
        set_taught(membership=membership, taught=line.taught, by=by)
    for title in line.new_titles:
        enter_title(
            person=person, kind=title.kind, level=title.level, since=title.since or today(), by=by
        )
    for role, scope, subject, stage in line.new_grants:
        grant_role(person=person, role=role, scope=scope, subject=subject, stage=stage, by=by)


def _make(lines: list[Line], by: User | None, done: Callable[[], None]) -> None:
    """New accounts without a password: their invitation lets them set one."""
    names = _user_names(lines)
    for at in range(0, len(lines), _AT_ONCE):
        _make_some(lines[at : at + _AT_ONCE], names, by)
        for _line in lines[at : at + _AT_ONCE]:
            done()


def _make_some(lines: list[Line], names: dict[int, str], by: User | None) -> None:
    for line in lines:
        line.user = User(
            username=names[line.line],
            name=line.name,
            phone=line.phone,
            pinyin=pinyin_of(line.name),
            password=make_password(None),
        )
    User.objects.bulk_create(line.user for line in lines if line.user)
    for line in lines:
        if line.user and line.school:
            line.membership = Membership(user=line.user, school=line.school)
    Membership.objects.bulk_create(line.membership for line in lines if line.membership)
    TeachingAssignment.objects.bulk_create(
        TeachingAssignment(membership=line.membership, subject=subject, grade=grade, stage=stage)
        for line in lines
        for subject, grade, stage in line.taught
    )
    TeacherTitle.objects.bulk_create(_titles(lines, by))
    RoleGrant.objects.bulk_create(_grants(lines, by))
    AuditEntry.objects.bulk_create(
        entry("person.made", line.user, by=by, school=str(line.school), line=line.line)
        for line in lines
        if line.user
    )
    AuditEntry.objects.bulk_create(
        entry("role.granted", line.user, by=by, role=str(role), scope=str(scope))
        for line in lines
        for role, scope, _subject, _stage in line.new_grants
        if line.user
    )


def _titles(lines: list[Line], by: User | None) -> Iterable[TeacherTitle]:
    return (
        TeacherTitle(
            user=line.user,
            kind=title.kind,
            level=title.level,
            since=title.since or today(),
            entered_by=by,
        )
        for line in lines
        for title in line.new_titles
    )


def _grants(lines: list[Line], by: User | None) -> Iterable[RoleGrant]:
    return (
        RoleGrant(
            user=line.user,
            role=role,
            subject=subject,
            stage=stage,
            granted_by=by,
            **scope_columns(scope),
        )
        for line in lines
        for role, scope, subject, stage in line.new_grants
    )


def _user_names(lines: list[Line]) -> dict[int, str]:
    """A free user name for each line."""
    names = free_user_names([line.name for line in lines])
    return {line.line: name for line, name in zip(lines, names, strict=True)}
