"""Two hundred old files become described drafts in a browser, in few movements of the hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from resources.importing.models import Batch, OldFile
from resources.importing.tasks import make_drafts
from resources.library.models import Resource
from schools.models import School, User
from tests.browser.conftest import PageFor
from tests.factories import importing, library, people
from tests.factories.catalogue import make_volume

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = 60
FILES = 200
State = OldFile.State


class Hand:
    """Counts what a teacher does: each click, choice, key, typed text is one."""

    def __init__(self) -> None:
        self.done = 0

    def click(self, what: Locator, **how: object) -> None:
        self.done += 1
        what.click(**how)  # type: ignore[arg-type]

    def choose(self, what: Locator, label: str) -> None:
        self.done += 1
        what.select_option(label=label)

    def type(self, what: Locator, text: str) -> None:
        self.done += 1
        what.fill(text)

    def give(self, what: Locator, files: str | list[str] | Path) -> None:
        self.done += 1
        what.set_input_files(files)


@pytest.fixture
def school() -> School:
    library.workflow()
    made = people.school()
    make_volume(lessons=importing.LESSONS, title="义务教育教科书·语文七年级上册", issue_year=2024)
    return made


@pytest.fixture
def teacher(school: School) -> User:
    library.editor(school)
    teacher = people.teacher(school)
    people.teaches(teacher.memberships.get(), "chinese", 7)
    return teacher


def saved(page: Page, act: Callable[[], object]) -> None:
    """Do something that the table saves, and wait until it stands there anew."""
    table = page.locator("[data-table]")
    turn = int(table.get_attribute("data-turn") or 0)
    act()
    expect(table).to_have_attribute("data-turn", str(turn + 1), timeout=60_000)


def test_two_hundred_old_files_are_described_and_submitted_in_sixty_interactions(
    page_for: PageFor, teacher: User, tmp_path: Path
) -> None:
    importing.folder(tmp_path, FILES)
    page, hand = page_for(teacher, width=1280), Hand()
    page.set_default_timeout(60_000)
    page.goto("/workspace/library/import/")

    hand.choose(page.locator("#id_volume"), page.locator("#id_volume option").nth(1).inner_text())
    hand.click(page.locator("main .btn.main"))
    hand.give(page.locator("[data-folder]"), tmp_path / "七上语文")
    expect(page.locator("[data-sum]")).to_contain_text(f"{FILES}", timeout=60_000)
    expect(page.locator("[data-bar]")).to_have_js_property("value", FILES, timeout=240_000)
    hand.click(page.locator("nav.row a.chip").nth(1))
    for word, kind in (("预习单", "课堂练习"), ("板书", "教学设计"), ("最新", "教学设计")):
        hand.type(page.locator("#find-file"), word)
        hand.click(page.locator("form.find.big button"))
        hand.click(page.locator("input[name=all]"))
        hand.choose(page.locator("#set-kind"), kind)
        saved(page, lambda: hand.click(page.locator("button[data-set]")))
    hand.type(page.locator("#find-file"), "")
    hand.click(page.locator("form.find.big button"))
    hand.click(page.locator("input[name=all]"))
    hand.choose(page.locator("#set-kind"), "教学设计")
    saved(page, lambda: hand.click(page.locator("button[data-set]")))
    hand.click(page.locator("nav.row a.chip").first)
    hand.click(page.locator("input[name=all]"))
    hand.click(page.locator("input[name=submits]"))
    hand.click(page.locator("button[value=draft]"))
    page.locator("[data-working]").wait_for()
    make_drafts.call(Batch.objects.get().pk)

    page.locator(".notice.good").wait_for()
    rows = OldFile.objects.all()
    assert hand.done <= MOST, hand.done
    assert rows.filter(state=State.MADE, chapter__isnull=False).count() == FILES
    assert Resource.objects.filter(maker=teacher, submissions__state="waiting").count() == FILES
    assert [row.reason for row in rows if row.reason] == []
