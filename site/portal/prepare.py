"""Makes a server ready to run: tables, static files, demonstration.

A process of its own beside the launcher, which stays small. Each step is safe to run again,
so a start that was interrupted is made good by the next. What knows models is imported within
the steps, when the apps are ready.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError


def main() -> int:
    """Prepare; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
    try:
        django.setup()
        # What is printed here is for a person: the steps, not every page that is made.
        logging.getLogger().setLevel(logging.WARNING)
        with alone(settings.GONGBEI_VAR):
            migrate()
            collect_static()
            load_demonstration()
            index()
    except (ImproperlyConfigured, CommandError) as reason:
        return _refused(str(reason))
    except OperationalError as reason:
        return _refused(f"The database cannot be used: {reason}\nIs DATABASE_URL right?")
    except PermissionError as reason:
        return _refused(f"Gongbei may not write to {reason.filename}: see to whom it belongs.")
    return 0


def _refused(reason: str) -> int:
    sys.stderr.write(f"Gongbei cannot start.\n{reason}\n")
    return 1


def say(text: str) -> None:
    """Tell the person in front of the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextmanager
def alone(var: Path) -> Iterator[None]:
    """Keep a second server on the same data waiting until this one is ready."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "prepare.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another server is getting these data ready; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate() -> None:
    """Bring the tables up to date; quick where they are."""
    call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    """Put style and script where the server finds them, when they have changed."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    wanted = fingerprint_of_static()
    if stamp.exists() and stamp.read_text("ascii") == wanted:
        return
    say("Getting style and script ready.")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted, "ascii")


def fingerprint_of_static() -> str:
    """What the static sources are now, by name, size and time of change."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            seen.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def load_demonstration() -> None:
    """Load what a demonstration shows, or the rest of it; production has none, nor lets one in."""
    from portal.demo.accounts import refuse_in_production

    refuse_in_production()
    if settings.GONGBEI_MODE != "production":
        call_command("load_demo")


def index() -> None:
    """Build the search index where there is none, else tell it what a killed worker left."""
    from search.engines import engine
    from search.engines.base import EngineUnavailable
    from search.tasks import ask_for_drain

    try:
        if engine().ready():
            call_command("drain_outbox", stdout=StringIO())
            return
    except EngineUnavailable as reason:
        say(f"The search index cannot be asked yet, the worker goes on trying: {reason}")
        ask_for_drain()
        return
    say("Building the search index.")
    call_command("rebuild_index")


if __name__ == "__main__":
    sys.exit(main())
