"""Double, stale, forged: what is sent twice at once, too late, or with fields that no form has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from lessonprep.plans.actions import phases
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.editing import save_section
from lessonprep.plans.actions.making import open_task
from lessonprep.plans.models import LessonPlan, PlanState
from lessonprep.plans.sections import section_hash
from lessonprep.versions.models import PlanVersion
from resources.library.models import LessonPlanEdition, Resource, Shelf, Submission
from schools.audience import Side, audience_of
from schools.models import AuditEntry, User
from schools.workflow import StaleReview
from tests.contract.doors import DOORS, STRANGER, Door
from tests.contract.snapshots import Snapshot
from tests.factories import library
from tests.factories.doors import Ground, Phase, ground

pytestmark = pytest.mark.django_db(transaction=True)
WRITTEN = [door for door in DOORS if door.method == "POST" and door.allowed != STRANGER]
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def made(
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Snapshot]:
    """A database with the whole county in it; and what is there."""
    with django_db_blocker.unblock():
        snapshot = Snapshot(tmp_path_factory.mktemp("county"), ground)
        yield snapshot
        snapshot.drop()


Fresh = Callable[[], Any]


@pytest.fixture
def fresh(made: Snapshot, tmp_path: Path, transactional_db: None) -> Fresh:
    """`with fresh() as g`: the county as it was made, in a database for several writers."""

    @contextmanager
    def county() -> Iterator[Ground]:
        with made.standing(tmp_path):
            there = made.there
            # Rights that an earlier request has read are forgotten.
            there.cast = {role: library.again(user) for role, user in there.cast.items()}
            yield there

    return county


@pytest.fixture
def g(fresh: Fresh) -> Iterator[Ground]:
    """The county, once."""
    with fresh() as there:
        yield there


def _browser(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def at_once(*sendings: Callable[[], Any]) -> list[Any]:
    """Do all of these at the same moment, each with a connection of its own."""
    together = Barrier(len(sendings))

    def send(sending: Callable[[], Any]) -> Any:
        try:
            together.wait(timeout=60)
            return sending()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(sendings)) as pool:
        return list(pool.map(send, sendings))


# sent twice


ASIDE = {
    "schools_session",
    "django_tasks_db_dbtaskresult",
    "axes_accessattempt",
    "axes_accessfailurelog",
}
"""Who is signed in, what the worker is asked, and that the second of two clicks came with the
password of before, are no state of the product."""


def state_of() -> dict[str, Any]:
    """How many rows each table has, what the audit log says, where everything stands."""
    models = [model for model in apps.get_models() if model._meta.db_table not in ASIDE]
    return {
        **{model._meta.db_table: model._default_manager.count() for model in models},
        "audit": list(AuditEntry.objects.order_by("pk").values_list("action", "target_id")),
        "phases": list(PlanState.objects.order_by("pk").values_list("pk", "phase")),
        "asked": list(Submission.objects.order_by("pk").values_list("pk", "state")),
        "open": Shelf.objects.open().count(),
        "live": list(Page.objects.filter(live=True).order_by("pk").values_list("pk", flat=True)),
    }


def _masked(state: dict[str, Any]) -> dict[str, Any]:
    """Without the uuids of what was just made, which differ from time to time."""
    return {**state, "audit": [action for action, _target in state["audit"]]}


@pytest.mark.postgres
@pytest.mark.parametrize("door", WRITTEN, ids=str)
def test_a_form_sent_twice_at_once_ends_as_if_it_were_sent_once(fresh: Fresh, door: Door) -> None:
    with fresh() as g:
        alone = _browser(g.cast[door.allowed]).post(door.url(g), door.form(g))
        once = state_of()

    with fresh() as g:
        address, form = door.url(g), door.form(g)
        first, second = Client(raise_request_exception=False), _browser(g.cast[door.allowed])
        first.cookies = second.cookies
        answers = at_once(*(lambda c=c: c.post(address, form) for c in (first, second)))
        twice = state_of()

    assert alone.status_code in door.answers
    assert {answer.status_code for answer in answers} <= {200, 204, 302, 400, 404, 409}
    assert _masked(twice) == _masked(once)


def _new_prep_plan(g: Ground) -> tuple[User, str, Mapping[str, Any]]:
    from resources.catalogue.queries import lessons_of
    from tests.factories.catalogue import make_volume

    volume = make_volume()
    form: dict[str, Any] = {
        "volume": volume.pk,
        "term": g.world.prep_plan.term_id,
        "periods_per_week": 5,
        "op": "create",
    }
    for lesson in lessons_of(volume):
        form |= {f"periods-{lesson.pk}": 1, f"preparer-{lesson.pk}": g.world.preparer.pk}
    return g.world.leader, reverse("groups:new_plan", args=[g.world.prep_group.uuid]), form


@pytest.mark.postgres
def test_a_task_list_made_twice_at_once_is_one(g: Ground) -> None:
    user, address, form = _new_prep_plan(g)
    before = g.world.prep_group.prep_plans.count()

    answers = at_once(*(lambda: _browser(user).post(address, form) for _ in range(2)))

    assert {answer.status_code for answer in answers} == {302}
    assert g.world.prep_group.prep_plans.count() == before + 1
    assert AuditEntry.objects.filter(action="prep_plan.created").count() == before + 1
    assert len({answer["Location"] for answer in answers}) == 1


# two writers


@pytest.mark.postgres
def test_of_two_browsers_that_save_one_section_one_is_saved_and_one_sees_both_texts(
    g: Ground,
) -> None:
    section = g.section("discussion")
    address = reverse("plans:save_section", args=[g.plans["discussion"].uuid, section["id"]])
    texts = {"preparer": "背诵第一段", "member": "听读第二段"}

    def save(role: str) -> Callable[[], HttpResponse]:
        client = _browser(g.cast[role])
        form = {"base": section_hash(section), "body": f"<p>{texts[role]}</p>"}
        return lambda: client.post(address, form, headers=JSON)  # type: ignore[return-value]

    answers = dict(zip(texts, at_once(*map(save, texts)), strict=True))

    assert sorted(answer.status_code for answer in answers.values()) == [200, 409]
    won = next(role for role, answer in answers.items() if answer.status_code == 200)
    refused = next(answer for answer in answers.values() if answer.status_code == 409)
    assert refused.json()["theirs"]["body"] == f"<p>{texts[won]}</p>"
    assert refused.json()["by"] == g.cast[won].name
    assert g.section("discussion")["value"]["body"] == f"<p>{texts[won]}</p>"


def test_the_plain_form_gives_both_texts_back(g: Ground) -> None:
    section = g.section("discussion")
    address = reverse("plans:save_section", args=[g.plans["discussion"].uuid, section["id"]])
    form = {"base": section_hash(section)}
    _browser(g.cast["preparer"]).post(address, {**form, "body_text": "背诵第一段"})

    answer = _browser(g.cast["member"]).post(address, {**form, "body_text": "听读第二段"})

    assert answer.status_code == 409
    assert "背诵第一段" in answer.content.decode()
    assert "听读第二段" in answer.content.decode()
    assert g.section("discussion")["value"]["body"] == "<p>背诵第一段</p>"


@pytest.mark.postgres
def test_two_in_different_sections_at_once_are_both_saved(g: Ground) -> None:
    uuid = g.plans["discussion"].uuid

    def save(role: str, key: str) -> Callable[[], HttpResponse]:
        section, client = g.section("discussion", key), _browser(g.cast[role])
        address = reverse("plans:save_section", args=[uuid, section["id"]])
        form = {"base": section_hash(section), "body": f"<p>{key} {role}</p>"}
        return lambda: client.post(address, form, headers=JSON)  # type: ignore[return-value]

    answers = at_once(save("preparer", "homework"), save("member", "learners"))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert g.section("discussion", "homework")["value"]["body"] == "<p>homework preparer</p>"
    assert g.section("discussion", "learners")["value"]["body"] == "<p>learners member</p>"


# the tree


@pytest.mark.postgres
def test_two_tasks_opened_at_once_leave_a_healthy_tree(g: Ground) -> None:
    from lessonprep.groups.models import PrepTask

    PrepTask.objects.filter(state__isnull=True).delete()
    user, address, form = _new_prep_plan(g)
    _browser(user).post(address, form)
    tasks = list(PrepTask.objects.filter(state__isnull=True))
    assert len(tasks) == 2

    plans = at_once(*(partial(open_task, task=task, by=g.world.preparer) for task in tasks))

    assert len({plan.path for plan in plans}) == 2
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.postgres
def test_one_task_opened_twice_at_once_has_one_plan(g: Ground) -> None:
    from lessonprep.groups.models import PrepTask

    user, address, form = _new_prep_plan(g)
    _browser(user).post(address, form)
    task = PrepTask.objects.filter(state__isnull=True)[0]

    plans = at_once(*(lambda: open_task(task=task, by=g.world.preparer) for _ in range(2)))

    assert plans[0].pk == plans[1].pk
    assert Page.find_problems() == ([], [], [], [], [])


@pytest.mark.postgres
def test_microlectures_made_at_once_under_one_school_leave_a_healthy_tree(g: Ground) -> None:
    makers = [g.cast[role] for role in ("preparer", "leader", "deputy", "colleague")]
    before = Resource.objects.count()

    def make(maker: User) -> Callable[[], HttpResponse]:
        client = _browser(maker)
        form = {"title": f"微课 {maker.name}", "token": uuid4()}
        return lambda: client.post(reverse("library:make", args=["microlecture"]), form)  # type: ignore[return-value]

    answers = at_once(*map(make, makers))

    assert [answer.status_code for answer in answers] == [302] * 4
    assert Resource.objects.count() == before + 4
    assert Page.find_problems() == ([], [], [], [], [])


# forged


def _forged(g: Ground) -> dict[str, Any]:
    """Fields that would give away or lift something, were they read."""
    return {
        "school": g.elsewhere.pk,
        "school_id": g.elsewhere.pk,
        "owner": g.cast["elsewhere"].pk,
        "owner_id": g.cast["elsewhere"].pk,
        "maker": g.cast["elsewhere"].pk,
        "maker_id": g.cast["elsewhere"].pk,
        "user": g.cast["elsewhere"].pk,
        "author": g.cast["elsewhere"].pk,
        "asked_by": g.cast["elsewhere"].pk,
        "reviewer": g.cast["elsewhere"].pk,
        "by": g.cast["elsewhere"].pk,
        "phase": "approved",
        "state": "accepted",
        "scope": "public",
        "to_scope": "public",
        "audience": "public",
        "tokens": "public",
        "live": "on",
        "slug": "forged",
        "path": "00010001",
        "uuid": str(g.resources["public"].uuid),
        "pk": g.plans["approved"].pk,
        "id": g.plans["approved"].pk,
        "prep_group": 10**6,
        "prep_plan": 10**6,
        "role": "leader",
        "is_superuser": "on",
        "frozen_at": "2020-01-01",
        "handed_in_at": "2020-01-01",
        "settled_by": g.cast["elsewhere"].pk,
        "kind": "point",
        "source_hash": "0",
        "content_hash": "0",
        "number": 99,
    }


def _everything() -> dict[str, list[tuple[Any, ...]]]:
    """What belongs to whom, where it stands and who may see it: what no form may set."""
    from lessonprep.plans.models import FirstDraft, Remark
    from schools.models import AudienceToken, Membership, RoleGrant

    def rows(queryset: Any, *fields: str) -> list[tuple[Any, ...]]:
        return sorted(queryset.values_list(*fields), key=repr)

    return {
        "resources": rows(
            Resource.objects, "draft_title", "school", "maker", "owner", "live", "source_id"
        ),
        "editions": rows(LessonPlanEdition.objects, "pk", "source_number", "source_hash"),
        "plans": rows(LessonPlan.objects, "uuid", "owner", "live", "path", "slug"),
        "phases": rows(PlanState.objects, "plan", "task", "phase"),
        "drafts": rows(FirstDraft.objects, "plan", "author", "handed_in_at", "frozen_at"),
        "remarks": rows(Remark.objects, "plan", "author", "kind", "text", "settled_by"),
        "versions": rows(PlanVersion.objects, "plan", "number", "reason", "content_hash"),
        "asked": rows(Submission.objects, "purpose", "level", "state", "asked_by", "reviewer"),
        "shelves": rows(Shelf.objects, "level", "school", "region", "placed_by", "removed_by"),
        "tokens": rows(AudienceToken.objects, "page", "side", "token"),
        "users": rows(User.objects, "pk", "username", "is_superuser", "is_active"),
        "roles": rows(RoleGrant.objects, "user", "role", "school", "region"),
        "members": rows(Membership.objects, "user", "school"),
        "groups": rows(apps.get_model("groups.PrepGroupMember").objects, "user", "role"),
        "audit": rows(AuditEntry.objects, "actor", "action", "target_name"),
    }


def _rough(everything: dict[str, list[tuple[Any, ...]]]) -> dict[str, Any]:
    """Moments and new uuids differ between two runs; that something is set does not."""
    from datetime import datetime
    from uuid import UUID

    def plain(value: Any) -> Any:
        return type(value).__name__ if isinstance(value, datetime | UUID) else value

    return {
        name: sorted((tuple(map(plain, row)) for row in found), key=repr)
        for name, found in everything.items()
    }


@pytest.mark.parametrize("door", WRITTEN, ids=str)
def test_forged_fields_change_nothing(fresh: Fresh, door: Door) -> None:
    with fresh() as g:
        honest = _browser(g.cast[door.allowed]).post(door.url(g), door.form(g))
        expected = _rough(_everything())

    with fresh() as g:
        form = {**_forged(g), **door.form(g)}
        forged = _browser(g.cast[door.allowed]).post(door.url(g), form)
        found = _rough(_everything())

    assert forged.status_code == honest.status_code
    for name, rows in expected.items():
        assert found[name] == rows, name


def test_anothers_things_in_a_form_are_refused(g: Ground) -> None:
    leader, preparer = _browser(g.cast["leader"]), _browser(g.cast["preparer"])
    task = g.world.task(0)
    before = AuditEntry.objects.count()

    day = task.teaching_day.isoformat()
    at_task = reverse("groups:task", args=[task.uuid])
    answers = [
        leader.post(at_task, {"teaching_day": day, "main_preparer": g.cast["colleague"].pk}),
        preparer.post(
            reverse("library:recommend", args=[g.resources["school"].uuid]),
            {
                "place": f"county:{g.elsewhere.region_id}",
                "revision": g.resource("school").live_revision_id,
            },
        ),
        preparer.post(
            reverse("library:submit", args=[g.resources["draft"].uuid]),
            {"revision": g.resource("public").live_revision_id},
        ),
        preparer.post(
            reverse("library:call_back", args=[g.resources["draft"].uuid]),
            {"submission": g.submissions["publish"].uuid},
        ),
        _browser(g.cast["region_editor"]).post(
            reverse("library:take_down", args=[g.resources["county"].uuid]),
            {"level": "school", "reason": "越权"},
        ),
    ]

    assert {answer.status_code for answer in answers} <= {200, 302, 400}
    assert AuditEntry.objects.count() == before
    assert g.world.task(0).main_preparer == g.cast["preparer"]


def test_a_token_of_anothers_resource_makes_a_new_one(g: Ground) -> None:
    theirs = g.resources["public"]
    form = {"title": "抢来的", "token": theirs.uuid}

    answer = _browser(g.cast["colleague"]).post(
        reverse("library:make", args=["microlecture"]), form
    )

    assert answer.status_code == 302
    assert str(theirs.uuid) not in answer["Location"]
    assert g.resource("public").title == "公开教案"
    assert Resource.objects.get(draft_title="抢来的").maker == g.cast["colleague"]


# stale


def _write(g: Ground, phase: str, words: str) -> None:
    section = g.section(phase)
    save_section(
        plan=g.plan(phase),
        section_id=section["id"],
        posted={"body": f"<p>{words}</p>"},
        base=section_hash(section),
        by=g.world.preparer,
    )


def test_what_was_asked_for_the_first_text_does_not_approve_the_second(g: Ground) -> None:
    plan = g.plan("in_review")
    first = plan.latest_revision_id or 0
    leader = _browser(g.world.leader)
    form = {"revision": first}
    phases.send_back(plan=plan, revision_id=first, reason="缺学情", by=g.world.leader)
    _write(g, "in_review", "补上学情")
    phases.submit(plan=plan, by=g.world.preparer)
    before = AuditEntry.objects.count()

    leader.post(reverse("plans:approve", args=[plan.uuid]), form)
    leader.post(reverse("plans:send_back", args=[plan.uuid]), {**form, "reason": "旧"})

    after = g.plan("in_review")
    assert after.state.phase == Phase.IN_REVIEW
    assert not after.live
    assert AuditEntry.objects.count() == before
    with pytest.raises(StaleReview):
        phases.approve(plan=after, revision_id=first, by=g.world.leader)


def test_the_approved_text_stays_live_until_the_next_one_is_approved(g: Ground) -> None:
    plan = g.plan("approved")
    live = plan.live_revision_id
    phases.revise(plan=plan, by=g.world.preparer)
    _write(g, "approved", "第二版")
    leader = _browser(g.world.leader)

    leader.post(reverse("plans:approve", args=[plan.uuid]), {"revision": live})
    phases.submit(plan=plan, by=g.world.preparer)
    leader.post(reverse("plans:approve", args=[plan.uuid]), {"revision": live})

    after = g.plan("approved")
    assert after.live_revision_id == live
    assert after.state.phase == Phase.IN_REVIEW
    assert "第二版" not in str(after.sections.get_prep_value())
    assert "第二版" in str(text_of(after))


def test_a_request_for_the_first_edition_does_not_publish_the_second(g: Ground) -> None:
    made = g.resource("in_review")
    asked = g.submissions["publish"]
    librarian = _browser(g.cast["librarian"])
    form = {"decision": "pass", "checks": library.ALL_CHECKS, "revision": asked.revision_id}
    _browser(made.maker).post(
        reverse("library:call_back", args=[made.uuid]), {"submission": asked.uuid}
    )
    second = library.revised(made, "第二版")
    again = library.submitted(second)

    old = librarian.post(asked.get_absolute_url(), form)
    new = librarian.post(again.get_absolute_url(), form)

    after = g.resource("in_review")
    assert old.status_code in {302, 404}
    assert new.status_code == 302
    assert not after.live
    assert Submission.objects.get(pk=again.pk).state == Submission.State.WAITING
    assert audience_of(after, Side.LIVE) == {f"user:{made.maker_id}"}


def test_a_recommendation_of_the_first_text_does_not_raise_the_second(g: Ground) -> None:
    made = g.resource("rising")
    asked = g.submissions["rise"]
    form = {"decision": "pass", "checks": library.ALL_CHECKS, "revision": asked.revision_id}
    second = library.published(library.revised(made, "第二版"))

    _browser(g.cast["region_editor"]).post(asked.get_absolute_url(), form)

    assert second.live_revision_id != asked.revision_id
    assert Submission.objects.get(pk=asked.pk).state == Submission.State.STALE
    assert {shelf.level for shelf in Shelf.objects.open().filter(resource=made.pk)} == {"school"}


@pytest.mark.postgres
def test_approving_at_once_with_withdrawing_ends_in_one_of_the_two(g: Ground) -> None:
    asked = g.submissions["publish"]
    made = g.resource("in_review")
    form = {"decision": "pass", "checks": library.ALL_CHECKS, "revision": asked.revision_id}
    librarian, maker = _browser(g.cast["librarian"]), _browser(made.maker)

    at_once(
        lambda: librarian.post(asked.get_absolute_url(), form),
        lambda: maker.post(
            reverse("library:call_back", args=[made.uuid]), {"submission": asked.uuid}
        ),
    )

    after, state = g.resource("in_review"), Submission.objects.get(pk=asked.pk).state
    assert (after.live, state) in {
        (True, Submission.State.ACCEPTED),
        (False, Submission.State.WITHDRAWN),
    }
