"""Reads the cells of a roster: names, numbers, subjects, grades, titles and roles as people write.

Every reader gives what is meant or raises `Unclear` with the reason; none guesses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from django.utils.translation import gettext as _

from schools.curriculum import Grade, SchoolSystem, Stage, Subject, stage_of
from schools.models import RoleGrant, TeacherTitle
from schools.models.dated import today
from schools.names import is_name, tidy_name
from schools.spellings import (
    COLUMNS,
    HEADINGS,
    LEVELS,
    ROLES,
    STAGES,
    SUBJECTS,
    TEACHER,
    TITLES,
)
from schools.spreadsheets import Row, read_table
from schools.spreadsheets.reading import Opened

T = TypeVar("T")
Kind = TeacherTitle.Kind
Level = TeacherTitle.Level
Role = RoleGrant.Role

REQUIRED_COLUMNS = ("school", "name", "phone")
_BETWEEN = re.compile(r"[、,，;；/|]+|\s+")
_NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九十", start=1)} | {
    "十一": 11,
    "十二": 12,
}
_N = "十[一二]|[一二三四五六七八九十]|1[0-2]|[1-9]"
_GRADE = re.compile(rf"(初中?|高中?)?({_N})(?:年级|年)?")
_RANGE = re.compile(rf"({_N})(?:年级)?[-~至到—–]({_N})(?:年级|年)?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|(\d{4})(\d{2})(\d{2})")
_FIRST_YEAR = 1950


class Unclear(ValueError):
    """A cell whose meaning is not certain; its text is the reason."""


@dataclass(frozen=True, slots=True)
class Conferred:
    """A title with its level and the day since when it is held, where that is said."""

    kind: Kind
    level: Level
    since: date | None


def read_roster(source: Path | Opened, *, of_one_school: bool = False) -> list[Row]:
    """The rows of a roster file; raises `UnreadableTable`.

    One who administers one school alone may leave its column out.
    """
    required = REQUIRED_COLUMNS[1:] if of_one_school else REQUIRED_COLUMNS
    headings = {**HEADINGS, **{name: name for name in COLUMNS}}
    return read_table(source, required=required, headings=headings)


def folded(text: str) -> str:
    """A word as it is compared: half width, small, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _known(names: Mapping[T, Iterable[str]]) -> dict[str, T]:
    return {folded(name): key for key, several in names.items() for name in (*several, str(key))}


_STAGES, _SUBJECTS, _ROLES = _known(STAGES), _known(SUBJECTS), _known(ROLES)
_TITLES, _LEVELS = _known(TITLES), _known(LEVELS)


def _words(text: str) -> Iterator[str]:
    return (word for word in _BETWEEN.split(text.strip()) if word)


def _each(text: str, known: Mapping[str, T], reason: str) -> list[T]:
    """What the words of a cell mean, each once; `reason` tells of the first unknown one."""
    whole = known.get(folded(text))
    if whole is not None:
        return [whole]
    found: dict[T, None] = {}
    for word in _words(text):
        meant = known.get(folded(word))
        if meant is None:
            raise Unclear(reason % {"word": word})
        found[meant] = None
    return list(found)


# people


def read_name(text: str) -> str:
    """A person's name as it is kept."""
    name = tidy_name(text)
    if not name:
        raise Unclear(_("The name is missing."))
    if not is_name(name):
        raise Unclear(_("“%(name)s” is not a name.") % {"name": name})
    return name


def read_phone(text: str) -> str:
    """A mobile number: 11 digits, however they were spaced."""
    plain = re.sub(r"[\s\-()·.]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(?:\+|00)86", "", plain)
    if not digits:
        raise Unclear(_("The phone number is missing."))
    if not digits.isascii() or not digits.isdigit():
        raise Unclear(_("“%(phone)s” is not a phone number.") % {"phone": text})
    if len(digits) != 11:
        raise Unclear(
            _("The phone number %(phone)s has %(count)s digits; a mobile number has 11.")
            % {"phone": digits, "count": len(digits)}
        )
    if digits[0] != "1":
        raise Unclear(_("%(phone)s is no mobile number: those begin with 1.") % {"phone": digits})
    return digits


# what is taught


def read_subjects(text: str) -> list[Subject]:
    """The subjects of a cell: ``语文、音乐``."""
    return _each(text, _SUBJECTS, _("Unknown subject “%(word)s”."))


def read_stages(text: str) -> list[Stage]:
    """The stages of a cell: ``小学/初中``."""
    return _each(text, _STAGES, _("Unknown stage “%(word)s”."))


