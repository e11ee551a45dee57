"""The people of a prep group: members and their tenures, roles, schools, a new group."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lessonprep.groups.access import Action, member_or_404, prep_group_or_404, role_in
from lessonprep.groups.actions.members import (
    LeadsTheGroup,
    NotOfTheGroup,
    SchoolHasMembers,
    add_school,
    change_prep_group,
    end_membership,
    found_prep_group,
    give_role,
    hand_over_leadership,
    invite,
    remove_school,
)
from lessonprep.groups.forms.people import (
    InviteForm,
    NewPrepGroupForm,
    PrepGroupForm,
    SchoolForm,
)
from lessonprep.groups.models import PrepGroup, PrepGroupMember
from lessonprep.groups.queries import (
    candidates_for,
    ends_of,
    former_members_of,
    members_of,
    schools_within,
    tasks_waiting_on,
)
from schools.users import signed_in

A_PAGE = 20
Role = PrepGroupMember.Role


@login_required
@require_safe
def members_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who is in the group since when, who was; and for the leader, who can be taken in."""
    prep_group = prep_group_or_404(request.user, uuid, Action.MANAGE)
    asked = request.GET.get("q", "").strip()[:40]
    members, former = members_of(prep_group), former_members_of(prep_group)
    candidates = candidates_for(prep_group)
    if asked:
        named = Q(user__name__icontains=asked) | Q(school__name__icontains=asked)
        members, former = members.filter(named), former.filter(named)
        candidates = candidates.filter(named)
    context = {
        "prep_group": prep_group,
        "page": Paginator(members, A_PAGE).get_page(request.GET.get("page")),
        "former": Paginator(former, A_PAGE).get_page(request.GET.get("former")),
        "candidates": Paginator(candidates, A_PAGE).get_page(request.GET.get("candidates")),
        "asked": asked,
        "own_role": role_in(request.user, prep_group.pk),
    }
    return render(request, "groups/members.html", context)


def _members(prep_group: PrepGroup) -> HttpResponse:
    return redirect("groups:members", prep_group.uuid)


@login_required
@require_POST
def invite_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a teacher of the group's schools in."""
    prep_group = prep_group_or_404(request.user, uuid, Action.MANAGE)
    form = InviteForm(request.POST, prep_group=prep_group)
    if not form.is_valid():
        messages.error(request, _("Choose a teacher of the group's schools who is not in it yet."))
        return _members(prep_group)
    chosen = form.cleaned_data["membership"]
    try:
        invite(prep_group=prep_group, user=chosen.user, school=chosen.school, by=signed_in(request))
    except NotOfTheGroup:
        messages.error(request, _("This teacher is at none of the group's schools any more."))
    else:
        messages.success(request, _("%(name)s is in the group.") % {"name": chosen.user.name})
    return _members(prep_group)


