"""What an import by file makes beside resources: schools not known yet, accounts of libraries."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from schools.audit import record
from schools.models import Region, School, User
from schools.tree import container_for_school

NOWHERE = "000000"
"""Division code of the regions in which new schools lie until somebody says where they are."""


@transaction.atomic
def create_school(code: str, *, region: Region | None, by: User | None) -> tuple[School, bool]:
    """The school with this code, and whether it was made now; its code is its name for the time."""
    school, made = School.objects.select_related("region", "container").get_or_create(
        code=code, defaults={"name": code, "region": region or _nowhere()}
    )
    if made:
        container_for_school(school)
        record("school.created", school, by=by, reason="import")
    return school, made


def _nowhere() -> Region:
    """A county of its own, so that nothing is shown to a real one by a guess."""
    parent: Region | None = None
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Region not yet known")
    for number, level in enumerate(
        (Region.Level.PROVINCE, Region.Level.CITY, Region.Level.COUNTY), start=1
    ):
        parent, _made = Region.objects.get_or_create(
            code=f"{NOWHERE}-{number}", defaults={"name": name, "level": level, "parent": parent}
        )
    assert parent is not None  # noqa: S101 - for the type checker
    return parent


def library_account_name(code: str) -> str:
    """The user name of the account that stands for the library of the school with this code."""
    return f"library-{code}"[:60]


@transaction.atomic
def library_account(account: User) -> User:
    """The account that stands for a school's library, made once; nobody can sign in by it."""
    found = User.objects.filter(username=account.username).first()
    if found is not None:
        return found
    account.set_unusable_password()
    account.save()
    record("user.created", account, by=None, reason="import")
    return account
