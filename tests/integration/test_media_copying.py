"""The objects of a bucket are copied beside a backup, and come back with every byte."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from media.models import Picture
from media.storage import BLOBS
from tests.factories import media as files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bucket")]


def _said(*arguments: Any, **options: Any) -> str:
    out = StringIO()
    call_command("copy_objects", *arguments, **options, stdout=out)
    return out.getvalue()


def test_what_a_bucket_has_lost_comes_back_from_the_copy(tmp_path: Path) -> None:
    film = files.stored("春.mp4", files.video_bytes(300_000))
    picture = files.stored("板书.png", files.picture_bytes(size=(800, 600)))
    assert isinstance(picture, Picture)
    size = picture.get_rendition("width-320")
    first, second = _said(tmp_path), _said(tmp_path)
    for name in (film.file.name, picture.file.name, size.file.name):
        BLOBS.discard(name)
    with pytest.raises(CommandError):
        call_command("check_media", stdout=StringIO())

    back = _said(tmp_path, back=True)

    call_command("check_media", read=True, stdout=StringIO())
    assert BLOBS.size_of(size.file.name) == size.file.size
    assert ["3" in said.split("，")[0] for said in (first, second, back)] == [True, False, True]


def test_a_copy_that_is_no_longer_what_it_was_is_not_put_back(tmp_path: Path) -> None:
    film = files.stored("春.mp4", files.video_bytes(300_000))
    _said(tmp_path)
    (tmp_path / str(film.file.name)).write_bytes(bytes(300_000))
    BLOBS.discard(film.file.name)

    with pytest.raises(CommandError, match="校验"):
        _said(tmp_path, back=True)

    assert BLOBS.size_of(film.file.name) is None
