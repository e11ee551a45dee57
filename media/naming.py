"""Names of uploaded files: what people see and save (文件名), with nothing in it that misleads."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200  # bytes; file systems stop at 255 and the extension is added later
_SPACES = re.compile(r"\s+")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# Control, format (bidi overrides, zero width), surrogate, private use and unassigned characters.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def display_name(name: str) -> str:
    """`name` without folders, invisible and direction-changing characters, at most 200 bytes."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(mark for mark in last if unicodedata.category(mark) not in _UNSEEN)
    plain = _SPACES.sub(" ", _FORBIDDEN.sub("_", seen)).strip(" .")
    stem, dot, extension = (part.strip(" ") for part in plain.rpartition("."))
    if not dot or len(extension.encode()) > 10:
        return _shortened(plain, LONGEST)
    return f"{_shortened(stem.rstrip(' .'), LONGEST - len(extension.encode()) - 1)}.{extension}"


def extension_of(name: str) -> str:
    """The extension of the shown name in lower case, ``"mp4"``; empty where there is none."""
    stem, dot, extension = display_name(name).rpartition(".")
    return extension.lower() if dot and stem else ""


def stem_of(name: str) -> str:
    """The shown name without its extension."""
    shown = display_name(name)
    extension = extension_of(name)
    return shown[: -len(extension) - 1].rstrip(" .") if extension else shown


def _shortened(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore").strip(" .")
