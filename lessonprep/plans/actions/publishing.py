"""Putting an approved plan into the library (放进资源库) as an edition."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lessonprep.groups.models import PrepGroupMember
from lessonprep.plans.access import Action, NotNow, can
from lessonprep.plans.actions.content import lock
from lessonprep.plans.models import LessonPlan, Publication
from lessonprep.plans.search_documents import SOURCE
from lessonprep.versions.models import PlanVersion
from resources.library import actions as library
from resources.library.models import LessonPlanEdition
from schools.audit import record
from schools.models import School, User
from schools.notices import notify, register_notice
from search import outbox

register_notice(
    "plans.put_in_library",
    _("%(actor)s put “%(title)s” into the library; submit it for review there"),
)


@transaction.atomic
def put_in_library(*, plan: LessonPlan, by: User) -> LessonPlanEdition:
    """The approved version as a draft in the library of the main preparer's school.

    A second time, a newer version becomes the next draft of the same edition.
    """
    plan = lock(plan)
    if not can(by, Action.PUBLISH, plan):
        raise NotNow(plan, Action.PUBLISH)
    version: PlanVersion = plan.versions.filter(reason=PlanVersion.Reason.APPROVAL).latest("number")
    publication = Publication.objects.filter(plan=plan).select_related("edition").first()
    if publication is not None and publication.version_id == version.pk:
        return publication.edition
    if publication is None:
        edition = library.create_edition(
            school=_home_of(plan, by),
            by=plan.state.task.main_preparer or by,
            **_content(plan, version),
        )
        Publication.objects.create(plan=plan, edition=edition, version=version, by=by)
    else:
        edition = publication.edition
        library.new_edition_revision(edition, by=by, **_content(plan, version))
        publication.version = version
        publication.by = by
        publication.save()
    record("plan.put_in_library", plan, by=by, version=version.number)
    if edition.maker != by:
        url = reverse("library:own", args=[edition.uuid])
        notify([edition.maker], "plans.put_in_library", url=url, actor=by.name, title=plan.title)
    # While an edition stands for the plan, search shows the edition alone.
    outbox.changed(SOURCE, plan.uuid)
    return edition


def _content(plan: LessonPlan, version: PlanVersion) -> dict[str, Any]:
    names = [user.name for user in version.authors.order_by("pk")]
    return {
        "title": version.title,
        "description": {
            "subject": plan.subject,
            "stage": plan.stage,
            "grade": plan.grade,
            "volume": plan.volume,
            "chapter": plan.chapter,
            "summary": plan.summary,
            "licence": plan.licence,
            "contributors": "、".join(names)[:300],
        },
        "sections": version.sections,
        "source_uuid": version.uuid,
        "source_number": version.number,
        "source_hash": version.content_hash,
    }


def _home_of(plan: LessonPlan, by: User) -> School:
    """The school for which the main preparer is in the group."""
    main = plan.state.task.main_preparer or by
    member: PrepGroupMember = (
        PrepGroupMember.objects.filter(
            prep_group=plan.state.task.prep_plan.prep_group_id, user=main
        )
        .select_related("school")
        .latest("since")
    )
    return member.school
