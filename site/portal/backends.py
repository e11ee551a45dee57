"""Wagtail's door permission from our roles, so that nobody needs a Django group for it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from portal.admin_policy import may_enter

ACCESS_ADMIN = "wagtailadmin.access_admin"


class RolePermissionsBackend(BaseBackend):
    """Signs nobody in; says that portal editors and operators may enter `/admin/`."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return perm == ACCESS_ADMIN and obj is None and may_enter(user_obj)