@login_required
@require_POST
def put_out_view(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """End a member's tenure; it stays on record."""
    prep_group = prep_group_or_404(request.user, uuid, Action.MANAGE)
    member = member_or_404(prep_group, pk)
    waiting = tasks_waiting_on(prep_group, member.user).count()
    try:
        end_membership(member=member, by=signed_in(request))
    except LeadsTheGroup:
        messages.error(request, _("The leader hands over the group first."))
        return _members(prep_group)
    messages.success(
        request, _("%(name)s is out of the group from now on.") % {"name": member.user.name}
    )
    if waiting:
        words = ngettext(
            "%(count)s task still names %(name)s: give it to another member.",
            "%(count)s tasks still name %(name)s: give them to other members.",
            waiting,
        )
        messages.warning(request, words % {"count": waiting, "name": member.user.name})
    return _members(prep_group)


@login_required
@require_POST
def role_view(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Make a member deputy leader, or member again."""
    prep_group = prep_group_or_404(request.user, uuid, Action.MANAGE)
    member = member_or_404(prep_group, pk)
    if request.POST.get("role") not in (Role.DEPUTY, Role.MEMBER):
        raise Http404
    role = Role(request.POST["role"])
    try:
        give_role(member=member, role=role, by=signed_in(request))
    except LeadsTheGroup:
        messages.error(request, _("The leader hands over the group first."))
        return _members(prep_group)
    words = _("%(name)s is %(role)s now.") % {"name": member.user.name, "role": role.label}
    messages.success(request, words)
    return _members(prep_group)


@login_required
@require_POST
def hand_over_view(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Make a member the leader."""
    prep_group = prep_group_or_404(request.user, uuid, Action.MANAGE)
    member = member_or_404(prep_group, pk)
    hand_over_leadership(prep_group=prep_group, to=member, by=signed_in(request))
    messages.success(request, _("%(name)s leads the group now.") % {"name": member.user.name})
    return redirect("groups:list")


@login_required
@require_POST
def leave_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Leave a group oneself."""
    prep_group = prep_group_or_404(request.user, uuid)
    own = members_of(prep_group).filter(user=signed_in(request)).first()
    if own is None:
        raise Http404
    try:
        end_membership(member=own, by=signed_in(request))
    except LeadsTheGroup:
        messages.error(request, _("You lead this group. Hand it over first, then leave."))
        return redirect("groups:group", prep_group.uuid)
    messages.success(request, _("You have left “%(title)s”.") % {"title": prep_group.name})
    return redirect("groups:list")


@login_required
def settings_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Name and grade of the group; its schools."""
    prep_group = prep_group_or_404(request.user, uuid, Action.MANAGE)
    initial = {"name": prep_group.name, "grade": prep_group.grade}
    form = PrepGroupForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_prep_group(prep_group=prep_group, by=signed_in(request), **form.cleaned_data)
        messages.success(request, _("The group is changed."))
        return redirect("groups:settings", prep_group.uuid)
    schools = SchoolForm(prep_group=prep_group, by=signed_in(request))
    context = {
        "prep_group": prep_group,
        "form": form,
        "ends": ends_of(prep_group),
        "school_form": schools,
        "has_schools": schools_within(signed_in(request)).exists(),
        "own_role": role_in(request.user, prep_group.pk),
    }
    return render(request, "groups/settings.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def add_school_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a school in: by staff, for schools of theirs."""
    prep_group = prep_group_or_404(request.user, uuid, Action.MANAGE)
    form = SchoolForm(request.POST, prep_group=prep_group, by=signed_in(request))
    if form.is_valid():
        school = form.cleaned_data["school"]
        add_school(prep_group=prep_group, school=school, by=signed_in(request))
        messages.success(request, _("%(school)s is of the group.") % {"school": school.name})
    else:
        messages.error(request, _("Choose one of the schools in the list."))
    return redirect("groups:settings", prep_group.uuid)


@login_required
@require_POST
def remove_school_view(request: HttpRequest, uuid: UUID, school: UUID) -> HttpResponse:
    """Take a receiving end out."""
    prep_group = prep_group_or_404(request.user, uuid, Action.MANAGE)
    end = ends_of(prep_group).filter(school__uuid=school).first()
    if end is None:
        return redirect("groups:settings", prep_group.uuid)
    try:
        remove_school(prep_group=prep_group, school=end.school, by=signed_in(request))
    except SchoolHasMembers as error:
        words = ngettext(
            "%(count)s member is of %(school)s. End the tenure first.",
            "%(count)s members are of %(school)s. End their tenures first.",
            error.count,
        )
        messages.error(request, words % {"count": error.count, "school": error.school.name})
    else:
        words = _("%(school)s is no longer of the group.")
        messages.success(request, words % {"school": end.school.name})
    return redirect("groups:settings", prep_group.uuid)


@login_required
def new_prep_group(request: HttpRequest) -> HttpResponse:
    """Set up a prep group, as staff of a school or a region."""
    user = signed_in(request)
    if not schools_within(user).exists():
        raise Http404
    form = NewPrepGroupForm(request.POST or None, by=user)
    if request.method == "POST" and form.is_valid():
        prep_group = found_prep_group(by=user, **form.cleaned_data)
        messages.success(
            request, _("“%(title)s” is set up. Now take its teachers in.") % {"title": prep_group}
        )
        return _members(prep_group)
    context = {"form": form}
    return render(request, "groups/new_group.html", context, status=400 if form.errors else 200)
