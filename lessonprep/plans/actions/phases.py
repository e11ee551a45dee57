"""A plan's way: first drafts → discussion ⇄ revision → in review → approved → revision …"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from lessonprep.groups.access import LEADING
from lessonprep.groups.queries import users_in
from lessonprep.plans.access import Action, NotNow, can
from lessonprep.plans.actions.agenda import number_agenda
from lessonprep.plans.actions.content import lock, text_of, write
from lessonprep.plans.live import Credits, together
from lessonprep.plans.models import FirstDraft, LessonPlan, PlanState, Remark, RevisionWriter
from lessonprep.plans.queries import writers_by_section
from lessonprep.plans.search_documents import SOURCE
from lessonprep.plans.sections import Section, is_empty
from lessonprep.plans.word.sharing import share_drafts
from lessonprep.versions.actions import freeze_version
from lessonprep.versions.models import PlanVersion
from media.actions import copy_uses_live
from schools import audience
from schools.audit import record
from schools.models import User
from schools.notices import notify, register_notice
from schools.workflow import open_review, start_review
from search import outbox

Phase = PlanState.Phase

register_notice("plans.discussion", _("The discussion of “%(title)s” is open"))
register_notice(
    "plans.draft_not_opened",
    _(
        "The discussion of “%(title)s” is open; your draft was not handed in. "
        "Hand it in now to open it to the group"
    ),
)
register_notice("plans.submitted", _("%(actor)s asks you to approve “%(title)s”"))
register_notice("plans.sent_back", _("%(actor)s sent back “%(title)s”: %(reason)s"))
register_notice("plans.approved", _("%(actor)s approved “%(title)s”"))


class OpenPoints(Exception):
    """Points raised are not settled yet, so the plan cannot be approved."""

    def __init__(self, plan: LessonPlan, count: int) -> None:
        super().__init__(f"{plan}: {count}")
        self.plan = plan
        self.count = count


class OpenSuggestions(Exception):
    """Suggested changes are neither accepted nor declined yet: the text is not settled."""

    def __init__(self, plan: LessonPlan, count: int) -> None:
        super().__init__(f"{plan}: {count}")
        self.plan = plan
        self.count = count


class NoDraft(Exception):
    """Nobody has handed in a first draft yet, so there is nothing to discuss."""


class ReasonMissing(Exception):
    """What is sent back says why."""


def _locked_for(plan: LessonPlan, action: Action, by: User) -> LessonPlan:
    plan = lock(plan)
    if not can(by, action, plan):
        raise NotNow(plan, action)
    return plan


def _move(plan: LessonPlan, phase: Phase, action: str, by: User, **detail: Any) -> None:
    together().save(plan)
    state = plan.state
    state.phase = phase
    state.phase_since = timezone.now()
    state.save()
    record(f"plan.{action}", plan, by=by, **detail)


def _tell(plan: LessonPlan, kind: str, by: User, users: Any, **data: Any) -> None:
    others = [user for user in users if user != by]
    notify(others, kind, url=plan.get_absolute_url(), actor=by.name, title=plan.title, **data)


@transaction.atomic
def hand_over(*, plan: LessonPlan, by: User) -> PlanVersion:
    """Open the discussion: all drafts handed in at once, the main preparer's becomes the base.

    Opening hands in one's own draft. What others have not handed in stays unseen, and they are told
    that they still can.
    """
    plan = _locked_for(plan, Action.HAND_OVER, by)
    written = [
        draft
        for draft in FirstDraft.objects.filter(plan=plan).select_related("author").order_by("pk")
        if not all(map(is_empty, draft.sections))
    ]
    drafts = [draft for draft in written if draft.handed_in_at or draft.author_id == by.pk]
    if not drafts:
        raise NoDraft
    main = plan.state.task.main_preparer_id
    base = next((draft for draft in drafts if draft.author_id == main), drafts[0])
    _open(drafts)
    write(plan, base.sections, by=base.author)
    _move(plan, Phase.DISCUSSION, "handed_over", by, drafts=len(drafts))
    version = freeze(plan, PlanVersion.Reason.HAND_OVER, authors=[base.author], by=by)
    number_agenda(plan)
    share_drafts(plan)
    unopened = {draft.author for draft in written if draft not in drafts}
    members = users_in(plan.state.task.prep_plan.prep_group)
    _tell(plan, "plans.discussion", by, [user for user in members if user not in unopened])
    url = reverse("plans:draft", args=[plan.uuid])
    notify(unopened, "plans.draft_not_opened", url=url, actor=by.name, title=plan.title)
    return version


def _open(drafts: Sequence[FirstDraft]) -> None:
    now = timezone.now()
    for draft in drafts:
        draft.handed_in_at = draft.handed_in_at or now
        draft.frozen_at = now
    FirstDraft.objects.bulk_update(drafts, ["handed_in_at", "frozen_at"])


@transaction.atomic
def close_discussion(*, plan: LessonPlan, by: User) -> None:
    """From the discussion to the second revision (二次优化), by the main preparer."""
    plan = _locked_for(plan, Action.CLOSE_DISCUSSION, by)
    _move(plan, Phase.REVISION, "discussion_closed", by)


@transaction.atomic
def reopen_discussion(*, plan: LessonPlan, by: User) -> None:
    """Back to the discussion."""
    plan = _locked_for(plan, Action.REOPEN_DISCUSSION, by)
    _move(plan, Phase.DISCUSSION, "discussion_reopened", by)


@transaction.atomic
def submit(*, plan: LessonPlan, by: User) -> None:
    """Ask the leader or a deputy to approve (提交定稿); raises `OpenSuggestions`."""
    plan = _locked_for(plan, Action.SUBMIT, by)
    _check_suggestions(plan)
    plan.state.sent_back_reason = ""
    _move(plan, Phase.IN_REVIEW, "submitted", by)
    start_review(plan, by=by)
    approvers = users_in(plan.state.task.prep_plan.prep_group, *LEADING)
    _tell(plan, "plans.submitted", by, approvers)


def _check_suggestions(plan: LessonPlan) -> None:
    count = sum(together().suggestions(plan).values())
    if count:
        raise OpenSuggestions(plan, count)


@transaction.atomic
def approve(*, plan: LessonPlan, revision_id: int | None, by: User) -> PlanVersion:
    """Approve (定稿) the text that the leader saw.

    Raises `StaleReview`, `OpenPoints`, `OpenSuggestions`.
    """
    plan = _locked_for(plan, Action.APPROVE, by)
    task_state = open_review(plan, revision_id)
    open_points = Remark.objects.filter(
        plan=plan, kind=Remark.Kind.POINT, settled_at__isnull=True
    ).count()
    if open_points:
        raise OpenPoints(plan, open_points)
    _check_suggestions(plan)
    task_state.approve(user=by)
    plan = lock(plan)
    own = plan.state.task.main_preparer_id == by.pk
    note = "approved by the main preparer: the group has no deputy" if own else ""
    _move(plan, Phase.APPROVED, "approved", by, own=own)
    version = freeze(plan, PlanVersion.Reason.APPROVAL, authors=writers_of(plan), by=by, note=note)
    token = audience.prep_group(plan.state.task.prep_plan.prep_group_id)
    audience.set_audience(plan, audience.Side.LIVE, {token})
    copy_uses_live(plan, by=by)
    outbox.changed(SOURCE, plan.uuid)
    _tell(plan, "plans.approved", by, users_in(plan.state.task.prep_plan.prep_group))
    return version


@transaction.atomic
def send_back(*, plan: LessonPlan, revision_id: int | None, reason: str, by: User) -> None:
    """Send back to revision, with the reason; raises `StaleReview`, `ReasonMissing`."""
    plan = _locked_for(plan, Action.APPROVE, by)
    task_state = open_review(plan, revision_id)
    if not reason.strip():
        raise ReasonMissing
    task_state.reject(user=by, comment=reason)
    plan.state.sent_back_reason = reason.strip()
    _move(plan, Phase.REVISION, "sent_back", by, reason=reason.strip())
    main = plan.state.task.main_preparer
    _tell(plan, "plans.sent_back", by, [main] if main else [], reason=reason.strip())


@transaction.atomic
def revise(*, plan: LessonPlan, by: User) -> None:
    """Start the next version; readers keep the approved text until the next approval."""
    plan = _locked_for(plan, Action.REVISE, by)
    _move(plan, Phase.REVISION, "revised", by)


def freeze(
    plan: LessonPlan,
    reason: PlanVersion.Reason,
    *,
    authors: Any,
    by: User,
    note: str = "",
) -> PlanVersion:
    """The plan's latest text as its next version."""
    volume, chapter = plan.volume, plan.chapter
    sections = text_of(plan)
    return freeze_version(
        plan=plan,
        title=plan.title,
        sections=sections,
        description={
            "subject": plan.subject,
            "stage": plan.stage,
            "grade": plan.grade,
            "volume": str(volume.uuid) if volume else None,
            "chapter": chapter.title if chapter else "",
            "licence": plan.licence,
        },
        design_model=plan.design_model.code,
        authors=authors,
        reason=reason,
        by=by,
        note=note,
        credited=_credits(plan, sections),
    )


def _credits(plan: LessonPlan, sections: Sequence[Section]) -> Credits:
    """Whose words stand in each section that says something."""
    found = together().credits(plan)
    if found is None:
        found = writers_by_section(plan)
    written = [section["id"] for section in sections if not is_empty(section)]
    return {id_: found[id_] for id_ in written if id_ in found}


def writers_of(plan: LessonPlan) -> list[User]:
    """Everyone who has saved a text since the drafts were opened, the main preparer first.

    The empty text with which the plan was made counts for nobody.
    """
    revisions = Revision.objects.for_instance(plan).order_by("pk")
    ids = list(revisions.values_list("user_id", flat=True))[1:]
    ids += RevisionWriter.objects.filter(revision__in=revisions).values_list("user_id", flat=True)
    main = plan.state.task.main_preparer_id
    users = User.objects.filter(pk__in={pk for pk in (*ids, main) if pk})
    return sorted(users, key=lambda user: (user.pk != main, user.pk))
