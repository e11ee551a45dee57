"""What the worker does after an import: drafts of a batch, and Wagtail's index of references."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task
from wagtail.models import Page, ReferenceIndex

from media.queries import files_named
from resources.importing.models import Batch, OldFile
from resources.library.actions import create_resource, submit_for_publication
from resources.library.describing import tags_from
from resources.library.errors import LibraryError
from resources.library.models import KINDS, Resource

State = OldFile.State


@task()
def note_references(pks: list[int]) -> None:
    """Note which files, lessons and people the pages name; Wagtail does it at every single save."""
    for page in Page.objects.filter(pk__in=pks).specific():
        ReferenceIndex.create_or_update_for_object(page)


@task()
def make_drafts(batch_pk: int) -> None:
    """Make a draft of every chosen row, each in its own transaction; asked twice, made once."""
    batch = Batch.objects.select_related("school", "by").get(pk=batch_pk)
    chosen = OldFile.objects.filter(batch=batch, state=State.CHOSEN).order_by("path", "pk")
    for pk in list(chosen.values_list("pk", flat=True)):
        _make(batch, pk)
    Batch.objects.filter(pk=batch_pk).update(working_since=None)


@transaction.atomic
def _make(batch: Batch, pk: int) -> None:
    row: OldFile = OldFile.objects.select_for_update().get(pk=pk)
    if row.state != State.CHOSEN:
        return  # another worker was quicker
    files = files_named([row.stored] if row.stored else [])
    if not files or row.kind not in KINDS:
        row.state, row.reason = State.REFUSED, _("The file is not there any more. Upload it again.")
        row.stored = None
    else:
        row.resource = create_resource(
            kind=row.kind,
            school=batch.school,
            by=batch.by,
            title=row.title,
            description={
                "subject": row.subject,
                "grade": row.grade,
                "volume": row.volume,
                "chapter": row.chapter,
                "tags": tags_from(row.tags),
                "licence": row.licence,
            },
            files=files,
            token=row.token,
        )
        row.state = State.MADE
        row.reason = _handed_in(row.resource, batch) if row.submits else ""
    row.save()


def _handed_in(resource: Resource, batch: Batch) -> str:
    """Hand the draft in; why it could not be, or nothing. The draft stays either way."""
    try:
        with transaction.atomic():
            submit_for_publication(resource, by=batch.by, revision_id=resource.latest_revision_id)
    except LibraryError as refused:
        return str(refused)[:300]
    return ""
