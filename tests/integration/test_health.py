"""What probes are told: states, and nothing that helps an attacker."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max
from pytest_django import Settings

from portal import health
from portal.health import State


@pytest.fixture(autouse=True)
def _own_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that a test registers is gone after it."""
    monkeypatch.setattr(health, "_parts", dict(health._parts))


def waiting_task(*, enqueued: timedelta, due: timedelta | None = None) -> None:
    """A task put into the queue so long ago, and meant for so long ago."""
    now = timezone.now()
    task = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        task_path="portal.health.nothing",
        backend_name="default",
        run_after=get_date_max() if due is None else now - due,
    )
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=now - enqueued)


def test_alive_is_answered_without_database_and_session(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert "Set-Cookie" not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.postgres
def test_ready_names_every_part_with_its_state(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    parts = answer.json()["parts"]
    assert {"database", "migrations", "files", "worker", "search"} <= parts.keys()
    assert all(part.keys() == {"state"} for part in parts.values())
    assert {parts[name]["state"] for name in ("database", "migrations", "files")} == {"ok"}


@pytest.mark.django_db
def test_ready_costs_a_probe_few_queries_and_no_session(client: Client) -> None:
    client.get("/readyz")

    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/readyz")

    assert len(queries) <= 6
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.django_db
def test_health_is_read_only_and_has_no_language(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
    assert client.get(f"/en{address}", follow=True).status_code == 404


@pytest.mark.django_db
def test_missing_migration_takes_the_server_out_of_service(client: Client) -> None:
    newest = MigrationRecorder(connection).migration_qs.filter(app="schools").latest("name")
    newest.delete()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["status"] == "down"
    assert answer.json()["parts"]["migrations"] == {"state": "down"}


@pytest.mark.django_db
def test_place_for_files_that_cannot_be_written_takes_the_server_out_of_service(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "media"
    in_the_way.write_text("a file where the folder should be")
    settings.MEDIA_ROOT = in_the_way

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["parts"]["files"] == {"state": "down"}
    assert str(tmp_path) not in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("enqueued", "due", "state"),
    [
        (timedelta(seconds=30), None, State.OK),
        (timedelta(minutes=5), None, State.DEGRADED),
        (timedelta(hours=1), None, State.DOWN),
        (timedelta(hours=1), timedelta(seconds=30), State.OK),
        (timedelta(hours=1), timedelta(minutes=5), State.DEGRADED),
        (timedelta(days=9), timedelta(hours=-1), State.OK),
    ],
)
def test_worker_is_judged_by_how_long_a_due_task_waits(
    enqueued: timedelta, due: timedelta | None, state: State
) -> None:
    waiting_task(enqueued=enqueued, due=due)

    assert health.worker() is state


@pytest.mark.django_db
def test_part_that_is_not_needed_degrades_the_server_and_leaves_it_in_service(
    client: Client,
) -> None:
    health.register_part("fax", lambda: State.DOWN)

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["parts"]["fax"] == {"state": "down"}


@pytest.mark.django_db
def test_check_that_breaks_is_a_part_that_is_down_and_tells_nobody_why(client: Client) -> None:
    def broken() -> State:
        raise RuntimeError("the password is opensesame")

    health.register_part("safe", broken, needed=True)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["parts"]["safe"] == {"state": "down"}
    assert "opensesame" not in answer.content.decode()
