"""Signing out of a shared computer leaves nothing of what was typed there."""

from __future__ import annotations

import pytest

from tests.browser.conftest import PageFor
from tests.factories import people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_unsaved_texts_leave_this_device_with_the_person(page_for: PageFor) -> None:
    page = page_for(people.teacher())
    page.goto("/workspace/me/")
    page.evaluate("localStorage.setItem('gongbei.draft.1', '没有保存的话')")
    page.evaluate("localStorage.setItem('theme', 'dark')")

    page.locator("form[data-sign-out] button").click()
    page.wait_for_url(lambda address: not address.endswith("/me/"))

    assert page.evaluate("Object.keys(localStorage)") == ["theme"]
