"""Which files a resource uses: its video, and the pictures in its text."""

from __future__ import annotations

import re
from uuid import UUID

from media import access as media_access
from media.actions import copy_uses_live, set_uses
from media.models import FileRecord, FileUse
from media.queries import files_named, files_of
from resources.library.models import Microlecture, Resource
from schools.models import User

_PICTURE = re.compile(r'data-media="([0-9a-fA-F-]{32,36})"')

__all__ = ["copy_uses_live", "keep_draft_uses"]


def keep_draft_uses(resource: Resource, *, by: User) -> None:
    """Make what the draft holds what its draft side uses.

    A text may name any picture; only those which `by` may attach, or which the page uses already,
    are made readable through it.
    """
    there = {file.uuid for side in FileUse.Side for file in files_of(resource, side)}
    files: list[FileRecord] = [
        file
        for file in files_named(_pictures(resource))
        if file.uuid in there or media_access.can(by, "attach", file)
    ]
    if isinstance(resource, Microlecture) and resource.video is not None:
        files.append(resource.video)
    set_uses(page=resource, side=FileUse.Side.DRAFT, files=files, by=by)


def _pictures(resource: Resource) -> set[UUID]:
    found = (match for html in resource.rich_texts() for match in _PICTURE.findall(html))
    return {UUID(match) for match in found if _is_uuid(match)}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
