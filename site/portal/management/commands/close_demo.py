"""Closes the demonstration's accounts, so that a server can go into production."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from schools.audit import record
from schools.models import User


class Command(BaseCommand):
    """`manage.py close_demo`."""

    help = "Close every account of the demonstration: nobody can sign in with them any more."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        open_accounts = User.objects.filter(is_demonstration=True, is_active=True)
        for user in open_accounts:
            user.is_active = False
            user.set_unusable_password()
            user.save(update_fields=["is_active", "password"])
            record("account.closed", user, by=None)
        self.stdout.write("The demonstration's accounts are closed.")
