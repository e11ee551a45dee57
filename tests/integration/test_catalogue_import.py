"""`import_catalogue` and `import_standards`: whole or not at all, and twice is once."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import StringIO
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.forms.models import model_to_dict
from django.utils import translation
from openpyxl import Workbook
from pytest_django import DjangoAssertNumQueries

from resources.catalogue.actions import write_catalogue
from resources.catalogue.imports import plan_catalogue
from resources.catalogue.models import Chapter, Standard, Volume
from resources.catalogue.queries import lesson_path, lessons_of
from resources.catalogue.signals import volume_changed
from schools.models import AuditEntry
from schools.spreadsheets import Row
from tests.factories.catalogue import make_standard, make_volume

pytestmark = pytest.mark.django_db

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
    (f"{VOLUME},第一单元,{'长' * 10_001},9,", "characters; 10000 are allowed"),
    (f"{VOLUME},第一单元,=1+1,9,", "is a formula"),
    ("初中,语文,统编版,=HYPERLINK(1),2024,,,,", "is a formula"),
    (f"{VOLUME},第一单元,9 猫,9,=T-1", "is a formula"),
    (f"{VOLUME},第一单元,9 猫,-1,", "not a whole number"),
    (f"{VOLUME},第一单元,9 猫,９９９９９９９,", "not a whole number"),
    (f"{VOLUME},第一单元,9 猫,9,,多出来的", "more cells than the header"),
    ("初中,炼金术,统编版,七年级上册,2024,,,,", "Unknown subject"),
    ("大学,语文,统编版,七年级上册,2024,,,,", "Unknown stage"),
    ("初中,语文,火星版,七年级上册,2024,,,,", "Unknown edition"),
    ("初中,语文,统编版,七年级上册,去年,,,,", "not a year"),
    ("初中,语文,统编版,,2024,,,,", "title is missing"),
    ("初中,语文,统编版,第一单元,2024,,,,", "cannot be read"),
    (f"初中,语文,统编版,{'上' * 300},2024,,,,", "too long"),
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


PERIODS = "stage,subject,edition,title,issue_year,unit,lesson,position,standards,periods\n"


def run_with_periods(folder: Path, periods: str) -> None:
    file = folder / "课时.csv"
    file.write_text(f"{PERIODS}{VOLUME},,,,,\n{VOLUME},第一单元,1 春,1,,{periods}\n", "utf-8")
    call_command("import_catalogue", str(file), stdout=StringIO(), stderr=StringIO())


def test_periods_come_in_and_stay_where_a_later_file_names_none(tmp_path: Path) -> None:
    run_with_periods(tmp_path, "3")
    run_with_periods(tmp_path, "")
    run(tmp_path, f"{VOLUME},第一单元,1 春,1,\n")

    assert Chapter.objects.get(title="春").periods == 3


def test_a_lesson_has_one_period_where_nothing_else_is_said(tmp_path: Path) -> None:
    run(tmp_path, GOOD)

    assert {lesson.periods for lesson in Chapter.objects.filter(is_lesson=True)} == {1}


@pytest.mark.parametrize("periods", ["0", "21", "100", "-1", "两", "1.5", "=2", "２"])
def test_periods_are_a_number_that_a_lesson_can_have(tmp_path: Path, periods: str) -> None:
    with pytest.raises(CommandError):
        run_with_periods(tmp_path, periods)

    assert not Volume.objects.exists()


def test_of_a_numbered_section_and_its_numbered_parts_the_parts_are_taught(tmp_path: Path) -> None:
    book = "初中,数学,人教版,七年级上册,2024,第一章 有理数"
    run(
        tmp_path,
        f"初中,数学,人教版,七年级上册,2024,,,,\n{book},1.1 正数和负数,1,\n"
        f"{book},1.2 有理数,2,\n{book},1.2 有理数 > 1.2.1 数轴,3,\n"
        f"{book},1.2 有理数 > 1.2.2 相反数,4,\n{book},小结,5,\n",
    )

    taught = [title for _number, title, is_lesson in titles() if is_lesson]
    assert taught == ["正数和负数", "数轴", "相反数", "小结"]


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


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8-sig", "utf-16"])
def test_a_file_is_read_in_the_encodings_that_people_save(tmp_path: Path, encoding: str) -> None:
    run(tmp_path, GOOD.replace("※", "*"), encoding=encoding)

    assert Chapter.objects.filter(title="春").exists()


def test_a_workbook_is_read_like_a_csv_file(tmp_path: Path) -> None:
    book = Workbook()
    for line in (HEADER + GOOD).splitlines():
        book.active.append(line.split(","))  # type: ignore[union-attr]
    book.save(tmp_path / "目录.xlsx")

    call_command("import_catalogue", str(tmp_path / "目录.xlsx"), stdout=StringIO())

    assert Chapter.objects.count() == 5


def _workbook_with_a_formula(file: Path) -> None:
    book = Workbook()
    for line in (HEADER + GOOD).splitlines():
        book.active.append(line.split(","))  # type: ignore[union-attr]
    book.active["G4"] = "=1+1"  # type: ignore[index]
    book.save(file)


def _bytes(raw: bytes) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(raw)


HEAD = (HEADER + GOOD).encode()
HOSTILE = {
    "empty": (_bytes(b""), "empty"),
    "no header": (_bytes(GOOD.encode()), "lacks the columns"),
    "other columns": (_bytes("姓名,电话\n张三,1\n".encode()), "lacks the columns"),
    "a column twice": (_bytes(HEAD.replace(b"unit", b"title", 1)), "twice"),
    "an open quotation mark": (_bytes(HEAD + b'"open,'), "Line 8"),
    "a broken quotation mark": (_bytes(HEAD + b'"a"b,c\n'), "Line 8"),
    "a cell of 10 MB": (_bytes(HEAD + b"," * 6 + b"x" * 10_000_000 + b",,\n"), "Line 8"),
    "a NUL byte": (_bytes(HEAD + b"a\x00b,,\n"), "Line 8"),
    "half of UTF-16": (_bytes(b"\xff\xfe" + HEADER.encode("utf-16-le")[:-1]), "breaks off"),
    "no text": (_bytes(b"\x81\xff\x00\xfe" * 50), "neither UTF-8 nor GBK"),
    "a picture": (_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50)), "not a table"),
    "a web page": (_bytes(b"<html><table></table></html>"), "web page"),
    "an old workbook": (_bytes(b"\xd0\xcf\x11\xe0" + bytes(600)), "old Office"),
    "a broken workbook": (_bytes(b"PK\x03\x04" + bytes(200)), ""),
    "a formula in a workbook": (_workbook_with_a_formula, "rows were refused"),
    "a folder": (lambda file: file.mkdir(), ""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_catalogue_is_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    make, reason = HOSTILE[name]
    file = tmp_path / "a.csv"
    make(file)
    before = everything()

    with translation.override("en"), pytest.raises(CommandError) as refusal:
        call_command("import_catalogue", str(file), stdout=StringIO(), stderr=StringIO())

    assert reason in str(refusal.value)
    assert everything() == before


def test_the_formula_of_a_workbook_is_named_by_line_and_column(tmp_path: Path) -> None:
    errors = StringIO()
    _workbook_with_a_formula(tmp_path / "a.xlsx")

    with translation.override("en"), pytest.raises(CommandError):
        call_command("import_catalogue", str(tmp_path / "a.xlsx"), stderr=errors)

    assert "Line 4: Column “lesson”" in errors.getvalue()


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


# --- Standards -----------------------------------------------------------------------------------


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
    "row",
    [
        "T-1,语文,初中,阅读,会。",
        ",语文,初中,阅读,会。",
        "T-4,,初中,,会",
        "T-4,炼金术,初中,阅读,会。",
        "T-4,语文,大学,阅读,会。",
        "T-4,语文,初中,阅读,=1+1",
        f"{'T' * 41},语文,初中,阅读,会。",
        "T-4,语文,初中,阅读,会。,多出来的",
    ],
)
def test_a_bad_standard_refuses_the_file(tmp_path: Path, row: str) -> None:
    file = tmp_path / "s.csv"
    head = "code,subject,stage,domain,text\nT-1,语文,初中,阅读,会读。\n"
    file.write_text(f"{head}{row}\n", encoding="utf-8")

    with pytest.raises(CommandError):
        call_command("import_standards", str(file), stderr=StringIO())

    assert Standard.objects.get(code="T-1").text == "读得懂。"


def test_a_volume_that_plans_made_by_hand_is_taken_up(tmp_path: Path) -> None:
    volume = make_volume(issue_year=2024)

    run(tmp_path, GOOD)

    assert Volume.objects.get() == volume
    assert Chapter.objects.filter(volume=volume, title="春").count() == 1


# --- At once -------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_volume_at_once_end_as_one() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory refuses a second writer instead of letting it wait")
    columns = HEADER.strip().split(",")
    rows = [
        Row(line, dict(zip(columns, text.split(","), strict=True)))
        for line, text in enumerate(GOOD.splitlines(), start=2)
    ]
    both = Barrier(2)

    def take() -> int:
        try:
            plan = plan_catalogue(rows)
            both.wait(timeout=30)
            return write_catalogue(plan=plan).volumes_new
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        new = [done.result(timeout=60) for done in [pool.submit(take), pool.submit(take)]]

    assert sorted(new) == [0, 1]
    assert Volume.objects.count() == 1
    assert Chapter.objects.count() == 5
