"""Slides, texts and sheets as page images with text: LibreOffice makes a PDF, PDFium draws."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media.inspection import EXTENSIONS
from media.isolation.limits import MEGABYTE
from media.isolation.office import convert, office
from media.isolation.running import run_module
from media.previews.actions import Made
from media.previews.errors import NoPreview
from media.previews.models import Reason
from media.previews.tools import PDF

WALL_SECONDS = 300
_HALF = 30
"""Percent of the work that the conversion counts."""
_EXTERNAL = re.compile(
    rb"<(?:\w+:)?Relationship\b(?=[^>]*TargetMode\s*=\s*[\"']External)(?![^>]*/hyperlink[\"'])[^>]*>"
)
_MOST_UNPACKED = 600 * MEGABYTE
_PIECE = MEGABYTE
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    ValueError,
    EOFError,
    OSError,
    RuntimeError,  # an entry with a password
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Page images, the text of each page, and how many pages the file has."""

    pages: list[Made]
    texts: list[str]
    count: int


def draw_pages(path: Path, content_type: str, folder: Path, tell: Callable[[float], None]) -> Drawn:
    """The pages of a document; raises `NoPreview`."""
    tell(1)
    pdf = path if content_type == PDF else _as_pdf(path, EXTENSIONS[content_type], folder, tell)
    place = folder / "pages"
    place.mkdir()
    shutil.copyfile(pdf, place / "in.pdf")

    def look() -> None:
        tell(_HALF + min(60, len(list(place.glob("page-*")))))

    run_module(["media.previews.child", str(place)], place, WALL_SECONDS, on_look=look)
    return _drawn(place)


def _as_pdf(path: Path, extension: str, folder: Path, tell: Callable[[float], None]) -> Path:
    program = office()
    if program is None:
        raise NoPreview(Reason.NO_PROGRAM)
    source = folder / f"in.{extension}"
    if extension in {"docx", "pptx", "xlsx"}:
        copy_without_links(path, source)
    else:
        shutil.copyfile(path, source)
    made = convert(program, source, "pdf", folder, on_look=lambda: tell(_HALF / 2))
    if made is None:
        raise NoPreview(Reason.DAMAGED)
    return made


def copy_without_links(path: Path, copy: Path) -> None:
    """An Office file without what it wants to fetch from elsewhere; raises `NoPreview`.

    Unpacked and packed in pieces under a limit of our own: an index may lie about sizes.
    """
    left = _MOST_UNPACKED
    try:
        with (
            zipfile.ZipFile(path) as there,
            zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as here,
        ):
            for entry in there.infolist():
                left = _copied(there, here, entry, left)
    except _BROKEN as bad:
        raise NoPreview(Reason.DAMAGED) from bad


def _copied(there: Any, here: Any, entry: zipfile.ZipInfo, left: int) -> int:
    """Copy one entry; how much may still be unpacked afterwards."""
    if entry.is_dir():
        return left
    is_links = entry.filename.endswith(".rels")
    with there.open(entry) as source:
        if is_links:
            content = source.read(min(left, 8 * MEGABYTE) + 1)
            here.writestr(entry.filename, _EXTERNAL.sub(b"", content))
            left -= len(content)
        else:
            with here.open(entry.filename, "w") as target:
                while piece := source.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        break
                    target.write(piece)
    if left < 0:
        raise NoPreview(Reason.TOO_MUCH_WORK)
    return left


def _drawn(place: Path) -> Drawn:
    told = place / "pages.json"
    if not told.exists():
        raise NoPreview(Reason.TOO_MUCH_WORK)
    said: dict[str, Any] = json.loads(told.read_text("utf-8"))
    if "reason" in said:
        raise NoPreview(Reason(said["reason"]))
    pages = [
        Made(place / f"page-{number}-{width}.webp", number, width, high)
        for number, width, _wide, high in said["pages"]
    ]
    return Drawn(pages, said["texts"], said["count"])
