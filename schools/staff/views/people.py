"""One person: what they teach and hold; correcting, moving, titles, rotation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from schools.access import Role
from schools.models import Membership, School, TeacherTitle, User
from schools.models.dated import today
from schools.rosters import plan_roster
from schools.spreadsheets import Row
from schools.staff import queries
from schools.staff.access import (
    Place,
    administered_or_404,
    administers,
    hosts_for,
    own_places,
    person_or_404,
    place_or_404,
    schools_covered,
    title_or_404,
)
from schools.staff.actions.people import (
    as_shown,
    correct_person,
    move_person,
    release_person,
    set_taught,
)
from schools.staff.actions.roles import make_holder
from schools.staff.actions.rosters import RosterChanged, take_roster
from schools.staff.actions.rotations import arrange_rotation
from schools.staff.actions.titles import end_title, enter_title
from schools.staff.errors import AlreadyThere, ChangedMeanwhile, NotAMember, NotYours, PhoneTaken
from schools.staff.forms import (
    AddForm,
    CorrectForm,
    HolderForm,
    MoveForm,
    RotationForm,
    TaughtForm,
    TitleForm,
)
from schools.staff.views.places import staff_or_404


@login_required
@require_safe
def person(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What the reader may know of a person, and what they may do."""
    user = staff_or_404(request)
    return _shown(request, person_or_404(user, uuid), user)


def _main(found: User) -> Membership | None:
    running = Membership.objects.on().filter(user=found, is_main=True)
    return running.select_related("school__region").first()


def _shown(
    request: HttpRequest, found: User, user: User, status: int = 200, **forms: Any
) -> HttpResponse:
    may = administers(user, found)
    main = _main(found)
    hosts = hosts_for(user, main.school) if main else School.objects.none()
    context: dict[str, Any] = {
        "person": found,
        "administered": may,
        "phone": found.phone if may or found.pk == user.pk else queries.masked(found.phone),
        "main": main,
        "times": queries.times_of(found),
        "titles": found.titles.order_by("-since", "-pk"),
        "roles": found.role_grants.exclude(until__lt=today()).select_related(
            "school", "education_group", "region", "subject_base"
        ),
        "rotations": found.rotations.select_related("home_school", "host_school").order_by(
            "-since"
        ),
        "places": own_places(user),
        "open": next(iter(forms), ""),
        "today": today(),
    }
    if may:
        context["correct"] = CorrectForm(
            initial={"name": found.name, "phone": found.phone, "base": as_shown(found)}
        )
        context["add_title"] = TitleForm()
        others = schools_covered(user).exclude(pk__in=[main.school_id] if main else [])
        context["move"] = MoveForm(schools=others.order_by("name")) if others.exists() else None
    if may and main:
        context["taught"] = TaughtForm(membership=main)
    context["rotate"] = RotationForm(hosts=hosts) if main and hosts.exists() else None
    return render(request, "schools/staff/person.html", {**context, **forms}, status=status)


