"""Addresses of prep groups, under `/workspace/`."""

from django.urls import path

from lessonprep.groups import views

app_name = "groups"
urlpatterns = [
    path("prep/", views.prep_group_list, name="list"),
    path("prep-groups/<uuid:uuid>/", views.prep_group_page, name="group"),
    path("prep-groups/<uuid:uuid>/new-plan/", views.new_prep_plan, name="new_plan"),
    path("tasks/<uuid:uuid>/", views.task_page, name="task"),
]
