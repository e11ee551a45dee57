"""Writing a section of the group's text; restoring an earlier text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.models import Revision

from lessonprep.plans.access import Action, NotNow, can
from lessonprep.plans.actions.content import last_change, lock, sections_of, text_of, write
from lessonprep.plans.models import LessonPlan
from lessonprep.plans.sections import Section, find, from_form, replaced, section_hash
from lessonprep.plans.word.sharing import share
from resources.library.word.pictures import media_in
from schools.audit import record
from schools.models import User


class StaleSection(Exception):
    """Another has saved the section since the form was made; both texts are kept."""

    def __init__(
        self, *, mine: Section, theirs: Section, by: User | None, at: datetime | None
    ) -> None:
        super().__init__(theirs["id"])
        self.mine = mine
        self.theirs = theirs
        self.by = by
        self.at = at


@transaction.atomic
def save_section(
    *, plan: LessonPlan, section_id: str, posted: dict[str, Any], base: str, by: User
) -> Section:
    """Save one section into the latest text, whatever others did to the other sections.

    `base` is the hash of the text that the form was made from. Raises `StaleSection`, `NotNow`,
    `SectionGone`, `InvalidSection`. The same text sent again changes nothing.
    """
    plan = lock(plan)
    if not can(by, Action.EDIT, plan):
        raise NotNow(plan, Action.EDIT)
    sections = text_of(plan)
    current = find(sections, section_id)
    new = from_form(current, posted)
    if section_hash(new) == section_hash(current):
        return current
    if section_hash(current) != base:
        who, when = last_change(plan)
        raise StaleSection(mine=new, theirs=current, by=who, at=when)
    before = plan.latest_revision_id
    revision = write(plan, replaced(sections, new), by=by, same_sitting=True)
    if revision.pk != before:
        record("plan.edited", plan, by=by, section=current["value"]["heading"])
    share(plan, media_in([new]), by=by)
    return find(text_of(plan), section_id)


@transaction.atomic
def restore_revision(*, plan: LessonPlan, revision_id: int, base: int, by: User) -> LessonPlan:
    """Make an earlier text the latest one again, as a new revision: nothing is lost.

    `base` is the revision that the writer saw as the latest; raises `StaleText` when it is not.
    """
    plan = lock(plan)
    if not can(by, Action.EDIT, plan):
        raise NotNow(plan, Action.EDIT)
    old = Revision.objects.for_instance(plan).filter(pk=revision_id).first()
    if old is None:
        raise RevisionGone(revision_id)
    page = old.as_object()
    sections = sections_of(page)
    if sections == text_of(plan):
        return plan
    if plan.latest_revision_id != base:
        raise StaleText(plan)
    write(plan, sections, by=by, design=page.design_model)
    record("plan.restored", plan, by=by, revision=revision_id)
    return plan


class StaleText(Exception):
    """The plan has been saved since the page was shown."""

    def __init__(self, plan: LessonPlan) -> None:
        super().__init__(str(plan))
        self.plan = plan


class RevisionGone(LookupError):
    """The plan has no such revision."""
