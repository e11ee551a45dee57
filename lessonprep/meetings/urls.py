"""Addresses of meetings, reminders and calendars; mount at the root."""

from django.urls import path

from lessonprep.meetings.views import feeds, meetings, reminders

app_name = "meetings"
GROUP = "workspace/prep-groups/<uuid:uuid>/"
MEETING = "workspace/meetings/<uuid:uuid>/"
PLAN = "workspace/prep-plans/<uuid:uuid>/"

urlpatterns = [
    path(f"{GROUP}meetings/", meetings.meeting_list, name="list"),
    path(f"{GROUP}meetings/new/", meetings.call, name="call"),
    path(MEETING, meetings.meeting_page, name="meeting"),
    path(f"{MEETING}record/", meetings.record_page, name="record"),
    path(f"{MEETING}close/", meetings.close, name="close"),
    path(f"{MEETING}cancel/", meetings.cancel, name="cancel"),
    path(f"{MEETING}add/", meetings.add, name="add"),
    path(f"{MEETING}photos/", meetings.photo, name="photo"),
    path(f"{MEETING}photos/<int:pk>/remove/", meetings.photo_away, name="photo_away"),
    path(f"{MEETING}word/", meetings.as_word, name="word"),
    path(f"{PLAN}remind/", reminders.remind_page, name="remind"),
    path("workspace/b/<str:code>/", reminders.short, name="short"),
    path(f"{GROUP}reminding/", reminders.reminding, name="reminding"),
    path(f"{GROUP}reminding/weekly/", reminders.weekly, name="weekly"),
    path(f"{GROUP}reminding/robot/", reminders.robot, name="robot"),
    path(f"{GROUP}reminding/robot/remove/", reminders.robot_away, name="robot_away"),
    path("workspace/calendar/", feeds.calendar_page, name="calendar"),
    path("workspace/calendar/new/", feeds.make, name="make_feed"),
    path("workspace/calendar/end/", feeds.end, name="end_feed"),
    path("calendar/<str:token>.ics", feeds.feed, name="feed"),
]
