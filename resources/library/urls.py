"""Addresses of the library, public and in the workspace; mount at the root."""

from django.urls import path

from resources.library.taking import views as taking
from resources.library.views import making, moves, own, page, public, reviews
from resources.library.word.views import edition_docx

app_name = "library"
_OWN = "workspace/library/<uuid:uuid>/"
urlpatterns = [
    path("resources/<uuid:uuid>/", page.resource, name="resource"),
    path("resources/<uuid:uuid>/word/", edition_docx, name="word"),
    path("resources/<uuid:uuid>/take/", taking.take, name="take"),
    path("resources/<uuid:uuid>/take/page/", taking.take_page, name="take_page"),
    path("resources/<uuid:uuid>/take/zip/", taking.take_zip, name="take_zip"),
    path("library/", public.browse, name="browse"),
    path("library/<uuid:uuid>/", public.volume, name="volume"),
    path("workspace/library/gaps/<uuid:uuid>/", public.gaps, name="gaps"),
    path("workspace/library/", own.mine, name="mine"),
    path("workspace/library/bin/", own.bin_of_mine, name="bin"),
    path("workspace/library/new/", making.choose, name="new"),
    path("workspace/library/new/<slug:kind>/", making.new, name="make"),
    path(_OWN, own.own, name="own"),
    path(f"{_OWN}edit/", making.edit, name="edit"),
    path(f"{_OWN}preview/", own.preview, name="preview"),
    path(f"{_OWN}answers/", moves.let_out, name="let_out"),
    path(f"{_OWN}bin/", moves.put_in_bin, name="put_in_bin"),
    path(f"{_OWN}bring-back/", moves.bring_back, name="bring_back"),
    path(f"{_OWN}submit/", moves.submit, name="submit"),
    path(f"{_OWN}recommend/", moves.recommend, name="recommend"),
    path(f"{_OWN}call-back/", moves.call_back, name="call_back"),
    path(f"{_OWN}withdraw/", moves.withdraw, name="withdraw"),
    path(f"{_OWN}take-down/", moves.take_down, name="take_down"),
    path("workspace/reviews/", reviews.queue, name="reviews"),
    path("workspace/reviews/<uuid:uuid>/", reviews.review, name="review"),
]
