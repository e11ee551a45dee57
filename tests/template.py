"""The empty, migrated database of the tests (模板库).

Migrating from nothing takes a minute, copying what came of it a moment. On SQLite it is kept
between runs under the hash of all migrations, so a changed one makes it anew; on PostgreSQL the
first worker makes it in the server of the run, and each database is created from it. A test that
commits is followed by what the template holds: emptying 200 tables and asking every app for its
permissions again takes many times as long.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from django.test import TransactionTestCase

FOLDER = Path(settings.BASE_DIR) / "var" / "test-template"


@cache
def _digest() -> str:
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        for migration in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(f"{app.label}/{migration.name}".encode())
            digest.update(migration.read_bytes())
    return digest.hexdigest()[:32]


def path() -> Path:
    """Where it is kept."""
    return FOLDER / f"{_digest()}.sqlite3"


def on_postgres() -> str:
    """The template's name in a PostgreSQL."""
    return f"gongbei_template_{_digest()}"


def offer() -> None:
    """Fill the tests' database at its first connection, where a kept one fits."""
    if connection.vendor == "postgresql":
        _make_on_postgres(on_postgres())
        connection.settings_dict["TEST"]["TEMPLATE"] = on_postgres()
    elif path().exists():
        connection_created.connect(_fill)


def _make_on_postgres(name: str) -> None:
    """Make the template in this server, unless another worker has."""
    unfinished = f"{name}_unfinished"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f'DROP DATABASE IF EXISTS "{unfinished}"')
            cursor.execute(f'CREATE DATABASE "{unfinished}"')
            _migrate(database_url(unfinished))
            cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


def database_url(name: str) -> str:
    """The URL of a database beside that of the tests."""
    where = connection.settings_dict
    login = f"{where['USER']}:{where['PASSWORD']}@" if where["USER"] else ""
    return f"postgres://{login}{where['HOST']}:{where['PORT']}/{name}"


def _migrate(url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0", "--no-input"]
    own = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
    subprocess.run(command, cwd=settings.BASE_DIR, env={**os.environ, **own}, check=True)


def _fill(connection: Any, **_: Any) -> None:
    if "memory" in str(connection.settings_dict["NAME"]):
        connection_created.disconnect(_fill)
        with closing(sqlite3.connect(path())) as template:
            template.backup(connection.connection)


def restored_after_tests() -> AbstractContextManager[Any]:
    """While it is open, tests that commit leave the template's content instead of nothing."""
    restore = rows_restored() if connection.vendor == "postgresql" else _by_copy
    return mock.patch.object(TransactionTestCase, "_fixture_teardown", side_effect=restore)


def _by_copy() -> None:
    connection.ensure_connection()
    with closing(sqlite3.connect(path())) as template:
        template.backup(connection.connection)


def rows_restored() -> Callable[[], None]:
    """What puts the rows and numbers of a PostgreSQL back; it keeps them in a schema apart."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE")
        cursor.execute("CREATE SCHEMA kept")
        filled = []
        for table in tables:
            cursor.execute(f'SELECT EXISTS (TABLE "{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE kept."{table}" AS TABLE "{table}"')
                filled.append(table)
        cursor.execute(_NUMBERS)
        numbers = [number for (number,) in cursor.fetchall()]
    # Neither foreign keys nor triggers ask while all tables change at once.
    statements = [
        "SET LOCAL session_replication_role = replica",
        *(f'DELETE FROM "{table}"' for table in tables),  # noqa: S608 - names of our models
        *(f'INSERT INTO "{table}" TABLE kept."{table}"' for table in filled),
        *numbers,
    ]

    def restore() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(";".join(statements))

    return restore


_NUMBERS = """
    SELECT format('SELECT setval(''%I.%I'', %s, %L)',
        schemaname, sequencename, coalesce(last_value, 1), last_value IS NOT NULL)
    FROM pg_sequences WHERE schemaname = 'public'
"""
"""Statements that put each sequence back where it stands."""


def keep() -> None:
    """Keep the database as it is now for the next run; older ones go."""
    target = path()
    if connection.vendor != "sqlite" or target.exists():
        return
    connection.ensure_connection()
    FOLDER.mkdir(parents=True, exist_ok=True)
    unfinished = FOLDER / f"{uuid.uuid4().hex}.unfinished"
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.connection.backup(copy)
    for old in FOLDER.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    unfinished.replace(target)
