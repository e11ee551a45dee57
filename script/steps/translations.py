"""Proves that every text is translated, and that the compiled catalogues are fresh.

The ids in the source are read off a copy of the project without catalogues, so that a catalogue
may hold more than the source asks for: the gaps of Wagtail's Chinese are filled there too.
"""

from __future__ import annotations

import gettext
import sys
import tempfile
from pathlib import Path
from typing import Any

from script.steps.shell import ROOT, Failed, copy, files, run_quietly

LOCALE = Path("site/portal/locale")
LANGUAGE = "zh_Hans"
DOMAIN = "django"

Catalogue = dict[Any, str]
"""By message id, or by message id and number of the plural form."""


def prove() -> None:
    """Raises `Failed` with what is missing, and with what is stale."""
    source = ROOT / LOCALE / LANGUAGE / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not source.exists():
        raise Failed(f"{source.relative_to(ROOT)} is missing")
    with tempfile.TemporaryDirectory(prefix="gongbei-check-") as place:
        translated = compiled(source, Path(place) / "translated.mo")
        wanted = _ids_in_source(Path(place) / "wanted.mo")
    if missing := sorted(_text(key) for key in wanted - translated.keys()):
        raise Failed(
            f"{len(missing)} texts have no translation, or a fuzzy one:\n  " + "\n  ".join(missing)
        )
    built = source.with_suffix(".mo")
    if not built.exists() or read(built) != translated:
        raise Failed(
            f"{built.relative_to(ROOT)} is stale; make it with"
            f" `msgfmt --check -o {built.relative_to(ROOT)} {source.relative_to(ROOT)}`"
        )


def compiled(source: Path, target: Path) -> Catalogue:
    """What a catalogue says, without its fuzzy and its empty entries."""
    run_quietly(["msgfmt", "--check", "--output-file", str(target), str(source)])
    return read(target)


def read(path: Path) -> Catalogue:
    """The entries of a compiled catalogue; its header is left out."""
    with path.open("rb") as file:
        entries: Catalogue = dict(vars(gettext.GNUTranslations(file))["_catalog"])
    entries.pop("", None)
    return entries


def _ids_in_source(target: Path) -> set[Any]:
    names = [name for name in files() if not name.startswith(f"{LOCALE}/")]
    with copy(names) as place:
        (place / LOCALE).mkdir(parents=True)
        make = ["manage.py", "makemessages", "--locale", LANGUAGE, "--domain", DOMAIN]
        paths = f"{place}:{place / 'site'}"
        run_quietly(
            [sys.executable, *make],
            cwd=place,
            PYTHONPATH=paths,
            GONGBEI_VAR=str(place / "var"),
        )
        found = place / LOCALE / LANGUAGE / "LC_MESSAGES" / f"{DOMAIN}.po"
        # Every id as its own translation, or the compiler would leave it out.
        run_quietly(["msgen", "--output-file", str(found), str(found)])
        return set(compiled(found, target))


def _text(key: Any) -> str:
    text = key[0] if isinstance(key, tuple) else key
    return str(text).replace("\x04", " | ")
