"""Databases to throw away: one that several threads may write to, copied from one made before.

SQLite in memory refuses a second writer instead of letting it wait, so tests of what happens at
once get a file of their own; on PostgreSQL a database made from a template.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from django.db import connection, connections

_next = count(1)


@contextmanager
def copy_of(source: str | None, folder: Path) -> Iterator[str]:
    """Work on a copy of a database (None: the one of the tests) until the end; gives its name.

    Afterwards it is there to be copied again, until the caller drops it.
    """
    if source is None and not _is_of_tests():
        raise RuntimeError("This is no database of tests; mark the tests with `django_db`.")
    make = _make_file if connection.vendor == "sqlite" else _make_database
    made = make(source, folder)
    with _using(made):
        yield made


def _is_of_tests() -> bool:
    name = str(connection.settings_dict["NAME"])
    return "memory" in name or Path(name).name.startswith("test_")


def drop(name: str) -> None:
    """Throw a copy away."""
    if connection.vendor == "sqlite":
        for path in Path(name).parent.glob(f"{Path(name).name}*"):
            path.unlink()
        return
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _make_file(source: str | None, folder: Path) -> str:
    target = folder / f"copy{next(_next)}.sqlite3"
    if source is not None:
        shutil.copyfile(source, target)
        return str(target)
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
    return str(target)


def _make_database(source: str | None, folder: Path) -> str:
    template = source or str(connection.settings_dict["NAME"])
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
