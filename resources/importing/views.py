"""Old files by the folder (旧资料整理): the list of batches, upload, the table, drafts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from media.inspection import SIZE_LIMIT
from media.naming import extension_of
from resources.catalogue.models import Volume
from resources.importing import actions
from resources.importing.access import batch_or_404
from resources.importing.actions import Announced
from resources.importing.archives import BadArchive
from resources.importing.errors import ImportRefused
from resources.importing.forms import (
    CLEAR,
    BatchForm,
    FileForm,
    Lessons,
    TableForm,
)
from resources.importing.models import OPEN, Batch, Change, OldFile
from resources.importing.queries import (
    FILTERS,
    batches_of,
    counts_of,
    files_of,
    lessons_of_volumes,
    schools_of,
    volumes_for,
)
from resources.library.models import Licence, kinds
from schools.curriculum import Grade, Subject
from schools.models import User
from schools.users import signed_in

A_PAGE = 50
BATCHES = 20
STALLED = timedelta(minutes=2)
MOST_ANNOUNCED = 2 * 1024 * 1024
"""Bytes of one list of names."""


@login_required
def batches(request: HttpRequest) -> HttpResponse:
    """The reader's batches, and a new one."""
    user = signed_in(request)
    form = BatchForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        made = actions.start_batch(
            school=form.cleaned_data["school"],
            by=user,
            title=form.cleaned_data["title"],
            volume=form.cleaned_data["volume"],
            token=form.cleaned_data["token"],
        )
        return redirect(made)
    page = Paginator(batches_of(user), BATCHES).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "has_school": schools_of(user).exists()}
    return render(request, "importing/batches.html", context)


