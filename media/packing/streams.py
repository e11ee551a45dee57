"""Answers that are sent while they are made, so that a package never stands in memory."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

PIECE = 3 * 64 * 1024
"""A multiple of three, so that pieces of base64 join without a seam."""


@dataclass(frozen=True, slots=True)
class Content:
    """Stored bytes: how to open them, how many they are."""

    file: Any
    size: int

    def pieces(self) -> Iterator[bytes]:
        """The content, `PIECE` bytes at a time."""
        with self.file.storage.open(self.file.name, "rb") as opened:
            while piece := _whole(opened):
                yield piece


def _whole(opened: Any) -> bytes:
    """`PIECE` bytes, less only at the end: a stream may give fewer than it was asked for."""
    found = bytearray()
    while len(found) < PIECE and (more := opened.read(PIECE - len(found))):
        found += more
    return bytes(found)


@dataclass(frozen=True, slots=True)
class Inlined:
    """A text in which marks stand for stored contents, to be sent as base64 in their place."""

    text: str
    contents: Mapping[str, Content]
    secret: str
    """What every mark begins with; nobody who writes a text can know it."""

    def __len__(self) -> int:
        marks = self._split()
        plain = sum(len(piece.encode()) for piece in marks[::2])
        return plain + sum(-(-self.contents[key].size // 3) * 4 for key in marks[1::2])

    def pieces(self) -> Iterator[bytes]:
        """The text with the contents in it."""
        for place, piece in enumerate(self._split()):
            if place % 2 == 0:
                yield piece.encode()
            else:
                for raw in self.contents[piece].pieces():
                    yield base64.b64encode(raw)

    def _split(self) -> list[str]:
        return re.split(rf"{self.secret}:([\w-]+);", self.text)


def streamed(
    request: HttpRequest,
    pieces: Callable[[], Iterable[bytes]],
    *,
    size: int,
    content_type: str,
    name: str,
) -> HttpResponseBase:
    """An attachment of a known size that is made while it is sent."""
    answer: HttpResponseBase
    if request.method == "HEAD":
        answer = HttpResponse()
    elif isinstance(request, ASGIRequest):
        answer = StreamingHttpResponse(_without_waiting(iter(pieces())))
    else:
        answer = StreamingHttpResponse(pieces())
    answer["Content-Type"] = content_type
    answer["Content-Length"] = str(size)
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


async def _without_waiting(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    # Under ASGI Django would first read a plain iterator to its end, the whole package into memory.
    following = sync_to_async(lambda: next(pieces, None), thread_sensitive=False)
    while (piece := await following()) is not None:
        yield piece
