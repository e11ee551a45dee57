"""One's own calendar address, and the feed itself, which needs no sign-in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lessonprep.meetings.access import feed_or_404
from lessonprep.meetings.actions.feeds import end_feed, make_feed
from lessonprep.meetings.calendars import calendar_of
from lessonprep.meetings.models import CalendarFeed
from schools.models.dated import today
from schools.users import signed_in


@login_required
@require_safe
def calendar_page(request: HttpRequest) -> HttpResponse:
    """The address, how to use it, and how to end it."""
    feed = CalendarFeed.objects.filter(user=signed_in(request)).first()
    address = ""
    if feed is not None:
        path = reverse("meetings:feed", args=[feed.token])
        address = f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"
    return render(request, "meetings/calendar.html", {"feed": feed, "address": address})


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make an address, or a new one in place of the old."""
    make_feed(by=signed_in(request), again=request.POST.get("again", ""))
    messages.success(request, _("Here is your calendar address."))
    return redirect("meetings:calendar")


@login_required
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End the address."""
    end_feed(by=signed_in(request))
    messages.success(request, _("The address is ended: calendars that have it get nothing more."))
    return redirect("meetings:calendar")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of the owner of this address, with the rights they have today."""
    body, tag = calendar_of(feed_or_404(token).user, today())
    if tag in request.headers.get("If-None-Match", ""):
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="gongbei.ics"'
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
