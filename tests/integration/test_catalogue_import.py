"""`import_catalogue` and `import_standards`: whole or not at all, and twice is once."""

from __future__ import annotations

import json
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.forms.models import model_to_dict
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

import resources.catalogue
from resources.catalogue.models import Chapter, Standard, Volume
from resources.catalogue.queries import lesson_path, lessons_of, tree_of
from resources.catalogue.signals import volume_changed
from schools.models import AuditEntry
from tests.factories.catalogue import make_standard, make_volume

pytestmark = pytest.mark.django_db

DATA = Path(resources.catalogue.__file__).parent / "data"
HEADER = "stage,subject,edition,title,issue_year,unit,lesson,position,standards\n"
VOLUME = "初中,语文,统编版,七年级上册,2024"
GOOD = f"""{VOLUME},,,,
{VOLUME},第一单元,,1,
{VOLUME},第一单元,1 春/朱自清,2,T-1;T-2
{VOLUME},第一单元,2* 散文诗二首,3,
{VOLUME},第一单元,2* 散文诗二首 > 金色花/泰戈尔,4,
{VOLUME},第一单元,写作：学会记事,5,T-1
"""


@pytest.fixture(autouse=True)
def _standards() -> None:
    make_standard(code="T-1")
    make_standard(code="T-2")


def run(folder: Path, rows: str, *options: str, encoding: str = "utf-8") -> str:
    """The output of importing `rows`; a refusal is `CommandError`."""
    file = folder / "目录.csv"
    file.write_bytes((HEADER + rows).encode(encoding))
    out = StringIO()
    with translation.override("en"):
        call_command("import_catalogue", str(file), *options, stdout=out, stderr=out)
    return out.getvalue()


