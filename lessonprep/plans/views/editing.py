"""Writing: the group's text and one's own first draft, section by section."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _

from lessonprep.plans.access import Action, NotNow, Phase, can, may_draft, plan_or_404
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.drafting import (
    NothingWritten,
    hand_in_draft,
    save_draft_section,
)
from lessonprep.plans.actions.editing import StaleSection, save_section
from lessonprep.plans.designs import Entry, columns_of, is_kept
from lessonprep.plans.editor_texts import editor_texts
from lessonprep.plans.models import FirstDraft, LessonPlan
from lessonprep.plans.sections import (
    InvalidSection,
    Section,
    SectionGone,
    as_lines,
    find,
    section_hash,
)
from lessonprep.plans.views.edge import deed, json_error, kept_page, page, wants_json
from resources.library.blocks import COLUMNS
from schools.users import signed_in

Save = Callable[..., Section]
_OF_SECTION = re.compile(r"s-([0-9a-f-]{36})-(.+)")
"""The name of a field in a form of many sections."""
PICTURE_ADDRESS = reverse_lazy("media:picture", args=[UUID(int=0), "w640"])
"""Where the editor sees a picture, with its uuid in the place of the zeros."""


@page
def edit_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The group's text as forms."""
    plan = plan_or_404(request.user, uuid, Action.EDIT)
    return render(request, "plans/edit.html", _editor(request, plan, text_of(plan), False))


@page
def draft_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One's own first draft: as forms while it can be written, afterwards to read."""
    plan = plan_or_404(request.user, uuid)
    draft = FirstDraft.objects.filter(plan=plan, author=signed_in(request)).first()
    if not may_draft(request.user, plan, draft):
        if draft is None:
            raise NotNow(plan, Action.DRAFT)
        return render(request, "plans/own_draft.html", {"plan": plan, "draft": draft})
    sections = draft.sections if draft else text_of(plan)
    context = _editor(request, plan, sections, True)
    is_late = plan.state.phase != Phase.FIRST_DRAFT
    return render(request, "plans/edit.html", {**context, "draft": draft, "is_late": is_late})


def _editor(
    request: HttpRequest, plan: LessonPlan, sections: Sequence[Section], is_draft: bool
) -> dict[str, Any]:
    entries = {entry["key"]: entry for entry in plan.design_model.sections}
    save = "plans:save_whole_draft" if is_draft else "plans:save_whole"
    return {
        "save_whole": reverse(save, args=[plan.uuid]),
        "may_redesign": not is_draft and can(request.user, Action.REDESIGN, plan),
        "plan": plan,
        "task": plan.state.task,
        "prep_group": plan.state.task.prep_plan.prep_group,
        "is_draft": is_draft,
        "forms": [
            section_form(plan, section, is_draft, entry=entries.get(section["value"].get("key")))
            for section in sections
        ],
        "editor_texts": editor_texts(),
    }


def section_form(
    plan: LessonPlan, section: Section, is_draft: bool, *, entry: Entry | None = None
) -> dict[str, Any]:
    """What the form of one section needs, for readers with and without JavaScript."""
    name = "plans:save_draft" if is_draft else "plans:save_section"
    value = section["value"]
    form: dict[str, Any] = {
        "id": section["id"],
        "type": section["type"],
        "heading": value["heading"],
        "hint": (entry or {}).get("hint", ""),
        "is_kept": is_kept(section),
        "prefix": f"s-{section['id']}-",
        "action": reverse(name, args=[plan.uuid, section["id"]]),
        "pictures": reverse(
            "plans:store_draft_picture" if is_draft else "plans:store_picture", args=[plan.uuid]
        ),
        "picture": PICTURE_ADDRESS,
        "base": section_hash(section),
        "initial": initial_of(section),
    }
    if section["type"] == "text":
        form["text"] = as_lines(value.get("body") or "")
    else:
        names = columns_of(entry, [row["value"] for row in value.get("rows", [])])
        form["rows"] = [
            _row_form(row, names, index) for index, row in enumerate(value.get("rows", []))
        ]
        form["empty_row"] = _row_form({"id": "", "value": {}}, names, None)
    return form


def _row_form(row: dict[str, Any], names: Sequence[str], index: int | None) -> dict[str, Any]:
    """One step in a form; without an index, the model of a new one."""
    return {
        "index": "__i__" if index is None else index,
        "number": "" if index is None else index + 1,
        "uuid": row["id"],
        "step": row["value"].get("step", ""),
        "minutes": row["value"].get("minutes"),
        "cells": [
            {"name": name, "label": COLUMNS[name], "text": as_lines(row["value"].get(name) or "")}
            for name in names
        ],
    }


