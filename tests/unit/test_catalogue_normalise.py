"""Titles of textbooks as they come, and what is read of them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.utils import translation

from resources.catalogue.models import Edition, SchoolSystem
from resources.catalogue.normalise import (
    Reading,
    Unclear,
    clean,
    edition_name,
    read_volume,
    subject_name,
)
from resources.catalogue.spellings import EDITION_NAMES, SUBJECT_NAMES
from schools.curriculum import Stage, Subject

# title, subject, edition → grade, part; the rest follows
GRADES = [
    ("七年级上册", 7, "上"),
    ("七年级下册", 7, "下"),
    ("七年级 上册", 7, "上"),
    ("七年级(上)", 7, "上"),
    ("七年级（上册）", 7, "上"),
    ("７年级上册", 7, "上"),
    ("7年级上", 7, "上"),
    ("七上", 7, "上"),
    ("七下", 7, "下"),
    ("7上", 7, "上"),
    ("九年级全一册", 9, "全"),
    ("九年级全册", 9, "全"),
    ("九全", 9, "全"),
    ("初一上", 7, "上"),
    ("初一上册", 7, "上"),
    ("初二下", 8, "下"),
    ("初三上学期", 9, "上"),
    ("初中一年级上册", 7, "上"),
    ("六年级第一学期", 6, "上"),
    ("六年级第二学期", 6, "下"),
    ("三年级上册", 3, "上"),
    ("高一上学期", 10, "上"),
    ("英语七年级上册", 7, "上"),
    ("七年级英语上册", 7, "上"),
    ("上册 七年级", 7, "上"),
    ("义务教育教科书·英语七年级上册", 7, "上"),
    ("义务教育教科书 • 英语_七年级_上册", 7, "上"),
    ("（根据2022年版课程标准修订）义务教育教科书·英语七年级上册", 7, "上"),
    ("【新版】英语 七年级上册 电子课本", 7, "上"),
    ("义务教育课程标准实验教科书·英语七年级上册", 7, "上"),
    ("七上（七年级上册）", 7, "上"),
]


@pytest.mark.parametrize(("title", "grade", "part"), GRADES)
def test_a_grade_is_read_however_it_is_written(title: str, grade: int, part: str) -> None:
    reading = read_volume(title, subject="英语", edition="外研版")

    assert (reading.grade, reading.part) == (grade, part)
    assert (reading.subject, reading.edition) == (Subject.ENGLISH, Edition.WAIYAN)


FIVE_FOUR = [
    ("义务教育教科书（五•四学制）·数学六年级上册", "", 6, Stage.JUNIOR),
    ("义务教育教科书（五·四学制）·数学八年级下册", "", 8, Stage.JUNIOR),
    ("义务教育教科书(五四学制)数学五年级上册", "", 5, Stage.PRIMARY),
    ("六年级上册", "初中（五•四学制）", 6, Stage.JUNIOR),
    ("五年级下册", "小学（五·四学制）", 5, Stage.PRIMARY),
    ("初一上（五四制）", "", 6, Stage.JUNIOR),
    ("初一上册", "初中（五•四学制）", 6, Stage.JUNIOR),
    ("初四下", "", 9, Stage.JUNIOR),
    ("初三上（54制）", "初中", 8, Stage.JUNIOR),
]


@pytest.mark.parametrize(("title", "stage", "grade", "of_stage"), FIVE_FOUR)
def test_in_the_five_four_system_the_first_junior_year_is_grade_6(
    title: str, stage: str, grade: int, of_stage: Stage
) -> None:
    reading = read_volume(title, stage=stage, subject="数学", edition="鲁教版")

    assert (reading.grade, reading.stage) == (grade, of_stage)
    assert reading.school_system == SchoolSystem.FIVE_FOUR


@pytest.mark.parametrize(
    ("title", "edition", "grade"),
    [
        ("初一数学上册", "鲁教版", 6),
        ("数学七年级上册", "鲁教版", 7),
        ("数学六年级第一学期", "沪教版", 6),
    ],
)
def test_an_edition_of_the_five_four_system_alone_need_not_name_it(
    title: str, edition: str, grade: int
) -> None:
    reading = read_volume(title, edition=edition)

    assert (reading.grade, reading.stage) == (grade, Stage.JUNIOR)
    assert reading.school_system == SchoolSystem.FIVE_FOUR


SENIOR = [
    ("普通高中教科书 · 数学（A版）必修第一册", "数学", "人教版", "必修第一册", "A版"),
    ("普通高中教科书·数学（Ｂ版）选择性必修 第二册", "数学", "人教版", "选择性必修第二册", "B版"),
    ("必修第一册", "数学", "人教A版", "必修第一册", "A版"),
    ("必修 第1册", "数学", "苏教版", "必修第一册", ""),
    ("高中数学沪教版必修第二册", "", "", "必修第二册", ""),
    ("高一数学必修第一册", "", "北师大版", "必修第一册", ""),
    ("必修第二册物理", "", "人教版", "必修第二册", ""),
    ("普通高中教科书·语文必修 上册", "语文", "统编版", "必修上册", ""),
    ("语文选择性必修（中册）", "语文", "部编版", "选择性必修中册", ""),
    ("普通高中教科书·生物学必修1 分子与细胞", "生物", "人教版", "必修1", ""),
    ("生物必修一", "", "人教版", "必修1", ""),
    ("选必2 生物与环境", "生物学", "人教版", "选择性必修2", ""),
    (
        "普通高中教科书·历史必修 中外历史纲要（上）",
        "历史",
        "统编版",
        "必修中外历史纲要（上）",
        "",
    ),
    ("普通高中教科书·艺术必修2 艺术与文化（上册）", "艺术", "沪教版", "必修2（上册）", ""),
    ("普通高中教科书·通用技术必修 技术与设计1", "通用技术", "地质社版", "必修技术与设计1", ""),
    ("普通高中教科书·思想政治选择性必修3 逻辑与思维", "政治", "统编版", "选择性必修3", ""),
    ("普通高中教科书·体育与健康必修 全一册", "体育与健康", "人教版", "必修全一册", ""),
    ("中外历史纲要（上）", "历史", "统编版", "必修中外历史纲要（上）", ""),
    ("历史必修中外历史纲要下册", "", "人教版", "必修中外历史纲要（下）", ""),
    ("思想政治必修四哲学与文化", "政治", "统编版", "必修4", ""),
    ("物理选修3-1", "", "人教版", "选修3-1", ""),
    ("数学选修2-3", "", "人教A版", "选修2-3", "A版"),
]


@pytest.mark.parametrize(("title", "subject", "edition", "part", "variant"), SENIOR)
def test_a_senior_book_has_no_grade_and_is_named_as_printed(
    title: str, subject: str, edition: str, part: str, variant: str
) -> None:
    reading = read_volume(title, subject=subject, edition=edition)

    assert (reading.grade, reading.stage) == (None, Stage.SENIOR)
    assert (reading.part, reading.variant) == (part, variant)


EDITIONS = [
    ("人教版", "数学", "", Edition.RENJIAO),
    ("人教版-人民教育出版社", "数学", "", Edition.RENJIAO),
    ("人民教育出版社", "数学", "", Edition.RENJIAO),
    ("人教", "英语", "", Edition.RENJIAO),
    ("统编版", "语文", "", Edition.TONGBIAN),
    ("部编版", "语文", "", Edition.TONGBIAN),
    ("部编本", "历史", "", Edition.TONGBIAN),
    ("人教版", "语文", "", Edition.TONGBIAN),
    ("人教版", "历史", "2024", Edition.TONGBIAN),
    ("人教版", "道德与法治", "", Edition.TONGBIAN),
    ("人教版（部编版）", "语文", "", Edition.TONGBIAN),
    ("人民教育出版社", "道德与法治", "", Edition.TONGBIAN),
    ("统编版-人民教育出版社", "语文", "", Edition.TONGBIAN),
    ("人教版", "语文", "2005", Edition.RENJIAO),
    ("北师大版-北京师范大学出版社", "数学", "", Edition.BEISHIDA),
    ("苏教版", "数学", "", Edition.SUJIAO),
    ("江苏凤凰教育出版社", "数学", "", Edition.SUJIAO),
    ("外研社版", "英语", "", Edition.WAIYAN),
    ("华东师大版", "数学", "", Edition.HUASHIDA),
    ("华师大版", "数学", "", Edition.HUASHIDA),
    ("沪科版", "物理", "", Edition.HUKE),
    ("沪科教版-上海科技教育出版社", "物理", "", Edition.HUKEJIAO),
    ("沪科技粤教版-上海科学技术出版社、广东教育出版社", "物理", "", Edition.HUYUE),
    ("湘文艺版", "音乐", "", Edition.XIANGYI),
    ("湘艺版", "音乐", "", Edition.XIANGYI),
    ("人音版（简谱）（主编：吴斌）", "音乐", "", Edition.RENYIN),
    ("西师大版", "数学", "", Edition.XISHIDA),
    ("tongbian", "语文", "", Edition.TONGBIAN),
]


@pytest.mark.parametrize(("written", "subject", "year", "edition"), EDITIONS)
def test_an_edition_is_one_however_it_is_written(
    written: str, subject: str, year: str, edition: Edition
) -> None:
    reading = read_volume("七年级上册", subject=subject, edition=written, issue_year=year)

    assert reading.edition == edition


VARIANTS = [
    ("英语（三年级起点）四年级上册", "人教版（PEP）（三年级起点）（主编：吴欣）", "三年级起点 PEP"),
    ("英语（一年级起点）四年级上册", "外研社版（一年级起点）（主编：陈琳）", "一年级起点"),
    ("英语四年级上册", "冀教版（三起）", "三年级起点"),
    ("英语四年级上册（主编：龚亚夫）", "教科版", "主编：龚亚夫"),
    ("英语四年级上册", "人教新起点", "一年级起点"),
]


@pytest.mark.parametrize(("title", "edition", "variant"), VARIANTS)
def test_two_series_of_one_publisher_stay_apart(title: str, edition: str, variant: str) -> None:
    assert read_volume(title, edition=edition).variant == variant


def test_a_title_alone_can_say_all() -> None:
    reading = read_volume("统编版 语文 七年级上册（2024年秋版）")

    assert reading == Reading(
        stage=Stage.JUNIOR,
        school_system=SchoolSystem.SIX_THREE,
        subject=Subject.CHINESE,
        edition=Edition.TONGBIAN,
        grade=7,
        part="上",
        issue_year=2024,
    )


NOT_OF_ISSUE = [
    "（根据2022年版课程标准修订）义务教育教科书·语文七年级上册",
    "语文七年级上册（2022新课标版）",
    "语文七年级上册（2022课标版）",
    "语文七年级上册 2022秋",
    "2023年秋季学期语文七年级上册",
    "2023-2024学年语文七年级上册",
    "2023-2024学年第一学期语文七年级",
]


@pytest.mark.parametrize("title", NOT_OF_ISSUE)
def test_the_year_of_a_standard_or_of_a_term_is_not_the_year_of_issue(title: str) -> None:
    reading = read_volume(title, edition="统编版")

    assert (reading.grade, reading.part, reading.issue_year) == (7, "上", None)


# Renjiao and Tongbian are one only from the year in which Tongbian came to the grade.
TONGBIAN = [
    ("八年级上册", "人教版", "2016", Edition.RENJIAO),
    ("八年级上册", "人教版", "2017", Edition.TONGBIAN),
    ("三年级上册", "人教版", "2017", Edition.RENJIAO),
    ("四年级下册", "人教版", "2019", Edition.TONGBIAN),
    ("七年级上册", "人教新课标版", "", Edition.RENJIAO),
    ("七年级上册", "新人教版", "2013", Edition.RENJIAO),
    ("七年级上册", "新人教版", "2024", Edition.TONGBIAN),
    ("必修1", "人教版", "", Edition.RENJIAO),
    ("必修上册", "人教版", "", Edition.TONGBIAN),
    ("选择性必修中册", "人教版", "2020", Edition.TONGBIAN),
]


@pytest.mark.parametrize(("title", "edition", "year", "is_edition"), TONGBIAN)
def test_renjiao_is_tongbian_only_from_its_time_on(
    title: str, edition: str, year: str, is_edition: Edition
) -> None:
    reading = read_volume(title, subject="语文", edition=edition, issue_year=year)

    assert reading.edition == is_edition


# title, stage, subject, edition, a word of the reason
UNCLEAR = [
    ("", "初中", "语文", "统编版", "missing"),
    ("七年级", "初中", "语文", "统编版", "which volume"),
    ("语文上册", "初中", "语文", "统编版", "which grade"),
    ("七年级八年级上册", "初中", "语文", "统编版", "contradicts"),
    ("七年级上册下册", "初中", "语文", "统编版", "contradicts"),
    ("七年级上册", "小学", "语文", "统编版", "not in the stage"),
    ("六年级上册", "初中", "数学", "人教版", "not in the stage"),
    ("六年级上册", "小学", "数学", "鲁教版", "not in the stage"),
    ("初三化学上册", "", "", "鲁教版", "five-four system"),
    ("初一上册", "初中", "语文", "鲁教版", "five-four system"),
    ("历史必修1", "", "历史", "统编版", "no such book"),
    ("高一语文上册", "", "", "统编版", "no such book"),
    ("高一语文上册", "", "", "人教版", "which volume"),
    ("七年级上册", "初中", "语文", "新人教版", "whether this is the Tongbian"),
    ("必修1必修2", "", "物理", "人教版", "cannot be read"),
    ("必修一 第一章", "", "数学", "人教A版", "cannot be read"),
    ("英语三年级起点一年级上册", "", "", "人教版", "contradicts"),
    ("普通高中教科书·语文七年级上册", "", "语文", "统编版", "not in the stage"),
    ("数学七年级上册", "初中", "语文", "统编版", "contradicts"),
    ("七年级上册", "初中", "数学", "统编版", "no Tongbian"),
    ("七年级上册", "初中", "英语", "部编版", "no Tongbian"),
    ("人教版七年级上册", "初中", "数学", "北师大版", "Two editions"),
    ("七年级上册", "初中", "数学", "人教版-湖南教育出版社", "does not publish"),
    ("七年级上册", "初中", "数学", "火星版", "Unknown edition"),
    ("七年级上册", "初中", "数学", "", "edition is missing"),
    ("七年级上册", "初中", "品德", "人教版", "Unknown subject"),
    ("七年级上册", "初中", "", "人教版", "subject is missing"),
    ("七年级上册", "初中", "政治", "人教版", "senior stage only"),
    ("七年级上册", "大学", "数学", "人教版", "Unknown stage"),
    ("数学七年级上册同步练习", "初中", "数学", "人教版", "cannot be read"),
    ("数学必修第一册练习册", "高中", "数学", "人教版", "cannot be read"),
    ("历史与社会七年级上册", "初中", "", "人教版", "cannot be read"),
    ("必修", "高中", "数学", "人教版", "which volume"),
    ("初四上（六三制）", "", "数学", "鲁教版", "contradicts"),
]


@pytest.mark.parametrize(("title", "stage", "subject", "edition", "reason"), UNCLEAR)
def test_what_is_unclear_is_reported_and_never_guessed(
    title: str, stage: str, subject: str, edition: str, reason: str
) -> None:
    with translation.override("en"), pytest.raises(Unclear) as refusal:
        read_volume(title, stage=stage, subject=subject, edition=edition)

    assert reason in refusal.value.reason


def test_what_was_understood_of_an_unclear_title_is_kept() -> None:
    with pytest.raises(Unclear) as refusal:
        read_volume("七年级上册", subject="数学", edition="统编版")

    assert refusal.value.reading.grade == 7
    assert refusal.value.reading.subject == Subject.MATHEMATICS


@pytest.mark.parametrize("year", ["20204", "去年", "1024"])
def test_an_issue_year_is_a_year(year: str) -> None:
    with pytest.raises(Unclear):
        read_volume("七年级上册", subject="语文", edition="统编版", issue_year=year)


def test_there_was_no_tongbian_edition_before_2016() -> None:
    with pytest.raises(Unclear):
        read_volume("七年级上册", subject="语文", edition="统编版", issue_year="2012")


@pytest.mark.parametrize("text", ["七年级·上册", "七年级 ． 上册", "七年级　上册", "七年级•上册"])
def test_width_spaces_and_dots_do_not_count(text: str) -> None:
    assert clean(text) == "七年级上册"


def test_every_edition_and_subject_has_a_name() -> None:
    assert set(EDITION_NAMES) == set(Edition)
    assert set(SUBJECT_NAMES) == set(Subject)
    assert edition_name(Edition.TONGBIAN) == "统编版"
    assert subject_name(Subject.CHINESE) == "语文"


def test_no_name_belongs_to_two_editions() -> None:
    stems = [stem for names in EDITION_NAMES.values() for stem in names.stems]

    assert len(stems) == len(set(stems))


# --- The measure ---------------------------------------------------------------------------------

# `textbook_titles.csv` holds titles with what is right: first one of every stage, subject and
# edition of the lists of the national platform, then spellings of teachers and shops, worked out
# by hand. Without an edition behind it a title has to be reported; a star is not asked.
TITLES = Path(__file__).parent / "textbook_titles.csv"


def as_table(reading: Reading) -> dict[str, str]:
    assert reading.edition
    assert reading.subject
    five_four = reading.school_system == SchoolSystem.FIVE_FOUR
    return {
        "is_edition": edition_name(reading.edition),
        "is_subject": subject_name(reading.subject),
        "is_grade": str(reading.grade or ""),
        "is_part": reading.part,
        "is_system": "五四" if five_four else "六三",
        "is_variant": reading.variant,
        "is_year": str(reading.issue_year or ""),
    }


def test_titles_in_use_are_read_right_or_reported() -> None:
    with TITLES.open(encoding="utf-8") as file:
        titles = list(csv.DictReader(file))
    wrong, reported = [], []

    for row in titles:
        try:
            found = as_table(
                read_volume(
                    row["title"],
                    stage=row["stage"],
                    subject=row["subject"],
                    edition=row["edition"],
                )
            )
        except Unclear:
            if row["is_edition"]:
                reported.append(row["title"])
            continue
        if any(row[name] not in ("*", value) for name, value in found.items()):
            wrong.append((row["title"], found))

    assert len(titles) > 500
    assert wrong == []
    assert reported == []
