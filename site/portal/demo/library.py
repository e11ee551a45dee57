"""What the editors of the demonstration have decided, and what waits for them (送审、推荐)."""

from __future__ import annotations

from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from django.core.files import File

from media.actions import store_upload
from portal.takedown.actions import ask_for_takedown
from portal.takedown.models import TakedownRequest
from resources.catalogue.models import Chapter
from resources.library.actions import (
    accept,
    create_microlecture,
    recommend,
    submit_for_publication,
)
from resources.library.models import CheckPoint, Level, Microlecture, Resource, Submission
from resources.library.queries import targets
from schools.access import Role
from schools.models import RoleGrant, School, User

LADDER = [Level.GROUP, Level.COUNTY, Level.PUBLIC]
FILM = Path(__file__).parent / "media" / "spring-reading.mp4"
MICROLECTURE = uuid5(NAMESPACE_URL, "gongbei-demo:spring-reading")
TAKEDOWN = uuid5(NAMESPACE_URL, "gongbei-demo:take-down")
FOR_PUBLICATION = ["demo-c7-14"]
"""Drafts that wait for their school's editors."""
RECOMMENDED = [
    *("demo-c4-08", "demo-c7-11", "demo-c7-17"),
    *("demo-d7-03", "demo-e7-02", "demo-y7-09"),
]
"""Resources that wait for the editors of a higher library."""
ASKED_ABOUT = "demo-c7-05"


def raise_to(level: Level, resource: Resource) -> None:
    """Publish at home, then recommend level by level up to `level`; goes on where it stopped."""
    if not resource.live:
        submit_for_publication(resource, by=resource.maker, revision_id=resource.latest_revision_id)
    while (waiting := _waiting(resource) or _recommended(resource, level)) is not None:
        accept(
            waiting,
            by=_editor(waiting),
            revision_id=waiting.revision_id,
            checks=[point.value for point in CheckPoint],
        )


def _editor(waiting: Submission) -> User:
    """Who decides: an editor of the library's school, group or region, and never the maker."""
    grants = RoleGrant.objects.filter(
        role=Role.LIBRARY_EDITOR,
        school=waiting.school,
        education_group=waiting.education_group,
        subject_base=waiting.subject_base,
        region=waiting.region,
        user__is_demonstration=True,
    )
    return grants.exclude(user=waiting.resource.maker).order_by("pk")[0].user


def _waiting(resource: Resource) -> Submission | None:
    return Submission.objects.filter(resource=resource, state=Submission.State.WAITING).first()


def _recommended(resource: Resource, top: Level) -> Submission | None:
    """A request to the next library of the ladder up to `top`; None at the end."""
    resource = Resource.objects.get(pk=resource.pk).specific
    places = {place.level: place for place in reversed(targets(resource))}
    for level in LADDER:
        if level in places and level.rank <= top.rank:
            return recommend(
                resource,
                by=resource.maker,
                place=places[level],
                revision_id=resource.live_revision_id,
            )
    return None


def load_microlecture() -> Resource:
    """A microlecture on reading “春”, in the public library."""
    found = Microlecture.objects.filter(uuid=MICROLECTURE).first()
    if found is None:
        maker = User.objects.get(username="preparer")
        school = School.objects.get(code="YL001")
        with File(FILM.open("rb"), name="《春》停连朗读.mp4") as file:
            video = store_upload(file=file, by=maker, school=school, title="《春》停连朗读")
        found = create_microlecture(
            school=school,
            by=maker,
            title="读出《春》里的停与连",
            description={
                "chapter": Chapter.objects.get(
                    title="春",
                    volume__subject="chinese",
                    volume__grade=7,
                    volume__part="上",
                    is_lesson=True,
                ),
                "summary": "用“/”“∨”两个符号标停连，先听后读，可以发给接收端课前听。",
                "contributors": "陈静怡",
            },
            content={
                "knowledge_point": "朗读的停连",
                "duration": 24,
                "body": "<p>先听一遍，再照着符号读；适合第一课时，也可以在家里跟读。</p>",
            },
            video=video,
            token=MICROLECTURE,
        )
    raise_to(Level.PUBLIC, found)
    return found


def load_requests() -> None:
    """What waits for editors: drafts, recommendations, a wish that a page be taken down."""
    for resource in _ours(FOR_PUBLICATION):
        if not resource.live and _waiting(resource) is None:
            submit_for_publication(
                resource, by=resource.maker, revision_id=resource.latest_revision_id
            )
    for resource in _ours(RECOMMENDED):
        above = [place for place in targets(resource) if place.level in LADDER]
        if resource.live and above and not Submission.objects.filter(resource=resource).exists():
            recommend(
                resource,
                by=resource.maker,
                place=above[0],
                revision_id=resource.live_revision_id,
            )
    if not TakedownRequest.objects.filter(uuid=TAKEDOWN).exists():
        ask_for_takedown(
            page=_ours([ASKED_ABOUT])[0],
            token=TAKEDOWN,
            ground=TakedownRequest.Ground.OTHER,
            text="第8题的例句和我孩子班上一位同学的习作一样，请核对来源，补上署名或换一个例子。",
            name="家长",
            contact="请在本页回复",
            sender="demonstration",
        )


def _ours(ids: list[str]) -> list[Resource]:
    found = Resource.objects.filter(source_id__in=ids).order_by("source_id")
    return [resource.specific for resource in found]
