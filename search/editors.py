"""Pages for editors: synonyms, what was not found, why something was."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from schools.spreadsheets import Column, xlsx_response
from schools.users import signed_in
from search import service
from search.access import (
    keeps_words_or_404,
    may_keep_words,
    subjects_or_404,
    synonym_or_404,
)
from search.actions import keep_synonym, remove_synonym
from search.addresses import query_of
from search.asked import unfound
from search.engines.base import EngineUnavailable, Explained
from search.forms import SynonymForm
from search.indexing import Field
from search.models import AskedCount, Synonym
from search.vocabulary import FACET_LABELS, terms_by_code

_MOST = 300
_PLACES = {
    Field.TITLE.value: gettext_lazy("Title"),
    Field.KEYWORDS.value: gettext_lazy("What it says of itself"),
    Field.BODY.value: gettext_lazy("Text"),
    "lesson": gettext_lazy("Lesson"),
}
"""Where something was found, if that is no facet."""


@login_required
def words(request: HttpRequest) -> HttpResponse:
    """The table of synonyms, and a form for one more."""
    keeps_words_or_404(request.user)
    form = SynonymForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kept = keep_synonym(**form.cleaned_data, by=signed_in(request))
        messages.success(request, _("“%(word)s” is understood now.") % {"word": kept.written})
        return redirect("search:words")
    context = {"form": form, "synonyms": Synonym.objects.all()}
    return render(request, "search/words.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def remove_word(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a synonym out."""
    remove_synonym(synonym_or_404(request.user, pk), by=signed_in(request))
    return redirect("search:words")


@login_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What was looked for in vain, by week and subject; also as .xlsx."""
    rows = unfound(subjects_or_404(request.user))
    if request.GET.get("as") == "xlsx":
        return xlsx_response(_("Searched in vain"), _columns(), rows.iterator(500))
    shown = list(rows[:_MOST])
    weeks = [
        (week, [(row, _said(row)) for row in of_week])
        for week, of_week in groupby(shown, key=lambda row: row.week)
    ]
    context = {"weeks": weeks, "keeps_words": may_keep_words(request.user)}
    return render(request, "search/asked.html", context)


@login_required
@require_safe
def why(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Why a search finds a thing: the rungs that find it, and what counts on each."""
    keeps_words_or_404(request.user)
    query = query_of(request.GET)
    try:
        found = service.explained(query, request.user, uuid)
    except EngineUnavailable:
        found = []
    told = [(rung, reasons, list(_reasons(reasons))) for rung, reasons in found]
    return render(request, "search/why.html", {"query": query, "found": told})


def _reasons(explained: Explained) -> Iterator[tuple[str, str, float]]:
    """Where, what, worth; words for the reader's eye."""
    known = terms_by_code()
    for part in explained.matched:
        where = str(_PLACES.get(part.where) or FACET_LABELS.get(part.where, part.where))
        yield where, service.label_of(part.where, part.what, known), part.score


def _said(row: AskedCount) -> str:
    """The words, or what was understood while they are not kept."""
    if row.text:
        return row.text
    known = terms_by_code()
    parts = (("grade", str(row.grade or "")), ("subject", row.subject), ("kind", row.kind))
    said = [service.label_of(name, value, known) for name, value in parts if value]
    return " · ".join(filter(None, [row.chapter, *said]))


def _columns() -> list[Column[AskedCount]]:
    return [
        Column(_("Week"), lambda row: row.week, 12),
        Column(_("Query"), _said, 40),
        Column(_("Subject"), lambda row: service.label_of("subject", row.subject, terms_by_code())),
        Column(_("Searched in vain"), lambda row: row.in_vain, 10),
        Column(_("Asked for"), lambda row: row.wanted, 10),
    ]
