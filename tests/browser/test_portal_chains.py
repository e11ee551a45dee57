"""Chains through the portal: an editor builds the home page, a visitor finds tiered homework on a
telephone and tries it, a parent has something taken down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from portal.models import HomePage, RecommendedListPage
from portal.takedown.models import TakedownRequest
from resources.library import actions
from resources.library.models import Level, Resource
from resources.library.queries import standing
from schools.access import Role
from search.outbox import drain
from tests.browser.conftest import PageFor
from tests.browser.hands import follow
from tests.factories import library, people
from tests.factories.doors import settle_in
from tests.factories.search import own_index
from tests.integration.portal_things import portal_editor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TIERS = [
    {
        "name": "基础",
        "minutes": 10,
        "standard": "会背诵",
        "items": [
            {
                "type": "single_choice",
                "stem": "<p>济南的冬天是怎样的？</p>",
                "options": ["多风", "响晴"],
                "answer": "B",
                "analysis": "<p>看第1段。</p>",
            }
        ],
    },
    {
        "name": "提升",
        "minutes": 15,
        "standard": "",
        "items": [{"type": "blank", "stem": "<p>雪后的山是____的。</p>", "answer": "秀气"}],
    },
]
WIDE = 1280


def homework(title: str = "济南的冬天 分层作业", *, out: bool = True) -> Resource:
    """Tiered homework that anyone may read, with its answers or without."""
    school = people.school("南关实验学校")
    maker = people.teacher(school, "陈静怡")
    made = actions.create_resource(
        kind="tiered_homework",
        school=school,
        by=maker,
        title=title,
        description={"subject": "chinese", "stage": "junior", "grade": 7},
        content={"tiers": TIERS},
        files=[],
    )
    public = library.raised(library.published(made), "public")
    if out:
        actions.let_out(public, by=maker, out=True)
    return public


@pytest.fixture
def index(settings: Any, tmp_path: Path) -> Iterator[None]:
    """An empty index of the test's own, for what the library tells it."""
    with own_index(settings, tmp_path):
        yield


@pytest.fixture
def found(index: None) -> Resource:
    """The homework in the index, beside a lesson plan of the same name."""
    settle_in()
    library.raised(library.published(library.edition(title="济南的冬天 教案")), "public")
    made = homework()
    drain()
    return made


# an editor builds the home page


def choose(page: Page, item: Locator, title: str) -> None:
    """Open the chooser of a block and take what has this title."""
    item.locator("[data-chooser-action-choose]").first.click()
    page.locator(".modal-body").get_by_role("link", name=title).first.click()
    expect(page.locator(".modal-body")).to_have_count(0)


def add_block(page: Page, field: str, label: str = "") -> Locator:
    """Press the plus below the last block; where there are several kinds, choose one."""
    stream = page.locator(f"[data-contentpath={field}]")
    blocks = stream.locator("[data-streamfield-child]")
    before = blocks.count()
    stream.locator("button.c-sf-add-button").last.click()
    if label:
        page.get_by_role("option", name=label).click()
    expect(blocks).to_have_count(before + 1)
    return blocks.last


def publish(page: Page) -> None:
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    follow(page.locator("button[name=action-publish]"))


def test_an_editor_builds_the_home_page_and_a_visitor_sees_it(page_for: PageFor) -> None:
    settle_in()
    told = {"济南的冬天 分层作业": "三层题目，可以直接布置", "春 分层作业": "教学点也能用"}
    for title in told:
        homework(title)
    home = HomePage.objects.get().pk
    page = page_for(portal_editor(), width=WIDE)

    page.goto(f"/admin/pages/add/portal/recommendedlistpage/{home}/")
    page.locator("#id_title").fill("开学第一周")
    for title, reason in told.items():
        item = add_block(page, "items")
        choose(page, item, title)
        item.locator("textarea").fill(reason)
    publish(page)
    page.goto(f"/admin/pages/{home}/edit/")
    page.locator("#id_heading").fill("一起备课")
    choose(page, add_block(page, "body", "来自推荐列表"), "开学第一周")
    add_block(page, "body", "自动栏目").locator("select").select_option("newest")
    publish(page)

    visitor = page_for()
    visitor.goto("/")
    expect(visitor.locator("h1")).to_have_text("一起备课")
    expect(visitor.get_by_text("三层题目，可以直接布置")).to_be_visible()
    expect(visitor.locator("h2", has_text="新到")).to_be_visible()
    assert visitor.locator("nav.doors").count() == 0
    visitor.get_by_role("link", name="开学第一周").first.click()
    expect(visitor.get_by_text("教学点也能用")).to_be_visible()
    assert visitor.url.endswith(RecommendedListPage.objects.get().url)


