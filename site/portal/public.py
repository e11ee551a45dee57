"""Public pages that hang on no Wagtail page: the list of articles, what robots may read."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.front import articles, recommended_lists_of
from portal.models import ArticlePage

CLOSED_TO_ROBOTS = (
    "/workspace/",
    "/en/workspace/",
    "/admin/",
    "/accounts/",
    "/en/accounts/",
    "/api/",
)


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """All articles, or those of one kind."""
    kind = request.GET.get("kind", "")
    found = articles()
    if kind in ArticlePage.Kind.values:
        found = found.filter(kind=kind)
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    context = {"page_obj": page, "kind": kind, "kinds": ArticlePage.Kind.choices}
    return render(request, "portal/articles.html", context)


@require_safe
def recommended_lists(request: HttpRequest) -> HttpResponse:
    """All recommended lists, the newest first."""
    text = request.GET.get("q", "").strip()
    found = recommended_lists_of(text)
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    return render(request, "portal/lists.html", {"page_obj": page, "q": text})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED_TO_ROBOTS)]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
