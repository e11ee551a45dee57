"""Loads the demonstration: safe to run again, goes on where an interrupted run stopped."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from portal.demo import lessons, library, people
from portal.demo.accounts import KNOWN, USERNAMES, on_loopback, replace_known_passwords
from portal.environment import environment
from resources.catalogue.models import Chapter

DATA = settings.BASE_DIR / "resources" / "catalogue" / "data"


class Command(BaseCommand):
    """`manage.py load_demo`."""

    help = "Load the demonstration (an invented county), or the rest of it."

    def handle(self, *args: Any, **options: Any) -> None:
        if environment().mode == "production":
            raise CommandError("A production server loads no demonstration.")
        self.stdout.write("Looking after the demonstration.")
        self._load_catalogue()
        people.load_people(KNOWN)
        self._tell_accounts()
        prep_plan = lessons.load_prep_plan(lessons.load_prep_group())
        library.load_edition(lessons.load_approved(prep_plan))
        library.load_microlecture()
        lessons.load_in_revision(prep_plan)
        lessons.load_in_discussion(prep_plan)
        call_command("drain_outbox", verbosity=0)

    def _load_catalogue(self) -> None:
        if Chapter.objects.filter(standards__isnull=False).exists():
            return
        call_command("import_standards", DATA / "standards_chinese_junior.csv", verbosity=0)
        call_command("import_catalogue", DATA / "tongbian_chinese_7a_2024.csv", verbosity=0)

    def _tell_accounts(self) -> None:
        if on_loopback():
            self.stdout.write(f"Accounts: {', '.join(USERNAMES[:6])} …; password {KNOWN}")
            return
        self.stdout.write("Others reach this server: accounts with the known password get another.")
        for username, password in replace_known_passwords():
            self.stdout.write(f"  {username}  {password}")
