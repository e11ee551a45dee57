"""What a page costs when the library is small and when it is large: queries and time.

`python -m benchmarks.pages [--scale 200] [--var DIRECTORY]`: makes the demonstration at scale 1
and at the given one (kept in the directory, if one is named, and measured again another time),
asks for each page as its reader in a process of its own, and prints the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
VISITS = 7
MEASURED = "from benchmarks.pages import measure; measure()"
PREPARED = ("-m", "portal.prepare")

Figures = dict[str, list[float]]


def main() -> None:
    """Make both places and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--scale", type=int, default=200)
    asked.add_argument("--var", type=Path)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        base = told.var or Path(passing)
        small = _measured(base / "scale-1", 1)
        large = _measured(base / f"scale-{told.scale}", told.scale)
    _print(small, large)


def _measured(var: Path, scale: int) -> Figures:
    if not (var / "loaded").exists():
        _run(var, *PREPARED)
        begun = perf_counter()
        _run(var, "manage.py", "load_demo", f"--scale={scale}")
        print(f"Loaded scale {scale} in {perf_counter() - begun:.0f} s.", flush=True)
        (var / "loaded").touch()
    said = _run(var, "manage.py", "shell", "--no-imports", "-c", MEASURED)
    figures: Figures = json.loads(said.splitlines()[-1])
    return figures


def _run(var: Path, *arguments: str) -> str:
    own = ("GONGBEI_", "DJANGO_", "DATABASE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    place = {"GONGBEI_VAR": str(var), "DJANGO_SETTINGS_MODULE": "portal.settings.base"}
    path = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")])}
    command = [sys.executable, *arguments]
    around = {**kept, **place, **path}
    done = subprocess.run(
        command, cwd=ROOT, env=around, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed")
    return done.stdout


def measure() -> None:
    """In the process of a place: print queries and milliseconds of each page as JSON."""
    print(json.dumps({name: _visits(who, address) for name, who, address in _pages()}))


def _pages() -> Iterator[tuple[str, str, str]]:
    """Name, reader and address; the reader is nobody where the name of one is empty."""
    from io import StringIO

    from django.core.management import call_command

    from resources.catalogue.models import Volume
    from resources.library.models import Resource

    call_command("demo_info", stdout=(out := StringIO()))
    info: dict[str, Any] = json.loads(out.getvalue())
    resource = Resource.objects.get(uuid=info["public_resource"])
    volume = Volume.objects.get(pk=resource.volume_id)
    plan = f"/workspace/plans/{info['plan_in_discussion']}/"
    yield from [
        ("day", "leader", "/workspace/"),
        ("prep groups", "leader", "/workspace/prep/"),
        ("prep groups of a county", "officer", "/workspace/prep/"),
        ("group", "leader", f"/workspace/prep-groups/{info['prep_group']}/"),
        ("board", "leader", f"/workspace/prep-plans/{info['prep_plan']}/"),
        ("plan", "preparer", plan),
        ("drafts", "receiver", f"{plan}drafts/"),
        ("editor", "preparer", f"{plan}edit/"),
        ("history", "preparer", f"{plan}history/"),
        ("my resources", "preparer", "/workspace/library/"),
        ("new resource", "preparer", "/workspace/library/new/class_exercise/"),
        ("reviews", "region-editor", "/workspace/reviews/"),
        ("home", "", "/"),
        ("browse", "", "/library/"),
        ("browse of a teacher", "receiver", "/library/"),
        ("chapters of a volume", "", f"/library/{volume.uuid}/"),
        ("chapters, a teacher", "receiver", f"/library/{volume.uuid}/"),
        ("resource", "", resource.get_absolute_url()),
        ("resource, a teacher", "receiver", resource.get_absolute_url()),
        ("search, empty", "", "/search/"),
        ("search", "receiver", "/search/?q=春"),
        ("search, two words", "receiver", "/search/?q=七年级语文 练习"),
        ("API", "", "/api/v1/resources?q=春"),
        ("feed", "", "/feed/"),
        ("people of a school", "head", "/workspace/staff/"),
        ("people of a county", "officer", "/workspace/staff/"),
        ("schools of a county", "officer", "/workspace/staff/region/990121/schools/"),
        ("notices", "leader", "/workspace/notices/"),
        ("old files", "librarian", "/workspace/library/import/"),
    ]


def _visits(who: str, address: str) -> list[float]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from schools.models import User

    client = Client(headers={"host": "127.0.0.1"})
    if who:
        client.force_login(User.objects.get(username=who))
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, (address, answer.status_code)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, follow=True)
    asked = len(queries)  # before the next visit empties the record
    times = []
    for _visit in range(VISITS):
        begun = process_time()  # of this process alone: other work on the machine does not count
        client.get(address, follow=True)
        times.append((process_time() - begun) * 1000)
    return [asked, statistics.median(times), len(answer.content)]


def _print(small: Figures, large: Figures) -> None:
    print("| page | queries | at scale | ms | at scale | ratio | kB | at scale |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, (queries, time, size) in small.items():
        more, slower, longer = large[name]
        print(
            f"| {name} | {queries:.0f} | {more:.0f} | {time:.0f} | {slower:.0f}"
            f" | {slower / time:.1f} | {size / 1000:.0f} | {longer / 1000:.0f} |"
        )


if __name__ == "__main__":
    main()
