"""What the names of old files and folders say, and what they leave open."""

from __future__ import annotations

from typing import Any

import pytest

from resources.importing.names import understand
from resources.importing.shelfmark import Catalogue
from resources.importing.words import Textbook
from schools.curriculum import Subject
from tests.factories.catalogue import make_volume

pytestmark = pytest.mark.django_db

KINDS = {
    "lesson_plan": ("教案",),
    "courseware": ("课件",),
    "microlecture": ("微课",),
    "class_exercise": ("课堂练习",),
    "tiered_homework": ("分层作业",),
    "key_point_recording": ("精讲",),
    "difficulty_recording": ("答疑",),
    "solution_technique": ("解题技巧",),
}
LESSONS = ("春", "济南的冬天", "雨的四季", "古代诗歌四首", "秋天的怀念")


@pytest.fixture
def catalogue() -> Catalogue:
    make_volume(lessons=LESSONS)
    make_volume(
        lessons=("有理数", "有理数的加减法", "一元一次方程"),
        subject="mathematics",
        edition="renjiao",
    )
    make_volume(lessons=("观潮", "走月亮"), grade=4, stage="primary", title="四年级上册")
    return Catalogue()


def read(path: str, catalogue: Catalogue, **given: Any) -> tuple[Any, ...]:
    found = understand(path, catalogue, kinds=KINDS, given=Textbook(**given))
    lesson = found.chapter.title if found.chapter else None
    return found.kind, found.subject, found.grade, lesson, found.title


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "七上/第一单元/2 济南的冬天 分层作业.docx",
            ("tiered_homework", "chinese", 7, "济南的冬天", "济南的冬天 分层作业"),
        ),
        (
            "语文七年级上册/第一单元/1.《春》教学设计(1).doc",
            ("lesson_plan", "chinese", 7, "春", "《春》教学设计"),
        ),
        (
            "部编版语文七年级上册/课件/3、雨的四季.pptx",
            ("courseware", "chinese", 7, "雨的四季", "雨的四季"),
        ),
        (
            "初一数学上册（人教版）\\1.3 有理数的加减法 同步练习.docx",
            ("class_exercise", "mathematics", 7, "有理数的加减法", "有理数的加减法 同步练习"),
        ),
        (
            "四年级上册语文/微课/观潮_朗读.mp4",
            ("microlecture", "chinese", 4, "观潮", "观潮 朗读"),
        ),
        (
            "七年级/上册/语文/秋天的怀念/教案.docx",
            ("lesson_plan", "chinese", 7, "秋天的怀念", "教案"),
        ),
        ("济南的冬天教案.docx", ("lesson_plan", "", None, None, "济南的冬天教案")),
        ("春游通知.docx", ("", "", None, None, "春游通知")),
        ("七上/春游通知.pdf", ("", "", 7, None, "春游通知")),
        ("新建文件夹/IMG_2031.jpg", ("", "", None, None, "IMG 2031")),
    ],
)
def test_a_path_is_read_as_a_teacher_reads_it(
    path: str, expected: tuple[Any, ...], catalogue: Catalogue
) -> None:
    assert read(path, catalogue) == expected


def test_what_is_said_of_the_whole_folder_fills_what_a_name_leaves_open(
    catalogue: Catalogue,
) -> None:
    given = {"subject": Subject.CHINESE, "grade": 7, "part": "上"}

    found = read("2济南的冬天（作业）.docx", catalogue, **given)

    assert found[:4] == ("tiered_homework", "chinese", 7, "济南的冬天")


def test_a_name_outweighs_what_is_said_of_the_whole_folder(catalogue: Catalogue) -> None:
    given = {"subject": Subject.MATHEMATICS, "grade": 7, "part": "上"}

    found = read("语文/七上/春.docx", catalogue, **given)

    assert found[1:4] == ("chinese", 7, "春")


@pytest.mark.parametrize(
    "name", ["", "/", "...", "\u202egpj.exe", "课" * 90 + ".docx", "../../etc"]
)
def test_no_name_is_too_strange_to_be_read(name: str, catalogue: Catalogue) -> None:
    found = understand(name, catalogue, kinds=KINDS, given=Textbook())

    assert "\u202e" not in found.title
    assert len(found.title) <= 255
