"""Judged queries in 16 classes: what is typed, what is meant, and how good a thing is for it.

They are made from the lessons by rule and seed, so that nobody picks the ones that come out well.
Every third is held out: figures for these are never looked at while something is tuned.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from benchmarks.search.books import Lesson
from benchmarks.search.corpus import KINDS, METHODS, Thing, all_lessons

EACH = 12
_GRADES = "一二三四五六七八九"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A query with what is meant by it."""

    text: str
    sort: str
    """Its class."""
    held_out: bool = False
    titles: frozenset[str] = frozenset()
    """Lessons meant, squeezed; empty where any lesson will do."""
    kind: str = ""
    subject: str = ""
    grade: int = 0
    volume: str = ""
    edition: str = ""
    method: str = ""
    needs: frozenset[str] = field(default_factory=frozenset)


def gain(query: Judged, thing: Thing) -> int:
    """0 useless, 1 of some use, 2 good, 3 what was asked for."""
    lesson = thing.lesson
    if query.titles and squeezed(lesson.title) not in query.titles:
        return 0
    if query.method and thing.method != query.method:
        return 0
    if query.subject and lesson.subject != query.subject:
        return 0
    wrong = [
        bool(query.kind) and thing.kind != query.kind,
        bool(query.grade) and lesson.grade != query.grade,
        bool(query.volume) and lesson.volume != query.volume,
        bool(query.edition) and lesson.edition != query.edition,
    ]
    if not query.titles and not query.method:
        return 0 if any(wrong) else 3
    return max(3 - sum(wrong), 1)


@cache
def squeezed(title: str) -> str:
    """A title without marks and particles."""
    return re.sub(r"[\W_的与和及之]", "", title).lower()


def queries(seed: int = 11) -> list[Judged]:
    """All queries; the same for the same seed."""
    chance = random.Random(seed)
    made = []
    for name, make in _CLASSES.items():
        texts: set[str] = set()
        for _try in range(2000):
            query = make(chance)
            if query is None or query.text in texts:
                continue
            texts.add(query.text)
            held_out = len(texts) % 3 == 0
            made.append(_with_class(query, name, held_out))
            if len(texts) == EACH:
                break
    return made


def _with_class(query: Judged, name: str, held_out: bool) -> Judged:
    from dataclasses import replace

    return replace(query, sort=name, held_out=held_out)


# the parts of a query


_LESSONS = all_lessons()
_COMMON = Counter(squeezed(lesson.title) for lesson in _LESSONS)
_GENERIC = re.compile(
    r"^(?:Part|Section|Let|Story|数学活动|习作|写作|口语|语文园地|单元|复习|小结|阅读|综合)"
)
_TELLING = [
    lesson
    for lesson in _LESSONS
    if _COMMON[squeezed(lesson.title)] == 1
    and not _GENERIC.match(lesson.title)
    and len(lesson.title) <= 12
]
"""Lessons that are one lesson alone."""


def _lesson(chance: random.Random, *, least: int = 1, han: bool = False) -> Lesson:
    while True:
        lesson = chance.choice(_TELLING)
        if len(lesson.title) >= least and not (han and re.search(r"[^一-龥]", lesson.title)):
            return lesson


def _meant(lesson: Lesson, **more: object) -> Judged:
    return Judged(text="", sort="", titles=frozenset({squeezed(lesson.title)}), **more)  # type: ignore[arg-type]


def _asked(text: str, meant: Judged) -> Judged:
    from dataclasses import replace

    return replace(meant, text=text)


def _kind(chance: random.Random) -> tuple[str, str]:
    kind = chance.choice(list(KINDS))
    return kind, chance.choice(KINDS[kind])


def _class_of(lesson: Lesson) -> str:
    return f"{_GRADES[lesson.grade - 1]}{lesson.volume}" if lesson.grade < 10 else "高一"


# the classes


def _title(chance: random.Random) -> Judged:
    lesson = _lesson(chance)
    return _asked(lesson.title, _meant(lesson))


def _title_kind(chance: random.Random) -> Judged:
    lesson, (kind, word) = _lesson(chance), _kind(chance)
    return _asked(f"{lesson.title} {word}", _meant(lesson, kind=kind))


def _joined(chance: random.Random) -> Judged:
    lesson, (kind, word) = _lesson(chance, least=2), _kind(chance)
    return _asked(f"{lesson.title}{word}", _meant(lesson, kind=kind))


def _whole(chance: random.Random) -> Judged | None:
    lesson, (kind, word) = _lesson(chance, least=2), _kind(chance)
    if lesson.grade > 9 or lesson.volume not in "上下":
        return None
    text = f"{_class_of(lesson)}{lesson.subject} {lesson.title} {word}"
    meant = _meant(lesson, kind=kind, grade=lesson.grade, subject=lesson.subject)
    return _asked(text, meant)


def _run_on(chance: random.Random) -> Judged | None:
    lesson, (kind, word) = _lesson(chance, least=3), _kind(chance)
    if lesson.grade < 7 or lesson.grade > 9:
        return None
    text = f"初{_GRADES[lesson.grade - 7]}{lesson.subject}{lesson.title}{word}"
    return _asked(text, _meant(lesson, kind=kind, grade=lesson.grade, subject=lesson.subject))


