"""Deciding about resources: by whom, about which revision, once (审核)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from resources.library import actions
from resources.library.access import Action, can, may_decide, offers
from resources.library.errors import (
    ChecksMissing,
    Incomplete,
    InReview,
    NoReviewer,
    NotNow,
    ReasonMissing,
    StaleReview,
)
from resources.library.models import Level, Place, Resource, Shelf, Submission
from resources.library.queries import ResourceState, made_by, standing, targets
from resources.library.templatetags.library import what_happened
from schools.models import AuditEntry, Notification, User
from schools.notices import sentence_of
from tests.factories import library, people

pytestmark = pytest.mark.django_db
ALL = library.ALL_CHECKS


def audit(made: Resource, action: str = "") -> list[str]:
    """What the log has of a resource, the oldest first."""
    entries = AuditEntry.objects.filter(
        target_id=made.uuid, action__startswith=f"resource.{action}"
    )
    return list(entries.order_by("pk").values_list("action", flat=True))


def told(user: User) -> list[str]:
    """The kinds of notices that a user has."""
    return list(
        Notification.objects.filter(user=user).order_by("pk").values_list("kind", flat=True)
    )


# who decides


@pytest.mark.parametrize(
    ("who", "decides"),
    [
        ("editor of the school", True),
        ("editor of the subject", True),
        ("editor of another subject", False),
        ("editor of another stage", False),
        ("editor of another school", False),
        ("editor of the county", False),
        ("former editor", False),
        ("administrator of the school", False),
        ("colleague", False),
        ("maker", False),
    ],
)
def test_a_publication_is_decided_by_editors_of_the_home_school(who: str, decides: bool) -> None:
    made = library.edition()
    school = made.school
    role = people.Role.LIBRARY_EDITOR
    user = {
        "editor of the school": lambda: library.editor(school),
        "editor of the subject": lambda: library.editor(school, subject="chinese", stage="junior"),
        "editor of another subject": lambda: library.editor(school, subject="music"),
        "editor of another stage": lambda: library.editor(school, stage="senior"),
        "editor of another school": lambda: library.editor(people.school(region=school.region)),
        "editor of the county": lambda: library.editor(school.region),
        "former editor": lambda: library.editor(school, since="2024-09-01", until="2025-07-01"),
        "administrator of the school": lambda: people.with_role(people.Role.SCHOOL_ADMIN, school),
        "colleague": lambda: people.teacher(school),
        "maker": lambda: people.with_role(role, school, made.maker),
    }[who]()

    submission = library.submitted(made)
    user = library.again(user)

    assert may_decide(user, submission) is decides
    if not decides:
        revision = submission.revision_id
        with pytest.raises(PermissionDenied):
            actions.accept(submission, by=user, revision_id=revision, checks=ALL)
        with pytest.raises(PermissionDenied):
            actions.send_back(submission, by=user, revision_id=revision, reason="不行")
        assert not library.reread(made).live


def test_who_recommends_does_not_decide() -> None:
    made = library.published()
    both = library.editor(made.school, people.teacher(made.school))
    library.editor(made.school.region, both)
    other = library.editor(made.school.region)
    county = targets(made)[0]

    submission = actions.recommend(made, by=both, place=county, revision_id=made.live_revision_id)

    assert not may_decide(library.again(both), submission)
    assert may_decide(other, submission)
    assert told(made.maker)[-1] == "library.recommended"


def test_every_point_must_be_ticked_to_pass() -> None:
    submission = library.submitted(library.edition())
    editor = library.editor(submission.resource.school)

    with pytest.raises(ChecksMissing) as refused:
        actions.accept(submission, by=editor, revision_id=submission.revision_id, checks=ALL[:3])

    assert [point.value for point in refused.value.missing] == ALL[3:]
    assert not library.reread(submission.resource).live


def test_sending_back_needs_a_reason_which_the_maker_reads() -> None:
    made = library.edition()
    submission = library.submitted(made)
    editor = library.editor(made.school)

    with pytest.raises(ReasonMissing):
        actions.send_back(submission, by=editor, revision_id=submission.revision_id, reason=" ")
    actions.send_back(submission, by=editor, revision_id=submission.revision_id, reason="缺出处")

    row = made_by(made.maker).get()
    assert (row.state, row.last_reason) == (ResourceState.SENT_BACK, "缺出处")
    assert told(made.maker) == ["library.sent_back"]


# publication


def test_publication_opens_the_school_library_once() -> None:
    made = library.published()
    again = library.published(library.revised(made, "二稿"))

    assert again.live
    assert [place.level for place in standing(again)] == [Level.SCHOOL]
    assert Shelf.objects.count() == 1
    assert audit(made, "published") == ["resource.published"] * 2
    assert "library.published" in told(made.maker)


def test_a_sent_back_draft_is_changed_and_submitted_again() -> None:
    draft = library.microlecture()
    first = library.submitted(draft)
    editor = library.editor(draft.school)
    actions.send_back(first, by=editor, revision_id=first.revision_id, reason="字幕有姓名")

    changed = save(draft, "朗读微课（改）")
    second = library.submitted(changed)
    library.passed(second)

    assert library.reread(draft).title == "朗读微课（改）"
    assert [s.state for s in Submission.objects.order_by("pk")] == ["sent_back", "accepted"]
    assert first.workflow_state_id == second.workflow_state_id


def save(draft: Resource, title: str, base: int | None = None) -> Resource:
    """The draft with another title."""
    fresh = library.reread(draft)
    return actions.save_resource(
        fresh,
        by=fresh.maker,
        base_revision_id=base or fresh.latest_revision_id,
        title=title,
        description={"subject": "chinese", "grade": 7},
        content={"body": "<p>先听后读。</p>"},
    )


def test_a_new_revision_of_a_risen_resource_needs_every_library_in_order() -> None:
    school = people.school()
    group = people.education_group(school)
    made = library.raised(library.published(school=school), "group", "county", "public")
    library.revised(made, "二稿")
    asked = []

    step: Submission | None = library.submitted(made)
    while step is not None:
        asked.append(step.scope)
        assert library.reread(made).title != "二稿"
        library.passed(step)
        step = library.waiting(made)

    # The county's editors decide for the public too, and are asked once.
    assert asked == [school, group, school.region]
    assert library.reread(made).title == "二稿"
    assert audit(made)[-4:] == [
        "resource.submitted",
        "resource.passed",
        "resource.passed",
        "resource.published",
    ]


def test_a_library_that_it_reached_during_the_review_is_asked_too() -> None:
    made = library.published()
    library.revised(made, "二稿")
    step = library.submitted(made)
    library.raised(made, "county")

    library.passed(step)

    waiting = library.waiting(made)
    assert waiting is not None
    assert waiting.level == Level.COUNTY
    assert library.reread(made).title != "二稿"


def test_a_yes_of_an_earlier_review_does_not_count_in_a_later_one() -> None:
    made = library.published()
    actions.take_down(made, by=library.editor(made.school), level=Level.SCHOOL, reason="侵权")

    again = library.submitted(made)

    assert again.is_waiting
    assert not library.reread(made).live
    assert library.passed(again).live


def test_an_incomplete_or_unreviewable_draft_is_not_taken() -> None:
    library.workflow()
    bare = actions.create_microlecture(
        school=people.school(), by=people.user(), title="空", description={}, content={}
    )
    alone = library.edition()
    library.editor(alone.school, alone.maker)

    with pytest.raises(Incomplete):
        submit(bare)
    with pytest.raises(NoReviewer):
        submit(alone)


def submit(draft: Resource, revision_id: int | None = None) -> Submission | None:
    """Its maker hands it in."""
    fresh = library.reread(draft)
    return actions.submit_for_publication(
        fresh, by=fresh.maker, revision_id=revision_id or fresh.latest_revision_id
    )


def test_the_workflow_is_attached_at_the_first_review() -> None:
    from wagtail.models import WorkflowPage

    draft = library.edition()
    library.editor(draft.school)
    WorkflowPage.objects.all().delete()

    submit(draft)

    assert library.reread(draft).current_workflow_state is not None


def test_a_draft_in_review_cannot_be_changed() -> None:
    micro, edition = library.microlecture(), library.edition()
    library.submitted(micro)
    library.submitted(edition)

    with pytest.raises(InReview):
        save(micro, "改")
    with pytest.raises(InReview):
        library.revised(edition, "二稿")


def test_a_form_about_an_earlier_draft_hands_nothing_in() -> None:
    draft = library.microlecture()
    library.editor(draft.school)
    library.workflow()
    seen = draft.latest_revision_id
    save(draft, "改")

    with pytest.raises(StaleReview):
        submit(draft, seen)

    assert library.waiting(draft) is None


def test_what_was_asked_for_one_revision_never_passes_another() -> None:
    made = library.published(library.microlecture())
    county = targets(made)[0]
    rise = library.recommended(made, county)
    old = made.live_revision_id
    save(made, "二稿")
    editor = library.editor(county.scope)

    # Saving alone changes nothing for readers: the first revision rises, and stays live.
    actions.accept(rise, by=editor, revision_id=old, checks=ALL)
    assert library.reread(made).live_revision_id == old

    step = library.submitted(made)
    with pytest.raises(StaleReview):
        actions.accept(step, by=library.editor(made.school), revision_id=old, checks=ALL)
    assert library.reread(made).live_revision_id == old


def test_a_recommendation_lapses_when_another_revision_is_published() -> None:
    made = library.published(library.microlecture())
    rise = library.recommended(made, targets(made)[0])
    editor = library.editor(rise.scope)
    library.published(save(made, "二稿"))

    with pytest.raises(StaleReview):
        actions.accept(rise, by=editor, revision_id=rise.revision_id, checks=ALL)

    rise.refresh_from_db()
    assert rise.state == Submission.State.STALE
    assert [place.level for place in standing(made)] == [Level.SCHOOL]
    assert "library.stale" in told(made.maker)


def test_a_recommendation_is_stale_when_the_school_has_left_the_group() -> None:
    school = people.school()
    group = people.education_group(school)
    made = library.published(school=school)
    rise = library.recommended(made, Place(Level.GROUP, group))
    group.members.update(since="2020-09-01", until="2021-07-01")

    with pytest.raises(StaleReview):
        library.passed(rise)


# twice


def test_each_action_done_twice_leaves_the_record_of_one() -> None:
    made = library.edition()
    editor = library.editor(made.school)
    first, second = library.submitted(made), submit(made)
    assert first == second

    for _time in range(2):
        actions.accept(first, by=editor, revision_id=first.revision_id, checks=ALL)
    assert submit(made) is None
    county = Place(Level.COUNTY, made.school.region)
    county_editor = library.editor(made.school.region)
    live = library.reread(made).live_revision_id
    for _time in range(2):
        rise = actions.recommend(
            library.reread(made), by=made.maker, place=county, revision_id=live
        )
    for _time in range(2):
        actions.accept(rise, by=county_editor, revision_id=live, checks=ALL)
    for _time in range(2):
        actions.take_down(made, by=county_editor, level=Level.COUNTY, reason="重复")
    for _time in range(2):
        actions.withdraw(made, by=made.maker, from_home=True)

    assert audit(made) == [
        "resource.created",
        "resource.submitted",
        "resource.published",
        "resource.recommended",
        "resource.raised",
        "resource.taken_down",
        "resource.withdrawn",
    ]
    assert not Shelf.objects.open().exists()


def test_sending_back_and_calling_back_twice_count_once() -> None:
    made = library.published(library.microlecture())
    county = targets(made)[0]
    rise = library.recommended(made, county)
    editor = library.editor(rise.scope)
    for _time in range(2):
        actions.send_back(rise, by=editor, revision_id=rise.revision_id, reason="不合适")
    second = library.recommended(made, county)
    for _time in range(2):
        actions.call_back(second, by=made.maker)

    assert audit(made)[-4:] == [
        "resource.recommended",
        "resource.sent_back",
        "resource.recommended",
        "resource.called_back",
    ]


def test_the_same_form_makes_one_microlecture_and_no_one_takes_anothers_place() -> None:
    maker, thief = people.teacher(), people.teacher()
    school = people.school()
    made = library.microlecture(school, maker)

    def create(by: User) -> Resource:
        return actions.create_microlecture(
            school=school, by=by, title="再来", description={}, content={}, token=made.uuid
        )

    assert create(maker).pk == made.pk
    assert create(thief).uuid != made.uuid
    assert library.reread(made).maker == maker


def test_two_decisions_on_one_request_end_in_the_first() -> None:
    submission = library.submitted(library.edition())
    first, second = (library.editor(submission.resource.school) for _ in range(2))
    revision = submission.revision_id
    actions.accept(submission, by=first, revision_id=revision, checks=ALL)

    with pytest.raises(StaleReview):
        actions.send_back(submission, by=second, revision_id=revision, reason="不同意")

    assert library.reread(submission.resource).live


def test_the_database_holds_one_waiting_request_and_one_library_of_a_level() -> None:
    made = library.raised(library.published(), "county")
    shelf = Shelf.objects.get(level="county")
    rise = library.recommended(made, targets(made)[0])

    for row in (shelf, rise):
        row.pk = None
        row._state.adding = True
        if isinstance(row, Submission):
            row.uuid = made.uuid
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": "school"},
        {"level": "county"},
        {"level": "public", "with_region": True},
        {"level": "group", "with_region": True},
    ],
)
def test_the_database_refuses_a_library_that_does_not_fit_its_level(wrong: dict[str, str]) -> None:
    made = library.published()
    wrong = dict(wrong)
    region = made.school.region if wrong.pop("with_region", None) else None

    with pytest.raises(IntegrityError), transaction.atomic():
        Shelf.objects.create(resource_id=made.pk, placed_by=made.maker, region=region, **wrong)


# back and down


def test_withdrawing_home_keeps_the_school_and_ends_what_waits() -> None:
    made = library.raised(library.published(library.microlecture()), "county")
    rise = library.recommended(made, targets(made)[0])
    step = library.submitted(save(made, "二稿"))

    actions.withdraw(made, by=made.maker, reason="要改", from_home=False)

    assert [place.level for place in standing(made)] == [Level.SCHOOL]
    assert library.reread(made).live
    for submission in (rise, step):
        submission.refresh_from_db()
        assert submission.state == Submission.State.WITHDRAWN
    assert library.submitted(made).is_waiting, "the maker can ask again"


def test_a_withdrawn_resource_can_be_published_again() -> None:
    made = library.published()
    actions.withdraw(made, by=made.maker, from_home=True)
    assert not library.reread(made).live

    library.passed(library.submitted(made))

    assert library.reread(made).live
    assert Shelf.objects.filter(resource=made.pk).count() == 2


@pytest.mark.parametrize(
    ("who", "levels"),
    [
        ("school", [Level.SCHOOL]),
        ("county", [Level.COUNTY, Level.PUBLIC]),
        ("city", []),
        ("maker", []),
        ("colleague", []),
    ],
)
def test_an_editor_takes_down_from_the_own_library_only(who: str, levels: list[Level]) -> None:
    made = library.raised(library.published(), "county", "public")
    school = made.school
    user = {
        "school": lambda: library.editor(school),
        "county": lambda: library.editor(school.region),
        "city": lambda: library.editor(school.region.parent),
        "maker": lambda: library.editor(school, made.maker),
        "colleague": lambda: people.teacher(school),
    }[who]()
    user = library.again(user)

    assert can(user, Action.TAKE_DOWN, made) is bool(levels)
    for level in (Level.SCHOOL, Level.COUNTY, Level.PUBLIC):
        if level not in levels:
            with pytest.raises(PermissionDenied):
                actions.take_down(made, by=user, level=level, reason="无权")
    for level in reversed(levels):
        actions.take_down(made, by=user, level=level, reason="侵权")
        assert all(place.rank < level.rank for place in standing(made))
    assert library.reread(made).live is (Level.SCHOOL not in levels)


def test_taking_down_needs_a_reason_and_tells_the_maker() -> None:
    made = library.published()
    editor = library.editor(made.school)

    with pytest.raises(ReasonMissing):
        actions.take_down(made, by=editor, level=Level.SCHOOL, reason="")
    actions.take_down(made, by=editor, level=Level.SCHOOL, reason="有学生姓名")

    assert told(made.maker)[-1] == "library.taken_down"
    assert Shelf.objects.get().reason == "有学生姓名"


# who may do what, when


OFFERED = {
    "draft": {"maker": {"bin", "edit", "let_out", "submit"}},
    "in review": {"maker": {"call_back", "let_out"}},
    "published": {
        "maker": {"edit", "let_out", "recommend", "withdraw"},
        "school": {"recommend", "take_down"},
    },
    "recommended": {
        "maker": {"edit", "call_back", "let_out", "withdraw"},
        "school": {"take_down"},
    },
    "county": {
        "maker": {"edit", "let_out", "recommend", "withdraw"},
        "school": {"recommend", "take_down"},
        "county": {"take_down"},
    },
    "changed": {
        "maker": {"edit", "let_out", "submit", "recommend", "withdraw"},
        "school": {"recommend", "take_down"},
    },
    "withdrawn": {"maker": {"bin", "edit", "let_out", "submit"}},
}


@pytest.mark.parametrize("state", OFFERED)
def test_what_is_offered_depends_on_role_and_state(state: str) -> None:
    made: Resource = library.microlecture()
    school = made.school
    people_of = {
        "maker": made.maker,
        "school": library.editor(school),
        "county": library.editor(school.region),
        "colleague": people.teacher(school),
        "stranger": people.teacher(),
    }
    if state == "in review":
        library.submitted(made)
    elif state != "draft":
        made = library.published(made)
    if state == "recommended":
        library.recommended(made, targets(made)[0])
    elif state == "county":
        library.raised(made, "county")
    elif state == "changed":
        save(made, "二稿")
    elif state == "withdrawn":
        actions.withdraw(made, by=made.maker, from_home=True)

    offered = {
        who: {action.value for action in offers(library.again(user), library.reread(made))}
        for who, user in people_of.items()
    }

    assert {who: acts for who, acts in offered.items() if acts} == OFFERED[state]


def test_only_the_maker_and_editors_of_the_school_recommend() -> None:
    made = library.published()
    county = targets(made)[0]
    library.editor(made.school.region)

    for user in (people.teacher(made.school), library.editor(people.school())):
        with pytest.raises(PermissionDenied):
            actions.recommend(made, by=user, place=county, revision_id=made.live_revision_id)


def test_a_second_recommendation_waits_for_the_first() -> None:
    made = library.published()
    nearer, higher = targets(made)[:2]
    library.editor(higher.scope)
    library.recommended(made, nearer)

    with pytest.raises(NotNow):
        actions.recommend(made, by=made.maker, place=higher, revision_id=made.live_revision_id)


def test_an_edition_is_never_edited_by_hand() -> None:
    made = library.edition()

    assert not can(made.maker, Action.EDIT, made)


def test_the_same_version_of_a_plan_is_one_revision() -> None:
    made = library.edition()
    once = library.revised(made, "二稿")
    again = actions.new_edition_revision(
        once,
        by=made.maker,
        title="二稿",
        description={},
        sections=once.sections.get_prep_value(),
        source_number=once.source_number,
        source_hash=once.source_hash,
    )

    assert again.latest_revision_id == once.latest_revision_id
    assert audit(made, "edited") == ["resource.edited"]


def test_every_notice_is_a_sentence_and_every_entry_has_words() -> None:
    made = library.raised(library.published(), "county")
    colleague = library.editor(made.school)
    public = Place(Level.PUBLIC)
    actions.recommend(made, by=colleague, place=public, revision_id=made.live_revision_id)
    library.revised(made, "二稿")
    step = library.submitted(made)
    library.passed(step)
    again = library.waiting(made)
    assert again is not None
    library.passed(again)
    actions.take_down(made, by=colleague, level=Level.SCHOOL, reason="侵权")
    back = library.submitted(made)
    actions.send_back(back, by=colleague, revision_id=back.revision_id, reason="缺出处")

    kinds = set(Notification.objects.values_list("kind", flat=True))
    assert len(kinds) == 8
    assert all("%(" not in sentence_of(notice) for notice in Notification.objects.all())
    for entry in AuditEntry.objects.filter(action__startswith="resource."):
        assert entry.action not in what_happened(entry)
