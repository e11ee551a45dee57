"""Addresses of the operator's pages; included under `workspace/`."""

from __future__ import annotations

from django.urls import path

from search.upkeep import views

app_name = "upkeep"
urlpatterns = [
    path("search-index/", views.index, name="index"),
    path("search-index/try-again/", views.try_all, name="try_all"),
    path("search-index/<uuid:uuid>/try-again/", views.try_one, name="try_one"),
]
