"""Lists of a place (学校, 集团, 区域): its people, schools, roles, rotations, titles, bases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from schools.access import Role
from schools.models import Region, School, SubjectBase, User
from schools.spreadsheets import Column, xlsx_response
from schools.staff import exports, queries
from schools.staff.access import (
    Place,
    grant_or_404,
    is_staff,
    own_places,
    place_of,
    place_or_404,
    rotation_or_404,
    schools_covered,
)
from schools.staff.actions.bases import BaseNamedSo, let_school_go, make_base, take_in_school
from schools.staff.actions.roles import end_role, grant_role
from schools.staff.actions.rotations import end_rotation
from schools.staff.forms import BaseForm, PeopleFilter, RoleForm, SchoolChoiceForm
from schools.users import signed_in

A_PAGE = 30
_BATCH = 500


def staff_or_404(request: HttpRequest) -> User:
    """The signed-in user, if there is anybody for them to look after."""
    user = signed_in(request)
    if not is_staff(user):
        raise Http404
    return user


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The places that one looks after; the only one at once."""
    places = own_places(staff_or_404(request))
    if len(places) == 1:
        return redirect("staff:people", places[0].kind, places[0].key)
    return render(request, "schools/staff/home.html", {"places": places})


def _tabs(place: Place) -> list[tuple[str, str]]:
    tabs = [("people", _("People"))]
    if place.kind != "school":
        tabs.append(("schools", _("Schools")))
    tabs.append(("roles", _("Roles")))
    if place.kind != "site":
        tabs += [("rotations", _("Rotations")), ("titles", _("Titles"))]
    if place.kind in {"region", "school"}:
        tabs.append(("bases", _("Subject bases")))
    return tabs


def _context(place: Place, tab: str, **more: Any) -> dict[str, Any]:
    return {"place": place, "tabs": _tabs(place), "tab": tab, **more}


def _is_export(request: HttpRequest) -> bool:
    return request.GET.get("as") == "xlsx"


def _exported(
    place: Place, title: str, columns: Sequence[Column[Any]], rows: models.QuerySet[Any]
) -> HttpResponse:
    name = " ".join(filter(None, [str(place), title]))
    return xlsx_response(name, columns, rows.iterator(chunk_size=_BATCH))


def _page(request: HttpRequest, rows: models.QuerySet[Any]) -> Any:
    return Paginator(rows, A_PAGE).get_page(request.GET.get("page"))


