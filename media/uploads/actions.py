"""Beginning, going on with, completing and giving up an upload (分片上传)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from media.actions import store_sent
from media.checking import check
from media.inspection import KINDS, FileRefused, announced
from media.models import FILE_MODELS, FileRecord, FileState
from media.naming import display_name, extension_of, stem_of
from media.places import PartsMissing, StorageDown
from media.queries import files_named
from media.quota import check_room
from media.scanner import ScannerDown
from media.storage import BLOBS
from media.uploads.models import Upload
from media.uploads.queries import open_uploads
from media.uploads.tasks import ask_for_check
from schools.audit import record
from schools.models import School, User

MEGABYTE = 1024 * 1024
SMALL_PART, LARGE_PART = 5 * MEGABYTE, 16 * MEGABYTE
"""S3 takes no part below 5 MB, and no more than 10,000 parts."""
LARGE = 500 * MEGABYTE
AT_ONCE = 8 * MEGABYTE
"""Files up to this size are checked while the user waits."""
MOST_OPEN = 50
_MODELS: dict[str, type[Any]] = {model.kind_of_file: model for model in FILE_MODELS}


class UploadError(Exception):
    """An upload that does not go on; `str()` says what is so and what to do."""

    sentence: str | Promise = ""

    def __str__(self) -> str:
        return str(self.sentence)


class UploadClosed(UploadError):
    """It has been completed or given up."""

    sentence = _("This upload has ended already. Please choose the file again.")


class TooManyOpen(UploadError):
    """One user has begun too many."""

    sentence = _(
        "Many uploads have been begun and not finished. Finish or discard some of them first."
    )


def start(
    *,
    by: User,
    school: School | None,
    name: str,
    size: int,
    head: bytes,
    fingerprint: str,
    model: str = "",
) -> Upload:
    """Begin an upload, or find the one that was begun of the same file; raises a `FileRefused`.

    The caller has checked that `by` belongs to `school`.
    """
    announced(name, size, head, model=model)
    upload = _announced_once(by, school, display_name(name), size, fingerprint)
    if upload.state == Upload.State.COMPLETED:
        return finish(upload)
    if not upload.handle:
        upload.handle = BLOBS.begin(upload.place)
        upload.save(update_fields=["handle", "touched_at"])
    return upload


@transaction.atomic
def _announced_once(
    by: User, school: School | None, name: str, size: int, fingerprint: str
) -> Upload:
    User.objects.select_for_update().get(pk=by.pk)  # the same file begun twice at once waits here
    same = Upload.objects.filter(by=by, school=school, fingerprint=fingerprint, size=size)
    for upload in same.exclude(state=Upload.State.ABORTED).order_by("-pk")[:5]:
        if upload.state == Upload.State.OPEN or _is_usable(upload):
            return upload
    if open_uploads(by).count() >= MOST_OPEN:
        raise TooManyOpen
    if school is not None:
        School.objects.select_for_update().get(pk=school.pk)
    check_room(school, name, size)
    upload = Upload.objects.create(
        by=by,
        school=school,
        name=name[-255:],
        size=size,
        part_size=SMALL_PART if size <= LARGE else LARGE_PART,
        fingerprint=fingerprint[:64],
    )
    record("upload.begun", upload, by=by, size=size)
    return upload


def _is_usable(upload: Upload) -> bool:
    """Whether it has arrived, was not refused, and what it became is still there."""
    if not upload.file_uuid:
        return not upload.refusal  # its process was killed before the record was made
    file = file_of(upload)
    return file is not None and file.state != FileState.REFUSED


def file_of(upload: Upload) -> FileRecord | None:
    """The record that the upload became."""
    found = files_named([upload.file_uuid]) if upload.file_uuid else []
    return found[0] if found else None


def part_links(*, upload: Upload, numbers: Iterable[int]) -> dict[int, str]:
    """Where the browser sends these parts; empty for those that come through us.

    Raises `UploadClosed`.
    """
    _must_be_open(upload)
    sizes = upload.sizes
    wanted = [number for number in numbers if 1 <= number <= len(sizes)]
    # Somebody is at it: it is not abandoned.
    upload.save(update_fields=["touched_at"])
    return {
        number: BLOBS.part_link(upload.place, upload.handle, number, sizes[number - 1])
        for number in wanted
    }


def parts_there(upload: Upload) -> list[int]:
    """The numbers of the parts that have arrived whole."""
    if upload.state != Upload.State.OPEN or not upload.handle:
        return []
    sizes = dict(enumerate(upload.sizes, 1))
    there = BLOBS.parts(upload.place, upload.handle)
    if not there and BLOBS.is_joined(upload.place, upload.size):
        return sorted(sizes)  # its process was killed before that was noted
    return sorted(number for number, size in there.items() if sizes.get(number) == size)


def take_part(*, upload: Upload, number: int, content: IO[bytes]) -> None:
    """Write a part that comes through us; raises `PartsMissing` where it is not whole."""
    _must_be_open(upload)
    if not 1 <= number <= len(upload.sizes):
        raise PartsMissing([number])
    start_at = (number - 1) * upload.part_size
    BLOBS.put_part(upload.place, number, start_at, upload.sizes[number - 1], content)


def complete(*, upload: Upload, by: User) -> Upload:
    """Join the parts; the file is a record then, and is checked.

    Asked twice it answers the same. Raises `PartsMissing`, `UploadClosed`, `StorageDown`.
    """
    if upload.state == Upload.State.OPEN:
        BLOBS.join(upload.place, upload.handle, upload.sizes)
        upload = _completed(upload)
    if upload.state == Upload.State.ABORTED:
        raise UploadClosed
    return finish(upload)


@transaction.atomic
def _completed(upload: Upload) -> Upload:
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    if held.state == Upload.State.OPEN:
        held.state = Upload.State.COMPLETED
        held.save(update_fields=["state", "touched_at"])
        record("upload.completed", held, by=held.by, size=held.size)
    return held


def finish(upload: Upload) -> Upload:
    """Make the record of what has arrived, unless it is there; small files are checked at once."""
    if upload.file_uuid or upload.refusal:
        return upload
    if KINDS[extension_of(upload.name)].model == "picture":
        return _picture(upload)
    file = _in_quarantine(upload)
    upload.refresh_from_db()
    if file is not None and file.size <= AT_ONCE:
        try:
            check(file)
        except (StorageDown, ScannerDown, OSError):
            ask_for_check(file)
    return upload


def _picture(upload: Upload) -> Upload:
    """A picture is written anew before it is anything: its record begins as ready."""
    try:
        with BLOBS.seekable(upload.place) as content:
            sent = File(content, name=upload.name)
            file = store_sent(file=sent, by=upload.by, school=upload.school)
    except FileRefused as reason:
        data = {key: str(value) for key, value in reason.data.items()}
        upload.refusal = {"reason": type(reason).__name__, "data": data}
    else:
        upload.file_uuid = file.uuid
    upload.save(update_fields=["refusal", "file_uuid", "touched_at"])
    return upload


@transaction.atomic
def _in_quarantine(upload: Upload) -> FileRecord | None:
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    if held.file_uuid:
        return None  # another was quicker
    kind = KINDS[extension_of(held.name)]
    file = _MODELS[kind.model](
        title=stem_of(held.name)[:255],
        school=held.school,
        uploaded_by_user=held.by,
        size=held.size,
        content_type=kind.content_type,
        state=FileState.QUARANTINE,
    )
    file.wait_at(held.place)
    file.save()
    held.file_uuid = file.uuid
    held.save(update_fields=["file_uuid", "touched_at"])
    record("file.in_quarantine", file, by=held.by, size=held.size)
    if held.size > AT_ONCE:
        transaction.on_commit(partial(ask_for_check, file))
    return file


def abort(*, upload: Upload, by: User) -> None:
    """Give an upload up and remove its parts; does nothing to one that has ended."""
    with transaction.atomic():
        held = Upload.objects.select_for_update().get(pk=upload.pk)
        if held.state != Upload.State.OPEN:
            return
        held.state = Upload.State.ABORTED
        held.save(update_fields=["state", "touched_at"])
        record("upload.given_up", held, by=by)
    BLOBS.abandon(held.place, held.handle)


def _must_be_open(upload: Upload) -> None:
    if upload.state != Upload.State.OPEN:
        raise UploadClosed
