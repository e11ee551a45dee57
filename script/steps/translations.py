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
GAPS = Path("site/portal/locale_wagtail")
LANGUAGE = "zh_Hans"
SOURCE_LANGUAGE = "en"

Catalogue = dict[Any, str]
"""By message id, or by message id and number of the plural form."""


def prove() -> None:
    """Raises `Failed` with what is missing, and with what is stale."""
    with tempfile.TemporaryDirectory(prefix="gongbei-check-") as place:
        for folder, domain in ((LOCALE, "django"), (GAPS, "django"), (GAPS, "djangojs")):
            _prove_fresh(_path(ROOT / folder, LANGUAGE, domain), Path(place))
        translated = compiled(_path(ROOT / LOCALE, LANGUAGE), Path(place) / "translated.mo")
        wanted = _ids_in_source(Path(place) / "wanted.mo")
    if missing := sorted(_text(key) for key in wanted - translated.keys()):
        raise Failed(
            f"{len(missing)} texts have no translation, or a fuzzy one:\n  " + "\n  ".join(missing)
        )


def _path(folder: Path, language: str, domain: str = "django") -> Path:
    return folder / language / "LC_MESSAGES" / f"{domain}.po"


def _prove_fresh(source: Path, place: Path) -> None:
    if not source.exists():
        raise Failed(f"{source.relative_to(ROOT)} is missing")
    translated = compiled(source, place / "fresh.mo")
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
    names = [name for name in files() if not name.startswith((f"{LOCALE}/", f"{GAPS}/"))]
    with copy(names) as place:
        (place / LOCALE).mkdir(parents=True)
        make = ["manage.py", "makemessages", "--locale", SOURCE_LANGUAGE, "--domain", "django"]
        paths = f"{place}:{place / 'site'}"
        run_quietly(
            [sys.executable, *make],
            cwd=place,
            PYTHONPATH=paths,
            GONGBEI_VAR=str(place / "var"),
        )
        found = _path(place / LOCALE, SOURCE_LANGUAGE)
        # Every id as its own translation, or the compiler would leave it out.
        run_quietly(["msgen", "--output-file", str(found), str(found)])
        # Chinese has one form where English has two.
        return {(key[0], 0) if isinstance(key, tuple) else key for key in compiled(found, target)}


def _text(key: Any) -> str:
    text = key[0] if isinstance(key, tuple) else key
    return str(text).replace("\x04", " | ")
