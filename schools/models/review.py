"""The one task of the one workflow: a review by those whom the page itself names."""

from __future__ import annotations

from typing import Any, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Task

from schools.models.people import User


class Reviewable(Protocol):
    """What a page tells the workflow: who may decide on it."""

    def reviewable_by(self, user: User) -> bool: ...


class RoleReviewTask(Task):
    """Asks the page who may review it, so one workflow serves every group and library.

    Decisions are made in the workspace; the Wagtail admin offers none.
    """

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return False

    def page_locked_for_user(self, page: Page, user: Any) -> bool:
        return True

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        return True

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        return False

    def user_can_unlock(self, obj: Any, user: Any) -> bool:
        return False

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        return []

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[Any]:
        from wagtail.models import TaskState

        return TaskState.objects.none()

    @classmethod
    def get_description(cls) -> str:
        return str(_("Those who hold the right for the page decide in the workspace"))

    class Meta:
        verbose_name = _("review by role")
        verbose_name_plural = _("reviews by role")
