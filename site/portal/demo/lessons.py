"""The demonstration's lessons: one approved and public, one in discussion, one in revision."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.files import File

from lessonprep.groups.actions import add_member, create_prep_group, create_prep_plan
from lessonprep.groups.models import PrepGroup, PrepGroupMember, PrepPlan, PrepTask
from lessonprep.groups.scheduling import Lesson, schedule
from lessonprep.plans.actions import phases
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.drafting import hand_in_draft, save_draft_section
from lessonprep.plans.actions.making import open_task
from lessonprep.plans.actions.publishing import put_in_library
from lessonprep.plans.actions.remarks import remark, settle
from lessonprep.plans.models import FirstDraft, LessonPlan, PlanState, Remark
from lessonprep.plans.sections import section_hash
from resources.catalogue.models import Volume
from resources.catalogue.queries import lessons_of
from schools.models import School, Term, User
from schools.models.dated import today

DATA = Path(__file__).parent / "data"
GROUP = "七年级语文组"
PERIODS_A_WEEK = 4
Phase = PlanState.Phase
Role = PrepGroupMember.Role
MEMBERS = [
    ("leader", Role.LEADER),
    ("deputy", Role.DEPUTY),
    ("preparer", Role.MEMBER),
    ("receiver", Role.MEMBER),
    ("member", Role.MEMBER),
]
TURNS = ["preparer", "preparer", "deputy", "receiver", "member"]


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _token(name: str) -> UUID:
    """The same at every start, so that a remark is made once."""
    return uuid5(NAMESPACE_URL, f"gongbei-demo:{name}")


def load_prep_group() -> PrepGroup:
    """The group over a lead end and three receiving ends."""
    found = PrepGroup.objects.filter(name=GROUP).first()
    if found is None:
        schools = {school.code: school for school in School.objects.all()}
        found = create_prep_group(
            name=GROUP,
            subject="chinese",
            stage="junior",
            grade=7,
            lead=schools["YL001"],
            receiving=[schools["YL002"], schools["YL003"], schools["YL004"]],
            by=None,
        )
    for username, role in MEMBERS:
        user = _user(username)
        if not PrepGroupMember.objects.filter(prep_group=found, user=user).exists():
            add_member(
                prep_group=found,
                user=user,
                school=user.memberships.get().school,
                role=role,
                since=today() - timedelta(days=60),
                by=None,
            )
    return found


def load_prep_plan(prep_group: PrepGroup) -> PrepPlan:
    """The task list of the volume for the term, taught from this week on."""
    volume = Volume.objects.get(subject="chinese", grade=7, part="上")
    term = Term.objects.get(region__code="990100")
    found = PrepPlan.objects.filter(prep_group=prep_group, volume=volume, term=term).first()
    if found is not None:
        return found
    days = [day for day in term.school_days() if day >= today()]
    drafts = schedule(
        [Lesson(lesson.pk, lesson.periods) for lesson in lessons_of(volume)],
        days,
        PERIODS_A_WEEK,
        [_user(username).pk for username in TURNS],
        earliest=term.first_day,
    )
    return create_prep_plan(
        prep_group=prep_group,
        volume=volume,
        term=term,
        periods_per_week=PERIODS_A_WEEK,
        drafts=drafts,
        by=_user("leader"),
    )


def _open(prep_plan: PrepPlan, title: str) -> LessonPlan:
    task = PrepTask.objects.get(prep_plan=prep_plan, chapter__title=title)
    return open_task(task=task, by=_user("leader"))


def _phase(plan: LessonPlan) -> Phase:
    return Phase(PlanState.objects.get(plan=plan).phase)


def _draft(plan: LessonPlan, username: str, name: str) -> None:
    """A member's first draft from a data file, handed in."""
    by = _user(username)
    if FirstDraft.objects.filter(plan=plan, author=by, handed_in_at__isnull=False).exists():
        return
    data = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    for section in text_of(plan):
        value = section["value"]
        posted = (
            _rows(data["process"])
            if section["type"] == "process"
            else {"body": data["sections"][value["key"]]}
        )
        own = FirstDraft.objects.filter(plan=plan, author=by).first()
        current = next(
            (item for item in (own.sections if own else []) if item["id"] == section["id"]),
            section,
        )
        save_draft_section(
            plan=plan,
            section_id=section["id"],
            posted=posted,
            base=section_hash(current),
            by=by,
        )
    hand_in_draft(plan=plan, by=by)


