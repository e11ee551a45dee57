"""The audience tokens of prep group members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lessonprep.groups.models import PrepGroupMember
from schools import audience
from schools.models import User


@audience.register_token_provider
def tokens_of_prep_groups(reader: User, day: date) -> Iterable[str]:
    """`prepgroup:<id>` for each group of which the reader is a member on `day`."""
    mine = PrepGroupMember.objects.on(day).filter(user=reader)
    yield from map(audience.prep_group, mine.values_list("prep_group_id", flat=True))
