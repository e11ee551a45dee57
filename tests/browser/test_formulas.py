"""Formulas (公式) on pages to read: drawn where there is one, readable without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Request, expect

from lessonprep.plans.actions import phases
from lessonprep.plans.models import LessonPlan
from schools.models import User
from tests.browser.conftest import PageFor
from tests.factories.lessonprep import world, write_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FRACTION = '<p>比<span data-latex="\\frac{1}{2}"></span>大的数</p>'


def plan_in_review(objectives: str) -> tuple[LessonPlan, User]:
    """A plan that is read and not written."""
    w = world(lessons=1)
    plan = w.plan()
    write_draft(plan, w.preparer, objectives=objectives)
    phases.hand_over(plan=plan, by=w.preparer)
    phases.close_discussion(plan=plan, by=w.preparer)
    phases.submit(plan=plan, by=w.preparer)
    return plan, w.leader


def scripts_of(page: Page) -> list[str]:
    """Addresses of scripts, as they are fetched."""
    fetched: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type == "script":
            fetched.append(request.url)

    page.on("request", note)
    return fetched


def test_a_formula_is_drawn_on_the_page_of_a_plan(page_for: PageFor) -> None:
    plan, leader = plan_in_review(FRACTION)
    page = page_for(leader)
    fetched = scripts_of(page)

    page.goto(plan.get_absolute_url())

    expect(page.locator(".lesson .formula math mfrac")).to_have_count(1)
    expect(page.get_by_role("img", name="\\frac{1}{2}")).to_be_visible()
    assert sum("formulas" in url for url in fetched) == 1


def test_a_formula_is_readable_without_scripts(page_for: PageFor) -> None:
    plan, leader = plan_in_review(FRACTION)
    page = page_for(leader, scripts=False)

    page.goto(plan.get_absolute_url())

    expect(page.locator(".lesson .formula")).to_have_text("\\frac{1}{2}")


def test_a_page_without_formulas_fetches_nothing_for_them(page_for: PageFor) -> None:
    plan, leader = plan_in_review("<p>比一半大的数</p>")
    page = page_for(leader)
    fetched = scripts_of(page)

    page.goto(plan.get_absolute_url(), wait_until="networkidle")

    assert fetched
    assert not any("formulas" in url for url in fetched)
