"""One county with somebody in every role, a plan in every phase and a resource in every state.

What a walk over all doors stands on: `ground()` makes it, through the real actions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.conf import settings
from django.test import Client
from wagtail.models import Page

from lessonprep.meetings.actions.feeds import make_feed
from lessonprep.meetings.actions.meetings import close_record
from lessonprep.meetings.models import Meeting
from lessonprep.plans.actions import agenda, phases
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.designs import copy_design
from lessonprep.plans.actions.drafting import hand_in_draft
from lessonprep.plans.actions.publishing import put_in_library
from lessonprep.plans.actions.remarks import remark
from lessonprep.plans.models import (
    DesignModel,
    FirstDraft,
    LessonPlan,
    PlanDecision,
    PlanState,
    Remark,
)
from lessonprep.plans.queries import agenda_of_plan
from lessonprep.plans.sections import Section, section_hash
from media.models import FileRecord
from media.previews.actions import write_captions
from media.uploads.models import Upload
from portal.takedown.actions import ask_for_takedown
from portal.takedown.models import TakedownRequest
from resources.importing.models import OldFile
from resources.library import actions
from resources.library.models import Level, Resource, Submission
from resources.library.queries import standing, targets
from schools.access import Role
from schools.models import EducationGroup, School, User
from tests.factories import (
    importing,
    lessonprep,
    library,
    meetings,
    people,
    previews,
    uploads,
)
from tests.factories import media as files

Phase = PlanState.Phase
MEMBERS = ("preparer", "leader", "deputy", "member")
ROLES = (
    "stranger",
    "elsewhere",
    "neighbour",
    "colleague",
    *MEMBERS,
    "librarian",
    "group_editor",
    "region_editor",
    "head",
    "officer",
    "operator",
    "portal_editor",
)
"""Every kind of reader: nobody signed in, teachers (of another county, of another school of the
county, of the same school outside the prep group, of the group), and who holds a role."""
STATES = (
    "draft",
    "in_review",
    "school",
    "group",
    "county",
    "public",
    "withdrawn",
    "taken_down",
)
"""Where a resource can stand; `taken_down` is off the county's library and in the school's."""


@dataclass
class Ground:
    """The county, its people by role, its things by state."""

    world: lessonprep.World
    elsewhere: School
    neighbours: School
    education_group: EducationGroup
    cast: dict[str, User]
    plans: dict[str, LessonPlan] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    files: dict[str, FileRecord] = field(default_factory=dict)
    remarks: dict[str, Remark] = field(default_factory=dict)
    decisions: dict[str, PlanDecision] = field(default_factory=dict)
    submissions: dict[str, Submission] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    feed: str = ""
    captions: int = 0
    takedowns: dict[str, TakedownRequest] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    old_files: list[OldFile] = field(default_factory=list)
    upload: Upload = field(init=False)

    @property
    def design(self) -> DesignModel:
        """The design model that the prep group has made."""
        made: DesignModel = DesignModel.objects.filter(prep_group=self.world.prep_group)[0]
        return made

    def sign_in(self) -> None:
        """Everyone in the cast signs in, once for many browsers."""
        for role, user in self.cast.items():
            client = Client()
            client.force_login(user)
            self.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def browser(self, role: str) -> Client:
        """A browser of one who has signed in, or of the stranger."""
        client = Client()
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def plan(self, phase: str) -> LessonPlan:
        """The plan in this phase, read anew."""
        return LessonPlan.objects.select_related("state").get(pk=self.plans[phase].pk)

    def section(self, phase: str, key: str = "homework") -> Section:
        """A section of its latest text."""
        sections = text_of(self.plan(phase))
        return next(section for section in sections if section["value"]["key"] == key)

    def resource(self, state: str) -> Resource:
        """The resource in this state, read anew."""
        return library.reread(self.resources[state])


def settle_in() -> None:
    """What migrations bring and a test that commits has taken away: site, design model."""
    people.site_root()
    library.workflow()
    if not DesignModel.objects.exists():
        brought = import_module("lessonprep.plans.migrations.0003_common_design_model")
        brought.add(apps, None)


def ground() -> Ground:
    """The whole of it, about two hundred rows."""
    settle_in()
    made = _people()
    _plans(made)
    _resources(made)
    _files(made)
    _meetings(made)
    made.takedowns["waiting"] = takedown(made.resource("public"))
    batch = importing.batch(made.cast["colleague"], made.world.lead)
    made.old_files.append(importing.old_file(batch))
    return made


def takedown(page: Page, **fields: Any) -> TakedownRequest:
    """A stranger's request about a public page."""
    given: dict[str, Any] = {
        "token": uuid4(),
        "ground": TakedownRequest.Ground.COPYRIGHT,
        "text": "这张图是我画的",
        "name": "刘画",
        "contact": "13800000000",
        "sender": uuid4().hex,
    }
    return ask_for_takedown(page=page, **{**given, **fields})


