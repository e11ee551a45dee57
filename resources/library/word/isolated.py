"""Reading a Word document safely: in a process of its own, with limits, without secrets.

An old document (.doc, .wps) is turned into a .docx by LibreOffice first, where that is installed.
"""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from media.isolation.limits import MEGABYTE
from media.isolation.office import convert, office
from media.isolation.running import Limits, run_module
from media.naming import display_name
from resources.library.word.archive import LARGEST_FILE, refuse_unsafe
from resources.library.word.child import LARGEST_OUTPUT, MOST_CHARACTERS
from resources.library.word.reasons import Reason, Unreadable

WALL_SECONDS = 40
CONVERSION = Limits(memory=4096 * MEGABYTE, cpu_seconds=60, output=LARGEST_OUTPUT, wall_seconds=90)
_at_once = threading.BoundedSemaphore(3)
"""How many documents one server process reads at the same time; the others wait."""
EXTENSIONS = ("docx", "docm", "doc", "wps", "rtf")

_SAVE_AS = _("Open it in Word or WPS and save it as a “.docx” document, then choose it again.")
SENTENCES = {
    Reason.EMPTY: _("“%(name)s” is empty. Please check the file and choose it again."),
    Reason.TOO_LARGE: _(
        "“%(name)s” is larger than %(limit)s. Make its pictures smaller and choose it again."
    ),
    Reason.NOT_WORD: _("“%(name)s” is not a Word document inside. %(save_as)s"),
    Reason.OLD: _("“%(name)s” is in the old Word format, which cannot be read here. %(save_as)s"),
    Reason.OLD_NOT_CONVERTED: _(
        "“%(name)s” is in the old Word format and could not be converted. %(save_as)s"
    ),
    Reason.ENCRYPTED: _(
        "“%(name)s” has a password. Take the password off in Word, save it and choose it again."
    ),
    Reason.OTHER_OFFICE: _(
        "“%(name)s” is a sheet or slides, not a text. Please choose the plan as a Word document."
    ),
    Reason.UNSAFE: _(
        "“%(name)s” is built as no word processor builds it, so it was not opened. %(save_as)s"
    ),
    Reason.DAMAGED: _("“%(name)s” is damaged inside. %(save_as)s"),
    Reason.TOO_DEEP: _(
        "“%(name)s” has too many tables within tables. Take some apart and choose it again."
    ),
    Reason.TOO_LONG: _(
        "“%(name)s” is longer than %(most)s characters, too long for one lesson."
        " Please choose the part that is this lesson."
    ),
    Reason.TOO_MUCH_WORK: _("“%(name)s” takes too long to read. %(save_as)s"),
    Reason.NOTHING_IN_IT: _("“%(name)s” has no text. Please check that it is the right file."),
}


class WordRefused(ValueError):
    """A document that cannot be read; `str()` says to the teacher what is so and what to do."""

    def __init__(self, name: str, reason: Reason) -> None:
        super().__init__(name, reason)
        self.name = display_name(name) or "?"
        self.reason = reason

    def __str__(self) -> str:
        return str(SENTENCES[self.reason]) % {
            "name": self.name,
            "save_as": _SAVE_AS,
            "limit": filesizeformat(LARGEST_FILE),
            "most": f"{MOST_CHARACTERS:,}",
        }


@dataclass(frozen=True, slots=True)
class WordPicture:
    """A picture of a document: its bytes, its name there, our uuid where it once came from us."""

    name: str
    content: bytes
    known: str


@dataclass(frozen=True, slots=True)
class WordText:
    """What was read: pieces as `placing.Piece` has them; ``picture:0`` is the first picture."""

    pieces: list[dict[str, Any]]
    pictures: list[WordPicture]
    notes: list[str]
    is_ours: bool
    characters: int


def read_word(content: bytes, name: str, *, headings: Sequence[str] = ()) -> WordText:
    """The pieces of a document for a plan with these section headings; raises `WordRefused`."""
    try:
        return _read(content, headings)
    except Unreadable as refused:
        raise WordRefused(name, refused.reason) from refused


def _read(content: bytes, headings: Sequence[str]) -> WordText:
    with tempfile.TemporaryDirectory(prefix="gongbei-word-") as made:
        folder = Path(made)
        try:
            refuse_unsafe(content)
        except Unreadable as refused:
            if refused.reason is not Reason.OLD:
                raise
            content = converted(content, folder)
            refuse_unsafe(content)
        (folder / "in.docx").write_bytes(content)
        (folder / "asked.json").write_text(json.dumps({"headings": list(headings)}), "utf-8")
        _run_child(folder)
        return _outcome(folder)


def _run_child(folder: Path) -> None:
    with _one_of_few(WALL_SECONDS):
        ended = run_module(["resources.library.word.child", str(folder)], folder, WALL_SECONDS)
    if ended != 0:
        raise Unreadable(Reason.TOO_MUCH_WORK)


@contextlib.contextmanager
def _one_of_few(seconds: float) -> Iterator[None]:
    """Wait for one of the few processes that a server process may have at the same time."""
    if not _at_once.acquire(timeout=seconds):
        raise Unreadable(Reason.TOO_MUCH_WORK)
    try:
        yield
    finally:
        _at_once.release()


def _outcome(folder: Path) -> WordText:
    out = folder / "out.json"
    if not out.exists() or out.stat().st_size > LARGEST_OUTPUT:
        raise Unreadable(Reason.TOO_MUCH_WORK)
    said: dict[str, Any] = json.loads(out.read_text("utf-8"))
    if "reason" in said:
        raise Unreadable(Reason(said["reason"]))
    pictures = [
        WordPicture(entry["name"], (folder / f"picture-{number}").read_bytes(), entry["known"])
        for number, entry in enumerate(said["pictures"])
    ]
    return WordText(said["pieces"], pictures, said["notes"], said["is_ours"], said["characters"])


def converted(content: bytes, folder: Path) -> bytes:
    """An old document as a .docx; raises `Unreadable`."""
    program = office()
    if program is None:
        raise Unreadable(Reason.OLD)
    source = folder / "old.doc"
    source.write_bytes(content)
    with _one_of_few(CONVERSION.wall_seconds):
        made = convert(program, source, "docx:MS Word 2007 XML", folder, limits=CONVERSION)
    if made is None:
        raise Unreadable(Reason.OLD_NOT_CONVERTED)
    return made.read_bytes()
