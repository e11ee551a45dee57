"""Pictures in a plan's text (插图): a writer's own until the text that shows them is shared."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.models import ProtectedError
from django.template.defaultfilters import filesizeformat

from lessonprep.groups.models import PrepGroupMember
from lessonprep.plans.access import Action, NotNow, can, may_draft
from lessonprep.plans.live import together
from lessonprep.plans.models import FirstDraft, LessonPlan
from lessonprep.plans.word.sharing import share
from media.actions import store_upload
from media.inspection import MEGABYTE, FileTooLarge, inspect
from media.models import Picture
from media.queries import IN_PORTAL, unused
from schools.audit import record
from schools.models import School, User

LARGEST = 20 * MEGABYTE
"""A photo of a telephone has 3 to 12; the page makes larger ones smaller before it sends them."""


def store_picture(*, plan: LessonPlan, is_draft: bool, file: File[bytes], by: User) -> Picture:
    """Store a picture for the text that `by` is writing; raises a `FileRefused` or `NotNow`.

    It is `by`'s own: the group sees it from the moment in which the text that shows it is saved,
    and of a first draft from the opening; where the plan is written together, at once. The same
    picture sent twice is stored once.
    """
    check_writer(plan, is_draft, by)
    name = str(file.name or "")
    inspect(file, name, model="picture")
    if file.size > LARGEST:
        raise FileTooLarge(name, size=filesizeformat(file.size), limit=filesizeformat(LARGEST))
    stored = store_upload(file=file, by=by, school=school_of(plan, by))
    if not isinstance(stored, Picture):  # pragma: no cover - the inspection has told
        raise TypeError(stored)
    if not is_draft and together().is_open(plan):
        share(plan, [stored.uuid], by=by)
    return stored


def check_writer(plan: LessonPlan, is_draft: bool, by: User) -> None:
    """Raises `NotNow` where `by` may not write the first draft, or the group's text, at present."""
    if not is_draft and not can(by, Action.EDIT, plan):
        raise NotNow(plan, Action.EDIT)
    draft = FirstDraft.objects.filter(plan=plan, author=by).first()
    if is_draft and not may_draft(by, plan, draft):
        raise NotNow(plan, Action.DRAFT)


def school_of(plan: LessonPlan, by: User) -> School | None:
    """The school for which `by` is in the plan's group."""
    members = PrepGroupMember.objects.on().filter(
        prep_group=plan.state.task.prep_plan.prep_group_id, user=by
    )
    member = members.select_related("school").first()
    return member.school if member else None


def drop_unused(uuids: Iterable[str], *, of: User) -> int:
    """Delete those of `of`'s pictures that nothing shows; how many there were.

    A first draft uses what it shows, though no page does yet.
    """
    own = Picture.objects.filter(uuid__in=[UUID(uuid) for uuid in uuids], uploaded_by_user=of)
    return sum(map(_dropped, unused(own.exclude(IN_PORTAL))))


def _dropped(picture: Picture) -> bool:
    drafts = FirstDraft.objects.filter(author=picture.uploaded_by_user)
    if drafts.filter(sections__icontains=str(picture.uuid)).exists():
        return False
    try:
        with transaction.atomic():
            record("file.dropped", picture, by=None, sha256=picture.sha256)
            picture.delete()
    except ProtectedError:
        return False  # the record of a meeting shows it, or a page has begun to
    return True
