"""How often its files were downloaded, a resource tells its maker and its editors alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from resources.library import actions
from tests.conftest import ClientOf
from tests.factories import library, people
from tests.factories import media as files
from tests.factories.doors import settle_in

pytestmark = pytest.mark.django_db


def test_the_maker_sees_how_often_the_files_were_downloaded_and_a_reader_does_not(
    client_of: ClientOf, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settle_in()
    school = people.school()
    maker, reader = people.teacher(school), people.teacher(school)
    film = files.stored("春.mp4", by=maker, school=school)
    made: Any = actions.create_resource(
        kind="microlecture",
        school=school,
        by=maker,
        title="春·朗读",
        description={"subject": "chinese", "grade": 7},
        files=[film],
    )
    page = library.published(made).get_absolute_url()
    for _ in range(3):
        client_of(reader).get(f"{film.url}?download=1")

    of_maker = client_of(maker).get(page).content.decode()
    of_reader = client_of(reader).get(page).content.decode()
    own = client_of(maker).get(reverse("library:own", args=[made.uuid])).content.decode()

    words = "其中的文件共被下载3次"
    assert (words in of_maker, words in own, words in of_reader) == (True, True, False)
