"""The words of a reminder (催办文字), ready to be pasted into the group's chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lessonprep.groups.models import PrepPlan
from lessonprep.meetings.queries import Waiting
from lessonprep.plans.models import PlanState
from lessonprep.plans.queries import BoardCard
from schools.models import User

Phase = PlanState.Phase
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def short(number: int) -> str:
    """A number in as few characters as can be read out: ``1z``."""
    text = ""
    while number:
        number, rest = divmod(number, len(DIGITS))
        text = DIGITS[rest] + text
    return text or "0"


def short_link(prep_plan: PrepPlan) -> str:
    """The board's short address, whole, as a chat needs it."""
    path = reverse("meetings:short", args=[short(prep_plan.pk)])
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}"


def day_words(day: date) -> str:
    """``9月14日``."""
    return date_format(day, pgettext("format of a day, see Django's date filter", "j M"))


def what_is_to_do(card: BoardCard) -> str:
    """What the task waits for, as one says it in a chat: ``初备``."""
    match card.phase:
        case Phase.FIRST_DRAFT:
            return pgettext("in a reminder", "first draft")
        case Phase.DISCUSSION:
            return pgettext("in a reminder", "discussion")
        case Phase.REVISION:
            return pgettext("in a reminder", "revision")
        case Phase.IN_REVIEW:
            return pgettext("in a reminder", "approval")
    return str(card.phase.label)


def line_of(user: User, card: BoardCard) -> str:
    """One thing: who, which lesson, what, by when, what is still open."""
    words = {
        "name": user.name,
        "title": _in_marks(card.task.chapter.title),
        "what": what_is_to_do(card),
        "day": day_words(card.due) if card.due else "",
    }
    if card.late_days:
        line = _("%(name)s: %(title)s %(what)s, was due %(day)s") % words
    else:
        line = _("%(name)s: %(title)s %(what)s, by %(day)s") % words
    if card.phase == Phase.REVISION and card.open_points:
        line += ngettext(
            ", %(count)s point to settle", ", %(count)s points to settle", card.open_points
        ) % {"count": card.open_points}
    return line


def _in_marks(title: str) -> str:
    mark = "\N{LEFT DOUBLE ANGLE BRACKET}"
    return title if mark in title else pgettext("title", "“%(title)s”") % {"title": title}


def reminder_text(prep_plan: PrepPlan, people: Sequence[Waiting], day: date) -> str:
    """The whole text: the group, the day, each thing on a line, a way out, the address."""
    lines = [line_of(one.user, card) for one in people for card in one.cards]
    greeting = ngettext(
        "Dear colleagues, today is %(day)s (%(weekday)s). Please see to this:",
        "Dear colleagues, today is %(day)s (%(weekday)s). Please see to these %(count)s things:",
        len(lines),
    )
    numbered = [
        pgettext("a numbered line", "%(number)s. %(line)s") % {"number": number, "line": line}
        for number, line in enumerate(lines, start=1)
    ]
    return "\n".join(
        [
            pgettext("first line of a reminder", "[%(group)s: preparing together]")
            % {"group": prep_plan.prep_group.name},
            greeting
            % {"day": day_words(day), "weekday": date_format(day, "l"), "count": len(lines)},
            *numbered,
            _("If this week is difficult, tell us, and we change the dates."),
            _("Open and write (a phone will do): %(link)s") % {"link": short_link(prep_plan)},
        ]
    )
