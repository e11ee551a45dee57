"""Addresses of lesson plans, under `/workspace/`."""

from django.urls import path

from lessonprep.plans.views import (
    board,
    designs,
    drafts,
    editing,
    history,
    phases,
    pictures,
    plan,
    redesign,
    remarks,
)
from lessonprep.plans.word.urls import word_urls

app_name = "plans"
PLAN = "plans/<uuid:uuid>/"

urlpatterns = [
    path("prep-plans/<uuid:uuid>/", board.board_page, name="board"),
    path("tasks/<uuid:uuid>/move/", board.move_page, name="move"),
    path("tasks/<uuid:uuid>/open/", phases.open_task_view, name="open_task"),
    path("tasks/<uuid:uuid>/draft/", phases.start_draft_view, name="start_draft"),
    path("design-models/", designs.designs_page, name="designs"),
    path("design-models/new/", designs.new_design, name="new_design"),
    path("design-models/<slug:code>/", designs.design_page, name="design"),
    path("design-models/<slug:code>/edit/", designs.edit_design, name="edit_design"),
    path("design-models/<slug:code>/retire/", designs.retire_view, name="retire_design"),
    path("design-models/<slug:code>/bring-back/", designs.back_view, name="bring_back_design"),
    path("prep-groups/<uuid:uuid>/design/", designs.group_default, name="group_design"),
    path("prep-plans/<uuid:uuid>/design/", designs.prep_plan_default, name="prep_plan_design"),
    path(f"{PLAN}design/", redesign.redesign_page, name="redesign"),
    path(f"{PLAN}design/change/", redesign.change_view, name="change_design"),
    path(PLAN, plan.plan_page, name="plan"),
    path(f"{PLAN}versions/<int:number>/", plan.version_page, name="version"),
    path(f"{PLAN}edit/", editing.edit_page, name="edit"),
    path(f"{PLAN}sections/<uuid:section>/", editing.save_section_view, name="save_section"),
    path(f"{PLAN}sections/<uuid:section>/remarks/", remarks.remark_view, name="remark"),
    path(f"{PLAN}remarks/<int:pk>/raise/", remarks.raise_view, name="raise_point"),
    path(f"{PLAN}remarks/<int:pk>/settle/", remarks.settle_view, name="settle_point"),
    path(f"{PLAN}remarks/<int:pk>/reopen/", remarks.reopen_view, name="reopen_point"),
    path(f"{PLAN}draft/", editing.draft_page, name="draft"),
    path(f"{PLAN}pictures/", pictures.store_picture_view, name="store_picture"),
    path(f"{PLAN}draft/pictures/", pictures.store_draft_picture_view, name="store_draft_picture"),
    path(f"{PLAN}sections/", editing.save_whole_view, name="save_whole"),
    path(f"{PLAN}draft/sections/", editing.save_whole_draft_view, name="save_whole_draft"),
    path(f"{PLAN}draft/hand-in/", editing.hand_in_view, name="hand_in"),
    path(f"{PLAN}draft/sections/<uuid:section>/", editing.save_draft_view, name="save_draft"),
    path(f"{PLAN}drafts/", drafts.drafts_page, name="drafts"),
    path(f"{PLAN}drafts/agenda/", drafts.agenda_page, name="agenda"),
    path(f"{PLAN}drafts/decide/", drafts.decide_view, name="decide"),
    path(f"{PLAN}decisions/<int:pk>/reopen/", drafts.reopen_decision_view, name="reopen_decision"),
    path(f"{PLAN}history/", history.history_page, name="history"),
    path(f"{PLAN}compare/", history.compare_page, name="compare"),
    path(f"{PLAN}restore/<int:pk>/", history.restore_view, name="restore"),
    path(f"{PLAN}hand-over/", phases.hand_over_view, name="hand_over"),
    path(f"{PLAN}close-discussion/", phases.close_discussion_view, name="close_discussion"),
    path(f"{PLAN}reopen-discussion/", phases.reopen_discussion_view, name="reopen_discussion"),
    path(f"{PLAN}submit/", phases.submit_view, name="submit"),
    path(f"{PLAN}approve/", phases.approve_view, name="approve"),
    path(f"{PLAN}send-back/", phases.send_back_view, name="send_back"),
    path(f"{PLAN}revise/", phases.revise_view, name="revise"),
    path(f"{PLAN}put-in-library/", phases.put_in_library_view, name="put_in_library"),
    *word_urls,
]
