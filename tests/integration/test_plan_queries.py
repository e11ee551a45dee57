"""The pages of co-preparation cost the same number of queries, however long the term."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessonprep.groups.actions import add_member
from lessonprep.plans.actions import phases
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.remarks import remark
from lessonprep.plans.models import LessonPlan
from schools.models import User
from tests.conftest import ClientOf
from tests.factories import people
from tests.factories.lessonprep import World, world, write_draft

pytestmark = pytest.mark.django_db

MOST = {
    "day": 34,
    "list": 22,
    "group": 22,
    "board": 22,
    "plan": 33,  # one of them asks for the room in which it is written together
    "edit": 24,
    "drafts": 26,
    "history": 24,
}


def _discussed(w: World, drafts: int, remarks: int) -> LessonPlan:
    plan = w.plan()
    writers = [w.preparer, w.receiver]
    for _ in range(drafts - 2):
        teacher = people.teacher(w.lead)
        add_member(prep_group=w.prep_group, user=teacher, school=w.lead, by=None)
        writers.append(teacher)
    for number, writer in enumerate(writers):
        write_draft(plan, writer, objectives=f"<p>目标{number}</p>")
    phases.hand_over(plan=plan, by=w.preparer)
    plan = LessonPlan.objects.get(pk=plan.pk)
    section = UUID(text_of(plan)[0]["id"])
    for number in range(remarks):
        remark(plan=plan, section_id=section, text=f"意见{number}", by=w.receiver, token=uuid4())
    return plan


def _addresses(w: World, plan: LessonPlan) -> dict[str, str]:
    return {
        "day": reverse("workspace:day"),
        "list": reverse("groups:list"),
        "group": reverse("groups:group", args=[w.prep_group.uuid]),
        "board": reverse("plans:board", args=[w.prep_plan.uuid]),
        **{
            name: reverse(f"plans:{name}", args=[plan.uuid])
            for name in ("plan", "edit", "drafts", "history")
        },
    }


def _counts(client_of: ClientOf, user: User, addresses: dict[str, str]) -> dict[str, int]:
    client = client_of(user)
    client.get(addresses["day"])
    counts = {}
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts[name] = len(queries)
    return counts


@pytest.mark.parametrize("who", ["preparer", "leader"])
def test_pages_cost_the_same_for_few_rows_and_for_many(client_of: ClientOf, who: str) -> None:
    few, many = world(lessons=2), world(lessons=12)
    small = _discussed(few, drafts=2, remarks=1)
    large = _discussed(many, drafts=6, remarks=9)

    for_few = _counts(client_of, getattr(few, who), _addresses(few, small))
    for_many = _counts(client_of, getattr(many, who), _addresses(many, large))

    assert for_many == for_few
    assert {name: for_many[name] for name in MOST if for_many[name] > MOST[name]} == {}
