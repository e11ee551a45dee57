"""Bringing in old files by the folder (旧资料整理): upload, describe many at once, make drafts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from media.actions import store_upload
from media.inspection import SIZE_LIMIT, FileRefused
from media.models import FileRecord
from media.naming import display_name
from resources.catalogue.models import Chapter, Volume
from resources.importing.access import may_make_for
from resources.importing.archives import Archive, BadArchive
from resources.importing.errors import NotComplete, NothingChosen, TooManyFiles
from resources.importing.models import DESCRIBED, OPEN, Batch, Change, OldFile
from resources.importing.names import edition_and_class, understand
from resources.importing.shelfmark import Catalogue
from resources.importing.tasks import make_drafts
from resources.importing.words import Textbook
from resources.library.models import KINDS, kinds
from schools.audit import record
from schools.models import School, User

MOST_FILES = 2000
CHANGES_KEPT = 30
State = OldFile.State
_COLUMNS: dict[str, str] = {"volume": "volume_id", "chapter": "chapter_id"}
_MODELS: dict[str, Any] = {"volume": Volume, "chapter": Chapter}


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that somebody is about to send; `sha256` is empty where their browser cannot say."""

    path: str
    size: int = 0
    sha256: str = ""


@transaction.atomic
def start_batch(
    *,
    school: School,
    by: User,
    title: str,
    volume: Volume | None = None,
    token: UUID | None = None,
) -> Batch:
    """A new batch for the school's library; `volume` is what most of the files are about.

    The same `token` again, of a form sent twice, is the same batch.
    """
    if not may_make_for(by, school):
        raise PermissionDenied
    User.objects.select_for_update().get(pk=by.pk)
    uuid = token or uuid4()
    known: Batch | None = Batch.objects.filter(uuid=uuid).first()
    if known is not None:
        if known.by_id == by.pk:
            return known
        uuid = uuid4()
    name = " ".join(title.split())[:120] or _("Old files")
    batch: Batch = Batch.objects.create(uuid=uuid, school=school, by=by, title=name, volume=volume)
    record("import.started", batch, by=by)
    return batch


@transaction.atomic
def remove_batch(batch: Batch, *, by: User) -> None:
    """Put the list away; drafts that were made stay."""
    held = _locked(batch, by)
    if held.removed_at is None:
        held.removed_at = timezone.now()
        held.save(update_fields=["removed_at"])
        record("import.removed", held, by=by)


# files come in


@transaction.atomic
def announce(batch: Batch, *, by: User, files: Sequence[Announced]) -> list[Announced]:
    """Note what will come and describe it by its name; gives those that still must be sent.

    A file that is there already, by its hash or, without one, by its size, is not asked for again.
    Raises `TooManyFiles`.
    """
    held = _locked(batch, by)
    there = {row.path: row for row in OldFile.objects.filter(batch=held)}
    wanted = {path_of(file.path): file for file in files if path_of(file.path)}
    new = [path for path in wanted if path not in there]
    if len(there) + len(new) > MOST_FILES:
        raise TooManyFiles(MOST_FILES)
    if new:
        OldFile.objects.bulk_create(_described(held, {path: wanted[path].size for path in new}))
    return [file for path, file in wanted.items() if not _is_there(there.get(path), file)]


def _is_there(row: OldFile | None, file: Announced) -> bool:
    if row is None or row.stored is None:
        return False
    return row.sha256 == file.sha256 if file.sha256 else row.size == file.size


def path_of(sent: str) -> str:
    """The path of a file as it is kept: with ``/``, no empty steps, nothing that misleads."""
    parts = [display_name(part) for part in sent.replace("\\", "/").split("/")]
    return "/".join(part for part in parts if part)[-1000:].lstrip("/")


def _described(batch: Batch, sizes: Mapping[str, int]) -> Iterable[OldFile]:
    catalogue = Catalogue()
    words = {kind.code: [*kind.synonyms, str(kind.label)] for kind in kinds()}
    given = edition_and_class(batch.volume) if batch.volume else Textbook()
    for path, size in sizes.items():
        found = understand(path, catalogue, kinds=words, given=given)
        yield OldFile(
            batch=batch,
            path=path,
            size=max(0, min(size, 2**62)),
            title=found.title or path[-255:],
            kind=found.kind,
            subject=found.subject,
            grade=found.grade,
            volume=found.volume,
            chapter=found.chapter,
        )


