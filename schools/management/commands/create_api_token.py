"""`create_api_token USER`: makes a key of the JSON API and prints it once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from schools.api_tokens import issue_api_token
from schools.models import User


class Command(BaseCommand):
    """Makes a key by which a program reads what the user may read."""

    help = "Makes an API key for a user and prints it; it cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="user name or phone number")
        parser.add_argument("--name", default="API", help="what the key is for")

    def handle(self, *args: Any, **options: Any) -> None:
        name: str = options["user"]
        users = User.objects.filter(Q(username=name) | Q(phone=name), is_active=True)
        user = users.order_by("pk").first()
        if user is None:
            raise CommandError(f"There is no active user {name!r}.")
        _token, key = issue_api_token(user=user, by=None, name=options["name"])
        self.stdout.write(key)
