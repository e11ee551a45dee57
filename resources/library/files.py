"""Which files a resource uses: those of its kind, attachments, the pictures in its text."""

from __future__ import annotations

import re
from uuid import UUID

from media import access as media_access
from media.actions import copy_uses_live, hold_back, set_uses
from media.models import FileRecord, FileUse
from media.queries import files_named, files_of
from resources.library.models import Resource
from schools.models import User

_PICTURE = re.compile(r'data-media="([0-9a-fA-F-]{32,36})"')

__all__ = ["copy_uses_live", "keep_draft_uses"]


def keep_draft_uses(resource: Resource, *, by: User) -> None:
    """Make what the draft holds what its draft side uses.

    A text may name any picture; only those which `by` may attach, or which the page uses already,
    are made readable through it.
    """
    there = {file.uuid for side in FileUse.Side for file in files_of(resource, side)}
    named = _pictures(resource) | {UUID(uuid) for uuid in resource.attachments if _is_uuid(uuid)}
    files: list[FileRecord] = [
        file
        for file in files_named(named)
        if file.uuid in there or media_access.can(by, "attach", file)
    ]
    files += resource.files()
    set_uses(page=resource, side=FileUse.Side.DRAFT, files=files, by=by, parts=_held_back(resource))
    if resource.live:
        _hold_back_at_once(resource, by=by)


def _hold_back_at_once(draft: Resource, *, by: User) -> None:
    """What the draft says is an answer is none of readers' now: a leak waits for no review.

    The other way round, what is no answer any more is let out by the publication alone.
    """
    live: Resource = Resource.objects.get(pk=draft.pk).specific
    fresh = [
        uuid
        for uuid in live.attachments
        if uuid in draft.answer_files and uuid not in live.answer_files
    ]
    if not fresh:
        return
    live.answer_files = [*live.answer_files, *fresh]
    Resource.objects.filter(pk=live.pk).update(answer_files=live.answer_files)
    hold_back(live, _held_back(live), by=by)


def _held_back(resource: Resource) -> set[UUID]:
    """The files that are answers and nothing else of it."""
    shown = _pictures(resource) | {file.uuid for file in resource.files()}
    return {UUID(uuid) for uuid in resource.answer_files if _is_uuid(uuid)} - shown


def _pictures(resource: Resource) -> set[UUID]:
    found = (match for html in resource.rich_texts() for match in _PICTURE.findall(html))
    return {UUID(match) for match in found if _is_uuid(match)}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
