"""Writing together on the page of a plan: what is above brings it, this app knows no room."""

from __future__ import annotations

from typing import Any, Protocol

from django.http import HttpRequest

from lessonprep.plans.models import LessonPlan
from lessonprep.plans.sections import Section


class LivePage(Protocol):
    """Addresses of style and scripts, words and settings of the script; None: nothing is live."""

    def __call__(
        self, request: HttpRequest, plan: LessonPlan, sections: list[Section]
    ) -> dict[str, Any] | None: ...


_pages: list[LivePage] = []


def register_live_page(page: LivePage) -> LivePage:
    """Ask `page` what is live on the page of a plan; the last one that was registered answers."""
    _pages.append(page)
    return page


def live_page(
    request: HttpRequest, plan: LessonPlan, sections: list[Section]
) -> dict[str, Any] | None:
    """What the page of the plan needs to be written on together, if it can be now."""
    return _pages[-1](request, plan, sections) if _pages else None
