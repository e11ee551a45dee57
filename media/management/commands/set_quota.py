"""`set_quota SCHOOL GIGABYTES|default`: how much a school may store."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from media.models import Quota
from media.quota import limit_of, used_by
from schools.audit import record
from schools.models import School


class Command(BaseCommand):
    """Gives a school more or less room."""

    help = (
        "Sets how many gigabytes a school, named by its code, may store: 0 is no limit, `default`"
        " is what the server gives every school (GONGBEI_SCHOOL_QUOTA_GB)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("school")
        parser.add_argument("gigabytes")

    def handle(self, *args: Any, school: str, gigabytes: str, **options: Any) -> None:
        found = School.objects.filter(code=school).first()
        if found is None:
            raise CommandError(_("No school has the code %(code)s.") % {"code": school})
        if gigabytes == "default":
            Quota.objects.filter(school=found).delete()
        elif gigabytes.isascii() and gigabytes.isdigit() and len(gigabytes) < 7:
            limit = int(gigabytes) * 1024**3
            Quota.objects.update_or_create(school=found, defaults={"limit": limit})
        else:
            raise CommandError(_("Write whole gigabytes, such as 500, or `default`."))
        record("school.quota_set", found, by=None, gigabytes=gigabytes)
        limit = limit_of(found)
        self.stdout.write(
            _("%(school)s uses %(used)s of %(limit)s.")
            % {
                "school": found,
                "used": filesizeformat(used_by(found)),
                "limit": filesizeformat(limit) if limit else _("no limit"),
            }
        )
