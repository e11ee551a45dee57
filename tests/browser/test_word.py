"""A plan written in Word comes in on a telephone, and leaves as a Word document again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import FilePayload, Page, expect

from lessonprep.plans.models import FirstDraft, PlanState
from resources.library.word.answers import DOCX
from tests.browser.conftest import PageFor
from tests.browser.hands import follow
from tests.factories import lessonprep, word
from tests.factories.doors import plan_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME = "济南的冬天 教学设计.docx"


def test_a_word_plan_in_and_out_on_a_telephone(
    page_for: PageFor, proper: Callable[[Page], None], tmp_path: Path
) -> None:
    world = lessonprep.world()
    plan = world.plan()
    page = page_for(world.receiver)

    page.goto(f"/workspace/plans/{plan.uuid}/draft/")
    follow(page.locator('a[href$="/draft/import/"]'))
    proper(page)
    payload: FilePayload = {"name": NAME, "mimeType": DOCX, "buffer": word.flowing_plan()}
    page.locator("input[type=file]").set_input_files(payload)
    page.locator("main form .btn.main").click()
    page.wait_for_url("**/word-imports/**")
    proper(page)
    beside = page.locator("li", has_text="多媒体课件")
    beside.get_by_role("combobox").select_option(label="学情分析")
    page.locator("main form .btn.main").click()
    page.wait_for_url("**/draft/")
    expect(page.get_by_text("多媒体课件", exact=True)).to_be_visible()
    with page.expect_download() as downloading:
        page.locator('a[href$="/draft/word/"]').click()
    downloading.value.save_as(tmp_path / "out.docx")

    draft = FirstDraft.objects.get(plan=plan, author=world.receiver)
    assert "读出停连" in str(draft.sections)
    lines = [line.text for line in Document(str(tmp_path / "out.docx")).paragraphs]
    assert "1．读准字音，读出停连。" in lines


@pytest.mark.parametrize("name", ["print", "record"])
def test_paper_and_record_fit_a_telephone(
    page_for: PageFor, proper: Callable[[Page], None], name: str
) -> None:
    world = lessonprep.world()
    plan = plan_in(world, PlanState.Phase.APPROVED)
    page = page_for(world.receiver)

    page.goto(f"/workspace/plans/{plan.uuid}/{name}/")

    proper(page)
    expect(page.get_by_text("目标0").first).to_be_visible()


def test_a_refused_document_says_why_beside_the_field(page_for: PageFor) -> None:
    world = lessonprep.world()
    page = page_for(world.receiver, scripts=False)

    page.goto(f"/workspace/plans/{world.plan().uuid}/draft/import/")
    payload: FilePayload = {"name": NAME, "mimeType": DOCX, "buffer": b"no document"}
    page.locator("input[type=file]").set_input_files(payload)
    page.locator("main form .btn.main").click()

    expect(page.get_by_text(NAME)).to_be_visible()
