"""Asks for light forms of files that have none; the worker of previews makes them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from media.previews.actions import want_again, want_previews
from media.previews.models import Preview
from media.previews.queries import possible_by_now, without_previews


class Command(BaseCommand):
    """`make_previews [--failed] [--all]`."""

    help = "Ask for page images, posters and light films where there are none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--failed", action="store_true", help="also try again what failed")
        parser.add_argument("--all", action="store_true", help="make everything anew")

    def handle(self, *args: Any, **options: Any) -> None:
        new = 0
        for file in without_previews():
            want_previews(file)
            new += 1
        again = want_again(possible_by_now())
        if options["failed"]:
            again += want_again(Preview.objects.filter(state=Preview.State.FAILED))
        if options["all"]:
            again += want_again(Preview.objects.all())
        self.stdout.write(
            _("%(new)s files and %(again)s previews are queued.") % {"new": new, "again": again}
        )
