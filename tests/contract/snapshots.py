"""A database to throw away: it stands again and again as it was at one moment.

SQLite in memory refuses a second writer instead of letting it wait, so tests of what happens at
once get a file of their own, a copy for each; on PostgreSQL they get a database, whose rows and
numbers are put back: copying a database of some hundred tables takes seconds.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connection, connections

from tests.template import rows_restored

_next = count(1)


class Snapshot:
    """What `fill` made in a copy of the tests' database, and what it returned as `there`."""

    def __init__(self, folder: Path, fill: Callable[[], Any]) -> None:
        if not _is_of_tests():
            raise RuntimeError("This is no database of tests; mark the tests with `django_db`.")
        self._name = _file(folder) if connection.vendor == "sqlite" else _database()
        self._restore: Callable[[], None] | None = None
        with _using(self._name):
            self.there = fill()
            if connection.vendor == "postgresql":
                self._restore = rows_restored()

    @contextmanager
    def standing(self, folder: Path) -> Iterator[None]:
        """Work on it as it was made, until the end."""
        if self._restore is None:
            copy = folder / f"copy{next(_next)}.sqlite3"
            shutil.copyfile(self._name, copy)
            with _using(str(copy)):
                yield
            return
        with _using(self._name):
            self._restore()
            yield

    def drop(self) -> None:
        """Throw it away."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')


def _is_of_tests() -> bool:
    name = str(connection.settings_dict["NAME"])
    return "memory" in name or Path(name).name.startswith("test_")


def _file(folder: Path) -> str:
    target = folder / f"made{next(_next)}.sqlite3"
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
    return str(target)


def _database() -> str:
    template = str(connection.settings_dict["NAME"])
    name = f"{template[:40]}_{next(_next)}"
    _leave()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return name


def _leave() -> None:
    """Give every connection back: a template must have none, a file be written out."""
    connections.close_all()
    if connection.vendor == "postgresql":
        getattr(connection, "close_pool")()  # noqa: B009 - this vendor has it


@contextmanager
def _using(name: str) -> Iterator[None]:
    """The default connection, of every thread, is to this database meanwhile."""
    settings = connection.settings_dict
    before, raw = settings["NAME"], None
    if connection.vendor == "sqlite" and "memory" in str(before):
        # Closed, a database in memory would be gone.
        raw, connection.connection = connection.connection, None
    _leave()
    settings["NAME"] = name
    try:
        yield
    finally:
        _leave()
        connection.connection = raw
        settings["NAME"] = before
