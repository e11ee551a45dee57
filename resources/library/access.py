"""Who may do what with a resource; objects reach a view through here."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from uuid import UUID

from django.http import Http404

from resources.catalogue.models import Chapter, Volume
from resources.library.ladder import editors_scope
from resources.library.models import LessonPlanEdition, Place, Resource, Scope, Shelf, Submission
from resources.library.queries import (
    Purpose,
    awaiting,
    listed,
    open_shelves,
    readable,
    targets,
    waiting_submission,
    with_parts_seen,
)
from schools.access import Role, holds
from schools.audience import Reader, Side, may_see
from schools.models import Membership, School, User
from schools.models.dated import today
from schools.models.roles import SCOPES


class Action(Enum):
    """What can be done with a resource."""

    READ = "read"
    READ_DRAFT = "read_draft"
    EDIT = "edit"
    SUBMIT = "submit"
    RECOMMEND = "recommend"
    CALL_BACK = "call_back"
    LET_OUT = "let_out"
    BIN = "bin"
    BRING_BACK = "bring_back"
    WITHDRAW = "withdraw"
    TAKE_DOWN = "take_down"


def can(user: Reader, action: Action, resource: Resource) -> bool:
    """Whether the user has the right to `action`; whether this is the moment says `offers`."""
    if action in {Action.READ, Action.READ_DRAFT}:
        return may_see(user, resource, Side.LIVE if action == Action.READ else Side.DRAFT)
    if not isinstance(user, User) or not user.is_active:
        return False
    is_maker = resource.maker_id == user.pk
    if resource.binned_at is not None and is_maker:
        return action == Action.BRING_BACK
    match action:
        case Action.EDIT:
            return is_maker and not _is_copied(resource)
        case Action.RECOMMEND:
            # A draft, or what was withdrawn, is its maker's alone.
            return is_maker or (resource.live and edits(user, resource.school, resource))
        case Action.TAKE_DOWN:
            shelves = Shelf.objects.upwards().filter(resource=resource.pk)
            ever = [shelf.place for shelf in shelves.select_related(*SCOPES)]
            return bool(_edited_by(user, ever, resource))
        case _:
            return is_maker


def _is_copied(resource: Resource) -> bool:
    """An edition is a copy of a plan's version: it changes with the plan alone."""
    edition = resource.specific_class is LessonPlanEdition
    return edition and bool(resource.specific.is_copied)


def may_see_parts(reader: Reader, resource: Resource) -> bool:
    """Whether the reader sees answers and notes for teachers (答案、教师备注).

    The rule is that of `queries.with_parts_seen`.
    """
    if resource.answers_out:
        return True
    if not isinstance(reader, User):
        return False
    return with_parts_seen(reader).filter(pk=resource.pk).exists()


def edits(user: Reader, scope: Scope, resource: Resource) -> bool:
    """Whether the user is an editor of the scope's library for such a resource, not its maker."""
    if not isinstance(user, User) or user.pk == resource.maker_id:
        return False
    return holds(user, Role.LIBRARY_EDITOR, scope, subject=resource.subject, stage=resource.stage)


def _edited_by(user: Reader, places: list[Place], resource: Resource) -> list[Place]:
    return [
        place
        for place in places
        if edits(user, editors_scope(place, places, resource.school), resource)
    ]


def places_to_take_down(user: Reader, resource: Resource) -> list[Place]:
    """The libraries in which it stands and of which the user is an editor, from the school up."""
    return _edited_by(user, [shelf.place for shelf in open_shelves(resource)], resource)


def offers(user: Reader, resource: Resource) -> set[Action]:
    """What the user may do and can do now; pages show these."""
    publication = waiting_submission(resource, Purpose.PUBLISH)
    rising = waiting_submission(resource, Purpose.RISE)
    unpublished = not resource.live or resource.has_unpublished_changes
    now = {
        Action.EDIT: publication is None,
        Action.SUBMIT: publication is None and unpublished,
        Action.RECOMMEND: resource.live and rising is None and bool(targets(resource)),
        Action.CALL_BACK: publication is not None or rising is not None,
        Action.WITHDRAW: resource.live,
        Action.LET_OUT: True,
        Action.BIN: not resource.live and publication is None and rising is None,
        Action.BRING_BACK: resource.binned_at is not None,
        Action.TAKE_DOWN: bool(places_to_take_down(user, resource)),
    }
    return {action for action, is_time in now.items() if is_time and can(user, action, resource)}


def readable_or_404(reader: Reader, uuid: UUID) -> Resource:
    """The resource with its live content; 404 where the reader may not know of it."""
    found = readable(reader).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return _with_relations(found)


def _with_relations(found: Resource) -> Resource:
    """The resource as its kind, with what its page shows."""
    return listed(found.specific_class.objects.filter(pk=found.pk)).get()


def own_or_404(user: User, uuid: UUID) -> Resource:
    """A resource that the user made."""
    found = Resource.objects.filter(uuid=uuid, maker=user).first()
    if found is None:
        raise Http404
    return _with_relations(found)


def allowed_or_404(user: User, action: Action, uuid: UUID) -> Resource:
    """A resource on which the user has the right to `action`."""
    found = Resource.objects.select_related("school").filter(uuid=uuid).first()
    if found is None or not can(user, action, found):
        raise Http404
    return _with_relations(found)


def review_or_404(user: User, uuid: UUID) -> Submission:
    """A request that waits for the user's decision, or that they have decided."""
    submissions = Submission.objects.select_related("resource__school", "resource__maker").filter(
        uuid=uuid
    )
    found: Submission | None = submissions.select_related(
        "resource__school", "resource__maker", "asked_by", "reviewer", *SCOPES
    ).first()
    if found is None:
        raise Http404
    if found.reviewer_id == user.pk or may_decide(user, found):
        return found
    raise Http404


def may_decide(user: Reader, submission: Submission) -> bool:
    """Whether the request waits for this user's decision."""
    return awaiting(user).filter(pk=submission.pk).exists()


def volume_or_404(uuid: UUID) -> Volume:
    """A volume; the catalogue is open to everyone."""
    found = Volume.objects.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def chapter_or_404(volume: Volume, pk: str) -> Chapter:
    """A chapter of a volume that an address names."""
    known = pk.isdecimal() and len(pk) <= 12
    found = volume.chapters.filter(pk=pk).first() if known else None
    if found is None:
        raise Http404
    return found


def lesson_or_none(pk: str) -> Chapter | None:
    """The lesson that an address names; the catalogue is open to everyone."""
    if not pk.isdecimal() or len(pk) > 12:
        return None
    return Chapter.objects.filter(pk=int(pk)).select_related("volume").first()


def home_school(user: User) -> School | None:
    """The school for which the user makes resources: the main one of today's."""
    memberships: Iterable[Membership] = Membership.objects.on(today()).filter(user=user)
    main = sorted(memberships, key=lambda row: (not row.is_main, row.since, row.pk))
    return main[0].school if main else None
