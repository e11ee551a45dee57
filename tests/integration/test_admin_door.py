"""`/admin/` is one door plus every view that takes an id: a walk over all that Wagtail has.

The walk reads the resolver, so a view that a later Wagtail brings is walked too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import Page

from media.models import StoredDocument
from portal.admin_door import RULES
from schools.access import Role
from schools.models import User
from tests.conftest import ClientOf
from tests.factories import people
from tests.factories.media import pdf_bytes
from tests.integration import portal_things as things
from tests.integration.portal_things import SECRET

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Door:
    """A view under `/admin/`: its name and the names in its address."""

    name: str
    kwargs: tuple[str, ...]
    address: str

    def __str__(self) -> str:
        return self.name or self.address


def _doors(
    patterns: list[Any], names: tuple[str, ...] = (), above: str = "", taken: tuple[str, ...] = ()
) -> Iterator[Door]:
    for pattern in patterns:
        address = above + str(pattern.pattern)
        kwargs = (*taken, *pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            namespace = (pattern.namespace,) if pattern.namespace else ()
            yield from _doors(pattern.url_patterns, (*names, *namespace), address, kwargs)
        elif isinstance(pattern, URLPattern):
            name = ":".join((*names, pattern.name)) if pattern.name else ""
            yield Door(name, kwargs, "/" + address)


def all_doors() -> list[Door]:
    """Every view under `/admin/`."""
    root = next(
        resolver
        for resolver in get_resolver().url_patterns
        if isinstance(resolver, URLResolver) and str(resolver.pattern) == "admin/"
    )
    return list(dict.fromkeys(_doors(root.url_patterns, above="admin/")))


DOORS = all_doors()
WITH_IDS = [door for door in DOORS if door.kwargs]
WITHOUT_IDS = [door for door in DOORS if not door.kwargs]


@dataclass
class Foreign:
    """Things of others, each with a name that must not be told."""

    pages: dict[str, Page]
    picture: Any
    document: StoredDocument
    teacher: User


@pytest.fixture
def foreign() -> Foreign:
    school = people.school(f"{SECRET}小学")
    teacher = people.teacher(school, f"{SECRET}老师")
    document = StoredDocument(title=f"{SECRET}文稿", school=school, uploaded_by_user=teacher)
    document.file = ContentFile(pdf_bytes(), name="a.pdf")
    document.save()
    hidden = things.resource(f"{SECRET}草稿", of=school, live=False, audience=None)
    within = things.resource(f"{SECRET}校内", of=school, audience=f"school:{school.pk}")
    for page in (hidden, within):
        page.save_revision(user=teacher)
    assert school.container is not None
    return Foreign(
        {"container": school.container, "draft": hidden, "in school": within},
        things.picture(f"{SECRET}照片", of_portal=False, by=teacher),
        document,
        teacher,
    )


def _value(kwarg: str, door: Door, page: Page, foreign: Foreign) -> Any:
    """The foreign thing's id for a name in an address."""
    revision = page.latest_revision_id or 1
    known: dict[str, Any] = {
        "app_label": page.specific._meta.app_label,
        "model_name": page.specific._meta.model_name,
        "content_type_app_name": page.specific._meta.app_label,
        "content_type_model_name": page.specific._meta.model_name,
        "app_name": "wagtailcore",
        "action": "delete",
        "action_name": "approve",
        "revision_id": revision,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "filter_spec": "original",
        "endpoint": "pages",
        "media_type": "video",
        "token": "a",
        "uidb64": "a",
        "content_type_id": 1,
        "session_id": 1,
        "image_id": foreign.picture.pk,
        "document_id": foreign.document.pk,
        "uploaded_file_id": 1,
        "user_id": foreign.teacher.pk,
        "collection_id": 1,
        "group_id": 1,
    }
    if kwarg in known:
        return known[kwarg]
    if door.name.startswith("wagtailimages"):
        return foreign.picture.pk
    if door.name.startswith("wagtaildocs"):
        return foreign.document.pk
    if door.name.startswith("wagtailusers_users"):
        return foreign.teacher.pk
    return page.pk


def _address(door: Door, page: Page, foreign: Foreign) -> str:
    values = {kwarg: _value(kwarg, door, page, foreign) for kwarg in door.kwargs}
    return reverse(door.name, kwargs=values)


def _static(door: Door) -> str:
    return reverse(door.name) if door.name else re.sub(r"[\^$*.]+", "", door.address)


def _addresses(page: Page, foreign: Foreign) -> dict[str, str]:
    """Every view's address, with the ids of others' things where it takes ids."""
    return {
        str(door): _address(door, page, foreign) if door.kwargs else _static(door) for door in DOORS
    }


def test_the_walk_sees_all_of_wagtail() -> None:
    names = {door.name for door in DOORS}

    assert len(DOORS) > 150
    assert {"wagtailadmin_pages:copy", "wagtailimages:edit", "wagtail_bulk_action"} <= names
    assert {"wagtailusers_users:edit", "wagtaildocs:edit", "wagtailmedia:edit"} <= names


def test_every_rule_names_a_view() -> None:
    assert RULES.keys() <= {door.name for door in DOORS}


