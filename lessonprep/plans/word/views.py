"""Word documents of plans: bringing one in, taking one out, printing, the process record."""

from __future__ import annotations

import re
import tempfile
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from lessonprep.groups.access import prep_plan_or_404
from lessonprep.plans.access import Action, NotNow, plan_or_404
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.models import FirstDraft, LessonPlan
from lessonprep.plans.sections import InvalidSection, SectionGone, section_hash
from lessonprep.plans.views.edge import deed, page
from lessonprep.plans.word.access import word_import_or_404
from lessonprep.plans.word.actions import (
    MannerMissing,
    SectionMoved,
    begin,
    discard,
    finish,
    may_write,
    sections_for,
)
from lessonprep.plans.word.filling import has_text
from lessonprep.plans.word.forms import WordForm
from lessonprep.plans.word.models import WordImport
from lessonprep.plans.word.record import record_docx, record_of
from lessonprep.plans.word.sheets import (
    draft_sheet,
    file_name,
    plan_sheet,
    version_sheet,
    write_term,
)
from media.isolation.office import office
from resources.library.blocks import COLUMNS
from resources.library.word.answers import docx_response
from resources.library.word.archive import LARGEST_FILE
from resources.library.word.isolated import WordRefused
from resources.library.word.lesson import LessonSheet, has_reflection, lesson_docx
from resources.library.word.pictures import pictures_for
from schools.users import signed_in

Into = WordImport.Into
LEAVE_OUT = ""


# in


@page
def draft_import_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose a document for one's own first draft."""
    return _choose_page(request, plan_or_404(request.user, uuid), Into.DRAFT)


@page
def plan_import_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose a document for the group's text."""
    return _choose_page(request, plan_or_404(request.user, uuid, Action.EDIT), Into.PLAN)


def _choose_page(request: HttpRequest, plan: LessonPlan, into: str) -> HttpResponse:
    if not may_write(plan, into, signed_in(request)):
        raise NotNow(plan, Action.DRAFT)
    return render(request, "plans/word_choose.html", _choosing(plan, into, WordForm()))


def _choosing(plan: LessonPlan, into: str, form: WordForm) -> dict[str, Any]:
    name = "plans:read_word_draft" if into == Into.DRAFT else "plans:read_word_plan"
    return {
        "plan": plan,
        "is_draft": into == Into.DRAFT,
        "form": form,
        "action": reverse(name, args=[plan.uuid]),
        "reads_old": office() is not None,
    }


@deed
def read_draft_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Read a document for one's own first draft."""
    return _read(request, plan_or_404(request.user, uuid), Into.DRAFT)


@deed
def read_plan_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Read a document for the group's text."""
    return _read(request, plan_or_404(request.user, uuid, Action.EDIT), Into.PLAN)


def _read(request: HttpRequest, plan: LessonPlan, into: str) -> HttpResponse:
    form = WordForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = begin(
                plan=plan,
                into=into,
                content=file.read(LARGEST_FILE + 1),
                name=file.name,
                by=signed_in(request),
            )
        except WordRefused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect(made)
    return render(request, "plans/word_choose.html", _choosing(plan, into, form), status=400)


@page
def import_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What was read and where it would go."""
    word_import = word_import_or_404(signed_in(request), uuid)
    if word_import.done_at:
        return redirect(_written_place(word_import))
    targets = {at: piece["target"] for at, piece in enumerate(word_import.pieces)}
    return render(request, "plans/word_preview.html", _preview(request, word_import, targets, {}))


def _preview(
    request: HttpRequest,
    word_import: WordImport,
    targets: dict[int, str],
    manners: dict[str, str],
) -> dict[str, Any]:
    by = signed_in(request)
    if not may_write(word_import.plan, word_import.into, by):
        raise NotNow(word_import.plan, Action.EDIT)
    sections = sections_for(word_import.plan, word_import.into, by)
    pieces = [
        {
            **piece,
            "number": at,
            "target": targets.get(at, ""),
            "kind_label": kind_label(piece["kind"]),
            "steps": [
                {**step, "cells": [(COLUMNS[name], html) for name, html in step["cells"].items()]}
                for step in piece["steps"]
            ],
        }
        for at, piece in enumerate(word_import.pieces)
    ]
    return {
        "word_import": word_import,
        "plan": word_import.plan,
        "is_draft": word_import.into == Into.DRAFT,
        "sections": sections,
        "placed": [piece for piece in pieces if piece["target"]],
        "beside": [piece for piece in pieces if not piece["target"]],
        "written": [
            {
                "id": section["id"],
                "heading": section["value"]["heading"],
                "base": section_hash(section),
                "manner": manners.get(section["id"], ""),
            }
            for section in sections
            if has_text(section) and section["id"] in targets.values()
        ],
    }


KINDS = {
    "process": gettext_lazy("Teaching process"),
    "field": gettext_lazy("Header of the document"),
    "front": gettext_lazy("Before the first heading"),
    "header": gettext_lazy("Page header"),
    "footer": gettext_lazy("Page footer"),
    "footnote": gettext_lazy("Footnote"),
    "endnote": gettext_lazy("Endnote"),
    "comment": pgettext_lazy("in a Word document", "Comment"),
    "deleted": gettext_lazy("Deleted in the tracked changes"),
    "other": gettext_lazy("From another place of the document"),
}
"""What is no running text of the plan, in words."""


def kind_label(kind: str) -> str:
    """Where a piece comes from."""
    return str(KINDS.get(kind, ""))


@deed
def write_import_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write the pieces into the sections that were chosen."""
    word_import = word_import_or_404(signed_in(request), uuid)
    targets = _chosen(request)
    manners = {
        name.removeprefix("manner-"): str(value)
        for name, value in request.POST.items()
        if name.startswith("manner-")
    }
    try:
        written = finish(
            word_import=word_import,
            targets=targets,
            manners=manners,
            bases={
                name.removeprefix("base-"): str(value)
                for name, value in request.POST.items()
                if name.startswith("base-")
            },
            by=signed_in(request),
        )
    except MannerMissing as missing:
        words = _("%(headings)s: text is there already. Say what becomes of it.")
        between = pgettext("between names in a list", ", ")
        headings = between.join(f"“{heading}”" for heading in missing.headings)
        messages.error(request, words % {"headings": headings})
    except SectionMoved as moved:
        words = _("“%(heading)s” was saved again meanwhile. Look at it, then choose once more.")
        messages.error(request, words % {"heading": moved.heading})
    except SectionGone:
        messages.error(request, _("A section is no longer there. Choose once more."))
    except InvalidSection as error:
        messages.error(request, str(error))
    else:
        return _written(request, word_import, written)
    context = _preview(request, word_import, targets, manners)
    return render(request, "plans/word_preview.html", context, status=409)


