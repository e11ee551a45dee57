"""Makes one preview (生成预览): the content as a path, the right maker, what became of it."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from media.models import FILE_MODELS
from media.previews.actions import finish, give_up, still_at_it, try_later
from media.previews.documents import draw_pages
from media.previews.errors import NoPreview
from media.previews.films import MAKERS
from media.previews.models import Form, Preview, Reason
from media.previews.tools import is_possible
from media.storage import local_copy

logger = logging.getLogger(__name__)
_TELL_SECONDS = 3.0


class TakenOver(Exception):
    """Another worker is at this preview by now."""


class Teller:
    """Tells the row now and then how far the work is; the row's worker counts as alive by it."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview
        self._told = 0.0

    def __call__(self, percent: float) -> None:
        now = time.monotonic()
        if now - self._told < _TELL_SECONDS:
            return
        self._told = now
        if not still_at_it(self._preview, int(percent)):
            raise TakenOver(self._preview)


def make(preview: Preview) -> None:
    """Make a preview that `take` has given; whatever happens, its row says so."""
    file = file_of(preview)
    if file is None:
        preview.delete()
        return
    if not is_possible(preview.form, file.content_type):
        give_up(preview, Reason.NO_PROGRAM)
        return
    try:
        with (
            tempfile.TemporaryDirectory(prefix="gongbei-preview-") as made,
            local_copy(file) as path,
        ):
            _make(preview, file, path, Path(made))
    except NoPreview as refused:
        give_up(preview, refused.reason)
    except TakenOver:
        logger.warning("Preview %s is made by another worker", preview)
    except FileNotFoundError:
        logger.error("The content of file %s is not in the storage", preview.file_uuid)
        give_up(preview, Reason.LOST)
    except OSError:
        logger.exception("Preview %s could not be made", preview)
        try_later(preview, Reason.LOST)


def _make(preview: Preview, file: Any, path: Path, folder: Path) -> None:
    tell: Callable[[float], None] = Teller(preview)
    if preview.form == Form.PAGES:
        drawn = draw_pages(path, file.content_type, folder, tell)
        finish(preview, drawn.pages, texts=drawn.texts, count=drawn.count)
        return
    made, seconds = MAKERS[Form(preview.form)](path, file.content_type, folder, tell)
    finish(preview, [made], seconds=seconds)


def file_of(preview: Preview) -> Any:
    """The record of a preview's file; None where it is gone."""
    for model in FILE_MODELS:
        file = model.objects.filter(uuid=preview.file_uuid).first()
        if file is not None:
            return file
    return None
