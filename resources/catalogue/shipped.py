"""The catalogue that comes with the product (随附教材目录): its files, and taking them all in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Protocol

from django.db import transaction

from resources.catalogue.actions import Written, write_catalogue, write_standards
from resources.catalogue.imports import REQUIRED_COLUMNS, plan_catalogue
from resources.catalogue.standards import STANDARD_COLUMNS, plan_standards
from schools.models import User
from schools.spreadsheets import read_table

DATA = Path(__file__).parent / "data"


class _Report(Protocol):
    line: int
    reason: str


class ShippedFileRefused(Exception):
    """A file that comes with the product has rows that cannot be taken: a fault of ours."""

    def __init__(self, file: Path, refused: Sequence[_Report]) -> None:
        first = refused[0]
        super().__init__(f"{file.name}, line {first.line}: {first.reason}")
        self.file, self.refused = file, refused


def standard_files() -> list[Path]:
    """The curriculum standards that come with the product; lessons name their codes."""
    return sorted(DATA.glob("standards_*.csv"))


def volume_files() -> list[Path]:
    """The textbook volumes that come with the product, one a file."""
    return sorted(set(DATA.glob("*.csv")) - set(standard_files()))


@transaction.atomic
def import_all_shipped(
    *, by: User | None = None, done: Callable[[], object] = lambda: None
) -> Written:
    """Take in every standard and volume that comes with the product; running it again is safe.

    `done` is called after each volume. What is said there of a chapter that plans stand on is
    brought to the file; what the files leave out stays.
    """
    for file in standard_files():
        _import_standards(file, by)
    written = Written()
    for file in volume_files():
        _add(written, _import_volumes(file, by))
        done()
    return written


def _import_standards(file: Path, by: User | None) -> None:
    reports = plan_standards(read_table(file, required=STANDARD_COLUMNS))
    if refused := [report for report in reports if not report.ok]:
        raise ShippedFileRefused(file, refused)
    write_standards(standards=[each.standard for each in reports if each.standard], by=by)


def _import_volumes(file: Path, by: User | None) -> Written:
    plan = plan_catalogue(read_table(file, required=REQUIRED_COLUMNS))
    if plan.refused:
        raise ShippedFileRefused(file, plan.refused)
    return write_catalogue(plan=plan, by=by)


def _add(total: Written, part: Written) -> None:
    for count in fields(Written):
        setattr(total, count.name, getattr(total, count.name) + getattr(part, count.name))
