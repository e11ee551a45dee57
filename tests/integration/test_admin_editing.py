"""Editors arrange the home page and write articles in the Wagtail admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from media.models import FileUse
from portal.models import ArticlePage, HomePage
from schools import audience
from schools.audience import Side
from tests.conftest import ClientOf
from tests.factories import people
from tests.integration import portal_things as things

pytestmark = pytest.mark.django_db


def edit_url(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def list_of(values: list[Any]) -> dict[str, Any]:
    """A ListBlock as its form sends it."""
    items = {
        str(n): {"value": value, "order": str(n), "id": "", "deleted": ""}
        for n, value in enumerate(values)
    }
    return {**items, "count": str(len(values))}


def home_form(client: Client, **changed: Any) -> dict[str, Any]:
    """The edit form of the home page as a browser that opened it now would send it."""
    page = things.home_page()
    response = client.get(edit_url(page))
    latest = response.context["page"].latest_revision
    fields = {"title": "共备", "heading": "", "lead": "", "body": streamfield([]), **changed}
    form = nested_form_data({"search_description": "", **fields})
    if latest:
        form["loaded_revision_id"] = str(latest.pk)
        form["loaded_revision_created_at"] = latest.created_at.isoformat()
    return dict(form)


def article_form(**changed: Any) -> dict[str, Any]:
    """A new article's form."""
    fields = {
        "title": "一校带多点",
        "slug": "yi-xiao-dai-duo-dian",
        "kind": "case",
        "summary": "摘要",
        "source": "",
        "picture": "",
        "picture_description": "",
        "search_description": "",
        "body": streamfield([("text", rich_text("<p>每周三</p>", features=["bold"]))]),
        **changed,
    }
    return dict(nested_form_data(fields))


def add_url() -> str:
    home = things.home_page()
    return reverse("wagtailadmin_pages:add", args=["portal", "articlepage", home.pk])


@pytest.fixture
def editor(client_of: ClientOf) -> Client:
    return client_of(things.portal_editor())


@pytest.mark.parametrize(
    "name", ["wagtailadmin_home", "wagtailimages:index", "wagtailadmin_account"]
)
def test_the_screens_of_editors_are_in_chinese_by_default(name: str, editor: Client) -> None:
    response = editor.get(reverse(name))

    assert response.status_code == 200
    assert 'lang="zh-hans"' in response.content.decode()


def test_the_hidden_button_of_the_search_box_has_its_name_in_chinese(editor: Client) -> None:
    page = editor.get(reverse("wagtailadmin_home")).content.decode()

    assert '<input type="submit" value="查找"' in page
    assert 'value="Search"' not in page


def test_editors_find_the_door_of_the_portal_on_their_own_page(
    editor: Client, client_of: ClientOf
) -> None:
    door = reverse("wagtailadmin_home")

    assert f'href="{door}"' in editor.get("/workspace/me/").content.decode()
    assert door not in client_of(people.teacher()).get("/workspace/me/").content.decode()


def test_the_menu_has_three_places(editor: Client) -> None:
    text = editor.get(reverse("wagtailadmin_home")).content.decode()

    for name in ("home-page", "articles", "pictures"):
        assert f'"{name}"' in text
    for name in ('"explorer"', '"reports"', '"settings"', '"documents"', '"media"', '"help"'):
        assert name not in text


def test_the_first_screen_counts_nothing_of_others(editor: Client) -> None:
    things.resource("春")

    response = editor.get(reverse("wagtailadmin_home"))

    assert response.context["site_summary"].summary_items == []
    assert [panel.name for panel in response.context["panels"]] == ["portal_tasks"]


def test_an_editor_changes_and_publishes_the_home_page(editor: Client) -> None:
    form = home_form(editor, heading="一起备课")

    response = editor.post(
        edit_url(things.home_page()), {**form, "action-publish": "1"}, follow=True
    )

    assert response.status_code == 200
    assert things.home_page().heading == "一起备课"
    assert "一起备课" in Client().get("/").content.decode()


def test_a_draft_of_the_home_page_is_not_shown(editor: Client) -> None:
    editor.post(edit_url(things.home_page()), home_form(editor, heading="还没想好"))

    assert "还没想好" not in Client().get("/").content.decode()


