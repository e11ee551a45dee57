"""A resource as a part of a package: its content, its attribution, its files."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from media.models import FileRecord
from media.packing.packages import Package, Part
from media.queries import files_of
from resources.library.access import may_see_parts
from resources.library.models import Resource
from resources.library.presentation import attribution
from schools.audience import Reader, Side


def part_of(request: HttpRequest, resource: Resource) -> Part:
    """What this reader sees of a resource, as its kind; answers where they are shown."""
    parts_shown = may_see_parts(request.user, resource)
    context: dict[str, Any] = {
        "resource": resource,
        "attached": [],
        "parts_shown": parts_shown,
        "answerable": False,
        "given": None,
    }
    return Part(
        title=resource.title,
        about=attribution(resource),
        html=render_to_string("library/content.html", context, request),
        files=live_files(resource, with_parts=parts_shown),
    )


def live_files(resource: Resource, *, with_parts: bool) -> list[FileRecord]:
    """The files of a resource as its readers see it."""
    return files_of(resource, Side.LIVE, with_parts=with_parts)


def package_of(request: HttpRequest, resource: Resource) -> Package:
    """A resource to take along."""
    reader: Reader = request.user
    return Package(
        reader, resource.title, [part_of(request, resource)], source=source_words(request)
    )


def source_words(request: HttpRequest) -> str:
    """Where a package comes from and when."""
    from django.utils import timezone
    from django.utils.formats import date_format

    day = date_format(timezone.localdate(), "Y-m-d")
    return _("From %(host)s, %(day)s") % {"host": request.get_host(), "day": day}
