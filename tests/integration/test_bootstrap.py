"""`script/bootstrap`: at any path, after any interruption, twice at once, in plain words."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from script.steps.shell import ROOT

NEEDED = ("cat", "dirname", "flock", "mkdir", "mv", "rm")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project that needs no packages, at a path with spaces and Chinese characters."""
    place = tmp_path / "共备 测试 '1'"
    (place / "script").mkdir(parents=True)
    shutil.copy(ROOT / "script" / "bootstrap", place / "script")
    for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt"):
        (place / name).touch()
    return place


def bootstrap(tree: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run it."""
    return subprocess.run(
        [str(tree / "script" / "bootstrap"), *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
    )


def programs(folder: Path, *, python: str | None) -> str:
    """A PATH with the system's small programs and no Python but the one given."""
    folder.mkdir()
    for name in NEEDED:
        (folder / name).symlink_to(shutil.which(name) or pytest.skip(f"no {name} here"))
    if python is not None:
        (folder / "python3").write_text(f"#!/bin/sh\n{python}\n")
        (folder / "python3").chmod(0o755)
    return str(folder)


def test_second_run_finds_nothing_to_do(tree: Path) -> None:
    first = bootstrap(tree)
    second = bootstrap(tree)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "Making the virtual environment" in first.stderr
    assert second.stderr == ""


def test_changed_requirements_are_installed(tree: Path) -> None:
    bootstrap(tree)
    (tree / "constraints.txt").write_text("# another set\n")

    again = bootstrap(tree)

    assert again.returncode == 0
    assert "Installing packages." in again.stderr


def test_interrupted_setup_is_made_good(tree: Path) -> None:
    bootstrap(tree)
    half = tree / ".venv" / "half-written"
    half.touch()
    (tree / ".venv" / ".gongbei-installing").touch()

    again = bootstrap(tree)

    assert again.returncode == 0, again.stderr
    assert "interrupted" in again.stderr
    assert not half.exists()
    assert bootstrap(tree).stderr == ""


def test_environment_whose_python_is_gone_is_made_anew(tree: Path) -> None:
    bootstrap(tree)
    python = tree / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")

    again = bootstrap(tree)

    assert again.returncode == 0, again.stderr
    assert subprocess.run([str(python), "-c", ""]).returncode == 0


def test_two_at_once_both_end_well(tree: Path) -> None:
    command = [str(tree / "script" / "bootstrap"), "--dev"]
    both = [
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)
        for _ in range(2)
    ]

    said = [one.communicate()[1] for one in both]

    assert [one.returncode for one in both] == [0, 0], said
    assert "".join(said).count("Making the virtual environment") == 1
    assert bootstrap(tree, "--dev").stderr == ""


@pytest.mark.parametrize("python", [None, "exit 1"])
def test_missing_or_old_python_is_said_in_plain_words(
    tree: Path, tmp_path: Path, python: str | None
) -> None:
    ended = bootstrap(tree, PATH=programs(tmp_path / "bin", python=python))

    assert ended.returncode == 1
    assert "Gongbei needs Python 3.11 or newer" in ended.stderr
    assert not (tree / ".venv").exists()


def test_python_without_its_venv_part_is_said_in_plain_words(tree: Path, tmp_path: Path) -> None:
    without = 'case "$2" in *ensurepip*) exit 1 ;; esac'

    ended = bootstrap(tree, PATH=programs(tmp_path / "bin", python=without))

    assert ended.returncode == 1
    assert "python3 is here, but the part that makes virtual environments is not" in ended.stderr
    assert "apt install python3-venv" in ended.stderr


def test_settings_of_the_callers_shell_do_not_reach_in(tree: Path, tmp_path: Path) -> None:
    ended = bootstrap(tree, PIP_USER="1", PYTHONHOME="/nowhere", PIP_TARGET=str(tmp_path / "other"))

    assert ended.returncode == 0, ended.stderr


def test_unknown_argument_is_refused_before_any_work(tree: Path) -> None:
    ended = bootstrap(tree, "--devel")

    assert ended.returncode == 1
    assert "Usage" in ended.stderr
    assert not (tree / ".venv").exists()
