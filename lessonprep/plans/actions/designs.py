"""Making lesson-design models (教学设计模式) of one's own, choosing them, changing a plan's."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from lessonprep.groups.access import Action as GroupAction
from lessonprep.groups.access import can as can_in_group
from lessonprep.groups.models import PrepGroup, PrepPlan
from lessonprep.plans.access import Action, NotNow, can, may_change_design, may_own_designs
from lessonprep.plans.actions.content import lock, text_of, write
from lessonprep.plans.actions.editing import StaleText
from lessonprep.plans.designs import LaidOut, design_hash, laid_out
from lessonprep.plans.models import (
    DesignDefault,
    DesignModel,
    FirstDraft,
    LessonPlan,
    PlanDecision,
    Remark,
)
from lessonprep.plans.queries import designs_for
from schools.audit import record
from schools.models import Region, User

Owner = Region | PrepGroup


class NotYours(Exception):
    """Somebody else's model, or a group or region for which one makes none."""


class StaleDesign(Exception):
    """Another has changed the model since the form was made."""

    def __init__(self, design: DesignModel) -> None:
        super().__init__(str(design))
        self.design = design


class NotForThisGroup(Exception):
    """The model is retired, or of another group or region."""


@transaction.atomic
def copy_design(
    *, source: DesignModel, owner: Owner, name: str, by: User, token: UUID | None = None
) -> DesignModel:
    """A model of the owner's own, with the sections of `source`.

    The same `token` again, of a form sent twice, is the same model.
    """
    if not may_own_designs(by, owner):
        raise NotYours
    type(owner).objects.select_for_update().get(pk=owner.pk)
    code = (token or uuid4()).hex
    known: DesignModel | None = DesignModel.objects.filter(code=code).first()
    if known is not None:
        if owner in {known.region, known.prep_group}:
            return known
        code = uuid4().hex
    made: DesignModel = DesignModel.objects.create(
        code=code,
        name=name.strip(),
        note=source.note,
        sections=source.sections,
        region=owner if isinstance(owner, Region) else None,
        prep_group=owner if isinstance(owner, PrepGroup) else None,
    )
    record("design_model.created", made, by=by, source=source.code)
    return made


def _locked(design: DesignModel, by: User) -> DesignModel:
    fresh: DesignModel = DesignModel.objects.select_for_update().get(pk=design.pk)
    if not may_change_design(by, fresh):
        raise NotYours
    return fresh


@transaction.atomic
def change_design(
    *,
    design: DesignModel,
    name: str,
    note: str,
    sections: list[dict[str, Any]],
    base: str,
    by: User,
) -> DesignModel:
    """Give the model other sections; plans that were made with it keep theirs.

    `base` is the hash of the model that the form was made from; raises `StaleDesign`.
    """
    design = _locked(design, by)
    if (design.name, design.note, design.sections) == (name, note, sections):
        return design
    if design_hash(design) != base:
        raise StaleDesign(design)
    design.name, design.note, design.sections = name, note, sections
    design.save(update_fields=["name", "note", "sections"])
    record("design_model.changed", design, by=by)
    return design


@transaction.atomic
def retire_design(*, design: DesignModel, by: User) -> None:
    """Offer the model no longer; plans that use it keep it."""
    design = _locked(design, by)
    if design.retired_at is None:
        design.retired_at = timezone.now()
        design.save(update_fields=["retired_at"])
        record("design_model.retired", design, by=by)


@transaction.atomic
def bring_back_design(*, design: DesignModel, by: User) -> None:
    """Offer a retired model again."""
    design = _locked(design, by)
    if design.retired_at is not None:
        design.retired_at = None
        design.save(update_fields=["retired_at"])
        record("design_model.brought_back", design, by=by)


@transaction.atomic
def choose_default(*, of: PrepGroup | PrepPlan, design: DesignModel | None, by: User) -> None:
    """With which model the plans of a group or prep plan begin; None leaves it to the site."""
    prep_group = of if isinstance(of, PrepGroup) else of.prep_group
    if not can_in_group(by, GroupAction.PLAN, prep_group):
        raise NotYours
    PrepGroup.objects.select_for_update().get(pk=prep_group.pk)
    if design is not None and not designs_for(prep_group).filter(pk=design.pk).exists():
        raise NotForThisGroup
    where: dict[str, Any] = {"prep_group" if isinstance(of, PrepGroup) else "prep_plan": of}
    now = DesignDefault.objects.filter(**where).first()
    if (now.design_model_id if now else None) == (design.pk if design else None):
        return
    if design is None:
        DesignDefault.objects.filter(**where).delete()
    else:
        DesignDefault.objects.update_or_create(**where, defaults={"design_model": design})
    record("design_model.chosen", of, by=by, design=design.code if design else "")


def anchored(plan: LessonPlan) -> frozenset[str]:
    """Ids of the sections that remarks and decisions belong to."""
    remarks = Remark.objects.filter(plan=plan).values_list("section", flat=True)
    decisions = PlanDecision.objects.filter(plan=plan).values_list("section", flat=True)
    return frozenset(map(str, (*remarks, *decisions)))


def preview(plan: LessonPlan, design: DesignModel) -> LaidOut:
    """The plan's text as it would be under another model."""
    return laid_out(text_of(plan), design.sections, needed=anchored(plan))


@transaction.atomic
def change_plan_design(*, plan: LessonPlan, design: DesignModel, base: int, by: User) -> LessonPlan:
    """Lay the plan out by another model; every text stays, first drafts follow.

    `base` is the revision that the preview was made from; raises `StaleText`. The text before is in
    the history, from where it comes back together with its model.
    """
    plan = lock(plan)
    if not can(by, Action.REDESIGN, plan):
        raise NotNow(plan, Action.REDESIGN)
    if not designs_for(plan.state.task.prep_plan.prep_group).filter(pk=design.pk).exists():
        raise NotForThisGroup
    if plan.design_model_id == design.pk:
        return plan
    if plan.latest_revision_id != base:
        raise StaleText(plan)
    new = preview(plan, design)
    former = plan.design_model.code
    write(plan, new.sections, by=by, design=design)
    lay_out_drafts(plan, design)
    record("plan.redesigned", plan, by=by, design=design.code, former=former)
    return plan


def lay_out_drafts(plan: LessonPlan, design: DesignModel) -> None:
    """First drafts that are still their authors' follow the plan's model; call it locked."""
    ids = {section["value"].get("key", ""): section["id"] for section in text_of(plan)}
    drafts = FirstDraft.objects.select_for_update().filter(plan=plan, frozen_at__isnull=True)
    for draft in drafts:
        draft.sections = laid_out(draft.sections, design.sections, ids=ids).sections
        draft.save(update_fields=["sections"])
