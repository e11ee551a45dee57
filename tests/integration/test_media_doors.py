"""The doors of files: who reads what, in which form, and what a stranger can find out (nothing)."""

from __future__ import annotations

import asyncio
import io
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import AsyncClient, Client
from django.urls import NoReverseMatch, reverse
from PIL import Image
from wagtail.permissions import policy_registry

from media.access import readable_file_or_404
from media.actions import set_uses
from media.models import FILE_MODELS, FileRecord, Picture, StoredDocument, Video
from media.policies import portal_collection
from media.ranges import part_of
from schools.access import Role, grants_of
from schools.audience import PUBLIC, Side, school, tokens_of, user
from schools.models import RoleGrant, School, User
from tests.conftest import ClientOf
from tests.factories import media as files
from tests.factories import people

pytestmark = pytest.mark.django_db

FILM = files.video_bytes(1000)


class Cast:
    """People around one file."""

    def __init__(self) -> None:
        self.school: School = people.school()
        self.uploader: User = people.teacher(self.school)
        self.colleague: User = people.teacher(self.school)
        self.stranger: User = people.teacher()
        self.portal_editor: User = people.with_role(Role.PORTAL_EDITOR)
        self.file: FileRecord = files.stored(by=self.uploader, school=self.school)

    def reader(self, who: str, client_of: ClientOf) -> Client:
        return Client() if who == "anonymous" else client_of(getattr(self, who))


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


READERS = ["uploader", "colleague", "stranger", "portal_editor", "anonymous"]
Place = Callable[[Cast], None]


def _unused(cast: Cast) -> None:
    """No page uses it."""


def _private_draft(cast: Cast) -> None:
    own = [user(cast.uploader.pk)]
    files.page_using([cast.file], by=cast.uploader, side=Side.DRAFT, tokens=own, live=False)


def _school_draft(cast: Cast) -> None:
    ours = [school(cast.school.pk)]
    files.page_using([cast.file], by=cast.uploader, side=Side.DRAFT, tokens=ours, live=False)


def _school_page(cast: Cast) -> None:
    files.page_using([cast.file], by=cast.uploader, tokens=[school(cast.school.pk)])


def _public_page(cast: Cast) -> None:
    files.page_using([cast.file], by=cast.uploader, tokens=[PUBLIC])


def _unpublished_page(cast: Cast) -> None:
    files.page_using([cast.file], by=cast.uploader, tokens=[PUBLIC], live=False)


def _other_side(cast: Cast) -> None:
    """The page's live side is public, and the file is on its draft side, which is private."""
    page = files.page_using([], by=cast.uploader, tokens=[PUBLIC])
    set_uses(page=page, side=Side.DRAFT, files=[cast.file], by=cast.uploader)


ALLOWED: dict[Place, set[str]] = {
    _unused: {"uploader"},
    _private_draft: {"uploader"},
    _school_draft: {"uploader", "colleague"},
    _school_page: {"uploader", "colleague"},
    _public_page: {"uploader", "colleague", "stranger", "portal_editor", "anonymous"},
    _unpublished_page: {"uploader"},
    _other_side: {"uploader"},
}


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("place", ALLOWED, ids=lambda place: place.__name__.strip("_"))
def test_a_file_is_readable_where_a_page_that_uses_it_is(
    cast: Cast, client_of: ClientOf, place: Place, who: str
) -> None:
    place(cast)

    answer = cast.reader(who, client_of).get(cast.file.url)

    assert answer.status_code == (200 if who in ALLOWED[place] else 404)


def test_a_file_is_closed_again_when_its_page_no_longer_uses_it(
    cast: Cast, client_of: ClientOf
) -> None:
    page = files.page_using([cast.file], by=cast.uploader, tokens=[PUBLIC])

    page.file_uses.all().delete()

    assert Client().get(cast.file.url).status_code == 404


def test_one_who_is_put_out_of_the_school_loses_its_files(cast: Cast, client_of: ClientOf) -> None:
    _school_page(cast)
    cast.colleague.memberships.all().delete()

    assert client_of(cast.colleague).get(cast.file.url).status_code == 404


