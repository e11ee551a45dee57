"""The lists of the staff pages as workbooks, with the same rows and the same rule as the page."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from schools.spreadsheets import Column
from schools.staff.queries import masked

_BETWEEN = ", "


def _joined(values: Any) -> str:
    return _BETWEEN.join(str(value) for value in dict.fromkeys(values))


def people_columns(administered: Collection[int]) -> list[Column[Any]]:
    """The list of people; whom the reader does not administer shows the end of the number only."""
    return [
        Column(pgettext("of a person", "Name"), lambda user: user.name, 12),
        Column(_("User name"), lambda user: user.username, 16),
        Column(
            _("Phone number"),
            lambda user: user.phone if user.pk in administered else masked(user.phone),
            14,
        ),
        Column(_("School"), lambda user: _joined(m.school.name for m in user.here), 24),
        Column(
            _("Teaches"),
            lambda user: _joined(a for m in user.here for a in m.assignments.all()),
            28,
        ),
        Column(pgettext("of a teacher", "Title"), lambda user: _joined(user.held_titles), 18),
        Column(_("Last sign-in"), lambda user: user.last_login, 17),
        Column(
            _("Terms accepted"),
            lambda user: (
                pgettext("accepted", "Yes") if user.accepted else pgettext("accepted", "No")
            ),
            10,
        ),
        Column(
            _("Account"),
            lambda user: (
                pgettext("account", "Open") if user.is_active else pgettext("account", "Closed")
            ),
            8,
        ),
    ]


def school_columns() -> list[Column[Any]]:
    """The list of schools."""
    return [
        Column(_("School"), lambda school: school.name, 28),
        Column(_("School code"), lambda school: school.code, 14),
        Column(_("Kind"), lambda school: school.get_kind_display(), 14),
        Column(_("Region"), lambda school: school.region.name, 16),
        Column(pgettext("number", "People"), lambda school: school.people, 8),
        Column(_("Have signed in"), lambda school: school.came, 10),
    ]


def role_columns() -> list[Column[Any]]:
    """The list of roles."""
    return [
        Column(pgettext("of a person", "Name"), lambda grant: grant.user.name, 12),
        Column(_("User name"), lambda grant: grant.user.username, 16),
        Column(_("Role"), lambda grant: grant.get_role_display(), 16),
        Column(_("Stage"), lambda grant: grant.get_stage_display(), 8),
        Column(_("Subject"), lambda grant: grant.get_subject_display(), 12),
        Column(pgettext("first day", "From"), lambda grant: grant.since, 12),
        Column(pgettext("last day", "Until"), lambda grant: grant.until, 12),
        Column(_("Given by"), lambda grant: grant.granted_by.name if grant.granted_by else "", 12),
    ]


def rotation_columns() -> list[Column[Any]]:
    """The list of rotations."""
    return [
        Column(pgettext("of a person", "Name"), lambda rotation: rotation.user.name, 12),
        Column(_("Home school"), lambda rotation: rotation.home_school.name, 24),
        Column(_("Host school"), lambda rotation: rotation.host_school.name, 24),
        Column(_("Subject"), lambda rotation: rotation.get_subject_display(), 12),
        Column(pgettext("first day", "From"), lambda rotation: rotation.since, 12),
        Column(pgettext("last day", "Until"), lambda rotation: rotation.until, 12),
    ]


def title_columns() -> list[Column[Any]]:
    """The list of titles."""
    return [
        Column(pgettext("of a person", "Name"), lambda title: title.user.name, 12),
        Column(pgettext("of a teacher", "Title"), lambda title: title.get_kind_display(), 16),
        Column(pgettext("of a title", "Level"), lambda title: title.get_level_display(), 10),
        Column(pgettext("first day", "From"), lambda title: title.since, 12),
        Column(pgettext("last day", "Until"), lambda title: title.until, 12),
    ]


def base_columns() -> list[Column[Any]]:
    """The list of subject bases."""
    return [
        Column(_("Subject base"), lambda base: base.name, 28),
        Column(_("Stage"), lambda base: base.get_stage_display(), 8),
        Column(_("Subject"), lambda base: base.get_subject_display(), 12),
        Column(_("Region"), lambda base: base.region.name, 16),
        Column(_("Leading school"), lambda base: base.lead_school.name, 24),
        Column(_("Schools"), lambda base: base.schools, 8),
    ]
