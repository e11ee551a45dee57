"""Addresses of the staff pages; included under `workspace/`."""

from django.urls import path

from schools.staff.views import people, places, rosters

app_name = "staff"
urlpatterns = [
    path("staff/", places.home, name="home"),
    path("staff/roster/", rosters.hand_in, name="hand_in"),
    path("staff/roster/empty.xlsx", rosters.template, name="empty_roster"),
    path("staff/roster/<uuid:uuid>/", rosters.roster, name="roster"),
    path("staff/people/<uuid:uuid>/", people.person, name="person"),
    path("staff/people/<uuid:uuid>/correct/", people.correct, name="correct"),
    path("staff/people/<uuid:uuid>/move/", people.move, name="move"),
    path("staff/people/<uuid:uuid>/taught/", people.change_taught, name="taught"),
    path("staff/people/<uuid:uuid>/release/", people.release, name="release"),
    path("staff/people/<uuid:uuid>/titles/", people.add_title, name="add_title"),
    path("staff/people/<uuid:uuid>/rotate/", people.rotate, name="rotate"),
    path("staff/titles/<int:pk>/end/", people.close_title, name="end_title"),
    path("staff/roles/<int:pk>/end/", places.close_role, name="end_role"),
    path("staff/rotations/<int:pk>/end/", places.close_rotation, name="end_rotation"),
    path("staff/bases/<uuid:uuid>/", places.base, name="base"),
    path("staff/<slug:kind>/<slug:key>/", places.people, name="people"),
    path("staff/<slug:kind>/<slug:key>/add/", people.add, name="add"),
    path("staff/<slug:kind>/<slug:key>/schools/", places.schools, name="schools"),
    path("staff/<slug:kind>/<slug:key>/roles/", places.roles, name="roles"),
    path("staff/<slug:kind>/<slug:key>/rotations/", places.rotations, name="rotations"),
    path("staff/<slug:kind>/<slug:key>/titles/", places.titles, name="titles"),
    path("staff/<slug:kind>/<slug:key>/bases/", places.bases, name="bases"),
]
