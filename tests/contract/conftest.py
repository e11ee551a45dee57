"""The county that the door list is walked in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.factories.doors import Ground, ground


@pytest.fixture(scope="module")
def g(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ground]:
    """The county of all tests of a module: each test undoes what it did to it."""
    with django_db_blocker.unblock():
        outside = transaction.atomic()
        outside.__enter__()
        try:
            made = ground()
            made.sign_in()
            with django_db_blocker.block():
                yield made
        finally:
            transaction.set_rollback(True)
            outside.__exit__(None, None, None)
