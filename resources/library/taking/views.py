"""Taking a resource along."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from media.packing.answers import choice, page_file, zip_file
from resources.library.access import readable_or_404
from resources.library.taking.parts import package_of


@require_safe
def take(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What there is to take along, with its size."""
    resource = readable_or_404(request.user, uuid)
    return choice(
        request,
        package_of(request, resource),
        base="base.html",
        back=resource.get_absolute_url(),
        page_url=reverse("library:take_page", args=[uuid]),
        zip_url=reverse("library:take_zip", args=[uuid]),
    )


@require_safe
def take_page(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The resource as one HTML file."""
    return page_file(request, package_of(request, readable_or_404(request.user, uuid)))


@require_safe
def take_zip(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The resource as a ZIP with its files."""
    return zip_file(request, package_of(request, readable_or_404(request.user, uuid)))
