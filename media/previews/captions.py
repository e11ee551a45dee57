"""Captions (字幕) as people have them, WebVTT or SubRip, made into plain WebVTT."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

MOST_CUES = 10_000
LONGEST_TEXT = 1_000_000
LONGEST_CUE = 500
LATEST = 24 * 3600.0
_TIME = r"(?:(\d{1,2}):)?([0-5]?\d):([0-5]\d)[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?", re.ASCII)
_TAG = re.compile(r"<[^<>]*>")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LEFT_OUT = ("NOTE", "STYLE", "REGION")


class NotCaptions(ValueError):
    """A text that is no captions; `str()` says which line is wrong and what is expected."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(line, what)
        self.line = line
        self.what = what

    def __str__(self) -> str:
        return _("Line %(line)s: %(what)s") % {"line": self.line, "what": self.what}


@dataclass(frozen=True, slots=True)
class Cue:
    """Words from `start` to `end`, in seconds."""

    start: float
    end: float
    text: str


def settled(text: str) -> str:
    """The captions as plain WebVTT; raises `NotCaptions`."""
    cues = cues_of(text)
    blocks = [
        f"{clock(cue.start)} --> {clock(cue.end)}\n{html.escape(cue.text, quote=False)}"
        for cue in cues
    ]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


def cues_of(text: str) -> list[Cue]:
    """The cues of a WebVTT or SubRip text in the order of time; raises `NotCaptions`."""
    if len(text) > LONGEST_TEXT:
        raise NotCaptions(1, _("The captions are too long for one film."))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        if (cue := _cue(number, block)) is not None:
            cues.append(cue)
        if len(cues) > MOST_CUES:
            raise NotCaptions(number, _("There are too many captions for one film."))
    if not cues:
        raise NotCaptions(
            1,
            _(
                "There is no caption. Write a time such as 00:01.000 --> 00:04.000"
                " and the words below it."
            ),
        )
    return sorted(cues, key=lambda cue: (cue.start, cue.end))


def _blocks(lines: list[str]) -> list[tuple[int, list[str]]]:
    """Lines between empty ones, each block with the number of its first line."""
    blocks: list[tuple[int, list[str]]] = []
    is_open = False
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            is_open = False
        elif is_open:
            blocks[-1][1].append(line)
        else:
            blocks.append((number, [line]))
            is_open = True
    return blocks


def _cue(number: int, block: list[str]) -> Cue | None:
    """The cue of a block; None for what is left out: the head, notes, styles."""
    head = block[0].lstrip("\ufeff").strip()
    if head.startswith("WEBVTT") or head.split(maxsplit=1)[0] in _LEFT_OUT:
        return None
    at = next((place for place, line in enumerate(block[:2]) if "-->" in line), None)
    if at is None:
        raise NotCaptions(number, _("a time such as 00:01.000 --> 00:04.000 is expected"))
    times = _TIMES.fullmatch(block[at])
    if times is None:
        raise NotCaptions(number + at, _("a time such as 00:01.000 --> 00:04.000 is expected"))
    parts = times.groups()
    start, end = _seconds(parts[:4]), _seconds(parts[4:])
    if end <= start or end > LATEST:
        raise NotCaptions(number + at, _("the end is not after the beginning"))
    words = "\n".join(filter(None, (plain(line) for line in block[at + 1 :])))
    return Cue(start, end, words[:LONGEST_CUE]) if words else None


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


def plain(line: str) -> str:
    """A line without tags, entities and invisible characters."""
    shown = _UNSEEN.sub("", html.unescape(_TAG.sub("", line)))
    return shown.replace("-->", "→").strip()


def clock(seconds: float) -> str:
    """``00:01:04.500``."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{thousandths:03}"
