"""Who may do what in the Wagtail admin (门户管理): portal editors, with the portal's pages only.

Wagtail asks its registry for a page policy; ours reads the role table. Plans, resources and
containers hang below the home page in the same tree, so a right on the home page says nothing of
what is below it: their classes have a policy of their own, which grants nothing to anyone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import Page, Site
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy

from schools.access import Role, holds, users_holding
from schools.models import User

Someone = User | AnonymousUser

# An operator looks at the list of pages, which Wagtail shows to those who may do anything there.
ACTIONS: dict[Role, frozenset[str]] = {
    Role.PORTAL_EDITOR: frozenset({"add", "change", "publish"}),
    Role.OPERATOR: frozenset({"unlock"}),
}


def may_enter(user: Someone) -> bool:
    """Whether the user's role opens `/admin/`; a superuser's flag opens nothing."""
    return any(holds(user, role) for role in ACTIONS)


def actions_of(user: Someone) -> frozenset[str]:
    """What the user may do with the portal's pages."""
    held = (granted for role, granted in ACTIONS.items() if holds(user, role))
    return frozenset().union(*held)


def portal_page_models() -> tuple[type[Page], ...]:
    """The kinds of page that portal editors write."""
    return tuple(
        model for model in apps.get_app_config("portal").get_models() if issubclass(model, Page)
    )


def is_portal_page(page: Page) -> bool:
    """Whether it is the home page or an article, and no plan, resource or container."""
    return page.specific_class in portal_page_models()


def portal_pages(pages: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Those of `pages` that portal editors write."""
    kinds = ContentType.objects.get_for_models(*portal_page_models()).values()
    return pages.filter(content_type__in=list(kinds))


def home_page() -> Page:
    """The root page of the default site."""
    return Site.objects.select_related("root_page").get(is_default_site=True).root_page


@dataclass(frozen=True, slots=True)
class Granted:
    """A permission on a page, in the shape that Wagtail's permission tester reads."""

    page: Page
    permission: SimpleNamespace

    @property
    def page_id(self) -> int:
        return int(self.page.pk)


class PortalPagePolicy(PagePermissionPolicy):
    """Roles decide, on the portal's pages; being a superuser decides nothing."""

    permission_cache_name = "_portal_page_permissions"
    _explorable_root_instance_cache_name = "_portal_explorable_root"

    def get_all_permissions_for_user(self, user: Someone) -> list[Granted]:
        granted = actions_of(user)
        if not granted:
            return []
        root = home_page()
        return [Granted(root, SimpleNamespace(codename=f"{action}_page")) for action in granted]

    def _base_user_has_permission(self, user: Someone) -> bool | None:
        return None if user.is_active else False

    def _base_queryset_for_user(self, user: Someone) -> models.QuerySet[Any] | None:
        return None if user.is_active else self.model._default_manager.none()

    def user_has_any_permission(self, user: Someone, actions: Iterable[str]) -> bool:
        return bool(actions_of(user) & set(actions))

    def user_has_any_permission_for_instance(
        self, user: Someone, actions: Iterable[str], instance: Page
    ) -> bool:
        return is_portal_page(instance) and self.user_has_any_permission(user, actions)

    def instances_user_has_any_permission_for(
        self, user: Someone, actions: Iterable[str]
    ) -> models.QuerySet[Any]:
        pages = self.model._default_manager.all()
        if not self.user_has_any_permission(user, actions):
            return pages.none()
        return portal_pages(pages)

    def users_with_any_permission(
        self, actions: Iterable[str], include_superusers: bool = True
    ) -> models.QuerySet[User]:
        found = User.objects.none()
        for role, granted in ACTIONS.items():
            if granted & set(actions):
                found = found | users_holding(role, None)
        return found

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Page, include_superusers: bool = True
    ) -> models.QuerySet[User]:
        if not is_portal_page(instance):
            return User.objects.none()
        return self.users_with_any_permission(actions)

    def instances_with_direct_explore_permission(self, user: Someone) -> list[Page]:
        return [home_page()] if actions_of(user) else []

    def explorable_root_instance(self, user: Someone) -> Page | None:
        return home_page() if actions_of(user) else None

    def explorable_instances(self, user: Someone) -> models.QuerySet[Any]:
        return self.instances_user_has_any_permission_for(
            user, frozenset().union(*ACTIONS.values())
        )


class NobodyPolicy(PortalPagePolicy):
    """Plans, resources and containers: never seen, added, changed or moved in the admin."""

    permission_cache_name = "_no_page_permissions"

    def get_all_permissions_for_user(self, user: Someone) -> list[Granted]:
        return []

    def user_has_any_permission(self, user: Someone, actions: Iterable[str]) -> bool:
        return False

    def users_with_any_permission(
        self, actions: Iterable[str], include_superusers: bool = True
    ) -> models.QuerySet[User]:
        return User.objects.none()

    def instances_with_direct_explore_permission(self, user: Someone) -> list[Page]:
        return []

    def explorable_root_instance(self, user: Someone) -> Page | None:
        return None


def register() -> None:
    """Put our policies before Wagtail's own, for every kind of page there is."""
    register_permission_policy(Page, PortalPagePolicy(Page))
    for model in apps.get_models():
        if issubclass(model, Page) and model is not Page and model not in portal_page_models():
            register_permission_policy(model, NobodyPolicy(model))