def reported(folder: Path, rows: str, *options: str) -> list[dict[str, Any]]:
    """The report of importing `rows`, whether it was refused or not."""
    with suppress(CommandError):
        run(folder, rows, *options, "--report", str(folder / "report.jsonl"))
    lines = (folder / "report.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def everything() -> list[dict[str, Any]]:
    """All rows of the catalogue, keys and all."""
    return [
        model_to_dict(thing) | {"pk": thing.pk}
        for model in (Volume, Chapter, Standard)
        for thing in model.objects.order_by("pk")
    ]


def titles() -> list[tuple[str, str, bool]]:
    return list(Chapter.objects.order_by("position").values_list("number", "title", "is_lesson"))


def test_a_file_becomes_a_volume_with_its_tree(tmp_path: Path) -> None:
    run(tmp_path, GOOD)

    volume = Volume.objects.get()
    assert (volume.grade, volume.part, volume.edition) == (7, "上", "tongbian")
    assert titles() == [
        ("", "第一单元", False),
        ("1", "春", True),
        ("2", "散文诗二首", True),
        ("", "金色花", False),
        ("", "写作：学会记事", True),
    ]
    spring, poems, _writing = lessons_of(volume)
    assert spring.author == "朱自清"
    assert {standard.code for standard in spring.standards.all()} == {"T-1", "T-2"}
    assert poems.self_study
    assert lesson_path(poems.children.get()) == ["第一单元", "散文诗二首", "金色花"]


def test_importing_twice_is_importing_once(tmp_path: Path) -> None:
    run(tmp_path, GOOD)
    before, audited = everything(), AuditEntry.objects.count()

    told = run(tmp_path, GOOD)

    assert everything() == before
    assert AuditEntry.objects.count() == audited
    assert "0 chapters new, 0 changed" in told


def test_another_spelling_is_the_same_volume(tmp_path: Path) -> None:
    run(tmp_path, "初中,语文,统编版,七年级上册,2024,,,,\n初中,语文,部编版,七上,2024,,,,\n")
    run(tmp_path, "初中,语文,人教版-人民教育出版社,语文 初一（上）,2024,,,,\n")

    assert Volume.objects.count() == 1


def test_another_issue_year_is_another_volume(tmp_path: Path) -> None:
    run(tmp_path, "初中,语文,统编版,七年级上册,2024,,,,\n初中,语文,统编版,七年级上册,2016,,,,\n")

    assert Volume.objects.count() == 2


def test_a_changed_title_keeps_the_row_that_plans_stand_on(tmp_path: Path) -> None:
    run(tmp_path, GOOD)
    spring = Chapter.objects.get(title="春")

    run(tmp_path, GOOD.replace("1 春/朱自清", "1 春天/朱自清"))

    spring.refresh_from_db()
    assert spring.title == "春天"
    assert Chapter.objects.count() == 5


def test_who_keeps_the_words_of_a_volume_hears_when_they_change(tmp_path: Path) -> None:
    heard: list[Volume] = []

    def hear(volume: Volume, **_rest: object) -> None:
        heard.append(volume)

    volume_changed.connect(hear)
    try:
        run(tmp_path, GOOD)
        run(tmp_path, GOOD)
        run(tmp_path, GOOD.replace("1 春/", "1 春天/"))
    finally:
        volume_changed.disconnect(hear)

    assert heard == [Volume.objects.get()] * 2


def test_a_lesson_put_between_moves_the_others(tmp_path: Path) -> None:
    run(tmp_path, GOOD)
    before = dict(Chapter.objects.values_list("title", "pk"))

    run(tmp_path, GOOD.replace(",写作", f",冬天,4,\n{VOLUME},第一单元,写作"))

    assert [title for _number, title, _is_lesson in titles()] == [
        "第一单元",
        "春",
        "散文诗二首",
        "金色花",
        "冬天",
        "写作：学会记事",
    ]
    after = dict(Chapter.objects.values_list("title", "pk"))
    assert before.items() <= after.items()


def test_what_the_file_leaves_out_stays_in_its_place(tmp_path: Path) -> None:
    run(tmp_path, GOOD)

    told = run(tmp_path, f"{VOLUME},第一单元,1 春/朱自清,,\n{VOLUME},第一单元,写作：学会记事,,\n")

    assert [title for _number, title, _is_lesson in titles()] == [
        "第一单元",
        "春",
        "散文诗二首",
        "金色花",
        "写作：学会记事",
    ]
    assert "2 chapters are in the catalogue but not in the file" in told


BAD = [
    ("小学,语文,统编版,七年级上册,2024,,,,", "not in the stage"),
    ("初中,数学,统编版,七年级上册,2024,,,,", "no Tongbian edition"),
    ("初中,语文,统编版,七年级上册,2024,,1 春,,", "needs a unit"),
    (f"{VOLUME},第一单元,1 春,9,", "Line 4 says the same"),
    (f"{VOLUME},第一单元,9 猫,2,", "Line 4 has the same position"),
    (f"{VOLUME},第一单元,9 猫,二,", "not a whole number"),
    (f"{VOLUME},第一单元,9 猫,9,T-9", "Unknown standard"),
    ("初中,语文,统编版,九年级下册,2018,第一单元,祖国,1,", "neither in the file nor"),
    (f"{VOLUME},第一单元,{'长' * 201},9,", "too long"),
]


@pytest.mark.parametrize(("row", "reason"), BAD)
def test_one_bad_row_leaves_nothing_behind(tmp_path: Path, row: str, reason: str) -> None:
    before = everything()

    rows = reported(tmp_path, GOOD + row + "\n")

    assert everything() == before
    assert AuditEntry.objects.count() == 0
    bad = [each for each in rows if not each["ok"]]
    assert [each["line"] for each in bad] == [8]
    with translation.override("en"):
        assert reason in bad[0]["reason"]


def test_a_refusal_names_the_line_and_the_reason(tmp_path: Path) -> None:
    errors = StringIO()
    file = tmp_path / "a.csv"
    file.write_text(HEADER + GOOD + f"{VOLUME},第一单元,猫,9,T-9\n", encoding="utf-8")

    with translation.override("en"), pytest.raises(CommandError, match="1 of 7 rows"):
        call_command("import_catalogue", str(file), stderr=errors)

    assert "Line 8: Unknown standard “T-9”." in errors.getvalue()


def test_keep_good_takes_the_good_rows(tmp_path: Path) -> None:
    rows = reported(tmp_path, GOOD + f"{VOLUME},第二单元,猫,9,T-9\n", "--keep-good")

    assert Chapter.objects.count() == 5
    assert [row["ok"] for row in rows] == [True] * 6 + [False]


def test_the_chapters_of_a_refused_volume_are_refused_with_it(tmp_path: Path) -> None:
    bad = "小学,语文,统编版,七年级上册,2024,,,,\n,,,,,第一单元,猫,1,\n"

    rows = reported(tmp_path, GOOD + bad, "--keep-good")

    assert [row["line"] for row in rows if not row["ok"]] == [8, 9]
    assert Volume.objects.count() == 1


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    before = everything()

    run(tmp_path, GOOD, "--dry-run")

    assert everything() == before


def test_the_report_says_what_was_understood(tmp_path: Path) -> None:
    rows = reported(
        tmp_path,
        "初中,语文,部编版,七上,2024,,,,\n"
        "高中,数学,人教版,普通高中教科书 · 数学（A版）必修第一册,,,,,\n"
        "初中（五•四学制）,数学,鲁教版,初一上册,,,,,\n"
        "初中,数学,火星版,七年级上册,,,,,\n",
    )

    understood = [
        (row["line"], row["ok"], row["edition"], row["subject"], row["grade"], row["volume"])
        for row in rows
    ]
    assert understood == [
        (2, True, "统编版", "语文", 7, "上"),
        (3, True, "人教版", "数学", None, "必修第一册"),
        (4, True, "鲁教版", "数学", 6, "上"),
        (5, False, None, "数学", None, None),
    ]
    assert rows[3]["reason"]


def test_a_file_saved_by_excel_in_gbk_is_read(tmp_path: Path) -> None:
    run(tmp_path, GOOD.replace("※", "*"), encoding="gbk")

    assert Chapter.objects.filter(title="春").exists()


def test_rows_without_a_title_belong_to_the_volume_above(tmp_path: Path) -> None:
    run(tmp_path, f"{VOLUME},,,,\n,,,,,第一单元,1 春,,\n,,,,,第二单元,2 散步,,\n")

    assert [title for _number, title, _is_lesson in titles()] == [
        "第一单元",
        "春",
        "第二单元",
        "散步",
    ]


def test_positions_order_the_lines_whatever_their_order_in_the_file(tmp_path: Path) -> None:
    run(
        tmp_path,
        f"{VOLUME},第二单元,2 散步,4,\n{VOLUME},第一单元,1 春,2,\n"
        f"{VOLUME},第一单元,写作,3,\n{VOLUME},,,,\n",
    )

    assert [title for _number, title, _is_lesson in titles()] == [
        "第一单元",
        "春",
        "写作",
        "第二单元",
        "散步",
    ]


def test_positions_may_start_again_in_each_unit(tmp_path: Path) -> None:
    run(
        tmp_path,
        f"{VOLUME},,,,\n{VOLUME},第一单元,2 冬天,2,\n{VOLUME},第一单元,1 春,1,\n"
        f"{VOLUME},第二单元,3 散步,1,\n",
    )

    assert [title for _number, title, _is_lesson in titles()] == [
        "第一单元",
        "春",
        "冬天",
        "第二单元",
        "散步",
    ]


def test_a_book_without_units_has_its_lessons_in_the_unit_column(tmp_path: Path) -> None:
    book = "初中,美术,人美版,七年级上册,"
    run(tmp_path, f"{book},,,,\n{book},第1课 写生,,1,\n{book},第2课 色彩,,2,\n")

    assert titles() == [("第1课", "写生", True), ("第2课", "色彩", True)]


def test_many_volumes_cost_few_queries(
    tmp_path: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = "".join(f"初中,语文,统编版,七年级上册,{year},,,,\n" for year in range(2016, 2066))
    run(tmp_path, rows)

    with django_assert_max_num_queries(8):
        run(tmp_path, rows)


def test_a_missing_file_is_told_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("import_catalogue", str(tmp_path / "none.csv"))


# --- Standards, and the data that comes with the product -----------------------------------------


def test_standards_are_reworded_by_their_code(tmp_path: Path) -> None:
    file = tmp_path / "s.csv"
    file.write_text(
        "code,subject,stage,domain,text\nT-1,语文,初中,阅读,会读。\nT-3,语文,初中,阅读,会写。\n",
        encoding="utf-8",
    )

    call_command("import_standards", str(file), stdout=StringIO())
    call_command("import_standards", str(file), stdout=StringIO())

    assert Standard.objects.get(code="T-1").text == "会读。"
    assert Standard.objects.count() == 3
    assert AuditEntry.objects.count() == 2


@pytest.mark.parametrize(
    "row", ["T-1,语文,初中,阅读,会。", ",语文,初中,阅读,会。", "T-4,,初中,,会"]
)
def test_a_bad_standard_refuses_the_file(tmp_path: Path, row: str) -> None:
    file = tmp_path / "s.csv"
    head = "code,subject,stage,domain,text\nT-1,语文,初中,阅读,会读。\n"
    file.write_text(f"{head}{row}\n", encoding="utf-8")

    with pytest.raises(CommandError):
        call_command("import_standards", str(file), stderr=StringIO())

    assert Standard.objects.get(code="T-1").text == "读得懂。"


def test_the_volume_that_comes_with_the_product_is_whole() -> None:
    call_command("import_standards", str(DATA / "standards_chinese_junior.csv"), stdout=StringIO())
    call_command("import_catalogue", str(DATA / "tongbian_chinese_7a_2024.csv"), stdout=StringIO())

    volume = Volume.objects.get()
    lessons = list(lessons_of(volume))
    numbered = [lesson.number for lesson in lessons if lesson.number]
    assert numbered == [str(number) for number in range(1, 25)]
    assert [lesson.number for lesson in lessons if lesson.self_study] == [
        "3",
        "7",
        "11",
        "15",
        "23",
    ]
    assert len(tree_of(volume)) == 6
    assert all(1 <= lesson.standards.count() <= 4 for lesson in lessons)


def test_a_volume_that_plans_made_by_hand_is_taken_up(tmp_path: Path) -> None:
    volume = make_volume(issue_year=2024)

    run(tmp_path, GOOD)

    assert Volume.objects.get() == volume
    assert Chapter.objects.filter(volume=volume, title="春").count() == 1
