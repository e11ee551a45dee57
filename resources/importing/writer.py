"""Writes many resources at once (批量写入): the state that one by one would leave, in few queries.

One by one a resource costs some hundred queries: a page is added to the tree, a revision saved and
published; libraries, audience, files, search and log follow. Here each table is written once a
chunk. That the two leave the same is proved row by row in the tests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connections, models, router, transaction
from django.db.models import F
from django.utils import timezone
from modelcluster.models import get_all_child_relations
from wagtail.models import Locale, Page, PageLogEntry, Revision

from media.models import FileRecord, FileUse
from resources.importing.tasks import note_references
from resources.library.kept import SOURCE
from resources.library.models import Place, Resource, Shelf
from resources.library.models.places import scope_fields
from schools import audience
from schools.models import AudienceToken, AuditEntry, School, User
from schools.tree import container_for_school
from search import outbox

CHUNK = 200
"""Resources of one transaction: on SQLite everyone else waits for it to end."""
IMPORTED = "resource.imported"
Side = AudienceToken.Side


@dataclass(slots=True)
class Item:
    """A resource that is not saved, the libraries in which it will stand and the files it uses."""

    resource: Resource
    places: Sequence[Place] = ()
    files: list[FileRecord] = field(default_factory=list)
    published: datetime | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        """Whether anybody but its maker reads it."""
        return bool(self.places)


@transaction.atomic
def write(items: Sequence[Item], *, by: User | None) -> list[Resource]:
    """Make the resources of one chunk; those whose source id is there already are left out.

    Each has its school, maker and description, was cleaned, and is not saved. `by` is who acts,
    None for a command. What stands in a library is published, what stands in none is a draft.
    """
    items = _new(items)
    if not items:
        return []
    now = timezone.now()
    _put_into_the_tree(items)
    _insert_pages(items, now)
    _insert_revisions(items, now)
    _insert_audiences(items)
    _insert_shelves(items, by)
    _insert_uses(items)
    outbox.changed(SOURCE, *(item.resource.uuid for item in items))
    _insert_log(items, by, now)
    pks = [item.resource.pk for item in items]
    transaction.on_commit(lambda: note_references.enqueue(pks), robust=True)
    return [item.resource for item in items]


def _new(items: Sequence[Item]) -> list[Item]:
    """Another run may have made some meanwhile: schools are locked first, then it is looked up."""
    schools = {item.resource.school_id: item.resource.school for item in items}
    containers = [container_for_school(school).pk for school in schools.values()]
    list(Page.objects.select_for_update().filter(pk__in=containers).order_by("pk"))
    ids = [item.resource.source_id for item in items if item.resource.source_id]
    uuids = [item.resource.uuid for item in items]
    there = Resource.objects.filter(models.Q(source_id__in=ids) | models.Q(uuid__in=uuids))
    seen = set(there.values_list("uuid", flat=True))
    known = set(there.values_list("source_id", flat=True)) - {None}
    return [
        item
        for item in items
        if item.resource.uuid not in seen and item.resource.source_id not in known
    ]


# the page, its parents' tables and its kind's


def _put_into_the_tree(items: Sequence[Item]) -> None:
    by_parent: dict[int, list[Item]] = defaultdict(list)
    parents: dict[int, School] = {}
    for item in items:
        school = item.resource.school
        by_parent[school.pk].append(item)
        parents[school.pk] = school
    for pk, children in by_parent.items():
        # Read under the lock: its count of children may have changed since.
        parent = Page.objects.get(pk=container_for_school(parents[pk]).pk)
        for item, path in zip(children, _paths(parent, len(children)), strict=True):
            resource = item.resource
            resource.path, resource.depth, resource.numchild = path, parent.depth + 1, 0
            resource.url_path = f"{parent.url_path}{resource.slug}/"
        Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(children))


def _paths(parent: Page, count: int) -> Iterator[str]:
    """The next `count` paths below `parent`, as treebeard counts them."""
    children = Page.objects.filter(path__startswith=parent.path, depth=parent.depth + 1)
    last: str | None = children.order_by("-path").values_list("path", flat=True).first()
    step = 0 if last is None else Page._str2int(last[-Page.steplen :])
    for number in range(step + 1, step + count + 1):
        yield Page._get_path(parent.path, parent.depth + 1, number)


def _insert_pages(items: Sequence[Item], now: datetime) -> None:
    locale = Locale.get_default()
    types = ContentType.objects.get_for_models(*{type(item.resource) for item in items})
    for item in items:
        resource = item.resource
        resource.locale, resource.content_type = locale, types[type(resource)]
        resource.live, resource.has_unpublished_changes = False, True
        for relation in get_all_child_relations(type(resource)):
            # A new page has no comments; its revision would ask the database for them.
            setattr(resource, relation.get_accessor_name(), [])
    pages = Page.objects.bulk_create([_page(item, now) for item in items])
    by_model: dict[type[Resource], list[Resource]] = defaultdict(list)
    for item, page in zip(items, pages, strict=True):
        _take_pk(item.resource, page)
        by_model[type(item.resource)].append(item.resource)
    _insert_rows(Resource, [item.resource for item in items])
    for model, resources in by_model.items():
        _insert_rows(model, resources)
    _insert_standards([item.resource for item in items])


def _page(item: Item, now: datetime) -> Page:
    """The row of the page table as it is once the revision is published."""
    row = Page()
    for column in Page._meta.concrete_fields:
        setattr(row, column.attname, getattr(item.resource, column.attname))
    row.latest_revision_created_at = now
    if item.is_live:
        row.live, row.has_unpublished_changes = True, False
        row.first_published_at = row.last_published_at = item.published or now
    return row


def _take_pk(resource: Resource, page: Page) -> None:
    resource.pk = resource.id = page.pk
    for model in (type(resource), Resource):
        for link in model._meta.parents.values():
            if link is not None:
                setattr(resource, link.attname, page.pk)
    resource._state.adding, resource._state.db = False, page._state.db


def _insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """The rows of one table of several; `bulk_create` refuses models with parents."""
    using = router.db_for_write(model)
    columns = model._meta.local_concrete_fields
    # Private in Django, in this one place, with a test that reads the rows back.
    size = connections[using].ops.bulk_batch_size(columns, rows)
    for start in range(0, len(rows), size):
        model._base_manager._insert(  # type: ignore[attr-defined]
            rows[start : start + size], fields=columns, using=using
        )


def _insert_standards(resources: Iterable[Resource]) -> None:
    through = Resource.standards.through
    through.objects.bulk_create(
        through(resource_id=resource.pk, standard_id=standard.pk)
        for resource in resources
        for standard in resource.standards.all()
    )


# what hangs on it


def _insert_revisions(items: Sequence[Item], now: datetime) -> None:
    base = ContentType.objects.get_for_model(Page)
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=item.resource.content_type,
            base_content_type=base,
            object_id=str(item.resource.pk),
            created_at=now,
            user_id=item.resource.maker_id,
            object_str=str(item.resource),
            content=item.resource.serializable_data(),
        )
        for item in items
    )
    rows = []
    for item, revision in zip(items, revisions, strict=True):
        live = revision.pk if item.is_live else None
        item.resource.latest_revision_id, item.resource.live_revision_id = revision.pk, live
        rows.append(Page(pk=item.resource.pk, content_type=item.resource.content_type))
        rows[-1].latest_revision_id, rows[-1].live_revision_id = revision.pk, live
    # By the keys that were given: a subquery would look for each in a table without statistics.
    Page.objects.bulk_update(rows, ["latest_revision", "live_revision"])


def _insert_audiences(items: Sequence[Item]) -> None:
    """What `library.audience.refresh_audience` stores for a resource about which nobody asks."""
    rows = []
    for item in items:
        maker = audience.user(item.resource.maker_id)
        live = dict.fromkeys([maker, *(place.token for place in item.places)])
        rows += [(item.resource.pk, Side.LIVE, token) for token in live]
        rows.append((item.resource.pk, Side.DRAFT, maker))
    AudienceToken.objects.bulk_create(
        AudienceToken(page_id=page, side=side, token=token) for page, side, token in rows
    )


def _insert_shelves(items: Sequence[Item], by: User | None) -> None:
    Shelf.objects.bulk_create(
        Shelf(
            resource_id=item.resource.pk,
            level=place.level,
            placed_by_id=by.pk if by else item.resource.maker_id,
            **scope_fields(place.scope),
        )
        for item in items
        for place in item.places
    )


def _insert_uses(items: Sequence[Item]) -> None:
    sides = {True: (Side.DRAFT, Side.LIVE), False: (Side.DRAFT,)}
    FileUse.objects.bulk_create(
        FileUse(
            page_id=item.resource.pk,
            side=side,
            file_uuid=uuid,
            file_type=ContentType.objects.get_for_model(file),
        )
        for item in items
        for uuid, file in {file.uuid: file for file in item.files}.items()
        for side in sides[item.is_live]
    )


def _insert_log(items: Sequence[Item], by: User | None, now: datetime) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(
            actor=by,
            action=IMPORTED,
            target_type=item.resource._meta.label_lower,
            target_id=str(item.resource.uuid),
            target_name=str(item.resource)[:255],
            detail=item.detail,
        )
        for item in items
    )
    created = (_page_log(item, "wagtail.create", now) for item in items)
    published = (_page_log(item, "wagtail.publish", now) for item in items if item.is_live)
    PageLogEntry.objects.bulk_create([*created, *published])


def _page_log(item: Item, action: str, now: datetime) -> PageLogEntry:
    resource = item.resource
    return PageLogEntry(
        page_id=resource.pk,
        content_type=resource.content_type,
        label=resource.get_admin_display_title(),
        action=action,
        timestamp=now,
        user_id=resource.maker_id,
        revision_id=resource.live_revision_id if action == "wagtail.publish" else None,
        content_changed=True,
    )
