"""Reading and writing the text of a plan: always the latest revision, always under the row lock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Page, Revision

from lessonprep.plans.models import DesignModel, LessonPlan
from lessonprep.plans.sections import Section
from schools.models import User

SAME_SITTING = timedelta(minutes=10)
"""Within this time a writer's next save goes into the same revision."""


def lock(plan: LessonPlan) -> LessonPlan:
    """The plan's row locked, with state and task read afresh; call it in a transaction."""
    Page.objects.select_for_update().get(pk=plan.pk)
    return LessonPlan.objects.select_related(
        "state__task__prep_plan__prep_group",
        "state__task__main_preparer",
        "state__task__chapter",
        "design_model",
    ).get(pk=plan.pk)


def text_of(plan: LessonPlan) -> list[Section]:
    """The sections of the latest revision, as plain data."""
    latest: LessonPlan = plan.get_latest_revision_as_object()
    return sections_of(latest)


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
    versions keep their own text, so nothing else leans on it.
    """
    latest: LessonPlan = plan.get_latest_revision_as_object()
    latest.sections = _field().to_python(_as_json(sections))
    if design is not None:
        latest.design_model = plan.design_model = design
        LessonPlan.objects.filter(pk=plan.pk).update(design_model=design)
    over = plan.latest_revision if same_sitting else None
    if over is not None and not _may_write_over(plan, over, by):
        over = None
    revision: Revision = latest.save_revision(
        user=by, overwrite_revision=over, clean=False, log_action=False
    )
    plan.latest_revision = revision  # what is read of `plan` from here on is the new text
    return revision


def _field() -> Any:
    return LessonPlan._meta.get_field("sections")


def _as_json(sections: list[Section]) -> str:
    import json

    return json.dumps(sections)


def _may_write_over(plan: LessonPlan, revision: Revision, by: User) -> bool:
    return (
        revision.user_id == by.pk
        and revision.created_at > timezone.now() - SAME_SITTING
        and revision.pk != plan.live_revision_id
        and not revision.task_states.exists()
    )
