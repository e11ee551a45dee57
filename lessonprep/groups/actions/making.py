"""Making prep groups and planning their term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lessonprep.groups.choices import CHOICES
from lessonprep.groups.models import (
    PrepGroup,
    PrepGroupMember,
    PrepGroupSchool,
    PrepPlan,
    PrepTask,
)
from lessonprep.groups.queries import users_in
from lessonprep.groups.scheduling import Draft
from resources.catalogue.models import Volume
from schools.audit import record
from schools.models import School, Term, User
from schools.notices import notify, register_notice
from schools.tree import make_container, prep_root

register_notice(
    "groups.tasks_made", _("%(actor)s set up the tasks of “%(title)s”; you prepare %(count)s")
)


class AlreadyPlanned(Exception):
    """The group has a plan for this volume and term."""

    def __init__(self, prep_plan: PrepPlan) -> None:
        super().__init__(str(prep_plan))
        self.prep_plan = prep_plan


@transaction.atomic
def create_prep_group(
    *,
    name: str,
    subject: str,
    stage: str,
    grade: int | None,
    lead: School,
    receiving: Iterable[School],
    by: User | None,
) -> PrepGroup:
    """Make a group over the lead end and the receiving ends, with its place in the page tree."""
    prep_group = PrepGroup.objects.create(
        name=name,
        subject=subject,
        stage=stage,
        grade=grade,
        container=make_container(prep_root(), name),
    )
    ends = PrepGroupSchool.End
    PrepGroupSchool.objects.bulk_create(
        [
            PrepGroupSchool(prep_group=prep_group, school=lead, end=ends.LEAD),
            *(
                PrepGroupSchool(prep_group=prep_group, school=school, end=ends.RECEIVING)
                for school in receiving
            ),
        ]
    )
    record("prep_group.created", prep_group, by=by)
    return prep_group


@transaction.atomic
def add_member(
    *,
    prep_group: PrepGroup,
    user: User,
    school: School,
    role: PrepGroupMember.Role = PrepGroupMember.Role.MEMBER,
    since: date | None = None,
    by: User | None,
) -> PrepGroupMember:
    """Take a teacher of one of the group's schools into it."""
    dated = {} if since is None else {"since": since}
    member: PrepGroupMember = PrepGroupMember.objects.create(
        prep_group=prep_group, user=user, school=school, role=role, **dated
    )
    record("prep_group.member_added", prep_group, by=by, member=user.username, role=role)
    return member


@transaction.atomic
def create_prep_plan(
    *,
    prep_group: PrepGroup,
    volume: Volume,
    term: Term,
    periods_per_week: int,
    drafts: Sequence[Draft],
    by: User,
    choices: Mapping[str, str] | None = None,
) -> PrepPlan:
    """Make the plan and its whole task list; raises `AlreadyPlanned` on a second try.

    `choices` are what was chosen of `groups.choices`, by name.
    """
    PrepGroup.objects.select_for_update().get(pk=prep_group.pk)
    made = PrepPlan.objects.filter(prep_group=prep_group, volume=volume, term=term).first()
    if made is not None:
        raise AlreadyPlanned(made)
    prep_plan = PrepPlan.objects.create(
        prep_group=prep_group,
        volume=volume,
        term=term,
        periods_per_week=periods_per_week,
        created_by=by,
    )
    PrepTask.objects.bulk_create(
        [
            PrepTask(
                prep_plan=prep_plan,
                chapter_id=draft.chapter_id,
                position=position,
                periods=draft.periods,
                teaching_day=draft.teaching_day,
                draft_due=draft.draft_due,
                discussion_due=draft.discussion_due,
                approval_due=draft.approval_due,
                main_preparer_id=draft.main_preparer_id,
            )
            for position, draft in enumerate(drafts, start=1)
        ]
    )
    record("prep_plan.created", prep_plan, by=by, tasks=len(drafts))
    for name, value in (choices or {}).items():
        CHOICES[name].choose(prep_plan, value, by)
    _tell_preparers(prep_plan, drafts, by)
    return prep_plan


def _tell_preparers(prep_plan: PrepPlan, drafts: Sequence[Draft], by: User) -> None:
    from django.urls import reverse

    url = reverse("plans:board", args=[prep_plan.uuid])
    for user in users_in(prep_plan.prep_group):
        count = sum(draft.main_preparer_id == user.pk for draft in drafts)
        if count and user != by:
            notify(
                [user],
                "groups.tasks_made",
                url=url,
                actor=by.name,
                title=prep_plan.volume.short_title,
                count=count,
            )
