"""What the pages under test need beyond the demonstration; runs in a process of its server."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db.models import Min

from lessonprep.groups.models import PrepPlan
from lessonprep.plans.actions.making import open_task
from lessonprep.plans.actions.phases import submit
from lessonprep.plans.actions.remarks import settle
from lessonprep.plans.models import LessonPlan, PlanState, Remark
from portal.demo.library import MICROLECTURE
from portal.models import ArticlePage
from resources.library.actions import create_microlecture, submit_for_publication
from resources.library.models import KINDS, Microlecture, Resource
from schools.audience import visible
from schools.models import Membership, Term, User

Addresses = dict[str, str]


def make() -> None:
    """Make it and print the addresses by name."""
    call_command("demo_info", stdout=(said := StringIO()))
    info = json.loads(said.getvalue())
    preparer = User.objects.get(username="preparer")
    found = {**_library(preparer), **_plans(preparer, info), **_portal(info)}
    print(json.dumps(found))  # noqa: T201 - read by the test


def _library(preparer: User) -> Addresses:
    first = Microlecture.objects.get(uuid=MICROLECTURE)
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
    mine = Resource.objects.filter(maker=preparer, live=True).order_by("pk")[0]
    return {
        "review": waiting.get_absolute_url(),
        "waiting": f"/workspace/library/{made[0].uuid}/",
        "draft_resource": f"/workspace/library/{made[1].uuid}/",
        "recommend": f"/workspace/library/{mine.uuid}/recommend/",
        "withdraw": f"/workspace/library/{mine.uuid}/withdraw/",
        "homework": _public(KINDS["tiered_homework"]),
        "exercise": _public(KINDS["class_exercise"]),
    }


def _public(kind: type[Resource]) -> str:
    """A resource of the kind that anyone may read."""
    found = visible(kind.objects.all(), AnonymousUser()).order_by("pk")[0]
    return str(found.get_absolute_url())


def _plans(preparer: User, info: dict[str, Any]) -> Addresses:
    prep_plan = PrepPlan.objects.get(uuid=info["prep_plan"])
    task = prep_plan.tasks.filter(main_preparer=preparer, state=None).order_by("-position")[0]
    drafted = open_task(task=task, by=preparer)
    discussed = LessonPlan.objects.get(uuid=info["plan_in_discussion"])
    oldest = discussed.revisions.aggregate(first=Min("pk"))["first"]
    approved = LessonPlan.objects.get(uuid=info["approved_plan"])
    group = f"/workspace/prep-groups/{prep_plan.prep_group.uuid}/"
    query = f"volume={prep_plan.volume_id}&term={_next_year(prep_plan.term).pk}&periods_per_week=5"
    return {
        "new_plan": f"{group}new-plan/",
        "preview": f"{group}new-plan/?{query}",
        "group": group,
        "meetings": f"{group}meetings/",
        "remind": f"/workspace/prep-plans/{prep_plan.uuid}/remind/",
        "board": f"/workspace/prep-plans/{prep_plan.uuid}/",
        "task": f"/workspace/tasks/{task.uuid}/",
        "plan": discussed.get_absolute_url(),
        "in_review": _in_review(prep_plan).get_absolute_url(),
        "in_first_draft": drafted.get_absolute_url(),
        "draft": f"{drafted.get_absolute_url()}draft/",
        "compare": f"{discussed.get_absolute_url()}compare/?old={oldest}",
        "approved": approved.get_absolute_url(),
        "version": f"{approved.get_absolute_url()}versions/2/",
        "volume": f"/library/{prep_plan.volume.uuid}/",
    }


def _next_year(term: Term) -> Term:
    """The same term a year on, for which nothing is planned yet."""
    later, _made = Term.objects.get_or_create(
        region=term.region,
        year=term.year + 1,
        season=term.season,
        defaults={
            "first_day": term.first_day + timedelta(weeks=52),
            "last_day": term.last_day + timedelta(weeks=52),
        },
    )
    return later


def _in_review(prep_plan: PrepPlan) -> LessonPlan:
    """The plan that waits for approval, brought there where none does."""
    plans = LessonPlan.objects.filter(state__task__prep_plan=prep_plan)
    if waiting := plans.filter(state__phase=PlanState.Phase.IN_REVIEW).first():
        return waiting
    revised = plans.filter(state__phase=PlanState.Phase.REVISION).order_by("pk")[0]
    main = revised.state.task.main_preparer
    assert main is not None
    for point in Remark.objects.filter(
        plan=revised, kind=Remark.Kind.POINT, settled_at__isnull=True
    ):
        settle(plan=revised, point=point, settlement="已改", by=main)
    submit(plan=revised, by=main)
    return revised


def _portal(info: dict[str, Any]) -> Addresses:
    return {
        "article": str(ArticlePage.objects.live()[0].url),
        "list": info["recommended_list"],
    }
