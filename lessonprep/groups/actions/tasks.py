"""Changing the tasks of a prep plan (备课任务): days, preparers, order, what is there at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lessonprep.groups.models import ClassMode, PrepPlan, PrepTask
from lessonprep.groups.queries import tasks_of, users_in
from lessonprep.groups.scheduling import Days, in_turn, shifted, worked_out
from resources.catalogue.models import Chapter
from schools.audit import record
from schools.models import User
from schools.models.dated import today
from schools.notices import notify, register_notice

register_notice("groups.task_assigned", _("%(actor)s asked you to prepare “%(title)s”"))
register_notice("groups.task_taken", _("%(actor)s gave “%(title)s” to %(other)s"))
register_notice("groups.task_moved", _("%(actor)s moved “%(title)s” to %(day)s"))
register_notice("groups.tasks_shifted", _("%(actor)s moved the dates of %(count)s of your tasks"))
register_notice("groups.tasks_given", _("%(actor)s gave you %(count)s tasks of “%(title)s”"))
register_notice("groups.task_removed", _("%(actor)s took “%(title)s” out of the plan"))


class StaleTask(Exception):
    """Somebody else changed the task since the form was opened."""

    def __init__(self, task: PrepTask) -> None:
        super().__init__(str(task))
        self.task = task


class DaysOutOfOrder(Exception):
    """Something would be due after what follows it."""

    def __init__(self, days: Days) -> None:
        super().__init__(str(days))
        self.days = days


class HasPlan(Exception):
    """The task's plan is begun, so it stays."""

    def __init__(self, task: PrepTask) -> None:
        super().__init__(str(task))
        self.task = task


def days_of(task: PrepTask) -> Days:
    """The task's days."""
    return Days(task.teaching_day, task.draft_due, task.discussion_due, task.approval_due)


