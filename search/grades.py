"""Grades as people write them (七年级, 初一, 七上, 高二下册), read the same way on both sides.

The word segmenter cuts 七年级 as one word and 九年级 as two, and nobody who writes 初一 finds
七年级. So grades are read before segmenting, in what is indexed and in what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = {digit: n for n, digit in enumerate("一二三四五六七八九", start=1)}
_DIGITS |= {str(n): n for n in range(1, 13)} | {"十": 10, "十一": 11, "十二": 12}
_PARTS = {"上": "上册", "下": "下册", "全": "全册"}

_GRADE = re.compile(
    r"""
      (?P<year>1[0-2]|(?<![0-9])[1-9]|十[一二]?|[一二三四五六七八九])年级
        (?:(?P<year_part>[上下])(?:学?期|册)?(?![一-龥]))?
    | (?<!月)(?P<junior>初[一二三])(?:(?P<junior_part>[上下])(?:册|(?=$|[^一-龥])))?
    | (?<![提最较更增升新])(?P<senior>高[一二三])(?![点些个下步])
        (?:(?P<senior_part>[上下])(?:册|(?=$|[^一-龥])))?
    | (?<![一-龥0-9a-z])(?P<short>[四五六七八九]|[1-9])(?P<short_part>[上下])册?
    | (?<![一-龥0-9a-z])(?P<few>[一二三])(?P<few_part>[上下])(?:册|(?=$|[^一-龥]))
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class GradeSpan:
    """A grade that is named in a text, with the part of the year where that is named too."""

    start: int
    end: int
    grade: int
    part: str
    """``上册``, ``下册`` or empty."""

    def words(self) -> list[str]:
        """The words by which it is indexed and asked for."""
        return [token_of(self.grade), *([self.part] if self.part else [])]


def token_of(grade: int) -> str:
    """The one word under which a grade is indexed and asked for."""
    return f"grade{grade}"


def volume_word(volume: str) -> str:
    """A volume (``上``) as the word by which it is indexed and asked for."""
    return _PARTS.get(volume, volume)


def grades_in(text: str) -> Iterator[GradeSpan]:
    """The grades that `text`, already normalised, names."""
    for match in _GRADE.finditer(text):
        said = {name: part for name, part in match.groupdict().items() if part}
        part = next((_PARTS[part] for name, part in said.items() if name.endswith("part")), "")
        yield GradeSpan(match.start(), match.end(), _grade(said), part)


def _grade(said: dict[str, str]) -> int:
    if "junior" in said:
        return 6 + _DIGITS[said["junior"][1]]
    if "senior" in said:
        return 9 + _DIGITS[said["senior"][1]]
    return _DIGITS[next(said[name] for name in ("year", "short", "few") if name in said)]
