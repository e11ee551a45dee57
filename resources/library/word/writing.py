"""Writing blocks into a Word document: A4, Chinese fonts, numbered pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt

from resources.library.word import marks
from resources.library.word.blocks import (
    DEEPEST,
    ILLEGAL,
    Block,
    Break,
    Cell,
    Formula,
    Image,
    Inline,
    Items,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
    from_html,
)

BODY_FONT, HEAD_FONT, LATIN_FONT = "SimSun", "SimHei", "Times New Roman"
PAGE_WIDTH = Cm(21 - 2 * 2.2)
TALLEST_PICTURE = Cm(11)
_BULLETS, _NUMBERS = 901, 902
_FONT_MARKS = {
    "strong": "bold",
    "em": "italic",
    "u": "underline",
    "s": "strike",
    "sub": "subscript",
    "sup": "superscript",
}


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture as a document needs it: a stream of a JPEG, PNG or GIF, and its size in pixels."""

    content: bytes
    width: int
    height: int


Pictures = Callable[[str], PictureFile | None]
"""Gives the picture with a uuid, or None where the reader may not see it."""


def no_pictures(_media: str) -> None:
    """For texts whose pictures nobody gives."""


class Writer:
    """A document that grows from top to bottom; `saved` ends it."""

    def __init__(self, *, pictures: Pictures = no_pictures, picture_missing: str = "□") -> None:
        self.document: Any = Document()
        self.pictures = pictures
        self.picture_missing = picture_missing
        self._lists = 1000
        self._drawings = 0
        _set_page(self.document)
        _add_styles(self.document)
        _add_numbering(self.document)

    def saved(self, *, title: str, author: str) -> bytes:
        """The finished file; title and author are what Word shows as its properties."""
        core = self.document.core_properties
        core.title, core.author, core.comments = title, author, ""
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()

    # headings and lines

    def title(self, text: str) -> None:
        """The name of the document, once."""
        self.document.add_paragraph(_legal(text), style="Title")

    def section(self, heading: str) -> None:
        """The heading of a section of the lesson."""
        self.document.add_paragraph(_legal(heading), style=marks.SECTION)

    def heading(self, text: str, level: int = 2) -> None:
        """A heading that is no section of a lesson."""
        self.document.add_paragraph(_legal(text), style=f"Heading {level}")

    def line(self, text: str, *, label: str = "") -> None:
        """A plain paragraph, with a bold label before it."""
        paragraph = self.document.add_paragraph()
        if label:
            paragraph.add_run(f"{_legal(label)}　").bold = True
        for number, part in enumerate(text.splitlines() or [""]):
            if number:
                paragraph.add_run().add_break()
            paragraph.add_run(_legal(part))

    def room(self, lines: int) -> None:
        """Empty lines to write on by hand."""
        for _line in range(lines):
            self.gap()
            self.document.paragraphs[-1].paragraph_format.space_after = Pt(18)

    def runs(self, runs: Iterable[tuple[str, str]]) -> None:
        """A paragraph of words, each with a mark of `blocks.MARKS` or none."""
        paragraph = self.document.add_paragraph()
        for words, mark in runs:
            for number, part in enumerate(words.split("\n")):
                if number:
                    paragraph.add_run().add_break()
                marked = frozenset({mark}) if mark else frozenset()
                self._text(paragraph, Text(_legal(part), marked))

    def html(self, html: str) -> None:
        """Rich text."""
        self.blocks(from_html(html))

    def blocks(self, blocks: Sequence[Block]) -> None:
        """Blocks at the end of the document."""
        self._blocks(self.document, blocks, PAGE_WIDTH)

    # tables

    def header_table(self, fields: Sequence[tuple[str, str]], *, pairs: int = 2) -> None:
        """What a lesson is about: label and value, `pairs` of them a row."""
        rows = [fields[at : at + pairs] for at in range(0, len(fields), pairs)]
        table = self._new_table(self.document, len(rows), pairs * 2, marks.HEADER_TABLE)
        label, value = Cm(2.4), Emu((PAGE_WIDTH - Cm(2.4) * pairs) // pairs)
        _set_widths(table, [label, value] * pairs)
        for row, entries in zip(table.rows, rows, strict=True):
            for at, (name, text) in enumerate(entries):
                _shade(row.cells[at * 2])
                _plain_cell(row.cells[at * 2], name, bold=True, centred=True)
                _plain_cell(row.cells[at * 2 + 1], text)
            if len(entries) < pairs:
                last = row.cells[len(entries) * 2 - 1].merge(row.cells[-1])
                _plain_cell(last, entries[-1][1])

    def process_table(
        self, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]
    ) -> None:
        """The teaching process: columns as name and head, and rows as step, rich texts, minutes."""
        rows = list(rows)
        heads = [head for _name, head in columns]
        table = self._new_table(self.document, 1 + len(rows), len(heads), marks.PROCESS_TABLE)
        widths = _process_widths([name for name, _head in columns])
        _set_widths(table, widths)
        _describe(table, ",".join(name for name, _head in columns))
        for cell, head in zip(table.rows[0].cells, heads, strict=True):
            _shade(cell)
            _plain_cell(cell, head, bold=True, centred=True)
        _repeat(table.rows[0])
        cells = _cells_by_row(table)
        for line, (step, *texts, minutes) in zip(cells[1:], rows, strict=True):
            _plain_cell(line[0], step, bold=True)
            for cell, html, width in zip(line[1:-1], texts, widths[1:-1], strict=True):
                self._fill(cell, from_html(html), width)
            _plain_cell(line[-1], minutes, centred=True)

    def plain_table(
        self, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]
    ) -> None:
        """A table of plain texts; `widths` in centimetres."""
        rows = list(rows)
        table = self._new_table(self.document, 1 + len(rows), len(heads), marks.TABLE)
        _set_widths(table, [Cm(width) for width in widths])
        cells = _cells_by_row(table)
        for cell, head in zip(cells[0], heads, strict=True):
            _shade(cell)
            _plain_cell(cell, head, bold=True)
        _repeat(table.rows[0])
        for line, row in zip(cells[1:], rows, strict=True):
            for cell, text in zip(line, row, strict=True):
                _plain_cell(cell, text)

    def gap(self, where: Any = None) -> None:
        """A thin empty paragraph, as Word wants it between two tables."""
        (where or self.document).add_paragraph(style=marks.GAP)

    def _new_table(self, where: Any, rows: int, columns: int, style: str) -> Any:
        body = where._element.body if where is self.document else where._element
        before = [child for child in body if child.tag != qn("w:sectPr")]
        if before and before[-1].tag == qn("w:tbl"):
            self.gap(where)
        table = where.add_table(rows, columns)
        if where is not self.document:  # python-docx puts an empty paragraph behind it
            body.remove(body[-1])
        table.style = style
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        return table

    # blocks

    def _blocks(self, where: Any, blocks: Sequence[Block], width: int) -> None:
        for block in blocks:
            match block:
                case Paragraph():
                    style = {"h3": "Heading 3", "h4": "Heading 4"}.get(block.tag)
                    self._inlines(where.add_paragraph(style=style), block.inlines, width)
                case Items():
                    self._items(where, block, 0, width)
                case Rule():
                    where.add_paragraph(style=marks.RULE)
                case Quote():
                    self._quote(where, block, width)
                case Table():
                    self._table(where, block, width)

    def _quote(self, where: Any, quote: Quote, width: int) -> None:
        table = self._new_table(where, 1, 1, marks.QUOTE)
        _set_widths(table, [Emu(width)])
        self._fill(table.cell(0, 0), quote.blocks, width)

    def _table(self, where: Any, table: Table, width: int) -> None:
        columns = sum(cell.columns for cell in table.rows[0])
        made = self._new_table(where, len(table.rows), columns, marks.TABLE)
        one = Emu(width // columns)
        _set_widths(made, [one] * columns)
        grid = _cells_by_row(made)
        taken: set[tuple[int, int]] = set()
        for at, row in enumerate(table.rows):
            column = 0
            for cell in row:
                while (at, column) in taken:
                    column += 1
                covered = [
                    (line, each)
                    for line in range(at, at + cell.rows)
                    for each in range(column, column + cell.columns)
                ]
                taken.update(covered)
                _span(grid, at, column, cell)
                self._fill(grid[at][column], cell.blocks, one * cell.columns)
                if cell.is_head:
                    _shade(grid[at][column])
                column += cell.columns
        for line in made._tbl.tr_lst:
            for tc in [tc for tc in line.tc_lst if tc.get("gone")]:
                line.remove(tc)

    def _fill(self, cell: Any, blocks: Sequence[Block], width: int) -> None:
        first = cell.paragraphs[0]
        self._blocks(cell, blocks, width - Cm(0.4))
        first._element.getparent().remove(first._element)
        children = [child for child in cell._element if child.tag != qn("w:tcPr")]
        if not children or children[-1].tag == qn("w:tbl"):
            self.gap(cell)

    def _items(self, where: Any, items: Items, level: int, width: int) -> None:
        number = self._number(items, level)
        for item in items.items:
            for at, block in enumerate(item):
                match block:
                    case Items():
                        self._items(where, block, min(level + 1, DEEPEST), width)
                    case Paragraph() if at == 0:
                        paragraph = where.add_paragraph()
                        _number_it(paragraph, number, level)
                        self._inlines(paragraph, block.inlines, width)
                    case Paragraph():
                        paragraph = where.add_paragraph(style=f"{marks.CONTINUED}{level}")
                        self._inlines(paragraph, block.inlines, width)
                    case _:
                        self._blocks(where, [block], width)

    def _number(self, items: Items, level: int) -> int:
        """A numbering of its own for each list, so that each starts where it says."""
        self._lists += 1
        numbering = self.document.part.numbering_part.element
        num = _element("w:num", numId=self._lists)
        num.append(_element("w:abstractNumId", val=_NUMBERS if items.ordered else _BULLETS))
        override = _element("w:lvlOverride", ilvl=level)
        override.append(_element("w:startOverride", val=items.start))
        num.append(override)
        numbering.append(num)
        return self._lists

    # runs

    def _inlines(self, paragraph: Any, inlines: Iterable[Inline], width: int) -> None:
        for inline in inlines:
            match inline:
                case Text():
                    self._text(paragraph, inline)
                case Break():
                    paragraph.add_run().add_break()
                case Formula():
                    paragraph.add_run(inline.latex, style=marks.FORMULA)
                case Image():
                    self._image(paragraph, inline, width)

    def _text(self, paragraph: Any, text: Text) -> None:
        run = paragraph.add_run(text.words)
        if not text.words.isascii():
            # Quotation marks are of two alphabets; this says that they are Chinese.
            run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
        for mark in text.marks:
            setattr(run.font, _FONT_MARKS[mark], True)
        if text.link:
            run.style = "Hyperlink"
            address = self.document.part.relate_to(text.link, _HYPERLINK, is_external=True)
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), address)
            paragraph._element.append(link)
            link.append(run._element)

    def _image(self, paragraph: Any, image: Image, width: int) -> None:
        picture = self.pictures(image.media)
        if picture is None:
            paragraph.add_run(f"[{image.alt or self.picture_missing}]")
            return
        # 96 pixels to the inch, never wider than the column and never taller than half a page.
        wide = Emu(max(1, picture.width) * 9525)
        tall = Emu(max(1, picture.height) * 9525)
        factor = min(1, width / wide, TALLEST_PICTURE / tall)
        run = paragraph.add_run()
        run.add_picture(
            BytesIO(picture.content),
            width=Emu(max(1, int(wide * factor))),
            height=Emu(max(1, int(tall * factor))),
        )
        for properties in run._element.iter(qn("wp:docPr")):
            properties.set("name", f"{marks.PICTURE}{image.media}")
            properties.set("descr", image.alt)


