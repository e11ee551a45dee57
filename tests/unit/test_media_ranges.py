"""A Range header asks for one part of a file, for the whole, or for what is not there."""

from __future__ import annotations

import pytest

from media.ranges import Part, Unsatisfiable, part_of

SIZE = 1000
PARTS = {
    "bytes=0-0": Part(0, 1, SIZE),
    "bytes=0-499": Part(0, 500, SIZE),
    "bytes=500-": Part(500, 500, SIZE),
    "bytes=-1": Part(999, 1, SIZE),
    "bytes=-300": Part(700, 300, SIZE),
    "bytes=-5000": Part(0, SIZE, SIZE),
    "bytes=0-": Part(0, SIZE, SIZE),
    "bytes=990-99999": Part(990, 10, SIZE),
    "bytes=999-999": Part(999, 1, SIZE),
    "bytes= 0 - 9": Part(0, 10, SIZE),
}
WHOLE = [
    "",
    "bytes",
    "bytes=",
    "bytes=-",
    "bytes=9-0",
    "bytes=0-1,5-9",
    "bytes=0-1,",
    "bytes=a-b",
    "bytes=0x0-0x9",
    "bytes=--1",
    "bytes=1--1",
    "bytes=٠-٩",
    "items=0-9",
    "bytes=0-9\r\nX: y",
    "bytes=" + "9" * 30 + "-",
]
BEHIND = ["bytes=1000-", "bytes=1000-2000", "bytes=9999999999999-", "bytes=-0"]


@pytest.mark.parametrize(("header", "part"), PARTS.items())
def test_one_range_is_one_part(header: str, part: Part) -> None:
    assert part_of(SIZE, header) == part


@pytest.mark.parametrize("header", WHOLE)
def test_what_is_malformed_or_asks_for_several_parts_gets_the_whole(header: str) -> None:
    assert part_of(SIZE, header) is None


@pytest.mark.parametrize("header", BEHIND)
def test_a_range_behind_the_end_is_not_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        part_of(SIZE, header)


def test_every_range_of_a_small_file_lies_within_it() -> None:
    for first in range(6):
        for last in range(first, 8):
            try:
                part = part_of(5, f"bytes={first}-{last}")
            except Unsatisfiable:
                assert first >= 5
            else:
                assert part is not None
                assert part.start + part.length <= 5
