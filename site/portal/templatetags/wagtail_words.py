"""Words of Wagtail's templates that it does not let be translated."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()
SEARCH = 'value="Search"'


@register.filter
def searched(html: SafeString) -> SafeString:
    """A part of Wagtail's own page with the hidden button beside its search box named."""
    return mark_safe(html.replace(SEARCH, format_html('value="{}"', _("Search"))))  # noqa: S308
