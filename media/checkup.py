"""Records against objects (文件核对): what is lost, what nobody names, what waits too long."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from media.models import FILE_MODELS, FileState
from media.storage import BLOBS

WAITS = timedelta(minutes=30)
"""How long a file may be in quarantine before that is worth a line."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be; `is_loss`: no repair brings it back."""

    what: str
    is_loss: bool = False


def records(*, read: bool = False) -> Iterator[Finding]:
    """Ready files whose object is missing or another; `read` compares every content's hash."""
    for model in FILE_MODELS:
        ready = model.objects.filter(state=FileState.READY).order_by("pk")
        for file in ready.iterator(chunk_size=500):
            if why := _wrong(file, read):
                name = {"file": file.uuid, "title": file.title, "why": why}
                yield Finding(_("%(file)s “%(title)s”: %(why)s") % name, is_loss=True)


def _wrong(file: Any, read: bool) -> str:
    size = BLOBS.size_of(file.file.name)
    if size is None:
        return _("its content is not in the storage")
    if size != file.size:
        return _("its content has %(size)s bytes instead of %(wanted)s") % {
            "size": size,
            "wanted": file.size,
        }
    if read and _hash_of(file.file.name) != file.sha256:
        return _("its content is not what its hash says")
    return ""


def _hash_of(name: str) -> str:
    digest = hashlib.sha256()
    for piece in BLOBS.pieces(name):
        digest.update(piece)
    return digest.hexdigest()


def stuck() -> list[Any]:
    """Files that have been in quarantine for long."""
    before = timezone.now() - WAITS
    late = Q(state=FileState.QUARANTINE, created_at__lt=before)
    return [file for model in FILE_MODELS for file in model.objects.filter(late)]
