"""The empty, migrated database of the tests, kept between runs (模板库).

Migrating from nothing takes a minute, copying what came of it a moment. It is kept under the
hash of all migrations, so a changed one makes it anew. SQLite only.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created

FOLDER = Path(settings.BASE_DIR) / "var" / "test-template"


def path() -> Path:
    """Where it is kept."""
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        for migration in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(f"{app.label}/{migration.name}".encode())
            digest.update(migration.read_bytes())
    return FOLDER / f"{digest.hexdigest()[:32]}.sqlite3"


def offer() -> None:
    """Fill the tests' database at its first connection, where a kept one fits."""
    if connection.vendor == "sqlite" and path().exists():
        connection_created.connect(_fill)


def _fill(connection: Any, **_: Any) -> None:
    if "memory" in str(connection.settings_dict["NAME"]):
        connection_created.disconnect(_fill)
        with closing(sqlite3.connect(path())) as template:
            template.backup(connection.connection)


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
