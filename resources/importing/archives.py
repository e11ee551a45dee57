"""Reads ZIP archives that people hand in (压缩包): GBK names made readable, bombs not unpacked."""

from __future__ import annotations

import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

MOST_ENTRIES = 2000
MOST_UNPACKED = 1024 * 1024 * 1024
_PIECE = 256 * 1024
_JUNK = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}
_UTF8_FLAG = 0x800


class BadArchive(ValueError):
    """An archive, or an entry of one, that is not unpacked; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive: its path with ``/``, and its size as the archive claims it."""

    path: str
    size: int


class Archive:
    """An opened archive; raises `BadArchive` where it is none or is unsafe."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
            raise BadArchive(_("The archive is damaged, or it is no ZIP file.")) from error
        if len(infos) > MOST_ENTRIES:
            raise BadArchive(
                _("The archive holds more than %(count)s files.") % {"count": MOST_ENTRIES}
            )
        if sum(info.file_size for info in infos) > MOST_UNPACKED:
            raise BadArchive(_("The archive unpacks to more than 1 GB."))
        self._infos = {name: info for info in infos if (name := _name(info))}

    def entries(self) -> Iterator[Entry]:
        """The files, in the order of the archive; no folders, no leavings of other systems."""
        for name, info in self._infos.items():
            yield Entry(name, info.file_size)

    def read(self, path: str, most: int) -> bytes:
        """The content of one file; never more than `most` bytes, whatever the archive claims.

        Raises KeyError where there is none, `BadArchive` where it is encrypted, damaged, too large.
        """
        info = self._infos[path]
        if info.flag_bits & 0x1:
            raise BadArchive(_("The file is encrypted. Please pack it without a password."))
        pieces, size = [], 0
        try:
            with self._zip.open(info) as file:
                while piece := file.read(_PIECE):
                    size += len(piece)
                    if size > most:
                        raise BadArchive(
                            _("The file is larger than %(limit)s MB.") % {"limit": most // 1024**2}
                        )
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
            raise BadArchive(_("The file is damaged.")) from error
        return b"".join(pieces)


def _name(info: zipfile.ZipInfo) -> str:
    """The path of an entry; empty for what is no file of its own."""
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    name = unicodedata.normalize("NFC", _readable(info)).replace("\\", "/")
    parts = name.split("/")
    if info.is_dir() or is_link or name.endswith("/") or not parts[-1]:
        return ""
    if _JUNK & set(parts) or parts[-1].startswith(("~$", "._")):
        return ""
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        raise BadArchive(_("The archive holds names that lead out of its folder."))
    return name


def _readable(info: zipfile.ZipInfo) -> str:
    """Windows packs names in GBK without saying so; Python then reads them as CP437."""
    if info.flag_bits & _UTF8_FLAG or info.orig_filename.isascii():
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
