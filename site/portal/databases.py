"""How SQLite and PostgreSQL are dumped to a file and loaded from it, whole and consistent."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

MEMBERS = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
Rows = dict[str, int]
Migrations = list[list[str]]


class DatabaseToolError(RuntimeError):
    """A program of PostgreSQL is missing or gave up; `str()` says what to do."""


def dump(connection: BaseDatabaseWrapper, target: Path) -> tuple[Rows, Migrations]:
    """Write one snapshot of the database to `target`; its rows by table and its migrations."""
    if connection.vendor == "postgresql":
        return _dump_postgresql(connection, target)
    return _dump_sqlite(connection, target)


def load(connection: BaseDatabaseWrapper, source: Path) -> None:
    """Replace the database, which is empty, by a dump."""
    if connection.vendor == "postgresql":
        _load_postgresql(connection, source)
    else:
        _load_sqlite(connection, source)


def rows(connection: BaseDatabaseWrapper) -> Rows:
    """The number of rows of each table."""
    with connection.cursor() as cursor:
        return _counted(cursor, connection.introspection.table_names(cursor))


def what_is_in(connection: BaseDatabaseWrapper) -> str:
    """What keeps a database from being taken as empty, in words; "" where nothing does.

    Tables without a single user are those of a server that nobody has used.
    """
    if connection.vendor == "sqlite" and not Path(_path(connection)).exists():
        return ""
    tables = set(connection.introspection.table_names())
    if not tables:
        return ""
    users = get_user_model()
    if users._meta.db_table not in tables:
        return _("the database holds tables of another program")
    count = users._default_manager.count()
    return _("the database has %(count)s users") % {"count": count} if count else ""


def _counted(cursor: Any, tables: list[str]) -> Rows:
    counts = {}
    for table in sorted(tables):
        cursor.execute(f'SELECT COUNT(*) FROM "{table}"')  # noqa: S608 - the database's own names
        counts[table] = int(cursor.fetchone()[0])
    return counts


def _migrations(cursor: Any, tables: Rows) -> Migrations:
    if "django_migrations" not in tables:
        return []
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    return [[app, name] for app, name in cursor.fetchall()]


# SQLite


def _path(connection: BaseDatabaseWrapper) -> str:
    return str(connection.settings_dict["NAME"])


def _dump_sqlite(connection: BaseDatabaseWrapper, target: Path) -> tuple[Rows, Migrations]:
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        # Internal tables of a full-text table differ with every merge of its pieces.
        virtual = copy.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")
        inside = tuple(f"{name}_" for (name,) in virtual.fetchall())
        named = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        cursor = copy.cursor()
        kept = [name for (name,) in named if not name.startswith(("sqlite_", *inside))]
        tables = _counted(cursor, kept)
        return tables, _migrations(cursor, tables)


def _load_sqlite(connection: BaseDatabaseWrapper, source: Path) -> None:
    connection.close()
    path = Path(_path(connection))
    path.parent.mkdir(parents=True, exist_ok=True)
    for journal in ("-wal", "-shm"):
        Path(f"{path}{journal}").unlink(missing_ok=True)
    # Beside it first: the dump may have been unpacked on another file system.
    beside = path.with_name(f".{path.name}.restoring")
    shutil.copyfile(source, beside)
    beside.chmod(0o600)
    beside.replace(path)


# PostgreSQL


def _dump_postgresql(connection: BaseDatabaseWrapper, target: Path) -> tuple[Rows, Migrations]:
    # Rows are counted in the very snapshot that pg_dump writes.
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        command = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges"]
        _run(connection, [*command, f"--snapshot={snapshot}", f"--file={target}"])
        tables = _counted(cursor, connection.introspection.table_names(cursor))
        return tables, _migrations(cursor, tables)


def _load_postgresql(connection: BaseDatabaseWrapper, source: Path) -> None:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'DROP TABLE IF EXISTS "{table}" CASCADE')
    name = str(connection.settings_dict["NAME"])
    command = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error"]
    _run(connection, [*command, "--single-transaction", f"--dbname={name}", str(source)])
    connection.close()


def _run(connection: BaseDatabaseWrapper, command: list[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments, no shell
            command, env=_environment(connection), capture_output=True, text=True, check=False
        )
    except FileNotFoundError as missing:
        raise DatabaseToolError(
            _(
                "The program %(program)s is not here. Please install the client programs of"
                " PostgreSQL (on Debian: apt install postgresql-client), then try again."
            )
            % {"program": command[0]}
        ) from missing
    if done.returncode:
        raise DatabaseToolError(f"{command[0]}: {done.stderr.strip()[-2000:]}")


def _environment(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Where the database is, for libpq: in variables, as everyone may read a command line."""
    where = connection.settings_dict
    options = where.get("OPTIONS", {})
    given = {
        "PGHOST": where.get("HOST"),
        "PGPORT": where.get("PORT"),
        "PGUSER": where.get("USER"),
        "PGPASSWORD": where.get("PASSWORD"),
        "PGDATABASE": where.get("NAME"),
        "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"),
        "PGSERVICE": options.get("service"),
        "PGPASSFILE": options.get("passfile"),
    }
    return {**os.environ, **{name: str(value) for name, value in given.items() if value}}
