"""Writing together (集体研讨备课) in Chromium, on a real server with rooms."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.integration.rooms import Rooms, made_rooms

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
ALL_SAVED = re.compile("^saved$")
expect.set_options(timeout=20_000)  # a busy machine takes its time


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    """The server of this module."""
    yield from made_rooms(
        tmp_path_factory.mktemp("live"), DJANGO_SETTINGS_MODULE="tests.browser.uncollected"
    )


@dataclass
class Table:
    """Pages of people who have one plan open."""

    browser: Browser
    rooms: Rooms
    plan: str
    contexts: list[BrowserContext] = field(default_factory=list)

    def seat(self, who: str, *, width: int = 1280, scripts: bool = True) -> Page:
        """The plan as `who` of the cast sees it, once the text is alive."""
        url = self.rooms.server.url
        context = self.browser.new_context(
            base_url=url,
            viewport={"width": width, "height": 844},
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        self.contexts.append(context)
        name, _equals, value = self.rooms.seat(who)["cookie"].partition("=")
        context.add_cookies([{"name": name, "value": value, "url": url}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(f"/workspace/plans/{self.plan}/")
        if scripts:
            alive(page)
        return page


@pytest.fixture
def table(chromium: Browser, rooms: Rooms) -> Iterator[Table]:
    """A plan that no other test has open."""
    made = Table(chromium, rooms, rooms.room()["plan"])
    yield made
    for context in made.contexts:
        context.close()


def alive(page: Page) -> None:
    expect(page.locator("html")).to_have_class(re.compile(r"\blive\b"), timeout=30_000)


def saved(*pages: Page) -> None:
    for page in pages:
        expect(page.locator("[data-live-state]")).to_have_attribute("data-state", ALL_SAVED)


def text(page: Page, number: int = 0) -> Locator:
    """A rich text of the page."""
    return page.locator(".live-form .lesson").nth(number)


WITHOUT_CURSORS = """([number, words]) => {
  const text = document.querySelectorAll('.live-form .lesson')[number].cloneNode(true);
  for (const other of text.querySelectorAll('.cursor, .remark-number')) other.remove();
  return text.textContent === words;
}"""


def reads(words: str, *pages: Page, number: int = 0) -> None:
    """Wait until a text says these words and no others, cursors left aside."""
    for page in pages:
        page.wait_for_function(WITHOUT_CURSORS, arg=[number, words])


def write(page: Page, words: str, *, number: int = 0, at: str = "End") -> None:
    """Type into a text, at its beginning or end."""
    text(page, number).click()
    page.keyboard.press(f"Control+{at}")
    page.keyboard.insert_text(words)


def choose(page: Page, letters: int, *, number: int = 0) -> None:
    """Select the first letters of a text."""
    text(page, number).click()
    page.keyboard.press("Control+Home")
    for _letter in range(letters):
        page.keyboard.press("Shift+ArrowRight")


def tool(page: Page, name: str) -> Locator:
    return page.locator(f".toolbar-dock:not([hidden]) [data-tool={name}]")


def test_two_write_in_one_paragraph_and_in_different_sections(table: Table) -> None:
    preparer, receiver = table.seat("preparer"), table.seat("receiver", width=390)

    write(preparer, "：说出温晴的用意")
    write(receiver, "第1课时", at="Home")
    write(receiver, "，写一处雪景", number=-1)

    reads("第1课时目标：说出温晴的用意", preparer, receiver)
    for page in (preparer, receiver):
        expect(text(page, -1)).to_contain_text("作业，写一处雪景")
    flag = preparer.locator(".cursor .flag")
    expect(flag).to_have_count(1)
    expect(preparer.locator("[data-live-people] .who")).to_have_count(2)
    saved(preparer, receiver)
    expect(preparer.locator("[data-live-state]")).to_have_text(re.compile(r"已保存 \d\d:\d\d"))
    receiver.reload()
    alive(receiver)
    reads("第1课时目标：说出温晴的用意", receiver)


def test_undo_takes_back_only_ones_own(table: Table) -> None:
    preparer, receiver = table.seat("preparer"), table.seat("receiver")
    write(preparer, "一")
    write(receiver, "二", at="Home")
    reads("二目标一", preparer, receiver)

    text(preparer).click()
    preparer.keyboard.press("Control+z")
    preparer.keyboard.press("Control+z")

    reads("二目标", preparer, receiver)


def test_a_broken_line_loses_nothing_and_says_so(table: Table) -> None:
    preparer, receiver = table.seat("preparer"), table.seat("receiver")
    state = receiver.locator("[data-live-state]")
    receiver.context.set_offline(True)
    expect(state).to_have_attribute("data-state", "offline")

    write(receiver, "，离线写的")
    write(preparer, "在线写的，", at="Home")
    expect(state).to_have_text("离线，已保存到本机")
    reads("目标，离线写的", receiver)
    receiver.context.set_offline(False)

    reads("在线写的，目标，离线写的", preparer, receiver)
    saved(preparer, receiver)


def test_what_was_written_offline_survives_the_end_of_the_page(table: Table) -> None:
    receiver = table.seat("receiver")
    receiver.context.set_offline(True)
    write(receiver, "，离线写的")
    expect(receiver.locator("[data-live-state]")).to_have_text("离线，已保存到本机")
    context = receiver.context
    receiver.close(run_before_unload=False)

    context.set_offline(False)
    again = context.new_page()
    again.goto(f"/workspace/plans/{table.plan}/")
    alive(again)

    reads("目标，离线写的", again)
    saved(again)
    reads("目标，离线写的", table.seat("preparer"))


def test_an_input_method_is_not_disturbed_by_others(table: Table) -> None:
    preparer, receiver = table.seat("preparer"), table.seat("receiver")
    keys = preparer.context.new_cdp_session(preparer)
    text(preparer).click()
    preparer.keyboard.press("Control+End")

    def compose(letters: str) -> None:
        at = len(letters)
        keys.send(
            "Input.imeSetComposition", {"text": letters, "selectionStart": at, "selectionEnd": at}
        )

    compose("w")
    compose("wen")
    write(receiver, "别人写的，", at="Home")
    saved(receiver)
    compose("wen'qing")
    reads("目标wen'qing", preparer)
    compose("温晴")
    keys.send("Input.insertText", {"text": "温晴"})

    reads("别人写的，目标温晴", preparer, receiver)
    write(preparer, "。")
    reads("别人写的，目标温晴。", receiver)


def test_a_remark_stands_at_its_words_for_everybody(
    table: Table, proper: Callable[[Page], None]
) -> None:
    preparer, receiver = table.seat("preparer"), table.seat("receiver", width=390)

    choose(preparer, 2)
    tool(preparer, "remark").click()
    preparer.keyboard.insert_text("再具体些")
    preparer.keyboard.press("Enter")

    for page in (preparer, receiver):
        expect(page.locator(".remarked")).to_have_text("目标")
        expect(page.locator(".remark-number")).to_have_text("①")
    text_top = preparer.locator(".remarked").bounding_box()
    note_top = preparer.locator(".notes > .note").first.bounding_box()
    assert text_top
    assert note_top
    assert abs(text_top["y"] - note_top["y"]) < 12
    receiver.locator(".remarked").click()
    expect(receiver.locator(".note.raised")).to_contain_text("再具体些")
    proper(receiver)
    receiver.keyboard.press("Escape")
    expect(receiver.locator(".note.raised")).to_have_count(0)


def test_a_suggestion_changes_nothing_until_the_preparer_takes_it(table: Table) -> None:
    preparer, receiver = table.seat("preparer"), table.seat("receiver")

    receiver.locator("[data-live-switch] input").check()
    write(receiver, "与重点")
    choose(receiver, 1)
    receiver.keyboard.press("Delete")
    receiver.keyboard.insert_text("学")

    expect(text(preparer).locator("ins")).to_have_count(2)
    expect(text(preparer).locator("del")).to_contain_text("目")
    cards = preparer.locator(".notes [data-suggestion]")
    expect(cards).to_have_count(2)
    expect(receiver.get_by_role("button", name="采纳", exact=True)).to_have_count(0)
    cards.filter(has_text="与重点").get_by_role("button", name="不采纳").click()
    cards.get_by_role("button", name="采纳", exact=True).click()
    reads("学标", preparer, receiver)
    for page in (preparer, receiver):
        expect(page.locator(".notes [data-suggestion]")).to_have_count(0)


def test_steps_of_the_process_are_written_together(table: Table) -> None:
    preparer, receiver = table.seat("preparer"), table.seat("receiver", width=390)
    adding = preparer.locator(".live-process > p button")
    rows = receiver.locator(".live-process tbody tr")
    before = rows.count()

    adding.click()
    preparer.keyboard.insert_text("品读雪景")
    expect(rows).to_have_count(before + 1)
    step = rows.last.locator(".step > input")
    expect(step).to_have_value("品读雪景")
    step.focus()
    receiver.keyboard.press("End")
    receiver.keyboard.insert_text("一")
    rows.last.locator("[contenteditable=true]").first.click()
    receiver.keyboard.insert_text("引读第3段")

    mine = preparer.locator(".live-process tbody tr").last
    expect(mine.locator(".step > input")).to_have_value("品读雪景一")
    expect(mine.locator("td .lesson").first).to_contain_text("引读第3段")
    saved(preparer, receiver)


UNKNOWN = """
from lessonprep.coediting.actions import server_update
from lessonprep.plans.models import LessonPlan
from pycrdt import Map, XmlElement, XmlFragment
def make(doc):
    for section in doc.get("sections", type=Map).values():
        if section["type"] == "text" and "目标" in str(section["body"]):
            section["body"].children.append(XmlElement("sheetMusic"))
            return
