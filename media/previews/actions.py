"""What happens to previews: asked for, taken up, made, given up; captions written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from media.models import FileRecord, hash_of
from media.previews.captions import settled
from media.previews.models import Captions, Form, Piece, Preview, Reason
from media.previews.signals import preview_ready
from media.previews.tasks import ask_for_work
from media.previews.tools import forms_of, is_possible
from schools.audit import record
from schools.models import User

State = Preview.State
LEASE = timedelta(seconds=60)
"""How long a worker may say nothing before another takes the work up."""
MOST_TRIES = 4
_TYPES = {"webp": "image/webp", "jpg": "image/jpeg", "mp4": "video/mp4", "m4a": "audio/mp4"}


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a maker has written: page `number` in pixels, or the whole."""

    path: Path
    number: int = 1
    width: int = 0
    height: int = 0


@transaction.atomic
def want_previews(file: FileRecord, **_: Any) -> None:
    """Have every light form of a file made that it has not; asked twice, made once."""
    kind = ContentType.objects.get_for_model(file)
    new = [
        Preview(
            file_type=kind,
            file_uuid=file.uuid,
            form=form,
            state=State.QUEUED if possible else State.UNAVAILABLE,
            reason="" if possible else Reason.NO_PROGRAM,
        )
        for form in forms_of(file)
        for possible in [is_possible(form, file.content_type)]
    ]
    if new:
        Preview.objects.bulk_create(new, ignore_conflicts=True)
        transaction.on_commit(ask_for_work)


@transaction.atomic
def want_again(previews: Any) -> int:
    """Queue those of `previews` anew that nobody is at; how many."""
    idle = previews.exclude(state__in=[State.QUEUED, State.WORKING])
    count: int = idle.update(
        state=State.QUEUED, reason="", progress=0, tries=0, until=None, texts=[], count=0
    )
    if count:
        transaction.on_commit(ask_for_work)
    return count


def forget(instance: Any, **_: Any) -> None:
    """A file's record is gone, and with it its light forms and captions."""
    Preview.objects.filter(file_uuid=instance.uuid).delete()
    Captions.objects.filter(file_uuid=instance.uuid).delete()


@transaction.atomic
def take() -> Preview | None:
    """The next preview to be made, which is this worker's for a while; None where there is none.

    One whose worker died is taken up again, a few times. Whatever kills this worker, the task
    that looks after the work again is in the queue from now on.
    """
    now = timezone.now()
    order = Case(*(When(form=form, then=Value(place)) for place, form in enumerate(Form)))
    to_do = Preview.objects.filter(Q(state=State.QUEUED) | Q(state=State.WORKING, until__lt=now))
    for preview in to_do.select_for_update(skip_locked=True).order_by(order, "pk")[:20]:
        if preview.tries >= MOST_TRIES:
            _end(preview, State.FAILED, preview.reason or Reason.TOO_MUCH_WORK)
            continue
        preview.state, preview.until = State.WORKING, now + LEASE
        preview.tries += 1
        preview.progress = 0
        preview.save(update_fields=["state", "until", "tries", "progress"])
        ask_for_work(at=preview.until + timedelta(seconds=1))
        return preview
    return None


def still_at_it(preview: Preview, progress: int) -> bool:
    """Say that the work goes on, and how far it is; False where it is another's by now."""
    mine = Preview.objects.filter(pk=preview.pk, state=State.WORKING, tries=preview.tries)
    return bool(mine.update(until=timezone.now() + LEASE, progress=min(progress, 99)))


def finish(
    preview: Preview,
    made: Sequence[Made],
    *,
    texts: Sequence[str] = (),
    count: int = 0,
    seconds: int = 0,
) -> None:
    """Store what was made and let it be seen, all of it at once."""
    pieces = [_piece(preview, each) for each in made]
    with transaction.atomic():
        mine = Preview.objects.select_for_update().filter(
            pk=preview.pk, state=State.WORKING, tries=preview.tries
        )
        if not mine.exists():
            return  # another worker was quicker
        Piece.objects.filter(preview=preview).delete()
        Piece.objects.bulk_create(pieces)
        preview.texts, preview.count, preview.seconds = list(texts), count, seconds
        _end(preview, State.READY, "")
        transaction.on_commit(partial(preview_ready.send_robust, Preview, preview=preview))


def _piece(preview: Preview, made: Made) -> Piece:
    """The content goes into the storage here, before any row tells of it."""
    with made.path.open("rb") as opened:
        file = File(opened, name=made.path.name)
        piece = Piece(
            preview=preview,
            number=made.number,
            width=made.width,
            height=made.height,
            sha256=hash_of(file),
            size=file.size,
            content_type=_TYPES[made.path.suffix[1:]],
        )
        piece.file.save(made.path.name, file, save=False)
    return piece


def give_up(preview: Preview, reason: Reason) -> None:
    """There is no such form of this file, for a reason that another try would not change."""
    is_fault = reason in {Reason.DAMAGED, Reason.LOCKED, Reason.TOO_MUCH_WORK, Reason.LOST}
    with transaction.atomic():
        if Preview.objects.select_for_update().filter(pk=preview.pk, state=State.WORKING).exists():
            _end(preview, State.FAILED if is_fault else State.UNAVAILABLE, reason)


def try_later(preview: Preview, reason: Reason) -> None:
    """Put it back into the queue; `take` gives up after a few tries."""
    Preview.objects.filter(pk=preview.pk, state=State.WORKING).update(
        state=State.QUEUED, until=None, reason=reason
    )


def _end(preview: Preview, state: State, reason: str) -> None:
    preview.state, preview.reason, preview.until = state, reason, None
    preview.progress = 100 if state == State.READY else 0
    preview.save()


@transaction.atomic
def write_captions(*, file: FileRecord, language: str, text: str, by: User) -> Captions:
    """Give a film its captions in a language, instead of those it had; raises `NotCaptions`."""
    text = settled(text)
    written, new = Captions.objects.select_for_update().get_or_create(
        file_uuid=file.uuid, language=language, defaults={"text": text, "by": by}
    )
    if not new:
        if written.text == text:
            return written  # sent twice
        written.text, written.by = text, by
        written.save()
    record("file.captions_written", file, by=by, language=language)
    return written


@transaction.atomic
def remove_captions(*, captions: Captions, file: FileRecord, by: User) -> None:
    """Take captions away."""
    captions.delete()
    record("file.captions_removed", file, by=by, language=captions.language)
