"""Makers of resources in every state, with the workflow and the editors they need."""

from __future__ import annotations

from itertools import count
from typing import Any
from uuid import uuid4

from media.models import Video
from resources.library import actions
from resources.library.models import (
    CheckPoint,
    LessonPlanEdition,
    Microlecture,
    Place,
    Resource,
    Submission,
)
from resources.library.queries import Purpose, reviewers, targets, waiting_submission
from schools.access import Role, Scope
from schools.models import School, User
from schools.workflow import the_workflow
from tests.factories import media as files
from tests.factories import people

ALL_CHECKS = list(CheckPoint.values)
_next = count(1)


def workflow() -> None:
    """The one workflow, attached to the site's root."""
    the_workflow(people.site_root())


def again(user: User) -> User:
    """The user as the next request will read them: rights of the last one are forgotten."""
    return User.objects.get(pk=user.pk)


def editor(scope: Scope | None, who: User | None = None, **grant: Any) -> User:
    """A library editor of the scope."""
    assert scope is not None
    return people.with_role(Role.LIBRARY_EDITOR, scope, who, **grant)


def video(by: User, school: School) -> Video:
    """A stored video."""
    stored = files.stored(f"朗读{next(_next)}.mp4", by=by, school=school)
    assert isinstance(stored, Video)
    return stored


def sections(text: str = "整体感知，朗读课文。") -> list[dict[str, Any]]:
    """Sections as a StreamField stores them."""
    row = {"step": "导入", "minutes": 5, "teacher": "<p>提问</p>", "pupils": "", "intent": ""}
    return [
        {
            "type": "text",
            "id": str(uuid4()),
            "value": {"key": "aims", "heading": "教学目标", "body": f"<p>{text}</p>"},
        },
        {
            "type": "process",
            "id": str(uuid4()),
            "value": {
                "key": "process",
                "heading": "教学过程",
                "rows": [{"type": "item", "id": str(uuid4()), "value": row}],
            },
        },
    ]


def edition(
    school: School | None = None, maker: User | None = None, title: str = "", **description: Any
) -> LessonPlanEdition:
    """A draft edition of a lesson plan."""
    school = school or people.school()
    return actions.create_edition(
        school=school,
        by=maker or people.teacher(school),
        title=title or f"春 {next(_next)}",
        description={"subject": "chinese", "stage": "junior", "grade": 7, **description},
        sections=sections(),
        source_uuid=uuid4(),
        source_number=1,
        source_hash=uuid4().hex,
    )


def revised(made: LessonPlanEdition, title: str, number: int = 2) -> LessonPlanEdition:
    """The edition with the plan's next version as its draft."""
    return actions.new_edition_revision(
        made,
        by=made.maker,
        title=title,
        description={},
        sections=sections(title),
        source_number=number,
        source_hash=uuid4().hex,
    )


def microlecture(
    school: School | None = None, maker: User | None = None, title: str = "", **content: Any
) -> Microlecture:
    """A draft microlecture with its video."""
    school = school or people.school()
    maker = maker or people.teacher(school)
    return actions.create_microlecture(
        school=school,
        by=maker,
        title=title or f"朗读微课 {next(_next)}",
        description={"subject": "chinese", "grade": 7},
        content={"body": "<p>先听后读。</p>", **content},
        video=video(maker, school),
    )


def submitted(made: Resource, by: User | None = None) -> Submission:
    """Its latest draft, put before the editors; one of the home school is made if need be."""
    workflow()
    fresh = reread(made)
    draft = fresh.get_latest_revision_as_object()
    if not reviewers(made.school, draft, asker=by or fresh.maker).exists():
        editor(made.school)
    waiting = actions.submit_for_publication(
        fresh, by=by or fresh.maker, revision_id=fresh.latest_revision_id
    )
    assert waiting is not None
    return waiting


def passed(submission: Submission) -> Resource:
    """What was asked, passed by some editor of that scope (a new one if need be)."""
    actions.accept(
        submission,
        by=editor(submission.scope),
        revision_id=submission.revision_id,
        checks=ALL_CHECKS,
    )
    return reread(submission.resource)


def published(made: Resource | None = None, **kwargs: Any) -> Resource:
    """A resource in the library of its school."""
    return passed(submitted(made or edition(**kwargs)))


def recommended(made: Resource, place: Place) -> Submission:
    """A recommendation that waits; an editor of the place is made."""
    from resources.library.ladder import editors_scope
    from resources.library.queries import standing

    fresh = reread(made)
    editor(editors_scope(place, standing(fresh), fresh.school))
    return actions.recommend(fresh, by=fresh.maker, place=place, revision_id=fresh.live_revision_id)


def raised(made: Resource, *levels: str) -> Resource:
    """A published resource, taken into the library of each of these levels."""
    for level in levels:
        place = next(place for place in targets(reread(made)) if place.level == level)
        made = passed(recommended(made, place))
    return made


def reread(made: Resource) -> Resource:
    """The resource as the database has it, as its kind."""
    fresh: Resource = Resource.objects.get(pk=made.pk).specific
    return fresh


def waiting(made: Resource, purpose: str = Purpose.PUBLISH) -> Submission | None:
    """Its open request."""
    return waiting_submission(made, purpose)
