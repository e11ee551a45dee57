"""What machines read of the portal: sitemap, feed, robots; and what headers say."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from schools import audience
from schools.models import School
from tests.conftest import ClientOf
from tests.factories import people
from tests.integration import portal_things as things

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    """A school with a public resource, one of its own, and a draft."""
    made = people.school()
    things.resource("公开的春", of=made)
    things.resource("校内的春", of=made, audience=audience.school(made.pk))
    things.resource("春的草稿", of=made, live=False)
    return made


def sitemap_addresses(client: Client) -> list[str]:
    index = client.get(reverse("sitemap")).content.decode()
    pages = re.findall(r"<loc>http://[^/]+([^<]+)</loc>", index)
    texts = [client.get(page).content.decode() for page in pages]
    return [loc for text in texts for loc in re.findall(r"<loc>http://[^/]+([^<]+)</loc>", text)]


def test_the_sitemap_lists_what_anyone_may_read(client: Client, school: School) -> None:
    from resources.library.models import Resource

    public = Resource.objects.get(title="公开的春")
    article = things.article()

    found = set(sitemap_addresses(client))

    assert found == {
        *("/", "/en/"),
        *(article.url, f"/en{article.url}"),
        *(public.get_absolute_url(), f"/en{public.get_absolute_url()}"),
    }


def test_feed_and_sitemap_are_the_same_for_a_reader_who_may_see_more(
    client: Client, client_of: ClientOf, school: School
) -> None:
    teacher = client_of(people.teacher(school))

    assert sitemap_addresses(teacher) == sitemap_addresses(client)
    assert teacher.get(reverse("feed")).content == client.get(reverse("feed")).content


def test_the_feed_has_the_newest_public_resources(client: Client, school: School) -> None:
    response = client.get(reverse("feed"))

    feed = ElementTree.fromstring(response.content)  # noqa: S314 - our own
    titles = [title.text for title in feed.iter("{http://www.w3.org/2005/Atom}title")]
    assert "公开的春" in titles
    assert not {"校内的春", "春的草稿"} & {*titles}


def test_robots_are_kept_off_what_is_not_public(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()

    for closed in ("/workspace/", "/admin/", "/accounts/", "/api/"):
        assert f"Disallow: {closed}\n" in text
    assert "Sitemap: http://testserver/sitemap.xml" in text


def test_a_signed_in_readers_pages_are_not_stored(client_of: ClientOf, client: Client) -> None:
    signed_in = client_of(people.teacher()).get("/")

    assert signed_in["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in client.get("/")


def test_articles_are_listed_by_kind(client: Client) -> None:
    things.article("新闻一则", kind="news")
    things.article("案例一则", kind="case")

    all_of_them = client.get(reverse("articles")).content.decode()
    cases = client.get(reverse("articles"), {"kind": "case"}).content.decode()

    assert "新闻一则" in all_of_them
    assert "案例一则" in all_of_them
    assert "新闻一则" not in cases
    assert "案例一则" in cases


@pytest.mark.parametrize(("address", "language"), [("/nowhere/", "zh-Hans"), ("/en/no/", "en")])
def test_an_address_that_is_not_there_answers_in_the_sites_frame(
    client: Client, address: str, language: str
) -> None:
    response = client.get(address)

    assert response.status_code == 404
    text = response.content.decode()
    assert f'lang="{language}"' in text
    assert 'id="main"' in text


def test_a_failure_is_told_in_both_languages_without_database_or_request() -> None:
    text = render_to_string("500.html")

    assert '<html lang="zh-Hans">' in text
    assert '<section lang="en">' in text
    assert text.count('class="btn"') == 2
