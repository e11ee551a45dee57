"""The editor's client in a real browser, against a server that keeps to its contract in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from resources.library.richtext import clean
from tests.browser.editor_page.server import Desk, EditorSite
from tests.factories.media import picture_bytes

pytestmark = pytest.mark.browser

KEPT = "Object.keys(localStorage).filter(key => key.startsWith('gongbei.draft')).length"
FITS = "document.documentElement.scrollWidth === document.documentElement.clientWidth"


@pytest.fixture
def site() -> Iterator[EditorSite]:
    site = EditorSite()
    yield site
    site.close()


@pytest.fixture
def desk(site: EditorSite) -> Desk:
    return site.desk


Open = Callable[[], Page]


@pytest.fixture
def open_page(chromium: Browser, site: EditorSite) -> Iterator[Open]:
    """Opens the plan in a browser of its own, at a telephone's width."""
    contexts = []

    def opened() -> Page:
        context = chromium.new_context(
            viewport={"width": 390, "height": 844}, permissions=["clipboard-read"]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(site.url)
        ready(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def ready(page: Page) -> None:
    expect(page.locator("form[data-ready]")).to_have_count(2)


def section(page: Page, name: str = "text") -> Locator:
    return page.locator(f'form[action="/sections/{name}/"]')


def writing(page: Page) -> Locator:
    return section(page).get_by_role("textbox", name="教学目标")


def saving(page: Page, name: str = "text") -> Locator:
    return section(page, name).locator("p[data-saving]")


def write(page: Page, text: str) -> None:
    """Puts text at the end of the aims, as an input method does."""
    writing(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def test_chinese_text_is_saved_by_itself_and_said_to_be(open_page: Open, desk: Desk) -> None:
    page = open_page()

    write(page, "体会重音和停连。")

    expect(saving(page)).to_have_text("已保存 15:42")
    assert desk.text == "<p>有感情地朗读课文。体会重音和停连。</p>"
    assert page.evaluate(KEPT) == 0


def test_the_server_keeps_every_tag_the_editor_writes(open_page: Open, desk: Desk) -> None:
    page = open_page()
    writing(page).click()
    for tool in ("加粗", "着重号", "下划线", "下标"):
        page.get_by_role("button", name=tool, exact=True).click()
    page.keyboard.insert_text("温晴")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="编号", exact=True).click()
    page.keyboard.insert_text("一")

    page.keyboard.press("Control+s")

    expect(saving(page)).to_have_text("已保存 15:42")
    assert "<strong><em><u><sub>温晴</sub></u></em></strong>" in desk.text
    assert desk.text == clean(desk.posts[-1]["body"]) == desk.posts[-1]["body"]


def test_an_input_method_is_neither_saved_halfway_nor_broken_by_an_answer(
    open_page: Open, desk: Desk
) -> None:
    page = open_page()
    page.clock.install()
    keyboard = page.context.new_cdp_session(page)
    desk.gate.clear()
    write(page, "写出")
    with page.expect_request("**/sections/text/"):
        page.keyboard.press("Control+s")

    keyboard.send("Input.imeSetComposition", {"text": "ji", "selectionStart": 2, "selectionEnd": 2})
    with page.expect_response("**/sections/text/"):
        desk.gate.set()
    composing = {"text": "ji'nan", "selectionStart": 6, "selectionEnd": 6}
    keyboard.send("Input.imeSetComposition", composing)
    page.clock.run_for(20_000)
    page.keyboard.press("Control+s")
    page.clock.run_for(20_000)

    assert [post["body"] for post in desk.posts] == ["<p>有感情地朗读课文。写出</p>"]
    expect(writing(page)).to_have_text("有感情地朗读课文。写出ji'nan")
    keyboard.send("Input.insertText", {"text": "济南"})
    page.clock.run_for(2_000)
    expect(saving(page)).to_have_text("已保存 15:42")
    expect(writing(page)).to_have_text("有感情地朗读课文。写出济南")
    assert desk.posts[-1]["body"] == "<p>有感情地朗读课文。写出济南</p>"


def test_offline_text_is_kept_on_the_device_and_saved_when_the_line_is_back(
    open_page: Open, desk: Desk
) -> None:
    page = open_page()
    page.context.set_offline(True)
    write(page, "离线写的。")
    page.keyboard.press("Control+s")
    expect(saving(page)).to_have_text("离线，已保存到本机")
    assert page.evaluate(KEPT) == 1
    assert desk.posts == []

    page.context.set_offline(False)

    expect(saving(page)).to_have_text("已保存 15:42")
    assert desk.text.endswith("离线写的。</p>")
    assert page.evaluate(KEPT) == 0


def test_unsaved_text_is_offered_after_a_reload_and_saved_when_put_back(
    open_page: Open, desk: Desk
) -> None:
    page = open_page()
    desk.trouble = 503
    write(page, "断电前写的。")
    page.keyboard.press("Control+s")
    expect(saving(page)).to_have_text("服务器没有回应，已保存到本机")
    with page.expect_event("dialog") as warning:
        page.once("dialog", lambda dialog: dialog.accept())
        page.reload()
    ready(page)
    desk.trouble = None
    expect(writing(page)).to_have_text("有感情地朗读课文。")

    page.get_by_text("看一看").click()
    expect(page.locator(".draft .lesson")).to_contain_text("断电前写的。")
    page.get_by_role("button", name="放回来").click()

    expect(saving(page)).to_have_text("已保存 15:42")
    expect(writing(page)).to_have_text("有感情地朗读课文。断电前写的。")
    assert warning.value.type == "beforeunload"
    assert page.evaluate(KEPT) == 0


def test_a_draft_never_overwrites_what_was_written_since(open_page: Open, desk: Desk) -> None:
    page = open_page()
    desk.trouble = 503
    write(page, "昨天写的。")
    page.keyboard.press("Control+s")
    expect(saving(page)).to_have_text("服务器没有回应，已保存到本机")
    page.on("dialog", lambda dialog: dialog.accept())
    desk.trouble, desk.text = None, "<p>别人今天写的。</p>"
    desk.gate.clear()  # the last save of the page that goes finds nobody
    desk.trouble = 503
    page.reload()
    ready(page)
    desk.gate.set()
    desk.trouble = None

    page.get_by_role("button", name="放回来").click()

    expect(page.get_by_role("region", name="别人改过这一部分")).to_be_visible()
    assert desk.text == "<p>别人今天写的。</p>"


def conflict(page: Page, desk: Desk) -> Locator:
    """Someone else saves while one writes."""
    desk.text = "<p>别人写的。</p>"
    write(page, "我写的。")
    page.keyboard.press("Control+s")
    region = page.get_by_role("region", name="别人改过这一部分")
    expect(region).to_be_visible()
    return region


def test_a_stale_save_shows_both_texts_and_copies_mine(
    open_page: Open, desk: Desk, proper: Callable[[Page], None]
) -> None:
    page = open_page()

    region = conflict(page, desk)

    expect(region.get_by_role("heading", name="别人改过这一部分")).to_be_focused()
    expect(region).to_contain_text("有感情地朗读课文。我写的。")
    expect(region).to_contain_text("马文涛的")
    expect(region).to_contain_text("别人写的。")
    region.get_by_role("button", name="复制我的").click()
    expect(region.get_by_role("button", name="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "有感情地朗读课文。我写的。" in copied
    assert desk.text == "<p>别人写的。</p>"
    proper(page)


def test_after_a_stale_save_one_may_go_on_and_put_ones_own_over_it(
    open_page: Open, desk: Desk
) -> None:
    page = open_page()
    region = conflict(page, desk)
    write(page, "又添一句。")
    expect(region).to_contain_text("我写的。又添一句。")
    page.keyboard.press("Control+s")
    assert len(desk.posts) == 1

    region.get_by_role("button", name="用我的覆盖对方的").click()

    expect(region).to_be_hidden()
    expect(saving(page)).to_have_text("已保存 15:42")
    assert desk.text == "<p>有感情地朗读课文。我写的。又添一句。</p>"


def test_after_a_stale_save_one_may_take_theirs(open_page: Open, desk: Desk) -> None:
    page = open_page()
    region = conflict(page, desk)

    region.get_by_role("button", name="用对方的").click()

    expect(region).to_be_hidden()
    expect(writing(page)).to_have_text("别人写的。")
    assert len(desk.posts) == 1
    assert page.evaluate(KEPT) == 0


def test_two_people_in_different_sections_do_not_disturb_each_other(
    open_page: Open, desk: Desk
) -> None:
    one, other = open_page(), open_page()

    write(one, "甲写的。")
    step = section(other, "process").get_by_label("名称").first
    step.fill("情境导入")

    expect(saving(one)).to_have_text("已保存 15:42")
    expect(saving(other, "process")).to_have_text("已保存 15:42")
    assert desk.text.endswith("甲写的。</p>")
    assert desk.rows[0]["step"] == "情境导入"


def test_a_table_is_made_and_filled_by_keyboard_alone(open_page: Open, desk: Desk) -> None:
    page = open_page()
    write(page, "")
    page.keyboard.press("Alt+F10")
    expect(page.get_by_role("button", name="加粗", exact=True)).to_be_focused()
    for _press in range(6):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="表格", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    for word in ("环节", "教师", "学生", "导入"):
        page.keyboard.insert_text(word)
        page.keyboard.press("Tab")

    page.keyboard.press("Control+s")

    expect(saving(page)).to_have_text("已保存 15:42")
    head = "<tr><th><p>环节</p></th><th><p>教师</p></th><th><p>学生</p></th></tr>"
    first = "<tr><td><p>导入</p></td><td><p></p></td><td><p></p></td></tr>"
    assert f"<table><tbody>{head}{first}" in desk.text
    assert desk.text.endswith("</table><p></p>")
    assert page.evaluate(FITS)


def test_steps_are_added_moved_and_removed_at_once(open_page: Open, desk: Desk) -> None:
    page = open_page()
    form = section(page, "process")
    form.get_by_role("button", name="加一个环节").click()
    page.keyboard.insert_text("小结")
    form.get_by_role("textbox", name="教师活动").last.click()
    page.keyboard.insert_text("板书收束")
    form.get_by_role("button", name="上移").last.click()
    form.get_by_role("button", name="删去").first.click()

    page.keyboard.press("Control+s")

    expect(saving(page, "process")).to_have_text("已保存 15:42")
    assert [row["step"] for row in desk.rows] == ["小结", "读准读通"]
    assert desk.rows[0]["teacher"] == "<p>板书收束</p>"
    form.get_by_role("button", name="放回去").click()
    page.keyboard.press("Control+s")
    expect(saving(page, "process")).to_have_text("已保存 15:42")
    expect(form.get_by_label("名称").first).to_have_value("导入")
    assert page.evaluate(FITS)


def test_text_with_a_formula_is_shown_and_never_changed(site: EditorSite, open_page: Open) -> None:
    formula = '<p>面积是<span data-latex="x^2"></span></p>'
    site.desk.text = formula
    site.desk.rows[0]["teacher"] = formula
    page = open_page()

    section(page, "process").get_by_label("分钟").first.fill("6")
    page.keyboard.press("Control+s")

    expect(section(page)).to_contain_text("会原样保留")
    expect(saving(page, "process")).to_have_text("已保存 15:42")
    assert site.desk.rows[0]["teacher"] == formula
    assert site.desk.rows[0]["minutes"] == "6"


def chosen_file(page: Page, content: bytes, name: str = "雪后.png") -> None:
    """Puts a picture in by the tool, as a teacher does."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="插图", exact=True).click()
    chooser.value.set_files({"name": name, "mimeType": "image/png", "buffer": content})


def test_a_picture_is_put_in_described_moved_and_removed(open_page: Open, desk: Desk) -> None:
    page = open_page()
    write(page, "")

    chosen_file(page, picture_bytes())
    image = writing(page).locator("img[data-media]")
    expect(image).to_have_js_property("complete", True)
    page.keyboard.press("Control+s")
    expect(saving(page)).to_have_text("已保存 15:42")
    [media] = desk.pictures
    assert desk.text == f'<p>有感情地朗读课文。<img data-media="{media}" alt=""></p>'
    assert image.evaluate("image => image.naturalWidth") == 12

    image.click()
    page.get_by_role("button", name="图片说明").click()
    page.keyboard.insert_text("雪后的小山")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    expect(image).to_have_attribute("alt", "雪后的小山")
    assert page.evaluate(FITS)

    page.get_by_role("button", name="删图片").click()
    page.keyboard.press("Control+s")
    expect(image).to_have_count(0)
    expect(saving(page)).to_have_text("已保存 15:42")
    assert desk.text == "<p>有感情地朗读课文。</p>"
    assert desk.text == clean(desk.text)


def dropped(page: Page, event: str, html: str = "") -> None:
    """A picture file pasted or dropped, with HTML beside it or without."""
    writing(page).evaluate(
        """(box, [event, html]) => {
          const bytes = Uint8Array.from(atob(
            'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
          ), letter => letter.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], 'shot.png', {type: 'image/png'}));
          if (html) data.setData('text/html', html);
          const at = box.getBoundingClientRect();
          box.dispatchEvent(event === 'paste'
            ? new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})
            : new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true,
                clientX: at.left + 20, clientY: at.top + 10}));
        }""",
        [event, html],
    )


@pytest.mark.parametrize("event", ["paste", "drop"])
def test_a_picture_file_that_is_pasted_or_dropped_is_sent_and_shown(
    open_page: Open, desk: Desk, event: str
) -> None:
    page = open_page()
    write(page, "")

    dropped(page, event)

    expect(writing(page).locator("img[data-media]")).to_have_count(1)
    page.keyboard.press("Control+s")
    expect(saving(page)).to_have_text("已保存 15:42")
    assert next(iter(desk.pictures)) in desk.text


def test_of_what_word_copies_the_text_is_taken_not_its_picture(open_page: Open, desk: Desk) -> None:
    page = open_page()
    write(page, "")

    dropped(page, "paste", "<p>品味语句</p>")

    expect(writing(page)).to_contain_text("品味语句")
    assert not desk.pictures


def test_a_picture_that_is_refused_says_why_and_one_without_a_line_waits(
    open_page: Open, desk: Desk
) -> None:
    page = open_page()
    write(page, "")
    desk.picture_trouble = (400, {"error": {"code": "invalid", "message": "不是图片。"}})
    chosen_file(page, b"x")
    told = section(page).locator(".notice.bad")
    expect(told).to_contain_text("图片没有放进来：不是图片。")
    told.get_by_role("button", name="不放了").click()

    desk.picture_trouble = (503, {})
    chosen_file(page, picture_bytes())
    expect(told).to_contain_text("没有连上服务器。")
    assert page.evaluate(FITS)
    desk.picture_trouble = None
    told.get_by_role("button", name="再试").click()

    expect(writing(page).locator("img[data-media]")).to_have_count(1)
    expect(told).to_have_count(0)


def test_word_text_is_pasted_clean(open_page: Open, desk: Desk) -> None:
    page = open_page()
    word = (
        "<html><body><!--StartFragment--><p class=MsoNormal style='color:red'>"
        "<b>重点：</b>品味语句<o:p></o:p></p><table><tr><td width=9>一</td></tr></table>"
        "<img src='file:///c:/1.png'><!--EndFragment--></body></html>"
    )
    write(page, "")
    page.keyboard.press("Enter")

    writing(page).evaluate(
        """(box, html) => {
          const data = new DataTransfer();
          data.setData('text/html', html);
          box.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}));
        }""",
        word,
    )

    expect(page.get_by_text("图片和公式没有粘贴进来。")).to_be_visible()
    expect(saving(page)).to_have_text("已保存 15:42")
    assert "<p><strong>重点：</strong>品味语句</p><table><tbody><tr><td><p>一</p>" in desk.text
    assert "style" not in desk.posts[-1]["body"]


def test_who_was_signed_out_signs_in_again_and_loses_nothing(open_page: Open, desk: Desk) -> None:
    page = open_page()
    desk.signed_in = False
    write(page, "退出后写的。")
    page.keyboard.press("Control+s")
    expect(saving(page)).to_contain_text("没有保存：您已退出登录。")
    assert page.evaluate(KEPT) == 1
    desk.signed_in, desk.token = True, "token-2"

    saving(page).get_by_role("button", name="再试").click()

    expect(saving(page)).to_have_text("已保存 15:42")
    assert desk.text.endswith("退出后写的。</p>")


def test_text_is_never_saved_in_the_name_of_the_next_person(open_page: Open, desk: Desk) -> None:
    page = open_page()
    desk.token, desk.user = "token-2", "8"
    write(page, "七号写的。")
    page.keyboard.press("Control+s")
    expect(saving(page)).to_contain_text("您已退出登录。")

    saving(page).get_by_role("button", name="再试").click()

    expect(saving(page)).to_contain_text("登录的是另一个人")
    assert desk.posts == []
    saving(page).get_by_role("button", name="复制我的").click()
    assert "七号写的。" in page.evaluate("navigator.clipboard.readText()")


def test_the_tools_fit_a_telephone_and_a_finger(
    open_page: Open, proper: Callable[[Page], None]
) -> None:
    page = open_page()
    before = writing(page).bounding_box()

    writing(page).click()

    tools = page.get_by_role("toolbar", name="文字工具")
    expect(tools).to_be_visible()
    boxes = [box for tool in tools.get_by_role("button").all() if (box := tool.bounding_box())]
    assert all(box["width"] >= 44 and box["height"] >= 44 for box in boxes)
    assert writing(page).bounding_box() == before
    proper(page)
    page.get_by_role("button", name="链接", exact=True).click()
    assert page.evaluate(FITS)
    page.keyboard.press("Escape")
    page.get_by_role("heading", name="济南的冬天").click()
    expect(tools).to_be_hidden()


def test_a_link_is_set_where_it_is_one_and_refused_where_not(open_page: Open, desk: Desk) -> None:
    page = open_page()
    writing(page).click()
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="链接", exact=True).click()
    address = section(page).get_by_label("网址")
    address.fill("javascript:alert(1)")
    page.keyboard.press("Enter")
    assert address.evaluate("box => box.isConnected && !box.closest('[hidden]')")
    address.fill("www.example.org/jinan")
    page.keyboard.press("Enter")

    page.keyboard.press("Control+s")

    expect(saving(page)).to_have_text("已保存 15:42")
    assert re.search(r'<a href="https://www.example.org/jinan"[^>]*>有感情地', desk.text)


def test_without_the_script_the_form_is_a_plain_one(chromium: Browser, site: EditorSite) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url)

    field = page.get_by_label("教学目标", exact=True)

    expect(field).to_have_value("有感情地朗读课文。")
    expect(field).to_be_enabled()
    context.close()
