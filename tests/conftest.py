"""Fixtures of every test: signed-in clients and the site's root page."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from elasticsearch import Elasticsearch
from hypothesis import settings as hypothesis_settings
from wagtail.models import Page, Site

from media.storage import BLOBS
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
from tests.servers import NoS3, S3Server, private_s3

# An example that had to wait for a busy machine has not failed.
hypothesis_settings.register_profile("gongbei", deadline=None)
hypothesis_settings.load_profile("gongbei")

Place = tuple[tuple[str, ...], str, str]
ClientOf = Callable[[User], Client]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """The database of the tests is copied from a migrated one, where there is one."""
    with django_db_blocker.unblock():
        template.offer()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Keeps the migrated database for the next run, and for what follows a test that commits."""
    with django_db_blocker.unblock():
        template.keep()
        restored = template.restored_after_tests()
    with restored:
        yield


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
    """No test sees the language, what is cached or the search index of another."""
    settings.GONGBEI_VAR = tmp_path
    Site.clear_site_root_paths_cache()
    cache.clear()  # a count is kept under a state that another test may come to as well
    with translation.override("zh-hans"):
        yield


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A real S3 server, started once; where there is none, a named skip (a failure if required)."""
    try:
        with private_s3() as server:
            yield server
    except NoS3 as reason:
        if os.environ.get("GONGBEI_REQUIRE_ALL") == "1":
            pytest.fail(f"No S3 server: {reason}")
        pytest.skip(f"No S3 server: {reason}")


@pytest.fixture
def bucket(s3_server: S3Server, settings: Any) -> Iterator[S3Server]:
    """All files lie in the bucket of a real S3 server."""
    settings.GONGBEI_S3 = s3_server.place_of_files()
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "media.storage.BucketStorage"},
    }
    BLOBS._setup()
    yield s3_server
    settings.GONGBEI_S3 = None
    BLOBS._setup()


@pytest.fixture(params=["disk", "bucket"])
def place_of_files(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> str:
    """The test runs with files on the disk, and again with files in a bucket."""
    settings.MEDIA_ROOT = tmp_path / "media"
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    return str(request.param)
