"""A real server of its own with the demonstration: files collected and compressed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, StorageState

from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "gongbei-demo"
PATIENCE = 180.0
"""Seconds that the server has for its first line on a busy machine."""
MADE_READY = """
import django, json, sys
from io import StringIO
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_demo", stdout=StringIO())
call_command("collectstatic", interactive=False, verbosity=0)
call_command("demo_info", stdout=(info := StringIO()))
print(json.dumps(json.loads(info.getvalue())))
"""
"""One process for all of it: each start of Django takes seconds on a small machine."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]


def chromium_path() -> str | None:
    """Where Chromium is installed, None where it is not."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


@dataclass(frozen=True)
class DemoServer:
    """A running server: its address, and what `manage.py demo_info` says of it."""

    url: str
    info: Mapping[str, Any]
    surroundings: Mapping[str, str]

    def run(self, code: str) -> str:
        """What `code` prints in a process of the same project and database."""
        return _python(self.surroundings, f"import django; django.setup(); {code}")

    def addresses(self) -> dict[str, str]:
        """The pages of every working day by name."""
        plan = f"/workspace/plans/{self.info['plan_in_discussion']}/"
        return {
            "day": "/workspace/",
            "board": f"/workspace/prep-plans/{self.info['prep_plan']}/",
            "plan": plan,
            "search": "/search/?q=春",
            "editor": f"{plan}edit/",
        }

    def signed_in(self, browser: Browser, username: str) -> StorageState:
        """The cookies of an account of the demonstration after its sign-in."""
        context = browser.new_context(base_url=self.url)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto("/accounts/login/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button").click()
        page.wait_for_url("**/workspace/**")
        state = context.storage_state()
        context.close()
        return state


def first_visit(browser: Browser, url: str, state: StorageState | None) -> BrowserContext:
    """A telephone with an empty cache."""
    return browser.new_context(
        base_url=url, storage_state=state, viewport={"width": 390, "height": 844}
    )


@contextmanager
def demo_server(var: Path) -> Iterator[DemoServer]:
    """Fill `var` (what is there already stays), serve from it, end the server at the end."""
    surroundings = _surroundings(var)
    info = json.loads(_python(surroundings, MADE_READY).splitlines()[-1])
    port, log = free_port(), var / "web.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.web", "--port", str(port)],
            cwd=ROOT,
            env=surroundings,
            stdout=said,
            stderr=said,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{url}/healthz", process, log)
        yield DemoServer(url, info, surroundings)
    finally:
        process.terminate()
        process.wait(30)


def _surroundings(var: Path) -> dict[str, str]:
    """The environment without what would point it at another database or other settings."""
    own = ("GONGBEI_", "DJANGO_", "DATABASE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    path = os.pathsep.join([str(ROOT), str(ROOT / "site")])
    settings = {"DJANGO_SETTINGS_MODULE": "portal.settings.base", "GONGBEI_VAR": str(var)}
    return {**kept, **settings, "PYTHONPATH": path}


def _python(surroundings: Mapping[str, str], code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        with suppress(OSError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"The server does not start:\n{log.read_text()[-2000:]}")
