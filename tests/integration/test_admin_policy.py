"""Who may do what with which page in the admin: one table, asked of Wagtail's own registry."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page
from wagtail.permissions import policy_registry

from portal.models import ArticlePage, RecommendedListPage
from schools.access import Role
from schools.models import User
from tests.factories import people
from tests.integration import portal_things as things

pytestmark = pytest.mark.django_db

ALL = {"add", "change", "publish", "bulk_delete", "lock", "unlock", "delete", "move", "copy"}
WRITE = {"add", "change", "publish"}
LOOK = {"unlock"}

ROLES: dict[str, tuple[Role | None, set[str]]] = {
    "portal editor": (Role.PORTAL_EDITOR, WRITE),
    "operator": (Role.OPERATOR, LOOK),
    "teacher": (None, set()),
}


def _user(role: Role | None) -> User:
    return people.with_role(role) if role else people.teacher()


def _superuser() -> User:
    return people.user(is_superuser=True)


def _foreign() -> list[Page]:
    school = people.school()
    resource = things.resource(of=school)
    assert school.container is not None
    return [school.container, resource]


@pytest.mark.parametrize(("role", "allowed"), ROLES.values(), ids=ROLES)
def test_the_policy_lets_roles_do_with_portal_pages_what_is_theirs(
    role: Role | None, allowed: set[str]
) -> None:
    user = _user(role)
    for page in (things.home_page(), things.article()):
        policy = policy_registry.get(page)

        may = {
            action for action in ALL if policy.user_has_permission_for_instance(user, action, page)
        }

        assert may == allowed


@pytest.mark.parametrize("who", [*ROLES, "superuser"])
def test_the_policy_lets_nobody_do_anything_with_plans_and_resources(who: str) -> None:
    user = _superuser() if who == "superuser" else _user(ROLES[who][0])

    for page in _foreign():
        for asked in (page, Page.objects.get(pk=page.pk)):
            policy = policy_registry.get(asked)
            assert not policy.user_has_any_permission_for_instance(user, ALL, asked)
            assert not policy.explorable_instances(user).filter(pk=page.pk).exists()
            assert user not in policy.users_with_any_permission_for_instance(ALL, asked)


def test_every_kind_of_page_that_is_not_the_portals_is_nobodys() -> None:
    from django.apps import apps

    editor = things.portal_editor()
    kinds = [model for model in apps.get_models() if issubclass(model, Page) and model is not Page]

    open_kinds = {
        model._meta.label
        for model in kinds
        if policy_registry.get_by_type(model).user_has_any_permission(editor, ALL)
    }

    assert open_kinds == {"portal.HomePage", "portal.ArticlePage", "portal.RecommendedListPage"}


def test_what_an_editor_may_do_with_the_home_page_and_an_article() -> None:
    editor = things.portal_editor()
    home = things.home_page().permissions_for_user(editor)
    article = things.article(by=editor).permissions_for_user(editor)

    assert home.can_edit()
    assert home.can_publish()
    assert home.can_add_subpage()
    assert article.can_edit()
    assert article.can_publish()
    assert article.can_unpublish()
    assert article.can_delete()
    assert not home.can_delete()
    assert not home.can_unpublish()
    for tester in (home, article):
        never = (tester.can_move, tester.can_copy, tester.can_lock, tester.can_unlock)
        assert not any(may() for may in never)
        assert not tester.can_set_view_restrictions()
        assert not tester.can_submit_for_moderation()


def test_the_workflow_of_plans_does_not_ask_for_a_review_of_articles() -> None:
    from schools.workflow import the_workflow

    the_workflow(people.site_root())
    page = things.article()

    assert page.get_workflow() is None
    assert not page.has_workflow


@pytest.mark.parametrize(
    ("role", "enters"),
    [
        (Role.PORTAL_EDITOR, True),
        (Role.OPERATOR, True),
        (Role.LIBRARY_EDITOR, False),
        (Role.SCHOOL_ADMIN, False),
        (Role.REGION_ADMIN, False),
        (Role.RESEARCHER, False),
        (Role.JUDGE, False),
    ],
)
def test_the_role_opens_the_admin_without_a_group(role: Role, enters: bool) -> None:
    scope: Any = None if enters else people.county()
    user = people.with_role(role, scope)

    assert user.has_perm("wagtailadmin.access_admin") is enters
    assert not user.has_perm("wagtailadmin.access_admin", obj=things.home_page())
    assert not user.has_perm("schools.change_user")


def test_a_role_that_has_ended_opens_nothing() -> None:
    from datetime import timedelta

    from schools.models.dated import today

    user = people.with_role(Role.PORTAL_EDITOR, until=today() - timedelta(days=1))

    assert not user.has_perm("wagtailadmin.access_admin")
    assert not AnonymousUser().has_perm("wagtailadmin.access_admin")


def test_pages_of_the_portal_are_made_only_where_they_belong() -> None:
    assert ArticlePage.can_create_at(things.home_page())
    assert not ArticlePage.can_create_at(_foreign()[0])
    assert things.home_page().creatable_subpage_models() == [ArticlePage, RecommendedListPage]
