"""What somebody had typed when they lost the right to is theirs to find and copy."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from lessonprep.coediting.actions import open_room
from lessonprep.coediting.document import bring_to
from lessonprep.coediting.models import KeptWriting
from lessonprep.coediting.store import document_of, keep_writing, load
from lessonprep.groups.actions.members import end_membership
from lessonprep.groups.models import PrepGroupMember
from lessonprep.plans.actions import phases
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.models import LessonPlan
from schools.models import User
from tests.conftest import ClientOf
from tests.factories.lessonprep import World, world, write_draft

pytestmark = pytest.mark.django_db


def typed(plan: LessonPlan, html: str) -> list[bytes]:
    """The updates of an editor in which the first section was made to read so."""
    doc = document_of(load(open_room(plan=plan)))
    changes: list[bytes] = []
    heard = doc.observe(lambda event: changes.append(event.update))
    sections = text_of(plan)
    sections[0]["value"]["body"] = html
    bring_to(doc, sections)
    doc.unobserve(heard)
    return changes


def kept(plan: LessonPlan, user: User, updates: list[bytes]) -> KeptWriting:
    room = open_room(plan=plan)
    made = keep_writing(room=room.pk, user=user.pk, seq=room.seq, updates=updates, why="phase")
    assert made is not None
    return made


@pytest.fixture
def w() -> World:
    return world(lessons=1)


@pytest.fixture
def plan(w: World) -> LessonPlan:
    made = w.plan()
    write_draft(made, w.preparer, objectives="<p>春天来了。</p>", homework="<p>抄写。</p>")
    phases.hand_over(plan=made, by=w.preparer)
    return LessonPlan.objects.select_related("state__task").get(pk=made.pk)


def test_the_words_stand_on_the_day_page_and_their_own_page(
    plan: LessonPlan, w: World, client_of: ClientOf
) -> None:
    one = kept(plan, w.receiver, typed(plan, "<p>春天来了，花开了。</p><p>又一段。</p>"))
    client = client_of(w.receiver)

    page = client.get(reverse("coediting:kept", args=[one.uuid])).content.decode()
    day = client.get(reverse("workspace:day")).content.decode()

    assert "，花开了" in page
    assert "又一段。" in page
    assert "春天来了" not in page
    assert "教学目标" in page
    assert reverse("coediting:kept", args=[one.uuid]) in day

    client.post(reverse("coediting:put_away", args=[one.uuid]))

    assert (
        reverse("coediting:kept", args=[one.uuid])
        not in client.get(reverse("workspace:day")).content.decode()
    )
    assert plan.title in client.get(reverse("coediting:kept_list")).content.decode()


def test_one_who_was_put_out_of_the_group_sees_own_words_and_nothing_of_the_plan(
    plan: LessonPlan, w: World, client_of: ClientOf
) -> None:
    one = kept(plan, w.receiver, typed(plan, "<p>春天来了，花开了。</p>"))
    end_membership(member=PrepGroupMember.objects.get(user=w.receiver), by=w.leader)

    page = client_of(w.receiver).get(reverse("coediting:kept", args=[one.uuid])).content.decode()

    assert "，花开了" in page
    assert "春天来了" not in page
    assert "教学目标" not in page


def test_others_do_not_see_it(plan: LessonPlan, w: World, client_of: ClientOf) -> None:
    one = kept(plan, w.receiver, typed(plan, "<p>我的。</p>"))

    for other in (w.leader, w.preparer):
        assert client_of(other).get(reverse("coediting:kept", args=[one.uuid])).status_code == 404


@pytest.mark.parametrize("hostile", [b"\x00\x00", b"\xff\xff\xff\xff\x07", b"not an update"])
def test_kept_bytes_that_are_no_update_are_a_page_and_no_fault(
    plan: LessonPlan, w: World, client_of: ClientOf, hostile: bytes
) -> None:
    one = kept(plan, w.receiver, [hostile])

    assert client_of(w.receiver).get(reverse("coediting:kept", args=[one.uuid])).status_code == 200


def test_words_in_nodes_that_nobody_knows_are_shown_as_they_came(
    plan: LessonPlan, w: World, client_of: ClientOf
) -> None:
    other: Doc[Any] = Doc()
    other.get("elsewhere", type=XmlFragment).children.append(
        XmlElement("widget", {}, [XmlText("写了很多")])
    )
    one = kept(plan, w.receiver, [bytes(other.get_update())])

    page = client_of(w.receiver).get(reverse("coediting:kept", args=[one.uuid]))

    assert "写了很多" in page.content.decode()