@login_required
@require_safe
def batch(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A batch: where files are dropped, and the table of what is there."""
    user = signed_in(request)
    found = batch_or_404(user, uuid)
    return render(request, "importing/batch.html", _context(request, user, found, request.GET))


def _context(
    request: HttpRequest,
    user: User,
    found: Batch,
    asked: QueryDict,
    form: TableForm | None = None,
    typed: QueryDict | None = None,
) -> dict[str, Any]:
    only, words = asked.get("only", ""), asked.get("q", "").strip()[:100]
    only = only if only in FILTERS else ""
    page = Paginator(files_of(found, only, words), A_PAGE).get_page(asked.get("page"))
    volumes = list(volumes_for(user))
    known = {pk for pk in (found.volume_id, *(row.volume_id for row in page)) if pk is not None}
    lessons = Lessons(lessons_of_volumes(known))
    counts = counts_of(found)
    errors = form.errors if form else {}
    for row in page:
        row.error = errors.get(row.pk, "")
        row.typed_lesson = typed.get(f"lesson-{row.pk}", "") if typed is not None else ""
    by_pk = {
        volume.pk: volume for volume in [*volumes, *(row.volume for row in page if row.volume)]
    }
    if found.volume is not None:
        by_pk[found.volume.pk] = found.volume
    return {
        "batch": found,
        "page": page,
        "only": only,
        "q": words,
        "counts": counts,
        "filters": _filters(counts),
        "lessons": [(by_pk[pk], lessons.of(pk)) for pk in sorted(known & set(by_pk))],
        "volumes": list(by_pk.values()),
        "kinds": kinds(),
        "subjects": Subject.choices,
        "grades": Grade.choices,
        "licences": Licence.choices,
        "clear": CLEAR,
        "last_change": Change.objects.filter(batch=found).first(),
        "working": found.working_since is not None,
        "stalled": found.working_since and found.working_since < timezone.now() - STALLED,
        "size_limit": SIZE_LIMIT,
        "texts": _texts(),
        "query": asked.urlencode(),
    }


def _filters(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    labels = {
        "": _("All"),
        "unclear": _("Not understood yet"),
        "clear": _("Described"),
        "expected": _("Not uploaded"),
        "made": _("Drafts made"),
    }
    return [(name, label, counts[name]) for name, label in labels.items()]


def _texts() -> dict[str, str]:
    """What the script says."""
    return {
        "waiting": _("waiting"),
        "sending": _("being uploaded"),
        "there": _("there already"),
        "stored": _("uploaded"),
        "large": _("larger than 50 MB"),
        "failed": _("the line broke"),
        "retry": _("Try again"),
        "progress": _("%(done)s of %(all)s uploaded"),
        "leave": _("Files are still being uploaded."),
        "saving": _("Saving…"),
        "offline": _("Not saved: the line is down. Try again."),
    }


# files come in


@login_required
@require_POST
def expect(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The script announces the files of a folder and is told which of them to send."""
    user = signed_in(request)
    found = batch_or_404(user, uuid)
    if len(request.body) > MOST_ANNOUNCED:
        return JsonResponse({"error": _("The list of files is too long.")}, status=400)
    try:
        wanted = actions.announce(found, by=user, files=_announced(request.body))
    except (ValueError, TypeError, KeyError, RecursionError):
        return JsonResponse({"error": _("The list of files cannot be read.")}, status=400)
    except ImportRefused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    return JsonResponse({"send": [file.path for file in wanted]})


def _announced(body: bytes) -> list[Announced]:
    rows = json.loads(body)["files"]
    return [
        Announced(
            str(row["path"])[:2000], int(row.get("size") or 0), str(row.get("sha256", ""))[:64]
        )
        for row in rows
    ]


@login_required
@require_POST
def upload(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Files of the form, or one of the script with its path."""
    user = signed_in(request)
    found = batch_or_404(user, uuid)
    sent, paths = request.FILES.getlist("files"), request.POST.getlist("path")
    rows: list[OldFile] = []
    try:
        for number, file in enumerate(sent):
            path = paths[number] if number < len(paths) else str(file.name)
            if extension_of(path) == "zip":
                rows += actions.take_archive(found, by=user, file=file)
            else:
                rows.append(actions.take_file(found, by=user, file=file, path=path))
    except (BadArchive, ImportRefused) as refused:
        return _told(request, found, str(refused), rows)
    return _told(request, found, "" if sent else _("No file was chosen."), rows)


def _told(request: HttpRequest, found: Batch, fault: str, rows: list[OldFile]) -> HttpResponse:
    if request.headers.get("Accept") == "application/json":
        told = [{"path": row.path, "state": row.state, "reason": row.reason} for row in rows]
        return JsonResponse({"error": fault, "files": told}, status=400 if fault else 200)
    refused = [row for row in rows if row.reason]
    if fault:
        messages.error(request, fault)
    if stored := len(rows) - len(refused):
        text = ngettext("%(count)s file uploaded.", "%(count)s files uploaded.", stored)
        messages.success(request, text % {"count": stored})
    for row in refused[:5]:
        messages.error(request, row.reason)
    return redirect(found)


# the table


@login_required
@require_POST
def change_table(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is done to rows: save cells, set many, fill down, undo, make drafts."""
    user = signed_in(request)
    found = batch_or_404(user, uuid)
    asked = QueryDict(request.POST.get("query", "")[:1000])
    form = _form(request, user, found)
    fault = _do(request, user, found, asked, form)
    if request.headers.get("X-Part") == "table":
        fresh = batch_or_404(user, uuid)
        request.GET = asked  # links of the part are those of the page that it stands in
        context = _context(request, user, fresh, asked, form, request.POST)
        return render(request, "importing/table.html", {**context, "fault": fault, "is_part": True})
    if fault:
        messages.error(request, fault)
    if form.errors:
        messages.error(request, next(iter(form.errors.values())))
    query = asked.urlencode()
    return redirect(f"{found.get_absolute_url()}{'?' if query else ''}{query}#table")


def _form(request: HttpRequest, user: User, found: Batch) -> TableForm:
    shown = {int(pk) for pk in request.POST.getlist("shown") if pk.isdecimal() and len(pk) < 18}
    rows = list(files_of(found).filter(pk__in=shown, state__in=OPEN))
    volumes = {volume.pk: volume for volume in volumes_for(user)}
    known = {pk for pk in (found.volume_id, *(row.volume_id for row in rows)) if pk is not None}
    others = Volume.objects.filter(pk__in=known - set(volumes))
    volumes |= {volume.pk: volume for volume in others}
    lessons = Lessons(lessons_of_volumes(set(volumes)))
    return TableForm(request.POST, rows, lessons, volumes)


def _do(request: HttpRequest, user: User, found: Batch, asked: QueryDict, form: TableForm) -> str:
    """Do what the pressed button says; what could not be done, or nothing."""
    pressed = request.POST.get("do", "save")
    if pressed == "undo":
        actions.undo(found, by=user)
        return ""
    if pressed == "go_on":
        actions.go_on(found, by=user)
        return ""
    # What was typed is kept whichever button was pressed.
    if cells := form.cells():
        text = ngettext("%(count)s row typed", "%(count)s rows typed", len(cells))
        actions.set_fields(found, by=user, values=cells, what=text % {"count": len(cells)})
    if pressed == "save" or form.errors:
        return ""
    rows = _chosen(request, found, asked)
    if pressed == "draft":
        return _drafts(request, user, found, rows)
    pks = list(rows.filter(state__in=OPEN).values_list("pk", flat=True))
    if not pks:
        return _("No file is ticked. Tick those that it is about.")
    if pressed == "fill":
        return _filled(user, found, rows.filter(pk__in=pks))
    return _set(user, found, form, pks)


def _chosen(request: HttpRequest, found: Batch, asked: QueryDict) -> Any:
    """The ticked rows, or all that the filter leaves."""
    rows = files_of(found, asked.get("only", ""), asked.get("q", "").strip()[:100])
    if request.POST.get("all"):
        return rows
    ticked = [int(pk) for pk in request.POST.getlist("row") if pk.isdecimal() and len(pk) < 18]
    return files_of(found).filter(pk__in=ticked)


def _set(user: User, found: Batch, form: TableForm, pks: Iterable[int]) -> str:
    values, fault = form.bar()
    if fault or not values:
        return fault or _("Choose what is to be set.")
    labels = [str(getattr(OldFile._meta.get_field(name), "verbose_name", name)) for name in values]
    what = get_text_list(labels, _("and"))
    actions.set_fields(found, by=user, values=dict.fromkeys(pks, values), what=what)
    return ""


def _filled(user: User, found: Batch, rows: Any) -> str:
    names = ("kind", "volume", "chapter", "subject", "grade", "tags")
    actions.fill_down(found, by=user, rows=list(rows), names=names, what=_("Fill down"))
    return ""


def _drafts(request: HttpRequest, user: User, found: Batch, rows: Any) -> str:
    try:
        actions.choose(
            found,
            by=user,
            rows=rows,
            submits=bool(request.POST.get("submits")),
            leave_incomplete=bool(request.POST.get("leave_incomplete")),
        )
    except ImportRefused as refused:
        return str(refused)
    return ""


@login_required
@require_safe
def progress(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far the drafts are, for the script that waits."""
    found = batch_or_404(signed_in(request), uuid)
    rows = OldFile.objects.filter(batch=found)
    made = rows.filter(state=OldFile.State.MADE).count()
    chosen = rows.filter(state=OldFile.State.CHOSEN).count()
    return JsonResponse({"made": made, "all": made + chosen, "working": bool(chosen)})


@login_required
def old_file(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Everything about one file."""
    user = signed_in(request)
    found = batch_or_404(user, uuid)
    row = files_of(found).filter(pk=pk).first()
    if row is None:
        raise Http404
    pks = set(volumes_for(user).values_list("pk", flat=True)) | {row.volume_id}
    lessons = Lessons(lessons_of_volumes({pk for pk in pks if pk}))
    form = FileForm(request.POST or None, user=user, row=row, lessons=lessons)
    if request.method == "POST" and row.is_open and form.is_valid():
        actions.set_fields(found, by=user, values={row.pk: form.values()}, what=row.title)
        messages.success(request, _("Saved."))
        return redirect(f"{found.get_absolute_url()}#row-{row.pk}")
    titles = lessons.of(row.volume_id) if row.volume_id else lessons.chapters
    context = {"batch": found, "row": row, "form": form, "lessons": titles}
    return render(request, "importing/file.html", context)


@login_required
@require_POST
def remove(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put the list away."""
    user = signed_in(request)
    try:
        actions.remove_batch(batch_or_404(user, uuid), by=user)
    except PermissionDenied as error:
        raise Http404 from error
    messages.success(
        request, _("The list was put away. Drafts made from it are in your resources.")
    )
    return redirect("importing:list")
