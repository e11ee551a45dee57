"""A copy of everything in the storage in a folder (文件副本), and back: what a bucket's backup is.

Contents lie under their hash and never change, so a second copy takes only what is new.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.core.files.base import File

from media.places import FOLDER, QUARANTINE, UNFINISHED, ContentChanged
from media.storage import BLOBS

FOLDERS = (FOLDER, QUARANTINE, "renditions")
PIECE = 1024 * 1024


def copy_out(folder: Path) -> Iterator[tuple[str, int]]:
    """Copy what the folder has not; gives name and bytes of each. Raises `ContentChanged`."""
    for found in (found for kind in FOLDERS for found in BLOBS.everything(kind)):
        target = folder / found.name
        if not (target.exists() and target.stat().st_size == found.size):
            _write(found.name, target)
            yield found.name, found.size


def _write(name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{UNFINISHED}{target.name}")
    digest = hashlib.sha256()
    try:
        with unfinished.open("wb") as out:
            for piece in BLOBS.pieces(name):
                out.write(piece)
                digest.update(piece)
            out.flush()
            os.fsync(out.fileno())
        _compare(name, digest.hexdigest())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def copy_back(folder: Path) -> Iterator[tuple[str, int]]:
    """Put back what the storage has not; gives name and bytes of each. Raises `ContentChanged`."""
    for path in (path for kind in FOLDERS for path in sorted((folder / kind).rglob("*"))):
        if not path.is_file() or path.name.startswith(UNFINISHED):
            continue
        name, size = path.relative_to(folder).as_posix(), path.stat().st_size
        if BLOBS.size_of(name) == size:
            continue
        with path.open("rb") as content:
            _compare(name, hashlib.file_digest(content, "sha256").hexdigest())
            content.seek(0)
            BLOBS.save(name, File(content))
        yield name, size


def _compare(name: str, sha256: str) -> None:
    """Contents are named after their hash; pictures' sizes and uploads under way are not."""
    path = PurePosixPath(name)
    if path.parts[0] == FOLDER and path.stem != sha256:
        raise ContentChanged(name)
