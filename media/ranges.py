"""Byte ranges of a download (断点续传): one part of a file, for players and broken lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)


@dataclass(frozen=True)
class Part:
    """`length` bytes from `start` of a file of `size`."""

    start: int
    length: int
    size: int

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


class Unsatisfiable(ValueError):
    """A range that lies behind the end of the file."""


def part_of(size: int, header: str) -> Part | None:
    """The part a Range header asks for; None for the whole. Raises `Unsatisfiable`.

    What is malformed and what asks for several parts gets the whole, as RFC 9110 allows.
    """
    asked = _RANGE.fullmatch(header.replace(" ", ""))
    if asked is None or asked.groups() == ("", ""):
        return None
    first, last = asked.groups()
    if not first:
        start, end = max(size - int(last), 0), size - 1
        if int(last) == 0:
            raise Unsatisfiable(header)
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < int(first):
            return None
    if start >= size:
        raise Unsatisfiable(header)
    return Part(start, end - start + 1, size)
