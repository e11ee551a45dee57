"""Tables that come in are read exactly or refused by name; those that go out never run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from schools.spreadsheets import (
    BadCell,
    Column,
    Limits,
    Row,
    UnreadableTable,
    read_table,
    write_xlsx,
    xlsx_response,
)

HEADINGS = {"姓名": "name", "手机号": "phone"}
REQUIRED = ("name", "phone")


@pytest.fixture(autouse=True)
def _in_english(_own_ground: None) -> Any:
    with translation.override("en"):
        yield


def read(raw: bytes, **more: Any) -> list[Row]:
    return read_table(io.BytesIO(raw), **{"required": REQUIRED, "headings": HEADINGS, **more})


def book(*rows: list[Any], change: Callable[[Workbook], None] | None = None) -> bytes:
    """A workbook whose first sheet has these rows."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def repacked(raw: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for item in old.namelist():
            content = old.read(item)
            new.writestr(item, change(content) if item == part else content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


HEADER = ["姓名", "手机号"]
TEXT = "姓名,手机号\n张伟,13800001234\n"
SHEET = "xl/worksheets/sheet1.xml"

# what is read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_is_read_in_every_encoding_that_schools_use(encoding: str) -> None:
    rows = read(TEXT.encode(encoding))

    assert [(row.line, row["name"], row["phone"]) for row in rows] == [(2, "张伟", "13800001234")]


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_is_read_whatever_separates_its_cells(separator: str) -> None:
    rows = read(TEXT.replace(",", separator).encode())

    assert rows[0].cells == {"name": "张伟", "phone": "13800001234"}


def test_rare_characters_of_gb18030_stay_themselves() -> None:
    rows = read("姓名,手机号\n㛃䶮,13800001234\n".encode("gb18030"))

    assert rows[0]["name"] == "㛃䶮"


@pytest.mark.parametrize(
    "heading", [" 姓名 ", "姓名（必填）", "*姓名", "姓 名", "姓名：", "NAME", "ｎａｍｅ"]
)
def test_headings_are_known_as_people_write_them(heading: str) -> None:
    rows = read(f"{heading},手机号\n张伟,13800001234".encode())

    assert rows[0]["name"] == "张伟"


def test_a_title_may_stand_above_the_header() -> None:
    def title(made: Workbook) -> None:
        made.worksheets[0].merge_cells("A1:B1")

    rows = read(book(["某校教师名册", None], HEADER, ["张伟", "13800001234"], change=title))

    assert [(row.line, row["name"]) for row in rows] == [(3, "张伟")]


def test_lines_are_counted_as_the_file_has_them() -> None:
    rows = read('姓名,手机号\n"张\n伟",13800001234\n\n李娜,13900001234'.encode())

    assert [row.line for row in rows] == [2, 5]


def test_marks_that_nobody_sees_are_taken_off() -> None:
    rows = read("姓名,手机号\n\u3000张伟\u200b\xa0,\u202d13800001234\u202c".encode())

    assert rows[0].cells == {"name": "张伟", "phone": "13800001234"}


def test_numbers_and_dates_of_a_workbook_become_what_they_show() -> None:
    cells = [13800001234, 7.0, 2024.5, date(2024, 9, 1), datetime(2024, 9, 1, 8, 30), True]  # noqa: DTZ001
    names = [*"abcdef"]

    rows = read(book(names, cells), required=names, headings={})

    assert list(rows[0].cells.values()) == [
        "13800001234",
        "7",
        "2024.5",
        "2024-09-01",
        "2024-09-01 08:30",
        "TRUE",
    ]


def test_a_sheet_with_notes_beside_the_table_does_no_harm() -> None:
    def notes(made: Workbook) -> None:
        made.create_sheet("填写说明", 0).append(["请按模板填写"])

    rows = read(book(HEADER, ["张伟", "13800001234"], change=notes))

    assert rows[0]["name"] == "张伟"


def test_gaps_in_a_sheet_keep_the_numbers_of_its_lines() -> None:
    def gap(made: Workbook) -> None:
        made.worksheets[0]["A9"] = "李娜"

    rows = read(book(HEADER, ["张伟", "13800001234"], change=gap))

    assert [(row.line, row["name"]) for row in rows] == [(2, "张伟"), (9, "李娜")]


# cells that cannot be read


def bad_cell(rows: list[Row], column: str) -> BadCell:
    with pytest.raises(BadCell) as caught:
        _ = rows[0][column]
    return caught.value


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("=1+1", "formula"),
        ('=HYPERLINK("http://x","y")', "formula"),
        ("#N/A", "error"),
        (138000012341234567, "last digits are lost"),
        ("1.38E+10", "shortened"),
        ("x" * 10_001, "10001 characters"),
    ],
)
def test_a_cell_that_says_something_else_names_its_line_and_column(cell: Any, reason: str) -> None:
    rows = read(book(HEADER, ["张伟", cell]))

    fault = bad_cell(rows, "phone")
    assert (fault.line, fault.column) == (2, "手机号")
    assert reason in fault.reason
    assert rows[0]["name"] == "张伟"


