"""Who may look at a light form (预览访问): those who may read its file, and nobody else."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from media.access import readable_file_or_404
from media.models import FileRecord, Video
from media.previews.models import Captions, Form, Piece, Preview
from schools.audience import Reader
from schools.models import User


def piece_or_404(
    reader: Reader, uuid: UUID, form: Form, *, number: int = 1, width: int | None = None
) -> tuple[FileRecord, Piece]:
    """A piece of a finished light form, with its file; 404 where the file may not be read."""
    file = readable_file_or_404(reader, uuid)
    ready = Piece.objects.filter(
        preview__file_uuid=file.uuid, preview__form=form, preview__state=Preview.State.READY
    )
    if width is not None:
        ready = ready.filter(width=width)
    piece = ready.filter(number=number).first()
    if piece is None:
        raise Http404
    return file, piece


def captions_or_404(reader: Reader, uuid: UUID, pk: int) -> Captions:
    """Captions of a film that the reader may read."""
    file = readable_file_or_404(reader, uuid)
    captions = Captions.objects.filter(file_uuid=file.uuid, pk=pk).first()
    if captions is None:
        raise Http404
    return captions


def may_caption(user: Reader, file: FileRecord) -> bool:
    """Whether the user writes the captions of a film: who has stored it."""
    return isinstance(user, User) and user.is_active and file.uploaded_by_user_id == user.pk


def film_to_caption_or_404(user: User, uuid: UUID) -> Video:
    """A film whose captions the user writes."""
    film = Video.objects.filter(uuid=uuid).first()
    if film is None or not may_caption(user, film):
        raise Http404
    return film