def _rows(rows: list[dict[str, Any]]) -> dict[str, str]:
    posted = {"rows-count": str(len(rows))}
    for number, row in enumerate(rows):
        for name, value in row.items():
            posted[f"rows-{number}-{name}"] = str(value)
    return posted


def _remark(plan: LessonPlan, key: str, username: str, text: str, *, point: bool) -> Remark:
    section = next(item for item in text_of(plan) if item["value"]["key"] == key)
    return remark(
        plan=plan,
        section_id=UUID(section["id"]),
        text=text,
        by=_user(username),
        token=_token(f"{plan.title}:{key}:{username}"),
        kind=Remark.Kind.POINT if point else Remark.Kind.COMMENT,
    )


def load_approved(prep_plan: PrepPlan) -> LessonPlan:
    """“春”: approved after one point was settled, and put into the library."""
    plan = _open(prep_plan, "春")
    preparer, leader = _user("preparer"), _user("leader")
    if _phase(plan) == Phase.FIRST_DRAFT:
        _draft(plan, "preparer", "spring")
        phases.hand_over(plan=plan, by=preparer)
    if _phase(plan) == Phase.DISCUSSION:
        plan = LessonPlan.objects.get(pk=plan.pk)
        text = "“春草图”的追问放到前面，接收端学生更容易跟上。"
        point = _remark(plan, "process", "receiver", text, point=True)
        settle(plan=plan, point=point, settlement="已调到第三个环节开头", by=preparer)
        phases.close_discussion(plan=plan, by=preparer)
    if _phase(plan) == Phase.REVISION:
        phases.submit(plan=plan, by=preparer)
    if _phase(plan) == Phase.IN_REVIEW:
        plan = LessonPlan.objects.get(pk=plan.pk)
        phases.approve(plan=plan, revision_id=plan.latest_revision_id, by=leader)
    put_in_library(plan=plan, by=preparer)
    return plan


def load_in_revision(prep_plan: PrepPlan) -> LessonPlan:
    """“雨的四季”: discussed, one point still open."""
    plan = _open(prep_plan, "雨的四季")
    if _phase(plan) == Phase.FIRST_DRAFT:
        _draft(plan, "deputy", "rain")
        phases.hand_over(plan=plan, by=_user("deputy"))
    if _phase(plan) == Phase.DISCUSSION:
        plan = LessonPlan.objects.get(pk=plan.pk)
        text = "四季对读时，接收端讲哪两季要先定下来。"
        _remark(plan, "process", "member", text, point=True)
        phases.close_discussion(plan=plan, by=_user("deputy"))
    return plan


def load_in_discussion(prep_plan: PrepPlan) -> LessonPlan:
    """“济南的冬天”: three first drafts opened together, remarks on it."""
    plan = _open(prep_plan, "济南的冬天")
    if _phase(plan) == Phase.FIRST_DRAFT:
        _draft(plan, "preparer", "winter_main")
        _draft(plan, "receiver", "winter_receiver")
        _draft(plan, "member", "winter_third")
        phases.hand_over(plan=plan, by=_user("preparer"))
    if _phase(plan) == Phase.DISCUSSION:
        plan = LessonPlan.objects.get(pk=plan.pk)
        text = "我们七年级只有六个学生，可以让他们课前拍一处雪带来。"
        _remark(plan, "learners", "receiver", text, point=False)
        text = "品读雪景至少要二十分钟，小结挪到第二课时。"
        _remark(plan, "process", "member", text, point=True)
    return plan


def demo_video() -> File[bytes]:
    """The demonstration's microlecture."""
    path = Path(__file__).parent / "media" / "spring-reading.mp4"
    return File(path.open("rb"), name="《春》停连朗读.mp4")
