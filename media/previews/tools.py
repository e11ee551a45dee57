"""Which program makes which form of a file, and whether it is here."""

from __future__ import annotations

import shutil

from media.isolation.office import office
from media.models import FileRecord
from media.previews.models import Form

PDF = "application/pdf"
_NOT_LOOKED_INTO = {"application/zip"}
_OF_FILMS = (Form.POSTER, Form.STILLS, Form.FILM_240, Form.FILM_480)


def forms_of(file: FileRecord) -> tuple[Form, ...]:
    """The light forms that such a file has; a picture has its sizes instead."""
    if file.kind_of_file == "video":
        return (Form.SOUND,) if file.content_type.startswith("audio/") else _OF_FILMS
    if file.kind_of_file == "document" and file.content_type not in _NOT_LOOKED_INTO:
        return (Form.PAGES,)
    return ()


def is_possible(form: str, content_type: str) -> bool:
    """Whether the programs for this form are installed; a PDF needs none."""
    if form == Form.PAGES:
        return content_type == PDF or office() is not None
    return films_are_possible()


def films_are_possible() -> bool:
    """Whether ffmpeg is installed."""
    return bool(shutil.which("ffmpeg") and shutil.which("ffprobe"))
