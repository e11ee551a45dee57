"""Files of answers: a part of their page, for teachers of its libraries until they are let out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from media.actions import copy_uses_live, set_uses
from media.models import FileUse
from media.queries import files_of
from resources.importing.exporting import rows_for
from resources.library import actions
from resources.library.models import Resource, Submission
from schools import audience
from schools.audience import Side, set_audience
from schools.models import AuditEntry, User
from tests.conftest import ClientOf
from tests.factories import library, media, people

pytestmark = pytest.mark.django_db
CANARY = "金丝雀答案"
SAVED = {"download": "1"}


def posted(client: Client, made: Resource, **fields: Any) -> None:
    fresh = library.reread(made)
    form = {"title": "练习", "base": fresh.latest_revision_id, **fields}
    client.post(reverse("library:edit", args=[made.uuid]), form)


def with_answers(client_of: ClientOf, kind: str = "courseware") -> Resource:
    """A draft with slides or a text, and a file of answers, made through the form."""
    maker = people.teacher()
    mains: dict[str, dict[str, Any]] = {
        "courseware": {"slides": media.upload("课件.pdf", b"%PDF-1.7 slides")},
        "class_exercise": {"link": "https://basic.smartedu.cn/item"},
    }
    client_of(maker).post(
        reverse("library:make", args=[kind]),
        {
            "title": "练习",
            "body": "做一做",
            "attachment": media.upload(f"{CANARY}.pdf", b"%PDF-1.7 canary"),
            "attachment_is_answers": "on",
            **mains[kind],
        },
    )
    return library.reread(Resource.objects.get(maker=maker))


def code(reader: Client, made: Resource, **data: str) -> int:
    (uuid,) = library.reread(made).get_latest_revision_as_object().answer_files
    return reader.get(f"/files/{uuid}/", data).status_code


@pytest.mark.parametrize("kind", ["courseware", "class_exercise"])
def test_the_public_meets_no_file_of_answers_until_it_is_let_out(
    kind: str, client_of: ClientOf
) -> None:
    made = library.raised(library.published(with_answers(client_of, kind)), "public")
    strangers = [Client(), client_of(people.teacher())]
    address = made.get_absolute_url()

    def met() -> list[bool]:
        codes = [code(reader, made, **how) == 200 for reader in strangers for how in ({}, SAVED)]
        return codes + [CANARY in reader.get(address).content.decode() for reader in strangers]

    before = met()
    actions.let_out(made, by=made.maker, out=True)
    after = met()
    actions.let_out(made, by=made.maker, out=False)
    again = met()

    assert not any(before)
    assert all(after)
    assert not any(again)


@pytest.mark.parametrize(
    ("who", "sees"),
    [("maker", True), ("colleague", True), ("county", True), ("editor", True), ("else", False)],
)
def test_a_file_of_answers_is_for_those_who_see_the_parts(
    who: str, sees: bool, client_of: ClientOf
) -> None:
    made = library.raised(library.published(with_answers(client_of)), "county", "public")
    made_readers: dict[str, Callable[[], User]] = {
        "maker": lambda: made.maker,
        "colleague": lambda: people.teacher(made.school),
        "county": lambda: people.teacher(people.school(region=made.school.region)),
        "editor": lambda: library.editor(made.school),
        "else": people.teacher,
    }
    client = client_of(made_readers[who]())

    assert (code(client, made) == 200) is sees
    assert (CANARY in client.get(made.get_absolute_url()).content.decode()) is sees


def test_a_reviewer_reads_the_file_of_answers_of_the_draft(client_of: ClientOf) -> None:
    made = with_answers(client_of)
    editor = library.editor(made.school)
    before = code(client_of(editor), made)
    waiting = library.submitted(made)

    during = code(client_of(library.again(editor)), made)
    page = client_of(library.again(editor)).get(waiting.get_absolute_url())

    assert (before, during) == (404, 200)
    assert CANARY in page.content.decode()


def test_a_file_of_answers_never_becomes_the_main_file(client_of: ClientOf) -> None:
    maker = people.teacher()

    client_of(maker).post(
        reverse("library:make", args=["courseware"]),
        {
            "title": "练习",
            "attachment": media.upload("答案.pdf", media.pdf_bytes()),
            "attachment_is_answers": "on",
        },
    )

    made = library.reread(Resource.objects.get(maker=maker))
    assert made.get_latest_revision_as_object().slides is None
    assert made.missing()


def test_what_is_marked_later_is_held_back_at_once(client_of: ClientOf) -> None:
    made = with_answers(client_of)
    (uuid,) = made.answer_files
    client, teacher = client_of(made.maker), client_of(people.teacher(made.school))
    posted(client, made, body="做一做")  # nothing ticked: an ordinary file
    made = library.raised(library.published(made), "public")
    open_to_all = Client().get(f"/files/{uuid}/").status_code

    posted(client, made, body="做一做", answer_files=[uuid])

    page = Client().get(made.get_absolute_url()).content.decode()
    assert (open_to_all, Client().get(f"/files/{uuid}/").status_code) == (200, 404)
    assert CANARY not in page
    assert teacher.get(f"/files/{uuid}/").status_code == 200
    assert CANARY in teacher.get(made.get_absolute_url()).content.decode()


def test_what_is_no_answer_any_more_is_let_out_by_the_publication_alone(
    client_of: ClientOf,
) -> None:
    made = library.raised(library.published(with_answers(client_of)), "public")
    (uuid,) = library.reread(made).answer_files

    posted(client_of(made.maker), made, body="做一做")
    before = Client().get(f"/files/{uuid}/").status_code
    waiting: Submission | None = library.submitted(made)
    while waiting is not None:
        library.passed(waiting)
        waiting = library.waiting(made)

    assert before == 404
    assert Client().get(f"/files/{uuid}/").status_code == 200


def test_a_file_taken_out_is_no_answer_any_more(client_of: ClientOf) -> None:
    made = with_answers(client_of)
    (uuid,) = made.answer_files

    posted(client_of(made.maker), made, body="做一做", answer_files=[uuid], drop=[uuid])

    draft = library.reread(made).get_latest_revision_as_object()
    assert (draft.attachments, draft.answer_files) == ([], [])
    assert not FileUse.objects.filter(file_uuid=uuid, side=Side.DRAFT).exists()


def test_an_export_leaves_files_of_answers_out_as_it_does_answers(client_of: ClientOf) -> None:
    made = library.raised(library.published(with_answers(client_of)), "public")
    stranger, colleague = people.teacher(), people.teacher(made.school)

    def files_for(reader: User) -> int:
        ((_row, files),) = rows_for(reader, school=made.school.code)
        return len(files)

    assert (files_for(stranger), files_for(colleague)) == (1, 2)


def test_parts_of_a_page_that_nobody_owns_are_nobodys(client_of: ClientOf) -> None:
    by = people.teacher()
    school = by.memberships.get().school
    file = media.stored("答案.pdf", media.pdf_bytes(), by=by, school=school)
    page = people.site_root()
    set_audience(page, Side.LIVE, {audience.PUBLIC})
    set_uses(page=page, side=Side.DRAFT, files=[file], by=by, parts=[file.uuid])

    copy_uses_live(page, by=by)
    held = Client().get(file.url).status_code
    set_uses(page=page, side=Side.DRAFT, files=[file], by=by)
    copy_uses_live(page, by=by)

    assert held == 404
    assert Client().get(file.url).status_code == 200
    assert files_of(page, Side.LIVE, with_parts=False) == [file]
    told = [
        entry.detail["parts"]
        for entry in AuditEntry.objects.filter(action__endswith="uses_changed")
    ]
    assert sorted(map(len, told)) == [0, 0, 1, 1]
