"""Addresses of take-down requests."""

from django.urls import path

from portal.takedown import views

app_name = "takedown"
urlpatterns = [
    path("takedown/", views.ask, name="ask"),
    path("takedown/<uuid:uuid>/", views.state, name="state"),
    path("workspace/takedown/", views.requests, name="requests"),
    path("workspace/takedown/<uuid:uuid>/", views.decide, name="decide"),
]
