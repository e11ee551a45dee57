"""Rows of an import from a workbook or CSV (表格导入): the same names as columns, text in cells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from resources.importing.lines import DEEPEST
from resources.importing.planning import Row
from resources.importing.records import KNOWN, REQUIRED
from schools.spreadsheets import BadCell, Limits, read_table
from schools.spreadsheets import Row as TableRow

HEADINGS = {name: name for name in KNOWN} | {
    "编号": "id",
    "类型": "kind",
    "资源类型": "kind",
    "标题": "title",
    "学校": "school",
    "学校代码": "school",
    "摘要": "summary",
    "简介": "summary",
    "正文": "body",
    "学段": "stage",
    "年级": "grade",
    "学科": "subject",
    "版本": "edition",
    "册次": "volume",
    "章节": "chapter",
    "课标": "standards",
    "标签": "tags",
    "许可": "licence",
    "授权": "licence",
    "作者": "owner",
    "贡献者": "contributors",
    "难度": "difficulty",
    "范围": "scope",
    "精品": "premium",
    "质量": "quality",
    "使用次数": "uses",
    "发布日期": "published",
    "文件": "files",
    "链接": "link",
    "其他字段": "fields",
}
LIMITS = Limits(cell=32_767)


def rows_of_table(path: Path) -> Iterator[Row]:
    """The rows of a table; raises `UnreadableTable`, OSError."""
    for row in read_table(path, required=REQUIRED, headings=HEADINGS, limits=LIMITS):
        try:
            yield Row(row.line, _values(row))
        except (BadCell, ValueError, RecursionError) as fault:
            yield Row(row.line, {}, str(fault))


def _values(row: TableRow) -> dict[str, Any]:
    if row.faults:
        raise next(iter(row.faults.values()))
    values: dict[str, Any] = {name: cell for name, cell in row.cells.items() if cell}
    if "files" in values:
        values["files"] = [name.strip() for name in values["files"].splitlines() if name.strip()]
    if "fields" in values:
        values["fields"] = _object(values["fields"])
    return values


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ValueError(_("“%(name)s” must be an object.") % {"name": "fields"}) from error
    if not isinstance(value, dict) or _depth(value) > DEEPEST:
        raise ValueError(_("“%(name)s” must be an object.") % {"name": "fields"})
    return value


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)
