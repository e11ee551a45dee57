"""Proves that the committed scripts are those that the committed sources build."""

from __future__ import annotations

import json
from pathlib import Path

from script.steps.shell import ROOT, Failed, copy, files, run

ASIDE = {"node_modules", "var", "package-lock.json"}


def prove() -> None:
    """Raises `Failed` with the files that are stale; types and tests of the client on the way."""
    if not (ROOT / "package.json").exists():
        print("There is no package.json, so there is nothing to build.")
        return
    names = files()
    with copy(names) as place:
        before = {name: (place / name).read_bytes() for name in names}
        run(["npm", "ci", "--no-audit", "--no-fund"], cwd=place)
        run(["npm", "run", "build"], cwd=place)
        if stale := sorted(_differences(place, before)):
            raise Failed(
                "not what the sources build; run `npm ci && npm run build` and commit:\n  "
                + "\n  ".join(stale)
            )
        if "check" in json.loads((place / "package.json").read_text())["scripts"]:
            run(["npm", "run", "check"], cwd=place)


def _differences(place: Path, before: dict[str, bytes]) -> set[str]:
    changed = {name for name, content in before.items() if (place / name).read_bytes() != content}
    built = {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()}
    return changed | {name for name in built - before.keys() if Path(name).parts[0] not in ASIDE}