@login_required
@require_safe
def people(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The people of a place: searched, narrowed, by pages, or all of them as a workbook."""
    user = staff_or_404(request)
    place = place_or_404(user, kind, key)
    form = PeopleFilter(request.GET)
    full = place.kind not in {"group", "base"}
    found = queries.people_at(place, form.wanted(), full=full)
    detailed = queries.with_details(found, place)
    if _is_export(request):
        columns = exports.people_columns(queries.administered_among(user, found))
        return _exported(place, _("People"), columns, detailed)
    page = _page(request, detailed)
    shown = User.objects.filter(pk__in=[person.pk for person in page])
    theirs = queries.administered_among(user, shown)
    for person in page:
        person.phone_shown = person.phone if person.pk in theirs else queries.masked(person.phone)
    narrowed = any(request.GET.get(name) for name in form.fields)
    return render(
        request,
        "schools/staff/people.html",
        _context(place, "people", form=form, page=page, narrowed=narrowed),
    )


@login_required
@require_safe
def schools(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The schools of a group, region or base, with who has signed in."""
    place = place_or_404(staff_or_404(request), kind, key)
    if place.kind == "school":
        raise Http404
    words = request.GET.get("q", "").strip()
    found = queries.listed_schools(place, words)
    if _is_export(request):
        return _exported(place, _("Schools"), exports.school_columns(), found)
    more = {
        "page": _page(request, found),
        "q": words,
        "groups": queries.groups_at(place),
        "regions": queries.regions_below(place),
    }
    return render(request, "schools/staff/schools.html", _context(place, "schools", **more))


@login_required
def roles(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The roles on a place; giving one."""
    user = staff_or_404(request)
    place = place_or_404(user, kind, key)
    found = queries.grants_at(place)
    if _is_export(request):
        return _exported(place, _("Roles"), exports.role_columns(), found)
    who = request.GET.get("who", "")
    form = RoleForm(request.POST or None, place=place, by=user, initial={"person": who})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        grant_role(
            person=said["person"],
            role=Role(said["role"]),
            scope=place.scope,
            stage=said["stage"],
            subject=said["subject"],
            since=said["since"],
            until=said["until"],
            by=user,
        )
        messages.success(request, _("%(name)s holds the role now.") % {"name": said["person"]})
        return redirect("staff:roles", kind, key)
    more = {"page": _page(request, found), "form": form, "open": bool(form.errors or who)}
    return render(request, "schools/staff/roles.html", _context(place, "roles", **more))


@login_required
@require_POST
def close_role(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role at once."""
    user = staff_or_404(request)
    grant = grant_or_404(user, pk)
    place = place_of(grant.scope)
    if grant.user_id == user.pk and Role(grant.role) not in {Role.LIBRARY_EDITOR, Role.JUDGE}:
        messages.error(request, _("You cannot end your own role; another administrator can."))
    elif end_role(grant=grant, by=user):
        messages.success(request, _("The role has ended."))
    return redirect("staff:roles", place.kind, place.key)


@login_required
@require_safe
def rotations(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The rotations from and to the schools of a place."""
    user = staff_or_404(request)
    place = place_or_404(user, kind, key)
    return _list(
        request,
        place,
        "rotations",
        _("Rotations"),
        queries.rotations_at(place),
        exports.rotation_columns,
        covers_more=place.kind != "school" or len(own_places(user)) > 1,
    )


@login_required
@require_POST
def close_rotation(request: HttpRequest, pk: int) -> HttpResponse:
    """End a rotation at once."""
    user = staff_or_404(request)
    rotation = rotation_or_404(user, pk)
    if end_rotation(rotation=rotation, by=user):
        messages.success(request, _("The rotation has ended."))
    return redirect("staff:person", rotation.user.uuid)


@login_required
@require_safe
def titles(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The titles that the people of a place hold."""
    place = place_or_404(staff_or_404(request), kind, key)
    found = queries.titles_at(place)
    return _list(request, place, "titles", _("Titles"), found, exports.title_columns)


def _list(
    request: HttpRequest,
    place: Place,
    tab: str,
    title: str,
    rows: models.QuerySet[Any],
    columns: Callable[[], list[Column[Any]]],
    **more: Any,
) -> HttpResponse:
    if place.kind == "site":
        raise Http404
    if _is_export(request):
        return _exported(place, title, columns(), rows)
    context = _context(place, tab, page=_page(request, rows), **more)
    return render(request, f"schools/staff/{tab}.html", context)


@login_required
def bases(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The subject bases of a region or school; making one in a region."""
    user = staff_or_404(request)
    place = place_or_404(user, kind, key)
    found = queries.bases_at(place)
    if _is_export(request):
        return _exported(place, _("Subject bases"), exports.base_columns(), found)
    form = None
    if isinstance(place.scope, Region):
        form = BaseForm(request.POST or None, schools=queries.schools_of(place))
        if request.method == "POST" and form.is_valid():
            try:
                base = make_base(region=place.scope, by=user, **form.cleaned_data)
                return redirect("staff:base", base.uuid)
            except BaseNamedSo:
                form.add_error("name", _("There is a base of this name in the region."))
    page = _page(request, found)
    context = _context(place, "bases", page=page, form=form, open=bool(form and form.errors))
    return render(request, "schools/staff/bases.html", context)


@login_required
def base(request: HttpRequest, uuid: Any) -> HttpResponse:
    """One subject base: its schools; taking one in, letting one go."""
    user = staff_or_404(request)
    place = place_or_404(user, "base", str(uuid))
    held = place.scope
    if not isinstance(held, SubjectBase):
        raise Http404
    members = queries.schools_of(place)
    others = schools_covered(user).exclude(pk__in=members.order_by().values("pk"))
    form = SchoolChoiceForm(request.POST or None, schools=others.order_by("name"))
    if request.method == "POST":
        if request.POST.get("go"):
            return _let_go(request, held, members, user)
        if form.is_valid():
            take_in_school(base=held, school=form.cleaned_data["school"], by=user)
            messages.success(request, _("The school belongs to the base now."))
            return redirect("staff:base", uuid)
    more = {"base": held, "page": _page(request, members), "form": form}
    return render(request, "schools/staff/base.html", {"place": place, **more})


def _let_go(
    request: HttpRequest, held: SubjectBase, members: models.QuerySet[School], user: User
) -> HttpResponse:
    choice = request.POST["go"]
    school = members.filter(pk=choice).first() if choice.isdigit() else None
    if school is not None and let_school_go(base=held, school=school, by=user):
        messages.success(request, _("The school’s time in the base has ended."))
    return redirect("staff:base", held.uuid)