@deed
def discard_import_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write nothing of it; its pictures go."""
    word_import = word_import_or_404(signed_in(request), uuid)
    discard(word_import=word_import, by=signed_in(request))
    messages.info(request, _("Nothing was written from the document."))
    return redirect(_written_place(word_import))


def _chosen(request: HttpRequest) -> dict[int, str]:
    return {
        int(found[1]): str(value)
        for name, value in request.POST.items()
        if (found := re.fullmatch(r"to-(\d{1,4})", name)) and value != LEAVE_OUT
    }


def _written(request: HttpRequest, word_import: WordImport, written: list[str]) -> HttpResponse:
    if written:
        words = ngettext(
            "%(count)s section was filled from the document.",
            "%(count)s sections were filled from the document.",
            len(written),
        )
        messages.success(request, words % {"count": len(written)})
    return redirect(_written_place(word_import))


def _written_place(word_import: WordImport) -> str:
    name = "plans:draft" if word_import.into == Into.DRAFT else "plans:edit"
    return reverse(name, args=[word_import.plan.uuid])


# out


def _answer(request: HttpRequest, sheet: LessonSheet) -> HttpResponse:
    pictures = pictures_for(request.user, sheet.sections)
    return docx_response(lesson_docx(sheet, pictures), file_name(sheet.title))


def _printed(request: HttpRequest, plan: LessonPlan, sheet: LessonSheet) -> HttpResponse:
    context = {
        "plan": plan,
        "sheet": sheet,
        "fields": [(name, value) for name, value in sheet.fields if value],
        "needs_reflection": not has_reflection(sheet.sections),
    }
    return render(request, "plans/word_print.html", context)


def _plan_now(request: HttpRequest, uuid: UUID) -> tuple[LessonPlan, LessonSheet]:
    plan = plan_or_404(request.user, uuid)
    return plan, plan_sheet(plan, text_of(plan))


def _version(request: HttpRequest, uuid: UUID, number: int) -> tuple[LessonPlan, LessonSheet]:
    plan = plan_or_404(request.user, uuid)
    version = get_object_or_404(plan.versions, number=number)
    return plan, version_sheet(plan, version)


def _own_draft(request: HttpRequest, uuid: UUID) -> tuple[LessonPlan, LessonSheet]:
    plan = plan_or_404(request.user, uuid)
    drafts = FirstDraft.objects.filter(plan=plan, author=signed_in(request))
    draft = drafts.select_related("author").first()
    if draft is None:
        raise Http404
    return plan, draft_sheet(plan, draft)


@page
def plan_docx(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The group's text as a document."""
    return _answer(request, _plan_now(request, uuid)[1])


@page
def version_docx(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """A version as a document."""
    return _answer(request, _version(request, uuid, number)[1])


@page
def draft_docx(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One's own first draft as a document."""
    return _answer(request, _own_draft(request, uuid)[1])


@page
def plan_print(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The group's text for the printer."""
    return _printed(request, *_plan_now(request, uuid))


@page
def version_print(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """A version for the printer."""
    return _printed(request, *_version(request, uuid, number))


@page
def draft_print(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One's own first draft for the printer."""
    return _printed(request, *_own_draft(request, uuid))


@page
def term_zip(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """All plans of a prep plan that have text, a document each, in one archive."""
    prep_plan = prep_plan_or_404(request.user, uuid)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    if not write_term(out, prep_plan, signed_in(request)):
        out.close()
        messages.info(
            request, _("No plan of this term has text yet. It comes with the first discussion.")
        )
        return redirect("plans:board", prep_plan.uuid)
    out.seek(0)
    name = f"{file_name(str(prep_plan))}.zip"
    answer = FileResponse(out, as_attachment=True, filename=name, content_type="application/zip")
    return cast("HttpResponse", answer)


@page
def record_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The process record, to read and to print."""
    plan = plan_or_404(request.user, uuid, Action.SEE_DRAFTS)
    record = record_of(plan, text_of(plan), signed_in(request))
    return render(request, "plans/word_record.html", {"plan": plan, "record": record})


@page
def record_word(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The process record as a document."""
    plan = plan_or_404(request.user, uuid, Action.SEE_DRAFTS)
    reader = signed_in(request)
    content = record_docx(record_of(plan, text_of(plan), reader), reader)
    name = _("Process record: %(title)s") % {"title": plan.title}
    return docx_response(content, file_name(name))
