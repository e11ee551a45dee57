"""Two more rules for passwords: not one that is common here, not the own name in pinyin."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pypinyin import Style, lazy_pinyin

from schools.models import User

_LIST = Path(__file__).parent / "data" / "common_here.txt"


@cache
def _common() -> frozenset[str]:
    return frozenset(_LIST.read_text(encoding="utf-8").split())


class CommonHereValidator:
    """Refuses what many here choose, whatever its capitals and the marks at its end."""

    def validate(self, password: str, user: User | None = None) -> None:
        plain = password.lower()
        if plain in _common() or re.sub(r"[\W_]+$", "", plain) in _common():
            raise ValidationError(
                _("Many people use this password, so it is guessed first. Please choose another."),
                code="password_common_here",
            )

    def get_help_text(self) -> str:
        return _("Not one that many people use, such as woaini1314 or laoshi123.")


class OwnNameValidator:
    """Refuses the own name in pinyin or its initials with nothing but digits and marks added."""

    def validate(self, password: str, user: User | None = None) -> None:
        name = getattr(user, "name", "")
        if not name:
            return
        letters = re.sub(r"[\d\W_]+", "", password).lower()
        whole = "".join(lazy_pinyin(name)).lower()
        initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
        if letters and letters in {whole, whole * 2, initials, initials * 2}:
            raise ValidationError(
                _("This is your own name with a few digits. Please choose something else."),
                code="password_own_name",
            )

    def get_help_text(self) -> str:
        return _("Not your own name in pinyin with digits added.")
