"""What the pages under test need beyond the demonstration; runs in a process of its server."""

from __future__ import annotations

import json

from django.db.models import Min

from lessonprep.groups.models import PrepPlan
from lessonprep.plans.actions.making import open_task
from lessonprep.plans.actions.phases import submit
from lessonprep.plans.actions.remarks import settle
from lessonprep.plans.models import LessonPlan, Remark
from portal.models import ArticlePage
from resources.library.actions import create_microlecture, submit_for_publication
from resources.library.models import Microlecture
from schools.models import Membership, User

Addresses = dict[str, str]


def make() -> None:
    """Make it and print the addresses by name."""
    preparer = User.objects.get(username="preparer")
    found = {**_library(preparer), **_plans(preparer), **_portal()}
    print(json.dumps(found))  # noqa: T201 - read by the test


def _library(preparer: User) -> Addresses:
    first = Microlecture.objects.get()
    made = [
        create_microlecture(
            school=Membership.objects.get(user=preparer).school,
            by=preparer,
            title=title,
            description={"subject": "chinese", "grade": 7, "summary": "先听后读。"},
            content={"body": "<p>先听一遍，再照着读。</p>"},
            video=first.video,
        )
        for title in ("《济南的冬天》里的“温晴”", "朗读的轻重缓急")
    ]
    waiting = submit_for_publication(made[0], by=preparer, revision_id=made[0].latest_revision_id)
    assert waiting is not None
    return {
        "review": waiting.get_absolute_url(),
        "waiting": f"/workspace/library/{made[0].uuid}/",
        "draft_resource": f"/workspace/library/{made[1].uuid}/",
        "recommend": f"/workspace/library/{first.uuid}/recommend/",
        "withdraw": f"/workspace/library/{first.uuid}/withdraw/",
    }


def _plans(preparer: User) -> Addresses:
    prep_plan = PrepPlan.objects.get()
    task = prep_plan.tasks.filter(main_preparer=preparer).order_by("-position")[0]
    drafted = open_task(task=task, by=preparer)
    revised = LessonPlan.objects.get(title="雨的四季")
    main = revised.state.task.main_preparer
    assert main is not None
    for point in Remark.objects.filter(
        plan=revised, kind=Remark.Kind.POINT, settled_at__isnull=True
    ):
        settle(plan=revised, point=point, settlement="已改", by=main)
    submit(plan=revised, by=main)
    discussed = LessonPlan.objects.get(title="济南的冬天")
    oldest = discussed.revisions.aggregate(first=Min("pk"))["first"]
    approved = LessonPlan.objects.get(title="春")
    query = f"volume={prep_plan.volume_id}&term={prep_plan.term_id}&periods_per_week=5"
    return {
        "new_plan": f"/workspace/prep-groups/{prep_plan.prep_group.uuid}/new-plan/",
        "preview": f"/workspace/prep-groups/{prep_plan.prep_group.uuid}/new-plan/?{query}",
        "group": f"/workspace/prep-groups/{prep_plan.prep_group.uuid}/",
        "board": f"/workspace/prep-plans/{prep_plan.uuid}/",
        "task": f"/workspace/tasks/{task.uuid}/",
        "plan": discussed.get_absolute_url(),
        "in_review": revised.get_absolute_url(),
        "in_first_draft": drafted.get_absolute_url(),
        "draft": f"{drafted.get_absolute_url()}draft/",
        "compare": f"{discussed.get_absolute_url()}compare/?old={oldest}",
        "approved": approved.get_absolute_url(),
        "version": f"{approved.get_absolute_url()}versions/2/",
        "volume": f"/library/{prep_plan.volume.uuid}/",
    }


def _portal() -> Addresses:
    return {"article": str(ArticlePage.objects.live()[0].url)}
