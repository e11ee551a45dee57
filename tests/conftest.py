"""Fixtures of every test: signed-in clients and the site's root page."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from elasticsearch import Elasticsearch
from wagtail.models import Page, Site

from schools.models import User
from search.engines.elasticsearch import ElasticsearchEngine, Server
from tests import template
from tests.elasticsearch_server import (
    NoElasticsearch,
    drop_indices,
    empty,
    private_elasticsearch,
)
from tests.factories import people

Place = tuple[tuple[str, ...], str, str]
ClientOf = Callable[[User], Client]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The database of the tests is copied from an earlier run's where nothing has changed."""
    template.offer()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Keeps the migrated database for the next run."""
    with django_db_blocker.unblock():
        template.keep()


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """A real Elasticsearch: that of the whole run, or one of this process."""
    if given := os.environ.get("GONGBEI_TEST_ELASTICSEARCH"):
        yield given
        return
    with ExitStack() as ended:
        try:
            (node,) = ended.enter_context(private_elasticsearch())
        except NoElasticsearch as reason:
            if os.environ.get("GONGBEI_REQUIRE_ALL") == "1":
                pytest.fail(f"Elasticsearch: {reason}")
            pytest.skip(f"Elasticsearch: {reason}")
        yield node.url


@pytest.fixture(scope="session")
def elasticsearch_place(elasticsearch_url: str) -> Iterator[Place]:
    """Indices of this process's own on the real Elasticsearch, for `GONGBEI_ELASTICSEARCH`."""
    prefix = f"t{secrets.token_hex(6)}"
    yield (elasticsearch_url,), prefix, ""
    with Elasticsearch(elasticsearch_url) as client:
        drop_indices(client, prefix)


@pytest.fixture
def emptied_elasticsearch(elasticsearch_place: Place) -> Place:
    """The same, with an index in which nothing is: a new one for every test takes seconds."""
    urls, prefix, _ca = elasticsearch_place
    engine = ElasticsearchEngine(Server(urls, prefix))
    with Elasticsearch(list(urls)) as client:
        if engine.ready():
            empty(client, prefix)
        else:
            drop_indices(client, prefix)
            with engine.rebuilding() as fresh:
                fresh.swap()
    return elasticsearch_place


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
    """No test sees the language, the cached site or the search index of another."""
    settings.GONGBEI_VAR = tmp_path
    Site.clear_site_root_paths_cache()
    with translation.override("zh-hans"):
        yield