def test_an_array_formula_is_a_formula() -> None:
    from openpyxl.worksheet.formula import ArrayFormula

    def array(made: Workbook) -> None:
        made.worksheets[0]["B2"] = ArrayFormula("B2:B3", "=A2:A3")

    rows = read(book(HEADER, ["张伟", None], change=array))

    assert "formula" in bad_cell(rows, "phone").reason


def test_merged_cells_below_the_header_are_named() -> None:
    def merge(made: Workbook) -> None:
        made.worksheets[0].merge_cells("A2:A3")

    rows = read(book(HEADER, ["张伟", "1"], [None, "2"], change=merge))

    assert [row.faults["name"].reason for row in rows] == [
        "Cells A2:A3 are merged. Split them and fill each in."
    ] * 2


def test_a_line_with_more_cells_than_the_header_is_no_line() -> None:
    rows = read("姓名,手机号\n张伟,13800001234,多出来".encode())

    assert "more cells than the header" in bad_cell(rows, "name").reason


def test_empty_cells_beyond_the_header_do_no_harm() -> None:
    rows = read("姓名,手机号\n张伟,13800001234,,".encode())

    assert rows[0]["phone"] == "13800001234"


# files that cannot be read


def _bomb() -> bytes:
    return repacked(book(HEADER), SHEET, lambda xml: xml + b" " * 60_000_000)


def _entities(xml: bytes) -> bytes:
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>'
    head, _mark, rest = xml.rpartition(b"<worksheet")
    return head + declared + b"<worksheet" + rest


def _only_hidden(made: Workbook) -> None:
    made.create_sheet("说明")
    made.worksheets[0].sheet_state = "hidden"