_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


_WIDTHS = {"step": 2.2, "minutes": 1.2, "teacher": 5.5, "pupils": 4.5, "intent": 3.2}


def _process_widths(columns: Sequence[str]) -> list[int]:
    """Widths for the columns, which fill the page together."""
    shares = [_WIDTHS.get(name, 3.5) for name in columns]
    return [int(PAGE_WIDTH * share / sum(shares)) for share in shares]


def _describe(table: Any, caption: str) -> None:
    table._tbl.tblPr.append(_element("w:tblCaption", val=caption))


def _legal(text: str) -> str:
    return ILLEGAL.sub("", text)


def _element(tag: str, **attributes: object) -> Any:
    element: Any = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def _number_it(paragraph: Any, number: int, level: int) -> None:
    properties = paragraph._element.get_or_add_pPr()
    numbered = _element("w:numPr")
    numbered.append(_element("w:ilvl", val=level))
    numbered.append(_element("w:numId", val=number))
    properties.append(numbered)


def _cells_by_row(table: Any) -> list[list[Any]]:
    """The cells without python-docx's search through the whole table for each of them."""
    from docx.table import _Cell

    return [[_Cell(tc, table) for tc in row.tc_lst] for row in table._tbl.tr_lst]


def _span(grid: list[list[Any]], at: int, column: int, cell: Cell) -> None:
    """Merge the cells that `cell` covers; those beside the first of a row are marked as gone."""
    for line in range(at, at + cell.rows):
        first = grid[line][column]._element
        properties = first.get_or_add_tcPr()
        if cell.columns > 1:
            first.grid_span = cell.columns
            for gone in grid[line][column + 1 : column + cell.columns]:
                gone._element.set("gone", "1")
        if cell.rows > 1:
            merge = _element("w:vMerge", val="restart" if line == at else "continue")
            properties.append(merge)


