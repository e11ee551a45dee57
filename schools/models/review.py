"""The one task of the one workflow (审核): who may decide is asked in the workspace."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Task


class RoleReviewTask(Task):
    """A review whose reviewers the page's own app knows by role (`can` in its `access.py`).

    So one workflow serves every group and library. The Wagtail admin offers no decision: it would
    be a second door beside the workspace.
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
