"""Entering and ending the titles of teachers (称号)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from schools.audit import record
from schools.models import TeacherTitle, User
from schools.notices import notify
from schools.staff.actions.common import actor_name, end, locked
from schools.staff.errors import WrongDays
from schools.staff.notices import TITLE


@transaction.atomic
def enter_title(
    *,
    person: User,
    kind: TeacherTitle.Kind,
    level: TeacherTitle.Level,
    since: date,
    until: date | None = None,
    by: User | None,
) -> TeacherTitle:
    """Enter a title that was conferred; one that is held in those days is left as it is."""
    if until is not None and until < since:
        raise WrongDays(since, until)
    held = locked(person)
    there = TeacherTitle.objects.filter(user=held, kind=kind, level=level)
    same = there.filter(until__isnull=True).first() or there.filter(since=since).first()
    if same is not None:
        return same
    title = TeacherTitle.objects.create(
        user=held, kind=kind, level=level, since=since, until=until, entered_by=by
    )
    record("title.entered", held, by=by, title=f"{level} {kind}", since=since.isoformat())
    notify([held], TITLE, actor=actor_name(by), title=str(title))
    return title


@transaction.atomic
def end_title(*, title: TeacherTitle, by: User) -> bool:
    """End a title at once, or take away one that was entered wrongly today; whether it ran."""
    person = locked(title.user)
    row = TeacherTitle.objects.filter(pk=title.pk, until__isnull=True).first()
    if row is None:
        return False
    record("title.ended", person, by=by, title=f"{row.level} {row.kind}")
    end(row)
    return True
