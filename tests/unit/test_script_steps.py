"""What `script/check` and `script/test` make of their arguments and of failures."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from script.steps import bundle, check, shell, test, translations
from script.steps.shell import Failed


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        ([], False),
        (["-x", "-q"], False),
        (["--maxfail=1"], False),
        (["-n", "4"], False),
        ([""], False),
        (["tests/unit"], True),
        (["tests/unit/test_script_steps.py::test_x"], True),
        (["-k", "chain"], True),
        (["-m", "postgres"], True),
        (["--lf"], True),
    ],
)
def test_argument_that_names_tests_makes_a_single_run(arguments: list[str], chosen: bool) -> None:
    assert any(test._chooses(argument) for argument in arguments) is chosen


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["-m", "postgres"], True),
        (["-mpostgres"], True),
        (["-q", "-m", "postgres and not long"], True),
        (["-m", "browser"], False),
        (["tests/postgres"], False),
        (["-m"], False),
    ],
)
def test_mark_asks_for_postgresql(arguments: list[str], asked: bool) -> None:
    assert test._asks_for_postgres(arguments) is asked


@pytest.mark.parametrize("told", [["-n", "4"], ["-n0"], ["--numprocesses=1"], ["--pdb"]])
def test_number_of_workers_is_the_callers_when_told(told: list[str]) -> None:
    assert test.spread(told) == []
    assert test.spread([])[0] == "-n"


@pytest.mark.parametrize(("required", "code", "word"), [("", 0, "SKIPPED"), ("1", 1, "FAILED")])
def test_missing_server_is_named_and_fails_only_where_all_are_required(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    required: str,
    code: int,
    word: str,
) -> None:
    monkeypatch.setenv("GONGBEI_REQUIRE_ALL", required)

    assert test._missing("PostgreSQL: it is not installed") == code
    assert f"{word} PostgreSQL: it is not installed" in capsys.readouterr().out


def test_step_that_fails_says_what_to_do_and_the_others_are_still_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ran: list[str] = []

    def breaks() -> None:
        raise Failed("do this")

    steps = [check.Step("one", breaks), check.Step("two", lambda: ran.append("two"))]

    code = check.main([], steps)

    said = capsys.readouterr().out
    assert code == 1
    assert ran == ["two"]
    assert "one FAILED: do this" in said
    assert "1 steps ok, 1 failed\n  failed: one" in said


def test_missing_program_is_said_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert not check.Step("translations", lambda: None, "msgfmt").passes()
    assert "apt install gettext" in capsys.readouterr().out


def test_unknown_step_is_refused_with_the_names_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert check.main(["typos"]) == 2
    assert "types" in capsys.readouterr().out


def test_built_files_that_differ_and_new_ones_are_stale(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "library.js").write_text("x")
    (tmp_path / "same.js").write_text("1")
    (tmp_path / "editor.js").write_text("new")
    (tmp_path / "editor.css").write_text("more")

    stale = bundle._differences(tmp_path, {"same.js": b"1", "editor.js": b"old"})

    assert stale == {"editor.js", "editor.css"}


@pytest.mark.skipif(not shutil.which("msgfmt"), reason="GNU gettext is not installed")
def test_catalogue_leaves_out_what_is_fuzzy_or_empty(tmp_path: Path) -> None:
    source = tmp_path / "django.po"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Prep"\nmsgstr "备课"\n\n'
        '#, fuzzy\nmsgid "Board"\nmsgstr "板"\n\n'
        'msgid "Search"\nmsgstr ""\n\n'
        'msgctxt "verb"\nmsgid "Open"\nmsgstr "打开"\n'
    )

    catalogue = translations.compiled(source, tmp_path / "django.mo")

    assert catalogue == {"Prep": "备课", "verb\x04Open": "打开"}


def test_files_of_the_project_are_those_of_git() -> None:
    names = shell.files()

    assert "manage.py" in names
    assert not [name for name in names if name.startswith((".venv/", "var/", "node_modules/"))]
