"""What portal editors may do with files in the Wagtail admin: their own and the portal's.

Everyone else has nothing there: teachers' files never show in the admin's lists and choosers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Q
from wagtail.models import Collection
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from media.models import FILE_MODELS, FileState
from media.queries import IN_PORTAL, PORTAL_COLLECTION, unused
from schools.access import Role, holds, users_holding
from schools.models import User

ACTIONS = frozenset({"add", "change", "choose", "delete", "view"})
Someone = User | AnonymousUser


@transaction.atomic
def portal_collection() -> Collection:
    """The collection that portal editors share, made at the first call."""
    root = Collection.objects.select_for_update().get(depth=1)
    found = root.get_children().filter(name=PORTAL_COLLECTION).first()
    return found or root.add_child(instance=Collection(name=PORTAL_COLLECTION))


class PortalFilePolicy(BasePermissionPolicy):
    """Portal editors work with files they uploaded and with those of the portal's collection.

    A file that a page uses is not deleted.
    """

    def user_has_permission(self, user: Someone, action: str) -> bool:
        return action in ACTIONS and holds(user, Role.PORTAL_EDITOR)

    def user_has_permission_for_instance(self, user: Someone, action: str, instance: Any) -> bool:
        found = self.instances_user_has_any_permission_for(user, [action])
        return bool(found.filter(pk=instance.pk).exists())

    def instances_user_has_any_permission_for(
        self, user: Someone, actions: Iterable[str]
    ) -> models.QuerySet[Any]:
        known = ACTIONS & set(actions) - {"add"}
        files: models.QuerySet[Any] = self.model._default_manager.all()
        if not known or not holds(user, Role.PORTAL_EDITOR):
            return files.none()
        own = files.filter(Q(uploaded_by_user=user) | IN_PORTAL, state=FileState.READY)
        # By id alone: Wagtail's search takes no filter over a join.
        files = files.filter(pk__in=own.values("pk"))
        return unused(files) if known == {"delete"} else files

    def users_with_any_permission(self, actions: Iterable[str]) -> models.QuerySet[User]:
        return users_holding(Role.PORTAL_EDITOR, None) if ACTIONS & set(actions) else _nobody()

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Any
    ) -> models.QuerySet[User]:
        editors = self.users_with_any_permission(actions)
        if instance.collection.name == PORTAL_COLLECTION and instance.collection.depth == 2:
            return editors
        return editors.filter(pk=instance.uploaded_by_user_id)

    def collections_user_has_any_permission_for(
        self, user: Someone, actions: Iterable[str]
    ) -> models.QuerySet[Collection]:
        if not self.user_has_any_permission(user, actions):
            return Collection.objects.none()
        return Collection.objects.filter(pk=portal_collection().pk)

    def collections_user_has_permission_for(
        self, user: Someone, action: str
    ) -> models.QuerySet[Collection]:
        return self.collections_user_has_any_permission_for(user, [action])


def _nobody() -> models.QuerySet[User]:
    return User.objects.none()


def register() -> None:
    """Put the policy before Wagtail's own; `exact_class`, as Wagtail registers after this app."""
    for model in FILE_MODELS:
        register_permission_policy(model, PortalFilePolicy(model), exact_class=True)
