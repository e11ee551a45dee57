"""Freezing a version."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from lessonprep.versions.models import PlanVersion, content_hash
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
) -> PlanVersion:
    """Write the plan's next version; call it with the page row locked."""
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
    return version
