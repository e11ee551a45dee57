"""The demonstration's prep groups (备课组): members, tasks, and plans in every phase, from data.

Each step looks first at what is there, so a load that was ended goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from lessonprep.groups.actions import add_member, create_prep_group, create_prep_plan
from lessonprep.groups.models import PrepGroup, PrepGroupMember, PrepPlan, PrepTask
from lessonprep.groups.scheduling import Lesson, schedule
from lessonprep.meetings.actions.meetings import (
    Said,
    When,
    Written,
    call_meeting,
    close_record,
    write_record,
)
from lessonprep.meetings.models import Meeting
from lessonprep.plans.actions import phases
from lessonprep.plans.actions.agenda import Wish, decide
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.designs import choose_default
from lessonprep.plans.actions.drafting import hand_in_draft, save_draft_section
from lessonprep.plans.actions.making import open_task
from lessonprep.plans.actions.publishing import put_in_library
from lessonprep.plans.actions.remarks import remark, settle
from lessonprep.plans.models import (
    DesignModel,
    FirstDraft,
    LessonPlan,
    PlanDecision,
    PlanState,
    Remark,
)
from lessonprep.plans.queries import agenda_of_plan
from lessonprep.plans.sections import section_hash
from portal.demo.library import raise_to
from resources.catalogue.models import Volume
from resources.catalogue.queries import lessons_of
from resources.library.models import Level
from schools.models import School, Term, User
from schools.models.dated import today

DATA = Path(__file__).parent / "data"
GROUPS = ("chinese", "mathematics", "music")
GROUP = "七年级语文组"
"""The group of the accounts `preparer`, `leader` and `receiver`."""
CITY = "990100"
Phase = PlanState.Phase
Told = dict[str, Any]
_PHASES = [Phase.FIRST_DRAFT, Phase.DISCUSSION, Phase.REVISION, Phase.IN_REVIEW, Phase.APPROVED]


def told_groups() -> Iterator[Told]:
    """What the data files say of each group."""
    for name in GROUPS:
        yield json.loads((DATA / f"group-{name}.json").read_text(encoding="utf-8"))


def load_group(told: Told, done: Callable[[int], object]) -> PrepGroup:
    """One group with its prep plan and its lesson plans."""
    prep_group = _group(told)
    if design := told.get("design"):
        model = DesignModel.objects.get(code=design)
        choose_default(of=prep_group, design=model, by=_leader(told))
    prep_plan = _prep_plan(told, prep_group)
    leading = [user(name) for name, role in told["members"] if role != "member"]
    for lesson in told["plans"]:
        _load_plan(prep_plan, lesson, leading)
        done(1)
    return prep_group


def user(username: str) -> User:
    """The account of this name."""
    return User.objects.get(username=username)


def token_of(name: str) -> UUID:
    """The same at every start, so that what is sent with it is made once."""
    return uuid5(NAMESPACE_URL, f"gongbei-demo:{name}")


def _leader(told: Told) -> User:
    return user(next(name for name, role in told["members"] if role == "leader"))


def _group(told: Told) -> PrepGroup:
    found = PrepGroup.objects.filter(name=told["name"]).first()
    if found is None:
        schools = {school.code: school for school in School.objects.all()}
        found = create_prep_group(
            name=told["name"],
            subject=told["subject"],
            stage=told["stage"],
            grade=told["grade"],
            lead=schools[told["lead"]],
            receiving=[schools[code] for code in told["receiving"]],
            by=None,
        )
    for username, role in told["members"]:
        member = user(username)
        if not PrepGroupMember.objects.filter(prep_group=found, user=member).exists():
            add_member(
                prep_group=found,
                user=member,
                school=member.memberships.get(is_main=True).school,
                role=PrepGroupMember.Role(role),
                since=today() - timedelta(days=60),
                by=None,
            )
    return found


def _prep_plan(told: Told, prep_group: PrepGroup) -> PrepPlan:
    """The task list of the volume for the term, taught from this week on."""
    volume = Volume.objects.get(**told["volume"])
    term = Term.objects.get(region__code=CITY)
    found = PrepPlan.objects.filter(prep_group=prep_group, volume=volume, term=term).first()
    if found is not None:
        return found
    days = [day for day in term.school_days() if day >= today()]
    drafts = schedule(
        [Lesson(lesson.pk, lesson.periods) for lesson in lessons_of(volume)],
        days,
        told["periods_a_week"],
        [user(username).pk for username in told["turns"]],
        earliest=term.first_day,
    )
    return create_prep_plan(
        prep_group=prep_group,
        volume=volume,
        term=term,
        periods_per_week=told["periods_a_week"],
        drafts=drafts,
        by=_leader(told),
    )


# one lesson plan


def _load_plan(prep_plan: PrepPlan, told: Told, leading: list[User]) -> None:
    """`leading` are the leader and the deputies."""
    leader = leading[0]
    task = PrepTask.objects.get(prep_plan=prep_plan, chapter__title=told["lesson"])
    plan = open_task(task=task, by=leader)
    main = task.main_preparer
    assert main is not None  # noqa: S101 - the schedule gives every task one
    last = _PHASES.index(Phase(told["phase"]))
    if last == 0:
        for draft in told["drafts"]:
            _draft(plan, draft)
    for phase in _PHASES[:last]:
        if _phase(plan) == phase:
            # Nobody approves what they have prepared themselves.
            approver = next(person for person in leading if person != main)
            _on(plan, phase, told, main, approver)
            plan = LessonPlan.objects.get(pk=plan.pk)
    if _phase(plan) == Phase.DISCUSSION == _PHASES[last]:
        _discuss(plan, told, main)
    if meeting := told.get("meeting"):
        _meet(plan, meeting, leader)
    if level := told.get("library"):
        raise_to(Level(level), put_in_library(plan=plan, by=main))


def _phase(plan: LessonPlan) -> Phase:
    return Phase(PlanState.objects.get(plan=plan).phase)


def _on(plan: LessonPlan, phase: Phase, told: Told, main: User, approver: User) -> None:
    """From `phase` to the next."""
    match phase:
        case Phase.FIRST_DRAFT:
            for draft in told["drafts"]:
                _draft(plan, draft)
            phases.hand_over(plan=plan, by=main)
        case Phase.DISCUSSION:
            _discuss(plan, told, main)
            phases.close_discussion(plan=plan, by=main)
        case Phase.REVISION:
            phases.submit(plan=plan, by=main)
        case Phase.IN_REVIEW:
            phases.approve(plan=plan, revision_id=plan.latest_revision_id, by=approver)


def _draft(plan: LessonPlan, told: Told) -> None:
    """A member's first draft, handed in unless it is still on the way."""
    by = user(told["by"])
    own = FirstDraft.objects.filter(plan=plan, author=by).first()
    if own is not None and own.handed_in_at is not None:
        return
    for section in text_of(plan):
        posted = _posted(section, told)
        if posted is None:
            continue
        own = FirstDraft.objects.filter(plan=plan, author=by).first()
        written = own.sections if own else []
        current = next((item for item in written if item["id"] == section["id"]), section)
        save_draft_section(
            plan=plan,
            section_id=section["id"],
            posted=posted,
            base=section_hash(current),
            by=by,
        )
    if told.get("handed_in", True):
        hand_in_draft(plan=plan, by=by)


