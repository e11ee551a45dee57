"""Answers that carry a stored file (文件下载): whole or in part, never run by a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Any

from asgiref.sync import sync_to_async
from django.core.files.base import File
from django.core.handlers.asgi import ASGIRequest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from media.places import StorageDown
from media.ranges import Part, Unsatisfiable, part_of

CHUNK = 256 * 1024
INLINE = ("image/", "video/", "audio/")
THROUGH_US = 512 * 1024
"""Up to this size a file in a bucket is passed on; a larger one the browser gets from there."""
HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, max-age=300",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class _Slice:
    """A part of an open file in pieces, which closes the file also when nobody reads it."""

    def __init__(self, file: File[bytes], part: Part) -> None:
        self.file = file
        self.left = part.length
        file.seek(part.start)

    def read(self) -> bytes:
        piece = self.file.read(min(CHUNK, self.left))
        self.left -= len(piece)
        return piece

    def close(self) -> None:
        self.file.close()


class _SyncSlice(_Slice):
    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read():
            yield piece


class _AsyncSlice(_Slice):
    # Under ASGI Django would first read a plain iterator to its end, 50 MB into memory.
    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await sync_to_async(self.read, thread_sensitive=False)():
            yield piece


def file_response(
    request: HttpRequest, file: Any, *, content_type: str, name: str, etag: str, attach: bool
) -> HttpResponseBase:
    """Answer GET or HEAD with a stored file. Call it when the reader's right has been checked:
    the entity tag, too, is for those who may read.
    """
    etag = f'"{etag}"'
    disposition = content_disposition_header(attach or not is_shown(content_type), name) or ""
    unchanged: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if unchanged is None and (link := _link(request, file, content_type, disposition)):
        return _sent_there(link)
    response = unchanged or _content(request, file, content_type, etag)
    for header, value in HEADERS.items():
        response[header] = value
    response["ETag"] = etag
    response["Content-Disposition"] = disposition
    return response


def later(down: StorageDown) -> HttpResponseBase:
    """Say that the storage does not answer just now."""
    answer = HttpResponse(str(down), content_type="text/plain; charset=utf-8")
    answer.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    answer["Retry-After"] = "60"
    return answer


def is_shown(content_type: str) -> bool:
    """Whether a browser may show the type; any other is saved."""
    return content_type.startswith(INLINE)


def is_beginning(request: HttpRequest) -> bool:
    """Whether a download begins here, and not a further part of one."""
    asked = request.headers.get("Range", "")
    return request.method == "GET" and (not asked or asked.replace(" ", "").startswith("bytes=0-"))


def _link(request: HttpRequest, file: Any, content_type: str, disposition: str) -> str:
    """Where the bucket itself gives the file for some minutes; empty: it comes from here."""
    link_of = getattr(file.storage, "link", None)
    if link_of is None or request.method != "GET":
        return ""
    link: str = link_of(file.name, content_type=content_type, disposition=disposition)
    return link if link and file.size > THROUGH_US else ""


def _sent_there(link: str) -> HttpResponseBase:
    response = HttpResponseRedirect(link)
    # A link kept by the browser would outlive the right to it.
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _content(request: HttpRequest, file: Any, content_type: str, etag: str) -> HttpResponseBase:
    size: int = file.size
    whole = Part(0, size, size)
    try:
        part = part_of(size, _range(request, etag)) or whole
    except Unsatisfiable:
        response = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response["Content-Range"] = f"bytes */{size}"
        return response
    answer = _body(request, file, part)
    answer["Content-Type"] = content_type
    answer["Content-Length"] = str(part.length)
    if part is not whole:
        answer.status_code = HTTPStatus.PARTIAL_CONTENT
        answer["Content-Range"] = part.content_range
    return answer


def _range(request: HttpRequest, etag: str) -> str:
    """The Range header; none for HEAD, and none where If-Range names another content."""
    if request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return ""
    return request.headers.get("Range", "")


def _body(request: HttpRequest, file: Any, part: Part) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse()
    opened = file.storage.open(file.name, "rb")
    if isinstance(request, ASGIRequest):
        return StreamingHttpResponse(_AsyncSlice(opened, part))
    return StreamingHttpResponse(_SyncSlice(opened, part))