def take_file(batch: Batch, *, by: User, file: File[bytes], path: str) -> OldFile:
    """Store one file under its path; one that is refused is kept as a row with the reason."""
    if not may_make_for(by, batch.school):
        raise PermissionDenied
    kept = path_of(path) or path_of(str(file.name or "")) or "?"
    announce(batch, by=by, files=[Announced(kept, file.size or 0)])
    file.name = kept.rpartition("/")[2]
    try:
        stored = store_upload(file=file, by=by, school=batch.school)
    except FileRefused as refused:
        return _settled(batch, kept, None, reason=str(refused), by=by)
    return _settled(batch, kept, stored, by=by)


@transaction.atomic
def _settled(
    batch: Batch, path: str, stored: FileRecord | None, *, by: User, reason: str = ""
) -> OldFile:
    row: OldFile = OldFile.objects.select_for_update().get(batch=batch, path=path)
    if row.state not in OPEN:
        return row  # its draft is made: a second sending changes nothing
    if stored is not None:
        row.stored, row.sha256, row.size = stored.uuid, stored.sha256, stored.size
        row.state, row.reason = State.STORED, ""
        row.kind = row.kind or _kind_by_content(stored)
    elif row.stored is None:
        row.state, row.reason = State.REFUSED, reason[:300]
    row.save()
    return row


def _kind_by_content(stored: FileRecord) -> str:
    """Slides are courseware, whatever they are called; of a film one cannot tell."""
    slides = ("presentationml", "ms-powerpoint")
    return "courseware" if any(word in stored.content_type for word in slides) else ""