def read_grades(text: str, stages: Iterable[Stage], system: SchoolSystem) -> list[int]:
    """The grades 1 to 12 of a cell: ``七年级、八年级``, ``3-5``, ``初一``."""
    plain = re.sub(r"\s+(?=年级)", "", unicodedata.normalize("NFKC", text))
    grades: dict[int, None] = {}
    for word in _words(plain):
        grades.update(dict.fromkeys(_grades_of(word, system)))
    allowed = set(stages)
    for grade in grades:
        stage = stage_of(grade, system)
        if allowed and stage not in allowed:
            raise Unclear(
                _("%(grade)s does not belong to %(stage)s.")
                % {
                    "grade": Grade(grade).label,
                    "stage": ", ".join(str(each.label) for each in allowed),
                }
            )
    return list(grades)


def _grades_of(word: str, system: SchoolSystem) -> Iterable[int]:
    if several := _RANGE.fullmatch(word):
        first, last = _numeral(several[1]), _numeral(several[2])
        if first < last:
            return range(first, last + 1)
    elif one := _GRADE.fullmatch(word):
        return [_grade(one[1] or "", _numeral(one[2]), word, system)]
    raise Unclear(_("Unknown grade “%(word)s”.") % {"word": word})


def _grade(stage: str, number: int, word: str, system: SchoolSystem) -> int:
    """A grade that may be counted within its stage: in the five-four system 初一 is grade 6."""
    years, before = {
        "初": (4, 5) if system == SchoolSystem.FIVE_FOUR else (3, 6),
        "高": (3, 9),
    }.get(stage[:1], (12, 0))
    if number > years:
        raise Unclear(_("Unknown grade “%(word)s”.") % {"word": word})
    return before + number


def _numeral(text: str) -> int:
    return _NUMERALS.get(text) or int(text)


# titles and roles


def read_titles(text: str, level: str, since: str) -> list[Conferred]:
    """The titles of a line; the level may stand in its own cell or before the title (市级骨干)."""
    if not text or text in TEACHER:
        if level and level not in TEACHER:
            raise Unclear(_("There is a level without a title."))
        return []
    day = read_day(since)
    beside = _one_level(level)
    found: dict[tuple[Kind, Level], Conferred] = {}
    for word in _words(text):
        kind, own = _title(word)
        if own and beside and own != beside:
            raise Unclear(_("“%(word)s” contradicts the level beside it.") % {"word": word})
        meant = own or beside
        if meant is None:
            raise Unclear(_("The level of the title “%(word)s” is missing.") % {"word": word})
        found[kind, meant] = Conferred(kind, meant, day)
    return list(found.values())


def _one_level(text: str) -> Level | None:
    if not text.strip():
        return None
    level = _LEVELS.get(folded(text))
    if level is None:
        raise Unclear(_("Unknown level “%(word)s”.") % {"word": text})
    return level


def _title(word: str) -> tuple[Kind, Level | None]:
    plain = folded(word)
    if plain in _TITLES:
        return _TITLES[plain], None
    for spelling in sorted(_LEVELS, key=len, reverse=True):
        rest = plain.removeprefix(spelling)
        if rest != plain and rest in _TITLES:
            return _TITLES[rest], _LEVELS[spelling]
    raise Unclear(_("Unknown title “%(word)s”.") % {"word": word})


def read_day(text: str) -> date | None:
    """A day of the past: ``2024-09-01``, ``2024年9月``; a month means its first day."""
    plain = folded(text)
    if not plain:
        return None
    match = _DAY.fullmatch(plain)
    if match is None:
        raise Unclear(_("“%(text)s” is not a date such as 2024-09-01.") % {"text": text})
    if re.fullmatch(r"\d{4}\.1", plain):
        # A number cell that showed 2024.10 comes as 2024.1.
        raise Unclear(
            _("“%(text)s” may be January or October. Write it as 2024-10.") % {"text": text}
        )
    year, month, day = match[1] or match[4], match[2] or match[5], match[3] or match[6] or "1"
    try:
        found = date(int(year), int(month), int(day))
    except ValueError as error:
        raise Unclear(_("There is no day “%(text)s”.") % {"text": text}) from error
    if found > today():
        raise Unclear(_("The day %(day)s is in the future.") % {"day": found.isoformat()})
    if found.year < _FIRST_YEAR:
        raise Unclear(_("The day %(day)s is too long ago.") % {"day": found.isoformat()})
    return found


def read_roles(text: str) -> list[Role]:
    """The roles of a cell; 教师 is none."""
    words = [word for word in _words(text) if folded(word) not in TEACHER]
    return _each(" ".join(words), _ROLES, _("Unknown role “%(word)s”.")) if words else []
