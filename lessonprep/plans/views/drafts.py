"""All first drafts compared (初备对照): differences numbered, agreements folded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lessonprep.plans.access import Action, can, decision_or_404, plan_or_404
from lessonprep.plans.actions import agenda as actions
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.agenda import MINUTES, STEP, Agreement, Issue, Item, SectionAgenda
from lessonprep.plans.forms import DecideForm
from lessonprep.plans.models import LessonPlan, PlanDecision
from lessonprep.plans.placing import Put
from lessonprep.plans.queries import agenda_of_plan, drafts_of
from lessonprep.plans.sections import InvalidSection, SectionGone, section_hash
from lessonprep.plans.views.edge import deed, kept_page, page
from schools.users import signed_in

NOTHING = "nothing"
"""What the button sends that leaves a passage out."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A decision that was not recorded: what was typed, and why."""

    key: str
    text: str
    error: str


@page
def drafts_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The agenda, one section open at a time: `?section=<id>`, else the first with open issues."""
    plan = plan_or_404(request.user, uuid, Action.SEE_DRAFTS)
    return render(request, "plans/drafts.html", _context(request, plan))


@page
def agenda_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The agenda on paper: every difference with its variants and room to write."""
    plan = plan_or_404(request.user, uuid, Action.SEE_DRAFTS)
    return render(request, "plans/agenda.html", _context(request, plan))


def _context(
    request: HttpRequest, plan: LessonPlan, refused: Refused | None = None
) -> dict[str, Any]:
    drafts = drafts_of(plan)
    names = {draft.pk: draft.author.name for draft in drafts}
    decisions = {
        decision.key: decision
        for decision in plan.decisions.in_force().select_related("decided_by")
    }
    sections = text_of(plan)
    hashes = {section["id"]: section_hash(section) for section in sections}
    rows = [
        _section_row(agenda, names, decisions, hashes.get(agenda.id, ""), refused)
        for agenda in agenda_of_plan(plan, sections=sections, drafts=drafts)
    ]
    issues = [item for row in rows for item in row["items"] if item["issue"]]
    shown = {item["issue"].key for item in issues}
    asked = request.GET.get("section", "")
    _open_one(rows, asked)
    return {
        "plan": plan,
        "drafts": drafts,
        "sections": rows,
        "issue_count": len(issues),
        "decided_count": sum(item["decision"] is not None for item in issues),
        "other_decisions": [d for key, d in decisions.items() if key not in shown],
        "may_edit": can(request.user, Action.EDIT, plan),
        "may_decide": can(request.user, Action.DECIDE, plan),
    }


def _open_one(rows: list[dict[str, Any]], asked: str) -> None:
    """The section that was asked for stands open, else the first that has something to agree on."""
    undecided = (row for row in rows if row["undecided"])
    chosen = next((row for row in rows if row["id"] == asked), None) or next(undecided, None)
    for row in rows:
        row["open"] = row is chosen


def _section_row(
    agenda: SectionAgenda,
    names: Mapping[int, str],
    decisions: Mapping[str, PlanDecision],
    base: str,
    refused: Refused | None,
) -> dict[str, Any]:
    items = [_item_row(item, names, decisions, refused) for item in agenda.items]
    issues = [item for item in items if item["issue"]]
    return {
        "id": agenda.id,
        "heading": agenda.heading,
        "in_plan": agenda.in_plan,
        "base": base,
        "written": len(agenda.written),
        "silent": [names[id_] for id_ in agenda.silent],
        "items": items,
        "issues": issues,
        "undecided": [item for item in issues if item["decision"] is None],
    }


def _item_row(
    item: Item,
    names: Mapping[int, str],
    decisions: Mapping[str, PlanDecision],
    refused: Refused | None,
) -> dict[str, Any]:
    if isinstance(item, Agreement):
        return {"issue": None, "agreement": item, "count": len(item.drafts)}
    return _issue_row(item, names) | {
        "decision": decisions.get(item.key),
        "refused": refused if refused and refused.key == item.key else None,
    }


def _issue_row(issue: Issue, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "issue": issue,
        "variants": [
            {"said": said, "names": [names[id_] for id_ in said.drafts]} for said in issue.written
        ],
        "silent": [names[id_] for id_ in issue.silent],
        "is_step": issue.place.column == STEP,
        "is_minutes": issue.place.column == MINUTES,
        "text": next((said.text for said in issue.written if said.is_base), ""),
        "token": uuid4(),
    }


@deed
def decide_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Record what was agreed on a difference, and write it into the plan."""
    plan = plan_or_404(request.user, uuid, Action.DECIDE)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _refused(request, plan, form.key_sent(), form.first_error())
    wish = form.cleaned_data
    if not wish["take"] and not wish["text"].strip():
        words = _("Write what was agreed, or take one of the texts.")
        return _refused(request, plan, wish["key"], words)
    is_typed = wish["take"] in {"", NOTHING}
    try:
        decision, how = actions.decide(
            plan=plan,
            key=wish["key"],
            wish=actions.Wish(
                variant="" if is_typed else wish["take"],
                text=wish["text"] if wish["take"] == "" else "",
            ),
            base=wish["base"],
            token=wish["token"],
            by=signed_in(request),
        )
    except InvalidSection as error:
        return _refused(request, plan, wish["key"], str(error))
    except actions.AlreadyDecided as error:
        words = _("%(name)s has recorded a decision on this already. Open it again to change it.")
        return _refused(request, plan, wish["key"], words % {"name": error.decision.decided_by})
    except (actions.IssueGone, SectionGone):
        words = _("The drafts do not differ here any more. Look at the agenda again.")
        return kept_page(request, plan, words, status=409)
    except actions.StaleDecision as stale:
        context = {"plan": plan, "stale": stale, "base": section_hash(stale.section), "wish": wish}
        return render(request, "plans/decide_stale.html", context, status=409)
    messages.success(request, _words_of(how))
    return redirect(_back(plan, decision))


def _words_of(how: Put) -> str:
    match how:
        case Put.REPLACED:
            return _("Recorded, and written into the plan.")
        case Put.INSERTED:
            return _("Recorded, and added to the plan at its place.")
        case Put.APPENDED:
            return _("Recorded, and added at the end of the section: put it in its place there.")
        case Put.NOT_THERE:
            return _("Recorded. The plan did not have these words.")


def _back(plan: LessonPlan, decision: PlanDecision) -> str:
    page_ = reverse("plans:drafts", args=[plan.uuid])
    return f"{page_}?section={decision.section}#q{decision.number}"


def _refused(request: HttpRequest, plan: LessonPlan, key: str, error: str) -> HttpResponse:
    refused = Refused(key, request.POST.get("text", ""), error)
    context = _context(request, plan, refused)
    for row in context["sections"]:
        row["open"] = any(item["issue"].key == key for item in row["issues"])
    messages.error(request, error)
    return render(request, "plans/drafts.html", context, status=400)


@deed
def reopen_decision_view(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Open a decision again."""
    plan = plan_or_404(request.user, uuid, Action.DECIDE)
    decision = decision_or_404(plan, pk)
    is_back = actions.reopen_decision(plan=plan, decision=decision, by=signed_in(request))
    if is_back:
        messages.success(request, _("Open again; the plan has the text from before."))
    else:
        words = _("Open again. The section was changed since, so the plan keeps its text.")
        messages.info(request, words)
    return redirect(_back(plan, decision))
