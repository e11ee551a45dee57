"""What the worker of previews does: one preview after the other, in a queue of its own.

A film may take an hour; the search index and reminders do not wait behind it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult, get_date_max

QUEUE = "previews"


@task(queue_name=QUEUE)
def work() -> None:
    """Make one preview, then ask for the next."""
    from media.previews import actions, making, queries

    preview = actions.take()
    if preview is not None:
        making.make(preview)
    at = queries.next_work()
    if at is not None:
        ask_for_work(at=max(at, timezone.now()))


def ask_for_work(at: datetime | None = None) -> None:
    """Have the worker look for work, now or at a time, unless that is asked for already."""
    asked = DBTaskResult.objects.filter(task_path=work.module_path, status="READY")
    soon_enough = Q(run_after=get_date_max()) | Q(run_after__lte=at or timezone.now())
    if not asked.filter(soon_enough).exists():
        is_now = at is None or at <= timezone.now() + timedelta(seconds=1)
        work.using(run_after=None if is_now else at).enqueue()
