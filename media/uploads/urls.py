"""Addresses of uploads; mount at `/workspace/uploads/`."""

from django.urls import path

from media.uploads import views

app_name = "uploads"
urlpatterns = [
    path("", views.uploads, name="list"),
    path("<uuid:uuid>/", views.upload, name="upload"),
    path("<uuid:uuid>/parts/", views.parts, name="parts"),
    path("<uuid:uuid>/parts/<int:number>/", views.part, name="part"),
    path("<uuid:uuid>/complete/", views.complete, name="complete"),
    path("<uuid:uuid>/abort/", views.abort, name="abort"),
]
