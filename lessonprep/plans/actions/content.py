"""Reading and writing the text of a plan: one place for all, always under the row lock.

The text is the latest revision, or what stands in the room while the plan is written together.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Page, Revision

from lessonprep.plans.live import together
from lessonprep.plans.models import DesignModel, LessonPlan, RevisionWriter
from lessonprep.plans.sections import Section
from schools.models import User

SAME_SITTING = timedelta(minutes=10)
"""Within this time a writer's next save goes into the same revision."""


def lock(plan: LessonPlan) -> LessonPlan:
    """The plan's row locked, with state and task read afresh; call it in a transaction."""
    Page.objects.select_for_update().get(pk=plan.pk)
    together().hold(plan)
    return LessonPlan.objects.select_related(
        "state__task__prep_plan__prep_group",
        "state__task__main_preparer",
        "state__task__chapter",
        "design_model",
    ).get(pk=plan.pk)


def text_of(plan: LessonPlan) -> list[Section]:
    """The sections as they read now, as plain data."""
    live = together().text(plan)
    if live is not None:
        return live
    latest: LessonPlan = plan.get_latest_revision_as_object()
    return sections_of(latest)


def last_change(plan: LessonPlan) -> tuple[User | None, datetime]:
    """Who has changed the text last, and when."""
    latest: Revision = plan.latest_revision
    return together().last_change(plan) or (latest.user, latest.created_at)


def sections_of(page: LessonPlan) -> list[Section]:
    """The sections of a page object, as plain data."""
    prepared: list[Section] = page.sections.get_prep_value()
    return prepared


def write(
    plan: LessonPlan,
    sections: list[Section],
    *,
    by: User,
    same_sitting: bool = False,
    design: DesignModel | None = None,
) -> Revision:
    """Save `sections` as a draft revision of the locked plan, under another `design` if given.

    With `same_sitting` the writer's own latest revision is written over while it is fresh:
    versions keep their own text, so nothing else leans on it. Without, what others have written
    together since the latest revision becomes one of its own first.
    """
    if not same_sitting:
        together().save(plan)
    sections = together().bring(plan, sections, by)
    over = plan.latest_revision if same_sitting else None
    if over is not None and not (_is_own(over, by) and may_write_over(plan, over)):
        over = None
    revision = save_revision(plan, sections, user=by, over=over, design=design)
    together().saved(plan, revision)
    return revision


def save_revision(
    plan: LessonPlan,
    sections: list[Section],
    *,
    user: User | None,
    over: Revision | None = None,
    design: DesignModel | None = None,
) -> Revision:
    """`sections` as the plan's latest revision; `over`, of the same user, is written over."""
    latest: LessonPlan = plan.get_latest_revision_as_object()
    latest.sections = _field().to_python(_as_json(sections))
    if design is not None:
        latest.design_model = plan.design_model = design
        LessonPlan.objects.filter(pk=plan.pk).update(design_model=design)
    revision: Revision = latest.save_revision(
        user=user, overwrite_revision=over, clean=False, log_action=False
    )
    plan.latest_revision = revision  # what is read of `plan` from here on is the new text
    return revision


def note_writers(revision: Revision, users: Iterable[User]) -> None:
    """Name everybody whose writing has gone into the revision, its user among them."""
    RevisionWriter.objects.bulk_create(
        [RevisionWriter(revision=revision, user=user) for user in users], ignore_conflicts=True
    )


def _field() -> Any:
    return LessonPlan._meta.get_field("sections")


def _as_json(sections: list[Section]) -> str:
    import json

    return json.dumps(sections)


def _is_own(revision: Revision, by: User) -> bool:
    return revision.user_id == by.pk and revision.created_at > timezone.now() - SAME_SITTING


def may_write_over(plan: LessonPlan, revision: Revision) -> bool:
    """Whether nothing leans on what the revision says."""
    return revision.pk != plan.live_revision_id and not revision.task_states.exists()
