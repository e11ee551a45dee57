"""Which pictures a plan uses: those of its opened first drafts and of its text.

They are only ever added: versions and opened drafts, which do not change, go on showing them.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lessonprep.plans.models import FirstDraft, LessonPlan
from media import access as media_access
from media.actions import set_uses
from media.models import FileUse
from media.queries import files_named, files_of
from resources.library.word.pictures import media_in
from schools.models import User


def share(plan: LessonPlan, uuids: Iterable[UUID], *, by: User) -> None:
    """Let the group see those of the pictures that `by` may use."""
    wanted = set(uuids)
    if not wanted:
        return
    there = files_of(plan, FileUse.Side.DRAFT)
    known = {file.uuid for file in there}
    new = [file for file in files_named(wanted - known) if media_access.can(by, "attach", file)]
    if new:
        set_uses(page=plan, side=FileUse.Side.DRAFT, files=[*there, *new], by=by)


def share_drafts(plan: LessonPlan) -> None:
    """At the opening: the group sees the pictures of the drafts that were opened."""
    drafts = FirstDraft.objects.filter(plan=plan, frozen_at__isnull=False)
    for draft in drafts.select_related("author"):
        share(plan, media_in(draft.sections), by=draft.author)
