"""The storage on a bad day: busy, full, slow, answering half. Nothing is half done or lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import requests
from django.core.management import call_command

from media.checking import check
from media.models import FileRecord, FileState, Video
from media.storage import BLOBS, StorageDown
from media.uploads.models import Upload
from tests.conftest import ClientOf
from tests.factories import media as files
from tests.factories import people
from tests.factories.uploads import MEGABYTE, Uploading
from tests.s3_proxy import Fault, Proxy, spoiling_proxy
from tests.servers import S3Server

pytestmark = [pytest.mark.django_db]
CONTENT = files.video_bytes(MEGABYTE) + bytes(range(256)) * (8 * MEGABYTE // 256)


@pytest.fixture
def storage(bucket: S3Server, settings: Any) -> Iterator[Proxy]:
    """The bucket, which web, worker and browser reach through a proxy that spoils."""
    with spoiling_proxy(bucket.endpoint) as proxy:
        settings.GONGBEI_S3 = {**settings.GONGBEI_S3, "endpoint": proxy.url}
        BLOBS._setup()
        client = bucket.client()

        def cut_short(key: str) -> None:
            at = {"Bucket": bucket.bucket, "Key": key}
            whole = client.get_object(**at)["Body"].read()
            client.put_object(**at, Body=whole[: len(whole) // 2])

        proxy.cut_short = cut_short
        yield proxy


@pytest.fixture
def upload(storage: Proxy, client_of: ClientOf) -> Uploading:
    """A film of two parts that a teacher is about to send."""
    people.site_root()
    return Uploading(client_of(people.teacher(people.school())), "课.mp4", CONTENT)


def _waiting(upload: Uploading) -> Any:
    """The record of an upload that has arrived and waits for its check."""
    told = upload.whole().json()
    assert told["state"] == FileState.QUARANTINE
    return Video.objects.get(uuid=told["file"])


def _nothing_is_lost_or_shown_too_early(file: FileRecord | None = None) -> None:
    call_command("check_media", read=True, stdout=StringIO())  # raises where something is lost
    if file is not None:
        file.refresh_from_db()
        assert file.state == FileState.QUARANTINE


def _is_whole(upload: Uploading) -> None:
    """What was sent is ready, and is what was sent."""
    call_command("check_media", repair=True, stdout=StringIO())
    for file in Video.objects.filter(state=FileState.QUARANTINE):
        check(file)
    file = Video.objects.get(uuid=upload.state()["file"])
    assert file.state == FileState.READY
    assert b"".join(BLOBS.pieces(file.file.name)) == CONTENT
    call_command("check_media", read=True, stdout=StringIO())


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.FULL, Fault.HALF_SENT, Fault.UNANSWERED])
def test_an_upload_is_told_to_try_again_and_then_goes_on(
    storage: Proxy, upload: Uploading, fault: Fault
) -> None:
    storage.fault = fault
    not_begun = upload.start().status_code
    storage.fault = Fault.NONE
    upload.start()
    upload.send(1)
    storage.fault = fault
    not_sent = _status_of_part(upload, 2)
    storage.fault = Fault.NONE
    upload.send(2)
    storage.fault = fault
    not_joined = upload.complete().status_code
    storage.fault = Fault.NONE
    _nothing_is_lost_or_shown_too_early()

    joined = upload.complete().json()

    assert (not_begun, not_joined) == (503, 503) or fault is Fault.HALF_SENT
    assert not_sent != 200
    assert joined["state"] == FileState.QUARANTINE
    assert Upload.objects.count() == 1
    _is_whole(upload)


def _status_of_part(upload: Uploading, number: int) -> int:
    try:
        return upload.send(number)
    except requests.RequestException:
        return 0


@pytest.mark.parametrize(
    "fault", [Fault.BUSY, Fault.FULL, Fault.HALF, Fault.SHORT, Fault.UNANSWERED, Fault.LESS]
)
def test_a_file_stays_in_quarantine_until_the_storage_answers_whole(
    storage: Proxy, upload: Uploading, fault: Fault
) -> None:
    file = _waiting(upload)
    storage.fault = fault

    with pytest.raises(StorageDown):
        check(file)

    storage.fault = Fault.NONE
    _nothing_is_lost_or_shown_too_early(file)
    _is_whole(upload)


def test_a_server_that_joined_less_than_it_says_makes_no_file(
    storage: Proxy, upload: Uploading
) -> None:
    upload.start()
    for number in (1, 2):
        upload.send(number)
    storage.fault = Fault.LESS

    answer = upload.complete()

    assert answer.status_code == 503
    assert not Video.objects.exists()


def test_a_slow_storage_takes_longer_and_loses_nothing(storage: Proxy, upload: Uploading) -> None:
    storage.fault, storage.bytes_a_second = Fault.SLOW, 32 * MEGABYTE
    begun = time.monotonic()

    file = _waiting(upload)
    check(file)

    assert time.monotonic() - begun > 0.5
    _is_whole(upload)


@pytest.mark.parametrize("fault", [Fault.HALF, Fault.SHORT])
def test_a_backup_of_half_a_file_is_noticed(storage: Proxy, fault: Fault) -> None:
    file = files.stored("课.mp4", files.video_bytes(MEGABYTE))
    storage.fault = fault

    with pytest.raises(StorageDown):
        b"".join(BLOBS.pieces(file.file.name))