def _twice(made: Workbook) -> None:
    other = made.create_sheet("二")
    other.append(HEADER)


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\xff\xfe\x00", "breaks off"),
        ("姓名\n张伟".encode(), "lacks the columns phone (手机号)"),
        ("姓名,手机号,姓名\n".encode(), "“姓名” twice"),
        ("姓名,手机号,name\n".encode(), "“name” twice"),
        (b"name,phone\n\x81\x00", "neither UTF-8 nor GBK"),
        (b"name,phone\n\x00\x01,2", "Line 2 holds signs"),
        ('name,phone\n"张伟,1\n'.encode(), "quotation mark"),
        (("name,phone\n张伟," + "x" * 10_000_000).encode(), "Line 2 holds a cell"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office kind"),
        (b"<html><table><tr><td>name", "web page"),
        (b"%PDF-1.7", "not a table"),
        (b"PK\x03\x04broken", "damaged"),
        (_zip(**{"word/document.xml": b"<w/>"}), "another kind of file"),
        (_zip(**{"xl/workbook.xml": b"<w/>"}), "damaged"),
        (book(HEADER)[:-400], "damaged"),
        (_bomb(), "unpacks to far more"),
        (repacked(book(HEADER), SHEET, _entities), "declarations"),
        (repacked(book(HEADER), SHEET, lambda xml: xml[:-30]), "damaged"),
        (book(HEADER, change=_only_hidden), "hidden sheet"),
        (book(HEADER, change=_twice), "Several sheets"),
        (book(["x"] * 101), "Line 1 has more than 100 columns"),
        (",".join("x" * 101).encode(), "Line 1 has more than 100 columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(UnreadableTable) as caught:
        read(raw)

    assert reason in str(caught.value)


def test_a_file_beyond_the_limits_is_refused() -> None:
    rows = "\n".join(["姓名,手机号", *("张伟,1" for _ in range(6))]).encode()

    with pytest.raises(UnreadableTable, match="more than 5 rows"):
        read(rows, limits=Limits(rows=5))
    with pytest.raises(UnreadableTable, match="larger than"):
        read(rows, limits=Limits(file_bytes=20))


def test_what_a_sheet_says_of_its_own_size_is_not_believed() -> None:
    raw = repacked(
        book(HEADER, ["张伟", "1"]),
        SHEET,
        lambda xml: xml.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'),
    )

    rows = read(raw)

    assert len(rows) == 1


def test_a_row_far_below_all_others_is_read_without_walking_there_forever() -> None:
    def far(made: Workbook) -> None:
        made.worksheets[0]["A1048576"] = "李娜"

    rows = read(book(HEADER, change=far))

    assert rows[0].line == 1_048_576


# what goes out

CELLS: list[Column[Any]] = [Column("内容", lambda value: value, 30)]


def back(raw: bytes) -> Any:
    return load_workbook(io.BytesIO(raw)).worksheets[0]


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "'=1", "＝1+1", '=cmd|"/c calc"!A1']
)
def test_text_that_looks_like_a_formula_never_runs(text: str) -> None:
    cell = back(write_xlsx("表", CELLS, [text]))["A2"]

    assert cell.data_type == "s"
    assert cell.value[0] == "'"
    assert cell.value[1:].strip() == text.strip()


@pytest.mark.parametrize("text", ["=1+1", "'=1+1", "''=x", "-", "'", "普通", "#N/A", "1.5", "+"])
def test_text_that_goes_out_comes_back_the_same(text: str) -> None:
    raw = write_xlsx("表", [Column("内容", lambda value: value)], [text])

    rows = read_table(io.BytesIO(raw), required=["内容"])

    assert rows[0]["内容"] == text


def test_dates_and_numbers_go_out_as_such() -> None:
    values = [date(2024, 9, 1), datetime(2024, 9, 1, 0, 30, tzinfo=UTC), 3, 1.5, Decimal("2.25")]

    sheet = back(write_xlsx("表", CELLS, [*values, None, True]))

    found = [sheet.cell(number, 1) for number in range(2, 7)]
    assert [cell.data_type for cell in found] == ["d", "d", "n", "n", "n"]
    assert found[0].number_format == "yyyy-mm-dd"
    assert found[1].value == datetime(2024, 9, 1, 8, 30)  # noqa: DTZ001 - workbooks know no zone
    assert [cell.value for cell in found[2:]] == [3, 1.5, 2.25]


def test_the_header_is_frozen_and_columns_have_their_width() -> None:
    sheet = back(write_xlsx("教师:名单/2024", CELLS, []))

    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width == 30
    assert sheet.title == "教师 名单 2024"
    assert sheet["A1"].font.bold


def test_signs_that_no_workbook_may_hold_are_left_out_and_long_text_is_cut() -> None:
    sheet = back(write_xlsx("表", CELLS, ["a\x00\x0bb", "长" * 40_000]))

    assert sheet["A2"].value == "ab"
    assert len(sheet["A3"].value) == 32_767


def test_a_download_has_its_chinese_name() -> None:
    answer = xlsx_response("教师/名单", CELLS, [])

    assert (
        "filename*=utf-8''%E6%95%99%E5%B8%88%20%E5%90%8D%E5%8D%95" in answer["Content-Disposition"]
    )
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")


def test_a_path_is_read_as_well_as_an_upload(tmp_path: Path) -> None:
    file = tmp_path / "名册.csv"
    file.write_bytes(TEXT.encode("gbk"))

    assert read_table(file, required=REQUIRED, headings=HEADINGS)[0]["name"] == "张伟"
