"""Who may see a resource after each step of its life."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import AnonymousUser

from resources.library.access import Action, can
from resources.library.actions import call_back, send_back, take_down, withdraw
from resources.library.models import Level, Microlecture, Resource
from resources.library.queries import targets
from schools.audience import Reader
from schools.models import School, User
from search.models import IndexEntry
from tests.factories import library, people

pytestmark = pytest.mark.django_db


@dataclass
class Readers:
    """One reader of each distance from the home school."""

    school: School
    maker: User
    colleague: User
    group: User
    base: User
    neighbour: User
    stranger: User

    def of(self, made: Resource, action: Action = Action.READ) -> list[str]:
        """The names of those who may see it now, asked anew."""
        everyone: dict[str, Reader] = {
            "maker": library.again(self.maker),
            "colleague": library.again(self.colleague),
            "group": library.again(self.group),
            "base": library.again(self.base),
            "neighbour": library.again(self.neighbour),
            "stranger": library.again(self.stranger),
            "anyone": AnonymousUser(),
        }
        fresh = library.reread(made)
        return [name for name, reader in everyone.items() if can(reader, action, fresh)]


@pytest.fixture
def readers() -> Readers:
    county = people.county()
    city = county.parent
    assert city is not None
    home = people.school(region=county)
    # The group reaches over the county's border.
    partner = people.school(region=people.county("河西县", city=city))
    people.education_group(home, partner)
    in_base = people.school(region=people.county("河东县", city=city))
    people.subject_base(home, in_base)
    return Readers(
        school=home,
        maker=people.teacher(home),
        colleague=people.teacher(home),
        group=people.teacher(partner),
        base=people.teacher(in_base),
        neighbour=people.teacher(people.school(region=county)),
        stranger=people.teacher(people.school()),
    )


AT_HOME = ["maker", "colleague"]
EVERYONE = ["maker", "colleague", "group", "base", "neighbour", "stranger", "anyone"]


def test_each_step_widens_the_readers_as_far_as_its_library(readers: Readers) -> None:
    made = library.edition(readers.school, readers.maker)
    seen = [readers.of(made)]
    library.submitted(made)
    seen.append(readers.of(made))
    waiting = library.waiting(made)
    assert waiting is not None
    library.passed(waiting)
    seen.append(readers.of(made))
    for level in ("group", "base", "county", "city", "public"):
        library.raised(made, level)
        seen.append(readers.of(made))

    assert seen == [
        [],  # a draft
        [],  # in review
        AT_HOME,
        ["maker", "colleague", "group"],
        ["maker", "colleague", "group", "base"],
        ["maker", "colleague", "group", "base", "neighbour"],
        ["maker", "colleague", "group", "base", "neighbour"],
        EVERYONE,
    ]


def test_a_draft_is_seen_by_its_maker_and_by_those_who_review_it(readers: Readers) -> None:
    made = library.edition(readers.school, readers.maker)
    editor = library.editor(readers.school)
    other_subject = library.editor(readers.school, subject="music")

    before = can(library.again(editor), Action.READ_DRAFT, made)
    library.submitted(made)
    during = [
        can(library.again(user), Action.READ_DRAFT, made)
        for user in (editor, other_subject, readers.maker, readers.colleague)
    ]
    waiting = library.waiting(made)
    assert waiting is not None
    call_back(waiting, by=readers.maker)

    assert not before
    assert during == [True, False, True, False]
    assert not can(library.again(editor), Action.READ_DRAFT, made)


def test_a_recommendation_shows_the_live_content_to_its_reviewers_alone(readers: Readers) -> None:
    made = library.published(school=readers.school, maker=readers.maker)
    reviewer = library.editor(readers.school.region)
    county = next(place for place in targets(made) if place.level == Level.COUNTY)

    before = can(library.again(reviewer), Action.READ, made)
    submission = library.recommended(made, county)
    during = can(library.again(reviewer), Action.READ, made)

    assert not before
    assert during
    assert readers.of(made) == AT_HOME
    send_back(submission, by=reviewer, revision_id=submission.revision_id, reason="不合适")
    assert not can(library.again(reviewer), Action.READ, made)


@pytest.mark.parametrize(
    ("by", "level", "left"),
    [
        ("maker", "home", AT_HOME),
        ("maker", "entirely", []),
        ("county", Level.COUNTY, ["maker", "colleague", "group"]),
        ("school", Level.SCHOOL, []),
    ],
)
def test_what_leaves_a_library_leaves_those_above(
    readers: Readers, by: str, level: str, left: list[str]
) -> None:
    made = library.raised(
        library.published(school=readers.school, maker=readers.maker), "group", "county", "public"
    )
    assert readers.of(made) == EVERYONE

    if by == "maker":
        withdraw(made, by=readers.maker, from_home=level == "entirely")
    else:
        scope = readers.school if by == "school" else readers.school.region
        take_down(made, by=library.editor(scope), level=Level(level), reason="图片没有授权")

    assert readers.of(made) == left


def test_readers_go_on_seeing_the_old_content_until_the_new_one_is_published(
    readers: Readers,
) -> None:
    made = library.published(library.edition(readers.school, readers.maker, "春：初稿"))
    library.revised(made, "春：二稿")

    library.submitted(made)
    during = library.reread(made)
    assert during.title == "春：初稿"
    assert readers.of(made) == AT_HOME

    waiting = library.waiting(made)
    assert waiting is not None
    library.passed(waiting)
    assert library.reread(made).title == "春：二稿"


def test_files_are_readable_where_the_content_is(readers: Readers) -> None:
    from media.access import can as can_file

    draft = library.microlecture(readers.school, readers.maker)
    editor = library.editor(readers.school)
    video = draft.video
    assert video is not None

    def may_read(user: User) -> bool:
        return can_file(library.again(user), "read", video)

    assert (may_read(readers.colleague), may_read(editor)) == (False, False)
    submission = library.submitted(draft)
    assert (may_read(readers.colleague), may_read(editor)) == (False, True)
    library.passed(submission)
    assert may_read(readers.colleague)
    withdraw(library.reread(draft), by=readers.maker, from_home=True)
    assert not may_read(readers.colleague)


def test_a_picture_of_someone_else_is_not_let_out_through_a_text(readers: Readers) -> None:
    from media.access import can as can_file
    from tests.factories import media

    secret = media.stored("脸.png", media.picture_bytes(), by=people.user())
    draft = library.microlecture(
        readers.school, readers.maker, body=f'<p><img data-media="{secret.uuid}"></p>'
    )
    library.published(draft)

    assert not can_file(library.again(readers.maker), "read", secret)
    assert not can_file(library.again(readers.colleague), "read", secret)


def test_search_is_told_of_every_change_of_readers(readers: Readers) -> None:
    made = library.edition(readers.school, readers.maker)

    def version() -> int:
        found: int = IndexEntry.objects.get(pk=made.uuid).version
        return found

    steps = [version()]
    submission = library.submitted(made)
    steps.append(version())
    library.passed(submission)
    steps.append(version())
    library.raised(made, "county")
    steps.append(version())
    withdraw(library.reread(made), by=readers.maker)
    steps.append(version())

    assert steps == sorted(set(steps))


def test_a_county_editor_reads_the_county_library_without_belonging_to_a_school(
    readers: Readers,
) -> None:
    made = library.raised(library.published(school=readers.school), "county")
    library.editor(people.county())
    editor = library.editor(readers.school.region)

    assert can(library.again(editor), Action.READ, made)


def test_a_revision_moves_nothing_of_whose_it_is(readers: Readers) -> None:
    made = library.microlecture(readers.school, readers.maker)
    content = made.latest_revision.content
    content.update(school=people.school().pk, maker=people.user().pk, slug="taken")
    content["uuid"] = "00000000-0000-4000-8000-000000000000"
    made.latest_revision.content = content
    made.latest_revision.save()

    published = library.published(made)

    assert isinstance(published, Microlecture)
    assert (published.uuid, published.slug) == (made.uuid, str(made.uuid))
    assert (published.school_id, published.maker_id) == (readers.school.pk, readers.maker.pk)
