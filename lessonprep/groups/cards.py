"""What of the user's prep groups is new on the day page (今天): who came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lessonprep.groups.models import PrepGroupMember
from schools.cards import News, register_news
from schools.models import User

NEWS_EACH = 6


@register_news
def new_members(user: User, since: date) -> Iterable[News]:
    """Those who came into the user's groups since a day; a new role is no coming."""
    mine = PrepGroupMember.objects.on().filter(user=user).values("prep_group")
    before = PrepGroupMember.objects.filter(
        prep_group=OuterRef("prep_group"), user=OuterRef("user"), since__lt=OuterRef("since")
    )
    came = (
        PrepGroupMember.objects.on()
        .filter(prep_group__in=mine, since__gte=since)
        .exclude(user=user)
        .exclude(Exists(before))
        .select_related("user", "prep_group", "school")
        .order_by("-since", "-pk")
    )
    for member in came[:NEWS_EACH]:
        yield News(
            at=timezone.make_aware(datetime.combine(member.since, time.min)),
            who=member.user.name,
            text=_("came into “%(group)s” from %(school)s")
            % {"group": member.prep_group.name, "school": member.school.name},
            url=reverse("groups:group", args=[member.prep_group.uuid]),
        )
