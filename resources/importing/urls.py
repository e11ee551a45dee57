"""Addresses of the import of old files, in the workspace."""

from django.urls import path

from resources.importing import views

app_name = "importing"
_BATCH = "<uuid:uuid>/"
urlpatterns = [
    path("", views.batches, name="list"),
    path(_BATCH, views.batch, name="batch"),
    path(f"{_BATCH}files/", views.upload, name="upload"),
    path(f"{_BATCH}expect/", views.expect, name="expect"),
    path(f"{_BATCH}files/<int:pk>/", views.old_file, name="file"),
    path(f"{_BATCH}table/", views.change_table, name="table"),
    path(f"{_BATCH}progress/", views.progress, name="progress"),
    path(f"{_BATCH}remove/", views.remove, name="remove"),
]
