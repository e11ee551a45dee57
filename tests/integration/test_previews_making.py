"""Light forms of files are made by the real programs, all of it or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image

from media.previews import queries
from media.previews.actions import MOST_TRIES, take, want_again, want_previews
from media.previews.models import Form, Piece, Preview, Reason
from media.previews.tasks import work
from tests.factories import media as files
from tests.factories import previews

pytestmark = pytest.mark.django_db
State = Preview.State


def test_a_pdf_becomes_page_images_in_two_widths_and_text() -> None:
    file = files.stored("讲义.pdf", previews.pdf("Spring", "Rain"))

    made = previews.made(file)[Form.PAGES]

    assert (made.state, made.count, made.texts) == (State.READY, 2, ["Spring", "Rain"])
    pieces = Piece.objects.filter(preview=made).order_by("number", "width")
    assert [(each.number, each.width) for each in pieces] == [
        *((1, 640), (1, 1280), (2, 640), (2, 1280)),
    ]
    with pieces[1].file.open() as opened, Image.open(opened) as picture:
        assert (picture.format, picture.size) == ("WEBP", (1280, 720))
    assert queries.texts_of([file.uuid]) == {file.uuid: "Spring\nRain"}


@pytest.mark.parametrize("extension", ["pptx", "ppt"])
def test_slides_become_page_images_and_text(extension: str) -> None:
    previews.need_office()
    content = previews.slides("春风化雨", "万物生长", extension=extension)
    file = files.stored(f"春.{extension}", content)

    made = previews.made(file)[Form.PAGES]

    assert (made.state, made.texts) == (State.READY, ["春风化雨", "万物生长"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("教案.docx", previews.docx("盼望着，盼望着", "东风来了")),
        ("名单.xlsx", previews.xlsx(["盼望着，盼望着", "东风来了"])),
    ],
)
def test_texts_and_sheets_become_pages_too(name: str, content: bytes) -> None:
    previews.need_office()

    made = previews.made(files.stored(name, content))[Form.PAGES]

    assert made.state == State.READY
    assert "东风来了" in made.texts[0]


def test_a_film_gets_a_poster_and_lighter_films_each_smaller_than_the_last() -> None:
    previews.need_ffmpeg()
    file = files.stored("春.mp4", previews.film())

    made = previews.made(file)

    light = queries.light_of([file.uuid])[file.uuid]
    assert {form: each.state for form, each in made.items()} == dict.fromkeys(
        [Form.POSTER, Form.STILLS, Form.FILM_240, Form.FILM_480], State.READY
    )
    sizes = [light.pieces[form].size for form in (Form.STILLS, Form.FILM_240, Form.FILM_480)]
    assert sizes == sorted(sizes)
    assert sizes[-1] < file.size
    assert light.seconds == 4
    assert (light.pieces[Form.POSTER].width, light.pieces[Form.POSTER].height) == (640, 360)


def test_what_would_not_be_smaller_is_not_offered() -> None:
    previews.need_ffmpeg()
    file = files.stored("春.mp4", previews.FILM.read_bytes())

    made = previews.made(file)

    assert made[Form.POSTER].state == State.READY
    heavy = {form for form, each in made.items() if each.state == State.UNAVAILABLE}
    assert all(made[form].reason == Reason.NOT_SMALLER for form in heavy)
    light = queries.light_of([file.uuid])[file.uuid]
    assert all(piece.size < file.size for piece in light.pieces.values())


def test_a_damaged_document_and_film_are_said_to_be_damaged() -> None:
    previews.need_ffmpeg()

    document = previews.made(files.stored("坏.pdf", files.pdf_bytes()))
    film = previews.made(files.stored("坏.mp4", files.video_bytes()))

    assert {each.state for each in (*document.values(), *film.values())} == {State.FAILED}
    assert {each.reason for each in (*document.values(), *film.values())} == {Reason.DAMAGED}


def test_without_the_programs_it_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    film = previews.made(files.stored("春.mp4", files.video_bytes()))
    slides = previews.made(files.stored("春.pptx", files.office_bytes("ppt")))
    pdf = previews.made(files.stored("春.pdf", previews.pdf("Spring")))

    missing = {*film.values(), *slides.values()}
    assert {(each.state, each.reason) for each in missing} == {
        (State.UNAVAILABLE, Reason.NO_PROGRAM)
    }
    assert pdf[Form.PAGES].state == State.READY


def test_a_program_that_came_later_makes_up_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    previews.need_office()
    file = files.stored("春.docx", previews.docx("春"))
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")
        want_previews(file)

    want_again(queries.possible_by_now())

    assert previews.made(file)[Form.PAGES].state == State.READY


def test_asked_twice_it_is_made_once(django_capture_on_commit_callbacks: object) -> None:
    file = files.stored("讲义.pdf", previews.pdf("Spring"))

    want_previews(file)
    want_previews(file)

    assert Preview.objects.filter(file_uuid=file.uuid).count() == 1
    assert take() is not None
    assert take() is None


def test_a_preview_whose_worker_died_is_taken_up_again_and_not_shown_before() -> None:
    file = files.stored("讲义.pdf", previews.pdf("Spring"))
    want_previews(file)
    taken = take()
    assert taken is not None

    light = queries.light_of([file.uuid])[file.uuid]
    watch = DBTaskResult.objects.get(task_path=work.module_path, status="READY")
    Preview.objects.update(until=timezone.now() - timedelta(seconds=1))

    assert (light.pages, len(light.unfinished)) == (None, 1)
    assert watch.run_after > timezone.now()
    assert previews.made(file)[Form.PAGES].state == State.READY


def test_the_worker_that_was_thought_dead_changes_nothing_any_more() -> None:
    from media.previews import making

    file = files.stored("讲义.pdf", previews.pdf("Spring"))
    want_previews(file)
    slow = take()
    assert slow is not None
    Preview.objects.update(until=timezone.now() - timedelta(seconds=1))
    quick = take()
    assert quick is not None

    making.make(slow)

    quick.refresh_from_db()
    assert quick.state == State.WORKING
    assert not Piece.objects.exists()


def test_what_kills_its_worker_again_and_again_is_given_up() -> None:
    want_previews(files.stored("讲义.pdf", previews.pdf("Spring")))

    for _ in range(MOST_TRIES):
        assert take() is not None
        Preview.objects.update(until=timezone.now() - timedelta(seconds=1))

    assert take() is None
    assert Preview.objects.get().state == State.FAILED


def test_a_lost_content_is_said_to_be_lost() -> None:
    file = files.stored("讲义.pdf", previews.pdf("Spring"))
    type(file).objects.update(file="blobs/00/none.pdf")

    assert previews.made(file)[Form.PAGES].reason == Reason.LOST


def test_with_the_file_go_its_light_forms() -> None:
    file = files.stored("讲义.pdf", previews.pdf("Spring"))
    previews.made(file)

    file.delete()

    assert not Preview.objects.exists()
    assert not Piece.objects.exists()
