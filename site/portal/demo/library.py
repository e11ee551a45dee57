"""The demonstration's library: an edition and a microlecture that rose to the public."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from lessonprep.plans.models import LessonPlan
from media.actions import store_upload
from portal.demo.lessons import demo_video
from resources.catalogue.models import Chapter
from resources.library.actions import (
    accept,
    create_microlecture,
    recommend,
    submit_for_publication,
)
from resources.library.models import CheckPoint, Level, Microlecture, Resource, Submission
from resources.library.queries import targets
from schools.models import School, User

LADDER = [Level.GROUP, Level.COUNTY, Level.PUBLIC]
EDITORS = {
    Level.SCHOOL: "librarian",
    Level.GROUP: "group-editor",
    Level.COUNTY: "region-editor",
    Level.PUBLIC: "region-editor",
}
MICROLECTURE = uuid5(NAMESPACE_URL, "gongbei-demo:spring-reading")


def raise_to_public(resource: Resource) -> None:
    """Publish at home, then recommend level by level; goes on where it stopped."""
    if not resource.live:
        submit_for_publication(resource, by=resource.maker, revision_id=resource.latest_revision_id)
    while (waiting := _waiting(resource) or _recommended(resource)) is not None:
        accept(
            waiting,
            by=User.objects.get(username=EDITORS[Level(waiting.level)]),
            revision_id=waiting.revision_id,
            checks=[point.value for point in CheckPoint],
        )


def _waiting(resource: Resource) -> Submission | None:
    return Submission.objects.filter(resource=resource, state=Submission.State.WAITING).first()


def _recommended(resource: Resource) -> Submission | None:
    """A request to the next library of the ladder; None at its top."""
    resource = Resource.objects.get(pk=resource.pk).specific
    places = {place.level: place for place in reversed(targets(resource))}
    for level in LADDER:
        if level in places:
            return recommend(
                resource,
                by=resource.maker,
                place=places[level],
                revision_id=resource.live_revision_id,
            )
    return None


def load_edition(plan: LessonPlan) -> Resource:
    """The approved plan's edition, in the public library."""
    edition: Resource = plan.publication.edition
    raise_to_public(edition)
    return edition


def load_microlecture() -> Resource:
    """A microlecture on reading “春”, in the public library."""
    found = Microlecture.objects.filter(uuid=MICROLECTURE).first()
    if found is None:
        maker = User.objects.get(username="preparer")
        school = School.objects.get(code="YL001")
        with demo_video() as file:
            video = store_upload(file=file, by=maker, school=school, title="《春》停连朗读")
        found = create_microlecture(
            school=school,
            by=maker,
            title="读出《春》里的停与连",
            description={
                "chapter": Chapter.objects.get(
                    title="春", volume__grade=7, volume__part="上", is_lesson=True
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
    raise_to_public(found)
    return found
