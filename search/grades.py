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

# What may follow 三上 so that it means the first half of the year: 三上数学, not 一下子.
_THEN = (
    r"(?=$|[^一-龥]|语文|数学|英语|道德|道法|政治|思政|历史|地理|生物|物理|化学|科学|音乐|美术|体育"
    r"|信息|劳动|艺术|书法|综合|第|期[中末]|单元|人教|北师|苏教|部编|统编|教案|课件|教学|微课|作业|练习|分层|导学)"
)
_PART = rf"\(?(?P<{{0}}_part>[上下])\)?(?:半?学?期|册|{_THEN})"
_FIVE_FOUR = re.compile(r"五[·•]?四学?制|54学?制|\((?:五四|54)\)")

_GRADE = re.compile(
    rf"""
      (?P<juniors>初中|高中)(?P<of_juniors>[一二三四])年级(?:{_PART.format("juniors")})?
    | (?P<year>1[0-2]|(?<![0-9])[1-9]|十[一二]?|[一二三四五六七八九])年级(?:{_PART.format("year")})?
    | (?<!月)(?P<junior>初[一二三四])(?:年级)?(?:{_PART.format("junior")})?
    | (?<![提最较更增升新])(?P<senior>高[一二三])(?![点些个下步])(?:年级)?
        (?:{_PART.format("senior")})?
    | (?<![一-龥0-9a-z])(?P<short>[四五六七八九]|[1-9])\(?(?P<short_part>[上下])\)?册?
    | (?<![一-龥0-9a-z])(?P<few>[一二三])
        (?:\((?P<few_part>[上下])\)|(?P<bare_part>[上下])(?:册|{_THEN}))
    | (?<![0-9a-z])g(?:rade\ ?)?(?P<english>1[0-2]|[1-9])(?![0-9a-z])
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
    five_four = _FIVE_FOUR.search(text) is not None
    for match in _GRADE.finditer(text):
        said = {name: part for name, part in match.groupdict().items() if part}
        part = next((_PARTS[part] for name, part in said.items() if name.endswith("part")), "")
        grade = _grade(said, before_junior=5 if five_four else 6)
        yield GradeSpan(match.start(), match.end(), grade, part)


def _grade(said: dict[str, str], *, before_junior: int) -> int:
    """`before_junior`: grades of the primary stage, five where schools count five and four."""
    if "junior" in said:
        year = _DIGITS[said["junior"][1]]
        return year + (5 if year == _FOURTH else before_junior)
    if "senior" in said:
        return 9 + _DIGITS[said["senior"][1]]
    if "juniors" in said:
        before = 9 if said["juniors"] == "高中" else before_junior
        return before + _DIGITS[said["of_juniors"]]
    return _DIGITS[next(said[name] for name in _PLAIN if name in said)]


_FOURTH = 4
"""A fourth junior year is only there where schools count five and four."""
_PLAIN = ("year", "short", "few", "english")
