"""Addresses of the search, for everyone, and of its editors."""

from __future__ import annotations

from django.urls import path

from search import editors, views

app_name = "search"
urlpatterns = [
    path("search/", views.results, name="page"),
    path("workspace/search/forget/", views.forget, name="forget"),
    path("workspace/search/want/", views.want, name="want"),
    path("workspace/search/words/", editors.words, name="words"),
    path("workspace/search/words/<int:pk>/remove/", editors.remove_word, name="remove_word"),
    path("workspace/search/asked/", editors.asked, name="asked"),
    path("workspace/search/why/<uuid:uuid>/", editors.why, name="why"),
]
