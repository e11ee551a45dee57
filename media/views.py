"""The checked way to every file; no other address leads to one."""

from __future__ import annotations

import logging
from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from media.access import readable_file_or_404, readable_picture_or_404
from media.actions import note_download
from media.models import PICTURE_SIZES, Picture, PictureRendition
from media.pictures import FORMATS
from media.places import StorageDown
from media.responses import file_response, is_beginning, is_shown, later

logger = logging.getLogger(__name__)
_TYPES = {"jpg": "image/jpeg", **{kind.lower(): mime for mime, kind in FORMATS.items()}}


@require_safe
def download(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """A file, whole or in part; `?download=1` saves what a browser would show."""
    record = readable_file_or_404(request.user, uuid)
    if not record.is_ready:
        return render(request, "media/not_ready.html", {"file": record}, status=HTTPStatus.CONFLICT)
    attach = "download" in request.GET
    try:
        response = file_response(
            request,
            record.file,
            content_type=record.content_type,
            name=record.download_name,
            etag=record.sha256[:32],
            attach=attach,
        )
    except FileNotFoundError as lost:
        logger.error("The content of file %s is not in the storage", record.uuid)
        raise Http404 from lost
    except StorageDown as down:
        return later(down)
    if (attach or not is_shown(record.content_type)) and _gives(response, request):
        note_download(record)
    return response


def _gives(response: HttpResponseBase, request: HttpRequest) -> bool:
    """Whether a download begins with this answer: its further parts are not counted again."""
    given = {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.FOUND}
    return response.status_code in given and is_beginning(request)


@require_safe
def picture(request: HttpRequest, uuid: UUID, size: str) -> HttpResponseBase:
    """A picture in one of the sizes on offer, or in one that a page or the admin has made."""
    original = readable_picture_or_404(request.user, uuid)
    try:
        rendition = _rendition(original, size)
        extension = rendition.file.name.rpartition(".")[2]
        return file_response(
            request,
            rendition.file,
            content_type=_TYPES[extension],
            name=f"{original.title}.{extension}",
            etag=f"{original.sha256[:24]}-{rendition.pk}",
            attach="download" in request.GET,
        )
    except FileNotFoundError as lost:
        logger.error("Size %s of picture %s is not in the storage", size, original.uuid)
        raise Http404 from lost
    except StorageDown as down:
        return later(down)


def _rendition(original: Picture, size: str) -> PictureRendition:
    if size in PICTURE_SIZES:
        made: PictureRendition = original.get_rendition(PICTURE_SIZES[size])
        return made
    kept = original.renditions.filter(filter_spec=size).order_by("-pk").first()
    if kept is None:
        raise Http404
    return kept
