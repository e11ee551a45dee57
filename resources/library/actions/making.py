"""Making resources and changing their drafts (新建, 修改草稿)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.models import Page

from media.models import FileRecord, Video
from resources.library.access import Action, can
from resources.library.actions.common import latest, lock
from resources.library.audience import refresh_audience
from resources.library.errors import InReview, StaleDraft
from resources.library.files import keep_draft_uses
from resources.library.models import (
    KINDS,
    Described,
    LessonPlanEdition,
    Microlecture,
    Resource,
)
from resources.library.queries import Purpose, waiting_submission
from schools.audit import record
from schools.curriculum import stage_of
from schools.models import School, User
from schools.tree import container_for_school

Made = TypeVar("Made", bound=Resource)
DESCRIPTION = frozenset(field.name for field in Described._meta.get_fields()) | {
    *("difficulty", "tags", "standards", "link"),
}


@transaction.atomic
def create_edition(
    *,
    school: School,
    by: User,
    title: str,
    description: Mapping[str, Any],
    sections: Any,
    source_uuid: UUID,
    source_number: int,
    source_hash: str,
) -> LessonPlanEdition:
    """A draft edition of a plan's version in the school's library, made by `by`.

    `sections` is the data of a StreamField, ids included; the caller has checked the right to it.
    """
    edition = LessonPlanEdition(
        source_uuid=source_uuid, source_number=source_number, source_hash=source_hash
    )
    edition.sections = sections
    describe(edition, title, description)
    return _insert(edition, school=school, by=by, version=source_number)


@transaction.atomic
def new_edition_revision(
    edition: LessonPlanEdition,
    *,
    by: User,
    title: str,
    description: Mapping[str, Any],
    sections: Any,
    source_number: int,
    source_hash: str,
    source_uuid: UUID | None = None,
) -> LessonPlanEdition:
    """The next version of the plan as the edition's next draft; readers go on seeing the old one.

    Raises `InReview` while editors look at the present draft.
    """
    page = lock(edition)
    draft = latest(page)
    assert isinstance(page, LessonPlanEdition)  # noqa: S101 - for the type checker
    assert isinstance(draft, LessonPlanEdition)  # noqa: S101 - for the type checker
    # The group puts its plan into the library again: that takes it out of its maker's bin.
    LessonPlanEdition.objects.filter(pk=page.pk).update(binned_at=None)
    if (draft.source_number, draft.source_hash) == (source_number, source_hash):
        return page
    _must_be_open(page)
    draft.sections = sections
    draft.source_uuid = source_uuid or draft.source_uuid
    draft.source_number, draft.source_hash = source_number, source_hash
    describe(draft, title, description)
    _save_draft(draft, by=by, version=source_number)
    return draft


@transaction.atomic
def create_resource(
    *,
    kind: str,
    school: School,
    by: User,
    title: str,
    description: Mapping[str, Any],
    content: Mapping[str, Any] | None = None,
    files: Iterable[FileRecord] = (),
    token: UUID | None = None,
) -> Resource:
    """A draft of a kind; the same form sent twice (same `token`) makes one.

    `content` holds fields of the kind's model as the form gives them; `files` go where the kind
    wants them.
    """
    resource = KINDS[kind](uuid=token or uuid4())
    describe(resource, title, description)
    take_content(resource, content or {}, files)
    return _insert(resource, school=school, by=by)


@transaction.atomic
def save_resource(
    resource: Resource,
    *,
    by: User,
    base_revision_id: int | None,
    title: str,
    description: Mapping[str, Any],
    content: Mapping[str, Any],
    files: Iterable[FileRecord] = (),
) -> Resource:
    """Save the draft; what `content` does not name stays.

    Raises `StaleDraft` where the draft is not the one that the form was made from, `InReview`
    while editors look at it. A form that changes nothing saves nothing.
    """
    page = lock(resource)
    if not can(by, Action.EDIT, page):
        raise PermissionDenied
    draft = latest(page)
    before = _values(draft)
    theirs_revision = page.latest_revision_id
    describe(draft, title, description)
    take_content(draft, content, files)
    if _values(draft) == before:
        return draft
    _must_be_open(page)
    if base_revision_id != theirs_revision:
        raise StaleDraft(page, latest(lock(resource)))
    _save_draft(draft, by=by)
    return draft


def create_microlecture(
    *,
    school: School,
    by: User,
    title: str,
    description: Mapping[str, Any],
    content: Mapping[str, Any],
    video: Video | None = None,
    token: UUID | None = None,
) -> Microlecture:
    """A draft microlecture; `content` holds `knowledge_point`, `duration` and `body` (HTML)."""
    made = create_resource(
        kind="microlecture",
        school=school,
        by=by,
        title=title,
        description=description,
        content=content,
        files=[] if video is None else [video],
        token=token,
    )
    assert isinstance(made, Microlecture)  # noqa: S101 - for the type checker
    return made


def describe(resource: Resource, title: str, description: Mapping[str, Any]) -> None:
    """Set title and description; what the textbook says is taken from it."""
    resource.title = " ".join(title.split())[:255]
    resource.draft_title = resource.title
    for name in DESCRIPTION & {*description}:
        setattr(resource, name, description[name])
    if resource.chapter is not None:
        resource.volume = resource.chapter.volume
    if resource.volume is not None:
        resource.subject = resource.volume.subject
        resource.stage = resource.volume.stage
        resource.grade = resource.volume.grade
    elif resource.grade is not None:
        resource.stage = stage_of(resource.grade)


def take_content(
    resource: Resource, content: Mapping[str, Any], files: Iterable[FileRecord] = ()
) -> None:
    """Set fields of the kind and take files in; markup is cleaned."""
    for name in content_fields(type(resource)) & {*content}:
        setattr(resource, name, content[name])
    if "body" in content and isinstance(resource, LessonPlanEdition):
        resource.write(content["body"])
    for file in files:
        if str(file.uuid) in resource.answer_files:
            resource.attach_beside(file)  # never the main file of the kind, which all readers get
        else:
            resource.attach(file)
    resource.settle()


def content_fields(model: type[Resource]) -> set[str]:
    """The names of the fields that a form of the kind may set."""
    own = {field.name for field in model._meta.local_fields if field.editable}
    return (own - {"resource_ptr"}) | {"teacher_notes", "attachments", "answer_files"}


def _values(resource: Resource) -> dict[str, Any]:
    values: dict[str, Any] = resource.serializable_data()
    names = content_fields(type(resource)) | DESCRIPTION | {"title"}
    return {name: values[name] for name in names}


def _insert(resource: Made, *, school: School, by: User, **detail: Any) -> Made:
    container = container_for_school(school)
    # Two inserts under one parent would compute the same tree path.
    parent = Page.objects.select_for_update().get(pk=container.pk)
    there = Resource.objects.filter(uuid=resource.uuid).first()
    if there is not None:
        if there.maker_id == by.pk and there.specific_class is type(resource):
            made: Made = there.specific
            return made
        resource.uuid = uuid4()  # someone else's: this one is another
    resource.school, resource.maker, resource.owner = school, by, by
    resource.slug = str(resource.uuid)
    resource.live, resource.has_unpublished_changes = False, True
    resource.show_in_menus = False
    parent.add_child(instance=resource)
    resource.save_revision(user=by)
    keep_draft_uses(resource, by=by)
    refresh_audience(resource)
    record("resource.created", resource, by=by, **detail)
    return resource


def _must_be_open(page: Resource) -> None:
    if waiting_submission(page, Purpose.PUBLISH) is not None:
        raise InReview(page)


def _save_draft(draft: Resource, *, by: User, **detail: Any) -> None:
    draft.save_revision(user=by)
    keep_draft_uses(draft, by=by)
    record("resource.edited", draft, by=by, **detail)
