"""Making subject bases (学科基地) and saying which schools belong to them."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction

from schools.audit import record
from schools.models import Region, School, SubjectBase, SubjectBaseMember, User
from schools.models.dated import held_on, today
from schools.staff.access import covers
from schools.staff.actions.common import end
from schools.staff.errors import NotYours


class BaseNamedSo(Exception):
    """Another base of the region has the name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@transaction.atomic
def make_base(
    *, name: str, subject: str, stage: str, region: Region, lead_school: School, by: User
) -> SubjectBase:
    """A new base with its leading school; the same form sent twice counts once."""
    if not covers(by, region):
        raise NotYours(region)
    what: dict[str, Any] = {"subject": subject, "stage": stage, "lead_school": lead_school}
    try:
        with transaction.atomic():
            base, made = SubjectBase.objects.get_or_create(region=region, name=name, **what)
    except IntegrityError as error:
        raise BaseNamedSo(name) from error
    if made:
        SubjectBaseMember.objects.create(subject_base=base, school=lead_school)
        record("base.made", base, by=by, subject=subject, stage=stage, lead=lead_school.name)
    return base


@transaction.atomic
def take_in_school(*, base: SubjectBase, school: School, by: User) -> SubjectBaseMember:
    """Let a school belong to the base from today; one that does is left as it is."""
    if not covers(by, base):
        raise NotYours(base)
    held = SubjectBase.objects.select_for_update().get(pk=base.pk)
    running = SubjectBaseMember.objects.filter(held_on(today()), subject_base=held, school=school)
    if there := running.first():
        return there
    made = SubjectBaseMember.objects.create(subject_base=held, school=school)
    record("base.school_joined", held, by=by, school=school.name)
    return made


@transaction.atomic
def let_school_go(*, base: SubjectBase, school: School, by: User) -> bool:
    """End a school's time in the base at once; never that of the leading school."""
    if not covers(by, base):
        raise NotYours(base)
    held = SubjectBase.objects.select_for_update().get(pk=base.pk)
    running = SubjectBaseMember.objects.filter(held_on(today()), subject_base=held, school=school)
    row = running.first()
    if row is None or school.pk == held.lead_school_id:
        return False
    end(row)
    record("base.school_left", held, by=by, school=school.name)
    return True