def test_a_stale_form_is_refused_and_keeps_what_was_typed(
    editor: Client, client_of: ClientOf
) -> None:
    page = things.home_page()
    editor.post(edit_url(page), home_form(editor, heading="第一稿"))
    other = client_of(people.with_role(people.Role.PORTAL_EDITOR, who=people.user("另一位")))
    stale = home_form(other, heading="旧页面上写的")
    editor.post(edit_url(page), home_form(editor, heading="第二稿"))

    refused = other.post(edit_url(page), {**stale, "action-publish": "1"})

    text = refused.content.decode()
    assert refused.status_code == 200
    assert "旧页面上写的" in text
    assert "门户编辑" in text  # who has saved it since
    assert things.home_page().get_latest_revision_as_object().heading == "第二稿"
    assert HomePage.objects.get().heading == ""


def test_a_refused_form_sent_again_is_refused_again(editor: Client) -> None:
    page = things.home_page()
    editor.post(edit_url(page), home_form(editor, heading="第一稿"))
    stale = home_form(editor, heading="旧页面上写的")
    editor.post(edit_url(page), home_form(editor, heading="第二稿"))
    refused = editor.post(edit_url(page), stale)

    shown = refused.context["loaded_revision_created_at"]
    again = {
        **stale,
        "loaded_revision_id": str(refused.context["page"].latest_revision_id),
        "loaded_revision_created_at": shown,
    }
    editor.post(edit_url(page), again)

    assert things.home_page().get_latest_revision_as_object().heading == "第二稿"


def test_a_form_that_does_not_say_what_it_was_opened_with_is_refused(editor: Client) -> None:
    page = things.home_page()
    editor.post(edit_url(page), home_form(editor, heading="第一稿"))
    form = home_form(editor, heading="无版本")
    form = {key: value for key, value in form.items() if not key.startswith("loaded_")}

    editor.post(edit_url(page), form)

    assert things.home_page().get_latest_revision_as_object().heading == "第一稿"


def test_an_editor_writes_an_article_that_anyone_reads(editor: Client) -> None:
    response = editor.post(add_url(), {**article_form(), "action-publish": "1"})

    assert response.status_code == 302
    made = ArticlePage.objects.get()
    assert audience.audience_of(made, Side.LIVE) == {audience.PUBLIC}
    assert "每周三" in Client().get(made.url).content.decode()


def test_an_article_that_is_unpublished_is_seen_by_nobody(editor: Client) -> None:
    made = things.article()

    editor.post(reverse("wagtailadmin_pages:unpublish", args=[made.pk]))

    assert Client().get(made.url).status_code == 404
    assert audience.audience_of(made, Side.LIVE) == frozenset()


@pytest.mark.parametrize("slug", ["search", "workspace", "articles", "feed", "about"])
def test_an_address_of_the_site_is_refused_for_an_article(slug: str, editor: Client) -> None:
    response = editor.post(add_url(), article_form(slug=slug))

    assert response.status_code == 200
    assert "slug" in response.context["form"].errors
    assert not ArticlePage.objects.exists()


def test_a_picture_of_an_article_is_readable_once_it_is_published(editor: Client) -> None:
    picture = things.picture()
    with_picture = article_form(picture=str(picture.pk), picture_description="黑板")

    editor.post(add_url(), with_picture)

    assert set(FileUse.objects.values_list("file_uuid", "side")) == {(picture.uuid, "draft")}
    made = ArticlePage.objects.get()
    made.get_latest_revision().publish()
    assert set(FileUse.objects.values_list("side", flat=True)) == {"draft", "live"}
    assert str(picture.uuid) in Client().get(made.url).content.decode()


def test_anothers_picture_sent_by_hand_is_refused(editor: Client) -> None:
    private = things.picture(of_portal=False, by=people.teacher())
    block = streamfield(
        [("picture", {"picture": str(private.pk), "description": "x", "caption": ""})]
    )

    above = editor.post(add_url(), article_form(picture=str(private.pk), picture_description="x"))
    inside = editor.post(add_url(), article_form(body=block))

    assert "picture" in above.context["form"].errors
    assert "body" in inside.context["form"].errors
    assert not ArticlePage.objects.exists()
    assert not FileUse.objects.exists()


