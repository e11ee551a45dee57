"""What the worker does for uploads: it checks what has arrived, and tidies up every night."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from media.checking import check

logger = logging.getLogger(__name__)

EARLY = 3
"""The hour at which the worker tidies up."""
LATER = timedelta(minutes=2)
"""How long it waits where storage or scanner do not answer."""


@task()
def check_file(model: str, pk: int) -> None:
    """Check a file in quarantine; where that is not possible just now, again later."""
    file: Any = apps.get_model("media", model)._default_manager.filter(pk=pk).first()
    if file is None:
        return
    from media.uploads.tidying import sweep_quarantine

    try:
        check(file)
        sweep_quarantine()
    except OSError as error:
        logger.warning("File %s waits for its check: %s", file.uuid, error)
        ask_for_check(file, at=timezone.now() + LATER)


def ask_for_check(file: Any, at: datetime | None = None) -> None:
    """Have the worker check a file, unless that is asked for already."""
    name = file._meta.model_name
    asked = DBTaskResult.objects.filter(task_path=check_file.module_path, status="READY")
    if not asked.filter(args_kwargs__args=[name, file.pk]).exists():
        check_file.using(run_after=at).enqueue(name, file.pk)


@task()
def tidy() -> None:
    """Take up what a killed worker left, remove what was abandoned, and again tomorrow."""
    from media.uploads.tidying import sweep, take_up

    try:
        take_up()
        sweep()
    finally:
        ask_for_tidying()


def ask_for_tidying() -> None:
    """Have the worker tidy up tomorrow, unless that is asked for."""
    asked = DBTaskResult.objects.filter(task_path=tidy.module_path, status="READY")
    if not asked.exists():
        tidy.using(run_after=_next_night()).enqueue()


def _next_night() -> datetime:
    now = timezone.localtime()
    night = now.replace(hour=EARLY, minute=40, second=0, microsecond=0)
    return night if now < night else night + timedelta(days=1)
