"""Giving and ending roles (角色), never above one's own right."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from schools.access import Role, Scope, scope_columns
from schools.audit import record
from schools.models import RoleGrant, User
from schools.models.dated import held_on, today
from schools.notices import notify
from schools.staff.access import may_grant
from schools.staff.actions.common import actor_name, end, free_user_names, locked
from schools.staff.errors import NotYours, PhoneTaken, WrongDays
from schools.staff.notices import ROLE_ENDED, ROLE_GRANTED


@transaction.atomic
def grant_role(
    *,
    person: User,
    role: Role,
    scope: Scope | None,
    by: User | None,
    stage: str = "",
    subject: str = "",
    since: date | None = None,
    until: date | None = None,
) -> RoleGrant:
    """Give the role from `since`, today by default; one that is held already is left as it is.

    Raises `NotYours` where `by` may not give it.
    """
    if not may_grant(by, role, scope):
        raise NotYours(scope)
    since = since or today()
    if until is not None and until < since:
        raise WrongDays(since, until)
    locked(person)
    what = {"role": role, "stage": stage, "subject": subject, **scope_columns(scope)}
    held = RoleGrant.objects.filter(held_on(since), user=person, **what).first()
    if held is not None:
        return held
    grant = RoleGrant.objects.create(user=person, since=since, until=until, granted_by=by, **what)
    record("role.granted", person, by=by, **_detail(grant))
    _tell(grant, ROLE_GRANTED, by)
    return grant


@transaction.atomic
def make_holder(*, name: str, phone: str, role: Role, scope: Scope | None, by: User) -> User:
    """An account for somebody of no school, a county's researcher, who holds the role at once.

    It has no password: an invitation lets them set one. Raises `NotYours`, `PhoneTaken`.
    """
    if not may_grant(by, role, scope):
        raise NotYours(scope)
    made = User(username=free_user_names([name])[0], name=name, phone=phone)
    made.set_unusable_password()
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise PhoneTaken(phone) from error
    record("person.made", made, by=by, scope=str(scope or ""))
    grant_role(person=made, role=role, scope=scope, by=by)
    return made


@transaction.atomic
def end_role(*, grant: RoleGrant, by: User | None) -> bool:
    """End a role at once; whether it was still running or to come."""
    if not may_grant(by, Role(grant.role), grant.scope):
        raise NotYours(grant.scope)
    person = locked(grant.user)
    row = RoleGrant.objects.filter(pk=grant.pk).first()
    if row is None or (row.until is not None and row.until < today()):
        return False
    record("role.ended", person, by=by, **_detail(row))
    _tell(row, ROLE_ENDED, by)
    end(row)
    return True


def _tell(grant: RoleGrant, kind: str, by: User | None) -> None:
    if by is not None and by.pk == grant.user_id:
        return
    notify(
        [grant.user],
        kind,
        actor=actor_name(by),
        role=str(grant.get_role_display()),
        place=str(grant.scope or "Gongbei"),
    )


def _detail(grant: RoleGrant) -> dict[str, str]:
    return {
        "role": str(grant.role),
        "scope": str(grant.scope or ""),
        "stage": grant.stage,
        "subject": grant.subject,
        "since": grant.since.isoformat(),
        "until": grant.until.isoformat() if grant.until else "",
    }
