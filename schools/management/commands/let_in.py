"""`let_in USER`: unlocks an account, invites its user anew, takes a lost second step away."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from schools.models import User
from schools.signin.actions import invite, reset_second_step, set_back, unlock


class Command(BaseCommand):
    """What the operator does for somebody who cannot sign in, the operator's own account too."""

    help = "Unlocks an account; with more said, also invites or takes the second step away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="user name or phone number")
        parser.add_argument(
            "--invite", action="store_true", help="print a link that sets a password once"
        )
        parser.add_argument(
            "--new-password", action="store_true", help="the same, and shut the old password out"
        )
        parser.add_argument(
            "--without-second-step", action="store_true", help="take the lost telephone away"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = _user(options["user"])
        unlock(user=user, by=None)
        self.stderr.write(f"{user.username} may try to sign in again.")
        if options["without_second_step"]:
            removed = reset_second_step(user=user, by=None)
            self.stderr.write(
                "The second step is gone." if removed else "There was no second step."
            )
        if options["new_password"]:
            self.stdout.write(set_back(user=user, by=None))
        elif options["invite"]:
            self.stdout.write(invite(user=user, by=None))


def _user(name: str) -> User:
    users = User.objects.filter(Q(username=name) | Q(phone=name), is_active=True)
    user = sorted(users, key=lambda found: found.username != name)[:1]
    if not user:
        raise CommandError(f"There is no active user {name!r}.")
    return user[0]
