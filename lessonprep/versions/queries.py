"""Reading versions: whose words stand in which section."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from lessonprep.versions.models import PlanVersion, SectionCredit
from schools.models import User


def credit_lines(version: PlanVersion) -> dict[str, list[User]]:
    """The people credited, by the section's id."""
    return _lines(version.credits.select_related("user"))


def credited_names(version: UUID) -> dict[str, list[str]]:
    """Their names, for a version known by its uuid alone."""
    rows = SectionCredit.objects.filter(version__uuid=version).select_related("user")
    return {section: [user.name for user in users] for section, users in _lines(rows).items()}


def _lines(rows: Iterable[SectionCredit]) -> dict[str, list[User]]:
    lines: dict[str, list[User]] = {}
    for row in rows:
        lines.setdefault(str(row.section), []).append(row.user)
    return lines
