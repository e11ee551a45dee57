"""Tables that people hand in and take away (电子表格): CSV and XLSX, read and written safely."""

from schools.spreadsheets.reading import read_table
from schools.spreadsheets.tables import BadCell, Limits, Row, UnreadableTable
from schools.spreadsheets.writing import Column, write_xlsx, xlsx_response

__all__ = [
    "BadCell",
    "Column",
    "Limits",
    "Row",
    "UnreadableTable",
    "read_table",
    "write_xlsx",
    "xlsx_response",
]
