"""Fixtures of every test: signed-in clients and the site's root page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from wagtail.models import Page, Site

from schools.models import User
from tests import template
from tests.factories import people

ClientOf = Callable[[User], Client]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """The database of the tests is copied from a migrated one, where there is one."""
    with django_db_blocker.unblock():
        template.offer()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Keeps the migrated database for the next run."""
    with django_db_blocker.unblock():
        template.keep()


@pytest.fixture
def client_of(db: None) -> ClientOf:
    """`client_of(user)`: a new test client that is signed in as `user`."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def home(db: None) -> Page:
    """The site's root page."""
    return people.site_root()


@pytest.fixture(autouse=True)
def _own_ground(settings: Any, tmp_path: Path) -> Iterator[None]:
    """No test sees the language, what is cached or the search index of another."""
    settings.GONGBEI_VAR = tmp_path
    Site.clear_site_root_paths_cache()
    cache.clear()  # a count is kept under a state that another test may come to as well
    with translation.override("zh-hans"):
        yield
