"""A library made up: rows for `import_resources`, described as badly as real ones, and the truth.

    PYTHONPATH=.:site python -m benchmarks.search.corpus 50000 rows.jsonl

Lessons are those of the shipped catalogue and of books that it does not have (`books`). What is
true of a row is kept apart from what the row says: a chapter, a grade or an edition is missing,
grades and editions are spelt in several ways, and every text names other lessons on purpose.
"""

from __future__ import annotations

import csv
import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.search.books import AUTHORS, Lesson, lessons

DATA = Path(__file__).parents[2] / "resources/catalogue/data"
KINDS: dict[str, tuple[str, ...]] = {
    "lesson_plan": ("教学设计", "教案", "导学案", "优质课教案"),
    "courseware": ("课件", "PPT", "教学课件"),
    "microlecture": ("微课", "微视频"),
    "class_exercise": ("课堂练习", "同步练习", "随堂练习", "当堂检测"),
    "tiered_homework": ("分层作业", "课后分层作业", "作业设计"),
    "key_point_recording": ("知识点精讲", "课堂实录"),
    "difficulty_recording": ("难点解答", "答疑实录"),
    "solution_technique": ("解题技巧", "解题方法"),
}
_SHARE = (30, 22, 10, 12, 12, 5, 4, 5)
METHODS = (
    "情境教学", "大单元教学", "项目式学习", "小组合作", "思维导图", "游戏化教学", "翻转课堂",
    "支架式教学", "跨学科主题学习", "前置性作业", "口风琴", "剪纸", "七巧板", "数字实验",
    "群文阅读", "整本书阅读", "复式教学", "双师课堂", "朗读指导", "错题分析",
)  # fmt: skip
_TELLS = (
    "本节课从学生的生活经验出发，", "先复习上节内容，再提出问题，", "通过观察、比较和讨论，",
    "请同桌互相说一说，", "教师巡视并记录典型做法，", "最后用三分钟回顾要点，",
    "课前准备好学具和任务单，", "把难点拆成三个小问题，", "注意留出安静思考的时间，",
    "作业分必做和选做，",
)  # fmt: skip
_GRADES = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Thing:
    """A row and the truth about it."""

    row: dict[str, Any]
    lesson: Lesson
    kind: str
    method: str


def all_lessons() -> list[Lesson]:
    """Those of the shipped catalogue, then those of other books."""
    return [*_of_catalogue(), *lessons()]


def things(count: int, seed: int = 7) -> Iterator[Thing]:
    """`count` things, the same for the same seed."""
    chance = random.Random(seed)
    every = all_lessons()
    for number in range(count):
        lesson = chance.choice(every)
        kind = chance.choices(list(KINDS), _SHARE)[0]
        yield _thing(number, lesson, kind, chance, every)


def grade_words(grade: int, volume: str, chance: random.Random) -> str:
    """A grade as somebody writes it, with its half year where that is one."""
    half = volume if volume in ("上", "下") else ""
    if grade > 9:
        return ("高一", "高二", "高三")[grade - 10]
    numeral = _GRADES[grade - 1]
    ways = [f"{numeral}年级{half and half + '册'}", f"{numeral}年级", f"{grade}年级{half}"]
    if half:
        ways.append(f"{numeral}{half}")
    if grade > 6:
        ways.append(f"初{_GRADES[grade - 7]}{half and half + '册'}")
    return chance.choice(ways)


def _of_catalogue() -> Iterator[Lesson]:
    for path in sorted(DATA.glob("*_[0-9]*.csv")):
        for row in csv.DictReader(path.open(encoding="utf-8")):
            if row["lesson"]:
                yield _lesson(row)


def _lesson(row: dict[str, str]) -> Lesson:
    said = re.search(r"([一二三四五六七八九])年级([上下])册", row["title"])
    assert said is not None, row["title"]
    last = row["lesson"].rpartition(" > ")[2]
    title = re.sub(r"^[*※]?\s*(?:第?\d+(?:\.\d+)*[课节]?)[*※\s]+", "", last).strip("*※ ")
    title, _slash, author = title.partition("/")
    grade = _GRADES.index(said[1]) + 1
    return Lesson(
        row["subject"], grade, said[2], row["edition"], row["unit"], title,
        AUTHORS.get(title, author), in_catalogue=True,
    )  # fmt: skip


