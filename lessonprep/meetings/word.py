"""The record of a meeting as a Word document (会议记录 .docx)."""

from __future__ import annotations

from io import BytesIO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from lessonprep.meetings.reading import Record
from media.models import Picture

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FACE = "SimSun"
_CONTROL = {code: None for code in range(32) if code not in (9, 10)}


def clean(text: str) -> str:
    """Text without the characters that XML forbids."""
    return text.translate(_CONTROL).replace("\ufffe", "").replace("\uffff", "")


def record_document(record: Record) -> bytes:
    """The whole record: head, who came, agenda, minutes, decisions, photos, what was added."""
    doc = Document()
    normal = doc.styles["Normal"]
    normal.font.name, normal.font.size = FACE, Pt(12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FACE)
    title = doc.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(_("Record of a preparation meeting"))
    run.bold, run.font.size = True, Pt(18)
    _head(doc, record)
    _part(doc, _("Agenda"), record.meeting.agenda)
    _part(doc, _("What was said"), record.meeting.minutes)
    if record.decisions:
        _part(doc, _("Decisions"), "")
        for heading, text in record.decisions:
            words = pgettext("a decision and its section", "%(heading)s: %(text)s")
            line = words % {"heading": heading, "text": text} if heading else text
            doc.add_paragraph(clean(line), style="List Number")
    _photos(doc, record)
    for addendum in record.addenda:
        words = _("Added by %(name)s on %(day)s") % {
            "name": addendum.by.name,
            "day": f"{addendum.at:%Y-%m-%d}",
        }
        _part(doc, words, addendum.text)
    if record.meeting.state != record.meeting.State.CLOSED:
        doc.add_paragraph(_("Not closed yet: this record can still change."))
    buffer = BytesIO()
    doc.save(buffer)
    return buffer.getvalue()


def _head(doc: Doc, record: Record) -> None:
    table = doc.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for label, value in record.head:
        cells = table.add_row().cells
        cells[0].width, cells[1].width = Cm(3.2), Cm(12.5)
        cells[0].paragraphs[0].add_run(clean(str(label))).bold = True
        cells[1].text = clean(str(value))
    doc.add_paragraph()


def _part(doc: Doc, heading: str, text: str) -> None:
    if not text and heading != _("Decisions"):
        return
    paragraph = doc.add_paragraph()
    run = paragraph.add_run(clean(heading))
    run.bold, run.font.size = True, Pt(14)
    for line in text.splitlines():
        if line.strip():
            doc.add_paragraph(clean(line))


def _photos(doc: Doc, record: Record) -> None:
    if not record.photos:
        return
    _part(doc, _("Photos"), " ")
    for photo in record.photos:
        content = _content(photo.picture)
        if content is not None:
            doc.add_picture(content, width=Cm(12))


def _content(picture: Picture) -> BytesIO | None:
    """A size of the picture that Word reads; nothing where its file is lost."""
    try:
        rendition = picture.get_rendition("width-1280|format-jpeg")
        with rendition.file.open("rb") as file:
            return BytesIO(file.read())
    except (OSError, ValueError):
        return None
