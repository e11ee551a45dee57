"""Addresses of light forms; `urlpatterns` mounts at `/files/`, `pages` within the languages."""

from django.urls import include, path

from media.previews import views

_HERE = (
    [
        path("look/<uuid:uuid>/", views.look, name="look"),
        path("workspace/files/<uuid:uuid>/captions/", views.write_captions_page, name="captions"),
    ],
    "previews",
)
pages = [path("", include(_HERE))]

app_name = "light"
urlpatterns = [
    path("<uuid:uuid>/pages/<int:number>/<int:width>/", views.page_image, name="page"),
    path("<uuid:uuid>/forms/<slug:form>/", views.light_form, name="form"),
    path("<uuid:uuid>/captions/<int:pk>/", views.captions_text, name="captions_text"),
]