# a visitor finds tiered homework


def test_a_visitor_finds_tiered_homework_on_a_telephone_and_tries_it(
    page_for: PageFor, found: Resource, proper: Callable[[Page], None]
) -> None:
    page = page_for()

    page.goto("/search/")
    page.locator("#q").fill("济南的冬天")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("summary", has_text="筛选").click()
    proper(page)
    drawer = page.locator("details.drawer")
    drawer.get_by_role("checkbox", name="课后分层作业").check()
    drawer.get_by_role("button", name="筛选").click()
    expect(page.locator("li.hit")).to_have_count(1)
    follow(page.locator("li.hit a.title"))
    proper(page)
    page.get_by_role("radio", name="响晴").check()
    page.get_by_role("button", name="核对答案").first.click()

    expect(page.get_by_role("status").filter(has_text="答对了")).to_be_visible()
    expect(page.get_by_text("看第1段。")).to_be_visible()
    proper(page)


def test_the_same_without_a_script(page_for: PageFor, found: Resource) -> None:
    page = page_for(scripts=False)

    page.goto("/search/?q=济南的冬天")
    page.locator("summary", has_text="筛选").click()
    drawer = page.locator("details.drawer")
    drawer.get_by_role("checkbox", name="课后分层作业").check()
    drawer.get_by_role("button", name="筛选").click()
    page.locator("li.hit a.title").click()
    page.get_by_role("radio", name="多风").check()
    page.get_by_role("button", name="核对答案").first.click()

    expect(page.get_by_role("status").filter(has_text="答错了")).to_be_visible()


def test_the_same_by_keyboard(page_for: PageFor, found: Resource) -> None:
    page = page_for()

    page.goto("/search/?q=济南的冬天")
    for element, key in [
        ("details.drawer > summary", "Enter"),
        (".drawer [name=kind][value=tiered_homework]", "Space"),
        (".drawer .apply .btn", "Enter"),
        ("li.hit a.title", "Enter"),
        ("main [type=radio]", "ArrowDown"),
        ("main form .btn.main", "Enter"),
    ]:
        tab_to(page, element)
        page.keyboard.press(key)
        page.wait_for_load_state()

    expect(page.get_by_role("status").filter(has_text="答对了")).to_be_visible()


def tab_to(page: Page, element: str) -> None:
    """Press Tab until the focus is there."""
    page.locator(element).first.wait_for()
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", element):
            return
    raise AssertionError(f"not reached by Tab: {element}")


def test_answers_that_are_held_back_are_neither_shown_nor_checked(page_for: PageFor) -> None:
    settle_in()
    held = homework(out=False)
    page = page_for()

    page.goto(held.get_absolute_url())

    expect(page.get_by_text("济南的冬天是怎样的？")).to_be_visible()
    assert page.get_by_role("radio").count() == 0
    assert "看第1段" not in page.content()


# a take-down


def test_a_visitor_has_a_page_taken_down_by_the_county(
    page_for: PageFor, proper: Callable[[Page], None]
) -> None:
    settle_in()
    made = homework()
    editor = people.with_role(Role.LIBRARY_EDITOR, made.school.region)
    visitor = page_for()

    visitor.goto(made.get_absolute_url())
    follow(visitor.locator("a[href*='/takedown/']").first)
    proper(visitor)
    assert made.get_absolute_url() in visitor.locator("[name=address]").input_value()
    visitor.locator("[name=ground][value=likeness]").check()
    visitor.locator("[name=text]").fill("第二张图里有我的孩子")
    visitor.locator("[name=name]").fill("家长")
    visitor.locator("[name=contact]").fill("13900000000")
    visitor.locator("main form .btn.main").click()
    visitor.wait_for_url(lambda url: url.rstrip("/").split("/")[-1] != "takedown")
    proper(visitor)
    desk = page_for(editor, width=WIDE)
    desk.goto("/workspace/takedown/")
    follow(desk.get_by_role("link", name=made.title).first)
    proper(desk)
    desk.locator("[name=decision][value=grant]").check()
    desk.locator("[name=answer]").fill("已经下架")
    desk.locator("main form .btn.main").click()
    desk.wait_for_url("**/workspace/takedown/**")

    visitor.reload()
    expect(visitor.get_by_text("已经下架")).to_be_visible()
    proper(visitor)
    assert TakedownRequest.objects.get().state == TakedownRequest.State.GRANTED
    assert Level.PUBLIC not in [place.level for place in standing(library.reread(made))]
    assert Client().get(made.get_absolute_url()).status_code == 404
