"""A lesson plan of the library as a Word document."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from resources.library.access import readable_or_404
from resources.library.models import LessonPlanEdition
from resources.library.word.answers import docx_response
from resources.library.word.lesson import LessonSheet, lesson_docx
from resources.library.word.pictures import pictures_for
from schools.curriculum import Grade, Subject


@require_safe
def edition_docx(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The live content of an edition; 404 for what the reader may not see and for other kinds."""
    edition = readable_or_404(request.user, uuid)
    if not isinstance(edition, LessonPlanEdition):
        raise Http404
    sections = edition.sections.get_prep_value()
    fields = [
        (_("Topic"), edition.title),
        (_("Subject"), str(Subject(edition.subject).label) if edition.subject else ""),
        (_("Grade"), str(Grade(edition.grade).label) if edition.grade else ""),
        (_("Textbook"), edition.volume.short_title if edition.volume else ""),
        (_("Written by"), edition.contributors),
        (_("School"), edition.school.name),
    ]
    sheet = LessonSheet(edition.title, fields, sections, [edition.contributors])
    return docx_response(lesson_docx(sheet, pictures_for(request.user, sections)), edition.title)
