"""Writes of the catalogue (教材目录): what an import has checked goes in, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Model

from resources.catalogue.imports import CataloguePlan, PlannedChapter, PlannedVolume, VolumeKey
from resources.catalogue.models import Chapter, Standard, Volume
from resources.catalogue.signals import volume_changed
from schools import audit
from schools.models import User

_AT_ONCE = 200
# Positions are unique: before a volume is numbered anew, all of them step far aside.
_ASIDE = 1_000_000


@dataclass(slots=True)
class Written:
    """How many things an import made and changed; what was so already is not counted."""

    volumes_new: int = 0
    volumes_changed: int = 0
    chapters_new: int = 0
    chapters_changed: int = 0
    chapters_left: int = 0
    """In the catalogue but not in the file: left as they are, since plans may stand on them."""


@transaction.atomic
def write_catalogue(
    *, plan: CataloguePlan, by: User | None = None, done: Callable[[], object] = lambda: None
) -> Written:
    """Bring the catalogue to what `plan` says; `done` is called after each volume."""
    _wait_for_others(Volume)
    written = Written()
    existing = {VolumeKey.of(volume): volume for volume in Volume.objects.all()}
    _add_volumes(plan.volumes, existing, written, by)
    for planned in plan.volumes:
        volume = existing[planned.key]
        changed = _retitle(volume, planned, written, by)
        if planned.root.chapters:
            changed |= _write_chapters(volume, planned, written, by)
        if changed:
            volume_changed.send(sender=Volume, volume=volume)
        done()
    return written


def _add_volumes(
    planned: Iterable[PlannedVolume],
    existing: dict[VolumeKey, Volume],
    written: Written,
    by: User | None,
) -> None:
    new = [
        Volume(title=volume.title, **_fields_of(volume.key))
        for volume in planned
        if volume.key not in existing
    ]
    for volume in Volume.objects.bulk_create(new, batch_size=_AT_ONCE):
        existing[VolumeKey.of(volume)] = volume
        audit.record("volume.imported", volume, by=by)
    written.volumes_new = len(new)


def _fields_of(key: VolumeKey) -> dict[str, Any]:
    return {name: getattr(key, name) for name in VolumeKey.__dataclass_fields__}


def _retitle(volume: Volume, planned: PlannedVolume, written: Written, by: User | None) -> bool:
    if not planned.title or volume.title == planned.title:
        return False
    before, volume.title = volume.title, planned.title
    volume.save(update_fields=["title"])
    written.volumes_changed += 1
    audit.record("volume.retitled", volume, by=by, before=before)
    return True


def _wait_for_others(model: type[Model]) -> None:
    """Let one import at a time write to `model`: of two that bring the same, the second finds it.

    SQLite has one writer anyway; on PostgreSQL the lock stops writers and no readers.
    """
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


# --- Chapters -----------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Node:
    """A chapter as it shall be; `planned` is None for one that the file does not name."""

    chapter: Chapter
    planned: PlannedChapter | None
    nodes: list[_Node] = field(default_factory=list)


def _write_chapters(
    volume: Volume, planned: PlannedVolume, written: Written, by: User | None
) -> bool:
    children: dict[int | None, list[Chapter]] = {}
    before = {}
    for chapter in Chapter.objects.filter(volume=volume).order_by("position"):
        before[chapter.pk] = _state(chapter)
        children.setdefault(chapter.parent_id, []).append(chapter)
    nodes = _merged(volume, planned.root.chapters, children, None)
    _mark_lessons(nodes, within_lesson=False)
    flat = list(_flat(nodes))
    new = [node for node in flat if node.chapter.pk is None]
    changed = _save_chapters(volume, flat, before)
    aligned = _align(flat) - {node.chapter.pk for node in new}
    written.chapters_new += len(new)
    written.chapters_changed += len(changed | aligned)
    written.chapters_left += sum(node.planned is None for node in flat)
    if not (new or changed or aligned):
        return False
    counts = {"new": len(new), "changed": len(changed | aligned)}
    audit.record("volume.chapters_imported", volume, by=by, **counts)
    return True


def _merged(
    volume: Volume,
    planned: Sequence[PlannedChapter],
    children: dict[int | None, list[Chapter]],
    parent: Chapter | None,
) -> list[_Node]:
    """Planned siblings on the rows that are theirs: by title, else by their place among them."""
    is_new = parent is not None and parent.pk is None
    present = [] if is_new else children.get(parent.pk if parent else None, [])
    theirs = _paired(planned, present)
    nodes = []
    for step in planned:
        chapter = theirs.get(id(step)) or Chapter(volume=volume)
        chapter.parent = parent
        nodes.append(_Node(chapter, step, _merged(volume, step.chapters, children, chapter)))
    taken = {id(chapter) for chapter in theirs.values()}
    for index, chapter in enumerate(present):
        if id(chapter) not in taken:
            node = _Node(chapter, None, _merged(volume, (), children, chapter))
            nodes.insert(_place_after(nodes, present[:index]), node)
    return nodes


def _paired(planned: Sequence[PlannedChapter], present: list[Chapter]) -> dict[int, Chapter]:
    """Which row each planned sibling has, by the id of the planned one."""
    free = list(present)
    theirs: dict[int, Chapter] = {}
    for step in planned:
        for chapter in free:
            if chapter.title == step.title:
                theirs[id(step)] = chapter
                free.remove(chapter)
                break
    for index, step in enumerate(planned):
        # A title that changed keeps its place, and with it the row that plans stand on.
        if id(step) not in theirs and index < len(present) and present[index] in free:
            theirs[id(step)] = present[index]
            free.remove(present[index])
    return theirs


def _place_after(nodes: list[_Node], before: list[Chapter]) -> int:
    """Where a chapter that the file leaves out goes: behind the one it stood behind."""
    for chapter in reversed(before):
        for index, node in enumerate(nodes):
            if node.chapter is chapter:
                return index + 1
    return 0


def _mark_lessons(nodes: list[_Node], *, within_lesson: bool) -> None:
    """A lesson is a line with nothing numbered below it (of 2.3 and 2.3.1 the latter); never a
    unit with lines, nor a text within a lesson."""
    for node in nodes:
        if node.planned is not None:
            is_unit = node.chapter.parent is None and bool(node.nodes)
            numbered_below = any(step.number for step in node.planned.below())
            node.chapter.is_lesson = not (within_lesson or is_unit or numbered_below)
        _mark_lessons(node.nodes, within_lesson=within_lesson or node.chapter.is_lesson)


def _flat(nodes: list[_Node]) -> Iterable[_Node]:
    for node in nodes:
        yield node
        yield from _flat(node.nodes)


_STATE = ("title", "number", "author", "self_study", "is_lesson", "periods", "position")


def _state(chapter: Chapter) -> tuple[object, ...]:
    return tuple(getattr(chapter, name) for name in _STATE)


def _save_chapters(
    volume: Volume, flat: list[_Node], before: dict[int, tuple[object, ...]]
) -> set[int]:
    """Number, add and update the chapters of `volume`; gives the keys of those that changed."""
    for position, node in enumerate(flat, start=1):
        node.chapter.position = position
        if node.planned is not None:
            for name in ("title", "number", "author", "self_study"):
                setattr(node.chapter, name, getattr(node.planned, name))
            node.chapter.periods = node.planned.periods or node.chapter.periods
    known = [node.chapter for node in flat if node.chapter.pk]
    changed = [chapter for chapter in known if _state(chapter) != before[chapter.pk]]
    if any(chapter.position != before[chapter.pk][-1] for chapter in changed):
        Chapter.objects.filter(volume=volume).update(position=F("position") + _ASIDE)
        Chapter.objects.bulk_update(known, _STATE, batch_size=_AT_ONCE)
    else:
        Chapter.objects.bulk_update(changed, _STATE, batch_size=_AT_ONCE)
    for node in flat:
        if node.chapter.pk is None:
            node.chapter.save(force_insert=True)  # parents come first in reading order
    return {chapter.pk for chapter in changed}


def _align(flat: list[_Node]) -> set[int]:
    """Set the standards of the chapters whose rows name some; gives the keys of those changed."""
    through = Chapter.standards.through
    wanted = {
        (node.chapter.pk, standard.pk)
        for node in flat
        if node.planned is not None
        for standard in node.planned.standards or ()
    }
    named = {chapter for chapter, _standard in wanted}
    links = through.objects.filter(chapter_id__in=named)
    present = {(link.chapter_id, link.standard_id): link.pk for link in links}
    gone = [pk for pair, pk in present.items() if pair not in wanted]
    through.objects.filter(pk__in=gone).delete()
    through.objects.bulk_create(
        [
            through(chapter_id=chapter, standard_id=standard)
            for chapter, standard in sorted(wanted - present.keys())
        ],
        batch_size=_AT_ONCE,
    )
    return {chapter for chapter, _standard in wanted ^ present.keys()}


# --- Standards ----------------------------------------------------------------------------------


@transaction.atomic
def write_standards(*, standards: Iterable[Standard], by: User | None = None) -> tuple[int, int]:
    """Add `standards`, or bring those of the same code to them; how many are new and changed."""
    _wait_for_others(Standard)
    fields = ("subject", "stage", "domain", "text")
    existing = {standard.code: standard for standard in Standard.objects.all()}
    new, changed = [], []
    for wanted in standards:
        standard = existing.get(wanted.code)
        if standard is None:
            new.append(wanted)
        elif any(getattr(standard, name) != getattr(wanted, name) for name in fields):
            for name in fields:
                setattr(standard, name, getattr(wanted, name))
            changed.append(standard)
    Standard.objects.bulk_create(new, batch_size=_AT_ONCE)
    Standard.objects.bulk_update(changed, fields, batch_size=_AT_ONCE)
    for standard in new:
        audit.record("standard.imported", standard, by=by)
    for standard in changed:
        audit.record("standard.reworded", standard, by=by)
    return len(new), len(changed)
