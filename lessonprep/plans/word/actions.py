"""Bringing a Word document into a plan or one's own first draft (导入教案)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lessonprep.plans.access import Action, NotNow, can, may_draft
from lessonprep.plans.actions.content import lock, text_of
from lessonprep.plans.actions.drafting import save_draft_section
from lessonprep.plans.actions.editing import save_section
from lessonprep.plans.actions.pictures import drop_unused, school_of
from lessonprep.plans.models import FirstDraft, LessonPlan
from lessonprep.plans.sections import Section, section_hash
from lessonprep.plans.word.filling import filled, has_text, targets_of
from lessonprep.plans.word.models import WordImport
from media import access as media_access
from media.actions import store_upload
from media.inspection import FileRefused
from media.models import FileRecord, Picture
from media.naming import display_name
from media.queries import files_named
from resources.library.word.isolated import WordPicture, WordText, read_word
from schools.audit import record
from schools.models import School, User

Into = WordImport.Into
APPEND, REPLACE = MANNERS = ("append", "replace")
_PICTURE = re.compile(r'<img data-media="picture:(\d+)"[^>]*>')
KEPT_FOR = timedelta(days=7)
"""A document that nobody wrote into the plan by then is forgotten, its pictures with it."""
MOST_AT_ONCE = 20
__all__ = ["MannerMissing", "SectionMoved", "begin", "discard", "finish", "sections_for"]


class MannerMissing(Exception):
    """Sections that have text are to be written into, and nobody said whether behind or instead."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__(headings)
        self.headings = headings


class SectionMoved(Exception):
    """A section that was to be replaced has been saved by another since the page was shown."""

    def __init__(self, heading: str) -> None:
        super().__init__(heading)
        self.heading = heading


def sections_for(plan: LessonPlan, into: str, by: User) -> list[Section]:
    """The sections that are written into, as they are now."""
    if into == Into.DRAFT:
        draft = FirstDraft.objects.filter(plan=plan, author=by).first()
        if draft is not None:
            sections: list[Section] = draft.sections
            return sections
    return text_of(plan)


def may_write(plan: LessonPlan, into: str, by: User) -> bool:
    """Whether `by` may write there now."""
    if into == Into.PLAN:
        return can(by, Action.EDIT, plan)
    return may_draft(by, plan, FirstDraft.objects.filter(plan=plan, author=by).first())


def begin(*, plan: LessonPlan, into: str, content: bytes, name: str, by: User) -> WordImport:
    """Read a document and keep what was read, nothing more; raises `WordRefused`, `NotNow`."""
    _check(plan, into, by)
    forget_old(timezone.now() - KEPT_FOR)
    sections = sections_for(plan, into, by)
    headings = [section["value"]["heading"] for section in sections]
    text = read_word(content, name, headings=headings)
    return _kept(plan, into, text, name, sections, by)


def _check(plan: LessonPlan, into: str, by: User) -> None:
    if not may_write(plan, into, by):
        raise NotNow(plan, Action.EDIT if into == Into.PLAN else Action.DRAFT)


@transaction.atomic
def _kept(
    plan: LessonPlan, into: str, text: WordText, name: str, sections: list[Section], by: User
) -> WordImport:
    notes = [_NOTES[note]() for note in text.notes if note in _NOTES]
    began = timezone.now()
    media, refused = _stored(text.pictures, school_of(plan, by), by)
    pieces = [piece for piece in map(_shown, text.pieces) if piece["html"] or piece["steps"]]
    targets = targets_of(pieces, sections)
    waiting = WordImport.objects.filter(by=by, done_at__isnull=True)
    brought = _brought(media, by, began, waiting)
    former = list(waiting.filter(plan=plan, into=into))
    made = WordImport.objects.create(
        plan=plan,
        by=by,
        into=into,
        file_name=display_name(name)[:255],
        pieces=[
            {**_with_media(piece, media), "target": target}
            for piece, target in zip(pieces, targets, strict=True)
        ],
        notes=[*notes, *refused],
        pictures=brought,
    )
    _forget(former)
    return made


def _brought(
    media: Iterable[str], by: User, began: datetime, waiting: Iterable[WordImport]
) -> list[str]:
    """The pictures that are there for documents alone: new ones, and those of others that wait."""
    named = {uuid for uuid in media if uuid}
    new = Picture.objects.filter(uuid__in=named, uploaded_by_user=by, created_at__gte=began)
    uuids = {str(uuid) for uuid in new.values_list("uuid", flat=True)}
    return sorted(uuids | {uuid for other in waiting for uuid in other.pictures} & named)


@transaction.atomic
def discard(*, word_import: WordImport, by: User) -> None:
    """Write nothing of the document, and forget it; one that is written already stays."""
    row = WordImport.objects.select_for_update().filter(pk=word_import.pk, by=by).first()
    if row is not None and row.done_at is None:
        record("plan.word_discarded", row.plan, by=by, into=row.into, file=row.file_name)
        _forget([row])


@transaction.atomic
def forget_old(before: datetime) -> int:
    """Forget documents that were shown before that moment and never written; how many."""
    old = WordImport.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        made_at__lt=before, done_at__isnull=True
    )
    rows = list(old.select_related("by").order_by("made_at")[:MOST_AT_ONCE])
    _forget(rows)
    return len(rows)


def _forget(rows: Sequence[WordImport]) -> None:
    WordImport.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        _drop_pictures(row)


