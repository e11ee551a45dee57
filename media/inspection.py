"""What an uploaded file really is (文件检查): type by its first bytes, size, pixels, archives.

A type is allowed when its extension is in `KINDS` and the content begins as that type does; no
allowed type begins as a web page, a script or an SVG may.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from media.naming import display_name, extension_of

MEGABYTE = 1024 * 1024
SIZE_LIMIT = 50 * MEGABYTE
"""Of a file that comes with a form, and of every picture."""
DOCUMENT_LIMIT = 500 * MEGABYTE
"""Of slides and other documents that come in parts; films have `settings.GONGBEI_FILE_LIMIT`."""
HEAD = 512
"""Bytes at the beginning that tell the type."""
ARCHIVE_ENTRIES = 5000
ARCHIVE_INDEX = 2 * MEGABYTE
ARCHIVE_UNPACKED = 2 * 1024 * MEGABYTE
ARCHIVE_RATIO = 100

Test = Callable[[bytes], bool]


class FileRefused(ValueError):
    """An upload that is not stored; `str()` says to the user what is so and what to do."""

    sentence: str | Promise = ""

    def __init__(self, name: str, **data: Any) -> None:
        super().__init__(name)
        self.name = display_name(name) or "?"
        self.data = data

    def __str__(self) -> str:
        return str(self.sentence) % {"name": self.name, **self.data}


class FileEmpty(FileRefused):
    """It has no content."""

    sentence = _("“%(name)s” is empty. Please check the file and choose it again.")


class FileTooLarge(FileRefused):
    """It is over the size limit; carries `size` and `limit` in words."""

    sentence = _(
        "“%(name)s” is %(size)s; the limit is %(limit)s. Please compress it or cut it into parts."
    )


class TypeNotAllowed(FileRefused):
    """Its extension is not among those that are stored."""

    sentence = _(
        "“%(name)s” is of a type that cannot be stored here. Please use one of: %(allowed)s."
    )


class NotWhatItSays(FileRefused):
    """Its content is of another type than its extension says."""

    sentence = _(
        "“%(name)s” is not a %(extension)s file inside, or it is damaged."
        " Please save it again from the program that made it."
    )


class TooManyPixels(FileRefused):
    """A picture that would not fit in memory; carries `pixels` and `limit` in millions."""

    sentence = _(
        "“%(name)s” has %(pixels)s million pixels; the limit is %(limit)s million."
        " Please make the picture smaller."
    )


class ArchiveUnsafe(FileRefused):
    """An archive that unpacks to too much, or outside of its folder."""

    sentence = _(
        "“%(name)s” holds too many files, unpacks to too much, or has names that lead out of its"
        " folder. Please pack it again."
    )


class Infected(FileRefused):
    """The virus scanner knows it; carries what it called it."""

    sentence = _(
        "“%(name)s” was not taken: the virus scanner found %(found)s in it. Please clean the"
        " computer it comes from, then upload it again."
    )


class Lost(FileRefused):
    """Its content did not arrive."""

    sentence = _("“%(name)s” did not arrive whole. Please upload it again.")


class NotJustNow(FileRefused):
    """Storage or scanner do not answer: nothing is wrong with the file."""

    sentence = _(
        "“%(name)s” could not be stored just now, as a part of this site does not answer. Please"
        " upload it again in a few minutes."
    )


class QuotaFull(FileRefused):
    """The school's room is used up; carries `size`, `school`, `left` and `limit` in words."""

    sentence = _(
        "“%(name)s” is %(size)s, but of the %(limit)s of %(school)s only %(left)s are left."
        " Please delete drafts with large files, or ask for more room."
    )


def refusals() -> dict[str, type[FileRefused]]:
    """Every reason by the name under which a record keeps it."""
    return {reason.__name__: reason for reason in FileRefused.__subclasses__()}


@dataclass(frozen=True)
class Kind:
    """A type that may be stored: `model` is picture, document or video (with sound)."""

    model: str
    content_type: str
    begins: Test
    folder: str = ""  # what an Office file (a zip archive) has inside


def _starts(*signatures: bytes) -> Test:
    return lambda head: head.startswith(signatures)


def _webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _iso_media(*brands: bytes) -> Test:
    return lambda head: head[4:8] == b"ftyp" and head[8:12].lower().startswith(brands)


def _webm(head: bytes) -> bool:
    return head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]


def _mp3(head: bytes) -> bool:
    if head.startswith(b"ID3"):
        return len(head) > 10 and head[3] in {2, 3, 4}
    return (
        len(head) > 4
        and head[0] == 0xFF
        and head[1] & 0xE6 == 0xE2  # the sync word, layer III
        and head[2] >> 4 not in {0, 15}
        and head[2] >> 2 & 3 != 3
    )


_OLE = _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_ZIP = _starts(b"PK\x03\x04")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_JPEG = Kind("picture", "image/jpeg", _starts(b"\xff\xd8\xff"))

