"""Comments and points raised (修改意见) on the sections of a plan."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lessonprep.plans.access import Action, NotNow, can
from lessonprep.plans.actions.content import lock, text_of
from lessonprep.plans.models import LessonPlan, Remark
from lessonprep.plans.sections import find
from schools.audit import record
from schools.models import User
from schools.notices import notify, register_notice

register_notice("plans.point", _("%(actor)s raised a point on “%(title)s”: %(text)s"))


@transaction.atomic
def remark(
    *,
    plan: LessonPlan,
    section_id: UUID,
    text: str,
    by: User,
    token: UUID,
    kind: Remark.Kind = Remark.Kind.COMMENT,
    parent: Remark | None = None,
) -> Remark:
    """Say something about a section; the form's `token` makes a double click count once."""
    plan = _locked(plan, by)
    sent = Remark.objects.filter(token=token).first()
    if sent is not None:
        return sent
    find(text_of(plan), str(section_id))
    made = Remark.objects.create(
        plan=plan,
        section=section_id,
        text=text.strip(),
        author=by,
        token=token,
        kind=kind,
        parent=parent,
    )
    record(f"plan.{kind}_made", plan, by=by, remark=made.pk)
    main = plan.state.task.main_preparer
    if kind == Remark.Kind.POINT and main and main != by:
        notify(
            [main],
            "plans.point",
            url=f"{plan.get_absolute_url()}#r{made.pk}",
            actor=by.name,
            title=plan.title,
            text=made.text[:60],
        )
    return made


@transaction.atomic
def raise_as_point(*, plan: LessonPlan, comment: Remark, by: User) -> Remark:
    """Turn a comment into a point that must be settled before approval."""
    plan = _locked(plan, by)
    comment = Remark.objects.select_for_update().get(pk=comment.pk)
    if comment.kind == Remark.Kind.COMMENT and comment.parent_id is None:
        comment.kind = Remark.Kind.POINT
        comment.save(update_fields=["kind"])
        record("plan.point_made", plan, by=by, remark=comment.pk)
    return comment


@transaction.atomic
def settle(*, plan: LessonPlan, point: Remark, settlement: str, by: User) -> Remark:
    """Settle a point, or close a comment."""
    plan = _locked(plan, by)
    point = Remark.objects.select_for_update().get(pk=point.pk)
    if point.settled_at is None:
        point.settled_at = timezone.now()
        point.settled_by = by
        point.settlement = settlement.strip()[:300]
        point.save(update_fields=["settled_at", "settled_by", "settlement"])
        record("plan.point_settled", plan, by=by, remark=point.pk)
    return point


@transaction.atomic
def reopen(*, plan: LessonPlan, point: Remark, by: User) -> Remark:
    """Open a settled point again."""
    plan = _locked(plan, by)
    point = Remark.objects.select_for_update().get(pk=point.pk)
    if point.settled_at is not None:
        point.settled_at = point.settled_by = None
        point.settlement = ""
        point.save(update_fields=["settled_at", "settled_by", "settlement"])
        record("plan.point_reopened", plan, by=by, remark=point.pk)
    return point


def _locked(plan: LessonPlan, by: User) -> LessonPlan:
    plan = lock(plan)
    if not can(by, Action.REMARK, plan):
        raise NotNow(plan, Action.REMARK)
    return plan
