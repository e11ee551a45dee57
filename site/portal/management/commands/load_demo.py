"""Loads the demonstration: safe to run again, goes on where an interrupted run stopped."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from portal.demo import front, lessons, library, people
from portal.demo.accounts import (
    KNOWN,
    USERNAMES,
    known_passwords_were_replaced,
    on_loopback,
    replace_known_passwords,
)
from portal.environment import environment
from resources.catalogue.models import Chapter
from schools.audit import record
from schools.models import AuditEntry

DATA = settings.BASE_DIR / "resources" / "catalogue" / "data"
LOADED = "demonstration.loaded"
CHANGE = "To set one anew: manage.py changepassword NAME"


class Command(BaseCommand):
    """`manage.py load_demo`."""

    help = "Load the demonstration (an invented county), or the rest of it."

    def handle(self, *args: Any, **options: Any) -> None:
        if environment().mode == "production":
            raise CommandError("A production server loads no demonstration.")
        self.stdout.write("Looking after the demonstration.")
        if AuditEntry.objects.filter(action=LOADED).exists():  # what people did to it since stays
            self._tell_accounts()
            return
        self._load_catalogue()
        people.load_people(KNOWN)
        self._tell_accounts()
        prep_group = lessons.load_prep_group()
        prep_plan = lessons.load_prep_plan(prep_group)
        edition = library.load_edition(lessons.load_approved(prep_plan))
        micro = library.load_microlecture()
        front.load_front(edition, micro)
        lessons.load_in_revision(prep_plan)
        lessons.load_in_discussion(prep_plan)
        record(LOADED, prep_group, by=None)
        call_command("drain_outbox", stdout=StringIO())

    def _load_catalogue(self) -> None:
        if Chapter.objects.filter(standards__isnull=False).exists():
            return
        quiet = StringIO()
        call_command("import_standards", DATA / "standards_chinese_junior.csv", stdout=quiet)
        call_command("import_catalogue", DATA / "tongbian_chinese_7a_2024.csv", stdout=quiet)

    def _tell_accounts(self) -> None:
        if on_loopback():
            words = f"password {KNOWN}"
            if known_passwords_were_replaced():
                words = f"passwords as shown when others could reach this server. {CHANGE}"
            self.stdout.write(f"Accounts: {', '.join(USERNAMES[:6])} …; {words}")
            return
        number = 0
        for number, (username, password) in enumerate(replace_known_passwords(), start=1):
            if number == 1:
                self.stdout.write("Others can reach this server, so accounts get new passwords.")
                self.stdout.write("Please note them; they are not shown again:")
            self.stdout.write(f"  {username}  {password}")
        if not number:
            words = "every account already has the password that an earlier start has shown"
            self.stdout.write(f"Others can reach this server; {words}. {CHANGE}")
