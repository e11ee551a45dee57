"""Previews as pages show them, and what of them is to be made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Min
from django.utils import timezone

from media.models import FILE_MODELS, FileState
from media.previews.models import Captions, Form, Piece, Preview
from media.previews.tools import forms_of, is_possible

State = Preview.State
MOST_TEXT = 30_000
"""Characters of a file that the search hears of."""


def next_work() -> datetime | None:
    """When there will be something to do: now, when a worker counts as dead, or never."""
    if Preview.objects.filter(state=State.QUEUED).exists():
        return timezone.now()
    at: datetime | None = Preview.objects.filter(state=State.WORKING).aggregate(at=Min("until"))[
        "at"
    ]
    return at


@dataclass(slots=True)
class Light:
    """All light forms of one file: previews by form, the one piece of those that have one."""

    previews: dict[str, Preview] = field(default_factory=dict)
    pieces: dict[str, Piece] = field(default_factory=dict)
    captions: list[Captions] = field(default_factory=list)

    def preview(self, form: Form) -> Preview | None:
        """The preview of this form, however far it is."""
        return self.previews.get(form)

    @property
    def pages(self) -> Preview | None:
        """The page images, where they are ready."""
        found = self.previews.get(Form.PAGES)
        return found if found is not None and found.state == State.READY else None

    @property
    def unfinished(self) -> list[Preview]:
        """Those that are being made or wait for it."""
        return [
            each for each in self.previews.values() if each.state in {State.QUEUED, State.WORKING}
        ]

    @property
    def seconds(self) -> int:
        """The length of a film, 0 where nobody has measured it."""
        return max((each.seconds for each in self.previews.values()), default=0)


def light_of(uuids: Iterable[UUID]) -> dict[UUID, Light]:
    """The light forms of files; not checked for a reader. Three queries at most."""
    wanted = list(uuids)
    found: dict[UUID, Light] = defaultdict(Light)
    if not wanted:
        return found
    for preview in Preview.objects.filter(file_uuid__in=wanted).defer("texts").order_by("pk"):
        found[preview.file_uuid].previews[preview.form] = preview
    whole = Piece.objects.filter(preview__file_uuid__in=wanted, preview__state=State.READY)
    for piece in whole.exclude(preview__form=Form.PAGES).select_related("preview"):
        found[piece.preview.file_uuid].pieces[piece.preview.form] = piece
    for captions in Captions.objects.filter(file_uuid__in=wanted).defer("text").order_by("pk"):
        found[captions.file_uuid].captions.append(captions)
    return found


def pages_of(preview: Preview, width: int) -> list[Piece]:
    """The page images of a width, in order."""
    return list(preview.pieces.filter(width=width).order_by("number"))


def texts_of(uuids: Iterable[UUID]) -> dict[UUID, str]:
    """The text in these files as far as it is known, for the search; one query."""
    ready = Preview.objects.filter(file_uuid__in=list(uuids), form=Form.PAGES, state=State.READY)
    return {
        uuid: "\n".join(texts)[:MOST_TEXT]
        for uuid, texts in ready.values_list("file_uuid", "texts")
    }


def without_previews() -> Iterable[Any]:
    """Files of which no form has ever been asked for: stored before there were previews."""
    asked = Preview.objects.values("file_uuid")
    for model in FILE_MODELS:
        ready = model.objects.filter(state=FileState.READY)
        for file in ready.exclude(uuid__in=asked).iterator():
            if forms_of(file):
                yield file


def possible_by_now() -> Any:
    """Previews that were given up for want of a program that is here today."""
    forms = [form for form in Form if is_possible(form, "")]
    return Preview.objects.filter(state=State.UNAVAILABLE, reason="no_program", form__in=forms)
