"""The packages of `package.json` beside the tests that run them; a server needs no Node."""

from __future__ import annotations

import fcntl
import shutil
import subprocess

from portal.environment import ROOT

INSTALLED = ROOT / "node_modules"


class NoNode(Exception):
    """There is no Node with our packages; says why."""


def node() -> str:
    """The program, with the packages installed where they are not yet. Raises `NoNode`."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found is None or npm is None:
        raise NoNode("Node.js with npm is missing (on Debian and Ubuntu: apt install nodejs npm)")
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "npm.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # npm writes this file last.
        if not (INSTALLED / ".package-lock.json").exists():
            command = [npm, "ci", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            if done.returncode:
                raise NoNode(f"the packages cannot be installed: {done.stderr[-500:]}")
    return found
