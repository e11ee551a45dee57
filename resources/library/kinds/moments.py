"""Key moments (关键片段) of a recording: a time and what happens then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from resources.library.kinds.reading import Fields, clock


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """`at` seconds from the start."""

    at: int
    label: str

    @property
    def clock(self) -> str:
        """``1:30``."""
        return clock(self.at)

    @property
    def data(self) -> dict[str, Any]:
        """As the JSON field and an export have it."""
        return {"at": self.at, "label": self.label}


def moments_from(rows: Iterable[Fields]) -> list[Moment]:
    """Moments from outside in the order of time; raises `FieldRefused`."""
    found = []
    for row in rows:
        at = row.moment("at")
        if at is None:
            raise row.refused("at", gettext("a time like 1:30 is expected"))
        found.append(Moment(at, row.text("label", 200)))
    return sorted(found)


def stored(data: Iterable[Mapping[str, Any]]) -> list[Moment]:
    """Moments as the JSON field keeps them."""
    return [Moment(int(row.get("at", 0)), str(row.get("label", ""))) for row in data]
