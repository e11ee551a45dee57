"""A picture put into a plan's text: who may, what is stored, and who sees it when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from lessonprep.plans.actions import phases, pictures
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.models import FirstDraft, LessonPlan, PlanState
from lessonprep.plans.sections import section_hash
from lessonprep.plans.word.actions import KEPT_FOR, discard, forget_old
from lessonprep.plans.word.models import WordImport
from media.inspection import FileTooLarge
from media.models import FileUse, Picture
from media.queries import readable
from schools.models import AuditEntry, User
from tests.conftest import ClientOf
from tests.factories import lessonprep, people, word
from tests.factories.doors import plan_in
from tests.factories.media import office_bytes, picture_bytes, png_that_claims
from tests.integration.test_word_import import brought, by_key, illustrated, last_import, write

pytestmark = pytest.mark.django_db
Phase = PlanState.Phase


def send(
    client_of: ClientOf,
    user: User,
    plan: LessonPlan,
    content: bytes | None = None,
    *,
    name: str = "雪后.png",
    into: str = "plan",
) -> Any:
    address = "plans:store_picture" if into == "plan" else "plans:store_draft_picture"
    file = SimpleUploadedFile(name, picture_bytes() if content is None else content)
    return client_of(user).post(
        reverse(address, args=[plan.uuid]), {"file": file}, headers={"accept": "application/json"}
    )


def save(client_of: ClientOf, user: User, plan: LessonPlan, html: str, into: str = "plan") -> Any:
    if into == "plan":
        sections, name = text_of(plan), "plans:save_section"
    else:
        draft = FirstDraft.objects.filter(plan=plan, author=user).first()
        sections, name = draft.sections if draft else text_of(plan), "plans:save_draft"
    section = by_key(sections)["objectives"]
    return client_of(user).post(
        reverse(name, args=[plan.uuid, section["id"]]),
        {"base": section_hash(section), "body": html},
        headers={"accept": "application/json"},
    )


def test_the_group_sees_a_picture_once_the_text_that_shows_it_is_saved(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)

    media = send(client_of, world.receiver, plan).json()["media"]
    before = readable(Picture.objects.all(), world.leader).count()
    save(client_of, world.receiver, plan, f'<p>看图<img data-media="{media}" alt="雪"></p>')

    assert before == 0
    assert readable(Picture.objects.all(), world.leader).count() == 1
    page = client_of(world.leader).get(plan.get_absolute_url()).content.decode()
    assert reverse("media:picture", args=[media, "w640"]) in page


def test_a_picture_of_a_first_draft_opens_with_the_draft(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = world.plan()
    media = send(client_of, world.preparer, plan, into="draft").json()["media"]
    save(client_of, world.preparer, plan, f'<p><img data-media="{media}" alt=""></p>', "draft")

    before = readable(Picture.objects.all(), world.leader).count()
    phases.hand_over(plan=plan, by=world.preparer)

    assert before == 0
    assert readable(Picture.objects.all(), world.leader).count() == 1


def test_naming_a_picture_of_another_in_ones_text_opens_it_to_nobody(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)
    other = send(client_of, world.receiver, plan).json()["media"]

    save(client_of, world.leader, plan, f'<p><img data-media="{other}" alt=""></p>')

    assert readable(Picture.objects.all(), world.leader).count() == 0
    assert not FileUse.objects.exists()


@pytest.mark.parametrize(
    ("phase", "who", "into", "status"),
    [
        (Phase.FIRST_DRAFT, "receiver", "draft", 200),
        (Phase.FIRST_DRAFT, "receiver", "plan", 403),
        (Phase.DISCUSSION, "receiver", "plan", 200),
        (Phase.DISCUSSION, "preparer", "plan", 200),
        (Phase.REVISION, "preparer", "plan", 200),
        (Phase.REVISION, "receiver", "plan", 403),
        (Phase.IN_REVIEW, "preparer", "plan", 403),
        (Phase.APPROVED, "leader", "plan", 403),
        (Phase.APPROVED, "leader", "draft", 403),
        (Phase.DISCUSSION, "outsider", "plan", 404),
        (Phase.FIRST_DRAFT, "outsider", "draft", 404),
    ],
)
def test_who_writes_may_put_pictures_in(
    client_of: ClientOf, phase: Phase, who: str, into: str, status: int
) -> None:
    world = lessonprep.world()
    plan = world.plan() if phase == Phase.FIRST_DRAFT else plan_in(world, phase)

    user = people.user() if who == "outsider" else getattr(world, who)

    answer = send(client_of, user, plan, into=into)

    assert answer.status_code == status
    assert Picture.objects.exists() == (status == 200)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("1.png", b""),
        ("1.png", b"<svg onload=alert(1)>"),
        ("1.svg", b"<svg onload=alert(1)>"),
        ("1.jpg", picture_bytes("PNG")),
        ("1.docx", office_bytes()),
        ("1.html", b"<script>alert(1)</script>"),
        ("bomb.png", png_that_claims(60_000, 60_000)),
        ("broken.png", picture_bytes()[:45]),
    ],
)
def test_what_is_no_picture_is_refused_by_name(
    client_of: ClientOf, name: str, content: bytes
) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)

    answer = send(client_of, world.receiver, plan, content, name=name)

    assert answer.status_code == 400
    assert f"“{name}”" in answer.json()["error"]["message"]
    assert not Picture.objects.exists()


def test_a_picture_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)
    content = picture_bytes()
    monkeypatch.setattr(pictures, "LARGEST", len(content) - 1)

    with pytest.raises(FileTooLarge):
        pictures.store_picture(
            plan=plan, is_draft=False, file=SimpleUploadedFile("1.png", content), by=world.receiver
        )


def test_a_form_without_a_file_says_so(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)

    answer = client_of(world.receiver).post(reverse("plans:store_picture", args=[plan.uuid]))

    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == "file"


def test_what_the_camera_wrote_beside_the_picture_goes(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"

    send(client_of, world.receiver, plan, picture_bytes("JPEG", exif=exif), name="1.jpg")

    with Picture.objects.get().file.open("rb") as stored:
        assert b"SecretCamera" not in stored.read()


def test_a_picture_sent_twice_is_stored_once_as_ones_own_schools(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)

    answers = [send(client_of, world.receiver, plan).json() for _click in range(2)]

    assert answers[0] == answers[1]
    picture = Picture.objects.get()
    assert picture.uploaded_by_user == world.receiver
    assert picture.school is not None


def test_a_form_without_a_script_keeps_pictures_until_the_text_is_emptied(
    client_of: ClientOf,
) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)
    media = send(client_of, world.receiver, plan).json()["media"]
    image = f'<img data-media="{media}" alt="a&gt;b">'
    save(client_of, world.receiver, plan, f"<p>看图{image}</p>")

    def typed(text: str) -> str:
        section = by_key(text_of(LessonPlan.objects.get(pk=plan.pk)))["objectives"]
        address = reverse("plans:save_section", args=[plan.uuid, section["id"]])
        form = {"base": section_hash(section), "body_text": text}
        client_of(world.receiver).post(address, form)
        changed = by_key(text_of(LessonPlan.objects.get(pk=plan.pk)))["objectives"]
        return str(changed["value"]["body"])

    same, changed, emptied = typed("看图"), typed("看图，说话"), typed("")

    assert same.startswith("<p>看图<img")
    assert changed.startswith("<p>看图，说话</p><p><img")
    assert changed.count(media) == 1
    assert emptied == ""


# pictures of Word documents that are never written


def test_a_discarded_document_takes_its_pictures_along(client_of: ClientOf) -> None:
    world = lessonprep.world()
    brought(client_of, world.receiver, world.plan(), illustrated(), "draft")
    word_import = last_import(world.receiver)
    address = reverse("plans:discard_word_import", args=[word_import.uuid])

    answers = [client_of(world.receiver).post(address) for _click in range(2)]

    assert answers[0].status_code == 302
    assert answers[1].status_code == 404
    assert not WordImport.objects.exists()
    assert not Picture.objects.exists()
    assert AuditEntry.objects.filter(action="plan.word_discarded").count() == 1


def test_another_member_cannot_discard_it(client_of: ClientOf) -> None:
    world = lessonprep.world()
    brought(client_of, world.receiver, world.plan(), illustrated(), "draft")
    address = reverse("plans:discard_word_import", args=[last_import(world.receiver).uuid])

    assert client_of(world.leader).post(address).status_code == 404
    assert Picture.objects.count() == 1


def test_a_written_document_cannot_be_discarded_after_all(client_of: ClientOf) -> None:
    world = lessonprep.world()
    brought(client_of, world.receiver, world.plan(), illustrated(), "draft")
    word_import = last_import(world.receiver)
    write(client_of, world.receiver)

    discard(word_import=word_import, by=world.receiver)

    assert WordImport.objects.count() == 1
    assert Picture.objects.count() == 1, "the first draft shows it, though no page uses it yet"


def test_pictures_of_parts_that_were_left_out_go_when_the_rest_is_written(
    client_of: ClientOf,
) -> None:
    world = lessonprep.world()
    brought(client_of, world.receiver, world.plan(), illustrated(), "draft")
    number = next(
        at for at, piece in enumerate(last_import(world.receiver).pieces) if "<img" in piece["html"]
    )

    write(client_of, world.receiver, **{f"to-{number}": ""})

    assert not Picture.objects.exists()


def test_the_same_document_brought_again_keeps_its_picture(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = world.plan()
    content = illustrated()

    brought(client_of, world.receiver, plan, content, "draft")
    brought(client_of, world.receiver, plan, content, "draft")

    assert WordImport.objects.count() == 1
    assert Picture.objects.count() == 1
    assert last_import(world.receiver).pictures == [str(Picture.objects.get().uuid)]


def test_two_waiting_documents_share_a_picture_until_the_last_is_gone(client_of: ClientOf) -> None:
    world = lessonprep.world()
    content = illustrated()
    brought(client_of, world.receiver, world.plan(0), content, "draft")
    first = last_import(world.receiver)
    brought(client_of, world.receiver, world.plan(1), content, "draft")

    discard(word_import=first, by=world.receiver)
    between = Picture.objects.count()
    discard(word_import=last_import(world.receiver), by=world.receiver)

    assert between == 1
    assert not Picture.objects.exists()


def test_a_picture_that_was_there_before_the_document_stays(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = world.plan()
    brought(client_of, world.receiver, plan, illustrated(), "draft")
    write(client_of, world.receiver)
    brought(client_of, world.receiver, world.plan(1), illustrated(), "draft")
    again = last_import(world.receiver)

    discard(word_import=again, by=world.receiver)

    assert again.pictures == []
    assert Picture.objects.count() == 1


def test_what_nobody_confirmed_is_forgotten_when_the_next_document_comes(
    client_of: ClientOf,
) -> None:
    world = lessonprep.world()
    brought(client_of, world.receiver, world.plan(0), illustrated(), "draft")
    old = timezone.now() - KEPT_FOR - timedelta(hours=1)
    WordImport.objects.update(made_at=old)

    brought(client_of, world.leader, world.plan(0), word.common_plan(), "draft")

    assert [row.by for row in WordImport.objects.all()] == [world.leader]
    assert not Picture.objects.exists()


def test_what_waits_for_less_is_not_forgotten(client_of: ClientOf) -> None:
    world = lessonprep.world()
    brought(client_of, world.receiver, world.plan(), illustrated(), "draft")

    assert forget_old(timezone.now() - KEPT_FOR) == 0
    assert Picture.objects.count() == 1
