"""Words for dates, sizes, names and kinds, in Chinese and English; a builtin of all templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django import template
from django.core.paginator import Page
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from schools.models import Notification
from schools.models.dated import Dated
from schools.notices import sentence_of

register = template.Library()

_UNITS = ("B", "KB", "MB", "GB")
NO_BREAK = "\N{NO-BREAK SPACE}"
BOOK_TITLE_MARK = "\N{LEFT DOUBLE ANGLE BRACKET}"


def _local_day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """``9月14日``; with its year where that is not this year's."""
    if value is None:
        return ""
    local = _local_day(value)
    if local.year == timezone.localdate().year:
        return date_format(local, pgettext("format of a day, see Django's date filter", "j M"))
    return date_format(local, pgettext("format of a day with its year", "j M Y"))


@register.filter
def weekday(value: date | datetime | None) -> str:
    """``星期一``."""
    return date_format(_local_day(value), "l") if value else ""


@register.filter
def day_week(value: date | datetime | None) -> str:
    """``9月14日 星期一``."""
    if value is None:
        return ""
    return date_format(_local_day(value), pgettext("format of a day with its weekday", "l j F"))


@register.filter
def clock(value: datetime | None) -> str:
    """``15:30``."""
    return date_format(timezone.localtime(value), "H:i") if value else ""


@register.filter
def ago(value: datetime | None) -> str:
    """``09:46`` today, ``昨天 20:15``, else ``9月11日``."""
    if value is None:
        return ""
    days = (timezone.localdate() - _local_day(value)).days
    if days == 0:
        return clock(value)
    if days == 1:
        return _("Yesterday %(time)s") % {"time": clock(value)}
    return day(value)


@register.filter
def since_words(value: date | datetime | None) -> str:
    """How long something has waited: ``2天``, ``5小时``, ``不到1小时``; a day has no hours."""
    if value is None:
        return ""
    days = (timezone.localdate() - _local_day(value)).days
    if days > 0:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if not isinstance(value, datetime):
        return _("less than a day")
    hours = int((timezone.now() - value).total_seconds() // 3600)
    if hours < 1:
        return _("less than an hour")
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def _days_late(due: date | datetime) -> int:
    return (timezone.localdate() - _local_day(due)).days


@register.filter
def is_late(due: date | datetime | None) -> bool:
    """Whether the day is over."""
    return due is not None and _days_late(due) > 0


@register.filter
def late_words(due: date | datetime | None) -> str:
    """``逾期3天``, or nothing while there is time."""
    if due is None or _days_late(due) <= 0:
        return ""
    days = _days_late(due)
    return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}


@register.filter
def due_words(due: date | datetime | None) -> str:
    """``逾期3天``, ``今天``, ``明天``, else the day."""
    if due is None:
        return _("no date")
    words = {0: _("today"), -1: _("tomorrow")}
    return late_words(due) or words.get(_days_late(due)) or day(due)


@register.filter
def filesize_short(size: int | None) -> str:
    """``4.2 MB``, number and unit not broken apart; powers of 1024 as file managers show."""
    if size is None:
        return ""
    power = max(n for n in range(len(_UNITS)) if n == 0 or size >= 1024**n)
    value = size / 1024**power
    shown = f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
    return f"{shown}{NO_BREAK}{_UNITS[power]}"


@register.filter
def tenure(dated: Dated) -> str:
    """From when to when something held: ``2025年9月1日起``."""
    words = {"since": day(dated.since), "until": day(dated.until)}
    return (_("%(since)s to %(until)s") if dated.until else _("since %(since)s")) % words


@register.filter
def day_or_words(value: object) -> str:
    """A date as its day, anything else as it is."""
    return day(value) if isinstance(value, date) else str(value)


@register.filter
def notice_sentence(notice: Notification) -> str:
    """A notice in the reader's language."""
    return sentence_of(notice)


@register.filter
def joined(names: Iterable[object] | None) -> str:
    """Names in one line: ``甲、乙、丙``."""
    return pgettext("between names in a list", ", ").join(str(name) for name in names or ())


@register.filter
def titled(title: object) -> str:
    """A title of a text in its marks, ``《雨的四季》``; one that brings its own is left alone."""
    text = str(title)
    return text if BOOK_TITLE_MARK in text else pgettext("title", "“%(title)s”") % {"title": text}


@register.filter
def initial(name: object) -> str:
    """The first character of a name, for the round mark of a person."""
    return str(name)[:1]


@register.filter
def elided(page: Page[object]) -> Iterator[str | int]:
    """The page numbers to offer, with dots where some are left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


_KINDS: dict[str, Promise] = {
    "lesson_plan": pgettext_lazy("one character for a lesson plan", "P"),
    "courseware": pgettext_lazy("one character for courseware", "C"),
    "microlecture": pgettext_lazy("one character for a microlecture", "M"),
    "class_exercise": pgettext_lazy("one character for class exercises", "E"),
    "tiered_homework": pgettext_lazy("one character for tiered homework", "H"),
    "key_point_recording": pgettext_lazy("one character for a key-point recording", "K"),
    "difficulty_recording": pgettext_lazy("one character for a difficulty Q&A recording", "Q"),
    "solution_technique": pgettext_lazy("one character for solution techniques", "S"),
}


@register.filter
def kind_mark(kind: object) -> str:
    """The one character of a kind of resource, ``案``."""
    known = _KINDS.get(str(kind))
    return str(known) if known is not None else initial(kind).upper()


@dataclass(frozen=True, slots=True)
class _Part:
    css: str
    at: str
    width: str


@register.inclusion_tag("components/progress.html")
def progress(total: int, done: int = 0, doing: int = 0, late: int = 0) -> dict[str, object]:
    """A bar of `total` things with its words: done, under way, late; the rest is not due."""
    parts: list[_Part] = []
    at = 0.0
    for css, count in (("a", done), ("b", doing), ("c", late)):
        width = round(100 * count / total, 2) if total else 0.0
        if width:
            parts.append(_Part(css, f"{at:.2f}", f"{width:.2f}"))
        at += width
    ahead = max(total - done - doing - late, 0)
    return {
        "parts": parts,
        "total": total,
        "done": done,
        "doing": doing,
        "late": late,
        "ahead": ahead,
    }
