"""Makers of files: small real ones of every kind, records, and pages that use them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.models import Page

from media.actions import set_uses, store_upload
from media.models import FileRecord
from schools.audience import Side, set_audience
from schools.models import Container, School, User
from tests.factories import people


def picture_bytes(
    kind: str = "PNG", size: tuple[int, int] = (12, 8), colour: str = "#355e4b", **how: Any
) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **how)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A small PNG that says it is as large as told."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def archive_bytes(files: dict[str, bytes] | None = None) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (files or {"教案/春.txt": "盼望着".encode()}).items():
            archive.writestr(name, content)
    return out.getvalue()


def office_bytes(folder: str = "word") -> bytes:
    """What begins and is packed as an Office file is."""
    return archive_bytes({"[Content_Types].xml": b"<Types/>", f"{folder}/main.xml": b"<x/>"})


def pdf_bytes(text: str = "1") -> bytes:
    """The beginning of a PDF."""
    return b"%PDF-1.7\n% " + text.encode() + b"\n%%EOF\n"


def ole_bytes() -> bytes:
    """The beginning of an old Office file."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def video_bytes(length: int = 1000, brand: bytes = b"isom") -> bytes:
    """What begins as an MP4; its bytes tell their place, so that a part is recognised."""
    head = struct.pack(">I", 24) + b"ftyp" + brand + bytes(12)
    return head + bytes(place % 251 for place in range(length - len(head)))


def sound_bytes() -> bytes:
    """The beginning of an MP3 without a tag."""
    return b"\xff\xfb\x90\x00" + bytes(413)


def webm_bytes() -> bytes:
    """The beginning of a WebM."""
    return b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(100)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """A file as a form hands it over; its name as the browser sent it."""
    made = SimpleUploadedFile("x", content)
    made._name = name  # type: ignore[attr-defined]  # Django would take the folders off
    return made


def stored(
    name: str = "朗读.mp4",
    content: bytes | None = None,
    *,
    by: User | None = None,
    school: School | None = None,
) -> FileRecord:
    """A file in the storage, a video unless told."""
    people.site_root()  # and with it the root of the collections
    return store_upload(
        file=upload(name, video_bytes() if content is None else content),
        by=by or people.user(),
        school=school,
    )


def page_using(
    files: Iterable[FileRecord],
    *,
    by: User,
    side: Side = Side.LIVE,
    tokens: Iterable[str] = (),
    live: bool = True,
) -> Page:
    """A page that uses `files` on a side whose audience is `tokens`."""
    page: Page = people.site_root().add_child(
        instance=Container(title="用文件的页", live=live, slug=f"uses-{Page.objects.count()}")
    )
    set_audience(page, side, tokens)
    set_uses(page=page, side=side, files=files, by=by)
    return page
