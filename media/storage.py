"""Where files lie (文件存储): each content once, under its hash, written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

FOLDER = "blobs"
UNFINISHED = ".unfinished-"


def blob_path(sha256: str, extension: str) -> str:
    """The name under which this content lies; it says nothing of who stored it as what."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}.{extension}"


class BlobStorage(FileSystemStorage):
    """Local storage whose names are hashes.

    Records share a blob, so none deletes it.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File[bytes]) -> str:
        target = Path(self.path(name))
        if target.exists() and target.stat().st_size == content.size:
            # Its new record is not committed yet: show the sweep that it is wanted.
            os.utime(target)
            return name
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f"{UNFINISHED}{uuid.uuid4().hex}")
        try:
            with unfinished.open("xb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
        return name

    def delete(self, name: str) -> None:
        """Nothing here: another record may hold the same content."""

    def url(self, name: str | None) -> NoReturn:
        raise ValueError("A stored file has no address: its record's passes the checked view")


def blob_storage(**_: Any) -> BlobStorage:
    """The storage of all records' files; a callable, so that migrations name no place."""
    return BlobStorage()


@contextmanager
def local_copy(file: Any) -> Iterator[Path]:
    """The content of a record as a file of this machine, to read: for programs that want a path.

    It is the stored file itself where that lies here, else a download that is removed afterwards.
    Raises `FileNotFoundError`.
    """
    storage, name = file.file.storage, file.file.name
    if isinstance(storage, FileSystemStorage):
        path = Path(storage.path(name))
        path.stat()
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="gongbei-", suffix=Path(name).suffix) as copy:
        with storage.open(name, "rb") as content:
            shutil.copyfileobj(content, copy)
        copy.flush()
        yield Path(copy.name)
