"""Storing files and saying which pages use them (上传与引用)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.db import models, transaction
from django.db.models import F
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from media.access import all_readable
from media.inspection import NotJustNow, inspect
from media.models import FILE_MODELS, FileRecord, FileState, FileUse
from media.places import StorageDown
from media.queries import files_named
from media.quota import check_room
from schools.audience import Side
from schools.audit import record
from schools.models import School, User

_MODELS: dict[str, type[Any]] = {model.kind_of_file: model for model in FILE_MODELS}


class MayNotAttach(Exception):
    """A page's editor named a file that they may not read; carries the files and who asked."""

    def __init__(self, files: list[FileRecord], by: User) -> None:
        super().__init__(files, by)
        self.files = files
        self.by = by

    def __str__(self) -> str:
        return str(_("This file is not yours to use. Please upload it, or ask its owner."))


def store_upload(
    *, file: File[bytes], by: User, school: School | None, title: str = ""
) -> FileRecord:
    """Inspect and store a file as `by`'s for `school`; raises a `FileRefused`.

    The caller has checked that `by` belongs to `school`. The same content stored again by the same
    person for the same school under the same title is the same record, so a form sent twice
    stores once.
    """
    try:
        return store_sent(file=file, by=by, school=school, title=title)
    except StorageDown as down:
        raise NotJustNow(str(file.name or "")) from down


def store_sent(
    *, file: File[bytes], by: User, school: School | None, title: str = ""
) -> FileRecord:
    """The same for what can be stored again later without being sent again: `StorageDown` too."""
    name = str(file.name or "")
    kind = inspect(file, name)
    new = _MODELS[kind.model](title=title, school=school, uploaded_by_user=by)
    new.take_in(file, name, kind)
    return _stored_once(new, by)


@transaction.atomic
def _stored_once(new: FileRecord, by: User) -> FileRecord:
    User.objects.select_for_update().get(pk=by.pk)  # two same uploads at once wait here
    same = type(new).objects.filter(
        uploaded_by_user=by,
        school=new.school,
        sha256=new.sha256,
        content_type=new.content_type,
        title=new.title,
        state=FileState.READY,
    )
    stored: FileRecord | None = same.first()
    if stored is not None:
        return stored
    if new.school is not None:
        School.objects.select_for_update().get(pk=new.school.pk)
    check_room(new.school, new.title, new.size)
    new.save()
    record("file.stored", new, by=by, sha256=new.sha256, size=new.size)
    return new


def note_download(file: FileRecord) -> None:
    """Count one download of a file."""
    type(file).objects.filter(pk=file.pk).update(downloads=F("downloads") + 1)


def use_file(*, page: Page, side: Side, file: FileRecord, by: User) -> None:
    """Add one file to those a side of a page uses; raises `MayNotAttach`."""
    kept = dict(
        FileUse.objects.filter(page_id=page.pk, side=side).values_list("file_uuid", "is_part")
    )
    files = files_named(list(kept))
    parts = [uuid for uuid, is_part in kept.items() if is_part]
    set_uses(page=page, side=side, files=[*files, file], by=by, parts=parts)


@transaction.atomic
def set_uses(
    *,
    page: Page,
    side: Side,
    files: Iterable[FileRecord],
    by: User,
    parts: Collection[UUID] = (),
) -> None:
    """Make `files` all that a side of a page uses, those in `parts` as parts of it.

    Raises `MayNotAttach`.
    The caller has checked that `by` may change the page. What the page uses already, on either
    side, may stay whoever attached it; what is new to it, `by` must be able to read.
    """
    Page.objects.select_for_update().get(pk=page.pk)
    uses = FileUse.objects.filter(page_id=page.pk, side=side)
    wanted = {file.uuid: file for file in files}
    there = set(uses.values_list("file_uuid", flat=True))
    new = [file for uuid, file in wanted.items() if uuid not in there]
    on_page = set(FileUse.objects.filter(page_id=page.pk).values_list("file_uuid", flat=True))
    foreign = [file for file in _locked(new) if file.uuid not in on_page]
    if not all_readable(by, foreign):
        raise MayNotAttach(foreign, by)
    gone, __ = uses.exclude(file_uuid__in=wanted).delete()
    turned = uses.filter(file_uuid__in=parts, is_part=False).update(is_part=True)
    turned += uses.filter(is_part=True).exclude(file_uuid__in=parts).update(is_part=False)
    FileUse.objects.bulk_create(
        FileUse(
            page_id=page.pk,
            side=side,
            file_uuid=file.uuid,
            file_type=ContentType.objects.get_for_model(file),
            is_part=file.uuid in parts,
        )
        for file in new
    )
    if new or gone or turned:
        names = sorted(str(uuid) for uuid in wanted)
        held = sorted(str(uuid) for uuid in wanted if uuid in parts)
        record("file.uses_changed", page, by=by, side=str(side), files=names, parts=held)


def _locked(files: list[FileRecord]) -> list[FileRecord]:
    """The same files, which nobody can delete before this transaction ends."""
    for model in FILE_MODELS:
        pks = sorted(file.pk for file in files if type(file) is model)
        if pks:
            list(model.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
    return files


@transaction.atomic
def copy_uses_live(page: Page, *, by: User | None = None) -> None:
    """At publication: the live side uses what the draft side uses. Call it where it publishes."""
    draft = FileUse.objects.filter(page_id=page.pk, side=Side.DRAFT)
    live = FileUse.objects.filter(page_id=page.pk, side=Side.LIVE)
    wanted = {use.file_uuid: use for use in draft}
    there = dict(live.values_list("file_uuid", "is_part"))
    if there == {uuid: use.is_part for uuid, use in wanted.items()}:
        return
    same = [uuid for uuid, use in wanted.items() if there.get(uuid) == use.is_part]
    live.exclude(file_uuid__in=same).delete()
    FileUse.objects.bulk_create(
        FileUse(
            page_id=page.pk,
            side=Side.LIVE,
            file_uuid=uuid,
            file_type_id=use.file_type_id,
            is_part=use.is_part,
        )
        for uuid, use in wanted.items()
        if uuid not in same
    )
    names = sorted(str(uuid) for uuid in wanted)
    held = sorted(str(uuid) for uuid, use in wanted.items() if use.is_part)
    record("file.uses_changed", page, by=by, side=str(Side.LIVE), files=names, parts=held)


@transaction.atomic
def hold_back(page: Page, files: Collection[UUID], *, by: User) -> None:
    """Make files that readers have now parts of the page, without waiting for a publication."""
    live = FileUse.objects.filter(page_id=page.pk, side=Side.LIVE)
    if live.filter(file_uuid__in=files, is_part=False).update(is_part=True):
        uses = live.values_list("file_uuid", "is_part")
        names = sorted(str(uuid) for uuid, _is_part in uses)
        held = sorted(str(uuid) for uuid, is_part in uses if is_part)
        record("file.uses_changed", page, by=by, side=str(Side.LIVE), files=names, parts=held)


def refuse_to_delete_used(sender: type[models.Model], instance: Any, **_: Any) -> None:
    """Before a file's record is deleted, in whatever way: raises ProtectedError if it is used."""
    sender._default_manager.select_for_update().filter(pk=instance.pk).first()
    uses = list(FileUse.objects.filter(file_uuid=instance.uuid))
    if uses:
        raise ProtectedError(f"{instance} is used by {len(uses)} page(s)", {*uses})
