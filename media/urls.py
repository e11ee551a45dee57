"""Addresses of files; mount at `/files/`, outside the language prefix."""

from django.urls import path

from media import views

app_name = "media"
urlpatterns = [
    path("<uuid:uuid>/", views.download, name="download"),
    path("<uuid:uuid>/<str:size>/", views.picture, name="picture"),
]
