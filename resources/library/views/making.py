"""Making a resource of any kind and changing its draft (新建资源, 修改草稿): one page, one form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from media.actions import store_upload
from media.inspection import FileRefused
from resources.library import actions
from resources.library.access import Action, allowed_or_404, home_school, lesson_or_none
from resources.library.actions.common import latest
from resources.library.errors import LibraryError, StaleDraft
from resources.library.guessing import guessed
from resources.library.kinds.forms import KindForm
from resources.library.models import KINDS, Resource, kinds
from resources.library.queries import Purpose, lessons_for, waiting_submission
from schools.models import School, User
from schools.users import signed_in


@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Which kind of resource is to be made; a lesson named in the address goes along."""
    user = signed_in(request)
    lesson = lesson_or_none(request.GET.get("chapter", ""))
    return render(
        request,
        "library/choose.html",
        {"kinds": kinds(), "school": home_school(user), "lesson": lesson},
    )


@login_required
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """A new resource; only the title is asked."""
    user = signed_in(request)
    model = KINDS.get(kind)
    if model is None:
        raise Http404
    school = home_school(user)
    form = _form(request, model, user)
    if school is not None and request.method == "POST" and _is_to_be_saved(form, user, school):
        made = _made(form, model, user, school)
        messages.success(request, _("The draft is saved. Look at it, then submit it."))
        return redirect("library:own", made.uuid)
    context = {"form": form, "school": school, "kind": model.KIND}
    return render(request, "library/edit.html", context)


def _form(
    request: HttpRequest, model: type[Resource], user: User, draft: Resource | None = None
) -> KindForm:
    form_class: type[KindForm] = model.form_class or KindForm
    lesson = lesson_or_none(request.GET.get("chapter", "")) if draft is None else draft.chapter
    return form_class(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        maker=user,
        lessons=lessons_for(user, lesson.pk if lesson else None),
        draft=draft,
        initial={"chapter": lesson.pk} if lesson else None,
    )


def _is_to_be_saved(form: KindForm, user: User, school: School) -> bool:
    """Store the files that came along; whether the form is right and asks to be saved."""
    for name, file in form.uploads():
        try:
            form.keep(name, store_upload(file=file, by=user, school=school))
        except FileRefused as refused:
            form.refused_files[name] = str(refused)
    if form.command:
        form.obey()
        return False
    return form.is_valid()


def _made(form: KindForm, model: type[Resource], user: User, school: School) -> Resource:
    """The draft; what the form leaves open is read from the title and the names of the files."""
    assert model.KIND is not None  # noqa: S101 - for the type checker
    title, description = form.cleaned_data["title"], form.description()
    if not any(description[name] for name in ("chapter", "subject", "grade")):
        description |= guessed([title, *(file.title for file in form.kept.values())], user)
    return actions.create_resource(
        kind=model.KIND.code,
        school=school,
        by=user,
        title=title,
        description=description,
        content=form.content(),
        files=form.kept.values(),
        token=form.cleaned_data["token"],
    )


@login_required
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change the draft; a stale form is refused with both texts kept."""
    user = signed_in(request)
    found = allowed_or_404(user, Action.EDIT, uuid)
    draft = latest(found)
    form = _form(request, type(found), user, draft)
    context: dict[str, Any] = {"form": form, "resource": found, "draft": draft}
    context |= {"school": found.school, "kind": found.kind_of}
    if waiting_submission(found, Purpose.PUBLISH) is not None and request.method != "POST":
        messages.warning(request, _("It is being reviewed. Call it back first to change it."))
        return redirect("library:own", uuid)
    if request.method == "POST" and _is_to_be_saved(form, user, found.school):
        try:
            return _save(request, found, form, user)
        except StaleDraft as stale:
            context["theirs"] = form.told(stale.theirs)
            form.add_error(None, str(stale))
            form.rest_on(stale.resource.latest_revision_id)
        except LibraryError as refused:
            form.add_error(None, str(refused))
    return render(request, "library/edit.html", context)


def _save(request: HttpRequest, found: Resource, form: KindForm, user: User) -> HttpResponse:
    actions.save_resource(
        found,
        by=user,
        base_revision_id=form.cleaned_data["base"],
        title=form.cleaned_data["title"],
        description=form.description(),
        content=form.content(),
        files=form.kept.values(),
    )
    messages.success(request, _("The draft is saved. Readers see it once it is published."))
    return redirect("library:own", found.uuid)
