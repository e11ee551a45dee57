"""An upload is what its name says, of an allowed type, within the limits; or it is refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.base import ContentFile, File
from django.utils import translation

from media import inspection
from media.inspection import (
    ArchiveUnsafe,
    FileEmpty,
    FileRefused,
    FileTooLarge,
    NotWhatItSays,
    TypeNotAllowed,
    inspect,
)
from tests.factories import media as files

ALLOWED = {
    "春.jpg": (files.picture_bytes("JPEG"), "image/jpeg"),
    "春.JPEG": (files.picture_bytes("JPEG"), "image/jpeg"),
    "春.png": (files.picture_bytes(), "image/png"),
    "春.gif": (files.picture_bytes("GIF"), "image/gif"),
    "春.webp": (files.picture_bytes("WEBP"), "image/webp"),
    "春.pdf": (files.pdf_bytes(), "application/pdf"),
    "春.docx": (
        files.office_bytes("word"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "春.pptx": (
        files.office_bytes("ppt"),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "春.xlsx": (
        files.office_bytes("xl"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "春.doc": (files.ole_bytes(), "application/msword"),
    "春.ppt": (files.ole_bytes(), "application/vnd.ms-powerpoint"),
    "春.xls": (files.ole_bytes(), "application/vnd.ms-excel"),
    "春.wps": (files.ole_bytes(), "application/vnd.ms-works"),
    "春.zip": (files.archive_bytes(), "application/zip"),
    "春.mp4": (files.video_bytes(), "video/mp4"),
    "春.m4a": (files.video_bytes(brand=b"M4A "), "audio/mp4"),
    "春.webm": (files.webm_bytes(), "video/webm"),
    "春.mp3": (files.sound_bytes(), "audio/mpeg"),
    "标签.mp3": (b"ID3\x04\x00" + bytes(50), "audio/mpeg"),
}

HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
REFUSED = {
    "web page": ("春.html", HTML, TypeNotAllowed),
    "web page in capitals": ("春.HTM", HTML, TypeNotAllowed),
    "svg": ("春.svg", SVG, TypeNotAllowed),
    "xml": ("春.xml", b"<?xml version='1.0'?>", TypeNotAllowed),
    "script": ("春.js", b"alert(1)", TypeNotAllowed),
    "program": ("春.exe", b"MZ\x90\x00", TypeNotAllowed),
    "program behind a reversed name": ("课件\u202excod.exe", b"MZ\x90\x00", TypeNotAllowed),
    "no extension": ("春", files.pdf_bytes(), TypeNotAllowed),
    "only an extension": (".pdf", files.pdf_bytes(), TypeNotAllowed),
    "two extensions": ("春.pdf.html", files.pdf_bytes(), TypeNotAllowed),
    "extension behind a NUL": ("春.html\x00", HTML, TypeNotAllowed),
    "empty name": ("", files.pdf_bytes(), TypeNotAllowed),
    "empty file": ("春.pdf", b"", FileEmpty),
    "web page named as a picture": ("春.png", HTML, NotWhatItSays),
    "web page named as a PDF": ("春.pdf", HTML, NotWhatItSays),
    "svg named as a picture": ("春.jpg", SVG, NotWhatItSays),
    "PDF after a web page": ("春.pdf", HTML + files.pdf_bytes(), NotWhatItSays),
    "picture named as another": ("春.jpg", files.picture_bytes(), NotWhatItSays),
    "program named as a document": ("春.doc", b"MZ\x90\x00" + bytes(600), NotWhatItSays),
    "archive named as slides": ("春.pptx", files.archive_bytes(), NotWhatItSays),
    "sheet named as text": ("春.docx", files.office_bytes("xl"), NotWhatItSays),
    "cut archive": ("春.zip", files.archive_bytes()[:60], NotWhatItSays),
    "archive without an index": ("春.zip", b"PK\x03\x04" + bytes(200), NotWhatItSays),
    "film of another box": ("春.mp4", files.video_bytes(brand=b"qt  "), NotWhatItSays),
    "heic named as a film": ("春.mp4", files.video_bytes(brand=b"heic"), NotWhatItSays),
    "matroska named as webm": ("春.webm", b"\x1a\x45\xdf\xa3matroska", NotWhatItSays),
    "noise named as sound": ("春.mp3", b"\xff\xfb\xff\xff" + bytes(50), NotWhatItSays),
    "wave named as webp": ("春.webp", b"RIFF\x00\x00\x00\x00WAVE", NotWhatItSays),
    "tiny": ("春.png", b"\x89", NotWhatItSays),
}


@pytest.mark.parametrize(("name", "case"), ALLOWED.items())
def test_an_allowed_type_is_known_by_its_content(name: str, case: tuple[bytes, str]) -> None:
    content, content_type = case

    assert inspect(ContentFile(content, name=name), name).content_type == content_type


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_what_it_says_is_refused(case: tuple[str, bytes, type[FileRefused]]) -> None:
    name, content, refusal = case

    with pytest.raises(refusal) as refused:
        inspect(ContentFile(content, name="x"), name or "\u200b")

    assert "%(" not in str(refused.value)
    assert "\u202e" not in str(refused.value)


def test_a_refusal_names_file_size_and_limit() -> None:
    film = ContentFile(files.video_bytes())
    film.size = 61 * inspection.MEGABYTE

    with pytest.raises(FileTooLarge) as refused:
        inspect(film, "课/春.mp4")

    with translation.override("en"):
        words = str(refused.value).replace("\xa0", " ")
    assert words.startswith("“春.mp4” is 61.0 MB; the limit is 50.0 MB.")


def test_a_door_for_pictures_takes_no_documents() -> None:
    with pytest.raises(TypeNotAllowed):
        inspect(ContentFile(files.pdf_bytes()), "春.pdf", model="picture")


def _archive(*entries: zipfile.ZipInfo | str) -> File[bytes]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for entry in entries:
            archive.writestr(entry, b"1")
    return ContentFile(out.getvalue())


def _link() -> zipfile.ZipInfo:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    return link


@pytest.mark.parametrize(
    "entry",
    ["../春.txt", "a/../../春.txt", "/etc/passwd", "C:/春.txt", "..\\春.txt", _link()],
    ids=str,
)
def test_an_archive_that_leads_out_of_its_folder_is_refused(entry: zipfile.ZipInfo | str) -> None:
    with pytest.raises(ArchiveUnsafe):
        inspect(_archive("春.txt", entry), "春.zip")


def test_an_archive_of_too_many_files_is_refused() -> None:
    with pytest.raises(ArchiveUnsafe):
        inspect(_archive(*[f"{number}.txt" for number in range(5001)]), "春.zip")


def test_an_archive_that_unpacks_to_a_hundred_times_its_size_is_refused() -> None:
    bomb = files.archive_bytes({"春.txt": bytes(60 * inspection.MEGABYTE)})

    with pytest.raises(ArchiveUnsafe):
        inspect(ContentFile(bomb), "春.zip")


def test_an_archive_with_a_lying_index_is_refused_unread() -> None:
    content = bytearray(files.archive_bytes())
    content[-10:-6] = (0x7FFFFFFF).to_bytes(4, "little")

    with pytest.raises(ArchiveUnsafe):
        inspect(ContentFile(bytes(content)), "春.zip")


def test_an_archive_with_chinese_names_in_gbk_is_stored() -> None:
    entry = zipfile.ZipInfo("x.txt")
    content = bytearray(_archive(entry).read()).replace(b"x.txt", "春".encode("gbk") + b".tx")

    assert inspect(ContentFile(bytes(content)), "春.zip").content_type == "application/zip"


def test_the_file_is_rewound_after_the_inspection() -> None:
    file = ContentFile(files.archive_bytes())

    inspect(file, "春.zip")

    assert file.tell() == 0