def _drop_pictures(row: WordImport) -> None:
    """Delete what was stored for the document and nothing shows; others that wait show theirs."""
    others = WordImport.objects.filter(by=row.by, done_at__isnull=True).exclude(pk=row.pk)
    shown = {uuid for other in others for uuid in other.pictures}
    drop_unused(set(row.pictures) - shown, of=row.by)


_NOTES = {
    "macros": lambda: _("The document has macros; they stay outside."),
    "outside picture": lambda: _("A picture lies outside of the document and was not fetched."),
    "picture": lambda: _("A picture is missing in the document."),
    "object": lambda: _("An embedded object (a sheet, a formula of an old kind) stays outside."),
}


def _shown(piece: dict[str, Any]) -> dict[str, Any]:
    """A heading that nobody knows and that has nothing under it is text of its own."""
    is_lost = not piece["html"] and not piece["steps"] and piece["label"]
    if not is_lost or piece["concept"] or piece["kind"] == "field":
        return piece
    words = piece["label"].replace("&", "&amp;").replace("<", "&lt;")
    return {**piece, "label": "", "html": f"<p>{words}</p>"}


def _stored(
    pictures: Sequence[WordPicture], school: School | None, by: User
) -> tuple[list[str], list[str]]:
    """The pictures stored as `by`'s, by their place in the document, and why some were not."""
    media, refused = [], []
    for picture in pictures:
        if known := _known(picture, by):
            media.append(known)
            continue
        try:
            file = ContentFile(picture.content, name=picture.name)
            media.append(str(store_upload(file=file, by=by, school=school).uuid))
        except FileRefused as error:
            media.append("")
            refused.append(str(error))
    return media, refused


def _known(picture: WordPicture, by: User) -> str:
    """Our own picture that came back, if `by` may use it."""
    files: list[FileRecord] = files_named([UUID(picture.known)]) if picture.known else []
    if files and media_access.can(by, "attach", files[0]):
        return picture.known
    return ""


def _with_media(piece: dict[str, Any], media: Sequence[str]) -> dict[str, Any]:
    """The piece with uuids for the pictures; one that was refused leaves its place."""

    def named(html: str) -> str:
        return _PICTURE.sub(_named, html)

    def _named(found: re.Match[str]) -> str:
        uuid = media[int(found[1])] if int(found[1]) < len(media) else ""
        return found[0].replace(f"picture:{found[1]}", uuid) if uuid else ""

    steps = [
        {**step, "cells": {name: named(html) for name, html in step["cells"].items()}}
        for step in piece["steps"]
    ]
    kept = {key: piece[key] for key in ("kind", "label", "concept")}
    return {**kept, "html": named(piece["html"]), "steps": steps}


@transaction.atomic
def finish(
    *,
    word_import: WordImport,
    targets: Mapping[int, str],
    manners: Mapping[str, str],
    bases: Mapping[str, str],
    by: User,
) -> list[str]:
    """Write the pieces into the sections that were chosen for them; their headings are returned.

    `targets` names a section's id by the piece's number; what is missing stays outside. For each
    section that has text, `manners` says ``"append"`` or ``"replace"``, else raises
    `MannerMissing`. What is replaced must still be the text of `bases`, else raises `SectionMoved`.
    Raises `NotNow`, `InvalidSection`, `SectionGone`; then nothing is written. A second time does
    nothing.
    """
    plan = lock(word_import.plan)
    row = WordImport.objects.select_for_update().get(pk=word_import.pk)
    if row.done_at is not None:
        return []
    _check(plan, row.into, by)
    filling = [
        (section, pieces)
        for section in sections_for(plan, row.into, by)
        if (pieces := _pieces_for(section, row.pieces, targets))
    ]
    _check_manners([section for section, _pieces in filling], manners)
    for section, pieces in filling:
        _write(plan, row.into, section, pieces, manners, bases, by)
    written = [str(section["value"]["heading"]) for section, _pieces in filling]
    _close(row)
    record("plan.word_imported", plan, by=by, into=row.into, file=row.file_name, sections=written)
    return written


def _pieces_for(section: Section, pieces: Sequence[Any], targets: Mapping[int, str]) -> list[Any]:
    return [piece for at, piece in enumerate(pieces) if targets.get(at) == section["id"]]


def _check_manners(sections: Iterable[Section], manners: Mapping[str, str]) -> None:
    undecided = [
        str(section["value"]["heading"])
        for section in sections
        if has_text(section) and manners.get(section["id"]) not in MANNERS
    ]
    if undecided:
        raise MannerMissing(undecided)


def _write(
    plan: LessonPlan,
    into: str,
    section: Section,
    pieces: list[Any],
    manners: Mapping[str, str],
    bases: Mapping[str, str],
    by: User,
) -> None:
    append = manners.get(section["id"]) != REPLACE
    now = section_hash(section)
    if not append and has_text(section) and bases.get(section["id"]) != now:
        raise SectionMoved(section["value"]["heading"])
    save = save_section if into == Into.PLAN else save_draft_section
    posted = filled(section, pieces, append=append)
    save(plan=plan, section_id=section["id"], posted=posted, base=now, by=by)


def _close(row: WordImport) -> None:
    row.done_at = timezone.now()
    row.pieces, row.notes = [], []
    row.save(update_fields=["done_at", "pieces", "notes"])
    _drop_pictures(row)  # of the parts that were left out
