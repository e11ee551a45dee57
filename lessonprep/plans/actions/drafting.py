"""First drafts (个人初次备课): written alone, opened together."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from lessonprep.plans.access import Action, NotNow, can
from lessonprep.plans.actions.content import lock, text_of
from lessonprep.plans.actions.editing import StaleSection
from lessonprep.plans.models import FirstDraft, LessonPlan
from lessonprep.plans.sections import Section, find, from_form, is_empty, replaced, section_hash
from schools.audit import record
from schools.models import User


class NothingWritten(Exception):
    """The draft has no text yet, so there is nothing to hand in."""


@transaction.atomic
def save_draft_section(
    *, plan: LessonPlan, section_id: str, posted: dict[str, Any], base: str, by: User
) -> Section:
    """Save a section of the writer's own draft; raises `StaleSection`, `NotNow`, `SectionGone`."""
    plan = lock(plan)
    if not can(by, Action.DRAFT, plan):
        raise NotNow(plan, Action.DRAFT)
    draft, made = FirstDraft.objects.select_for_update().get_or_create(
        plan=plan, author=by, defaults={"sections": text_of(plan)}
    )
    if made:
        record("first_draft.started", plan, by=by)
    current = find(draft.sections, section_id)
    new = from_form(current, posted)
    if section_hash(new) == section_hash(current):
        return current
    if section_hash(current) != base:
        raise StaleSection(mine=new, theirs=current, by=by, at=draft.saved_at)
    draft.sections = replaced(draft.sections, new)
    draft.save(update_fields=["sections", "saved_at"])
    return new


@transaction.atomic
def hand_in_draft(*, plan: LessonPlan, by: User) -> FirstDraft:
    """Tell the group that one's draft is ready; it stays unseen and can still be changed."""
    plan = lock(plan)
    if not can(by, Action.DRAFT, plan):
        raise NotNow(plan, Action.DRAFT)
    draft = FirstDraft.objects.select_for_update().filter(plan=plan, author=by).first()
    if draft is None or all(map(is_empty, draft.sections)):
        raise NothingWritten
    if draft.handed_in_at is None:
        draft.handed_in_at = timezone.now()
        draft.save(update_fields=["handed_in_at"])
        record("first_draft.handed_in", plan, by=by)
    return draft
