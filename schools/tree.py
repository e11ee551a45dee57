"""Places of the page tree that no editor makes by hand: containers under the site's home page.

Home > "schools" > one container a school > its resources; Home > "prep" > one a prep group > its
plans. Slugs are uuids and never change. Two inserts under one parent would compute the same tree
path, so the parent's row is locked first.
"""

from __future__ import annotations

import uuid

from django.db import transaction
from wagtail.models import Page, Site

from schools.models import Container, School

SCHOOLS = "schools"
PREP = "prep"


def home() -> Page:
    """The root page of the default site."""
    return Site.objects.select_related("root_page").get(is_default_site=True).root_page


def schools_root() -> Container:
    """The container of all schools' containers, made once."""
    return _branch(SCHOOLS)


def prep_root() -> Container:
    """The container of all prep groups' containers, made once."""
    return _branch(PREP)


@transaction.atomic
def make_container(parent: Page, title: str) -> Container:
    """A new container under `parent`; its slug says nothing of its title."""
    return _insert(locked(parent.pk), title)


@transaction.atomic
def container_for_school(school: School) -> Container:
    """The school's container, made at the first call."""
    if school.container is not None:
        return school.container
    root = schools_root()
    row = School.objects.select_for_update().select_related(None).get(pk=school.pk)
    if row.container is None:
        row.container = make_container(root, row.name)
        row.save(update_fields=["container"])
    school.container = row.container
    return row.container


@transaction.atomic
def _branch(title: str) -> Container:
    parent = home()
    named = Container.objects.child_of(parent).filter(title=title)
    found = named.first()
    if found is None:
        # Another server may have made it between the look and the lock.
        held = locked(parent.pk)
        found = named.all().first() or _insert(held, title)
    return found


def locked(pk: int) -> Page:
    """The page with its row locked until the transaction ends."""
    return Page.objects.select_for_update().get(pk=pk)


def _insert(parent: Page, title: str) -> Container:
    container: Container = parent.add_child(
        instance=Container(title=title, slug=str(uuid.uuid4()), show_in_menus=False)
    )
    return container