def state_of(task: PrepTask) -> str:
    """What a form was opened on, in a few characters."""
    parts = (
        *astuple(days_of(task)),
        task.main_preparer_id,
        task.periods,
        task.class_mode,
        task.class_form,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@transaction.atomic
def change_task(
    *,
    task: PrepTask,
    teaching_day: date,
    main_preparer: User | None,
    by: User,
    periods: int | None = None,
    class_mode: str | None = None,
    class_form: str | None = None,
    days: Days | None = None,
    base: str = "",
) -> PrepTask:
    """Change a task; without `days`, what is due before moves with the teaching day.

    `base` is the `state_of` the task that the form was opened on: raises `StaleTask` where it
    has changed since and this would undo it, and `DaysOutOfOrder`.
    """
    task = _locked(task)
    new = _wanted(task, teaching_day, main_preparer, days)
    if periods is not None:
        new["periods"] = periods
    if class_mode is not None:
        new["class_mode"] = class_mode
        new["class_form"] = "" if class_mode == ClassMode.IN_PERSON else class_form or ""
    changed = {name: value for name, value in new.items() if getattr(task, name) != value}
    if not changed:
        return task
    if base and base != state_of(task):
        raise StaleTask(task)
    before = task.main_preparer
    for name, value in changed.items():
        setattr(task, name, value)
    if not days_of(task).in_order():
        raise DaysOutOfOrder(days_of(task))
    task.save()
    record("prep_task.changed", task, by=by, **{k: _plain(v) for k, v in changed.items()})
    _tell_of_change(task, before, changed, by)
    return task


def _wanted(
    task: PrepTask, teaching_day: date, main_preparer: User | None, days: Days | None
) -> dict[str, Any]:
    if days is None and teaching_day != task.teaching_day:
        days = worked_out(teaching_day, timezone.localdate(task.prep_plan.created_at))
    days = days or days_of(task)
    return {
        "teaching_day": days.teaching_day,
        "draft_due": days.draft_due,
        "discussion_due": days.discussion_due,
        "approval_due": days.approval_due,
        "main_preparer": main_preparer,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.username if isinstance(value, User) else "" if value is None else value


def _locked(task: PrepTask) -> PrepTask:
    # Without joins: who waited for the lock would see the joined rows of before.
    return PrepTask.objects.select_for_update().get(pk=task.pk)


def _tell_of_change(task: PrepTask, before: User | None, changed: dict[str, Any], by: User) -> None:
    now = task.main_preparer
    if "main_preparer" in changed:
        _tell(task, "groups.task_assigned", now, by)
        _tell(task, "groups.task_taken", before, by, other=now.name if now else "—")
    elif "teaching_day" in changed:
        _tell(task, "groups.task_moved", now, by, day=task.teaching_day.isoformat())


def _tell(task: PrepTask, kind: str, user: User | None, by: User, **data: Any) -> None:
    if user is not None and user != by:
        url = f"{reverse('plans:board', args=[task.prep_plan.uuid])}#t{task.pk}"
        notify([user], kind, url=url, actor=by.name, title=task.chapter.title, **data)


@transaction.atomic
def place_task(*, task: PrepTask, before: PrepTask | None, by: User) -> PrepTask:
    """Put the task before another of its plan, or last."""
    PrepPlan.objects.select_for_update().get(pk=task.prep_plan_id)
    tasks = list(tasks_of(task.prep_plan))
    held = next((one for one in tasks if one.pk == task.pk), None)
    if held is None or (before is not None and before.pk == task.pk):
        return task
    order = [one for one in tasks if one.pk != task.pk]
    places = [one.pk for one in order]
    at = places.index(before.pk) if before is not None and before.pk in places else len(order)
    order.insert(at, held)
    if [one.pk for one in order] == [one.pk for one in tasks]:
        return task
    _number(order)
    record("prep_task.placed", task, by=by, at=at + 1)
    return held


def _number(tasks: Iterable[PrepTask]) -> None:
    moved = []
    for position, one in enumerate(tasks, start=1):
        if one.position != position:
            one.position = position
            moved.append(one)
    PrepTask.objects.bulk_update(moved, ["position"])


def shift_preview(
    prep_plan: PrepPlan, first: PrepTask, teaching_days: int
) -> list[tuple[PrepTask, Days]]:
    """The tasks from `first` on in teaching order, with the days they would have.

    Raises `OutsideTerm`.
    """
    tasks = [
        task
        for task in tasks_of(prep_plan)
        if (task.teaching_day, task.position) >= (first.teaching_day, first.position)
    ]
    tasks.sort(key=lambda task: (task.teaching_day, task.position))
    days = shifted(
        [days_of(task) for task in tasks],
        list(prep_plan.term.school_days()),
        teaching_days,
        earliest=today(),
    )
    return list(zip(tasks, days, strict=True))


@transaction.atomic
def shift_tasks(
    *, prep_plan: PrepPlan, first: PrepTask, teaching_days: int, base: str, by: User
) -> int:
    """Move everything from `first` on; how many tasks were moved.

    `base` is the `state_of_all` that the preview was made of: raises `StaleTask`, `OutsideTerm`.
    """
    PrepPlan.objects.select_for_update().get(pk=prep_plan.pk)
    preview = shift_preview(prep_plan, _locked(first), teaching_days)
    if base != state_of_all([task for task, _days in preview]):
        raise StaleTask(first)
    for task, days in preview:
        task.teaching_day, task.draft_due, task.discussion_due, task.approval_due = astuple(days)
    PrepTask.objects.bulk_update(
        [task for task, _days in preview],
        ["teaching_day", "draft_due", "discussion_due", "approval_due"],
    )
    record("prep_plan.shifted", prep_plan, by=by, first=str(first), days=teaching_days)
    _tell_preparers([task for task, _days in preview], "groups.tasks_shifted", prep_plan, by)
    return len(preview)


def state_of_all(tasks: Sequence[PrepTask]) -> str:
    """What a preview over several tasks was made of."""
    parts = [(task.pk, state_of(task)) for task in tasks]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@transaction.atomic
def assign_in_turn(
    *, prep_plan: PrepPlan, first: PrepTask, preparers: Sequence[User], base: str, by: User
) -> int:
    """Give the tasks from `first` on that nobody has begun to `preparers` in turn.

    How many changed hands; raises `StaleTask`.
    """
    PrepPlan.objects.select_for_update().get(pk=prep_plan.pk)
    tasks = not_begun_from(prep_plan, first)
    if base != state_of_all(tasks):
        raise StaleTask(first)
    turns = in_turn(len(tasks), [user.pk for user in preparers])
    changed = []
    for task, turn in zip(tasks, turns, strict=True):
        if task.main_preparer_id != turn:
            task.main_preparer_id = turn
            changed.append(task)
    PrepTask.objects.bulk_update(changed, ["main_preparer"])
    if changed:
        names = [user.username for user in preparers]
        record("prep_plan.assigned_in_turn", prep_plan, by=by, first=str(first), preparers=names)
        _tell_preparers(changed, "groups.tasks_given", prep_plan, by)
    return len(changed)


def not_begun_from(prep_plan: PrepPlan, first: PrepTask) -> list[PrepTask]:
    """The tasks from `first` on, in the board's order, that have no plan yet."""
    tasks = tasks_of(prep_plan).filter(position__gte=first.position, state__isnull=True)
    return list(tasks)


def _tell_preparers(tasks: Sequence[PrepTask], kind: str, prep_plan: PrepPlan, by: User) -> None:
    url = reverse("plans:board", args=[prep_plan.uuid])
    for user in users_in(prep_plan.prep_group):
        count = sum(task.main_preparer_id == user.pk for task in tasks)
        if count and user != by:
            title = prep_plan.volume.short_title
            notify([user], kind, url=url, actor=by.name, count=count, title=title)


@transaction.atomic
def remove_task(*, task: PrepTask, by: User) -> None:
    """Take a task out of the plan; raises `HasPlan` where its plan is begun."""
    task = _locked(task)
    if PrepTask.objects.filter(pk=task.pk, state__isnull=False).exists():
        raise HasPlan(task)
    if task.removed_at is None:
        task.removed_at, task.removed_by = timezone.now(), by
        task.save(update_fields=["removed_at", "removed_by"])
        record("prep_task.removed", task, by=by)
        _tell(task, "groups.task_removed", task.main_preparer, by)


@transaction.atomic
def bring_back_task(*, task: PrepTask, by: User) -> None:
    """Put a removed task back where it was."""
    task = _locked(task)
    if task.removed_at is not None:
        task.removed_at = task.removed_by = None
        task.save(update_fields=["removed_at", "removed_by"])
        record("prep_task.brought_back", task, by=by)


@transaction.atomic
def add_task(
    *, prep_plan: PrepPlan, chapter: Chapter, teaching_day: date, main_preparer: User | None,
    by: User,
) -> PrepTask:  # fmt: skip
    """A task for a lesson that has none, in the catalogue's place; one that is there is kept."""
    PrepPlan.objects.select_for_update().get(pk=prep_plan.pk)
    there: PrepTask | None = PrepTask.objects.filter(prep_plan=prep_plan, chapter=chapter).first()
    if there is not None:
        bring_back_task(task=there, by=by)
        return there
    last = PrepTask.objects.filter(prep_plan=prep_plan).aggregate(last=Max("position"))["last"]
    days = worked_out(teaching_day, today())
    made: PrepTask = PrepTask.objects.create(
        prep_plan=prep_plan,
        chapter=chapter,
        position=(last or 0) + 1,
        periods=chapter.periods or 1,
        teaching_day=days.teaching_day,
        draft_due=days.draft_due,
        discussion_due=days.discussion_due,
        approval_due=days.approval_due,
        main_preparer=main_preparer,
    )
    tasks = list(tasks_of(prep_plan))
    after = [one for one in tasks if one.pk != made.pk and one.chapter.position > chapter.position]
    if after:
        place_task(task=made, before=after[0], by=by)
    record("prep_task.added", made, by=by)
    _tell(made, "groups.task_assigned", main_preparer, by)
    return made
