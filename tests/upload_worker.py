"""Web and worker that are killed at every step of an upload, for `test_media_kills`.

Run as a program with a folder and a stride; with `GONGBEI_S3_…` files lie in a bucket, else on
the disk. It forks a process for every step, which sends a film and a picture through the real
views and checks, sweeps, and is killed, without a chance to tidy up, when it comes to its step,
one stride further each time. What is there then is compared; another process goes on, and what
that leaves is compared too. Prints a JSON object for each.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import Any

STEPS = (
    "media/uploads/",
    "media/actions",
    "media/checking",
    "media/disk",
    "media/models",
    "media/storage",
)
"""Where a step is a function's beginning or end."""


def main(folder: Path, stride: int) -> None:
    """Kill a process at every `stride`-th step until one comes through."""
    _set_up(folder)
    _in_a_process(_arrive)
    report, step, died = folder / "report.json", 1, True
    while died:
        film, picture = _film(step), _picture(step)
        died = _in_a_process(lambda: _journey(film, picture), dies_at=step)  # noqa: B023
        _in_a_process(lambda: report.write_text(json.dumps(_lost())))
        line = {"step": step, "died": died, "then": json.loads(report.read_text())}
        _in_a_process(lambda: _journey(film, picture))  # noqa: B023
        _in_a_process(lambda: report.write_text(json.dumps(_after(film, picture))))  # noqa: B023
        print(json.dumps({**line, **json.loads(report.read_text())}), flush=True)  # noqa: T201
        step += stride


def _set_up(folder: Path) -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.testing"
    from django.conf import settings

    settings.GONGBEI_VAR = folder
    settings.MEDIA_ROOT = folder / "media"
    settings.DATABASES["default"]["NAME"] = str(folder / "gongbei.sqlite3")
    django.setup()
    from media.uploads import tidying

    tidying.CHECKED = tidying.GRACE = timedelta(0)  # as if a day had gone after each step
    _load_what_each_process_needs()


def _load_what_each_process_needs() -> None:
    from django.db import connections
    from django.test import Client

    from media.storage import BLOBS

    Client().get("/accounts/login/")  # addresses, templates, translations
    getattr(BLOBS, "client", None)
    connections.close_all()


def _arrive() -> None:
    from tests.factories import people

    people.site_root()
    people.teacher(people.school())


def _film(step: int) -> bytes:
    """Two parts, and too large to be checked while the user waits."""
    from tests.factories.media import video_bytes

    return video_bytes(1024) + hashlib.sha256(str(step).encode()).digest() * (9 * 32768)


def _picture(step: int) -> bytes:
    from tests.factories.media import picture_bytes

    return picture_bytes(colour=f"#{step:06x}")


def _journey(film: bytes, picture: bytes) -> None:
    """What browser, web and worker do; each part is taken up where it was left."""
    from django.test import Client

    from media.checking import check
    from media.models import FileState, Video
    from media.uploads.tidying import sweep, take_up
    from schools.models import Membership
    from tests.factories.uploads import Uploading

    client = Client()
    client.force_login(Membership.objects.get().user)
    take_up()
    for name, content in (("课.mp4", film), ("板书.png", picture)):
        answer = Uploading(client, name, content).whole()
        if answer.status_code != 200:
            raise SystemExit(answer.content.decode())
    for file in Video.objects.filter(state=FileState.QUARANTINE):
        check(file)
    sweep()


def _lost() -> list[str]:
    """What a record has lost, read to the last byte."""
    from django.core.management import CommandError, call_command

    said = StringIO()
    try:
        call_command("check_media", read=True, stdout=said)
    except CommandError:
        return said.getvalue().splitlines()
    return []


def _after(film: bytes, picture: bytes) -> dict[str, Any]:
    """How the end differs from what was sent."""
    from media.models import Picture, Video
    from media.places import FOLDER, QUARANTINE
    from media.uploads.models import Upload
    from media.uploads.tidying import unnamed

    sent = Video.objects.filter(sha256=hashlib.sha256(film).hexdigest())
    now = timedelta(0)
    strays = [*unnamed(FOLDER, older_than=now), *unnamed(QUARANTINE, older_than=now)]
    return {
        "lost": _lost(),
        "films": [[file.state, file.size == len(film)] for file in sent],
        "waiting": Video.objects.exclude(state="ready").count(),
        "videos": Video.objects.count(),
        "uploads": Upload.objects.count(),
        "pictures": Picture.objects.filter(state="ready").count(),
        "open": Upload.objects.filter(state="open").count(),
        "strays": [stray.name for stray in strays],
    }


def _in_a_process(work: Callable[[], Any], dies_at: int = 0) -> bool:
    """Do it in a process of its own; whether that was killed on the way."""
    pid = os.fork()
    if pid == 0:
        if dies_at:
            sys.setprofile(_executioner(dies_at))
        work()
        sys.setprofile(None)
        sys.stderr.flush()
        os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.waitstatus_to_exitcode(status):
        raise SystemExit("a process failed")
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
    main(Path(sys.argv[1]), int(sys.argv[2]))
