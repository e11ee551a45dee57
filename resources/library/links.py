"""Links to items of the state's platforms (国家、省级智慧教育平台): which hosts are trusted."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

PLATFORMS = ("smartedu.cn", "eduyun.cn", "edu.cn", "gov.cn", "k12.com.cn")
"""Those of the state and its provinces with all hosts below; the setting `PLATFORM_HOSTS` adds."""

_is_address = URLValidator(schemes=["https"])


def host_of(link: str) -> str:
    """``basic.smartedu.cn``; empty for no link."""
    try:
        return (urlsplit(link).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def is_trusted(host: str) -> bool:
    """Whether the host is one of the platforms or below one."""
    known = (*PLATFORMS, *getattr(settings, "PLATFORM_HOSTS", ()))
    return any(host == name or host.endswith(f".{name}") for name in known)


def validate_link(link: str) -> None:
    """Raises a ValidationError for what is no https address of a platform."""
    try:
        _is_address(link)
        parts = urlsplit(link)
        strange = bool(parts.username or parts.password or parts.port not in {None, 443})
    except (ValidationError, ValueError):
        strange = True
    if strange or "\\" in link:
        raise ValidationError(
            _("This is no address of a web page: it begins with https:// and names a host.")
        )
    if not is_trusted(host_of(link)):
        raise ValidationError(
            _(
                "%(host)s is none of the national or provincial platforms. "
                "Please link an item of such a platform, or upload a file."
            )
            % {"host": host_of(link)}
        )
