"""Storing files: one inspection for every door, one blob a content, uses that hold a file."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.db.models.deletion import ProtectedError
from wagtail.images.forms import get_image_form

from media.actions import MayNotAttach, copy_uses_live, set_uses, store_upload, use_file
from media.inspection import FileRefused, NotWhatItSays
from media.models import FileUse, Picture, StoredDocument, Video
from media.queries import files_of
from media.storage import BlobStorage
from schools.audience import PUBLIC, Side, user
from schools.models import AuditEntry
from tests.factories import media as files
from tests.factories import people

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def _blobs() -> set[str]:
    root = Path(BlobStorage().location)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def _audited(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


def test_an_upload_knows_its_hash_type_size_school_and_uploader() -> None:
    school = people.school()
    teacher = people.teacher(school)
    content = files.video_bytes()

    video = store_upload(file=files.upload("课/春.MP4", content), by=teacher, school=school)

    assert isinstance(video, Video)
    assert (video.title, video.download_name) == ("春", "春.mp4")
    assert video.sha256 == hashlib.sha256(content).hexdigest()
    assert (video.size, video.content_type, video.type) == (1000, "video/mp4", "video")
    assert (video.school, video.uploaded_by_user) == (school, teacher)
    assert _audited("file.stored") == 1


def test_a_picture_is_stored_as_written_anew_and_measured() -> None:
    picture = files.stored("春.jpg", files.picture_bytes("JPEG", (40, 20)) + b"<script>")

    assert isinstance(picture, Picture)
    assert (picture.width, picture.height) == (40, 20)
    content = picture.file.read()
    assert b"<script>" not in content
    assert picture.sha256 == hashlib.sha256(content).hexdigest()
    assert picture.size == picture.file_size == len(content)


def test_a_sound_recording_and_a_document_find_their_models() -> None:
    sound = files.stored("范读.mp3", files.sound_bytes())
    document = files.stored("学案.docx", files.office_bytes())

    assert isinstance(sound, Video)
    assert sound.type == "audio"
    assert isinstance(document, StoredDocument)
    assert document.file_size == document.size


@pytest.mark.parametrize(
    "name", ["../../春.pdf", "春\u202e.pdf", "教" * 255 + ".pdf", "a" * 5000 + ".pdf"]
)
def test_the_name_a_user_gave_leads_nowhere_in_the_storage(name: str) -> None:
    before = _blobs()

    document = files.stored(name, files.pdf_bytes(name[-9:]))

    assert document.file.name == f"blobs/{document.sha256[:2]}/{document.sha256}.pdf"
    assert _blobs() - before == {document.file.name}
    assert 0 < len(document.title) <= 255


def test_one_content_lies_in_the_storage_once_though_two_people_stored_it() -> None:
    mine = files.stored("我的.pdf", files.pdf_bytes("same"))
    yours = files.stored("你的.pdf", files.pdf_bytes("same"))

    assert mine.uuid != yours.uuid
    assert mine.file.name == yours.file.name


def test_a_form_sent_twice_stores_one_record_with_one_audit_entry() -> None:
    teacher = people.user()

    first = files.stored("春.pdf", files.pdf_bytes(), by=teacher)
    second = files.stored("春.pdf", files.pdf_bytes(), by=teacher)

    assert first.uuid == second.uuid
    assert _audited("file.stored") == 1


def test_the_same_content_for_another_school_is_another_record() -> None:
    teacher = people.user()
    schools = [people.school(), people.school()]

    made = {files.stored("春.pdf", files.pdf_bytes(), by=teacher, school=one).pk for one in schools}

    assert len(made) == 2


def test_a_refused_upload_leaves_nothing() -> None:
    before = _blobs()

    with pytest.raises(FileRefused):
        files.stored("春.png", b"\x89PNG\r\n\x1a\n" + bytes(90))

    assert _blobs() == before
    assert not Picture.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_blob_left_half_written_is_written_again_in_full() -> None:
    content = files.pdf_bytes("power cut")
    path = Path(BlobStorage().location) / str(files.stored("春.pdf", content).file.name)
    path.write_bytes(content[:5])

    again = files.stored("春.pdf", content)

    assert again.file.read() == content


def test_the_models_of_the_admin_pass_the_same_inspection() -> None:
    editor = people.user()
    document = StoredDocument(title="x", uploaded_by_user=editor)
    document.file = ContentFile(b"<script>", name="春.pdf")

    with pytest.raises(ValidationError) as refused:
        document.full_clean()
    with pytest.raises(NotWhatItSays):
        document.save()

    assert "file" in refused.value.message_dict
    assert not StoredDocument.objects.exists()


def test_a_picture_from_an_admin_form_is_written_anew_too() -> None:
    form = get_image_form(Picture)(
        {"title": "春"},
        {"file": files.upload("春.png", files.picture_bytes() + b"<script>")},
    )

    assert form.is_valid(), form.errors
    picture = form.save()

    assert b"<script>" not in picture.file.read()
    assert picture.sha256 in picture.file.name
    assert picture.file_size == picture.size == picture.file.size


def test_saving_a_record_again_keeps_its_file() -> None:
    picture = files.stored("春.png", files.picture_bytes())
    before = (picture.sha256, picture.file.name)

    again = Picture.objects.get(pk=picture.pk)
    again.title = "夏"
    again.save()

    assert (again.sha256, again.file.name) == before


def test_the_files_of_a_side_are_exactly_those_that_were_set() -> None:
    teacher = people.user()
    one, two, three = (files.stored(f"{n}.pdf", files.pdf_bytes(str(n)), by=teacher) for n in "123")
    page = files.page_using([one, two], by=teacher, side=Side.DRAFT)

    set_uses(page=page, side=Side.DRAFT, files=[two, three], by=teacher)
    set_uses(page=page, side=Side.DRAFT, files=[two, three], by=teacher)
    use_file(page=page, side=Side.DRAFT, file=one, by=teacher)

    assert {file.uuid for file in files_of(page, Side.DRAFT)} == {one.uuid, two.uuid, three.uuid}
    assert files_of(page, Side.LIVE) == []
    assert _audited("file.uses_changed") == 3


def test_publication_makes_the_files_of_the_draft_those_of_the_live_side() -> None:
    teacher = people.user()
    old, new = (files.stored(f"{n}.pdf", files.pdf_bytes(n), by=teacher) for n in "12")
    page = files.page_using([old], by=teacher, side=Side.LIVE)
    set_uses(page=page, side=Side.DRAFT, files=[new], by=teacher)

    copy_uses_live(page, by=teacher)
    copy_uses_live(page, by=teacher)

    assert [file.uuid for file in files_of(page, Side.LIVE)] == [new.uuid]
    assert _audited("file.uses_changed") == 3


def test_what_one_cannot_read_one_cannot_attach() -> None:
    owner, thief = people.user(), people.user()
    secret = files.stored("答案.pdf", files.pdf_bytes(), by=owner)
    page = files.page_using([], by=thief, side=Side.DRAFT, tokens=[user(thief.pk)])

    with pytest.raises(MayNotAttach):
        set_uses(page=page, side=Side.DRAFT, files=[secret], by=thief)

    assert not FileUse.objects.exists()


def test_what_one_can_read_one_can_attach() -> None:
    owner, reader = people.user(), people.user()
    shared = files.stored("春.pdf", files.pdf_bytes(), by=owner)
    files.page_using([shared], by=owner, tokens=[PUBLIC])

    page = files.page_using([shared], by=reader, side=Side.DRAFT)

    assert [file.uuid for file in files_of(page, Side.DRAFT)] == [shared.uuid]


def test_a_colleague_who_saves_a_page_keeps_what_others_attached_to_it() -> None:
    owner, colleague = people.user(), people.user()
    theirs = files.stored("春.pdf", files.pdf_bytes(), by=owner)
    page = files.page_using([theirs], by=owner, side=Side.LIVE)

    set_uses(page=page, side=Side.DRAFT, files=[theirs], by=colleague)

    assert [file.uuid for file in files_of(page, Side.DRAFT)] == [theirs.uuid]


def test_a_use_is_once_a_page_and_side() -> None:
    teacher = people.user()
    page = files.page_using([files.stored(by=teacher)], by=teacher)
    use: Any = FileUse.objects.values().get()
    del use["id"]

    with pytest.raises(IntegrityError), transaction.atomic():
        FileUse.objects.create(**use)

    assert page.file_uses.count() == 1


@pytest.mark.parametrize("together", [False, True])
def test_a_file_in_use_is_not_deleted(together: bool) -> None:
    teacher = people.user()
    picture = files.stored("春.png", files.picture_bytes(), by=teacher)
    files.page_using([picture], by=teacher)

    with pytest.raises(ProtectedError), transaction.atomic():
        (Picture.objects.all() if together else picture).delete()

    assert Picture.objects.filter(pk=picture.pk).exists()


def test_deleting_one_record_leaves_the_content_of_another(
    django_capture_on_commit_callbacks: Any,
) -> None:
    mine = files.stored("我的.pdf", files.pdf_bytes("shared"))
    yours = files.stored("你的.pdf", files.pdf_bytes("shared"))

    with django_capture_on_commit_callbacks(execute=True):
        mine.delete()

    yours.refresh_from_db()
    assert yours.file.read() == files.pdf_bytes("shared")


@pytest.mark.django_db(transaction=True)
def test_the_same_upload_twice_at_once_is_stored_once() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the tests' SQLite lies in memory and has one connection")
    teacher = people.user()
    people.site_root()
    together = Barrier(2)

    def store() -> int:
        together.wait(timeout=30)
        try:
            return int(files.stored("春.pdf", files.pdf_bytes(), by=teacher).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        made = {future.result(timeout=60) for future in [pool.submit(store), pool.submit(store)]}

    assert len(made) == StoredDocument.objects.count() == 1
    assert _audited("file.stored") == 1
