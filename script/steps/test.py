"""The runs of `script/test`: SQLite, then a throw-away PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from script.steps.shell import ROOT
from tests.elasticsearch_server import NoElasticsearch, private_elasticsearch
from tests.servers import NoPostgres, private_postgres

NO_TESTS = 5
"""pytest's exit code when it has found no test to run."""
WORKERS = os.environ.get("GONGBEI_TEST_WORKERS", "2")
CHOOSING = ("-k", "-m", "--lf", "--ff", "--last-failed", "--failed-first", "--pyargs", "--deselect")


def main(arguments: list[str]) -> int:
    """Run the tests asked for; returns the exit code."""
    long = "--long" in arguments
    rest = [argument for argument in arguments if argument != "--long"]
    chosen = any(_chooses(argument) for argument in rest)
    if chosen:
        return run(rest, long=long, chosen=True)
    with an_elasticsearch() as environ:
        return run(rest, long=long, chosen=False, **environ)


def run(arguments: list[str], *, long: bool, chosen: bool, **environ: str) -> int:
    """The tests on SQLite, and on PostgreSQL where they are meant."""
    code = on_sqlite(arguments, long=long, chosen=chosen, **environ)
    if not chosen or _asks_for_postgres(arguments):
        code = on_postgres(arguments, long=long, **environ) or code
    return code


@contextmanager
def an_elasticsearch() -> Iterator[dict[str, str]]:
    """One for all processes of the run; where there is none, each test that wants it says so."""
    with ExitStack() as ended:
        try:
            (node,) = ended.enter_context(private_elasticsearch())
        except NoElasticsearch:
            yield {}
            return
        yield {"GONGBEI_TEST_ELASTICSEARCH": node.url}


def _chooses(argument: str) -> bool:
    path = argument.split("::")[0]
    return argument.startswith(CHOOSING) or (bool(path) and (ROOT / path).exists())


def _asks_for_postgres(arguments: list[str]) -> bool:
    pairs = zip(arguments, [*arguments[1:], ""], strict=True)
    return any(one.startswith("-m") and "postgres" in one + two for one, two in pairs)


def on_sqlite(arguments: list[str], *, long: bool, chosen: bool, **environ: str) -> int:
    """All tests on the database of a laptop."""
    if not chosen:
        arguments = [*spread(arguments), *(["-m", "long or not long"] if long else []), *arguments]
    elif long:
        arguments = ["-m", "long or not long", *arguments]
    return pytest(arguments, **environ)


def on_postgres(arguments: list[str], *, long: bool, **environ: str) -> int:
    """The tests of locks and tree inserts, on the database of a county server."""
    wanted = "postgres" if long else "postgres and not long"
    try:
        with private_postgres() as url:
            print(f"\n== PostgreSQL: the tests marked `{wanted}`", flush=True)
            environ["DATABASE_URL"] = url
            code = pytest([*spread(arguments), *arguments, "-m", wanted], **environ)
    except NoPostgres as reason:
        return _missing(f"PostgreSQL: {reason}")
    return _missing("PostgreSQL: no test is marked `postgres`") if code == NO_TESTS else code


def _missing(what: str) -> int:
    required = os.environ.get("GONGBEI_REQUIRE_ALL") == "1"
    print(f"\n{'FAILED' if required else 'SKIPPED'} {what}", flush=True)
    return 1 if required else 0


def spread(arguments: list[str]) -> list[str]:
    """Use every core, unless the caller says how many or wants to look inside."""
    told = any(argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments)
    return [] if told else ["-n", WORKERS]


def pytest(arguments: list[str], **environ: str) -> int:
    """Run pytest; returns its exit code."""
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
