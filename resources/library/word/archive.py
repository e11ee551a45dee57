"""The archive that a .docx is: judged by its index before anything is unpacked."""

from __future__ import annotations

import io
import re
import struct
import zipfile

from resources.library.word.reasons import Reason, Unreadable

MEGABYTE = 1024 * 1024
LARGEST_FILE = 30 * MEGABYTE
MOST_ENTRIES = 2_000
LARGEST_INDEX = MEGABYTE
MOST_UNPACKED = 150 * MEGABYTE
LARGEST_XML = 40 * MEGABYTE
STEEPEST = 150
"""Times a part may grow when unpacked; text of a lesson grows about ten times."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RTF = b"{\\rtf"


def refuse_unsafe(content: bytes) -> None:
    """Raises `Unreadable` where this is no Word document that can be opened without danger."""
    if reason := _refused_by_beginning(content):
        raise Unreadable(reason)
    entries = _entries(content)
    names = {entry.filename for entry in entries}
    if _is_unsafe(entries):
        raise Unreadable(Reason.UNSAFE)
    if "[Content_Types].xml" not in names:
        raise Unreadable(Reason.NOT_WORD)
    if not any(name.startswith("word/") for name in names):
        is_office = any(name.startswith(("xl/", "ppt/")) for name in names)
        raise Unreadable(Reason.OTHER_OFFICE if is_office else Reason.NOT_WORD)


def _refused_by_beginning(content: bytes) -> Reason | None:
    if not content:
        return Reason.EMPTY
    if len(content) > LARGEST_FILE:
        return Reason.TOO_LARGE
    if content.startswith(OLE):
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        return Reason.ENCRYPTED if is_locked else Reason.OLD
    if content.startswith(RTF):
        return Reason.OLD
    return None if content.startswith(b"PK\x03\x04") else Reason.NOT_WORD


def _entries(content: bytes) -> list[zipfile.ZipInfo]:
    if _index_length(content) > LARGEST_INDEX:
        raise Unreadable(Reason.UNSAFE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as damaged:
        raise Unreadable(Reason.DAMAGED) from damaged


def _index_length(content: bytes) -> int:
    """The length in bytes of the archive's index, read from its end record."""
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - 22 - 65_535))
    if at < 0 or len(content) - at < 22:
        raise Unreadable(Reason.DAMAGED)
    (length,) = struct.unpack_from("<I", content, at + 12)
    return int(length)


def _is_unsafe(entries: list[zipfile.ZipInfo]) -> bool:
    return (
        len(entries) > MOST_ENTRIES
        or len({entry.filename for entry in entries}) < len(entries)
        or sum(entry.file_size for entry in entries) > MOST_UNPACKED
        or any(_is_bomb(entry) or _leads_out(entry) for entry in entries)
    )


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    is_large = entry.file_size > 4 * MEGABYTE
    is_steep = entry.file_size > STEEPEST * max(entry.compress_size, 1)
    return (is_large and is_steep) or (
        entry.filename.endswith((".xml", ".rels")) and entry.file_size > LARGEST_XML
    )


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    parts = re.split(r"[/\\]", entry.filename)
    is_link = (entry.external_attr >> 16) & 0o170000 == 0o120000
    return is_link or ".." in parts or parts[0] == "" or parts[0].endswith(":")