server_update(plan=LessonPlan.objects.get(uuid="{plan}"), make=make, by=None)
"""
LEFT = """
from lessonprep.coediting.models import Room
from lessonprep.coediting.store import load
room = Room.objects.get(plan__uuid="{plan}")
print(room.seq)
"""


def test_unknown_content_shuts_its_editor_and_is_not_deleted(table: Table) -> None:
    preparer = table.seat("preparer")
    expect(text(preparer)).to_have_attribute("contenteditable", "true")

    table.rooms.server.run(UNKNOWN.format(plan=table.plan))

    expect(preparer.locator("[data-guarded]")).to_contain_text("编辑器不认识")
    expect(preparer.locator("[data-guarded] .lesson")).to_contain_text("目标")
    after = table.rooms.server.run(LEFT.format(plan=table.plan))
    write(preparer, "，照常写", number=-1)
    saved(preparer)
    preparer.reload()
    alive(preparer)
    expect(preparer.locator("[data-guarded]")).to_have_count(1)
    assert int(table.rooms.server.run(LEFT.format(plan=table.plan))) > int(after)


REVISION = """
from lessonprep.plans.actions.phases import close_discussion
from lessonprep.plans.models import LessonPlan
plan = LessonPlan.objects.get(uuid="{plan}")
close_discussion(plan=plan, by=plan.state.task.main_preparer)
"""


def test_who_may_not_write_any_more_reads_on(table: Table) -> None:
    preparer, reader = table.seat("preparer"), table.seat("receiver")
    expect(text(reader)).to_have_attribute("contenteditable", "true")

    table.rooms.server.run(REVISION.format(plan=table.plan))

    expect(text(reader)).to_have_attribute("contenteditable", "false")
    expect(reader.locator("[data-live-reading]")).to_have_text(re.compile("主备人"))
    write(preparer, "，主备人修改")
    reads("目标，主备人修改", reader)


def test_what_comes_too_late_is_kept_for_its_writer_and_the_line_says_so(table: Table) -> None:
    reader = table.seat("receiver")
    state = reader.locator("[data-live-state]")
    reader.context.set_offline(True)
    write(reader, "，离线写的")
    expect(state).to_have_text("离线，已保存到本机")

    table.rooms.server.run(REVISION.format(plan=table.plan))
    reader.context.set_offline(False)

    expect(state).to_have_text("没有写进教案，已为您另存一份")
    expect(text(reader)).to_have_attribute("contenteditable", "false")
    reader.goto("/workspace/kept/")
    reader.locator("#main a[href*='/workspace/kept/']").first.click()
    expect(reader.locator("#main")).to_contain_text("离线写的")


def test_on_a_shared_computer_nothing_is_kept_and_the_browser_remembers_it(table: Table) -> None:
    receiver = table.seat("receiver")
    receiver.get_by_label("公用电脑").check()

    receiver.reload()
    alive(receiver)
    receiver.context.set_offline(True)
    write(receiver, "，离线写的")

    expect(receiver.get_by_label("公用电脑")).to_be_checked()
    expect(receiver.locator("[data-live-state]")).to_have_text(
        "还没有保存，这台设备也存不下。请不要关闭这一页。"
    )
    receiver.context.set_offline(False)
    saved(receiver)
    assert receiver.evaluate("indexedDB.databases().then((all) => all.length)") == 0


def test_the_page_is_proper_and_is_read_before_and_without_the_script(
    table: Table, proper: Callable[[Page], None]
) -> None:
    still = table.seat("preparer", scripts=False)
    expect(still.locator("[data-live-text]").first).to_contain_text("目标")
    expect(
        still.get_by_role("link", name="写教案").or_(still.locator(".when-still"))
    ).to_be_visible()

    for width in (390, 1280):
        page = table.seat("leader", width=width)
        text(page).click()
        proper(page)


def test_the_script_is_small_enough_for_a_thin_line() -> None:
    script = ROOT / "lessonprep/coediting/static/coediting/coediting.js"

    assert len(gzip.compress(script.read_bytes())) <= 200_000
