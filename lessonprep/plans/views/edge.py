"""Where errors of the domain become answers: a page, a notice or a JSON error, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lessonprep.plans.access import NotNow
from lessonprep.plans.live import Unreadable
from lessonprep.plans.models import LessonPlan


def wants_json(request: HttpRequest) -> bool:
    """Whether the editor asks, not a form."""
    return request.headers.get("Accept", "").startswith("application/json")


def json_error(status: int, code: str, message: str, **more: Any) -> JsonResponse:
    """An error in the shape that all our JSON answers share."""
    error = {"code": code, "message": message, "field": more.pop("field", "")}
    return JsonResponse({"error": error, **more}, status=status)


def not_now_words(error: NotNow) -> str:
    """Why the reader cannot do this at present."""
    return _("“%(title)s” is in the phase “%(phase)s” now, so this cannot be done.") % {
        "title": error.plan.title,
        "phase": error.plan.state.get_phase_display(),
    }


def unreadable_words(error: Unreadable) -> str:
    """What is wrong with the text, that nothing is lost, and who can help."""
    return _(
        "The newest text of “%(title)s” is kept, but this server cannot read it, so nothing was "
        "changed. Please tell whoever looks after the site."
    ) % {"title": error.plan.title}


def typed_in(request: HttpRequest) -> list[str]:
    """The texts that a form brought, for giving them back."""
    names = (name for name in request.POST if name.endswith("_text") or name in {"text", "reason"})
    return [request.POST[name] for name in names]


def kept_page(request: HttpRequest, plan: LessonPlan, message: str, *, status: int) -> HttpResponse:
    """What was typed and could not be saved, ready to copy, with the reason."""
    context = {"plan": plan, "message": message, "typed": "\n\n".join(typed_in(request))}
    return render(request, "plans/kept.html", context, status=status)


def _answering(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotNow as error:
            words = not_now_words(error)
            return _refused(request, error.plan, 403, "not_now", words, say=messages.info)
        except Unreadable as error:
            words = unreadable_words(error)
            return _refused(request, error.plan, 409, "unreadable", words, say=messages.error)

    return answer


def _refused(
    request: HttpRequest,
    plan: LessonPlan,
    status: int,
    code: str,
    words: str,
    *,
    say: Callable[[HttpRequest, str], None],
) -> HttpResponse:
    if wants_json(request):
        return json_error(status, code, words)
    if any(typed_in(request)):
        return kept_page(request, plan, words, status=409)
    say(request, words)
    return redirect(plan)


def page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page for those who are signed in."""
    return login_required(require_safe(_answering(view)))


def deed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """A change, by POST, for those who are signed in."""
    return login_required(require_POST(_answering(view)))
