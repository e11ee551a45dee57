"""Files as readers may see them, and where files are used (引用)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from wagtail.models import Page

from media.models import FILE_MODELS, FileRecord, FileUse
from media.parts import parts_are_seen
from schools.access import Role, holds
from schools.audience import Reader, Side, visible
from schools.models import User

# The one collection that portal editors share; nobody else can make one.
PORTAL_COLLECTION = "Portal"
IN_PORTAL = Q(collection__name=PORTAL_COLLECTION, collection__depth=2)


def readable(files: models.QuerySet[Any], reader: Reader) -> models.QuerySet[Any]:
    """Those of `files` (of one model) the reader may read: where a page that uses them is seen.

    Uploaders read their own, and portal editors what lies in the portal's collection. What is a
    part of a page is read by those who see its parts; a draft is shown with them.
    """
    uses = FileUse.objects.filter(file_uuid=OuterRef("uuid"))
    pages = Page.objects.all()
    live = uses.filter(side=Side.LIVE, page__in=visible(pages, reader, Side.LIVE))
    allowed = Q(Exists(live.filter(Q(is_part=False) | parts_are_seen(reader))))
    allowed |= Q(Exists(uses.filter(side=Side.DRAFT, page__in=visible(pages, reader, Side.DRAFT))))
    if isinstance(reader, User) and reader.is_active:
        allowed |= Q(uploaded_by_user=reader)
        if holds(reader, Role.PORTAL_EDITOR):
            allowed |= IN_PORTAL
    return files.filter(allowed)


def unused(files: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Those of `files` (of one model) that no page uses."""
    return files.filter(~Exists(FileUse.objects.filter(file_uuid=OuterRef("uuid"))))


def files_of(page: Page, side: Side, *, with_parts: bool = True) -> list[FileRecord]:
    """The files that one side of a page uses, by title."""
    uses = FileUse.objects.filter(page_id=page.pk, side=side)
    if not with_parts:
        uses = uses.filter(is_part=False)
    return files_named(list(uses.values_list("file_uuid", flat=True)))


def downloads_of(page: Page) -> int | None:
    """How often the files that readers of a page have were downloaded; None where it has none."""
    files = files_of(page, Side.LIVE)
    return sum(file.downloads for file in files) if files else None


def files_named(uuids: Iterable[UUID]) -> list[FileRecord]:
    """The files with these uuids, of every kind, by title; not checked for a reader."""
    wanted = list(uuids)
    found = [file for model in FILE_MODELS for file in model.objects.filter(uuid__in=wanted)]
    return sorted(found, key=lambda file: (file.title, file.pk))