def take_archive(batch: Batch, *, by: User, file: File[bytes]) -> list[OldFile]:
    """Store the files of a ZIP, each as if it had been sent alone; raises `BadArchive`.

    An entry that cannot be unpacked or stored is a row with the reason.
    """
    if file.size and file.size > SIZE_LIMIT:
        raise BadArchive(
            _("The file is larger than %(limit)s MB.") % {"limit": SIZE_LIMIT // 1024**2}
        )
    archive = Archive(file.file if file.file is not None else file)
    entries = list(archive.entries())
    announce(batch, by=by, files=[Announced(entry.path, entry.size) for entry in entries])
    rows = []
    for entry in entries:
        try:
            content = ContentFile(archive.read(entry.path, SIZE_LIMIT), name=entry.path)
        except BadArchive as bad:
            rows.append(_settled(batch, path_of(entry.path), None, reason=str(bad), by=by))
            continue
        rows.append(take_file(batch, by=by, file=content, path=entry.path))
    return rows


# many rows at once


@transaction.atomic
def set_fields(
    batch: Batch, *, by: User, values: Mapping[int, Mapping[str, Any]], what: str
) -> int:
    """Set fields of rows (by their pk) as one change that can be undone; how many rows changed.

    A lesson brings its volume, a volume its subject and grade; a lesson of another volume goes.
    """
    held = _locked(batch, by)
    rows = OldFile.objects.filter(batch=held, state__in=OPEN, pk__in=values)
    before: dict[str, dict[str, Any]] = {}
    changed = []
    for row in rows.select_related("volume", "chapter__volume"):
        was = _values(row)
        _apply(row, values[row.pk])
        if (now := _values(row)) != was:
            before[str(row.pk)] = {name: was[name] for name in DESCRIBED if was[name] != now[name]}
            changed.append(row)
    if changed:
        OldFile.objects.bulk_update(changed, DESCRIBED, batch_size=100)
        Change.objects.create(batch=held, what=what[:200], before=before)
        old = Change.objects.filter(batch=held).values_list("pk", flat=True)[CHANGES_KEPT:]
        Change.objects.filter(pk__in=list(old)).delete()
    return len(changed)


def _values(row: OldFile) -> dict[str, Any]:
    return {name: getattr(row, _COLUMNS.get(name, name)) for name in DESCRIBED}


def _apply(row: OldFile, values: Mapping[str, Any]) -> None:
    for name in DESCRIBED:
        if name in values:
            setattr(row, name, values[name])
    row.title = " ".join(str(row.title).split())[:255] or row.name[:255]
    if row.kind not in KINDS:
        row.kind = ""
    if row.chapter is not None and (values.get("chapter") or "volume" not in values):
        row.volume = row.chapter.volume
    if row.chapter is not None and row.chapter.volume_id != row.volume_id:
        row.chapter = None
    if row.volume is not None:
        row.subject, row.grade = row.volume.subject, row.volume.grade


def fill_down(
    batch: Batch, *, by: User, rows: Sequence[OldFile], names: Iterable[str], what: str
) -> int:
    """Each row that lacks something takes it from the row above it; how many rows changed."""
    wanted = [name for name in names if name in DESCRIBED and name != "title"]
    values: dict[int, dict[str, Any]] = {}
    above: dict[str, Any] = {}
    for row in rows:
        for name in wanted:
            own = getattr(row, name)
            if own in (None, ""):
                if above.get(name) not in (None, ""):
                    values.setdefault(row.pk, {})[name] = above[name]
            else:
                above[name] = own
    return set_fields(batch, by=by, values=values, what=what)


@transaction.atomic
def undo(batch: Batch, *, by: User) -> Change | None:
    """Take the last change back; None where there is none."""
    held = _locked(batch, by)
    change: Change | None = Change.objects.filter(batch=held).first()
    if change is None:
        return None
    rows = list(OldFile.objects.filter(batch=held, state__in=OPEN, pk__in=change.before))
    there = {name: _still_there(model, change, name) for name, model in _MODELS.items()}
    for row in rows:
        for name, value in change.before[str(row.pk)].items():
            gone = name in there and value not in there[name]
            setattr(row, _COLUMNS.get(name, name), None if gone else value)
    OldFile.objects.bulk_update(rows, DESCRIBED, batch_size=100)
    change.delete()
    return change


def _still_there(model: Any, change: Change, name: str) -> set[int]:
    pks = {was[name] for was in change.before.values() if was.get(name)}
    return set(model.objects.filter(pk__in=pks).values_list("pk", flat=True))


# drafts


@transaction.atomic
def choose(
    batch: Batch, *, by: User, rows: QuerySet[OldFile], submits: bool, leave_incomplete: bool
) -> int:
    """Have drafts made of these rows, and handed in for review if `submits`; how many they are.

    Raises `NothingChosen`; `NotComplete` unless `leave_incomplete`.
    """
    held = _locked(batch, by)
    open_rows = rows.filter(batch=held, state__in=OPEN)
    total = open_rows.count()
    complete = open_rows.filter(state=State.STORED).exclude(kind="")
    ready = list(complete.order_by().values_list("pk", flat=True))
    if total > len(ready) and not leave_incomplete:
        raise NotComplete(total - len(ready))
    if not total:
        raise NothingChosen
    if not ready:
        raise NotComplete(total)
    OldFile.objects.filter(pk__in=ready).update(state=State.CHOSEN, submits=submits, reason="")
    Change.objects.filter(batch=held).delete()
    _go_on(held)
    record("import.drafts_asked", held, by=by, count=len(ready), submits=submits)
    return len(ready)


@transaction.atomic
def go_on(batch: Batch, *, by: User) -> None:
    """Take up the making of drafts that broke off."""
    held = _locked(batch, by)
    if OldFile.objects.filter(batch=held, state=State.CHOSEN).exists():
        _go_on(held)


def _go_on(batch: Batch) -> None:
    batch.working_since = timezone.now()
    batch.save(update_fields=["working_since"])
    transaction.on_commit(partial(make_drafts.enqueue, batch.pk))


def _locked(batch: Batch, by: User) -> Batch:
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.by_id != by.pk or not may_make_for(by, held.school):
        raise PermissionDenied
    return held
