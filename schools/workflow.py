"""Wagtail's workflow as the gate from a draft to live content (定稿, 入库)."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page, TaskState, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from schools.models import RoleReviewTask, User
from schools.tree import home


class StaleReview(Exception):
    """The page has been saved since the reviewer saw it, or was decided on already."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.title)
        self.page = page


def the_workflow(root: Page) -> Workflow:
    """The one workflow, attached to `root` once."""
    workflow, made = Workflow.objects.get_or_create(name="Gongbei")
    if made:
        task = RoleReviewTask.objects.create(name="Review by role")
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.get_or_create(page=root, defaults={"workflow": workflow})
    return workflow


@transaction.atomic
def start_review(page: Page, *, by: User) -> WorkflowState:
    """Put the page's latest revision before its reviewers, again if they had sent it back."""
    sent_back = page.current_workflow_state
    if sent_back is not None and sent_back.status == WorkflowState.STATUS_NEEDS_CHANGES:
        sent_back.resume(user=by)
        return sent_back
    workflow = page.get_workflow() or the_workflow(home())
    return workflow.start(page, by)


def open_review(page: Page, revision_id: int | None) -> TaskState:
    """The open task of `page`, if it is still about the revision that the reviewer saw.

    Raises `StaleReview` otherwise. Call it in a transaction, with the page row locked.
    """
    state = page.current_workflow_task_state
    if state is None or state.revision_id != revision_id or page.latest_revision_id != revision_id:
        raise StaleReview(page)
    return state
