"""Addresses of the signed-in side's own pages; included under `workspace/`."""

from django.urls import path

from portal.workspace import views

app_name = "workspace"
urlpatterns = [
    path("", views.day, name="day"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:pk>/", views.open_notice, name="open_notice"),
    path("me/", views.me, name="me"),
    path("design/", views.design, name="design"),
]
