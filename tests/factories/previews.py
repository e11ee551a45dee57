"""Real slides, texts, PDFs and films, small; and their previews, made by the real programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from docx import Document
from openpyxl import Workbook
from PIL import Image

from media.isolation.office import convert, office
from media.models import FileRecord
from media.previews import making
from media.previews.actions import LEASE, Made, finish, take, want_previews
from media.previews.child import WIDTHS
from media.previews.models import Form, Preview
from media.previews.tools import films_are_possible
from portal.environment import ROOT
from tests.factories.media import video_bytes

FILM = ROOT / "site" / "portal" / "demo" / "media" / "spring-reading.mp4"


def need(name: str, is_there: bool) -> None:
    """A named skip where a program is missing; a failure where everything is required."""
    if is_there:
        return
    if os.environ.get("GONGBEI_REQUIRE_ALL") == "1":
        pytest.fail(f"{name} is not installed")
    pytest.skip(f"{name} is not installed")


def need_office() -> None:
    """LibreOffice is here, or the test is skipped."""
    need("LibreOffice", office() is not None)


def need_ffmpeg() -> None:
    """ffmpeg is here, or the test is skipped."""
    need("ffmpeg", films_are_possible())


def made(file: FileRecord) -> dict[str, Preview]:
    """The previews of a file by form, made here and now as the worker would."""
    want_previews(file)
    while (preview := take()) is not None:
        making.make(preview)
    return {each.form: each for each in Preview.objects.filter(file_uuid=file.uuid)}


def light(file: FileRecord) -> None:
    """Finished light forms of a file, as small as can be, without the programs."""
    want_previews(file)
    for preview in Preview.objects.filter(file_uuid=file.uuid):
        preview.state, preview.reason = Preview.State.WORKING, ""
        preview.until = timezone.now() + LEASE
        preview.save()
        with tempfile.TemporaryDirectory() as folder:
            finish(preview, _pieces(Path(folder), Form(preview.form)), texts=["春"], count=1)


def _pieces(folder: Path, form: Form) -> list[Made]:
    if form in {Form.PAGES, Form.POSTER}:
        out = folder / ("page.webp" if form == Form.PAGES else "poster.jpg")
        Image.new("RGB", (64, 36), "green").save(out)
        widths = WIDTHS if form == Form.PAGES else (640,)
        return [Made(out, width=width, height=width * 9 // 16) for width in widths]
    out = folder / "light.mp4"
    out.write_bytes(video_bytes(600 + len(form)))
    return [Made(out)]


def pdf(*pages: str, extra: bytes = b"", catalogue: bytes = b"") -> bytes:
    """A PDF with a line of Latin text on each page."""
    kids = " ".join(f"{3 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
    ]
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    for place, text in enumerate(pages):
        stream = f"BT /F1 36 Tf 40 120 Td ({text}) Tj ET".encode()
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 480 270] /Contents %d 0 R"
            b" /Resources << /Font << /F1 %s >> >> >>" % (4 + 2 * place, font)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    if extra:
        objects.append(extra)
    return assembled(objects)


def assembled(objects: list[bytes]) -> bytes:
    """A PDF of these objects; the first is the catalogue."""
    out = BytesIO(b"")
    out.write(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def docx(*paragraphs: str) -> bytes:
    """A Word document."""
    document, out = Document(), BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def xlsx(*rows: list[str]) -> bytes:
    """A sheet."""
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


_SLIDES = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 office:mimetype="application/vnd.oasis.opendocument.presentation" office:version="1.3">
<office:body><office:presentation>{pages}</office:presentation></office:body></office:document>"""
_SLIDE = """<draw:page draw:name="{number}"><draw:frame svg:x="2cm" svg:y="4cm" svg:width="20cm"
 svg:height="6cm"><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame></draw:page>"""


@cache
def slides(*texts: str, extension: str = "pptx") -> bytes:
    """Slides with a line each, written by LibreOffice."""
    pages = "".join(_SLIDE.format(number=n, text=text) for n, text in enumerate(texts, start=1))
    program = office()
    assert program is not None
    with tempfile.TemporaryDirectory() as made_in:
        source = Path(made_in) / "slides.fodp"
        source.write_text(_SLIDES.format(pages=pages), "utf-8")
        written = convert(program, source, extension, Path(made_in))
        assert written is not None
        return written.read_bytes()


@cache
def film(seconds: int = 4, size: str = "1280x720", *, sound: bool = True) -> bytes:
    """A film of a moving test picture with a tone, well above what the light forms weigh."""
    program = shutil.which("ffmpeg")
    assert program is not None
    with tempfile.TemporaryDirectory() as made_in:
        out = Path(made_in) / "film.mp4"
        tone = ["-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"] if sound else []
        subprocess.run(
            [
                *(program, "-v", "error", "-f", "lavfi"),
                *("-i", f"testsrc2=size={size}:rate=25:duration={seconds}", *tone),
                *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p"),
                *("-c:a", "aac", "-b:a", "192k", str(out)),
            ],
            check=True,
        )
        return out.read_bytes()
