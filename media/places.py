"""What every place of files does (存储接口), and what can go wrong there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FOLDER = "blobs"
QUARANTINE = "quarantine"
UNFINISHED = ".unfinished-"
PIECE = 1024 * 1024


class StorageDown(OSError):
    """The place of the files does not answer, or takes no more; `str()` says what to do."""

    sentence: str | Promise = _(
        "The place where files are kept does not answer just now. Nothing is lost; please try"
        " again in a minute."
    )

    def __str__(self) -> str:
        return str(self.sentence)


class ContentChanged(OSError):
    """An object is no longer what was hashed."""


class PartsMissing(ValueError):
    """An upload cannot be joined: carries the numbers of the parts that are not there."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers


def blob_path(sha256: str, extension: str) -> str:
    """The name under which this content lies; it says nothing of who stored it as what."""
    return f"{FOLDER}/{sha256[:2]}/{sha256}.{extension}"


def quarantine_path(key: uuid.UUID) -> str:
    """The name under which an upload arrives and waits until it was checked."""
    return f"{QUARANTINE}/{key}"


@dataclass(frozen=True, slots=True)
class Stray:
    """Something that lies in the storage."""

    name: str
    size: int
    changed: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload in parts that has not been joined."""

    name: str
    handle: str
    since: datetime


class Blobs(Protocol):
    """What both storages do beyond Django's interface; `name` is as in the records.

    Each method raises `StorageDown` where the place does not answer.
    """

    def begin(self, name: str) -> str:
        """Begin an upload in parts; its handle."""

    def parts(self, name: str, handle: str) -> dict[int, int]:
        """The parts that have arrived whole, by number from 1, with their sizes."""

    def part_link(self, name: str, handle: str, number: int, size: int) -> str:
        """An address that takes exactly this part for some minutes; empty: it comes through us."""

    def put_part(self, name: str, number: int, start: int, size: int, content: IO[bytes]) -> None:
        """Write a part that comes through us and note it; raises `PartsMissing` if not whole."""

    def join(self, name: str, handle: str, sizes: list[int]) -> None:
        """Make the parts one object; does nothing where that is done. Raises `PartsMissing`."""

    def is_joined(self, name: str, size: int) -> bool:
        """Whether the parts, of so many bytes in all, are one object already."""

    def abandon(self, name: str, handle: str) -> None:
        """Forget an upload and its parts; never what has been joined."""

    def begun(self, folder: str) -> Iterator[Begun]:
        """All uploads below a folder that were begun, and neither joined nor abandoned."""

    def size_of(self, name: str) -> int | None:
        """The size of an object, None where there is none."""

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of an object from its beginning."""

    def seekable(self, name: str) -> IO[bytes]:
        """An object of which a few bytes here and there are read."""

    def adopt(self, source: str, name: str, sha256: str) -> None:
        """Put a copy of what lies in quarantine under its final name; twice does no harm.

        Raises `ContentChanged` where it is not what was hashed.
        """

    def discard(self, name: str) -> None:
        """Remove an object; the caller knows that no record names it."""

    def everything(self, folder: str) -> Iterator[Stray]:
        """All objects below a folder."""

    lasts: int
    """For how many seconds a link works; 0: nothing has one."""

    def link(self, name: str, *, content_type: str, disposition: str) -> str:
        """An address at which one may read the object for minutes; empty: it comes through us."""
