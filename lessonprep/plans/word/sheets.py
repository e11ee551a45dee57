"""Plans, versions and first drafts as sheets for paper and Word; a whole term as a ZIP."""

from __future__ import annotations

import json
import re
import zipfile
from typing import IO

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lessonprep.groups.models import PrepPlan, PrepTask
from lessonprep.plans.models import FirstDraft, LessonPlan, PlanState
from lessonprep.plans.sections import Section, is_empty
from lessonprep.versions.models import PlanVersion
from resources.library.word.lesson import LessonSheet, lesson_docx
from resources.library.word.pictures import pictures_for
from schools.curriculum import Grade, Subject
from schools.models import User

Phase = PlanState.Phase
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def plan_sheet(plan: LessonPlan, sections: list[Section]) -> LessonSheet:
    """The group's text as it is now."""
    main = plan.state.task.main_preparer
    names = [main.name] if main else []
    return LessonSheet(plan.title, fields_of(plan), sections, names)


def version_sheet(plan: LessonPlan, version: PlanVersion) -> LessonSheet:
    """A version, as it was written down."""
    authors = [user.name for user in version.authors.order_by("pk")]
    fields = [
        *fields_of(plan),
        (_("Version"), f"{version.number} {date_format(version.created_at, 'Y-m-d')}"),
    ]
    return LessonSheet(version.title, fields, version.sections, authors)


def draft_sheet(plan: LessonPlan, draft: FirstDraft) -> LessonSheet:
    """A first draft, under its author's name."""
    fields = [(name, value) for name, value in fields_of(plan) if name != _("Main preparer")]
    named = [*fields, (_("First draft by"), draft.author.name)]
    return LessonSheet(plan.title, named, draft.sections, [draft.author.name])


def fields_of(plan: LessonPlan) -> list[tuple[str, str]]:
    """The header of a plan; `plan.state.task.prep_plan` should be loaded."""
    task: PrepTask = plan.state.task
    main = task.main_preparer
    return [
        (_("Topic"), plan.title),
        (_("Subject"), str(Subject(plan.subject).label) if plan.subject else ""),
        (_("Grade"), str(Grade(plan.grade).label) if plan.grade else ""),
        (_("Textbook"), task.prep_plan.volume.short_title),
        (_("Lesson periods"), str(task.periods)),
        (_("Main preparer"), main.name if main else ""),
        (_("School"), school_of(task)),
        (_("Teaching day"), date_format(task.teaching_day, "Y-m-d")),
        (_("Prep group"), task.prep_plan.prep_group.name),
    ]


def school_of(task: PrepTask) -> str:
    """The school for which the main preparer is in the group."""
    members = [
        member
        for member in task.prep_plan.prep_group.members.all()
        if member.user_id == task.main_preparer_id
    ]
    return max(members, key=lambda member: member.since).school.name if members else ""


# a term


def plans_of_term(prep_plan: PrepPlan) -> list[tuple[LessonPlan, list[Section]]]:
    """The plans of a term that have text, in teaching order, with their latest text."""
    states = (
        PlanState.objects.filter(task__prep_plan=prep_plan)
        .exclude(phase=Phase.FIRST_DRAFT)
        .select_related(
            "plan__latest_revision",
            "task__prep_plan__prep_group",
            "task__prep_plan__volume",
            "task__main_preparer",
            "task__chapter",
        )
        .prefetch_related("task__prep_plan__prep_group__members__school")
        .order_by("task__position")
    )
    found = []
    for state in states:
        state.plan.state = state
        sections = _latest(state.plan)
        if not all(map(is_empty, sections)):
            found.append((state.plan, sections))
    return found


def _latest(plan: LessonPlan) -> list[Section]:
    """The text of the latest revision without building the page."""
    sections: list[Section] = json.loads(plan.latest_revision.content["sections"])
    return sections


def write_term(out: IO[bytes], prep_plan: PrepPlan, reader: User) -> int:
    """A ZIP with a document for each plan of the term; how many there are."""
    plans = plans_of_term(prep_plan)
    pictures = pictures_for(reader, [section for _plan, text in plans for section in text])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # a .docx is packed already
        for number, (plan, sections) in enumerate(plans, start=1):
            name = f"{number:02} {file_name(plan.title)}.docx"
            archive.writestr(name, lesson_docx(plan_sheet(plan, sections), pictures))
    return len(plans)


def file_name(title: str) -> str:
    """A title as a file name that Windows takes too."""
    name = _NOT_IN_NAMES.sub(" ", title).strip(" .")[:80].strip(" .")
    return f"_{name}" if _RESERVED.match(name) else name or _("Untitled")
