"""What is noted when a room begins: which revision its text is, and who had written it by then."""

from __future__ import annotations

from uuid import UUID

from lessonprep.coediting.crediting import credits_in
from lessonprep.coediting.materialising import note_saved
from lessonprep.coediting.models import Beginning, Room
from lessonprep.plans.models import LessonPlan
from lessonprep.plans.queries import writers_by_section


def note_beginning(plan: LessonPlan, room: Room, last: Room | None) -> None:
    """`last` is the room before, where there was one: then its words stand in this one too."""
    if plan.latest_revision is not None:
        note_saved(room, plan.latest_revision)
    wrote = credits_in(last) if last is not None else writers_by_section(plan)
    Beginning.objects.bulk_create(
        [
            Beginning(room=room, section=UUID(section), user=user)
            for section, users in wrote.items()
            for user in users
        ]
    )
