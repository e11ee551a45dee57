"""Loads the demonstration: safe to run again, goes on where an interrupted run stopped."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from portal.demo import lessons, library, people
from portal.demo.accounts import KNOWN, on_loopback, passwords, replace_known_passwords
from portal.environment import environment
from resources.catalogue.models import Chapter
from schools.models import User
from schools.tree import home
from schools.workflow import the_workflow

DATA = settings.BASE_DIR / "resources" / "catalogue" / "data"


class Command(BaseCommand):
    """`manage.py load_demo`."""

    help = "Load the demonstration (an invented county), or the rest of it."

    def handle(self, *args: Any, **options: Any) -> None:
        if environment().mode == "production":
            raise CommandError("A production server loads no demonstration.")
        made = passwords()
        before = set(User.objects.values_list("username", flat=True))
        self.stdout.write("Looking after the demonstration.")
        the_workflow(home())
        self._load_catalogue()
        people.load_people(made)
        prep_plan = lessons.load_prep_plan(lessons.load_prep_group())
        library.load_edition(lessons.load_approved(prep_plan))
        library.load_microlecture()
        lessons.load_in_revision(prep_plan)
        lessons.load_in_discussion(prep_plan)
        call_command("drain_outbox", verbosity=0)
        fresh = {name: made[name] for name in made if name not in before}
        self._tell({**replace_known_passwords(), **({} if on_loopback() else fresh)})

    def _load_catalogue(self) -> None:
        if Chapter.objects.filter(standards__isnull=False).exists():
            return
        call_command("import_standards", DATA / "standards_chinese_junior.csv", verbosity=0)
        call_command("import_catalogue", DATA / "tongbian_chinese_7a_2024.csv", verbosity=0)

    def _tell(self, new: dict[str, str]) -> None:
        if on_loopback():
            self.stdout.write(f"Accounts: preparer, leader, receiver …; password {KNOWN}")
        for username, password in new.items():
            self.stdout.write(f"  {username}  {password}")
