"""Moving cards of the board: by menu, by form, by drop; a phase only through its action."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from lessonprep.groups.actions.tasks import (
    DaysOutOfOrder,
    HasPlan,
    StaleTask,
    add_task,
    assign_in_turn,
    bring_back_task,
    change_task,
    days_of,
    not_begun_from,
    place_task,
    remove_task,
    shift_preview,
    shift_tasks,
    state_of,
    state_of_all,
)
from lessonprep.groups.models import PrepTask
from lessonprep.groups.queries import tasks_of
from lessonprep.groups.scheduling import Days
from lessonprep.plans.models import PlanState
from lessonprep.plans.views.board import day_in_week, step_to, weeks_of
from schools.models import AuditEntry, Notification, User
from tests.conftest import ClientOf
from tests.factories import people
from tests.factories.doors import plan_in
from tests.factories.lessonprep import World, world

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Phase = PlanState.Phase


@pytest.fixture
def w() -> World:
    return world(lessons=4)


def _again(task: PrepTask) -> PrepTask:
    found: PrepTask = PrepTask.objects.get(pk=task.pk)
    return found


def _titles(w: World) -> list[str]:
    return [task.chapter.title for task in tasks_of(w.prep_plan)]


# one task


def test_dues_that_nobody_touched_move_with_the_teaching_day(w: World) -> None:
    task = w.task()
    day = task.teaching_day + timedelta(days=7)

    change_task(task=task, teaching_day=day, main_preparer=w.preparer, by=w.leader)

    assert _again(task).draft_due > task.draft_due
    assert days_of(_again(task)).in_order()


def test_days_out_of_order_are_refused_and_nothing_is_written(w: World) -> None:
    task = w.task()
    wrong = Days(task.teaching_day, task.approval_due, task.draft_due, task.approval_due)

    with pytest.raises(DaysOutOfOrder):
        change_task(
            task=task,
            teaching_day=task.teaching_day,
            main_preparer=None,
            days=wrong,
            by=w.leader,
        )

    assert days_of(_again(task)) == days_of(task)


def test_a_form_opened_before_anothers_change_undoes_nothing(w: World) -> None:
    task = w.task()
    seen = state_of(task)
    day = task.teaching_day + timedelta(days=3)
    change_task(task=task, teaching_day=day, main_preparer=w.preparer, by=w.leader)

    with pytest.raises(StaleTask):
        change_task(task=task, teaching_day=day, main_preparer=w.deputy, base=seen, by=w.deputy)

    assert _again(task).main_preparer == w.preparer


def test_the_task_form_says_which_day_is_out_of_order(w: World, client_of: ClientOf) -> None:
    task = w.task()
    form = {
        "teaching_day": task.teaching_day.isoformat(),
        "draft_due": task.teaching_day.isoformat(),
        "discussion_due": task.discussion_due.isoformat(),
        "approval_due": task.approval_due.isoformat(),
        "class_mode": "delivery",
        "class_form": "live",
    }

    answer = client_of(w.leader).post("/en" + reverse("groups:task", args=[task.uuid]), form)

    assert answer.status_code == 400
    assert "this must not be later" in answer.content.decode()
    assert _again(task).class_mode == "in_person"


@pytest.mark.parametrize(
    ("mode", "form", "status"),
    [
        ("in_person", "", 302),
        ("delivery", "live", 302),
        ("master", "", 302),
        ("in_person", "live", 400),
        ("online", "nonsense", 400),
        ("nonsense", "", 400),
    ],
)
def test_class_mode_and_form_fit_together(
    w: World, client_of: ClientOf, mode: str, form: str, status: int
) -> None:
    task = w.task()
    day = task.teaching_day.isoformat()

    answer = client_of(w.leader).post(
        reverse("groups:task", args=[task.uuid]),
        {"teaching_day": day, "class_mode": mode, "class_form": form},
    )

    assert answer.status_code == status
    assert (_again(task).class_mode == mode) is (status == 302 or mode == "in_person")


def test_a_stale_task_form_keeps_what_was_typed(w: World, client_of: ClientOf) -> None:
    task = w.task()
    seen = state_of(task)
    change_task(task=task, teaching_day=task.teaching_day, main_preparer=w.deputy, by=w.leader)
    form = {"teaching_day": task.teaching_day.isoformat(), "periods": 3, "base": seen}

    answer = client_of(w.leader).post("/en" + reverse("groups:task", args=[task.uuid]), form)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="3"' in page
    assert w.deputy.name in page
    assert _again(task).periods == 1


# all from here on


def test_everything_from_a_lesson_on_moves_after_a_preview(w: World, client_of: ClientOf) -> None:
    first, client = w.task(1), client_of(w.leader)
    address = reverse("groups:shift", args=[w.prep_plan.uuid])
    asked = {"first": str(first.uuid), "teaching_days": "2"}
    before = [task.teaching_day for task in tasks_of(w.prep_plan)]

    preview = client.get(address, asked)
    base = preview.context["base"]
    same = [task.teaching_day for task in tasks_of(w.prep_plan)]
    done = client.post(address, {**asked, "base": base})
    twice = client.post(address, {**asked, "base": base})

    after = [task.teaching_day for task in tasks_of(w.prep_plan)]
    assert same == before
    assert done.status_code == 302
    assert twice.status_code == 409
    assert after[0] == before[0]
    assert all(now > then for now, then in zip(after[1:], before[1:], strict=True))
    assert len(set(after)) == len(after)


def test_a_shift_out_of_the_term_says_where_it_ends(w: World, client_of: ClientOf) -> None:
    address = "/en" + reverse("groups:shift", args=[w.prep_plan.uuid])

    answer = client_of(w.leader).get(address, {"first": str(w.task().uuid), "teaching_days": "-60"})

    assert answer.status_code == 400
    assert "outside the term" in answer.content.decode()


@pytest.mark.parametrize("days", ["", "0", "61", "x", "1e9", "٣" * 30])
def test_nonsense_in_the_shift_is_refused(w: World, client_of: ClientOf, days: str) -> None:
    address = reverse("groups:shift", args=[w.prep_plan.uuid])

    answer = client_of(w.leader).get(address, {"first": str(w.task().uuid), "teaching_days": days})

    assert answer.status_code == 400


def test_each_preparer_is_told_once_of_a_shift(w: World) -> None:
    first = w.task()
    preview = shift_preview(w.prep_plan, first, 1)
    base = state_of_all([task for task, _days in preview])

    shift_tasks(prep_plan=w.prep_plan, first=first, teaching_days=1, base=base, by=w.leader)

    told = Notification.objects.filter(user=w.preparer, kind="groups.tasks_shifted")
    assert [one.data["count"] for one in told] == [4]


# in turn, more, less


def test_only_what_nobody_has_begun_changes_hands_in_turn(w: World) -> None:
    w.plan(0)
    first = w.task(0)
    tasks = not_begun_from(w.prep_plan, first)

    assign_in_turn(
        prep_plan=w.prep_plan,
        first=first,
        preparers=[w.leader, w.deputy],
        base=state_of_all(tasks),
        by=w.leader,
    )

    who = [task.main_preparer for task in tasks_of(w.prep_plan)]
    assert who == [w.preparer, w.leader, w.deputy, w.leader]


def test_a_removed_task_is_nowhere_and_comes_back_where_it_was(
    w: World, client_of: ClientOf
) -> None:
    task, client = w.task(1), client_of(w.leader)
    before = _titles(w)

    remove_task(task=task, by=w.leader)

    assert task.chapter.title not in _titles(w)
    assert client.get(reverse("groups:task", args=[task.uuid])).status_code == 404
    assert client.post(reverse("plans:open_task", args=[task.uuid])).status_code == 404
    assert client.post(reverse("plans:start_draft", args=[task.uuid])).status_code == 404
    bring_back_task(task=task, by=w.leader)
    assert _titles(w) == before


def test_a_task_whose_plan_is_begun_stays(w: World, client_of: ClientOf) -> None:
    w.plan(0)

    with pytest.raises(HasPlan):
        remove_task(task=w.task(0), by=w.leader)
    client_of(w.leader).post(reverse("groups:remove", args=[w.task(0).uuid]))

    assert len(_titles(w)) == 4


def test_a_lesson_that_was_left_out_comes_in_at_its_place(w: World) -> None:
    task = w.task(1)
    chapter = task.chapter
    PrepTask.objects.filter(pk=task.pk).delete()

    for _ in range(2):
        add_task(
            prep_plan=w.prep_plan,
            chapter=chapter,
            teaching_day=task.teaching_day,
            main_preparer=w.preparer,
            by=w.leader,
        )

    assert _titles(w) == ["课文1", "课文2", "课文3", "课文4"]


def test_a_task_is_put_before_another_or_last(w: World) -> None:
    place_task(task=w.task(3), before=w.task(0), by=w.leader)
    place_task(task=w.task(1), before=None, by=w.leader)

    assert _titles(w) == ["课文4", "课文2", "课文3", "课文1"]


def test_a_task_is_not_put_among_those_of_another_plan(w: World, client_of: ClientOf) -> None:
    other = world(lessons=2)
    address = reverse("groups:place", args=[w.task(0).uuid])

    answer = client_of(w.leader).post(address, {"before": other.task(1).uuid})

    assert answer.status_code == 404


# to another phase


STEPS: dict[tuple[Phase, Phase], str] = {
    (Phase.FIRST_DRAFT, Phase.DISCUSSION): "hand-over",
    (Phase.DISCUSSION, Phase.REVISION): "close-discussion",
    (Phase.REVISION, Phase.DISCUSSION): "reopen-discussion",
    (Phase.REVISION, Phase.IN_REVIEW): "submit",
    (Phase.APPROVED, Phase.REVISION): "revise",
}


@pytest.mark.parametrize("now", Phase)
def test_only_an_action_leads_to_another_phase(w: World, now: Phase) -> None:
    plan = plan_in(w, now)

    for phase in set(Phase) - {now}:
        step = step_to(User.objects.get(pk=w.leader.pk), w.task(0), plan, phase)
        deed = STEPS.get((now, phase))
        reads = now == Phase.IN_REVIEW and phase in {Phase.APPROVED, Phase.REVISION}
        assert step.deed.endswith(f"/{deed}/") if deed else not step.deed
        assert bool(step.link) is reads
        assert bool(step.reason) is not (bool(deed) or reads)


def test_a_drop_on_a_phase_sets_nothing_and_asks(w: World, client_of: ClientOf) -> None:
    plan_in(w, Phase.DISCUSSION)
    client, address = client_of(w.leader), reverse("plans:move", args=[w.task(0).uuid])
    before = AuditEntry.objects.count()

    page = client.get("/en" + address, {"to": "phase:revision"}).content.decode()
    forged = client.post(address, {"to": "phase:approved", "phase": "approved"})

    assert "To “Revision”?" in page
    assert "/close-discussion/" in page
    assert forged.status_code == 302
    assert AuditEntry.objects.count() == before
    assert PlanState.objects.get(task=w.task(0)).phase == Phase.DISCUSSION


def test_a_refused_drop_says_why(w: World, client_of: ClientOf) -> None:
    address = "/en" + reverse("plans:move", args=[w.task(2).uuid])

    page = client_of(w.leader).get(address, {"to": "phase:approved"}).content.decode()

    assert "Nobody has begun the plan" in page


MAY_MOVE = {"leader": 302, "deputy": 302, "preparer": 404, "receiver": 404}


@pytest.mark.parametrize(("who", "status"), MAY_MOVE.items())
def test_only_who_leads_moves_cards(w: World, client_of: ClientOf, who: str, status: int) -> None:
    task, client = w.task(0), client_of(getattr(w, who))

    person = client.post(reverse("plans:move", args=[task.uuid]), {"to": f"person:{w.deputy.uuid}"})
    place = client.post(reverse("groups:place", args=[task.uuid]), {"before": ""})

    assert (person.status_code, place.status_code) == (status, status)
    assert (_again(task).main_preparer == w.deputy) is (status == 302)


@pytest.mark.parametrize(
    "where", ["person:x", f"person:{'0' * 32}", "week:0", "week:999", "week:-1", "week:٣"]
)
def test_a_forged_target_is_no_target(w: World, client_of: ClientOf, where: str) -> None:
    task = w.task(0)

    answer = client_of(w.leader).post(reverse("plans:move", args=[task.uuid]), {"to": where})

    assert answer.status_code == 404
    assert state_of(_again(task)) == state_of(task)


def test_nobody_of_another_group_becomes_the_main_preparer(w: World, client_of: ClientOf) -> None:
    other = people.teacher(w.lead)

    answer = client_of(w.leader).post(
        reverse("plans:move", args=[w.task(0).uuid]), {"to": f"person:{other.uuid}"}
    )

    assert answer.status_code == 404


def test_a_drop_on_a_week_moves_the_lesson_into_it(w: World, client_of: ClientOf) -> None:
    task = w.task(0)
    term = w.prep_plan.term
    week = (term.week_of(task.teaching_day) or 0) + 1

    client_of(w.leader).post(
        reverse("plans:move", args=[task.uuid]), {"to": f"week:{week}", "by": "week"}
    )

    assert term.week_of(_again(task).teaching_day) == week


def test_in_a_week_of_holidays_no_day_is_found(w: World) -> None:
    term = w.prep_plan.term
    number, monday = weeks_of(term)[4]
    term.holidays.create(name="国庆", first_day=monday, last_day=monday + timedelta(days=6))

    assert day_in_week(term, monday, 2) is None
    assert term.week_of(monday) == number


# what is shown


def _board(client: Client, w: World, **query: str) -> str:
    with translation.override("en"):
        address = reverse("plans:board", args=[w.prep_plan.uuid])
    return client.get(address, query).content.decode()


def test_the_board_is_narrowed_by_what_is_asked_for(w: World, client_of: ClientOf) -> None:
    change_task(
        task=w.task(1), teaching_day=w.task(1).teaching_day, main_preparer=w.deputy, by=w.leader
    )
    plan_in(w, Phase.DISCUSSION, 2)
    client = client_of(w.leader)

    def lessons(**query: str) -> list[str]:
        page = _board(client, w, view="list", **query)
        return [f"课文{n}" for n in range(1, 5) if f"课文{n}" in page.split("<tbody>")[-1]]

    assert lessons(who=str(w.deputy.uuid)) == ["课文2"]
    assert lessons(phase="discussion") == ["课文3"]
    assert lessons(q="课文4") == ["课文4"]
    assert lessons(q="没有这一课") == []
    assert lessons(unit="999999", who="x", phase="x") == []


@pytest.mark.parametrize("by", ["phase", "person", "week", "nonsense"])
def test_each_lane_says_what_a_drop_there_asks_for_to_who_leads_alone(
    w: World, client_of: ClientOf, by: str
) -> None:
    for_leader, for_member = (_board(client_of(user), w, by=by) for user in (w.leader, w.receiver))

    kind = by if by in {"person", "week"} else "phase"
    assert f'data-to="{kind}:' in for_leader
    assert "data-to=" not in for_member
    assert "data-mover" not in for_member


def test_a_second_plan_is_refused_before_the_preview(w: World, client_of: ClientOf) -> None:
    form = {
        "volume": w.prep_plan.volume_id,
        "term": w.prep_plan.term_id,
        "periods_per_week": 5,
    }

    page = client_of(w.leader).get(
        "/en" + reverse("groups:new_plan", args=[w.prep_group.uuid]), form
    )

    assert "already has a plan" in page.content.decode()
    assert "<tbody>" not in page.content.decode()


@pytest.mark.parametrize("query", [{}, {"by": "person"}, {"by": "week"}, {"view": "list"}])
def test_each_view_costs_the_same_for_few_tasks_and_for_many(
    client_of: ClientOf, query: dict[str, str]
) -> None:
    few, many = world(lessons=2), world(lessons=14)

    def cost(at: World) -> int:
        client = client_of(at.leader)
        _board(client, at)
        with CaptureQueriesContext(connection) as queries:
            _board(client, at, **query)
        return len(queries)

    assert cost(few) == cost(many) <= 24
