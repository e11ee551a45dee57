"""What people are told when somebody else touches their way of signing in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from schools.notices import register_notice

register_notice("signin.set_back", _("%(by)s reset your password; you chose a new one."))
register_notice(
    "signin.second_step_reset", _("%(by)s took your second step away. Please set it up again.")
)