def _people() -> Ground:
    world = lessonprep.world(lessons=7)
    county = world.lead.region
    neighbours, elsewhere = people.school(region=county), people.school()
    group = people.education_group(world.lead, people.school(region=county))
    editor = Role.LIBRARY_EDITOR
    cast = {
        "elsewhere": people.teacher(elsewhere),
        "neighbour": people.teacher(neighbours),
        "colleague": people.teacher(world.lead),
        "preparer": world.preparer,
        "leader": world.leader,
        "deputy": world.deputy,
        "member": world.receiver,
        "librarian": people.with_role(editor, world.lead),
        "group_editor": people.with_role(editor, group),
        "region_editor": people.with_role(editor, county),
        "head": people.with_role(Role.SCHOOL_ADMIN, world.lead, people.teacher(world.lead)),
        "officer": people.with_role(Role.REGION_ADMIN, county),
        "operator": people.with_role(Role.OPERATOR),
        "portal_editor": people.with_role(Role.PORTAL_EDITOR),
    }
    return Ground(world, elsewhere, neighbours, group, cast)


# plans


def _plans(made: Ground) -> None:
    for number, phase in enumerate(Phase):
        made.plans[phase.value] = plan_in(made.world, phase, number)
    made.plans["published"] = plan_in(made.world, Phase.APPROVED, len(Phase))
    put_in_library(plan=made.plans["published"], by=made.world.preparer)
    _say_something(made)
    _agree_on_something(made)
    copy_design(
        source=lessonprep.design_model(),
        owner=made.world.prep_group,
        name="本组教案",
        by=made.world.leader,
    )


def _agree_on_something(made: Ground) -> None:
    """A late draft differs from the first one, and the meeting takes it."""
    plan = made.plans["discussion"]
    author = made.world.deputy
    sections = [
        {**section, "value": {**section["value"], "body": "<p>目标另拟</p>"}}
        if section["value"]["key"] == "objectives"
        else section
        for section in text_of(plan)
    ]
    FirstDraft.objects.create(plan=plan, author=author, sections=sections)
    hand_in_draft(plan=plan, by=author)
    found = agenda_of_plan(LessonPlan.objects.select_related("state__task").get(pk=plan.pk))
    (issue,) = [issue for each in found for issue in each.issues]
    made.decisions["made"], _how = agenda.decide(
        plan=plan,
        key=issue.key,
        wish=agenda.Wish(text="背诵第三段"),
        base=section_hash(made.section("discussion", "objectives")),
        token=uuid4(),
        by=made.world.preparer,
    )


def plan_in(world: lessonprep.World, phase: Phase, number: int = 0) -> LessonPlan:
    """The plan of a task, brought to a phase by those who bring plans there."""
    plan = world.plan(number)
    lessonprep.write_draft(plan, world.preparer, objectives=f"<p>目标{number}</p>")
    steps: list[Any] = [
        lambda: phases.hand_over(plan=plan, by=world.preparer),
        lambda: phases.close_discussion(plan=plan, by=world.preparer),
        lambda: phases.submit(plan=plan, by=world.preparer),
        lambda: approve(plan, world.leader),
    ]
    for step in steps[: list(Phase).index(phase)]:
        step()
    return LessonPlan.objects.get(pk=plan.pk)


