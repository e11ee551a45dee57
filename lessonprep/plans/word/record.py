"""The process record (过程性材料) of a task: how its plan came about, who did what, and when.

Apps above put in what they know (a meeting's minutes) with `register_part`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from lessonprep.plans.models import FirstDraft, LessonPlan, PlanDecision
from lessonprep.plans.queries import Thread, threads_of
from lessonprep.plans.sections import Section
from lessonprep.plans.word.sheets import fields_of
from lessonprep.versions.comparison import Mark, SectionComparison, compare_sections
from lessonprep.versions.models import PlanVersion
from resources.library.word.lesson import write_section
from resources.library.word.pictures import pictures_for
from resources.library.word.writing import Writer
from schools.models import AuditEntry, User

EVENTS = {
    "plan.created": gettext_lazy("The task was opened"),
    "first_draft.handed_in": gettext_lazy("A first draft was handed in"),
    "plan.handed_over": gettext_lazy("The discussion was opened"),
    "plan.discussion_closed": gettext_lazy("The discussion was ended"),
    "plan.discussion_reopened": gettext_lazy("The discussion was opened again"),
    "plan.submitted": gettext_lazy("Submitted for approval"),
    "plan.sent_back": gettext_lazy("Sent back"),
    "plan.approved": gettext_lazy("Approved as final"),
    "plan.revised": gettext_lazy("The next version was begun"),
    "plan.restored": gettext_lazy("An earlier text was brought back"),
    "plan.word_imported": gettext_lazy("A Word document was brought in"),
    "plan.put_in_library": gettext_lazy("Put into the library"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """A step on the plan's way: when, who, what, and the reason where there is one."""

    at: datetime
    who: str
    what: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SectionRemarks:
    """The remarks on a section."""

    heading: str
    threads: list[Thread]


@dataclass(frozen=True, slots=True)
class VersionChange:
    """A version with what it changed against the one before."""

    version: PlanVersion
    authors: list[User]
    changed: list[SectionComparison]


@dataclass(frozen=True, slots=True)
class FurtherPart:
    """What another app adds: a heading, and lines as label and text."""

    heading: str
    lines: list[tuple[str, str]]


Part = Callable[[LessonPlan, User], list[FurtherPart]]
_parts: list[Part] = []


def register_part(part: Part) -> None:
    """Let `part(plan, reader)` add to every process record; call it when the app is ready."""
    if part not in _parts:
        _parts.append(part)


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """All that the record of a task shows."""

    plan: LessonPlan
    fields: list[tuple[str, str]]
    events: list[Event]
    drafts: list[FirstDraft]
    discussion: list[SectionRemarks]
    decisions: list[PlanDecision]
    versions: list[VersionChange]
    further: list[FurtherPart] = field(default_factory=list)

    @property
    def points(self) -> int:
        """How many points were raised."""
        return sum(t.remark.kind == "point" for s in self.discussion for t in s.threads)


def record_of(plan: LessonPlan, sections: list[Section], reader: User) -> ProcessRecord:
    """The record; the caller has checked that `reader` may see the opened drafts."""
    versions = _versions(plan)
    drafts = FirstDraft.objects.filter(plan=plan, frozen_at__isnull=False)
    decisions = PlanDecision.objects.in_force().filter(plan=plan)
    return ProcessRecord(
        plan=plan,
        fields=[(name, value) for name, value in fields_of(plan) if value],
        events=_events(plan),
        drafts=list(drafts.select_related("author").order_by("handed_in_at", "pk")),
        discussion=_discussion(plan, sections, versions),
        decisions=list(decisions.select_related("decided_by").order_by("number", "pk")),
        versions=versions,
        further=[added for part in _parts for added in part(plan, reader)],
    )


def _events(plan: LessonPlan) -> list[Event]:
    entries = AuditEntry.objects.filter(
        target_type=plan._meta.label_lower, target_id=str(plan.uuid), action__in=EVENTS
    )
    return [
        Event(
            at=entry.at,
            who=entry.actor.name if entry.actor else "",
            what=str(EVENTS[entry.action]),
            reason=str(entry.detail.get("reason", "")),
        )
        for entry in entries.select_related("actor").order_by("at", "pk")
        if not _is_private(entry)
    ]


def _is_private(entry: AuditEntry) -> bool:
    """What somebody brought into a draft of their own is nobody's business."""
    return entry.action == "plan.word_imported" and entry.detail.get("into") != "plan"


def _discussion(
    plan: LessonPlan, sections: list[Section], versions: list[VersionChange]
) -> list[SectionRemarks]:
    """The remarks by section in the order of the text, those of sections that are gone last."""
    threads = threads_of(plan)
    headings = {
        section["id"]: section["value"]["heading"]
        for text in [*(change.version.sections for change in versions), sections]
        for section in text
    }
    order = [section["id"] for section in sections]
    ids = [*(id_ for id_ in order if id_ in threads), *(i for i in threads if i not in order)]
    return [SectionRemarks(headings.get(id_, _("A former section")), threads[id_]) for id_ in ids]


