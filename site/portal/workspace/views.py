"""Today, notices, the account and the living design page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.languages import path_in
from portal.workspace import samples
from portal.workspace.agenda import agenda_for
from schools.models.dated import today
from schools.notices import mark_read
from schools.queries import memberships_of, notices_of, roles_of
from schools.users import signed_in

LATEST = 5
A_PAGE = 20


@login_required
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """What is to be done today, what waits for one's review, what is new."""
    user = signed_in(request)
    return render(
        request,
        "workspace/day.html",
        {"agenda": agenda_for(user, today()), "notices": notices_of(user)[:LATEST]},
    )


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """All notices to the user, the newest first."""
    mine = notices_of(signed_in(request))
    page = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    unread = mine.filter(read_at__isnull=True).count()
    return render(request, "workspace/notices.html", {"page": page, "unread": unread})


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all notices as read."""
    mark_read(signed_in(request))
    messages.success(request, _("All notices are marked as read."))
    return redirect("workspace:notices")


@login_required
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it points; a stale GET goes to the list."""
    user = signed_in(request)
    if request.method != "POST":
        return redirect("workspace:notices")
    notice = get_object_or_404(notices_of(user), pk=pk)
    mark_read(user, [notice.pk])
    # Its address was written in the language of the one who acted, and is only ever on this site.
    if notice.url and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return redirect(path_in(get_language() or "", notice.url))
    return redirect("workspace:notices")


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The user's own account: schools, roles, password, language, signing out."""
    user = signed_in(request)
    return render(
        request,
        "workspace/me.html",
        {
            "memberships": memberships_of(user).prefetch_related("assignments"),
            "roles": roles_of(user),
            "unread": notices_of(user).filter(read_at__isnull=True).count(),
        },
    )


@login_required
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Every address of the workspace that is none: a stranger learns only that by signing in."""
    raise Http404


@login_required
@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Every component in every state, drawn by the same includes as the pages."""
    return render(request, "workspace/design.html", samples.everything())
