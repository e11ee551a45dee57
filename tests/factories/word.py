"""Makers of Word documents as teachers, programs and the hostile make them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from docx import Document
from PIL import Image

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": W,
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = "application/vnd.openxmlformats-officedocument.wordprocessingml"
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_PARTS}.document.main+xml"/></Types>'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
ROOT_RELATIONS = (
    f'{RELATIONS}<Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def saved(document: Any) -> bytes:
    """A python-docx document as a file."""
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def paragraphs(*lines: str) -> bytes:
    """A document of plain lines."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def picture(width: int = 40, height: int = 30) -> bytes:
    """A PNG."""
    out = BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def raw(body: str, *, relations: str = "", **parts: str) -> bytes:
    """A document of this XML within the body; `relations` are those of the document.

    Further `parts` are named by their file: ``comments="<w:comments …>"``.
    """
    known = "".join(
        f'<Relationship Id="p{name}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>'
        for name in parts
    )
    return packed(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": ROOT_RELATIONS,
            "word/document.xml": document_xml(body),
            "word/_rels/document.xml.rels": f"{RELATIONS}{known}{relations}</Relationships>",
            **{
                f"word/{name}.xml": re.sub(r"^<(w:\w+)", rf"<\1 {NAMESPACES}", content)
                for name, content in parts.items()
            },
        }
    )


def document_xml(body: str) -> str:
    """The main part."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
    )


def p(words: str, *, run: str = "", paragraph: str = "") -> str:
    """A paragraph of one run."""
    return (
        f"<w:p><w:pPr>{paragraph}</w:pPr><w:r><w:rPr>{run}</w:rPr>"
        f'<w:t xml:space="preserve">{words}</w:t></w:r></w:p>'
    )


def cell(words: str, properties: str = "", inner: str = "") -> str:
    """A cell of a table."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(words)}{inner}</w:tc>"


def table(*rows: str) -> str:
    """A table of rows of cells."""
    return f"<w:tbl><w:tblPr/>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def common_plan() -> bytes:
    """The form that most schools use: one table for everything."""
    document = Document()
    document.add_paragraph("《济南的冬天》教学设计")
    grid = document.add_table(9, 4)
    rows: list[list[str]] = [
        ["课题", "济南的冬天", "课时", "2课时"],
        ["主备人", "陈静怡", "日期", "11月3日"],
        ["教学\n目标", "1. 有感情地朗读课文。\n2. 品味比喻和拟人的妙处。", "", ""],
        ["教学重点", "品味写景的语言", "教学难点", "体会“温晴”的含义"],
        ["教学环节", "教师活动", "学生活动", "设计意图"],
        [
            "一、导入新课（5分钟）",
            "出示雪景图，问：你见过怎样的冬天？",
            "看图，说一说。",
            "唤起经验",
        ],
        ["二、品读雪景", "范读第三段，指导停连。", "跟读，批注。", ""],
        ["板书设计", "济南的冬天\n温晴　慈善　秀气", "", ""],
        ["教学反思", "", "", ""],
    ]
    for line, row in zip(grid.rows, rows, strict=True):
        for box, words in zip(line.cells, row, strict=True):
            box.text = words
    for at in (2, 7, 8):
        grid.cell(at, 1).merge(grid.cell(at, 3))
        lines = [line.text for line in grid.cell(at, 1).paragraphs if line.text]
        grid.cell(at, 1).text = "\n".join(lines)
    return saved(document)


def flowing_plan() -> bytes:
    """The other common form: headings with Chinese numerals."""
    return paragraphs(
        "济南的冬天",
        "一、教学目标",
        "1．读准字音，读出停连。",
        "2．体会作者的感情。",
        "二、教学重难点",
        "重点：品读雪景的语言。",
        "难点：体会“温晴”。",
        "三、教学准备：多媒体课件",
        "四、教学过程",
        "（一）导入新课（5分钟）",
        "同学们，你见过怎样的冬天？",
        "【设计意图】唤起经验。",
        "（二）初读感知",
        "教师活动：范读课文。",
        "学生活动：跟读，圈出生字。",
        "（三）布置作业",
        "背诵第三段。",
        "五、板书设计",
        "济南的冬天　温晴",
        "六、作业设计",
        "照着第三段写三句话。",
    )


def ole(*names: str) -> bytes:
    """The beginning of an old compound file with streams of these names."""
    streams = b"".join(name.encode("utf-16-le") for name in names)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + streams + b"\0" * 1024


def words_in(content: bytes) -> str:
    """All text of all parts, read without the importer, so that a test can count."""
    text = ""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if re.match(r"word/(document|header|footer|footnotes|endnotes|comments)\d*\.xml", name):
                xml = archive.read(name).decode()
                xml = re.sub(r"<mc:Fallback>.*?</mc:Fallback>", "", xml, flags=re.DOTALL)
                found = re.findall(r"<(?:w:t|w:delText|m:t)(?: [^>]*)?>([^<]*)<", xml)
                text += "".join(found)
    return text


Made = Callable[[], bytes]
