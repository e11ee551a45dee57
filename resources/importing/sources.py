"""Where the files of an import lie (附件来源): the folder of its file, or a ZIP beside it.

A name leads to a file of that folder or to nothing: no ``..``, no absolute path, no link out.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from django.core.files.base import File
from django.utils.translation import gettext as _

from media.inspection import SIZE_LIMIT, FileRefused, inspect
from resources.importing.archives import Archive, BadArchive


class FileRefusal(ValueError):
    """A file that a row names and that cannot be taken; the text is the reason."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name, self.reason = name, reason

    def __str__(self) -> str:
        return _("File “%(name)s”: %(reason)s") % {"name": self.name[:120], "reason": self.reason}


class Source(Protocol):
    """Gives the files that rows name."""

    def check(self, name: str) -> None:
        """Raises `FileRefusal` where the file cannot be stored."""

    def open(self, name: str) -> File[bytes]:
        """The file, to be stored; the caller closes it. Raises `FileRefusal`."""


class Folder:
    """The files below one folder, each looked at once."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._seen: dict[str, str] = {}

    def check(self, name: str) -> None:
        if name not in self._seen:
            self._seen[name] = self._fault(name)
        if fault := self._seen[name]:
            raise FileRefusal(name, fault)

    def open(self, name: str) -> File[bytes]:
        path = self._path(name)
        try:
            return File(_regular(path), name=path.name)
        except OSError as error:
            raise FileRefusal(name, _("it cannot be read.")) from error

    def _fault(self, name: str) -> str:
        try:
            with self.open(name) as file:
                inspect(file, file.name or "")
        except FileRefusal as refused:
            return refused.reason
        except FileRefused as refused:
            return str(refused)
        return ""

    def _path(self, name: str) -> Path:
        wanted = safe_path(name)
        path = self.root.joinpath(*wanted.parts)
        # Links are followed to where they end, which must be below the folder.
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise FileRefusal(name, _("it is not there.")) from error
        if not real.is_relative_to(self.root):
            raise FileRefusal(name, _("the path leads out of the folder."))
        return real


def safe_path(name: str) -> PurePosixPath:
    """A relative path below a folder; raises `FileRefusal`."""
    wanted = PurePosixPath(name.replace("\\", "/"))
    strange = wanted.is_absolute() or ".." in wanted.parts or not wanted.parts
    if strange or ":" in wanted.parts[0] or "\0" in name or len(name) > 1000:
        raise FileRefusal(name, _("the path leads out of the folder."))
    return wanted


def _regular(path: Path) -> IO[bytes]:
    """A file opened for reading; no pipe and no device, which would never end."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError
    return os.fdopen(handle, "rb")


class Zipped:
    """The files in an archive."""

    def __init__(self, path: Path) -> None:
        self._archive = Archive(path.open("rb"))
        self._seen: dict[str, str] = {}

    def check(self, name: str) -> None:
        if name not in self._seen:
            try:
                with self.open(name) as file:
                    inspect(file, file.name or "")
                self._seen[name] = ""
            except FileRefusal as refused:
                self._seen[name] = refused.reason
            except FileRefused as refused:
                self._seen[name] = str(refused)
        if fault := self._seen[name]:
            raise FileRefusal(name, fault)

    def open(self, name: str) -> File[bytes]:
        wanted = str(safe_path(name))
        try:
            return File(
                io.BytesIO(self._archive.read(wanted, SIZE_LIMIT)), name=wanted.split("/")[-1]
            )
        except KeyError as error:
            raise FileRefusal(name, _("it is not there.")) from error
        except (BadArchive, zipfile.BadZipFile, OSError) as error:
            raise FileRefusal(name, _("it cannot be read.")) from error


def source_beside(file: Path) -> Source:
    """The ZIP of the same name beside `file` where there is one, else the folder of `file`."""
    archive = file.with_suffix(".zip")
    return Zipped(archive) if archive.is_file() else Folder(file.parent)
