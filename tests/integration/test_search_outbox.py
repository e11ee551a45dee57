"""Changes reach the index: with their transaction, once, in the right state, after faults too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from search import outbox
from search.engines import engine
from search.engines.base import Step, Write
from search.locks import LockBusy, held
from search.maintenance import compare, rebuild
from search.models import IndexEntry
from search.outbox import MAX_TRIES, changed, drain
from search.query import SearchQuery
from search.service import search
from search.tasks import drain_outbox
from tests.factories.search import NAME, Things, document, own_index

pytestmark = pytest.mark.django_db
Capture = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]


@pytest.fixture(autouse=True)
def things(settings: Any, tmp_path: Path) -> Iterator[Things]:
    with own_index(settings, tmp_path) as made:
        yield made


def titles(text: str = "") -> list[str]:
    hits = search(SearchQuery(text=text, size=100), AnonymousUser()).hits
    return sorted(hit.document.title for hit in hits)


def tasks() -> int:
    return DBTaskResult.objects.filter(task_path=drain_outbox.module_path).count()


# the note


def test_a_change_that_is_rolled_back_leaves_no_row(things: Things) -> None:
    with transaction.atomic():
        things.put(document())
        transaction.set_rollback(True)

    assert not IndexEntry.objects.exists()


def test_ten_changes_are_one_row_and_ten_versions(things: Things) -> None:
    made = things.put(document())

    for _ in range(9):
        things.alter(made)

    entry = IndexEntry.objects.get()
    assert (entry.uuid, entry.version, entry.source) == (made.uuid, 10, NAME)


def test_the_worker_is_asked_after_the_commit_and_only_once(
    things: Things, django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        things.put(document())
        before = tasks()
        things.put(document())

    assert (before, tasks()) == (0, 1)


def test_a_change_is_noted_while_the_index_is_broken(
    things: Things, tmp_path: Path, django_capture_on_commit_callbacks: Capture
) -> None:
    (tmp_path / "index").write_text("a file where the index should be")

    with django_capture_on_commit_callbacks(execute=True):
        things.put(document())

    assert outbox.waiting().count() == 1


# the drain


def test_after_a_drain_things_are_found_altered_and_gone(things: Things) -> None:
    spring, autumn = document("春"), document("秋")
    things.put(spring, autumn)
    first = drain()

    things.alter(spring, title="夏")
    things.remove(autumn)
    second = drain()

    assert (first.written, second.written, second.removed) == (2, 1, 1)
    assert titles() == ["夏"]
    assert outbox.next_try() is None


def test_a_drain_reads_the_state_of_now_not_that_of_the_change(things: Things) -> None:
    made = things.put(document("春"))
    things.held[made.uuid] = document("秋", uuid=made.uuid)

    drain()

    assert titles() == ["秋"]


def test_more_than_one_batch_is_drained(things: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "BATCH", 3)
    rebuild()
    things.put(*(document(f"第{n}课") for n in range(10)))

    assert drain().written == 10
    assert len(titles()) == 10


def test_one_unreadable_thing_does_not_hold_up_the_others(things: Things) -> None:
    rebuild()
    good, bad = document("春"), document("秋")
    things.broken.add(bad.uuid)
    things.put(good, bad)

    done = drain()

    entry = IndexEntry.objects.get(pk=bad.uuid)
    assert (done.written, done.failed) == (1, 1)
    assert titles() == ["春"]
    assert (entry.tries, "unreadable" in entry.last_error) == (1, True)
    assert entry.next_try_at > timezone.now()


def test_what_fails_too_often_is_laid_aside_with_its_error_until_it_changes(
    things: Things,
) -> None:
    rebuild()
    bad = document("秋")
    things.broken.add(bad.uuid)
    things.put(bad)
    for _ in range(MAX_TRIES):
        IndexEntry.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
        drain()

    assert outbox.next_try() is None
    assert [entry.pk for entry in outbox.dead_letters()] == [bad.uuid]
    assert drain().failed == 0

    things.broken.clear()
    things.alter(bad)
    drain()
    assert titles() == ["秋"]


def test_a_change_during_the_drain_stays_in_the_outbox(things: Things) -> None:
    rebuild()
    made = things.put(document("春"))
    entry = IndexEntry.objects.get()

    changed(NAME, made.uuid)
    outbox._settle([entry])

    assert outbox.waiting().count() == 1


def test_the_drain_gives_way_to_another_writer_and_keeps_the_rows(things: Things) -> None:
    rebuild()
    things.put(document())

    with held("write"), pytest.raises(LockBusy):
        drain()

    assert outbox.waiting().count() == 1


def test_a_busy_or_broken_index_is_tried_again_later(things: Things, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file where the index should be")
    things.put(document())

    drain_outbox.call()

    task = DBTaskResult.objects.get(task_path=drain_outbox.module_path)
    assert task.run_after > timezone.now()
    assert outbox.waiting().count() == 1


def test_the_task_asks_to_be_called_when_a_failed_row_is_due(things: Things) -> None:
    rebuild()
    bad = document()
    things.broken.add(bad.uuid)
    things.put(bad)

    drain_outbox.call()
    drain_outbox.call()

    assert tasks() == 1


def test_the_command_says_what_was_done(things: Things) -> None:
    rebuild()
    things.put(document(), document())
    said = StringIO()

    call_command("drain_outbox", stdout=said)

    assert said.getvalue().strip() == "written 2, removed 0, failed 0"


# building anew and comparing


def test_a_lost_index_is_built_anew_by_the_next_drain(things: Things, tmp_path: Path) -> None:
    things.put(document("春"))
    drain()
    (tmp_path / "index" / "CURRENT").unlink()

    things.put(document("秋"))
    drain()

    assert titles() == ["春", "秋"]


def test_a_rebuild_finds_what_was_never_noted(things: Things) -> None:
    made = document("春")
    things.held[made.uuid] = made

    done = rebuild()

    assert done.documents == 1
    assert titles() == ["春"]
    assert compare().faults == 0


def test_a_change_during_a_rebuild_is_in_the_new_index(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = things.put(document("春"))
    late = document("冬")
    drain()

    def meanwhile(_count: int) -> None:
        things.alter(made, title="夏")
        things.put(late)
        drain()  # to the old index, as ever

    rebuild(progress=meanwhile)

    assert titles() == ["冬", "夏"]
    assert compare().faults == 0


def test_readers_are_answered_in_full_while_the_index_is_rebuilt(things: Things) -> None:
    things.put(*(document(f"第{n}课") for n in range(40)))
    drain()
    totals: list[int] = []
    stop = threading.Event()
    step = _all_public()

    def read() -> None:
        while not stop.is_set():
            totals.append(engine().search(step).total)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(5):
        rebuild()
    stop.set()
    reader.join(timeout=10)

    assert set(totals) == {40}


def _all_public() -> Step:
    return Step(tokens=frozenset({"public"}))


def test_only_one_rebuild_runs_at_a_time() -> None:
    with held("rebuild"), pytest.raises(CommandError, match="running already"):
        call_command("rebuild_index", stderr=StringIO())


def _missing(things: Things) -> None:
    made = document("冬")
    things.held[made.uuid] = made


def _written_but_lost(things: Things) -> None:
    made = things.put(document("冬"))
    IndexEntry.objects.filter(pk=made.uuid).update(queued_at=None)


def _extra(things: Things) -> None:
    made = document("冬")
    engine().write([Write(made.uuid, 1, made)])


def _gone_unnoted(things: Things) -> None:
    made = things.put(document("冬"))
    drain()
    del things.held[made.uuid]


def _stale(things: Things) -> None:
    made = things.put(document("冬"))
    drain()
    things.alter(made, title="夏")
    IndexEntry.objects.filter(pk=made.uuid).update(queued_at=None)


def _ahead(things: Things) -> None:
    made = things.put(document("冬"))
    drain()
    engine().write([Write(made.uuid, 99, made)])


def _stuck(things: Things) -> None:
    made = things.put(document("冬"))
    IndexEntry.objects.filter(pk=made.uuid).update(tries=MAX_TRIES)


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (_missing, "missing"),
        (_written_but_lost, "missing"),
        (_extra, "extra"),
        (_gone_unnoted, "extra"),
        (_stale, "stale"),
        (_ahead, "stale"),
        (_stuck, "stuck"),
    ],
)
def test_every_kind_of_drift_is_found_and_repaired(
    things: Things, spoil: Callable[[Things], None], kind: str
) -> None:
    things.put(document("春"))
    drain()
    spoil(things)
    expected = sorted(made.title for made in things.held.values())

    found = compare()
    with pytest.raises(CommandError) as failed:
        call_command("check_index", stdout=StringIO(), stderr=StringIO())
    call_command("check_index", repair=True, stdout=StringIO(), stderr=StringIO())

    assert (getattr(found, kind), found.faults) == (1, 1)
    assert failed.value.returncode == 1
    assert titles() == expected
    assert compare().faults == 0


def test_what_waits_is_no_drift(things: Things) -> None:
    rebuild()
    things.put(document())

    found = compare()

    assert (found.waiting, found.faults) == (1, 0)


def test_a_document_of_an_unknown_source_is_a_dead_letter_not_a_crash() -> None:
    rebuild()
    changed("nowhere", uuid4())

    assert drain().failed == 1
