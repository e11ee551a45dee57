"""The three answers of a package: what it weighs, the page, the ZIP."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from media.naming import display_name
from media.packing.packages import Package
from media.packing.streams import streamed


def choice(
    request: HttpRequest, package: Package, *, base: str, back: str, page_url: str, zip_url: str
) -> HttpResponse:
    """Both ways to take it along, each with its size."""
    return render(
        request,
        "packing/take.html",
        {
            "base_template": base,
            "package": package,
            "page_size": len(package.html()),
            "zip_size": len(package.zip()),
            "back": back,
            "page_url": page_url,
            "zip_url": zip_url,
        },
    )


def page_file(request: HttpRequest, package: Package) -> HttpResponseBase:
    """One HTML file."""
    page = package.html()
    return streamed(
        request,
        page.pieces,
        size=len(page),
        content_type="text/html; charset=utf-8",
        name=display_name(f"{package.title}.html"),
    )


def zip_file(request: HttpRequest, package: Package) -> HttpResponseBase:
    """One ZIP file."""
    archive = package.zip()
    return streamed(
        request,
        lambda: archive,
        size=len(archive),
        content_type="application/zip",
        name=display_name(f"{package.title}.zip"),
    )