def _posted(section: Told, told: Told) -> dict[str, str] | None:
    """A section as the form sends it; None where the draft says nothing there."""
    if section["type"] == "process":
        rows = told["process"]
        cells = {
            f"rows-{number}-{name}": str(value)
            for number, row in enumerate(rows)
            for name, value in row.items()
        }
        return {"rows-count": str(len(rows)), **cells}
    body = told["sections"].get(section["value"]["key"])
    return {"body": body} if body else None


def _discuss(plan: LessonPlan, told: Told, main: User) -> None:
    for said in told.get("said", []):
        point = remark(
            plan=plan,
            section_id=UUID(_section(plan, said["section"])["id"]),
            text=said["text"],
            by=user(said["by"]),
            token=token_of(f"{plan.title}:{said['section']}:{said['by']}"),
            kind=Remark.Kind.POINT if said["point"] else Remark.Kind.COMMENT,
        )
        if settlement := said.get("settlement"):
            settle(plan=plan, point=point, settlement=settlement, by=main)
    if agreed := told.get("decide"):
        _agree(plan, agreed, main)


def _section(plan: LessonPlan, key: str) -> Told:
    return next(item for item in text_of(plan) if item["value"]["key"] == key)


def _agree(plan: LessonPlan, told: Told, main: User) -> None:
    """What was agreed on the first difference of a section."""
    token = token_of(f"{plan.title}:decision")
    if PlanDecision.objects.filter(token=token).exists():
        return
    section = _section(plan, told["section"])
    issues = next(part.issues for part in agenda_of_plan(plan) if part.id == section["id"])
    decide(
        plan=plan,
        key=issues[0].key,
        wish=Wish(text=told["text"]),
        base=section_hash(section),
        token=token,
        by=main,
    )


# meetings


def _meet(plan: LessonPlan, told: Told, leader: User) -> None:
    prep_group = plan.state.task.prep_plan.prep_group
    when = When(
        starts_at=_moment(told),
        minutes_long=told["minutes_long"],
        place=told.get("place", ""),
        link=told.get("link", ""),
    )
    meeting = call_meeting(
        prep_group=prep_group,
        plan=plan,
        title=told["title"],
        when=when,
        agenda=told["agenda"],
        token=token_of(f"{plan.title}:meeting"),
        by=leader,
    )
    if not told.get("closed") or meeting.state == Meeting.State.CLOSED:
        return
    written = Written(
        title=meeting.title,
        when=When(meeting.starts_at, meeting.minutes_long, meeting.place, meeting.link),
        agenda=meeting.agenda,
        minutes=told["minutes"],
        host=leader,
        recorder=user(told["recorder"]),
        came=[user(name) for name in told["came"]],
        decisions=[_said(plan, key, text) for key, text in told["decisions"]],
    )
    meeting = write_record(meeting=meeting, written=written, base=meeting.serial, by=leader)
    close_record(meeting=meeting, by=leader)


def _said(plan: LessonPlan, key: str, text: str) -> Said:
    section = _section(plan, key)
    return Said(UUID(section["id"]), section["value"]["heading"], text)


def _moment(told: Told) -> datetime:
    """So many days from now, on to the next weekday."""
    day: date = today() + timedelta(days=told["days"])
    while day.weekday() > 4:
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(told["time"])))