def _author(chance: random.Random) -> Judged | None:
    lesson, (kind, word) = _lesson(chance), _kind(chance)
    if not lesson.author:
        return None
    return _asked(f"{lesson.title} {lesson.author} {word}", _meant(lesson, kind=kind))


def _with_edition(chance: random.Random) -> Judged | None:
    lesson = _lesson(chance, least=2)
    edition = lesson.edition.removesuffix("版")
    if lesson.edition == "统编版":
        edition = chance.choice(("人教版", "部编版", "统编"))
    text = f"{edition} {lesson.subject} {lesson.title}"
    return _asked(text, _meant(lesson, subject=lesson.subject))


def _pinyin(chance: random.Random) -> Judged:
    from pypinyin import lazy_pinyin

    lesson = _lesson(chance, least=2, han=True)
    return _asked(("", " ")[chance.random() < 0.4].join(lazy_pinyin(lesson.title)), _meant(lesson))


def _homophone(chance: random.Random) -> Judged | None:
    from pypinyin import lazy_pinyin

    lesson = _lesson(chance, least=2, han=True)
    at = chance.randrange(len(lesson.title))
    sound = lazy_pinyin(lesson.title[at])
    others = [c for c in _CHARACTERS if lazy_pinyin(c) == sound and c != lesson.title[at]]
    if not others:
        return None
    text = f"{lesson.title[:at]}{chance.choice(others)}{lesson.title[at + 1 :]}"
    if squeezed(text) in _COMMON:
        return None
    return _asked(text, _meant(lesson))


def _misspelt(chance: random.Random) -> Judged:
    lesson = _lesson(chance, least=5, han=True)
    at = chance.randrange(len(lesson.title))
    other = chance.choice(["", chance.choice("口田目由且具其"), lesson.title[at] * 2])
    return _asked(f"{lesson.title[:at]}{other}{lesson.title[at + 1 :]}", _meant(lesson))


def _without_particles(chance: random.Random) -> Judged | None:
    lesson = _lesson(chance, least=4)
    text = re.sub("[的与和及之、]", "", lesson.title)
    return _asked(text, _meant(lesson)) if text != lesson.title else None


def _sentence(chance: random.Random) -> Judged:
    lesson, (kind, word) = _lesson(chance, least=3), _kind(chance)
    form = chance.choice(
        (
            "我想找一份{}的{}",
            "请问有没有{}的{}",
            "《{}》这一课怎么上 {}",
            "求{}{}",
            "帮我找{}的优质{}",
        )
    )
    return _asked(form.format(lesson.title, word), _meant(lesson, kind=kind))


def _conditions(chance: random.Random) -> Judged:
    lesson, (kind, word) = _lesson(chance), _kind(chance)
    grade = (*(f"{n}年级" for n in _GRADES), "高一")[min(lesson.grade, 10) - 1]
    text = f"{grade}{lesson.subject} {word}"
    return Judged(text=text, sort="", kind=kind, grade=lesson.grade, subject=lesson.subject)


def _method(chance: random.Random) -> Judged:
    method = chance.choice(METHODS)
    lesson = _lesson(chance)
    text = f"{lesson.subject} {method}"
    return Judged(text=text, sort="", method=method, subject=lesson.subject)


def _unit(chance: random.Random) -> Judged:
    lesson, (kind, word) = _lesson(chance, least=2), _kind(chance)
    grade = (*(f"{n}年级" for n in _GRADES), "高一")[min(lesson.grade, 10) - 1]
    return _asked(f"{word} {lesson.title} {grade}", _meant(lesson, kind=kind, grade=lesson.grade))


def _period(chance: random.Random) -> Judged:
    lesson, (kind, word) = _lesson(chance, least=2), _kind(chance)
    return _asked(f"{lesson.title} 第{chance.choice('一二')}课时 {word}", _meant(lesson, kind=kind))


def _pinyin_kind(chance: random.Random) -> Judged:
    from pypinyin import lazy_pinyin

    lesson = _lesson(chance, least=2, han=True)
    kind, word = chance.choice(
        [("lesson_plan", "教案"), ("courseware", "课件"), ("microlecture", "微课")]
    )
    return _asked(f"{''.join(lazy_pinyin(lesson.title))} {word}", _meant(lesson, kind=kind))


_CHARACTERS = sorted({c for lesson in _LESSONS for c in lesson.title if "一" <= c <= "龥"})
_CLASSES: dict[str, Callable[[random.Random], Judged | None]] = {
    "title": _title,
    "title and kind": _title_kind,
    "title and kind in one": _joined,
    "class, subject, title, kind": _whole,
    "all of it in one": _run_on,
    "author": _author,
    "edition": _with_edition,
    "pinyin": _pinyin,
    "pinyin and kind": _pinyin_kind,
    "sounds alike": _homophone,
    "one character other": _misspelt,
    "without particles": _without_particles,
    "sentence": _sentence,
    "conditions alone": _conditions,
    "a word of the text": _method,
    "turned round": _unit,
    "lesson period": _period,
}


def classes() -> Iterator[str]:
    """Their names."""
    yield from _CLASSES