def test_an_editor_puts_a_recommended_list_together(editor: Client) -> None:
    resource = things.resource("春")
    items = [("item", {"resource": str(resource.pk), "reason": "适合开学第一周"})]
    fields = {"title": "开学第一课", "slug": "first-week", "search_description": "", "lead": ""}
    form = nested_form_data({**fields, "items": streamfield(items)})
    home = things.home_page()
    address = reverse("wagtailadmin_pages:add", args=["portal", "recommendedlistpage", home.pk])

    response = editor.post(address, {**form, "action-publish": "1"}, follow=True)

    assert response.status_code == 200
    assert "适合开学第一周" in Client().get("/first-week/").content.decode()


def test_a_resource_that_is_not_public_cannot_be_recommended(editor: Client) -> None:
    inside, public = things.resource("校内", audience="school:1"), things.resource("公开")

    def recommending(resource: Any) -> dict[str, Any]:
        value = {"heading": "", "note": "", "resources": list_of([str(resource.pk)])}
        return home_form(editor, body=streamfield([("recommended", value)]))

    refused = editor.post(
        edit_url(things.home_page()), {**recommending(inside), "action-publish": "1"}
    )
    taken = editor.post(
        edit_url(things.home_page()), {**recommending(public), "action-publish": "1"}
    )

    assert "body" in refused.context["form"].errors
    assert taken.status_code == 302
    assert [block.value["resources"][0].pk for block in things.home_page().body] == [public.pk]


def test_a_draft_of_the_home_page_is_kept_with_a_choice_still_open(editor: Client) -> None:
    recommended = {"heading": "编辑推荐", "note": "", "resources": list_of([""])}
    form = home_form(editor, body=streamfield([("recommended", recommended)]))

    response = editor.post(edit_url(things.home_page()), form)

    assert response.status_code == 302
    assert things.home_page().get_latest_revision_as_object().body[0].value["heading"] == "编辑推荐"


def test_the_chooser_offers_public_resources_only(editor: Client) -> None:
    things.resource("济南的冬天")
    things.resource("校内的冬天", audience="school:1")
    things.resource("冬天草稿", live=False)

    text = editor.get(reverse("portal_resources:choose")).json()["html"]
    found = editor.get(reverse("portal_resources:choose_results"), {"q": "冬天"}).content.decode()

    for shown in (text, found):
        assert "济南的冬天" in shown
        assert "校内的冬天" not in shown
        assert "冬天草稿" not in shown


def test_a_resource_is_chosen_by_its_id_only_if_it_is_public(editor: Client) -> None:
    public, inside = things.resource("春"), things.resource("校内", audience="school:1")

    chosen = editor.get(reverse("portal_resources:chosen", args=[public.pk]))
    refused = editor.get(reverse("portal_resources:chosen", args=[inside.pk]))

    assert chosen.json()["result"]["title"] == "春"
    assert refused.status_code == 404


def test_pictures_of_the_portal_are_searched_and_chosen(editor: Client) -> None:
    things.picture("黑板")

    for name in ("wagtailimages:index", "wagtailimages_chooser:choose"):
        response = editor.get(reverse(name), {"q": "黑板"})
        assert response.status_code == 200


def test_an_operator_looks_and_changes_nothing(client_of: ClientOf) -> None:
    client = client_of(people.with_role(people.Role.OPERATOR))
    home = things.home_page()

    assert client.get(reverse("wagtailadmin_home")).status_code == 200
    assert client.get(reverse("wagtailadmin_explore", args=[home.pk])).status_code == 200
    assert client.get(edit_url(home)).status_code == 404
    assert client.post(add_url(), article_form()).status_code == 404


def test_the_language_of_the_admin_can_be_changed(editor: Client) -> None:
    form = {"locale-preferred_language": "en", "theme-theme": "system"}
    form |= {"theme-contrast": "system", "theme-density": "default"}
    form |= {"theme-keyboard_shortcuts": "on"}

    response = editor.post(reverse("wagtailadmin_account"), form)

    assert response.status_code == 302
    assert 'lang="en"' in editor.get(reverse("wagtailadmin_home")).content.decode()


def test_the_admin_has_a_policy_of_its_own_for_scripts(editor: Client) -> None:
    inside = editor.get(reverse("wagtailadmin_home"))["Content-Security-Policy"]
    outside = editor.get("/")["Content-Security-Policy"]

    assert "script-src 'self' 'unsafe-inline'" in inside
    assert "unsafe-inline" not in outside
    assert "frame-ancestors 'self'" in outside