def initial_of(section: Section) -> dict[str, str]:
    """The rich texts of a section's form, as HTML by field."""
    value = section["value"]
    if section["type"] == "text":
        return {"body": value.get("body") or ""}
    return {
        f"rows-{index}-{cell}": row["value"].get(cell) or ""
        for index, row in enumerate(value.get("rows", []))
        for cell in COLUMNS
        if row["value"].get(cell)
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
    form = section_form(plan, section, is_draft, entry=_entry_of(plan, section))
    form["text"] = request.POST.get("body_text", form.get("text", ""))
    return render(request, "plans/invalid.html", {**context, "form": form}, status=400)


def _entry_of(plan: LessonPlan, section: Section) -> Entry | None:
    key = section["value"].get("key")
    return next((entry for entry in plan.design_model.sections if entry["key"] == key), None)


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
    message = _stale_words(error)
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
        "mine_form": section_form(plan, error.mine, is_draft, entry=_entry_of(plan, error.mine)),
        "theirs": error.theirs,
        "base": section_hash(error.theirs),
    }
    return render(request, "plans/stale.html", context, status=409)


def _sent_sections(request: HttpRequest) -> dict[str, dict[str, str]]:
    """The sections of a form that holds many: their fields by id, in the order of the page."""
    sections: dict[str, dict[str, str]] = {}
    for name, value in request.POST.items():
        found = _OF_SECTION.fullmatch(name)
        if found:
            sections.setdefault(found[1], {})[found[2]] = str(value)
    return sections


def _save_all(
    request: HttpRequest, plan: LessonPlan, save: Save, *, is_draft: bool
) -> HttpResponse | None:
    """Save every section that the form brought; a page with what could not be saved, or None."""
    refused: list[dict[str, Any]] = []
    for id_, posted in _sent_sections(request).items():
        base = posted.get("base", "")
        try:
            save(plan=plan, section_id=id_, posted=posted, base=base, by=signed_in(request))
        except SectionGone:
            words = _("This section is no longer in the plan. Copy your text and reload the page.")
            refused.append({"message": words, "typed": _typed(posted)})
        except InvalidSection as error:
            section = find(_own_text(request, plan, is_draft), id_)
            form = section_form(plan, section, is_draft, entry=_entry_of(plan, section))
            form["text"] = posted.get("body_text", form.get("text", ""))
            typed = "" if section["type"] == "text" else _typed(posted)
            refused.append({"message": str(error), "form": form, "typed": typed})
        except StaleSection as error:
            form = section_form(plan, error.mine, is_draft, entry=_entry_of(plan, error.mine)) | {
                "base": section_hash(error.theirs)
            }
            refused.append({"message": _stale_words(error), "form": form, "theirs": error.theirs})
    if not refused:
        return None
    where = "plans:save_whole_draft" if is_draft else "plans:save_whole"
    context = {
        "plan": plan,
        "refused": refused,
        "action": reverse(where, args=[plan.uuid]),
        "back": reverse("plans:draft" if is_draft else "plans:edit", args=[plan.uuid]),
    }
    return render(request, "plans/unsaved.html", context, status=409)


def _typed(posted: dict[str, str]) -> str:
    texts = (text for name, text in posted.items() if name.endswith(("_text", "step")))
    return "\n\n".join(filter(None, texts))


def _stale_words(error: StaleSection) -> str:
    return _("%(name)s saved this section at %(time)s. Your text is kept here.") % {
        "name": error.by.name if error.by else "",
        "time": f"{timezone.localtime(error.at):%H:%M}" if error.at else "",
    }


@deed
def save_whole_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Save every section of the group's text that was sent."""
    plan = plan_or_404(request.user, uuid, Action.EDIT)
    return _saved_all(request, plan, save_section, is_draft=False)


@deed
def save_whole_draft_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Save every section of one's own first draft that was sent."""
    plan = plan_or_404(request.user, uuid)
    return _saved_all(request, plan, save_draft_section, is_draft=True)


def _saved_all(
    request: HttpRequest, plan: LessonPlan, save: Save, *, is_draft: bool
) -> HttpResponse:
    unsaved = _save_all(request, plan, save, is_draft=is_draft)
    if unsaved is not None:
        return unsaved
    messages.success(request, _("Everything is saved."))
    where = reverse("plans:draft" if is_draft else "plans:edit", args=[plan.uuid])
    pressed = (id_ for id_, posted in _sent_sections(request).items() if "op" in posted)
    return redirect("".join([where, *(f"#s-{id_}" for id_ in pressed)]))


@deed
def hand_in_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Save what was sent of one's first draft, then hand it in."""
    plan = plan_or_404(request.user, uuid)
    unsaved = _save_all(request, plan, save_draft_section, is_draft=True)
    if unsaved is not None:
        return unsaved
    try:
        draft = hand_in_draft(plan=plan, by=signed_in(request))
    except NothingWritten:
        messages.error(request, _("There is no text yet. Write at least one section first."))
        return redirect("plans:draft", plan.uuid)
    if draft.frozen_at:
        messages.success(request, _("Your first draft is in, and the group sees it."))
        return redirect("plans:drafts", plan.uuid)
    messages.success(request, _("Your first draft is in. You can still change it."))
    return redirect(plan)