def _thing(
    number: int, lesson: Lesson, kind: str, chance: random.Random, every: list[Lesson]
) -> Thing:
    method = chance.choice(METHODS)
    row: dict[str, Any] = {
        "id": f"row-{number}",
        "kind": kind,
        "title": _title(lesson, kind, chance),
        "school": f"S{number % 40:02}",
        "scope": "public",
        "summary": f"{chance.choice(_TELLS)}{method}。" if chance.random() < 0.7 else "",
        "body": _body(lesson, method, chance, every),
        "quality": round(chance.random(), 3),
        "uses": int(chance.expovariate(0.05)),
        "published": f"202{chance.randrange(1, 6)}-{chance.randrange(1, 13):02}-15",
        **_description(lesson, chance),
    }
    if chance.random() < 0.3:
        row["tags"] = [chance.choice(("公开课", "复习", "新授", "城乡共备")), method]
    if chance.random() < 0.2:
        row["contributors"] = [chance.choice(("陈静怡", "马文涛", "李秀兰", "赵启明"))]
    return Thing({k: v for k, v in row.items() if v not in ("", [])}, lesson, kind, method)


def _title(lesson: Lesson, kind: str, chance: random.Random) -> str:
    word = chance.choice(KINDS[kind])
    grade = grade_words(lesson.grade, lesson.volume, chance)
    forms = [
        f"《{lesson.title}》{word}", f"{lesson.title}{word}", f"{lesson.title} {word}",
        lesson.title, f"{grade}{lesson.subject}《{lesson.title}》{word}",
        f"{grade} {lesson.subject} {lesson.title}", f"{lesson.unit} {lesson.title} {word}",
        f"{lesson.edition}{lesson.subject}{grade} {lesson.title} {word}",
        f"{lesson.title}（第{chance.choice('一二')}课时）", f"{number_of(chance)} {lesson.title}",
        f"{lesson.subject}{lesson.title}{word}",
    ]  # fmt: skip
    if chance.random() < 0.06:  # the lesson is not named at all
        return f"{grade}{lesson.subject} {lesson.unit} {word}"
    return chance.choice(forms)


def number_of(chance: random.Random) -> str:
    """A lesson's number as file names have it."""
    return chance.choice(("第{}课", "{}.", "{}")).format(chance.randrange(1, 28))


def _body(lesson: Lesson, method: str, chance: random.Random, every: list[Lesson]) -> str:
    others = [chance.choice(every).title for _n in range(3)]
    told = chance.sample(_TELLS, 5)
    author = f"作者{lesson.author}。" if lesson.author and chance.random() < 0.6 else ""
    return (
        f"<p>{told[0]}学习“{lesson.title}”。{author}{told[1]}运用{method}。</p>"
        f"<p>{told[2]}联系《{others[0]}》和《{others[1]}》，{told[3]}比较{others[2]}。{told[4]}</p>"
    )


def _description(lesson: Lesson, chance: random.Random) -> dict[str, Any]:
    """What the row says of its textbook, with holes and other spellings."""
    said: dict[str, Any] = {}
    if chance.random() > 0.1:
        said["subject"] = lesson.subject
    if chance.random() > 0.12:
        said["grade"] = chance.choice(
            (lesson.grade, str(lesson.grade), grade_words(lesson.grade, "", chance))
        )
    if chance.random() > 0.25:
        said["edition"] = _edition(lesson, chance)
    if chance.random() > 0.25:
        half = lesson.volume if lesson.volume not in ("上", "下") else f"{lesson.volume}册"
        said["volume"] = chance.choice((lesson.volume, half))
    if chance.random() > 0.15:
        said["chapter"] = _chapter(lesson, chance)
    return said


def _chapter(lesson: Lesson, chance: random.Random) -> Any:
    number = chance.randrange(1, 28)
    title = chance.choice(
        (lesson.title, lesson.title, f"{number} {lesson.title}", f"第{number}课 {lesson.title}",
         f"《{lesson.title}》")
    )  # fmt: skip
    return chance.choice(([lesson.unit, title], [title], f"{lesson.unit} > {title}", title))


def _edition(lesson: Lesson, chance: random.Random) -> str:
    if lesson.edition == "统编版":
        return chance.choice(("统编版", "部编版", "人教版", "统编", "部编"))
    bare = lesson.edition.removesuffix("版")
    return chance.choice((lesson.edition, bare, f"{bare}版"))


def main() -> int:
    """Write the rows."""
    count, path = int(sys.argv[1]), Path(sys.argv[2])
    with path.open("w", encoding="utf-8") as out:
        for thing in things(count):
            out.write(json.dumps(thing.row, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
