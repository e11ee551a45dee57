"""Hostile files are refused with a reason or made harmless; the server goes on answering."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.test import Client

from media.actions import store_upload
from media.inspection import FileRefused
from media.models import FileRecord, Picture
from media.naming import display_name
from media.previews.documents import copy_without_links
from media.previews.models import Form, Piece, Preview
from tests.factories import hostile, people, previews
from tests.factories import media as files

pytestmark = pytest.mark.django_db
ENDED = {Preview.State.READY, Preview.State.FAILED, Preview.State.UNAVAILABLE}
LIGHT, FILMS, OFFICE = 89, 26, 6


@cache
def cases(which: str) -> list[tuple[str, bytes]]:
    """The corpus, made once and when the first test asks."""
    made = {"light": hostile.light_cases, "film": hostile.film_cases}
    return list(made.get(which, hostile.office_cases)())


SECONDS = 60.0


def taken_in(name: str, content: bytes) -> FileRecord | None:
    """The stored file; None where it was refused with a sentence."""
    people.site_root()
    try:
        return store_upload(file=files.upload(name, content), by=people.user(), school=None)
    except FileRefused as refused:
        said = str(refused)
    assert said.startswith("“")
    assert "%(" not in said
    return None


def opened(name: str, content: bytes) -> dict[str, Preview]:
    """What became of it when it was opened, within a time, with the server answering."""
    begun = time.monotonic()
    file = taken_in(name, content)
    made = previews.made(file) if file is not None else {}
    assert time.monotonic() - begun < SECONDS
    assert {each.state for each in made.values()} <= ENDED
    assert Client().get("/healthz").status_code == 200
    return made


def test_there_are_more_than_a_hundred() -> None:
    assert [len(cases(which)) for which in ("light", "film", "office")] == [LIGHT, FILMS, OFFICE]
    assert LIGHT + FILMS + OFFICE >= 100


@pytest.mark.parametrize("place", range(LIGHT))
def test_it_is_refused_or_harmless(place: int) -> None:
    name, content = cases("light")[place]
    file = taken_in(name, content)
    if file is None:
        return
    shown = file.download_name

    assert shown == display_name(shown)
    assert len(shown.encode()) <= 255
    assert not {"\u202e", "\r", "\n", "/", "\\", "<", ">"} & set(shown)
    assert not name.lower().endswith((".svg", ".html", ".exe", ".js"))
    if isinstance(file, Picture):
        with file.file.open() as stored:
            assert b"<script" not in stored.read()
    elif file.content_type == "application/pdf":
        made = previews.made(file)[Form.PAGES]
        assert made.state in ENDED
        assert all(piece.height <= 4096 for piece in Piece.objects.filter(preview=made))


@pytest.mark.parametrize("place", range(FILMS))
def test_no_film_reads_what_it_should_not(place: int) -> None:
    previews.need_ffmpeg()
    name, content = cases("film")[place]

    opened(name, content)

    for piece in Piece.objects.all():
        with piece.file.open() as light:
            assert b"root:" not in light.read()


@pytest.mark.parametrize("place", range(OFFICE))
def test_no_document_reads_what_it_should_not(place: int) -> None:
    previews.need_office()
    name, content = cases("office")[place]

    made = opened(name, content)

    assert all("root:" not in text for each in made.values() for text in each.texts)


class _Listener(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404)
        self.end_headers()

    do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - as the library calls them

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[HTTPServer]:
    _Listener.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), _Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def linked(address: str) -> bytes:
    """A document with a picture that lies elsewhere, and a template from there."""
    content = previews.docx("盼望着")
    rel = (
        '<Relationship Id="x1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/{kind}" Target="{address}" TargetMode="External"/></Relationships>'
    )
    with ZipFile(files.upload("x", content)) as there:
        parts = {name: there.read(name) for name in there.namelist()}
    for kind in ("image", "attachedTemplate"):
        told = rel.format(kind=kind, address=address)
        key = "word/_rels/document.xml.rels"
        parts[key] = parts[key].replace(b"</Relationships>", told.encode(), 1)
    field = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
        f' INCLUDEPICTURE "{address}" \\d </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/>'
        "</w:r></w:p></w:body>"
    )
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"</w:body>", field.encode())
    return files.archive_bytes(parts)


def test_a_document_fetches_nothing_from_the_network(listener: HTTPServer) -> None:
    previews.need_office()

    made = opened("外链.docx", linked(f"http://127.0.0.1:{listener.server_port}/spy.png"))

    assert made[Form.PAGES].state == Preview.State.READY
    assert _Listener.asked == []


def test_links_of_a_document_to_files_are_taken_out_and_those_to_read_stay(tmp_path: Path) -> None:
    source, copy = tmp_path / "a.docx", tmp_path / "b.docx"
    source.write_bytes(linked("file:///etc/passwd"))

    copy_without_links(source, copy)

    with ZipFile(copy) as there:
        assert b"passwd" not in there.read("word/_rels/document.xml.rels")


def test_no_name_leads_out_of_the_storage() -> None:
    people.site_root()
    for name in ("../../x.pdf", "/etc/x.pdf", "a/../../x.pdf"):
        try:
            file = taken_in(name, previews.pdf(name.replace("/", " ")))
        except SuspiciousFileOperation:
            continue
        assert file is not None
        assert str(file.file.name).startswith("blobs/")
