"""The steps of `script/check`: all are run, also after one has failed."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from script.steps import bundle, translations
from script.steps.shell import ROOT, Failed, run

TYPED = ["schools", "media", "search", "resources", "lessonprep", "site/portal", "script", "tests"]
PROGRAMS = {
    "msgfmt": "GNU gettext is missing. On Debian and Ubuntu: sudo apt install gettext",
    "npm": "Node.js 20 or newer with npm is missing. On Debian and Ubuntu:"
    " sudo apt install nodejs npm",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is proved."""

    name: str
    prove: Callable[[], None]
    program: str = ""
    """What must be on the machine."""

    def passes(self) -> bool:
        """Run it and say how it went."""
        print(f"\n== {self.name}", flush=True)
        begun = time.monotonic()
        try:
            if self.program and not shutil.which(self.program):
                raise Failed(PROGRAMS[self.program])
            self.prove()
        except Failed as reason:
            print(f"-- {self.name} FAILED: {reason}", flush=True)
            return False
        print(f"-- {self.name} ok, {time.monotonic() - begun:.1f} s", flush=True)
        return True


def python(*arguments: str) -> Callable[[], None]:
    """A step that runs a Python module of the development requirements, or a command."""
    return lambda: run([sys.executable, *arguments])


def arrows() -> None:
    """Keep the arrows between the folders; import-linter has no module to run."""
    start = "import sys; from importlinter.cli import lint_imports_command as lint; lint()"
    run([sys.executable, "-c", start])


def templates(*arguments: str) -> Callable[[], None]:
    """Run djlint over every template there is."""
    return lambda: run([sys.executable, "-m", "djlint", "--quiet", *arguments, *_templates()])


def _templates() -> list[str]:
    tops = ("schools", "media", "search", "resources", "lessonprep", "site")
    folders = {path for top in tops for path in (ROOT / top).glob("**/templates")}
    return sorted(str(path.relative_to(ROOT)) for path in folders)


STEPS = [
    Step("format", python("-m", "ruff", "format", "--check", ".")),
    Step("lint", python("-m", "ruff", "check", ".")),
    Step("types", python("-m", "mypy", *TYPED, "manage.py")),
    Step("arrows", arrows),
    Step("templates", templates("--lint")),
    Step("migrations", python("manage.py", "makemigrations", "--check", "--dry-run")),
    Step("django", python("manage.py", "check", "--fail-level", "WARNING")),
    Step("translations", translations.prove, "msgfmt"),
    Step("bundle", bundle.prove, "npm"),
]


def main(asked: list[str], known: Sequence[Step] = STEPS) -> int:
    """Run the steps asked for; returns the exit code."""
    steps = [step for step in known if not asked or step.name.startswith(tuple(asked))]
    if not steps:
        print("No such step. There are: " + ", ".join(step.name for step in known))
        return 2
    failed = [step.name for step in steps if not step.passes()]
    print(
        f"\n{len(steps) - len(failed)} steps ok, {len(failed)} failed"
        + "".join(f"\n  failed: {name}" for name in failed)
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
