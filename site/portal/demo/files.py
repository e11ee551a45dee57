"""Small real files of the demonstration (课件、练习单、底稿), made from the lessons' own texts.

The same text makes the same bytes, so an interrupted load stores nothing twice.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from io import BytesIO
from typing import Any

from django.utils.html import strip_tags
from docx import Document
from PIL import Image, ImageDraw

_THEN = (2025, 9, 1, 8, 0, 0)
_NS = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.presentationml"
_TREE = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
_COLOURS = {
    "dk1": "1B2A36",
    "lt1": "FFFFFF",
    "dk2": "1C5478",
    "lt2": "F6F4EC",
    "accent1": "1C5478",
    "accent2": "B4532A",
    "accent3": "4E7A3A",
    "accent4": "8A6D1F",
    "accent5": "5B4A86",
    "accent6": "2F7F86",
    "hlink": "1C5478",
    "folHlink": "5B4A86",
}

Slide = Sequence[Any]
"""A heading and its lines."""


def worksheet(row: Mapping[str, Any]) -> bytes:
    """A sheet of the questions of a row of the data as .docx, without their answers."""
    document = Document()
    document.add_heading(row["title"], level=1)
    document.add_paragraph("班级__________　姓名__________　用时______分钟")
    fields = row["fields"]
    for tier in fields.get("tiers", [{"items": fields.get("items", [])}]):
        if name := tier.get("name"):
            document.add_heading(name, level=2)
        for number, item in enumerate(tier["items"], start=1):
            points = f"（{item['points']}分）" if "points" in item else ""
            document.add_paragraph(f"{number}. {strip_tags(item['stem'])}{points}")
            for letter, option in zip("ABCDEF", item.get("options", []), strict=False):
                document.add_paragraph(f"　　{letter}. {option}")
            for _line in range(_LINES.get(item["type"], 0)):
                document.add_paragraph("　" * 4 + "_" * 40)
    return _steady(_saved(document))


_LINES = {"short_answer": 2, "practice": 4}


def plan_document(row: Mapping[str, Any]) -> bytes:
    """A lesson plan of the data as .docx: headings, and the process as a table."""
    document = Document()
    document.add_heading(row["title"], level=1)
    document.add_paragraph(row["summary"])
    for section in row["fields"]["sections"]:
        document.add_heading(section["heading"], level=2)
        for line in strip_tags(section.get("body", "").replace("</p>", "\n")).splitlines():
            if line.strip():
                document.add_paragraph(line.strip())
        if rows := section.get("rows"):
            _table(document, rows)
    return _steady(_saved(document))


def _table(document: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    table = document.add_table(rows=1, cols=5)
    table.style = "Table Grid"
    for cell, name in zip(
        table.rows[0].cells, ("环节", "分钟", "教师活动", "学生活动", "设计意图"), strict=True
    ):
        cell.text = name
    for row in rows:
        cells = table.add_row().cells
        said = (row["step"], row["minutes"], row["teacher"], row["pupils"], row["intent"])
        for cell, text in zip(cells, said, strict=True):
            cell.text = strip_tags(str(text))


def _saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _steady(archive: bytes) -> bytes:
    """The archive with the time of its making taken out."""
    with zipfile.ZipFile(BytesIO(archive)) as read:
        return _zipped({name: read.read(name) for name in read.namelist()})


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _THEN)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def slides(pages: Sequence[Slide]) -> bytes:
    """A presentation (.pptx) of plain slides: a heading and lines each."""
    count = len(pages)
    parts = {
        "[Content_Types].xml": _content_types(count),
        "_rels/.rels": _relations([("officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": _presentation(count),
        "ppt/_rels/presentation.xml.rels": _relations(
            [
                ("slideMaster", "slideMasters/slideMaster1.xml"),
                *(("slide", f"slides/slide{n}.xml") for n in range(1, count + 1)),
                ("theme", "theme/theme1.xml"),
            ]
        ),
        "ppt/slideMasters/slideMaster1.xml": _MASTER,
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _relations(
            [("slideLayout", "../slideLayouts/slideLayout1.xml"), ("theme", "../theme/theme1.xml")]
        ),
        "ppt/slideLayouts/slideLayout1.xml": _LAYOUT,
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": _relations(
            [("slideMaster", "../slideMasters/slideMaster1.xml")]
        ),
        "ppt/theme/theme1.xml": _theme(),
    }
    for number, (heading, lines) in enumerate(pages, start=1):
        parts[f"ppt/slides/slide{number}.xml"] = _slide(heading, lines)
        parts[f"ppt/slides/_rels/slide{number}.xml.rels"] = _relations(
            [("slideLayout", "../slideLayouts/slideLayout1.xml")]
        )
    return _zipped({name: f"{_HEAD}{text}".encode() for name, text in parts.items()})


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{rows}</Relationships>'


def _content_types(count: int) -> str:
    kinds = [
        ("/ppt/presentation.xml", f"{_TYPE}.presentation.main+xml"),
        ("/ppt/slideMasters/slideMaster1.xml", f"{_TYPE}.slideMaster+xml"),
        ("/ppt/slideLayouts/slideLayout1.xml", f"{_TYPE}.slideLayout+xml"),
        ("/ppt/theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml"),
        *((f"/ppt/slides/slide{n}.xml", f"{_TYPE}.slide+xml") for n in range(1, count + 1)),
    ]
    rows = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in kinds)
    package = "application/vnd.openxmlformats-package.relationships+xml"
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return (
        f'<Types xmlns="{space}"><Default Extension="rels" ContentType="{package}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    )


def _presentation(count: int) -> str:
    ids = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n + 1}"/>' for n in range(1, count + 1))
    return (
        f'<p:presentation {_NS}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/>'
        f"</p:sldMasterIdLst><p:sldIdLst>{ids}</p:sldIdLst>"
        '<p:sldSz cx="12192000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/>'
        "</p:presentation>"
    )


def _slide(heading: str, lines: Iterable[str]) -> str:
    return (
        f"<p:sld {_NS}><p:cSld><p:spTree>{_TREE}"
        f"{_box(2, 'title', 457200, 1143000, [heading], 4000, bold=True)}"
        f"{_box(3, 'text', 1828800, 4572000, lines, 2800)}"
        "</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
    )


def _box(
    number: int,
    name: str,
    top: int,
    height: int,
    lines: Iterable[str],
    size: int,
    *,
    bold: bool = False,
) -> str:
    style = f'lang="zh-CN" sz="{size}"' + (' b="1"' if bold else "")
    paragraphs = "".join(
        f"<a:p><a:r><a:rPr {style}/><a:t>{escape(line)}</a:t></a:r></a:p>" for line in lines
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr txBox="1"/><p:nvPr/>'
        f'</p:nvSpPr><p:spPr><a:xfrm><a:off x="838200" y="{top}"/>'
        f'<a:ext cx="10515600" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></p:spPr><p:txBody>"
        f'<a:bodyPr wrap="square"><a:normAutofit/></a:bodyPr><a:lstStyle/>{paragraphs}'
        "</p:txBody></p:sp>"
    )


_MAP = (
    'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" '
    'accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" '
    'hlink="hlink" folHlink="folHlink"'
)
_MASTER = (
    f"<p:sldMaster {_NS}><p:cSld><p:spTree>{_TREE}</p:spTree></p:cSld><p:clrMap {_MAP}/>"
    '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst>'
    "</p:sldMaster>"
)
_LAYOUT = (
    f'<p:sldLayout {_NS} type="blank"><p:cSld name="Blank"><p:spTree>{_TREE}</p:spTree></p:cSld>'
    "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
)


def _theme() -> str:
    colours = "".join(
        f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in _COLOURS.items()
    )
    font = '<a:latin typeface="Arial"/><a:ea typeface="微软雅黑"/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="9525">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    space = "http://schemas.openxmlformats.org/drawingml/2006/main"
    return (
        f'<a:theme xmlns:a="{space}" name="Gongbei"><a:themeElements>'
        f'<a:clrScheme name="Gongbei">{colours}</a:clrScheme><a:fontScheme name="Gongbei">'
        f"<a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Gongbei"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}"
        f"</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements></a:theme>"
    )


def number_lines() -> Image.Image:
    """Six number lines from −8 to 8 to write on."""
    sheet, pen = _sheet(1000, 720)
    for row in range(6):
        y = 80 + row * 110
        pen.line([(40, y), (960, y)], fill="black", width=3)
        pen.polygon([(960, y - 9), (985, y), (960, y + 9)], fill="black")
        for number in range(-8, 9):
            x = 500 + number * 54
            pen.line([(x, y - 12), (x, y)], fill="black", width=2)
            pen.text((x, y + 22), str(number), fill="black", anchor="mm", font_size=20)
    return sheet


def writing_squares() -> Image.Image:
    """Squares with crossed dotted lines (田字格) to write one's name in."""
    sheet, pen = _sheet(840, 640)
    for column in range(4):
        for row in range(3):
            left, top, side = 40 + column * 190, 40 + row * 190, 180
            pen.rectangle([left, top, left + side, top + side], outline="black", width=3)
            for step in range(0, side, 12):
                x, y = left + side // 2, top + side // 2
                pen.line([(x, top + step), (x, top + step + 6)], fill="gray", width=2)
                pen.line([(left + step, y), (left + step + 6, y)], fill="gray", width=2)
    return sheet


def staves() -> Image.Image:
    """Empty staves (五线谱纸) of four bars."""
    sheet, pen = _sheet(1000, 720)
    for row in range(6):
        top = 50 + row * 110
        for line in range(5):
            pen.line([(40, top + line * 14), (960, top + line * 14)], fill="black", width=2)
        for bar in range(5):
            x = 40 + bar * 230
            pen.line([(x, top), (x, top + 56)], fill="black", width=2)
    return sheet


def _sheet(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    sheet = Image.new("L", (width, height), 255)
    return sheet, ImageDraw.Draw(sheet)


def picture(sheet: Image.Image) -> bytes:
    """A sheet as .png."""
    out = BytesIO()
    sheet.quantize(8).save(out, "png", optimize=True)
    return out.getvalue()


def printable(sheet: Image.Image) -> bytes:
    """A sheet as .pdf of one page."""
    out = BytesIO()
    sheet.save(out, "pdf", resolution=90, creationDate=None, modDate=None)
    return out.getvalue()
