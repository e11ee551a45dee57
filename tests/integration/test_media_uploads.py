"""Uploads in parts, on the disk and in a bucket of a real S3 server."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from media.checking import check
from media.models import Picture, StoredDocument, Video
from media.places import QUARANTINE, quarantine_path
from media.storage import BLOBS
from media.uploads.models import Upload
from media.uploads.tidying import sweep, sweep_quarantine, take_up
from schools.models import AuditEntry, Notification
from tests.conftest import ClientOf
from tests.factories import media as files
from tests.factories import people
from tests.factories.uploads import MEGABYTE, Uploading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place_of_files")]

Begin = Callable[..., Uploading]


@pytest.fixture
def begin(client_of: ClientOf) -> Begin:
    """`begin("课.mp4", content)`: an upload of a teacher of a school."""
    people.site_root()
    school = people.school()
    teacher = people.teacher(school)

    def uploading(name: str, content: bytes, **form: Any) -> Uploading:
        return Uploading(client_of(teacher), name, content, form)

    return uploading


def film(megabytes: int) -> bytes:
    """A film whose parts differ."""
    return b"".join(
        [files.video_bytes(MEGABYTE), *(bytes([n]) * MEGABYTE for n in range(1, megabytes))]
    )


def _settled() -> None:
    """What the worker would do."""
    for model in (Video, StoredDocument):
        for file in model.objects.filter(state="quarantine"):
            check(file)


def test_a_film_in_three_parts_is_in_quarantine_then_ready_with_its_hash(begin: Begin) -> None:
    content = film(12)
    upload = begin("课堂实录.mp4", content)

    told = upload.whole().json()
    video = Video.objects.get(uuid=told["file"])
    waiting = upload.client.get(video.url)
    _settled()

    assert (told["state"], video.title) == ("quarantine", "课堂实录")
    assert waiting.status_code == 409
    assert "课堂实录" in waiting.content.decode()
    video.refresh_from_db()
    assert (video.state, video.size) == ("ready", len(content))
    assert video.sha256 == hashlib.sha256(content).hexdigest()
    assert b"".join(BLOBS.pieces(video.file.name)) == content
    assert upload.state()["state"] == "ready"
    assert video.school is not None


def test_a_broken_upload_goes_on_with_the_parts_that_are_missing(begin: Begin) -> None:
    content = film(12)
    first = begin("课.mp4", content)
    first.start()
    first.send(2)

    again = begin("课.mp4", content)
    again.start()

    assert again.told["id"] == first.told["id"]
    assert again.missing() == [1, 3]
    assert again.complete().json() == {"missing": [1, 3]}
    for number in again.missing():
        again.send(number)
    assert again.complete().json()["state"] == "quarantine"
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("content", [b"x" * 10, b"x" * (5 * MEGABYTE + 1)], ids=["short", "long"])
def test_a_part_of_another_size_is_not_taken(begin: Begin, content: bytes) -> None:
    upload = begin("课.mp4", film(6))
    upload.start()

    status = upload.send(1, content)

    assert status in {403, 409}
    assert upload.state()["parts"] == []


def test_complete_said_twice_makes_one_file(begin: Begin) -> None:
    upload = begin("课.mp4", film(9))

    first, second = upload.whole().json(), upload.complete().json()

    assert first["file"] == second["file"]
    assert Video.objects.count() == 1
    assert AuditEntry.objects.filter(action="upload.completed").count() == 1


def test_the_same_file_chosen_again_is_there_at_once(begin: Begin) -> None:
    content = film(2)
    done = begin("课.mp4", content).whole().json()

    again = begin("课.mp4", content).start().json()

    assert (again["state"], again["file"]) == ("ready", done["file"])


def test_a_small_document_and_a_picture_are_ready_when_they_are_complete(begin: Begin) -> None:
    document = begin("学案.docx", files.office_bytes()).whole().json()
    picture = begin("板书.png", files.picture_bytes()).whole().json()

    assert (document["state"], picture["state"]) == ("ready", "ready")
    assert StoredDocument.objects.get().file_size == len(files.office_bytes())
    assert Picture.objects.get(uuid=picture["file"]).width == 12


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("课.exe", b"MZ" + bytes(100), "不能存"),
        ("课.mp4", b"", "空"),
        ("课.mp4", b"<script>alert(1)</script>", "课.mp4"),
        ("课.pptx", b"\xd0\xcf\x11\xe0", "课.pptx"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_a_byte_is_sent(
    begin: Begin, name: str, content: bytes, said: str
) -> None:
    answer = begin(name, content).start()

    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert not Upload.objects.exists()


def test_a_film_over_the_limit_is_refused_before_a_byte_is_sent(
    begin: Begin, settings: Any
) -> None:
    settings.GONGBEI_FILE_LIMIT = 60 * MEGABYTE

    answer = begin("课.mp4", files.video_bytes()).start(size=str(61 * MEGABYTE))

    assert answer.status_code == 400
    assert "60" in answer.json()["error"]


def test_what_is_not_what_it_announced_is_refused_and_its_owner_told(begin: Begin) -> None:
    damaged = b"PK\x03\x04" + bytes(9 * MEGABYTE)
    upload = begin("课件.pptx", damaged)

    upload.whole()
    _settled()

    told = upload.state()
    assert told["state"] == "refused"
    assert "课件" in told["reason"]
    document = StoredDocument.objects.get()
    assert upload.client.get(document.url).status_code == 409
    assert Notification.objects.filter(kind="media.refused").count() == 1


def test_a_picture_that_is_none_is_refused_and_leaves_no_record(begin: Begin) -> None:
    told = begin("板书.png", b"\x89PNG\r\n\x1a\n" + bytes(90)).whole().json()

    assert told["state"] == "refused"
    assert not Picture.objects.exists()


def test_a_school_without_room_is_told_what_is_left(begin: Begin, settings: Any) -> None:
    settings.GONGBEI_SCHOOL_QUOTA = 10 * MEGABYTE
    begin("一.mp4", film(6)).start()

    answer = begin("二.mp4", film(5)).start()

    assert answer.status_code == 400
    assert "4" in answer.json()["error"]


def test_an_upload_is_its_owners_alone(begin: Begin, client_of: ClientOf) -> None:
    upload = begin("课.mp4", film(6))
    upload.start()
    foreign = Uploading(client_of(people.teacher(people.school())), "课.mp4", upload.content)
    foreign.told = upload.told

    assert foreign.send(1) == 404
    assert foreign.complete().status_code == 404


def test_an_upload_given_up_leaves_nothing_and_takes_nothing_more(begin: Begin) -> None:
    upload = begin("课.mp4", film(6))
    upload.start()
    upload.send(1)

    upload.client.post(f"/workspace/uploads/{upload.told['id']}/abort/")

    assert upload.send(2) == 400
    assert upload.complete().status_code == 400
    assert list(BLOBS.everything("quarantine")) == []


def test_a_completed_upload_is_never_given_up(begin: Begin) -> None:
    upload = begin("课.mp4", film(9))
    upload.whole()

    upload.client.post(f"/workspace/uploads/{upload.told['id']}/abort/")
    _settled()

    assert Video.objects.get().state == "ready"


def test_the_nightly_sweep_gives_up_old_uploads_and_completes_whole_ones(begin: Begin) -> None:
    broken, whole = begin("断.mp4", film(6)), begin("全.mp4", film(7))
    for upload, numbers in ((broken, [1]), (whole, [1, 2])):
        upload.start()
        for number in numbers:
            upload.send(number)
    Upload.objects.update(touched_at=timezone.now() - timedelta(days=8))

    sweep()

    assert set(Upload.objects.values_list("name", "state")) == {
        ("断.mp4", "aborted"),
        ("全.mp4", "completed"),
    }
    assert Video.objects.get().title == "全"


def test_what_no_record_names_goes_only_after_its_grace(begin: Begin, monkeypatch: Any) -> None:
    begin("课.mp4", film(2)).whole()
    kept = Video.objects.get().file.name
    stray = BLOBS.save("blobs/ab/abc.mp4", files.upload("x", b"stray"))
    young = sweep()
    monkeypatch.setattr("media.uploads.tidying.CHECKED", timedelta(seconds=-1))
    monkeypatch.setattr("media.uploads.tidying.GRACE", timedelta(seconds=-1))
    first_seen = sweep_quarantine()
    gone = sweep()

    assert (young, first_seen, gone) == (0, 1, 1)
    assert BLOBS.size_of(stray) is None
    assert BLOBS.size_of(kept) == 2 * MEGABYTE
    assert list(BLOBS.everything("quarantine")) == []


def test_an_upload_whose_record_was_never_written_goes_after_its_grace(
    begin: Begin, monkeypatch: Any
) -> None:
    going_on = begin("课.mp4", film(9))
    going_on.start()
    going_on.send(1)
    forgotten = quarantine_path(uuid4())
    BLOBS.begin(forgotten)  # and here the process is killed

    young = sweep()
    monkeypatch.setattr("media.uploads.tidying.GRACE", timedelta(seconds=-1))
    gone = sweep()

    assert (young, gone) == (0, 1)
    assert [begun.name for begun in BLOBS.begun(QUARANTINE)] == [Upload.objects.get().place]
    assert list(BLOBS.parts(Upload.objects.get().place, Upload.objects.get().handle)) == [1]


def test_a_worker_that_was_killed_before_the_check_is_made_good(begin: Begin) -> None:
    begin("课.mp4", film(9)).whole()
    Upload.objects.update(file_uuid=None)
    Video.objects.all().delete()

    assert take_up() >= 1
    _settled()

    assert Video.objects.get().state == "ready"