def test_a_stranger_is_sent_to_sign_in(client: Client, foreign: Foreign) -> None:
    addresses = _addresses(foreign.pages["container"], foreign)

    answers = {name: client.get(address) for name, address in addresses.items()}

    assert {answer.status_code for answer in answers.values()} == {302}
    sign_in = f"{reverse('login')}?next=/admin/"
    assert not [name for name, to in answers.items() if not to["Location"].startswith(sign_in)]


def _teacher() -> User:
    return people.teacher()


def _library_editor() -> User:
    school = people.school()
    return people.with_role(Role.LIBRARY_EDITOR, school, people.teacher(school))


def _superuser() -> User:
    return people.user("超级用户", is_superuser=True, is_staff=True)


def _staff_by_group() -> User:
    from django.contrib.auth.models import Permission

    user = people.user("旧组员")
    group = Group.objects.create(name="Editors of old")
    group.permissions.set(Permission.objects.filter(codename="access_admin"))
    user.groups.add(group)
    return user


@pytest.mark.parametrize("who", [_teacher, _library_editor, _superuser, _staff_by_group])
def test_nobody_without_a_role_for_it_finds_the_admin(
    who: Any, client_of: ClientOf, foreign: Foreign
) -> None:
    client = client_of(who())
    addresses = _addresses(foreign.pages["draft"], foreign)

    got = {name: client.get(address).status_code for name, address in addresses.items()}
    posted = {name: client.post(address).status_code for name, address in addresses.items()}

    assert set(got.values()) == {404}
    assert set(posted.values()) == {404}


@pytest.mark.parametrize("role", [Role.PORTAL_EDITOR, Role.OPERATOR])
@pytest.mark.parametrize("kind", ["container", "draft", "in school"])
def test_nothing_of_others_is_reached_by_its_id(
    kind: str, role: Role, client_of: ClientOf, foreign: Foreign
) -> None:
    client = client_of(people.with_role(role))
    before = Page.objects.count()

    for door in WITH_IDS:
        address = _address(door, foreign.pages[kind], foreign)
        for response in (client.get(address), client.post(address)):
            assert response.status_code in {302, 403, 404, 405}, address
            assert SECRET not in response.content.decode(), address
    assert Page.objects.count() == before


def test_no_list_names_anything_of_others(client_of: ClientOf, foreign: Foreign) -> None:
    client = client_of(things.portal_editor())

    for door in WITHOUT_IDS:
        if door.name == "wagtailadmin_logout":
            continue
        for query in ("", f"?q={SECRET}", f"?q={SECRET}&page_type=wagtailcore.page"):
            response = client.get(_static(door) + query)
            assert response.status_code in {200, 302, 403, 404, 405}, door
            assert SECRET not in _without_the_question(response.content.decode()), door


def _without_the_question(text: str) -> str:
    """A search page repeats what was asked; what is left was found."""
    for asked in (f'value="{SECRET}"', f"“{SECRET}”", f"'{SECRET}'", f"<em>{SECRET}</em>"):
        text = text.replace(asked, "")
    return text


def test_ids_in_a_query_lead_nowhere(client_of: ClientOf, foreign: Foreign) -> None:
    client = client_of(things.portal_editor())
    pages = [page.pk for page in foreign.pages.values()]
    asked: dict[str, dict[str, Any]] = {
        "wagtailadmin_choose_page": {"page_type": "library.Resource", "target_pages[]": pages},
        "wagtailadmin_choose_page_search": {"q": SECRET, "page_type": "library.Resource"},
        "wagtailadmin_choose_page_chosen_multiple": {"id": pages},
        "portal_resources:chosen_multiple": {"id": pages},
        "wagtailimages_chooser:chosen_multiple": {"id": [foreign.picture.pk]},
        "wagtailadmin_pages:search": {"q": SECRET, "content_type": "library.microlecture"},
        "wagtailimages:index": {"collection_id": foreign.picture.collection_id},
    }

    for name, query in asked.items():
        text = client.get(reverse(name), query).content.decode()
        assert SECRET not in _without_the_question(text), name


def test_filters_list_no_people(client_of: ClientOf, foreign: Foreign) -> None:
    client = client_of(things.portal_editor())
    explore = reverse("wagtailadmin_explore", args=[things.home_page().pk])

    for query in (
        "",
        f"?owner={foreign.teacher.pk}",
        f"?edited_by={foreign.teacher.pk}",
        "?site=1",
    ):
        response = client.get(explore + query)
        assert response.status_code == 200
        assert SECRET not in response.content.decode()
        assert not {"owner", "edited_by", "site"} & response.context["filters"].filters.keys()


@pytest.mark.parametrize("name", ["wagtailadmin_login", "wagtailadmin_password_reset"])
def test_wagtails_own_sign_in_does_not_exist(name: str, client: Client) -> None:
    response = client.get(reverse(name))

    assert response["Location"] == f"{reverse('login')}?next=/admin/"


def test_what_is_not_wagtails_is_not_mounted() -> None:
    assert not {door.name for door in DOORS if "simple_translation" in door.name}
    assert not [door for door in DOORS if "/api/v" in door.address]
