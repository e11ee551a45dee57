"""Addresses of Word documents of plans; they are part of those of the plans."""

from __future__ import annotations

from django.urls import URLPattern, path

from lessonprep.plans.word import views

PLAN = "plans/<uuid:uuid>/"
VERSION = f"{PLAN}versions/<int:number>/"

word_urls: list[URLPattern] = [
    path("prep-plans/<uuid:uuid>/word/", views.term_zip, name="term_word"),
    path(f"{PLAN}word/", views.plan_docx, name="word"),
    path(f"{PLAN}print/", views.plan_print, name="print"),
    path(f"{PLAN}import/", views.plan_import_page, name="choose_word_plan"),
    path(f"{PLAN}import/read/", views.read_plan_view, name="read_word_plan"),
    path(f"{PLAN}draft/word/", views.draft_docx, name="draft_word"),
    path(f"{PLAN}draft/print/", views.draft_print, name="draft_print"),
    path(f"{PLAN}draft/import/", views.draft_import_page, name="choose_word_draft"),
    path(f"{PLAN}draft/import/read/", views.read_draft_view, name="read_word_draft"),
    path(f"{VERSION}word/", views.version_docx, name="version_word"),
    path(f"{VERSION}print/", views.version_print, name="version_print"),
    path(f"{PLAN}record/", views.record_page, name="record"),
    path(f"{PLAN}record/word/", views.record_word, name="record_word"),
    path("word-imports/<uuid:uuid>/", views.import_page, name="word_import"),
    path(
        "word-imports/<uuid:uuid>/discard/", views.discard_import_view, name="discard_word_import"
    ),
    path("word-imports/<uuid:uuid>/write/", views.write_import_view, name="write_word_import"),
]
