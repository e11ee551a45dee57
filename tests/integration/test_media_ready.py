"""What the media app tells of files that are ready, and their content as a path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from media.models import Picture
from media.signals import file_ready
from media.storage import local_copy
from tests.factories import media as files
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    found: list[Any] = []

    def hear(file: Any, **_: Any) -> None:
        found.append(file)

    file_ready.connect(hear)
    yield found
    file_ready.disconnect(hear)


def test_a_stored_file_is_told_of_after_the_commit_and_once(
    heard: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    teacher = people.user()
    content = files.picture_bytes()

    with django_capture_on_commit_callbacks(execute=True):
        first = files.stored("春.png", content, by=teacher)
        before_the_commit = list(heard)
    with django_capture_on_commit_callbacks(execute=True):
        files.stored("春.png", content, by=teacher)
        first.title = "夏"
        first.save()

    assert before_the_commit == []
    assert heard == [first]
    assert isinstance(first, Picture)


def test_what_is_rolled_back_is_not_told_of(
    heard: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        files.stored()
        transaction.set_rollback(True)

    assert heard == []


def test_the_content_of_a_record_is_there_as_a_path() -> None:
    content = files.video_bytes()
    video = files.stored("课.mp4", content)

    with local_copy(video) as path:
        assert path.read_bytes() == content
        assert path.suffix == ".mp4"


def test_a_lost_content_has_no_path() -> None:
    video = files.stored()
    video.file.name = "blobs/ab/none.mp4"

    with pytest.raises(FileNotFoundError), local_copy(video):
        pass
