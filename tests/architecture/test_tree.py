"""What must hold of the files themselves."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from script.steps.shell import ROOT, files

MACHINE_PATHS = re.compile(r"(?<![\w.}])/(?:home|root|work|farm|Users)/[a-z.]", re.IGNORECASE)
REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in (
            "pypi" + ".org/simple",
            "files.python" + "hosted.org",
            "registry.npm" + "js.org",
            "registry.yarn" + "pkg.com",
            "registry.npm" + "mirror.com",
            "repo.maven" + ".apache.org",
            "repo1.maven" + ".org",
            "deb.deb" + "ian.org",
        )
    )
    + r"|\"resolved\":|--index-url|--find-links",
)
DIRECT_PIN = re.compile(r"^[A-Za-z0-9-]+(\[[a-z,]+\])?==[0-9][\w.]*  # \S.{5,}$")


def text_of(name: str) -> str:
    """A file's text; empty for a picture, a video or a compiled catalogue."""
    content = (ROOT / name).read_bytes()
    return "" if b"\0" in content else content.decode()


def lines_matching(pattern: re.Pattern[str], names: list[str]) -> Iterator[str]:
    """Where the pattern is found, as `file:line: text`."""
    for name in names:
        for number, line in enumerate(text_of(name).splitlines(), start=1):
            if pattern.search(line):
                yield f"{name}:{number}: {line.strip()[:100]}"


def test_site_is_a_plain_folder_because_python_has_a_module_of_that_name() -> None:
    assert not (ROOT / "site" / "__init__.py").exists()


def test_arrows_between_the_folders_point_down() -> None:
    lint = "import sys; from importlinter.cli import lint_imports_command as lint; lint()"

    ended = subprocess.run(
        [sys.executable, "-c", lint, "--no-cache"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"},
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    names = [name for name in files() if not name.startswith("tests/architecture/")]

    assert list(lines_matching(MACHINE_PATHS, names)) == []


def test_no_file_names_a_package_registry() -> None:
    names = [name for name in files() if not name.startswith("tests/architecture/")]

    assert list(lines_matching(REGISTRIES, names)) == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirement_is_pinned_and_says_why_it_is_there(name: str) -> None:
    lines = [line for line in text_of(name).splitlines() if not line.startswith("#")]

    assert [line for line in lines if not DIRECT_PIN.match(line)] == []


def test_every_requirement_is_among_the_constraints_with_the_same_version() -> None:
    pins = dict(
        line.split(";")[0].strip().split("==")
        for line in text_of("constraints.txt").splitlines()
        if not line.startswith("#")
    )
    asked = [
        re.sub(r"\[.*\]", "", line.split("#")[0].strip()).split("==")
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in text_of(name).splitlines()
        if not line.startswith("#")
    ]

    assert [name for name, version in asked if pins.get(name.lower()) != version] == []


def test_scripts_can_be_started() -> None:
    names = [".ci/run", "manage.py", *(f"script/{name}" for name in ("bootstrap", "check"))]
    names += ["script/server", "script/test"]

    assert [name for name in names if not Path(ROOT / name).stat().st_mode & 0o100] == []
