"""Addresses of what was kept of one's own writing, under `/workspace/`."""

from django.urls import path

from lessonprep.coediting import views

app_name = "coediting"

urlpatterns = [
    path("kept/", views.kept_list, name="kept_list"),
    path("kept/<uuid:uuid>/", views.kept_page, name="kept"),
    path("kept/<uuid:uuid>/away/", views.put_away_view, name="put_away"),
]
