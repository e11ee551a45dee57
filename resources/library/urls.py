"""Addresses of the library, public and in the workspace; mount at the root."""

from django.urls import path

from resources.library.views import moves, own, public, reviews

app_name = "library"
_OWN = "workspace/library/<uuid:uuid>/"
urlpatterns = [
    path("resources/<uuid:uuid>/", public.resource, name="resource"),
    path("library/", public.browse, name="browse"),
    path("library/<uuid:uuid>/", public.volume, name="volume"),
    path("workspace/library/", own.mine, name="mine"),
    path("workspace/library/new/", own.new, name="new"),
    path(_OWN, own.own, name="own"),
    path(f"{_OWN}edit/", own.edit, name="edit"),
    path(f"{_OWN}preview/", own.preview, name="preview"),
    path(f"{_OWN}submit/", moves.submit, name="submit"),
    path(f"{_OWN}recommend/", moves.recommend, name="recommend"),
    path(f"{_OWN}call-back/", moves.call_back, name="call_back"),
    path(f"{_OWN}withdraw/", moves.withdraw, name="withdraw"),
    path(f"{_OWN}take-down/", moves.take_down, name="take_down"),
    path("workspace/reviews/", reviews.queue, name="reviews"),
    path("workspace/reviews/<uuid:uuid>/", reviews.review, name="review"),
]
