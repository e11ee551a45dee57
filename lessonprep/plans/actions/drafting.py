"""First drafts (个人初次备课): written alone, handed in, opened together.

What was not handed in stays its author's: it can still be finished and handed in until the plan is
approved, and then joins the others.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lessonprep.plans.access import Action, NotNow, Phase, may_draft
from lessonprep.plans.actions.agenda import number_agenda
from lessonprep.plans.actions.content import lock, text_of
from lessonprep.plans.actions.editing import StaleSection
from lessonprep.plans.models import FirstDraft, LessonPlan
from lessonprep.plans.sections import Section, find, from_form, is_empty, replaced, section_hash
from lessonprep.plans.word.sharing import share_drafts
from schools.audit import record
from schools.models import User
from schools.notices import notify, register_notice

register_notice(
    "plans.late_draft", _("%(actor)s handed in a first draft of “%(title)s” after the opening")
)


class NothingWritten(Exception):
    """The draft has no text yet, so there is nothing to hand in."""


@transaction.atomic
def save_draft_section(
    *, plan: LessonPlan, section_id: str, posted: dict[str, Any], base: str, by: User
) -> Section:
    """Save a section of the writer's own draft; raises `StaleSection`, `NotNow`, `SectionGone`."""
    plan = lock(plan)
    draft = _writable(plan, by)
    if draft is None:
        draft = FirstDraft.objects.create(plan=plan, author=by, sections=text_of(plan))
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
    """Tell the group that one's draft is ready; it stays unseen and can still be changed.

    When the discussion is open already, the group sees it at once, and it stays as it is.
    """
    plan = lock(plan)
    draft = _writable(plan, by)
    if draft is None or all(map(is_empty, draft.sections)):
        raise NothingWritten
    is_late = plan.state.phase != Phase.FIRST_DRAFT
    if draft.handed_in_at is None or is_late:
        draft.handed_in_at = draft.handed_in_at or timezone.now()
        draft.frozen_at = timezone.now() if is_late else None
        draft.save(update_fields=["handed_in_at", "frozen_at"])
        record("first_draft.handed_in", plan, by=by, late=is_late)
    if is_late:
        share_drafts(plan)
        number_agenda(plan)
        _tell_of_late_draft(plan, by)
    return draft


def _writable(plan: LessonPlan, by: User) -> FirstDraft | None:
    """The writer's own draft, locked, None before it is begun; raises `NotNow`."""
    draft: FirstDraft | None = (
        FirstDraft.objects.select_for_update().filter(plan=plan, author=by).first()
    )
    if not may_draft(by, plan, draft):
        raise NotNow(plan, Action.DRAFT)
    return draft


def _tell_of_late_draft(plan: LessonPlan, by: User) -> None:
    main = plan.state.task.main_preparer
    if main is not None and main != by:
        url = reverse("plans:drafts", args=[plan.uuid])
        notify([main], "plans.late_draft", url=url, actor=by.name, title=plan.title)
