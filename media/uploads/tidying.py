"""Tidying up after uploads (清理): what was left half done is taken up, what was given up goes."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.apps import apps
from django.db.models import FileField
from django.utils import timezone

from media.models import FILE_MODELS, FileState
from media.places import FOLDER, QUARANTINE, Begun, PartsMissing, Stray
from media.storage import BLOBS
from media.uploads import actions
from media.uploads.models import Unnamed, Upload
from media.uploads.queries import abandoned_uploads, unfinished_uploads
from media.uploads.tasks import ask_for_check

logger = logging.getLogger(__name__)

GRACE = timedelta(days=1)
"""How long an object has been without a record before it goes."""
CHECKED = timedelta(hours=1)
"""How long what has been checked stays in quarantine."""


def take_up() -> int:
    """Go on where a killed process left off: make records, have them checked; how many."""
    count = 0
    for upload in unfinished_uploads():
        actions.finish(upload)
        count += 1
    for model in FILE_MODELS:
        for file in model.objects.filter(state=FileState.QUARANTINE):
            ask_for_check(file)
            count += 1
    return count


def give_up_abandoned() -> int:
    """Give up the uploads to which nothing has come for days; how many.

    One whose parts are all there was only never completed: it is completed instead.
    """
    count = 0
    for upload in abandoned_uploads().select_related("by"):
        try:
            actions.complete(upload=upload, by=upload.by)
        except PartsMissing:
            actions.abort(upload=upload, by=upload.by)
        count += 1
    return count


def sweep() -> int:
    """Remove what was given up, and what no record has named for long; how many objects."""
    give_up_abandoned()
    return _sweep_begun() + sweep_quarantine() + _sweep_blobs()


def _sweep_begun() -> int:
    forgotten = begun_for_nobody()
    for upload in forgotten:
        BLOBS.abandon(upload.name, upload.handle)
    return len(forgotten)


def begun_for_nobody() -> list[Begun]:
    """Uploads in parts of which no record knows: a process died before it wrote that down."""
    before = timezone.now() - GRACE
    old = [begun for begun in BLOBS.begun(QUARANTINE) if begun.since < before]
    wanted = _named() | _on_their_way()
    return [begun for begun in old if begun.name not in wanted]


def sweep_quarantine() -> int:
    """Remove what has been checked and copied, or refused; how many objects.

    Not at once: a backup that began before may still name it.
    """
    return _discard(unnamed(QUARANTINE, older_than=CHECKED))


def _sweep_blobs() -> int:
    strays = unnamed(FOLDER, older_than=GRACE)
    names = {stray.name for stray in strays}
    Unnamed.objects.exclude(name__in=names).delete()
    Unnamed.objects.bulk_create([Unnamed(name=name) for name in names], ignore_conflicts=True)
    long_since = Unnamed.objects.filter(since__lt=timezone.now() - GRACE)
    due = set(long_since.values_list("name", flat=True))
    count = _discard([stray for stray in strays if stray.name in due])
    long_since.filter(name__in=due).delete()
    return count


def _discard(strays: list[Stray]) -> int:
    for stray in strays:
        BLOBS.discard(stray.name)
    return len(strays)


def unnamed(folder: str, *, older_than: timedelta) -> list[Stray]:
    """Objects that no record and no upload on its way names."""
    before = timezone.now() - older_than
    old = [found for found in BLOBS.everything(folder) if found.changed < before]
    # The records are read after the objects: what has come meanwhile is named by then.
    named = _named()
    wanted = named | _on_their_way()
    # The notes on parts lie beside an upload, under its name with an ending.
    return [
        found
        for found in old
        if found.name not in named and found.name.partition(".")[0] not in wanted
    ]


def _on_their_way() -> set[str]:
    """Where the uploads lie that can be gone on with, or have no record yet."""
    waiting = Upload.objects.filter(state=Upload.State.OPEN) | unfinished_uploads()
    return {upload.place for upload in waiting}


def _named() -> set[str]:
    """The names of all objects that any record of any app keeps in the storage."""
    fields = [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, FileField) and field.storage is BLOBS
    ]
    named: set[str] = set()
    for model, field in fields:
        records = model._base_manager.all()
        if model in FILE_MODELS:
            records = records.exclude(state=FileState.REFUSED)
        named.update(records.values_list(field, flat=True))
    return named
