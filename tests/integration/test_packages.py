"""Taking along: one HTML file that needs no network, a ZIP with right names."""

from __future__ import annotations

import re
import tracemalloc
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db.models import FileField
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest
from django.test import Client

from media.models import FileRecord, StoredDocument
from media.packing.packages import Package, Part
from media.packing.streams import Content, Inlined
from media.previews.actions import write_captions
from resources.library import actions
from resources.library.models import Resource
from schools.models import User
from tests.factories import library, people, previews
from tests.factories import media as files

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
REFERS = re.compile(r'(?:src|href|poster)="([^"]*)"')


@pytest.fixture
def maker() -> User:
    return people.teacher(people.school())


def courseware(maker: User, *attachments: FileRecord) -> Resource:
    """Published slides of a school, with light forms."""
    school = maker.memberships.get().school
    slides = files.stored("背影（第一课时）.pdf", previews.pdf("Spring"), by=maker, school=school)
    made = actions.create_resource(
        kind="courseware",
        school=school,
        by=maker,
        title="背影",
        description={"subject": "chinese", "grade": 8},
        files=[slides, *attachments],
    )
    previews.light(slides)
    return library.published(made)


def body(client: Client, resource: Resource, what: str) -> bytes:
    answer: Any = client.get(f"/resources/{resource.uuid}/take/{what}/")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    assert int(answer["Content-Length"]) == len(content)
    return content


def test_the_page_holds_everything_and_refers_to_nothing(maker: User, client_of: ClientOf) -> None:
    resource = courseware(maker)

    text = body(client_of(maker), resource, "page").decode()

    assert "背影" in text
    assert text.count("data:image/webp;base64,") == 1
    assert "<script" not in text
    assert all(address.startswith(("data:", "#", "http")) for address in REFERS.findall(text))
    assert not re.search(r'src="http|@import|url\(', text)


def test_the_zip_has_the_originals_under_their_chinese_names(
    maker: User, client_of: ClientOf
) -> None:
    resource = courseware(maker)

    with zipfile.ZipFile(BytesIO(body(client_of(maker), resource, "zip"))) as archive:
        names = {entry.filename: entry for entry in archive.infolist()}
        assert set(names) == {"背影.html", "背影（第一课时）.pdf"}
        assert all(entry.flag_bits & 0x800 for entry in names.values())
        assert archive.read("背影（第一课时）.pdf") == previews.pdf("Spring")
        assert archive.testzip() is None


def test_its_page_says_what_each_weighs_before_it_is_loaded(
    maker: User, client_of: ClientOf
) -> None:
    resource = courseware(maker)

    answer = client_of(maker).get(f"/resources/{resource.uuid}/take/")

    assert len(re.findall(r"[（(][\d.]+\s*(?:字节|KB|MB)[）)]", answer.content.decode())) == 2


def test_who_may_not_read_it_takes_nothing_along(maker: User, client_of: ClientOf) -> None:
    resource = courseware(maker)
    other = client_of(people.teacher(people.school()))

    for what in ("", "page/", "zip/"):
        assert other.get(f"/resources/{resource.uuid}/take/{what}").status_code == 404


def test_a_file_that_the_reader_may_not_read_is_not_in_it(maker: User) -> None:
    private = files.stored("隐私.pdf", previews.pdf("Secret"), by=maker)
    reader = people.user()

    package = Package(reader, "包", [Part("包", "", "<p>字</p>", [private])], source="")

    assert package.file_count == 0
    assert b"Secret" not in b"".join(package.zip())


def test_what_was_withdrawn_has_no_links_any_more(maker: User, client_of: ClientOf) -> None:
    resource = courseware(maker)
    slides = StoredDocument.objects.get()
    colleague = client_of(people.teacher(resource.school))
    links = [
        f"/files/{slides.uuid}/",
        f"/files/{slides.uuid}/pages/1/640/",
        f"/look/{slides.uuid}/",
    ]
    before = {colleague.get(link).status_code for link in links}
    kept = colleague.get(links[1]).headers

    actions.withdraw(resource, by=maker, from_home=True)

    assert before == {200}
    assert {colleague.get(link).status_code for link in links} == {404}
    assert kept["Cache-Control"] == "private, max-age=300"
    again = colleague.get(links[1], headers={"If-None-Match": kept["ETag"]})
    assert again.status_code == 404


def test_hostile_text_runs_nothing_and_cannot_name_a_content(maker: User) -> None:
    evil = (
        '<p onclick="x()">春<script>x()</script><img src="https://evil.example/a.png" alt="图">'
        '<img src="/files/00000000-0000-0000-0000-000000000000/"><iframe src="/x"></iframe>'
        '<a href="javascript:x()">点</a><style>@import "x"</style>00:0;</p>'
    )

    page = Package(maker, "包", [Part("包", "", evil)], source="").html()
    text = b"".join(page.pieces()).decode().partition("<body>")[2]

    assert "春" in text
    assert "<em>图</em>" in text
    assert not re.search(r"script|onclick|iframe|evil|import|src=", text)


def test_same_names_and_captions_stand_beside_each_other(maker: User) -> None:
    one = files.stored("课.mp4", files.video_bytes(900), by=maker)
    two = files.stored("课.mp4", files.video_bytes(901), by=maker)
    write_captions(file=one, language="zh-Hans", text="00:01.000 --> 00:04.000\n春", by=maker)

    archive = Package(maker, "课", [Part("课", "", "", [one, two])], source="").zip()

    with zipfile.ZipFile(BytesIO(b"".join(archive))) as found:
        assert set(found.namelist()) == {
            *("课.html", "课.mp4", "课 (2).mp4", "课.zh-Hans.vtt"),
        }


def test_a_large_package_does_not_stand_in_memory(maker: User, tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as large:
        large.truncate(120_000_000)

    stored = FileSystemStorage(tmp_path)
    large_file = FieldFile(None, FileField(storage=stored), "large")  # type: ignore[arg-type]
    page = Inlined("a secret:0; b", {"0": Content(large_file, 120_000_000)}, "secret")
    tracemalloc.start()
    sent = sum(len(piece) for piece in page.pieces())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert sent == len(page) > 160_000_000
    assert peak < 5_000_000


def test_under_asgi_the_pieces_are_passed_on_one_by_one(maker: User) -> None:
    import asyncio

    from django.core.handlers.asgi import ASGIRequest

    from media.packing.streams import streamed

    made: list[int] = []

    def pieces() -> Any:
        for number in range(3):
            made.append(number)
            yield b"x"

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    request: HttpRequest = ASGIRequest(scope, BytesIO())
    answer: Any = streamed(request, pieces, size=3, content_type="text/html", name="课.html")

    async def first() -> tuple[bytes, list[int]]:
        async for piece in answer:
            return piece, list(made)
        raise AssertionError

    # In a thread of its own: a browser's driver may have a loop in this one.
    with ThreadPoolExecutor(1) as alone:
        assert alone.submit(lambda: asyncio.run(first())).result() == (b"x", [0])
