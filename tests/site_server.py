"""Web and worker as processes of their own, which can be killed and started again."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

from benchmarks.demo_server import ROOT, _python, _surroundings
from portal.launch import end_with_parent
from tests import template
from tests.servers import free_port

WORKER = ("manage.py", "db_worker", "--no-reload")
MIGRATED = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
TEACHER = """
import django; django.setup()
from django.test import Client
from tests.factories import people
teacher = people.teacher(people.school())
client = Client(); client.force_login(teacher)
print(client.cookies["sessionid"].value)
"""


def made_ready(var: Path) -> str:
    """Make a database below `var`, and in it one teacher: their session."""
    var.mkdir()
    if template.path().exists():
        shutil.copy(template.path(), var / "gongbei.sqlite3")
    else:
        _python(surroundings(var), MIGRATED)
    return _python(surroundings(var), TEACHER).split()[-1]


def surroundings(var: Path) -> dict[str, str]:
    """The environment of a server that writes below `var` and collects no static files."""
    return {**_surroundings(var), "DJANGO_SETTINGS_MODULE": "tests.browser.uncollected"}


@dataclass
class SiteServer:
    """A server of its own, at a port that stays the same over a restart."""

    surroundings: dict[str, str]
    worker: tuple[str, ...] = WORKER
    port: int = 0
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the web answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start what does not run of web and worker, and wait until the web answers."""
        self.port = self.port or free_port()
        web = ("-m", "portal.web", "--port", str(self.port))
        for name, command in (("web", web), ("worker", self.worker)):
            if name not in self.running:
                self.running[name] = subprocess.Popen(
                    [sys.executable, *command],
                    cwd=ROOT,
                    env=self.surroundings,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    preexec_fn=end_with_parent(),  # noqa: PLW1509 - no threads here
                )
        _wait_for(f"{self.url}/healthz")

    def kill(self, *names: str) -> None:
        """End them, or both, at once, as a power cut does."""
        ended = [self.running.pop(name) for name in names or tuple(self.running)]
        for process in ended:
            process.kill()
        for process in ended:
            process.wait()

    def run(self, *arguments: str) -> str:
        """What a command of the project prints."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.surroundings,
            capture_output=True,
            text=True,
            check=True,
        ).stdout


def _wait_for(url: str) -> None:
    for _ in range(1500):
        try:
            requests.get(url, timeout=1)
        except requests.RequestException:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"{url} does not answer")