def approve(plan: LessonPlan, by: User) -> None:
    """Approve the latest text."""
    fresh = LessonPlan.objects.get(pk=plan.pk)
    phases.approve(plan=fresh, revision_id=fresh.latest_revision_id or 0, by=by)


def _say_something(made: Ground) -> None:
    plan = made.plans["discussion"]
    section = made.section("discussion")["id"]

    def say(name: str, kind: Remark.Kind) -> None:
        made.remarks[name] = remark(
            plan=plan, section_id=section, text=name, token=uuid4(), kind=kind, by=made.world.deputy
        )

    say("comment", Remark.Kind.COMMENT)
    say("point", Remark.Kind.POINT)


# resources


def _resources(made: Ground) -> None:
    lead, maker = made.world.lead, made.world.preparer

    def one(title: str) -> Resource:
        return library.edition(lead, maker, title, volume=made.world.prep_plan.volume)

    def risen(title: str, *levels: str) -> Resource:
        return library.raised(library.published(one(title)), *levels)

    made.resources["draft"] = library.microlecture(lead, maker, "微课草稿")
    made.resources["in_review"] = one("待审教案")
    made.submissions["publish"] = library.submitted(made.resources["in_review"])
    made.resources["school"] = library.published(one("校内教案"))
    made.resources["group"] = risen("集团教案", "group")
    made.resources["county"] = risen("县内教案", "county")
    made.resources["public"] = risen("公开教案", "group", "county", "public")
    made.resources["rising"] = library.published(one("推荐中的教案"))
    county = next(p for p in targets(made.resources["rising"]) if p.level == Level.COUNTY)
    made.submissions["rise"] = library.recommended(made.resources["rising"], county)
    made.resources["withdrawn"] = risen("撤回的教案", "county")
    actions.withdraw(made.resources["withdrawn"], by=maker, from_home=True)
    made.resources["taken_down"] = risen("下架的教案", "county")
    place = next(p for p in standing(made.resources["taken_down"]) if p.level == Level.COUNTY)
    editor = library.editor(place.scope)
    actions.take_down(
        made.resources["taken_down"], by=editor, level=Level.COUNTY, reason="出处不明"
    )
    made.resources["risen_draft"] = library.microlecture(lead, maker, "发布后再改的微课")
    library.published(made.resources["risen_draft"])


def _files(made: Ground) -> None:
    draft = made.resource("draft")
    made.files["draft_video"] = draft.video
    by = made.cast["preparer"]
    picture = files.stored("板书.png", files.picture_bytes(), by=by, school=made.world.lead)
    token = f"school:{made.world.lead.pk}"
    files.page_using([picture], by=by, tokens=[token])
    made.files["school_picture"] = picture
    made.upload = uploads.begun(by=by, school=made.world.lead)
    document = files.stored("讲义.pdf", previews.pdf("Spring"), by=by, school=made.world.lead)
    files.page_using([document], by=by, tokens=[token])
    made.files["school_document"] = document
    made.files["own_document"] = files.stored("草稿.pdf", previews.pdf("Rain"), by=by)
    for file in (made.files["draft_video"], document, made.files["own_document"]):
        previews.light(file)
    written = write_captions(
        file=draft.video, language="zh-Hans", text="00:01.000 --> 00:04.000\n春", by=by
    )
    made.captions = written.pk


def _meetings(made: Ground) -> None:
    made.meetings["open"] = meetings.meeting(made.world)
    made.meetings["closed"] = meetings.recorded(made.world)
    close_record(meeting=made.meetings["closed"], by=made.world.leader)
    made.feed = make_feed(by=made.world.receiver).token