@login_required
@require_POST
def correct(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Correct the name or phone number."""
    user = staff_or_404(request)
    found = administered_or_404(user, uuid)
    form = CorrectForm(request.POST.dict())
    if form.is_valid():
        try:
            correct_person(person=found, by=user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("staff:person", uuid)
        except PhoneTaken:
            form.add_error("phone", _("This phone number belongs to another account."))
        except ChangedMeanwhile as changed:
            form.add_error(
                None,
                _("Somebody else has changed it meanwhile: %(now)s. Look again, then save.")
                % {"now": as_shown(changed.person)},
            )
            form.data = {**form.data, "base": as_shown(changed.person)}
    return _shown(request, found, user, 409 if form.non_field_errors() else 200, correct=form)


@login_required
@require_POST
def move(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Move a person to another school that the reader looks after too."""
    user = staff_or_404(request)
    found = administered_or_404(user, uuid)
    form = MoveForm(request.POST, schools=schools_covered(user))
    if form.is_valid():
        said = form.cleaned_data
        try:
            move_person(person=found, to=said["to"], since=said["since"], by=user)
            messages.success(request, _("The move is entered."))
            return redirect("staff:person", uuid)
        except AlreadyThere:
            form.add_error("to", _("The person belongs to this school already."))
    return _shown(request, found, user, move=form)


@login_required
@require_POST
def change_taught(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End subjects that a person teaches at their main school, or add one."""
    user = staff_or_404(request)
    found = administered_or_404(user, uuid)
    main = _main(found)
    if main is None or not schools_covered(user).filter(pk=main.school_id).exists():
        raise Http404
    form = TaughtForm(request.POST, membership=main)
    if form.is_valid():
        if set_taught(membership=main, taught=form.taught(), by=user):
            messages.success(request, _("Saved."))
        return redirect("staff:person", uuid)
    return _shown(request, found, user, taught=form)


@login_required
@require_POST
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End the person's time at their school; the account stays."""
    user = staff_or_404(request)
    found = administered_or_404(user, uuid)
    main = _main(found)
    if main is None or not schools_covered(user).filter(pk=main.school_id).exists():
        raise Http404
    if release_person(person=found, school=main.school, by=user):
        messages.success(
            request,
            _("%(name)s no longer belongs to %(school)s. What they made stays with the school.")
            % {"name": found.name, "school": main.school.name},
        )
    return redirect("staff:home")


@login_required
@require_POST
def add_title(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Enter a title."""
    user = staff_or_404(request)
    found = administered_or_404(user, uuid)
    form = TitleForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        enter_title(
            person=found,
            kind=TeacherTitle.Kind(said["kind"]),
            level=TeacherTitle.Level(said["level"]),
            since=said["since"],
            until=said["until"],
            by=user,
        )
        messages.success(request, _("The title is entered."))
        return redirect("staff:person", uuid)
    return _shown(request, found, user, add_title=form)


@login_required
@require_POST
def close_title(request: HttpRequest, pk: int) -> HttpResponse:
    """End a title."""
    user = staff_or_404(request)
    title = title_or_404(user, pk)
    if end_title(title=title, by=user):
        messages.success(request, _("The title has ended."))
    return redirect("staff:person", title.user.uuid)


@login_required
@require_POST
def rotate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Arrange a rotation from the person's main school."""
    user = staff_or_404(request)
    found = person_or_404(user, uuid)
    main = _main(found)
    if main is None:
        raise Http404
    form = RotationForm(request.POST, hosts=hosts_for(user, main.school))
    if form.is_valid():
        try:
            arrange_rotation(person=found, home=main.school, by=user, **form.cleaned_data)
            messages.success(request, _("The rotation is entered."))
            return redirect("staff:person", uuid)
        except AlreadyThere:
            form.add_error("host", _("The person belongs to this school on those days already."))
        except NotAMember:
            form.add_error("since", _("The person does not belong to the home school then."))
        except NotYours:
            raise Http404 from None
    elif not hosts_for(user, main.school).exists():
        raise Http404
    return _shown(request, found, user, rotate=form)


# one new teacher


@login_required
def add(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Enter one teacher of a school, in the words of a roster and by its rules.

    Of another place somebody who belongs to no school, with a role on it.
    """
    user = staff_or_404(request)
    place = place_or_404(user, kind, key)
    if place.kind != "school":
        return _add_holder(request, place, user)
    form = AddForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _taken(form, place, user)
        if made is not None:
            messages.success(request, _("The teacher is entered. Print the slip to sign in with."))
            return redirect("staff:person", made.uuid)
    return render(request, "schools/staff/add.html", {"place": place, "form": form})


def _add_holder(request: HttpRequest, place: Place, user: User) -> HttpResponse:
    form = HolderForm(request.POST or None, place=place)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = make_holder(
                name=said["name"],
                phone=said["phone"],
                role=Role(said["role"]),
                scope=place.scope,
                by=user,
            )
            messages.success(request, _("The account is made. Print the slip to sign in with."))
            return redirect("staff:person", made.uuid)
        except PhoneTaken:
            form.add_error("phone", _("This phone number belongs to another account."))
    return render(request, "schools/staff/add.html", {"place": place, "form": form})


def _taken(form: AddForm, place: Place, user: User) -> User | None:
    code = place.scope.code if isinstance(place.scope, School) else ""
    plan = plan_roster([Row(1, {**form.cleaned_data, "school": code})], by=user)
    line = plan.lines[0]
    if not line.ok:
        form.add_error(None, line.reason)
        return None
    try:
        take_roster(plan=plan, by=user)
    except RosterChanged:
        form.add_error(None, _("The phone number was taken a moment ago. Look again."))
        return None
    return line.user