def test_a_refusal_says_the_same_as_an_address_of_nothing(cast: Cast) -> None:
    reader = Client()
    conditions: list[dict[str, Any]] = [
        {},
        {"HTTP_IF_NONE_MATCH": f'"{cast.file.sha256[:32]}"'},
        {"HTTP_IF_NONE_MATCH": "*"},
        {"HTTP_IF_MATCH": '"x"'},
        {"HTTP_RANGE": "bytes=0-0"},
        {"HTTP_RANGE": "bytes=99999-"},
        {"HTTP_IF_MODIFIED_SINCE": "Sat, 01 Jan 2039 00:00:00 GMT"},
    ]

    for condition in conditions:
        hidden = reader.get(cast.file.url, **condition)
        nothing = reader.get(f"/files/{uuid.uuid4()}/", **condition)
        assert hidden.status_code == nothing.status_code == 404
        assert set(hidden.headers) == set(nothing.headers)
        assert "ETag" not in hidden.headers


def test_neither_a_hash_nor_a_number_is_an_address(cast: Cast, client_of: ClientOf) -> None:
    reader = client_of(cast.uploader)

    for name in (cast.file.sha256, cast.file.pk, cast.file.file.name, f"{cast.file.uuid}/.."):
        assert reader.get(f"/files/{name}/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_files_are_only_read(cast: Cast, client_of: ClientOf, method: str) -> None:
    answer = getattr(client_of(cast.uploader), method)(cast.file.url)

    assert answer.status_code == 405


@pytest.mark.parametrize("who", ["uploader", "stranger", "portal_editor", "anonymous"])
def test_a_file_is_found_in_two_queries_whatever_the_number_of_its_uses(
    cast: Cast, who: str, django_assert_num_queries: Any
) -> None:
    reader = AnonymousUser() if who == "anonymous" else getattr(cast, who)
    tokens_of(reader)
    grants_of(reader)

    for _ in range(3):
        _public_page(cast)
        with django_assert_num_queries(2):
            assert readable_file_or_404(reader, cast.file.uuid) == cast.file


# What an answer looks like.


def test_an_answer_can_neither_run_nor_be_guessed_at(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.uploader).get(cast.file.url)

    assert answer["Content-Type"] == "video/mp4"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, max-age=300"
    assert answer["Content-Length"] == "1000"
    assert answer.getvalue() == FILM


SHOWN = {
    "春.png": (files.picture_bytes(), "inline"),
    "春.mp4": (files.video_bytes(), "inline"),
    "春.mp3": (files.sound_bytes(), "inline"),
    "春.pdf": (files.pdf_bytes(), "attachment"),
    "春.docx": (files.office_bytes(), "attachment"),
    "春.zip": (files.archive_bytes(), "attachment"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_only_pictures_films_and_sounds_show_in_the_browser(name: str, client_of: ClientOf) -> None:
    teacher = people.user()
    content, shown = SHOWN[name]
    file = files.stored(name, content, by=teacher)

    answer = client_of(teacher).get(file.url)
    saved = client_of(teacher).get(file.url, {"download": "1"})

    extension = name.partition(".")[2]
    chinese = f"filename*=utf-8''%E6%98%A5.{extension}"
    assert answer["Content-Disposition"] == f"{shown}; {chinese}"
    assert saved["Content-Disposition"] == f"attachment; {chinese}"


@pytest.mark.parametrize(
    "title", ['春"; filename="evil.html', "春\r\nX-Evil: 1", "春\u202elmth.", "a\\b"]
)
def test_a_hostile_title_stays_inside_the_header(title: str, client_of: ClientOf) -> None:
    teacher = people.user()
    file = files.stored("春.pdf", files.pdf_bytes(), by=teacher)
    type(file).objects.filter(pk=file.pk).update(title=title)

    answer = client_of(teacher).get(file.url)

    assert "X-Evil" not in answer.headers
    assert "html" not in answer["Content-Disposition"].partition("filename*")[0]
    assert answer["Content-Disposition"].rstrip('"').endswith(".pdf")


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-0", "bytes=100-199", "bytes=900-", "bytes=-100", "bytes=0-", "bytes=990-5000"],
)
def test_a_range_gets_its_part(cast: Cast, client_of: ClientOf, asked: str) -> None:
    part = part_of(1000, asked)
    assert part is not None

    answer = client_of(cast.uploader).get(cast.file.url, HTTP_RANGE=asked)

    assert answer.status_code == 206
    assert answer["Content-Range"] == part.content_range
    assert answer["Content-Length"] == str(part.length)
    assert answer.getvalue() == FILM[part.start : part.start + part.length]


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=-0", "bytes=5000-6000"])
def test_a_range_behind_the_end_is_refused(cast: Cast, client_of: ClientOf, asked: str) -> None:
    answer = client_of(cast.uploader).get(cast.file.url, HTTP_RANGE=asked)

    assert answer.status_code == 416
    assert answer["Content-Range"] == "bytes */1000"
    assert answer.content == b""


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=a", "lines=0-1", "bytes=9-1"])
def test_what_is_not_one_range_gets_the_whole(cast: Cast, client_of: ClientOf, asked: str) -> None:
    answer = client_of(cast.uploader).get(cast.file.url, HTTP_RANGE=asked)

    assert answer.status_code == 200
    assert answer.getvalue() == FILM


def test_a_range_of_other_content_gets_the_whole(cast: Cast, client_of: ClientOf) -> None:
    reader = client_of(cast.uploader)
    etag = reader.get(cast.file.url)["ETag"]

    same = reader.get(cast.file.url, HTTP_RANGE="bytes=0-9", HTTP_IF_RANGE=etag)
    other = reader.get(cast.file.url, HTTP_RANGE="bytes=0-9", HTTP_IF_RANGE='"other"')

    assert (same.status_code, other.status_code) == (206, 200)


def test_what_a_reader_has_already_is_not_sent_again(cast: Cast, client_of: ClientOf) -> None:
    reader = client_of(cast.uploader)
    etag = reader.get(cast.file.url)["ETag"]

    answer = reader.get(cast.file.url, HTTP_IF_NONE_MATCH=etag)

    assert answer.status_code == 304
    assert answer["Cache-Control"] == "private, max-age=300"


def test_a_head_tells_the_length_and_sends_nothing(cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.uploader).head(cast.file.url, HTTP_RANGE="bytes=0-9")

    assert answer.status_code == 200
    assert answer["Content-Length"] == "1000"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer.content == b""


def test_a_file_lost_from_the_storage_is_a_plain_404(cast: Cast, client_of: ClientOf) -> None:
    type(cast.file).objects.filter(pk=cast.file.pk).update(file="blobs/00/lost.mp4")

    assert client_of(cast.uploader).get(cast.file.url).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_asynchronous_server_sends_the_same_part_in_pieces() -> None:
    teacher = people.user()
    film = files.video_bytes(700_000)
    file = files.stored(content=film, by=teacher)
    client = AsyncClient()
    client.force_login(teacher)

    async def pieces() -> list[bytes]:
        answer: Any = await client.get(file.url, headers={"Range": "bytes=100-699999"})
        assert answer.status_code == 206
        return [piece async for piece in answer.streaming_content]

    with ThreadPoolExecutor(1) as thread:  # a browser test may have a loop running in this one
        sent = thread.submit(asyncio.run, pieces()).result()

    assert len(sent) > 2
    assert b"".join(sent) == film[100:]


# Pictures in sizes.


@pytest.fixture
def photograph(cast: Cast) -> Picture:
    made = files.stored(
        "春.jpg", files.picture_bytes("JPEG", (2000, 1000)), by=cast.uploader, school=cast.school
    )
    assert isinstance(made, Picture)
    return made


@pytest.mark.parametrize(("size", "width"), [("w320", 320), ("w640", 640), ("w1280", 1280)])
def test_a_picture_comes_in_the_sizes_on_offer(
    cast: Cast, client_of: ClientOf, photograph: Picture, size: str, width: int
) -> None:
    answer = client_of(cast.uploader).get(f"{photograph.url}{size}/")

    assert answer["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.getvalue())).width == width


@pytest.mark.parametrize("size", ["w5", "width-999", "original", "max-9000x9000", "w320.jpg"])
def test_no_reader_makes_the_server_draw_other_sizes(
    cast: Cast, client_of: ClientOf, photograph: Picture, size: str
) -> None:
    answer = client_of(cast.uploader).get(f"{photograph.url}{size}/")

    assert answer.status_code == 404
    assert not photograph.renditions.exists()


def test_a_size_that_a_page_made_passes_the_check_of_its_picture(
    cast: Cast, client_of: ClientOf, photograph: Picture
) -> None:
    rendition = photograph.get_rendition("fill-100x100|jpegquality-60")

    assert rendition.url.startswith(f"/files/{photograph.uuid}/")
    assert photograph.get_rendition("width-320").url == f"/files/{photograph.uuid}/w320/"
    assert client_of(cast.uploader).get(rendition.url).status_code == 200
    assert client_of(cast.stranger).get(rendition.url).status_code == 404
    assert Client().get(f"{photograph.url}w320/").status_code == 404


def test_a_film_has_no_sizes(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.uploader).get(f"{cast.file.url}w320/").status_code == 404


def test_a_record_gives_no_other_address_than_the_checked_one(photograph: Picture) -> None:
    with pytest.raises(ValueError, match="checked view"):
        _ = photograph.file.url


# The admin: portal editors and what they may touch.


def _in_portal(by: User) -> FileRecord:
    made = files.stored("门户.png", files.picture_bytes(colour="#123456"), by=by)
    made.collection = portal_collection()
    made.save()
    return made


@pytest.mark.parametrize("model", FILE_MODELS)
@pytest.mark.parametrize("action", ["add", "change", "choose", "delete", "view"])
@pytest.mark.parametrize("role", [None, *RoleGrant.Role])
def test_only_portal_editors_have_files_in_the_admin(
    model: Any, action: str, role: RoleGrant.Role | None
) -> None:
    if role is None:
        person = people.user(is_superuser=True, is_staff=True)
    elif role in RoleGrant.SITE_ROLES:
        person = people.with_role(role)
    else:
        person = people.with_role(role, people.school())

    policy = policy_registry.get_by_type(model)

    is_editor = role == RoleGrant.Role.PORTAL_EDITOR
    assert policy.user_has_permission(person, action) is is_editor
    assert policy.collections_user_has_permission_for(person, action).exists() is is_editor


def test_a_portal_editor_meets_own_files_and_those_of_the_portal_alone(cast: Cast) -> None:
    editor, other = cast.portal_editor, people.with_role(Role.PORTAL_EDITOR)
    own = files.stored("我.png", files.picture_bytes(colour="#111111"), by=editor)
    shared = _in_portal(other)
    files.stored("课堂.png", files.picture_bytes(colour="#222222"), by=cast.uploader)
    files.stored("别人.png", files.picture_bytes(colour="#333333"), by=other)
    policy = policy_registry.get_by_type(Picture)

    for action in ("change", "choose", "delete"):
        met = policy.instances_user_has_permission_for(editor, action)
        assert {file.uuid for file in met} == {own.uuid, shared.uuid}

    assert editor in policy.users_with_any_permission_for_instance(["change"], shared)
    assert editor not in policy.users_with_any_permission_for_instance(
        ["change"], files.stored("又.png", files.picture_bytes(colour="#444444"), by=other)
    )


def test_a_picture_of_the_portal_shows_to_its_editors_before_any_page_uses_it(
    cast: Cast, client_of: ClientOf
) -> None:
    shared = _in_portal(people.with_role(Role.PORTAL_EDITOR))

    assert client_of(cast.portal_editor).get(shared.url).status_code == 200
    assert client_of(cast.stranger).get(shared.url).status_code == 404


def test_a_file_in_use_cannot_be_deleted_in_the_admin(cast: Cast) -> None:
    editor = cast.portal_editor
    picture = files.stored("我.png", files.picture_bytes(), by=editor)
    files.page_using([picture], by=editor, tokens=[PUBLIC])
    policy = policy_registry.get_by_type(Picture)

    assert not policy.user_has_permission_for_instance(editor, "delete", picture)
    assert policy.user_has_permission_for_instance(editor, "change", picture)


def test_wagtails_own_addresses_of_documents_do_not_exist(client_of: ClientOf) -> None:
    teacher = people.user()
    document = files.stored("春.pdf", files.pdf_bytes(), by=teacher)
    assert isinstance(document, StoredDocument)

    assert document.url == f"/files/{document.uuid}/"
    assert (
        client_of(teacher).get(f"/documents/{document.pk}/{document.filename}").status_code == 404
    )
    assert Video.objects.count() == 0


def test_the_admin_takes_pictures_of_portal_editors_into_the_portals_collection(
    cast: Cast, client_of: ClientOf
) -> None:
    editor = client_of(cast.portal_editor)
    sent = files.upload("门户首图.png", files.picture_bytes(size=(900, 600)) + b"<script>")

    answer = editor.post(
        reverse("wagtailimages:add_multiple"), {"title": "门户首图", "files[]": sent}
    )

    assert answer.json()["success"], answer.json()
    picture = Picture.objects.get()
    assert (picture.collection, picture.uploaded_by_user) == (
        portal_collection(),
        cast.portal_editor,
    )
    assert b"<script>" not in picture.file.read()


@pytest.mark.parametrize(
    "content",
    [
        files.picture_bytes(size=(300, 300))[:400],
        files.png_that_claims(20_000, 20_000),
        files.picture_bytes("JPEG"),
        b"<!DOCTYPE html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    ],
    ids=["cut", "bomb", "another type", "web page", "svg"],
)
def test_the_admin_says_why_it_refuses_a_picture(
    cast: Cast, client_of: ClientOf, content: bytes
) -> None:
    editor = client_of(cast.portal_editor)
    sent = files.upload("春.png", content)

    answer = editor.post(reverse("wagtailimages:add_multiple"), {"title": "春", "files[]": sent})

    assert not answer.json()["success"]
    assert "春.png" in answer.json()["error_message"]
    assert not Picture.objects.exists()


def test_the_admins_lists_and_choosers_show_no_file_of_a_teacher(
    cast: Cast, client_of: ClientOf
) -> None:
    secret = files.stored("期末试卷.png", files.picture_bytes(), by=cast.uploader)
    paper = files.stored("期末答案.pdf", files.pdf_bytes(), by=cast.uploader)
    shared = _in_portal(people.with_role(Role.PORTAL_EDITOR))
    editor = client_of(cast.portal_editor)

    for name in ("wagtailimages:index", "wagtailimages_chooser:choose"):
        answer = editor.get(reverse(name))
        is_window = answer["Content-Type"] == "application/json"
        shown = answer.json()["html"] if is_window else answer.content.decode()
        assert shared.title in shown
        assert secret.title not in shown
        assert f"/files/{shared.uuid}/" in shown
    for name in ("wagtaildocs:index", "wagtaildocs_chooser:choose"):
        assert paper.title not in editor.get(reverse(name)).content.decode()
    for name in ("edit", "delete", "image_usage", "preview"):
        try:
            address = reverse(f"wagtailimages:{name}", args=[secret.pk])
        except NoReverseMatch:
            address = reverse(f"wagtailimages:{name}", args=[secret.pk, "original"])
        answer = editor.get(address)
        assert answer.status_code in {302, 403, 404}, (name, answer.status_code)
        assert secret.title not in answer.content.decode()
