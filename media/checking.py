"""From quarantine to ready (入库检查): what an uploaded file really is, before anyone opens it."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

from django.core.files.base import File
from django.db import transaction

from media.inspection import EXTENSIONS, KINDS, FileRefused, Lost, inspect, limit_in_parts
from media.models import FileState
from media.naming import extension_of
from media.scanner import scanned
from media.signals import file_ready
from media.storage import BLOBS, blob_path
from schools.audit import record
from schools.notices import notify


def check(file: Any) -> None:
    """Check a file in quarantine; it is ready or refused afterwards, with its owner told why not.

    Raises `StorageDown`, `ScannerDown` or `ContentChanged`: it stays in quarantine, and is to be
    checked again. Twice does no harm, nor does a kill in between: the record is changed last.
    """
    if file.state != FileState.QUARANTINE:
        return
    try:
        sha256 = _looked_through(file)
        target = blob_path(sha256, EXTENSIONS[file.content_type])
        BLOBS.adopt(file.file.name, target, sha256)
    except FileNotFoundError:
        refuse(file, Lost(file.download_name))
    except FileRefused as reason:
        refuse(file, reason)
    else:
        _make_ready(file, sha256, target)
        if BLOBS.size_of(target) != file.size:  # swept away in the moment before it was named
            BLOBS.adopt(file.file.name, target, sha256)


def _looked_through(file: Any) -> str:
    """The SHA-256 of the content, which is what its name says; raises a `FileRefused`."""
    name, where = file.download_name, file.file.name
    digest, size = hashlib.sha256(), 0
    with BLOBS.seekable(where) as content:
        kind = KINDS[extension_of(name)]
        inspect(File(content), name, model=kind.model, limit=limit_in_parts(kind))
    with scanned(name) as feed:
        for piece in BLOBS.pieces(where):
            digest.update(piece)
            feed(piece)
            size += len(piece)
    if size != file.size:
        raise Lost(name)
    return digest.hexdigest()


@transaction.atomic
def _make_ready(file: Any, sha256: str, target: str) -> None:
    held = type(file).objects.select_for_update().filter(pk=file.pk).first()
    if held is None or held.state != FileState.QUARANTINE:
        return
    held.state, held.sha256, held.file.name = FileState.READY, sha256, target
    held.save(update_fields=["state", "sha256", "file"])
    record("file.stored", held, by=held.uploaded_by_user, sha256=sha256, size=held.size)
    transaction.on_commit(partial(file_ready.send_robust, type(held), file=held))


@transaction.atomic
def refuse(file: Any, reason: FileRefused) -> None:
    """Refuse a file in quarantine; its content is swept away later."""
    held = type(file).objects.select_for_update().filter(pk=file.pk).first()
    if held is None or held.state != FileState.QUARANTINE:
        return
    data = {key: str(value) for key, value in reason.data.items()}
    held.state, held.refusal = FileState.REFUSED, {"reason": type(reason).__name__, "data": data}
    held.save(update_fields=["state", "refusal"])
    record("file.refused", held, by=None, **held.refusal)
    if held.uploaded_by_user is not None:
        notify([held.uploaded_by_user], "media.refused", name=held.title, **held.refusal)
