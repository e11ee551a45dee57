"""Loads the demonstration: safe to run again, goes on where an interrupted run stopped."""

from __future__ import annotations

from argparse import ArgumentParser
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from portal.demo import bulk, front, library, people, prep
from portal.demo.accounts import (
    KNOWN,
    USERNAMES,
    known_passwords_were_replaced,
    on_loopback,
    replace_known_passwords,
)
from portal.demo.scale import MOST, multiply
from portal.environment import environment
from schools.audit import record
from schools.models import AuditEntry
from search.progress import Bar

LOADED = "demonstration.loaded"
CHANGE = "To set one anew: manage.py changepassword NAME"


class Command(BaseCommand):
    """`manage.py load_demo [--scale N]`."""

    help = "Load the demonstration (an invented city), or the rest of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale",
            type=int,
            default=1,
            metavar="N",
            help=_("About N times as much: more schools, people, plans and 100 × N resources."),
        )

    def handle(self, *args: Any, scale: int, **options: Any) -> None:
        if environment().mode == "production":
            raise CommandError("A production server loads no demonstration.")
        if not 1 <= scale <= MOST:
            raise CommandError(_("--scale is a number from 1 to %(most)s.") % {"most": MOST})
        self.stdout.write("Looking after the demonstration.")
        if AuditEntry.objects.filter(action=LOADED).exists():  # what people did to it since stays
            self._tell_accounts()
        else:
            self._load()
        if scale > 1:
            with Bar(self.stderr, _("plans and resources")) as bar:
                multiply(scale, bar.advance)
            call_command("drain_outbox", stdout=StringIO())

    def _load(self) -> None:
        quiet = StringIO()
        call_command("import_catalogue", shipped=True, stdout=quiet, stderr=quiet)
        people.load_people(KNOWN)
        self._tell_accounts()
        with Bar(self.stderr, _("lesson plans")) as bar:
            groups = [prep.load_group(told, bar.advance) for told in prep.told_groups()]
        micro = library.load_microlecture()
        with Bar(self.stderr, _("resources")) as bar:
            bulk.load_resources(bar.advance)
        library.load_requests()
        front.load_front(micro)
        record(LOADED, groups[0], by=None)
        call_command("drain_outbox", stdout=quiet)

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
