"""A worker of the search that is killed at every step, for `test_search_faults`.

Run as a program with a folder and, for Elasticsearch, its URL. It forks a worker for every
step; each drains the same changes and is killed, without a chance to tidy up, when it comes to
its step, one further each time. Then another worker drains, and what the index holds is
compared with what there is. Prints a JSON object for each.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

STEPS = ("search/outbox", "search/engines/", "search/locks", "search/maintenance")
"""Where a step is a function's beginning or end."""


def main(folder: Path, url: str, stride: int) -> None:
    """Kill a worker at every `stride`-th step until one comes through."""
    _set_up(folder, url)
    from tests.factories.search import Things, document, own_sources

    things = Things()
    with own_sources(things):
        first = [document(f"第{number}课") for number in range(6)]
        _in_a_worker(lambda: _put(things, first))
        things.held.update((made.uuid, made) for made in first)
        _in_a_worker(lambda: _drained(things))
        step, died = 1, True
        while died:
            changed = _changed(things, step)
            _in_a_worker(lambda: _put(things, changed))  # noqa: B023 - called at once
            died = _in_a_worker(lambda: _drained(things), dies_at=step)
            report = folder / "report.json"
            _in_a_worker(lambda: report.write_text(json.dumps(_after(things))))  # noqa: B023
            line = {"step": step, "died": died, **json.loads(report.read_text())}
            print(json.dumps(line), flush=True)  # noqa: T201 - for the test that started it
            step += stride


def _set_up(folder: Path, url: str) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.testing"
    from django.conf import settings

    settings.GONGBEI_VAR = folder
    settings.DATABASES["default"]["NAME"] = str(folder / "gongbei.sqlite3")
    settings.GONGBEI_ELASTICSEARCH = ((url,), folder.name.lower(), "") if url else None
    django.setup()


def _changed(things: Any, step: int) -> list[Any]:
    """Alter one, take one away, bring one: as they will be, held for every worker."""
    from dataclasses import replace

    from tests.factories.search import document

    uuids = sorted(things.held)
    altered = replace(things.held[uuids[0]], title=f"改{step}")
    gone = things.held.pop(uuids[1])
    made = document(f"新{step}")
    things.held.update({altered.uuid: altered, made.uuid: made})
    return [altered, gone, made]


def _put(things: Any, documents: list[Any]) -> None:
    from search.outbox import changed

    changed(things.name, *(made.uuid for made in documents))


def _drained(things: Any) -> None:
    from search.outbox import drain

    drain(wait=20)


def _after(things: Any) -> dict[str, Any]:
    from search.engines import engine
    from search.engines.base import Step
    from search.maintenance import compare

    _drained(things)
    drift = compare()
    found = engine().search(Step(tokens=frozenset({"public"}), size=100)).documents
    right = sorted(made.title for made in things.held.values())
    return {
        "faults": drift.faults,
        "waiting": drift.waiting,
        "right": sorted(made.title for made in found) == right,
    }


def _in_a_worker(work: Callable[[], Any], dies_at: int = 0) -> bool:
    """Do it in a process of its own; whether that was killed on the way."""
    pid = os.fork()
    if pid == 0:
        if dies_at:
            sys.setprofile(_executioner(dies_at))
        work()
        sys.setprofile(None)
        os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.waitstatus_to_exitcode(status):
        raise SystemExit("a worker failed")
    return False


def _executioner(dies_at: int) -> Callable[[FrameType, str, Any], None]:
    left = dies_at

    def at(frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal left
        if event in {"call", "return"} and any(part in frame.f_code.co_filename for part in STEPS):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return at


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
