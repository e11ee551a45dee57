"""Freezing a version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import models, transaction

from lessonprep.versions.models import PlanVersion, SectionCredit, content_hash
from schools.audience import Side, audience_of
from schools.models import User


@transaction.atomic
def freeze_version(
    *,
    plan: Any,
    title: str,
    sections: list[dict[str, Any]],
    description: dict[str, Any],
    design_model: str,
    authors: Iterable[User],
    reason: PlanVersion.Reason,
    by: User,
    note: str = "",
    credited: Mapping[str, Sequence[User]] | None = None,
) -> PlanVersion:
    """Write the plan's next version; call it with the page row locked.

    `credited` names, by the section's id, those whose words stand there.
    """
    last = PlanVersion.objects.filter(plan=plan).aggregate(last=models.Max("number"))["last"]
    version: PlanVersion = PlanVersion.objects.create(
        plan=plan,
        number=(last or 0) + 1,
        title=title,
        sections=sections,
        description=description,
        design_model=design_model,
        audience=sorted(audience_of(plan, Side.DRAFT)),
        content_hash=content_hash(title, sections),
        reason=reason,
        note=note,
        created_by=by,
    )
    version.authors.set(authors)
    lines = [(UUID(section), user) for section, users in (credited or {}).items() for user in users]
    SectionCredit.objects.bulk_create(
        [SectionCredit(version=version, section=section, user=user) for section, user in lines]
    )
    return version
