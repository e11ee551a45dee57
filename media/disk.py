"""Files on this machine's disk (本机存储): written whole or not at all, uploads part by part."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NoReturn

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from media.places import PIECE, UNFINISHED, Begun, ContentChanged, PartsMissing, Stray

LOCAL = "local"
"""The handle of every upload here."""
PARTS = ".parts"
"""What the folder of an upload's notes ends in."""


class BlobStorage(FileSystemStorage):
    """Local storage whose names are hashes.

    Records share a blob, so none deletes it.
    """

    lasts = 0

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: File[bytes]) -> str:
        target = Path(self.path(name))
        if target.exists() and target.stat().st_size == content.size:
            # Its new record is not committed yet: show the sweep that it is wanted.
            os.utime(target)
            return name
        self._write(name, content.chunks())
        return name

    def _write(self, name: str, pieces: Iterable[bytes], sha256: str = "") -> None:
        """Write an object whole or not at all; raises `ContentChanged` where it is another."""
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f"{UNFINISHED}{uuid.uuid4().hex}")
        digest = hashlib.sha256()
        try:
            with unfinished.open("xb") as out:
                for piece in pieces:
                    out.write(piece)
                    if sha256:
                        digest.update(piece)
                out.flush()
                os.fsync(out.fileno())
            if sha256 and digest.hexdigest() != sha256:
                raise ContentChanged(name)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)

    def delete(self, name: str) -> None:
        """Nothing here: another record may hold the same content."""

    def url(self, name: str | None) -> NoReturn:
        raise ValueError("A stored file has no address: its record's passes the checked view")

    # Uploads in parts: each is written at its place in one file, and noted when it is on disk.

    def begin(self, name: str) -> str:
        self._notes(name).mkdir(parents=True, exist_ok=True)
        return LOCAL

    def parts(self, name: str, handle: str) -> dict[int, int]:
        notes = self._notes(name)
        if not notes.is_dir():
            return {}
        found = (note.name.partition("-") for note in notes.iterdir())
        return {int(number): int(size) for number, __, size in found}

    def part_link(self, name: str, handle: str, number: int, size: int) -> str:
        return ""

    def put_part(self, name: str, number: int, start: int, size: int, content: IO[bytes]) -> None:
        note = self._notes(name) / f"{number}-{size}"
        if note.exists():
            return  # sent twice, as the answer to the first was lost
        with os.fdopen(os.open(self.path(name), os.O_CREAT | os.O_WRONLY, 0o600), "wb") as out:
            out.seek(start)
            left = size
            while left and (piece := content.read(min(PIECE, left))):
                out.write(piece)
                left -= len(piece)
            out.flush()
            os.fsync(out.fileno())
        if left or content.read(1):
            raise PartsMissing([number])
        note.touch()

    def join(self, name: str, handle: str, sizes: list[int]) -> None:
        if self.is_joined(name, sum(sizes)):
            return
        notes = self._notes(name)
        there = self.parts(name, handle)
        missing = [number for number, size in enumerate(sizes, 1) if there.get(number) != size]
        if missing:
            raise PartsMissing(missing)
        # All notes go at once, or a kill in between would leave some of them.
        done = notes.with_name(f"{UNFINISHED}{uuid.uuid4().hex}")
        with suppress(FileNotFoundError):  # joined by another at the same moment
            notes.rename(done)
        shutil.rmtree(done, ignore_errors=True)

    def is_joined(self, name: str, size: int) -> bool:
        return not self._notes(name).is_dir() and self.size_of(name) == size

    def abandon(self, name: str, handle: str) -> None:
        shutil.rmtree(self._notes(name), ignore_errors=True)
        Path(self.path(name)).unlink(missing_ok=True)

    def begun(self, folder: str) -> Iterator[Begun]:
        for notes in Path(self.path(folder)).glob(f"*{PARTS}"):
            with suppress(FileNotFoundError):
                since = datetime.fromtimestamp(notes.stat().st_mtime, UTC)
                yield Begun(f"{folder}/{notes.name.removesuffix(PARTS)}", LOCAL, since)

    def _notes(self, name: str) -> Path:
        return Path(self.path(f"{name}{PARTS}"))

    # Objects

    def size_of(self, name: str) -> int | None:
        with suppress(FileNotFoundError):
            return Path(self.path(name)).stat().st_size
        return None

    def pieces(self, name: str) -> Iterator[bytes]:
        with Path(self.path(name)).open("rb") as content:
            while piece := content.read(PIECE):
                yield piece

    def seekable(self, name: str) -> IO[bytes]:
        return Path(self.path(name)).open("rb")

    def adopt(self, source: str, name: str, sha256: str) -> None:
        if self.size_of(name) != self.size_of(source):
            self._write(name, self.pieces(source), sha256)
        else:
            os.utime(self.path(name))

    def discard(self, name: str) -> None:
        Path(self.path(name)).unlink(missing_ok=True)

    def everything(self, folder: str) -> Iterator[Stray]:
        root = Path(self.path(folder))
        for path in root.rglob("*"):
            with suppress(FileNotFoundError):
                if path.is_file():
                    seen = path.stat()
                    name = path.relative_to(self.location).as_posix()
                    yield Stray(name, seen.st_size, datetime.fromtimestamp(seen.st_mtime, UTC))

    def link(self, name: str, *, content_type: str, disposition: str) -> str:
        return ""