def _plain_cell(cell: Any, text: str, *, bold: bool = False, centred: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    for run in list(paragraph.runs):
        run._element.getparent().remove(run._element)
    for extra in cell.paragraphs[1:]:
        extra._element.getparent().remove(extra._element)
    run = paragraph.add_run(_legal(text))
    run.bold = bold or None
    if not text.isascii():
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _shade(cell: Any) -> None:
    shade = _element("w:shd", val="clear", color="auto", fill=marks.HEAD_SHADE)
    cell._element.get_or_add_tcPr().append(shade)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(_element("w:tblHeader"))


def _set_widths(table: Any, widths: Sequence[int]) -> None:
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = width
    for row in table._tbl.tr_lst:
        for tc, width in zip(row.tc_lst, widths, strict=True):
            tc.width = width


# the page and its styles


def _set_page(document: Any) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin, page.bottom_margin = Cm(2.2), Cm(2)
    footer = page.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(footer, "PAGE")
    footer.add_run(" / ")
    _field(footer, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    for kind in ("begin", "", "separate", "shown", "end"):
        run = paragraph.add_run("1" if kind == "shown" else "")
        if not kind:
            code = OxmlElement("w:instrText")
            code.text = f" {name} "
            run._element.append(code)
        elif kind != "shown":
            run._element.append(_element("w:fldChar", fldCharType=kind))


def _add_styles(document: Any) -> None:
    styles = document.styles
    _font(styles["Normal"], BODY_FONT, 10.5)
    language = styles["Normal"].element.rPr.find(qn("w:lang"))
    if language is None:
        language = _element("w:lang", val="en-US")
        styles["Normal"].element.rPr.append(language)
    language.set(qn("w:eastAsia"), "zh-CN")
    _spacing(styles["Normal"], 0, 3, 1.25)
    _font(styles["Title"], HEAD_FONT, 18, bold=True)
    _spacing(styles["Title"], 0, 8, 1.1)
    styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    border = styles["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        styles["Title"].element.pPr.remove(border)
    for level, size in ((1, 16), (2, 13), (3, 11.5), (4, 10.5)):
        _font(styles[f"Heading {level}"], HEAD_FONT, size, bold=True)
        _spacing(styles[f"Heading {level}"], 8, 3, 1.2)
    _paragraph_style(styles, marks.SECTION, "Heading 2")
    gap = _paragraph_style(styles, marks.GAP, "Normal")
    _font(gap, BODY_FONT, 2)
    _spacing(gap, 0, 0, 1)
    for level in range(DEEPEST + 1):
        continued = _paragraph_style(styles, f"{marks.CONTINUED}{level}", "Normal")
        continued.paragraph_format.left_indent = Cm(0.75 * (level + 1))
    _line_across(_paragraph_style(styles, marks.RULE, "Normal"))
    _font(styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER), BODY_FONT, None)
    styles["Hyperlink"].font.underline = True
    formula = styles.add_style(marks.FORMULA, WD_STYLE_TYPE.CHARACTER)
    _font(formula, BODY_FONT, None)
    formula.font.italic = True
    for name in (marks.HEADER_TABLE, marks.PROCESS_TABLE, marks.TABLE):
        _borders(
            _table_style(styles, name), ("top", "left", "bottom", "right", "insideH", "insideV")
        )
    _borders(_table_style(styles, marks.QUOTE), ("left",), size=18)


def _font(style: Any, east_asian: str, size: float | None, *, bold: bool = False) -> None:
    style.font.name = LATIN_FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), east_asian)
    if size is not None:
        style.font.size = Pt(size)
        style.font.bold = bold or None
        style.font.italic = None
        colour = style.element.rPr.find(qn("w:color"))
        if colour is not None:
            style.element.rPr.remove(colour)