KINDS: dict[str, Kind] = {
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": Kind("picture", "image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "gif": Kind("picture", "image/gif", _starts(b"GIF87a", b"GIF89a")),
    "webp": Kind("picture", "image/webp", _webp),
    "pdf": Kind("document", "application/pdf", _starts(b"%PDF-")),
    "docx": Kind("document", f"{_OFFICE}wordprocessingml.document", _ZIP, "word/"),
    "pptx": Kind("document", f"{_OFFICE}presentationml.presentation", _ZIP, "ppt/"),
    "xlsx": Kind("document", f"{_OFFICE}spreadsheetml.sheet", _ZIP, "xl/"),
    "doc": Kind("document", "application/msword", _OLE),
    "ppt": Kind("document", "application/vnd.ms-powerpoint", _OLE),
    "xls": Kind("document", "application/vnd.ms-excel", _OLE),
    "wps": Kind("document", "application/vnd.ms-works", _OLE),
    "zip": Kind("document", "application/zip", _ZIP),
    "mp4": Kind(
        "video", "video/mp4", _iso_media(b"isom", b"iso", b"mp4", b"avc1", b"m4v", b"dash", b"msnv")
    ),
    "webm": Kind("video", "video/webm", _webm),
    "mp3": Kind("video", "audio/mpeg", _mp3),
    "m4a": Kind("video", "audio/mp4", _iso_media(b"m4a", b"m4b", b"mp4", b"isom", b"iso")),
}
EXTENSIONS: dict[str, str] = {
    kind.content_type: extension for extension, kind in reversed(KINDS.items())
}


def accepted(model: str = "") -> str:
    """What a file field says that it takes: ``.mp4,.webm``."""
    return ",".join(f".{key}" for key, kind in KINDS.items() if model in {"", kind.model})


def limit_in_parts(kind: Kind) -> int:
    """How large a file of this kind may be when it is uploaded in parts, in bytes."""
    film: int = settings.GONGBEI_FILE_LIMIT
    limits = {"picture": SIZE_LIMIT, "document": min(DOCUMENT_LIMIT, film), "video": film}
    return limits[kind.model]


def announced(name: str, size: int, head: bytes, *, model: str = "") -> Kind:
    """The kind of a file that is about to be uploaded in parts; raises a `FileRefused`.

    It is inspected when it has arrived; what is wrong already now need not be sent.
    """
    kind = _kind_of(name, model)
    _check_size(name, size, limit_in_parts(kind))
    if not kind.begins(head):
        raise NotWhatItSays(name, extension=extension_of(name))
    return kind


def inspect(file: File[bytes], name: str = "", *, model: str = "", limit: int = SIZE_LIMIT) -> Kind:
    """The kind of an uploaded file; raises a `FileRefused`. Reads, and rewinds, never decodes.

    `model` narrows what is allowed to pictures, documents or videos.
    """
    name = name or str(file.name or "")
    extension = extension_of(name)
    kind = _kind_of(name, model)
    _check_size(name, file.size, limit)
    file.seek(0)
    if not kind.begins(file.read(HEAD)):
        raise NotWhatItSays(name, extension=extension)
    if kind.begins is _ZIP:
        _check_archive(file, name, kind, extension)
    file.seek(0)
    return kind


def _kind_of(name: str, model: str) -> Kind:
    allowed = {key: kind for key, kind in KINDS.items() if model in {"", kind.model}}
    kind = allowed.get(extension_of(name))
    if kind is None:
        raise TypeNotAllowed(name, allowed=", ".join(allowed))
    return kind


def _check_size(name: str, size: int, limit: int) -> None:
    if not size:
        raise FileEmpty(name)
    if size > limit:
        raise FileTooLarge(name, size=filesizeformat(size), limit=filesizeformat(limit))


def _check_archive(file: File[bytes], name: str, kind: Kind, extension: str) -> None:
    """Judge an archive by its index alone, which is measured before it is read."""
    try:
        index = _archive_index(file)
    except ValueError as damaged:
        raise NotWhatItSays(name, extension=extension) from damaged
    if index > ARCHIVE_INDEX:
        raise ArchiveUnsafe(name)
    try:
        with zipfile.ZipFile(_seekable(file)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as damaged:
        raise NotWhatItSays(name, extension=extension) from damaged
    if _is_unsafe(entries):
        raise ArchiveUnsafe(name)
    names = [entry.filename for entry in entries]
    if kind.folder and not (
        "[Content_Types].xml" in names and any(entry.startswith(kind.folder) for entry in names)
    ):
        raise NotWhatItSays(name, extension=extension)


def _seekable(file: File[bytes]) -> IO[bytes]:
    """The plain file inside of Django's wrapper, which zipfile can ask whether it is seekable."""
    file.seek(0)
    return file.file if file.file is not None else file


def _archive_index(file: File[bytes]) -> int:
    """The length in bytes of a zip archive's index; raises ValueError where there is none."""
    tail = min(file.size, 22 + 65_535)
    file.seek(file.size - tail)
    end = file.read(tail)
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) - at < 22:
        raise ValueError("no end record")
    if at >= 20 and end[at - 20 : at - 16] == b"PK\x06\x07":
        raise ValueError("a zip64 archive, which no file under the limit needs")
    (length,) = struct.unpack("<I", end[at + 12 : at + 16])
    return int(length)


def _is_unsafe(entries: list[zipfile.ZipInfo]) -> bool:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    return (
        len(entries) > ARCHIVE_ENTRIES
        or unpacked > ARCHIVE_UNPACKED
        or (unpacked > SIZE_LIMIT and unpacked > ARCHIVE_RATIO * max(packed, 1))
        or any(_leads_out(entry) for entry in entries)
    )


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    parts = re.split(r"[/\\]", entry.filename)
    is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    return is_link or ".." in parts or parts[0] == "" or parts[0].endswith(":")
