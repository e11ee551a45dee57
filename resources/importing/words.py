"""Reads what a row says of its textbook (教材描述): stage, subject, edition, grade and volume.

The reading is `resources.catalogue.normalise`'s. Words that it cannot read, or that contradict
one another, are left out and reported with the reason; the rest is read without them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, product

from resources.catalogue.models import Edition, SchoolSystem
from resources.catalogue.normalise import (
    Reading,
    Unclear,
    clean,
    read_stage_and_subject,
    read_volume,
)
from schools.curriculum import Stage, Subject

FIELDS = ("stage", "subject", "edition", "grade", "volume")
_GRADE_NUMBER = re.compile(r"(?:GRADE|G)?(1[0-2]|[1-9])(?:年级)?")
_SENIOR_YEARS = {10: "高一", 11: "高二", 12: "高三"}
_SENIOR_WORDS = {"十年级": "高一", "十一年级": "高二", "十二年级": "高三"}
# Stand in for what a row does not say, so that the rest can be read as a title.
_A_CLASS = {
    None: "一年级全一册",
    Stage.PRIMARY: "一年级全一册",
    Stage.JUNIOR: "七年级全一册",
    Stage.SENIOR: "必修第一册",
}
_A_GRADE = {None: "一年级", Stage.PRIMARY: "一年级", Stage.JUNIOR: "七年级", Stage.SENIOR: "高一"}
_A_PART, _A_SUBJECT, _AN_EDITION = "全一册", "音乐", "其他"


@dataclass(slots=True)
class Textbook:
    """What is known of the textbook; None or empty where nothing, or nothing certain, is said."""

    stage: Stage | None = None
    subject: Subject | None = None
    edition: Edition | None = None
    grade: int | None = None
    part: str = ""
    variant: str = ""
    school_system: SchoolSystem = SchoolSystem.SIX_THREE
    issue_year: int | None = None
    unclear: dict[str, str] = field(default_factory=dict)
    """The fields that could not be read, each with the reason."""


def read_textbook(said: Mapping[str, str]) -> Textbook:
    """What the `FIELDS` of a row mean; a field that is not said is empty or not there."""
    return _read(tuple(said.get(name, "").strip() for name in FIELDS))


@lru_cache(maxsize=4096)
def _read(words: tuple[str, ...]) -> Textbook:
    said = {name: word for name, word in zip(FIELDS, words, strict=True) if word}
    try:
        return _certain(said)
    except Unclear as unclear:
        reason = unclear.reason
    at_fault = _at_fault(said)
    rest = _without(said, at_fault)
    book = Textbook() if _fault(rest) else _certain(rest)
    book.unclear = {name: _fault({name: said[name]}) or reason for name in at_fault}
    return book


def _at_fault(said: dict[str, str]) -> list[str]:
    """The fewest fields without which the others can be read.

    Where several choices are as good, the words contradict one another: none is believed.
    """
    unreadable = {name for name in said if _fault({name: said[name]})}
    for size in range(1, len(said) + 1):
        choices = [
            {*names}
            for names in combinations(said, size)
            if unreadable <= {*names} and not _fault(_without(said, names))
        ]
        if choices:
            culprits = set.union(*choices)
            return [name for name in said if name in culprits]
    return [*said]


def _without(said: dict[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: word for name, word in said.items() if name not in set(names)}


def _fault(said: dict[str, str]) -> str:
    """Why these words cannot be read together; empty where they can."""
    try:
        _certain(said)
    except Unclear as unclear:
        return unclear.reason
    return ""


def _certain(said: dict[str, str]) -> Textbook:
    """What all of `said` means; raises `Unclear`."""
    if not said:
        return Textbook()
    stage = read_stage_and_subject(said["stage"], _A_SUBJECT)[0] if "stage" in said else None
    grade, volume = _as_class(said.get("grade", "")), said.get("volume", "")
    failed: Unclear | None = None
    for class_filler, subject, edition in _fillers(said, grade, volume, stage):
        title = " ".join(filter(None, [class_filler, grade, volume]))
        if grade and class_filler == _A_PART:
            title = f"{grade}{_A_PART}"
        try:
            found = read_volume(
                title,
                stage=said.get("stage", ""),
                subject=said.get("subject", subject),
                edition=said.get("edition", edition),
            )
        except Unclear as unclear:
            failed = failed or unclear
            continue
        return _told(found, said, stage, class_filler, subject, edition)
    assert failed is not None  # noqa: S101 - at least one title was tried
    raise failed


def _fillers(
    said: dict[str, str], grade: str, volume: str, stage: Stage | None
) -> Iterator[tuple[str, str, str]]:
    """What may stand in for class, subject and edition, nothing first."""
    if not grade and not volume:
        classes = [_A_CLASS[stage]]
    elif not volume:
        classes = ["", _A_PART]
    else:
        classes = [""] if grade else ["", _A_GRADE[stage]]
    subjects = [""] if "subject" in said else ["", _A_SUBJECT, "语文"]
    editions = [""] if "edition" in said else ["", _AN_EDITION]
    yield from product(classes, subjects, editions)


def _told(
    found: Reading,
    said: dict[str, str],
    stage: Stage | None,
    class_filler: str,
    subject: str,
    edition: str,
) -> Textbook:
    """The reading without what only stood in."""
    book = Textbook(
        stage=found.stage,
        subject=found.subject,
        edition=found.edition,
        grade=found.grade,
        part=found.part,
        variant=found.variant,
        school_system=found.school_system or SchoolSystem.SIX_THREE,
        issue_year=found.issue_year,
    )
    if class_filler == _A_PART:
        book.part = ""
    elif class_filler:
        book.grade, book.stage = None, stage
        book.part = book.part if "volume" in said else ""
    if "grade" in said and book.grade is None:
        book.grade = _number_of(said["grade"])  # the books of the senior stage name none
    if subject:
        book.subject = None
        # 人教版 is one thing or the other, as the subject is.
        if book.edition in {Edition.RENJIAO, Edition.TONGBIAN} and not _says_tongbian(said):
            book.edition = None
    if edition:
        book.edition = None
    return book


def _says_tongbian(said: dict[str, str]) -> bool:
    return any(
        stem in clean(said.get(name, "")) for name in ("edition", "volume") for stem in _TONGBIAN
    )


_TONGBIAN = ("统编", "部编")


def _as_class(text: str) -> str:
    """A grade as titles write it: ``7`` and ``G7`` are 七年级, ``10`` is 高一."""
    word = clean(text)
    if match := _GRADE_NUMBER.fullmatch(word):
        number = int(match[1])
        return _SENIOR_YEARS.get(number, f"{number}年级")
    if word in "一二三四五六七八九" and len(word) == 1:
        return f"{word}年级"
    return _SENIOR_WORDS.get(word, text)


def _number_of(grade: str) -> int | None:
    try:
        return read_volume(f"{_as_class(grade)}{_A_PART}", subject="音乐", edition="其他").grade
    except Unclear:
        return None
