"""Taking a plan along with the resources of its lesson."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from lessonprep.plans.access import plan_or_404
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.models import LessonPlan
from lessonprep.plans.views.edge import page
from lessonprep.plans.word.sheets import file_name, plan_sheet
from media.packing.answers import choice, page_file, zip_file
from media.packing.packages import Package, Part
from media.queries import files_of
from resources.library.queries import of_lesson
from resources.library.taking.parts import part_of, source_words
from resources.library.word.lesson import lesson_docx
from resources.library.word.pictures import pictures_for
from schools.audience import Side

MOST_RESOURCES = 40


@page
def take(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What there is to take along, with its size."""
    plan = plan_or_404(request.user, uuid)
    return choice(
        request,
        package_of(request, plan),
        base="workspace/base.html",
        back=reverse("plans:plan", args=[uuid]),
        page_url=reverse("plans:take_page", args=[uuid]),
        zip_url=reverse("plans:take_zip", args=[uuid]),
    )


@page
def take_page(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The plan and its resources as one HTML file."""
    return page_file(request, package_of(request, plan_or_404(request.user, uuid)))


@page
def take_zip(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The plan and its resources as a ZIP."""
    return zip_file(request, package_of(request, plan_or_404(request.user, uuid)))


def package_of(request: HttpRequest, plan: LessonPlan) -> Package:
    """The group's text and what the reader may see of the library for this lesson."""
    found = of_lesson(plan.state.task.chapter, request.user)[:MOST_RESOURCES]
    resources = [resource.specific for resource in found]
    parts = [_plan_part(request, plan), *(part_of(request, each) for each in resources)]
    return Package(request.user, plan.title, parts, source=source_words(request))


def _plan_part(request: HttpRequest, plan: LessonPlan) -> Part:
    sections = text_of(plan)
    word = lesson_docx(plan_sheet(plan, sections), pictures_for(request.user, sections))
    return Part(
        title=plan.title,
        about=_("Lesson plan of %(group)s") % {"group": plan.state.task.prep_plan.prep_group.name},
        html=render_to_string("plans/parts/taken.html", {"sections": sections}, request),
        files=files_of(plan, Side.DRAFT),
        documents=[(f"{file_name(plan.title)}.docx", word)],
    )
