"""A real S3 server: whom it lets in, whom it refuses, what happens when it does not answer."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any
from urllib.parse import unquote

import pytest
import requests
from django.core.management import CommandError, call_command
from django.test import Client

from media.models import Picture
from media.storage import BLOBS, local_copy
from schools.audience import PUBLIC
from tests.conftest import ClientOf
from tests.factories import media as files
from tests.factories import people
from tests.factories.uploads import MEGABYTE, Uploading
from tests.servers import S3Server, bucket_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bucket")]


def _film(**how: Any) -> Any:
    return files.stored("春·课堂实录.mp4", files.video_bytes(2 * MEGABYTE), **how)


def _link(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 302, answer
    return str(answer["Location"])


@pytest.fixture
def teacher() -> Any:
    return people.teacher(people.school())


def test_a_reader_is_sent_to_a_link_of_minutes_with_name_and_type(
    teacher: Any, client_of: ClientOf
) -> None:
    film = _film(by=teacher)

    answer = client_of(teacher).get(f"{film.url}?download=1")
    given = requests.get(answer["Location"], timeout=10)

    assert (answer.status_code, answer["Cache-Control"]) == (302, "private, no-store")
    assert "X-Amz-Expires=300" in answer["Location"]
    assert given.content == files.video_bytes(2 * MEGABYTE)
    assert given.headers["Content-Type"] == "video/mp4"
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert "春·课堂实录.mp4" in unquote(given.headers["Content-Disposition"])


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [
        ("bytes=0-99", 206, 100),
        ("bytes=-10", 206, 10),
        ("bytes=1000000-", 206, 2 * MEGABYTE - 1_000_000),
        (f"bytes={2 * MEGABYTE}-", 416, None),
    ],
)
def test_a_player_gets_parts_from_the_bucket(
    teacher: Any, client_of: ClientOf, asked: str, status: int, length: int | None
) -> None:
    link = _link(client_of(teacher), _film(by=teacher).url)

    given = requests.get(link, headers={"Range": asked}, timeout=10)

    assert given.status_code == status
    assert length is None or len(given.content) == length


def test_the_bucket_itself_refuses_whoever_has_no_link(teacher: Any, bucket: S3Server) -> None:
    film = _film(by=teacher)
    key = BLOBS._at(film.file.name)["Key"]
    bare = f"{bucket.endpoint}/{bucket.bucket}/{key}"
    foreign = bucket_client(bucket.endpoint, "foreign", "foreign-secret")
    wrong = bucket_client(bucket.endpoint, bucket.access_key, "another secret")

    given = [
        requests.get(bare, timeout=10).status_code,
        requests.put(bare, data=b"x", timeout=10).status_code,
        requests.get(f"{bucket.endpoint}/{bucket.bucket}?list-type=2", timeout=10).status_code,
        *(
            requests.get(
                client.generate_presigned_url(
                    "get_object", Params={"Bucket": bucket.bucket, "Key": key}
                ),
                timeout=10,
            ).status_code
            for client in (foreign, wrong)
        ),
    ]

    assert given == [403] * 5


def test_a_changed_or_expired_link_is_refused(
    teacher: Any, client_of: ClientOf, bucket: S3Server
) -> None:
    link = _link(client_of(teacher), _film(by=teacher).url)
    other = files.stored("别人的.mp4", files.video_bytes(3 * MEGABYTE))
    changed = {
        "name": link.replace(".mp4?", ".mp3?"),
        "signature": re.sub("X-Amz-Signature=.", "X-Amz-Signature=0", link),
        "time": link.replace("X-Amz-Expires=300", "X-Amz-Expires=99999"),
        "type": link.replace("video%2Fmp4", "text%2Fhtml"),
        "object": re.sub(r"[0-9a-f]{64}", other.sha256, link),
        "expired": bucket.client().generate_presigned_url(
            "get_object",
            Params={"Bucket": bucket.bucket, "Key": BLOBS._at(other.file.name)["Key"]},
            ExpiresIn=-1,
        ),
    }

    given = {
        what: requests.get(changed_link, timeout=10).status_code
        for what, changed_link in changed.items()
    }

    assert {*given.values()} <= {400, 403}, given


def test_a_link_for_one_part_takes_no_other_part_length_or_method(
    teacher: Any, client_of: ClientOf
) -> None:
    upload = Uploading(client_of(teacher), "课.mp4", files.video_bytes(6 * MEGABYTE))
    upload.start()
    address = f"/workspace/uploads/{upload.told['id']}/parts/"
    link = upload.client.post(address, {"number": 1}).json()["links"]["1"]

    given = [
        requests.put(link.replace("partNumber=1", "partNumber=2"), data=upload.part(1), timeout=10),
        requests.put(link, data=b"short", timeout=10),
        requests.get(link, timeout=10),
        requests.delete(link, timeout=10),
    ]

    assert {answer.status_code for answer in given} <= {400, 403, 404}
    assert upload.state()["parts"] == []


def test_only_pages_of_this_site_may_send_parts(bucket: S3Server) -> None:
    call_command("prepare_bucket", origin=["https://gongbei.example"], stdout=StringIO())
    address = f"{bucket.endpoint}/{bucket.bucket}/x"

    given = {
        origin: requests.options(
            address,
            headers={"Origin": origin, "Access-Control-Request-Method": "PUT"},
            timeout=10,
        )
        for origin in ("https://gongbei.example", "https://evil.example")
    }

    allowed, foreign = given.values()
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://gongbei.example"
    assert foreign.status_code == 403
    assert "Access-Control-Allow-Origin" not in foreign.headers


def test_what_one_may_not_read_answers_like_what_is_not_there(
    teacher: Any, client_of: ClientOf
) -> None:
    film = _film(by=teacher)
    stranger = client_of(people.teacher())

    given = [
        stranger.get(film.url, headers={"If-None-Match": f'"{film.sha256[:32]}"'}),
        stranger.get(f"/files/{film.sha256[:32]}/"),
        stranger.get(f"/files/{film.file.name}"),
        Client().get(film.url),
    ]

    assert [answer.status_code for answer in given] == [404] * 4
    assert "ETag" not in given[0]


def test_a_public_page_gives_links_and_no_more_once_it_is_taken_back(teacher: Any) -> None:
    film = _film(by=teacher)
    page = files.page_using([film], by=teacher, tokens=[PUBLIC])
    before = Client().get(film.url).status_code

    page.unpublish()
    page.file_uses.all().delete()

    assert (before, Client().get(film.url).status_code) == (302, 404)


def test_a_picture_and_its_sizes_come_from_the_bucket_through_us(
    teacher: Any, client_of: ClientOf
) -> None:
    content = files.picture_bytes("JPEG", (900, 600))
    picture = files.stored("板书.jpg", content, by=teacher)
    assert isinstance(picture, Picture)

    answer = client_of(teacher).get(f"{picture.url}w320/")
    again = client_of(teacher).get(f"{picture.url}w320/")

    assert answer.status_code == again.status_code == 200
    assert b"".join(answer.streaming_content)[:3] == b"\xff\xd8\xff"  # type: ignore[attr-defined]


def test_a_program_gets_the_content_as_a_path_and_it_is_gone_afterwards(teacher: Any) -> None:
    film = _film(by=teacher)

    with local_copy(film) as path:
        content = path.read_bytes()

    assert content == files.video_bytes(2 * MEGABYTE)
    assert not path.exists()


# faults


def test_with_the_bucket_away_nothing_is_half_done_and_the_user_is_told_what_to_do(
    teacher: Any, client_of: ClientOf, settings: Any
) -> None:
    upload = Uploading(client_of(teacher), "课.mp4", files.video_bytes(6 * MEGABYTE))
    upload.start()
    upload.send(1)
    there = settings.GONGBEI_S3
    settings.GONGBEI_S3 = {**there, "endpoint": "http://127.0.0.1:9"}
    BLOBS._setup()

    away = [upload.start(), upload.complete()]
    settings.GONGBEI_S3 = there
    BLOBS._setup()
    upload.start()
    upload.send(2)

    assert [answer.status_code for answer in away] == [503, 503]
    assert "请" in away[0].json()["error"]
    assert upload.complete().json()["state"] in {"ready", "quarantine"}


def test_check_media_says_what_is_lost_and_what_nobody_names(teacher: Any) -> None:
    kept, lost, cut = (
        files.stored(f"{name}.mp4", files.video_bytes(size), by=teacher)
        for name, size in (("全", 1000), ("丢", 2000), ("短", 3000))
    )
    BLOBS.discard(lost.file.name)
    BLOBS.client.put_object(**BLOBS._at(cut.file.name), Body=b"half")
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("check_media", stdout=said)

    assert str(lost.uuid) in said.getvalue()
    assert str(cut.uuid) in said.getvalue()
    assert str(kept.uuid) not in said.getvalue()


def test_check_media_cannot_be_fooled_by_a_bucket_that_is_away(settings: Any) -> None:
    files.stored("在.mp4")
    settings.GONGBEI_S3 = {**settings.GONGBEI_S3, "endpoint": "http://127.0.0.1:9"}
    BLOBS._setup()

    with pytest.raises(CommandError, match="请"):
        call_command("check_media", repair=True, stdout=StringIO())
