"""The home page: what anyone may read, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from schools import audience
from tests.conftest import ClientOf
from tests.factories import people
from tests.integration import portal_things as things

pytestmark = pytest.mark.django_db


def home_with(**block: object) -> None:
    page = things.home_page()
    page.body = list(block.items())
    page.save()


def recommend(*resources: object) -> None:
    home_with(recommended={"heading": "本周推荐", "note": "", "resources": list(resources)})


def shown(front: dict[str, Any], kind: str) -> list[Any]:
    """What the blocks of a kind show, wherever they stand."""
    blocks = [*front["subjects"], *front["main"], *front["beside"]]
    return [thing for block in blocks if block.kind == kind for thing in block.things]


def test_every_database_has_one_home_page_that_is_the_site_root() -> None:
    page = things.home_page()

    assert page.pk == people.site_root().pk
    assert page.get_children().count() == 0
    assert type(page).find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize(("address", "language"), [("/", "zh-Hans"), ("/en/", "en")])
def test_home_is_served_in_both_languages(client: Client, address: str, language: str) -> None:
    response = client.get(address)

    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.content.decode()


def test_home_counts_public_resources_only_for_whoever_looks(client_of: ClientOf) -> None:
    school = people.school()
    things.resource("春", of=school, subject="chinese")
    things.resource("校内", of=school, subject="chinese", audience=audience.school(school.pk))
    things.resource("草稿", of=school, subject="music", live=False)

    response = client_of(people.teacher(school)).get("/")

    front = response.context["front"]
    assert [(door.code, door.count) for door in shown(front, "subjects")] == [("chinese", 1)]
    assert front["figures"].resources == 1
    assert [resource.title for resource in shown(front, "newest")] == ["春"]
    assert "校内" not in response.content.decode()


def test_a_recommended_resource_that_is_withdrawn_leaves_the_home_by_itself(client: Client) -> None:
    kept, gone = things.resource("春"), things.resource("济南的冬天")
    recommend(kept, gone)
    assert "济南的冬天" in client.get("/").content.decode()

    audience.set_audience(gone, audience.Side.LIVE, {audience.user(gone.maker_id)})

    text = client.get("/").content.decode()
    assert "济南的冬天" not in text
    assert "春" in text


def test_a_block_of_which_nothing_is_left_is_not_shown(client: Client) -> None:
    recommend(things.resource("校内", audience="school:1"))

    response = client.get("/")

    assert shown(response.context["front"], "recommended") == []
    assert "本周推荐" not in response.content.decode()


def test_articles_are_shown_once_published(client: Client) -> None:
    shown = things.article("一校带多点")
    hidden = things.article("尚未发布")
    hidden.unpublish()
    home_with(articles={"heading": "", "articles": [shown, hidden]})

    text = client.get("/").content.decode()

    assert "一校带多点" in text
    assert "尚未发布" not in text
    assert client.get(shown.url).status_code == 200
    assert client.get(hidden.url).status_code == 404


def test_links_are_shown(client: Client) -> None:
    link = {"title": "国家平台", "url": "https://basic.smartedu.cn/", "note": ""}
    home_with(links={"heading": "友情链接", "links": [link]})

    assert "https://basic.smartedu.cn/" in client.get("/").content.decode()


def test_editors_place_what_the_page_makes_by_itself(client: Client) -> None:
    things.resource("春", subject="chinese", volume=things.volume())
    assert shown(client.get("/").context["front"], "newest")

    home_with(part={"part": "subjects"}, text={"heading": "告家长书", "text": "<p>欢迎</p>"})

    front = client.get("/").context["front"]
    assert [block.kind for block in [*front["subjects"], *front["main"], *front["beside"]]] == [
        "subjects",
        "text",
    ]


def test_a_recommended_list_shows_reasons_and_only_what_is_public(client: Client) -> None:
    kept, gone = things.resource("春"), things.resource("济南的冬天")
    made = things.recommended_list("开学第一课", kept, gone)
    home_with(recommended_list={"page": made, "most": 4})
    audience.set_audience(gone, audience.Side.LIVE, {audience.user(gone.maker_id)})

    pages = [client.get(address).content.decode() for address in ("/", made.url)]

    for page in pages:
        assert "春适合开学" in page
        assert "济南的冬天" not in page
    assert made.title in client.get("/lists/").content.decode()


def test_a_list_that_is_unpublished_leaves_the_home_and_the_lists(client: Client) -> None:
    made = things.recommended_list("开学第一课", things.resource("春"))
    home_with(recommended_list={"page": made, "most": 4})
    made.unpublish()

    assert shown(client.get("/").context["front"], "recommended_list") == []
    assert made.title not in client.get("/lists/").content.decode()
    assert client.get(made.url).status_code == 404


def test_a_textbook_is_complete_when_every_lesson_has_a_public_resource(client: Client) -> None:
    full, part = things.volume("七年级上册", lessons=1), things.volume("七年级下册", lessons=2)
    for book in (full, part):
        things.resource(volume=book, chapter=book.chapters.first())
    lacking = things.volume("八年级上册")
    things.resource(volume=lacking, chapter=lacking.chapters.first(), audience="school:1")

    front = client.get("/").context["front"]
    covers = {cover.volume.title: cover for cover in shown(front, "textbooks")}

    assert covers.keys() == {"七年级上册", "七年级下册"}
    assert covers["七年级上册"].is_complete
    assert not covers["七年级下册"].is_complete
    assert (covers["七年级下册"].covered, covers["七年级下册"].lessons) == (1, 2)


def test_the_home_asks_as_many_queries_for_many_things_as_for_few(client: Client) -> None:
    def fill(count: int) -> None:
        chosen = []
        for number in range(count):
            book = things.volume(f"第{number}册{count}", issue_year=2000 + number)
            chosen.append(things.resource(f"课{number}", volume=book, subject="chinese"))
            things.article(f"案例{number}")
        listed = things.recommended_list(f"推荐{count}", *chosen)
        home_with(
            recommended={"heading": "", "note": "", "resources": chosen},
            recommended_list={"page": listed, "most": 4},
        )

    def queries() -> int:
        client.get("/")  # content types and the site's root path are cached by then
        with CaptureQueriesContext(connection) as found:
            assert client.get("/").status_code == 200
        return len(found)

    fill(1)
    few = queries()
    fill(5)

    assert queries() == few
    assert few <= 20
