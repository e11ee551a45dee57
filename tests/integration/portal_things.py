"""What the tests of the portal and of `/admin/` stand on: resources, articles, volumes, editors."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone
from wagtail.models import Collection

from media.models import Picture
from media.policies import portal_collection
from portal.models import ArticlePage, HomePage, RecommendedListPage
from resources.catalogue.models import Chapter, Volume
from resources.library.models import Microlecture, Resource
from schools.access import Role
from schools.audience import PUBLIC, Side, set_audience
from schools.models import School, User
from tests.factories import people
from tests.factories.media import picture_bytes

SECRET = "绝密教案之春"


def home_page() -> HomePage:
    """The home page that the migration made."""
    return HomePage.objects.get()


def portal_editor() -> User:
    """A portal editor of no school."""
    return people.with_role(Role.PORTAL_EDITOR, who=people.user("门户编辑"))


def resource(
    title: str = "春",
    *,
    audience: str | None = PUBLIC,
    live: bool = True,
    of: School | None = None,
    **fields: Any,
) -> Resource:
    """A resource in its school's container, seen by `audience`."""
    school = of or people.school()
    now = timezone.now() if live else None
    made = Microlecture(
        title=title,
        slug=str(uuid.uuid4()),
        school=school,
        maker=people.teacher(school, f"作者{title}"),
        live=live,
        first_published_at=now,
        last_published_at=now,
        **fields,
    )
    assert school.container is not None
    school.container.add_child(instance=made)
    if audience:
        set_audience(made, Side.LIVE, {audience})
    return made


def volume(title: str = "语文 七年级上册", lessons: int = 2, **fields: Any) -> Volume:
    """A textbook with so many lessons."""
    made = Volume.objects.create(
        **{
            "stage": "junior",
            "grade": 7,
            "subject": "chinese",
            "edition": "tongbian",
            "title": title,
            "part": title,
            **fields,
        }
    )
    for position in range(lessons):
        Chapter.objects.create(
            volume=made, position=position, title=f"第{position}课", is_lesson=True
        )
    return made


def article(
    title: str = "两个年级，一间教室", *, by: User | None = None, **fields: Any
) -> ArticlePage:
    """A published article."""
    body = [("text", "<p>每周三下午</p>")]
    made = ArticlePage(**{"title": title, "slug": str(uuid.uuid4()), "summary": "摘要", **fields})
    made.live = False
    made.body = fields.get("body", body)
    home_page().add_child(instance=made)
    made.save_revision(user=by or portal_editor()).publish()
    return ArticlePage.objects.get(pk=made.pk)


def recommended_list(title: str, *resources: Resource) -> RecommendedListPage:
    """A published list with a reason for each of its resources."""
    items = [
        ("item", {"resource": resource, "reason": f"{resource.title}适合开学"})
        for resource in resources
    ]
    made = RecommendedListPage(title=title, slug=str(uuid.uuid4()), items=items, live=False)
    home_page().add_child(instance=made)
    made.save_revision(user=portal_editor()).publish()
    return RecommendedListPage.objects.get(pk=made.pk)


def picture(title: str = "黑板", *, of_portal: bool = True, by: User | None = None) -> Picture:
    """A picture of the portal, or one of a school's teacher."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    collection = portal_collection() if of_portal else Collection.objects.get(depth=1)
    made = Picture(title=title, collection=collection, uploaded_by_user=by)
    made.file = SimpleUploadedFile(f"{uuid.uuid4()}.png", picture_bytes())
    made.save()
    return made
