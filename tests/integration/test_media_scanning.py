"""A real clamd: what it knows is refused at every door, and without its word nothing is ready."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from media.actions import store_upload
from media.checking import check
from media.inspection import Infected, NotJustNow
from media.models import FileState, StoredDocument, Video
from media.scanner import ScannerDown
from media.uploads.tidying import take_up
from schools.models import Notification
from tests.clamd_server import VIRUS, Clamd, NoClamd, private_clamd
from tests.conftest import ClientOf
from tests.factories import media as files
from tests.factories import people
from tests.factories.uploads import MEGABYTE, Uploading

pytestmark = pytest.mark.django_db
CLEAN = files.video_bytes(1024) + bytes(9 * MEGABYTE)
INFECTED = CLEAN[: 5 * MEGABYTE - 40] + VIRUS + CLEAN[5 * MEGABYTE :]
"""With the virus over the border of two parts."""


@pytest.fixture(scope="module")
def started() -> Iterator[Clamd]:
    try:
        with private_clamd() as made:
            yield made
    except NoClamd as reason:
        if os.environ.get("GONGBEI_REQUIRE_ALL") == "1":
            pytest.fail(f"No clamd: {reason}")
        pytest.skip(f"No clamd: {reason}")


@pytest.fixture
def clamd(started: Clamd, settings: Any) -> Clamd:
    """A scanner that this site asks."""
    settings.GONGBEI_CLAMD = started.address
    if started.server is None:
        started.start()
    return started


def _arrived(client_of: ClientOf, content: bytes) -> tuple[Uploading, Any]:
    """A film that waits for its check."""
    people.site_root()
    upload = Uploading(client_of(people.teacher(people.school())), "课.mp4", content)
    return upload, Video.objects.get(uuid=upload.whole().json()["file"])


def test_a_film_with_a_virus_is_refused_and_its_owner_told_which(
    clamd: Clamd, client_of: ClientOf
) -> None:
    upload, film = _arrived(client_of, INFECTED)

    check(film)

    state = upload.state()
    assert (state["state"], "Gongbei.Test" in state["reason"]) == ("refused", True)
    assert upload.client.get(film.url).status_code == 409
    assert Notification.objects.get().user == film.uploaded_by_user


def test_a_film_without_one_is_ready(clamd: Clamd, client_of: ClientOf) -> None:
    upload, film = _arrived(client_of, CLEAN)

    check(film)

    assert upload.state()["state"] == "ready"


def test_while_the_scanner_is_away_a_film_waits_for_its_word(
    clamd: Clamd, client_of: ClientOf
) -> None:
    upload, film = _arrived(client_of, INFECTED)
    clamd.kill()

    with pytest.raises(ScannerDown):
        check(film)

    waiting = upload.state()["state"]
    clamd.start()
    assert take_up() == 1
    film.refresh_from_db()
    check(film)
    film.refresh_from_db()
    assert (waiting, film.state) == (FileState.QUARANTINE, FileState.REFUSED)


def test_of_a_film_larger_than_the_scanner_takes_its_beginning_is_scanned(
    clamd: Clamd, client_of: ClientOf, settings: Any
) -> None:
    settings.GONGBEI_CLAMD_LIMIT = MEGABYTE
    upload, film = _arrived(client_of, INFECTED)

    check(film)

    assert upload.state()["state"] == "ready"


def test_a_document_of_a_form_is_scanned_too_and_nothing_of_it_stays(clamd: Clamd) -> None:
    teacher = people.teacher(people.school())
    document = files.upload("教案.pdf", files.pdf_bytes() + VIRUS)

    with pytest.raises(Infected, match=r"Gongbei\.Test"):
        store_upload(file=document, by=teacher, school=None)

    assert not StoredDocument.objects.exists()


def test_a_form_says_when_the_scanner_is_away(clamd: Clamd) -> None:
    teacher = people.teacher(people.school())
    clamd.kill()

    with pytest.raises(NotJustNow):
        store_upload(file=files.upload("教案.pdf", files.pdf_bytes()), by=teacher, school=None)

    assert not StoredDocument.objects.exists()
