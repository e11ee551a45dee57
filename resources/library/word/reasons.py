"""Why a Word document cannot be read, as data that crosses from the reading process."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why not."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    NOT_WORD = "not word"
    OLD = "old"
    OLD_NOT_CONVERTED = "old, not converted"
    ENCRYPTED = "encrypted"
    OTHER_OFFICE = "other office"
    UNSAFE = "unsafe"
    DAMAGED = "damaged"
    TOO_DEEP = "too deep"
    TOO_LONG = "too long"
    TOO_MUCH_WORK = "too much work"
    NOTHING_IN_IT = "nothing in it"


class Unreadable(ValueError):
    """The document cannot be read, for this reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