def _spacing(style: Any, before: float, after: float, line: float) -> None:
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), line


def _paragraph_style(styles: Any, name: str, base: str) -> Any:
    style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles[base]
    style.next_paragraph_style = styles["Normal"]
    return style


def _table_style(styles: Any, name: str) -> Any:
    style = styles.add_style(name, WD_STYLE_TYPE.TABLE)
    style.base_style = styles["Normal Table"]
    return style


def _borders(style: Any, sides: Sequence[str], *, size: int = 4) -> None:
    properties = _element("w:tblPr")
    borders = _element("w:tblBorders")
    for side in sides:
        borders.append(_element(f"w:{side}", val="single", sz=size, space=0, color="6B6B66"))
    properties.append(borders)
    margins = _element("w:tblCellMar")
    for side, width in (("top", 50), ("left", 108), ("bottom", 30), ("right", 108)):
        margins.append(_element(f"w:{side}", w=width, type="dxa"))
    properties.append(margins)
    style.element.append(properties)


def _line_across(style: Any) -> None:
    border = _element("w:pBdr")
    border.append(_element("w:bottom", val="single", sz=6, space=1, color="6B6B66"))
    style.element.get_or_add_pPr().append(border)


def _add_numbering(document: Any) -> None:
    numbering = document.part.numbering_part.element
    first = numbering.find(qn("w:num"))
    for id_, ordered in ((_BULLETS, False), (_NUMBERS, True)):
        abstract = _element("w:abstractNum", abstractNumId=id_)
        abstract.append(_element("w:multiLevelType", val="multilevel"))
        for level in range(DEEPEST + 1):
            abstract.append(_level(level, ordered=ordered))
        first.addprevious(abstract)


def _level(level: int, *, ordered: bool) -> Any:
    made = _element("w:lvl", ilvl=level)
    made.append(_element("w:start", val=1))
    made.append(_element("w:numFmt", val="decimal" if ordered else "bullet"))
    made.append(_element("w:lvlText", val=f"%{level + 1}." if ordered else "•"))
    made.append(_element("w:lvlJc", val="left"))
    properties = _element("w:pPr")
    properties.append(_element("w:ind", left=425 * (level + 1), hanging=425))
    made.append(properties)
    return made