def _versions(plan: LessonPlan) -> list[VersionChange]:
    changes: list[VersionChange] = []
    before: list[Section] | None = None
    versions = plan.versions.select_related("created_by").prefetch_related("authors")
    for version in versions.order_by("number"):
        changed = [] if before is None else compare_sections(before, version.sections)
        authors = sorted(version.authors.all(), key=lambda user: user.pk)
        changes.append(VersionChange(version, authors, [c for c in changed if c.changed]))
        before = version.sections
    return changes


# as a document


def moment(at: datetime | None) -> str:
    """A day and a time as the record writes them."""
    return date_format(localtime(at), "Y-m-d H:i") if at else ""


def record_docx(record: ProcessRecord, reader: User) -> bytes:
    """The record as a document, with the opened first drafts at its end."""
    drafted = [section for draft in record.drafts for section in draft.sections]
    pictures = pictures_for(reader, drafted)
    writer = Writer(pictures=pictures, picture_missing=_("picture"))
    title = _("Process record: %(title)s") % {"title": record.plan.title}
    writer.title(title)
    writer.header_table(record.fields)
    _write_events(writer, record)
    _write_draft_list(writer, record)
    _write_discussion(writer, record)
    _write_decisions(writer, record)
    _write_versions(writer, record)
    for part in record.further:
        writer.heading(part.heading)
        for label, text in part.lines:
            writer.line(text, label=label)
    _write_drafts(writer, record)
    return writer.saved(title=title, author=reader.name)


def _write_events(writer: Writer, record: ProcessRecord) -> None:
    writer.heading(_("Who did what, and when"))
    heads = [pgettext("column", "Time"), pgettext("column", "Who"), _("What"), _("Reason")]
    rows = [(moment(event.at), event.who, event.what, event.reason) for event in record.events]
    writer.plain_table(heads, rows, [3.4, 2.4, 4.4, 6.4])


def _write_draft_list(writer: Writer, record: ProcessRecord) -> None:
    writer.heading(_("Own first preparations"))
    heads = [pgettext("column", "Who"), _("Handed in"), _("Opened to the group")]
    rows = [
        (draft.author.name, moment(draft.handed_in_at), moment(draft.frozen_at))
        for draft in record.drafts
    ]
    writer.plain_table(heads, rows, [5.4, 5.6, 5.6])


def _write_discussion(writer: Writer, record: ProcessRecord) -> None:
    writer.heading(_("Group discussion and points raised"))
    if not record.discussion:
        writer.line(_("Nobody made a remark."))
    for section in record.discussion:
        writer.heading(section.heading, 3)
        for thread in section.threads:
            _write_thread(writer, thread)


def _write_thread(writer: Writer, thread: Thread) -> None:
    remark: Any = thread.remark
    kind = remark.get_kind_display()
    label = f"{thread.number}　{remark.author.name}　{moment(remark.created_at)}　{kind}"
    writer.line(remark.text, label=label)
    for reply in thread.replies:
        writer.line(f"{reply.author.name}　{moment(reply.created_at)}　{reply.text}", label="　↳")
    if remark.settled_at:
        words = f"{remark.settled_by.name}　{moment(remark.settled_at)}　{remark.settlement}"
        writer.line(words, label=f"　{_('Settled')}")


def _write_decisions(writer: Writer, record: ProcessRecord) -> None:
    if not record.decisions:
        return
    writer.heading(_("What was agreed on the differences"))
    heads = [_("Number"), _("Section"), _("What was agreed"), _("Recorded by")]
    rows = [
        (
            str(decision.number),
            f"{decision.heading} {decision.place}".strip(),
            decision.text,
            f"{decision.decided_by.name} {moment(decision.decided_at)}",
        )
        for decision in record.decisions
    ]
    writer.plain_table(heads, rows, [1.4, 3.6, 8, 3.6])


def _write_versions(writer: Writer, record: ProcessRecord) -> None:
    writer.heading(_("Second revision and approval"))
    for change in record.versions:
        version: Any = change.version
        number = _("Version %(number)s") % {"number": version.number}
        writer.heading(f"{number}　{version.get_reason_display()}", 3)
        authors = "、".join(user.name for user in change.authors)
        writer.line(f"{moment(version.created_at)}　{version.created_by.name}")
        writer.line(authors, label=_("Written by"))
        for section in change.changed:
            writer.line("", label=_("Changed: %(heading)s") % {"heading": section.heading})
            marks = {Mark.ADDED: "u", Mark.REMOVED: "s", Mark.SAME: ""}
            writer.runs((piece.text, marks[piece.mark]) for piece in section.pieces)


def _write_drafts(writer: Writer, record: ProcessRecord) -> None:
    for draft in record.drafts:
        writer.heading(_("First draft by %(name)s") % {"name": draft.author.name}, 1)
        for section in draft.sections:
            writer.heading(section["value"]["heading"], 3)
            write_section(writer, section)
