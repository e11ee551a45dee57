"""Writing: the group's text and one's own first draft, section by section."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lessonprep.plans.access import Action, plan_or_404
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.drafting import (
    NothingWritten,
    hand_in_draft,
    save_draft_section,
)
from lessonprep.plans.actions.editing import StaleSection, save_section
from lessonprep.plans.editor_texts import editor_texts
from lessonprep.plans.models import FirstDraft, LessonPlan
from lessonprep.plans.sections import (
    CELLS,
    InvalidSection,
    Section,
    SectionGone,
    as_lines,
    find,
    section_hash,
)
from lessonprep.plans.views.edge import deed, json_error, kept_page, page, wants_json
from schools.users import signed_in

Save = Callable[..., Section]


@page
def edit_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The group's text as forms."""
    plan = plan_or_404(request.user, uuid, Action.EDIT)
    return render(request, "plans/edit.html", _editor(request, plan, text_of(plan), False))


@page
def draft_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One's own first draft as forms; nobody else sees it before the discussion."""
    plan = plan_or_404(request.user, uuid, Action.DRAFT)
    draft = FirstDraft.objects.filter(plan=plan, author=signed_in(request)).first()
    sections = draft.sections if draft else text_of(plan)
    context = _editor(request, plan, sections, True)
    return render(request, "plans/edit.html", {**context, "draft": draft})


def _editor(
    request: HttpRequest, plan: LessonPlan, sections: Sequence[Section], is_draft: bool
) -> dict[str, Any]:
    hints = {entry["key"]: entry.get("hint", "") for entry in plan.design_model.sections}
    return {
        "plan": plan,
        "task": plan.state.task,
        "prep_group": plan.state.task.prep_plan.prep_group,
        "is_draft": is_draft,
        "forms": [
            section_form(plan, section, is_draft, hint=hints.get(section["value"]["key"], ""))
            for section in sections
        ],
        "editor_texts": editor_texts(),
    }


def section_form(
    plan: LessonPlan, section: Section, is_draft: bool, *, hint: str = ""
) -> dict[str, Any]:
    """What the form of one section needs, for readers with and without JavaScript."""
    name = "plans:save_draft" if is_draft else "plans:save_section"
    value = section["value"]
    form: dict[str, Any] = {
        "id": section["id"],
        "type": section["type"],
        "heading": value["heading"],
        "hint": hint,
        "action": reverse(name, args=[plan.uuid, section["id"]]),
        "base": section_hash(section),
        "initial": initial_of(section),
    }
    if section["type"] == "text":
        form["text"] = as_lines(value.get("body") or "")
    else:
        form["rows"] = [
            {
                "index": index,
                "number": index + 1,
                "uuid": row["id"],
                "step": row["value"].get("step", ""),
                "minutes": row["value"].get("minutes"),
                **{cell: as_lines(row["value"].get(cell) or "") for cell in CELLS},
            }
            for index, row in enumerate(value.get("rows", []))
        ]
    return form


def initial_of(section: Section) -> dict[str, str]:
    """The rich texts of a section's form, as HTML by field."""
    value = section["value"]
    if section["type"] == "text":
        return {"body": value.get("body") or ""}
    return {
        f"rows-{index}-{cell}": row["value"].get(cell) or ""
        for index, row in enumerate(value.get("rows", []))
        for cell in CELLS
    }


def content_of(section: Section) -> dict[str, Any]:
    """All that a section holds, for the writer whose save was refused."""
    value = section["value"]
    if section["type"] == "text":
        return {"heading": value["heading"], "body": value.get("body") or ""}
    return {
        "heading": value["heading"],
        "rows": [{"uuid": row["id"], **row["value"]} for row in value.get("rows", [])],
    }


@deed
def save_section_view(request: HttpRequest, uuid: UUID, section: UUID) -> HttpResponse:
    """Save a section of the group's text."""
    plan = plan_or_404(request.user, uuid)
    return _save(request, plan, str(section), save_section, is_draft=False)


@deed
def save_draft_view(request: HttpRequest, uuid: UUID, section: UUID) -> HttpResponse:
    """Save a section of one's own first draft."""
    plan = plan_or_404(request.user, uuid)
    return _save(request, plan, str(section), save_draft_section, is_draft=True)


def _save(
    request: HttpRequest, plan: LessonPlan, id_: str, save: Save, *, is_draft: bool
) -> HttpResponse:
    posted = request.POST.dict()
    try:
        saved = save(
            plan=plan,
            section_id=id_,
            posted=posted,
            base=posted.get("base", ""),
            by=signed_in(request),
        )
    except InvalidSection as error:
        return _invalid(request, plan, id_, error, is_draft)
    except SectionGone:
        return _gone(request, plan)
    except StaleSection as error:
        return _stale(request, plan, error, is_draft)
    if wants_json(request):
        return JsonResponse(
            {
                "base": section_hash(saved),
                "saved_at": f"{timezone.localtime():%H:%M}",
            }
        )
    messages.success(request, _("“%(heading)s” is saved.") % {"heading": saved["value"]["heading"]})
    where = reverse("plans:draft" if is_draft else "plans:edit", args=[plan.uuid])
    return redirect(f"{where}#s-{id_}")


def _invalid(
    request: HttpRequest, plan: LessonPlan, id_: str, error: InvalidSection, is_draft: bool
) -> HttpResponse:
    if wants_json(request):
        return json_error(400, "invalid", str(error), field=error.field)
    section = find(_own_text(request, plan, is_draft), id_)
    context = {"plan": plan, "is_draft": is_draft, "error": error, "posted": request.POST}
    form = section_form(plan, section, is_draft)
    form["text"] = request.POST.get("body_text", form.get("text", ""))
    return render(request, "plans/invalid.html", {**context, "form": form}, status=400)


def _own_text(request: HttpRequest, plan: LessonPlan, is_draft: bool) -> list[Section]:
    if is_draft:
        draft = FirstDraft.objects.filter(plan=plan, author=signed_in(request)).first()
        if draft is not None:
            sections: list[Section] = draft.sections
            return sections
    return text_of(plan)


def _gone(request: HttpRequest, plan: LessonPlan) -> HttpResponse:
    message = _("This section is no longer in the plan. Copy your text and reload the page.")
    if wants_json(request):
        return json_error(404, "gone", message)
    return kept_page(request, plan, message, status=404)


def _stale(
    request: HttpRequest, plan: LessonPlan, error: StaleSection, is_draft: bool
) -> HttpResponse:
    who = error.by.name if error.by else ""
    at = f"{timezone.localtime(error.at):%H:%M}" if error.at else ""
    message = _("%(name)s saved this section at %(time)s. Your text is kept here.") % {
        "name": who,
        "time": at,
    }
    if wants_json(request):
        return json_error(
            409,
            "stale",
            message,
            theirs=content_of(error.theirs),
            base=section_hash(error.theirs),
            by=who,
            saved_at=at,
        )
    context = {
        "plan": plan,
        "is_draft": is_draft,
        "message": message,
        "mine": error.mine,
        "mine_form": section_form(plan, error.mine, is_draft),
        "theirs": error.theirs,
        "base": section_hash(error.theirs),
    }
    return render(request, "plans/stale.html", context, status=409)


@deed
def hand_in_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand in one's first draft."""
    plan = plan_or_404(request.user, uuid)
    try:
        hand_in_draft(plan=plan, by=signed_in(request))
    except NothingWritten:
        messages.error(request, _("There is no text yet. Write at least one section first."))
        return redirect("plans:draft", plan.uuid)
    messages.success(request, _("Your first draft is in. You can still change it."))
    return redirect(plan)
