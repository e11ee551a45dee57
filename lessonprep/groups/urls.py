"""Addresses of prep groups, under `/workspace/`."""

from django.urls import path

from lessonprep.groups.views import pages, people, tasks

app_name = "groups"
GROUP = "prep-groups/<uuid:uuid>/"
MEMBER = f"{GROUP}members/<int:pk>/"
PLAN = "prep-plans/<uuid:uuid>/"
TASK = "tasks/<uuid:uuid>/"

urlpatterns = [
    path("prep/", pages.prep_group_list, name="list"),
    path("prep-groups/new/", people.new_prep_group, name="new"),
    path(GROUP, pages.prep_group_page, name="group"),
    path(f"{GROUP}new-plan/", pages.new_prep_plan, name="new_plan"),
    path(f"{GROUP}members/", people.members_page, name="members"),
    path(f"{GROUP}invite/", people.invite_view, name="invite"),
    path(f"{GROUP}leave/", people.leave_view, name="leave"),
    path(f"{GROUP}settings/", people.settings_page, name="settings"),
    path(f"{GROUP}schools/", people.add_school_view, name="add_school"),
    path(f"{GROUP}schools/<uuid:school>/remove/", people.remove_school_view, name="remove_school"),
    path(f"{MEMBER}put-out/", people.put_out_view, name="put_out"),
    path(f"{MEMBER}role/", people.role_view, name="role"),
    path(f"{MEMBER}hand-over/", people.hand_over_view, name="hand_over"),
    path(f"{PLAN}shift/", tasks.shift, name="shift"),
    path(f"{PLAN}turns/", tasks.turns, name="turns"),
    path(f"{PLAN}new-task/", tasks.new_task, name="new_task"),
    path(TASK, tasks.task_page, name="task"),
    path(f"{TASK}place/", tasks.place, name="place"),
    path(f"{TASK}remove/", tasks.remove, name="remove"),
    path(f"{TASK}bring-back/", tasks.bring_back, name="bring_back"),
]
