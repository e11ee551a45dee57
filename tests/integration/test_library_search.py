"""What the library gives to the search: live contents, with those who may read them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from resources.library import actions
from resources.library.access import Action, can
from resources.library.models import Resource
from resources.library.queries import targets
from resources.library.search_documents import ResourceSource
from schools.audience import Reader, tokens_of
from tests.factories import library, people
from tests.factories.catalogue import make_volume

pytestmark = pytest.mark.django_db
source = ResourceSource()


def test_a_document_says_what_it_is_found_by() -> None:
    volume = make_volume()
    chapter = volume.chapters.get(title="春")
    chapter.standards.create(
        code="X-1", subject="chinese", stage="junior", domain="阅读", text="朗读课文"
    )
    made = library.raised(
        library.published(library.edition(chapter=chapter, contributors="李四")), "county"
    )

    (document,) = source.documents([made.uuid])

    assert (document.kind, document.scope, document.edition) == (
        "lesson_plan",
        "county",
        "tongbian",
    )
    assert document.chapters == ("第一单元", "春")
    assert {"朗读课文", "李四", made.maker.name} <= set(document.keywords)
    assert "整体感知，朗读课文。" in document.body
    assert document.url == f"/resources/{made.uuid}/"
    assert document.published == made.first_published_at


def test_drafts_and_withdrawn_resources_have_no_document() -> None:
    draft, made, gone = library.edition(), library.published(), library.published()
    actions.withdraw(gone, by=gone.maker, from_home=True)
    library.submitted(draft)
    uuids = [draft.uuid, made.uuid, gone.uuid]

    assert [document.uuid for document in source.documents(uuids)] == [made.uuid]
    assert list(source.uuids()) == [made.uuid]


def test_a_document_shows_the_live_content_while_a_draft_is_ahead() -> None:
    made = library.published(library.edition(title="初稿"))
    library.revised(made, "二稿")

    (document,) = source.documents([made.uuid])

    assert document.title == "初稿"
    assert "二稿" not in document.body


def test_the_audience_of_a_document_meets_exactly_those_who_may_open_the_page() -> None:
    school = people.school()
    at_home, county = library.published(school=school), library.published(school=school)
    public, draft = library.published(), library.edition(school)
    library.raised(county, "county")
    library.raised(public, "public")
    library.recommended(at_home, targets(at_home)[0])
    everything: list[Resource] = [at_home, county, public, draft]
    readers: list[Reader] = [
        AnonymousUser(),
        at_home.maker,
        people.teacher(school),
        people.teacher(people.school(region=school.region)),
        people.teacher(),
        library.editor(school.region),
        library.editor(school),
    ]
    uuids = [made.uuid for made in everything]
    documents = {document.uuid: document for document in source.documents(uuids)}

    for reader in readers:
        found = {
            uuid for uuid, document in documents.items() if document.audience & tokens_of(reader)
        }
        opened = {made.uuid for made in everything if can(reader, Action.READ, made)}
        assert found == opened == source.readable(uuids, reader)


def test_the_number_of_queries_does_not_grow_with_the_documents() -> None:
    school = people.school()
    counts = []
    for rows in (2, 6):
        uuids = [library.published(school=school).uuid for _ in range(rows)]
        with CaptureQueriesContext(connection) as queries:
            assert len(list(source.documents(uuids))) == rows
        counts.append(len(queries))

    assert counts[0] == counts[1]
