"""The door list is complete, and each door lets in whom its row says and nobody else."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import Any, get_args

import pytest
from django.core.management import get_commands
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse
from django.urls.exceptions import Resolver404

from lessonprep.coediting import protocol
from lessonprep.coediting.rights import person_of, plan_for
from lessonprep.plans.access import Action, can
from lessonprep.plans.models import FirstDraft
from portal.api import api
from schools.models import AuditEntry
from tests.contract.doors import (
    COMMANDS,
    DOORS,
    MISSING,
    OPERATIONS,
    SOCKET,
    STRANGER,
    Door,
    names_there,
)
from tests.factories.doors import MEMBERS, ROLES, STATES, Ground, Phase

pytestmark = pytest.mark.django_db
OURS = ("portal", "lessonprep", "resources", "search", "media", "schools")
SIGN_IN = "/accounts/login/?next="


def _send(g: Ground, door: Door, role: str, language: str = "") -> HttpResponse:
    address = language + door.url(g)
    client = g.browser(role)
    if door.method == "POST":
        return client.post(address, door.form(g))  # type: ignore[return-value]
    if door.method == "PUT":
        return client.put(address, b"?")  # type: ignore[return-value]
    return client.get(address, door.query(g))  # type: ignore[return-value]


# the list


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    listed = {door.name for door in DOORS}

    assert names_there() - listed == set(), "a door without a row"
    assert listed - names_there() == set(), "a row without a door"


def test_every_operation_of_the_api_has_a_row() -> None:
    paths = api.get_openapi_schema()["paths"]
    there = {(method.upper(), path) for path, methods in paths.items() for method in methods}

    assert there == set(OPERATIONS)
    assert set(OPERATIONS.values()) <= {door.name for door in DOORS}


def test_every_command_has_a_row() -> None:
    there = {name for name, app in get_commands().items() if str(app).startswith(OURS)}

    assert there == set(COMMANDS)


def test_every_message_of_the_socket_has_a_row() -> None:
    said = {
        protocol.Step1: {"sync step 1"},
        protocol.Updates: {"sync step 2", "update", "batch"},
        protocol.Presences: {"awareness"},
    }

    assert {*said, type(None)} == set(get_args(protocol.Message))
    assert set.union({"connect"}, *said.values()) == set(SOCKET)


@pytest.mark.parametrize("phase", ["discussion", "revision", "in_review", "approved"])
@pytest.mark.parametrize("role", ROLES)
def test_the_socket_asks_the_rule_of_plans(g: Ground, role: str, phase: str) -> None:
    plan = g.plan(phase)
    cookies = g.browser(role).cookies.output(header="", sep=";").strip()

    person = person_of(cookies)
    found = plan_for(person, plan.uuid) if person else None

    assert (person is None) == (role == STRANGER)
    user = g.cast.get(role)
    assert (found is not None) == (user is not None and can(user, Action.SEE, plan))
    assert bool(found and found[1].writes) == (user is not None and can(user, Action.EDIT, plan))


def test_every_row_says_who_may_and_who_may_not() -> None:
    rows = [door for door in DOORS if "anyone" not in door.rule and "nobody" not in door.rule]

    assert not [str(door) for door in rows if door.allowed != STRANGER and not door.refused]
    assert not [door for door in DOORS if {door.allowed, door.refused, door.lesser} - {*ROLES, ""}]
    assert len({str(door) for door in DOORS}) == len(DOORS), "two rows for one thing"


def test_every_door_that_changes_something_is_walked_by_post() -> None:
    """An address that takes POST has a row for it: a view without it answers 405."""
    posted = {door.name for door in DOORS if door.method == "POST"}
    only_get = {door.name for door in DOORS} - posted - {"admin", "login"}

    # The rest refuse POST or have none: `test_what_is_only_to_read_refuses_to_be_written`.
    assert not {name for name in only_get if _writes(name)}


def _writes(name: str) -> bool:
    verbs = ("save", "submit", "approve", "send", "withdraw", "take", "put", "new", "edit")
    taken = {f"{app}:take{form}" for app in ("plans", "library") for form in ("", "_page", "_zip")}
    only_read = {"plans:edit", "library:new", *taken}
    return name.split(":")[-1].startswith(verbs) and name not in only_read


# the walk

STRANGERS_WRITE = {"POST takedown:ask"}
"""Where one without an account leaves something behind."""


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_it_opens_to_the_reader_of_its_row(g: Ground, door: Door) -> None:
    answer = _send(g, door, door.allowed)

    assert answer.status_code in door.answers, answer
    if answer.status_code == 302 and door.allowed != STRANGER and door.name != "logout":
        assert not answer["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("door", [door for door in DOORS if door.refused], ids=str)
def test_it_stays_shut_to_the_other_reader(g: Ground, door: Door, language: str) -> None:
    if language and not _has_languages(g, door):
        pytest.skip("it speaks no language")
    before = AuditEntry.objects.count()

    answer = _send(g, door, door.refused, language)

    if door.refused == STRANGER:
        assert answer.status_code == 302
        assert answer["Location"].startswith(language + SIGN_IN)
    else:
        assert answer.status_code == 404
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("door", [door for door in DOORS if door.lesser], ids=str)
def test_who_sees_the_thing_but_may_not_do_this_changes_nothing(g: Ground, door: Door) -> None:
    before = AuditEntry.objects.count()

    answer = _send(g, door, door.lesser)

    assert answer.status_code in {200, 302, 403, 404, 409}
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_stranger_is_let_in_or_sent_to_sign_in_or_told_nothing(g: Ground, door: Door) -> None:
    before = AuditEntry.objects.count()
    address = door.url(g)

    answer = _send(g, door, STRANGER)

    if address.startswith(("/workspace/", "/accounts/password", "/accounts/terms", "/admin/")):
        assert answer.status_code == 302
        assert answer["Location"].startswith(SIGN_IN)
    elif door.allowed == STRANGER:
        assert answer.status_code in door.answers
    else:
        assert answer.status_code in MISSING | ({302} if door.name == "logout" else set())
    if str(door) not in STRANGERS_WRITE:
        assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("door", list({door.name: door for door in DOORS}.values()), ids=str)
def test_a_stranger_by_the_other_method_learns_no_more(g: Ground, door: Door) -> None:
    address, client = door.url(g), Client()

    answer = client.get(address) if door.method == "POST" else client.post(address)

    if address.startswith("/workspace/"):
        assert answer.status_code == 302
        assert answer["Location"].startswith(SIGN_IN)
    else:
        assert answer.status_code < 500


@pytest.mark.parametrize(
    "address", ["/workspace/nothing/", "/workspace/plans/1/", "/en/workspace/x/y/", "/workspace"]
)
def test_what_does_not_exist_in_the_workspace_sends_a_stranger_to_sign_in(
    g: Ground, address: str
) -> None:
    answer = Client().get(address, follow=True)

    assert answer.redirect_chain
    assert "/accounts/login/?next=" in answer.redirect_chain[-1][0]


def test_another_key_than_ones_own_opens_nothing(g: Ground) -> None:
    for name in OPERATIONS.values():
        answer = Client().get(reverse(name), headers={"Authorization": "Bearer nonsense"})

        assert answer.status_code == 401


def test_no_command_is_a_door_of_the_web(g: Ground) -> None:
    for name in COMMANDS:
        for address in (f"/{name}/", f"/api/v1/{name}", f"/admin/{name}/", f"/workspace/{name}/"):
            assert g.browser("operator").get(address).status_code == 404


def _has_languages(g: Ground, door: Door) -> bool:
    try:
        resolve("/en" + door.url(g))
    except Resolver404:
        return False
    return not door.url(g).startswith(("/files/", "/admin/", "/api/"))


# roles and states


PLAN_PAGES: dict[str, dict[str, set[str]]] = {
    "plan": {phase.value: set(MEMBERS) for phase in Phase},
    "history": {phase.value: set(MEMBERS) for phase in Phase},
    "draft": {Phase.FIRST_DRAFT.value: set(MEMBERS)},
    "drafts": {phase.value: set(MEMBERS) for phase in Phase if phase != Phase.FIRST_DRAFT},
    "edit": {Phase.DISCUSSION.value: set(MEMBERS), Phase.REVISION.value: {"preparer"}},
}
"""Who opens which page of a plan, by phase; other members are told why not and sent back. A draft
stays readable for its author."""


PHASES = [phase.value for phase in Phase]


@pytest.mark.parametrize("phase", PHASES)
def test_pages_of_a_plan_by_role_and_phase(g: Ground, phase: str) -> None:
    plan = g.plans[phase]

    found = {
        (name, role): _seen(g.browser(role).get(reverse(f"plans:{name}", args=[plan.uuid])))
        for name in PLAN_PAGES
        for role in ROLES
    }

    told_why_not = f"to {plan.get_absolute_url()}"
    authors = {
        role
        for role, user in g.cast.items()
        if FirstDraft.objects.filter(plan=plan, author=user).exists()
    }
    assert found == {
        (name, role): _told(
            role,
            role in table.get(phase, ()) or (name == "draft" and role in authors),
            MEMBERS,
            told_why_not,
        )
        for name, table in PLAN_PAGES.items()
        for role in ROLES
    }


def _seen(answer: Any) -> str:
    if answer.status_code != 302:
        return str(answer.status_code)
    where = answer["Location"]
    return "sign-in" if where.startswith(SIGN_IN) else f"to {where}"


def _told(role: str, may: bool, knowing: Collection[str] = (), otherwise: str = "404") -> str:
    """What a reader is answered: who does not know of a thing is told nothing."""
    if role == STRANGER and not may:
        return "sign-in"
    if may:
        return "200"
    return otherwise if role in knowing else "404"


LEADING_OR_MAIN = {"preparer", "leader", "deputy"}
PLAN_DEEDS: dict[str, tuple[str, set[str]]] = {
    "hand_over": ("first_draft", LEADING_OR_MAIN),
    "close_discussion": ("discussion", LEADING_OR_MAIN),
    "reopen_discussion": ("revision", LEADING_OR_MAIN),
    "submit": ("revision", LEADING_OR_MAIN),
    "approve": ("in_review", {"leader", "deputy"}),
    "send_back": ("in_review", {"leader", "deputy"}),
    "revise": ("approved", LEADING_OR_MAIN),
    "put_in_library": ("approved", LEADING_OR_MAIN),
}
"""In which phase, and by whom, a plan is moved on."""


@pytest.mark.parametrize("phase", PHASES)
def test_deeds_on_a_plan_by_role_and_phase(g: Ground, phase: str) -> None:
    form = {"revision": g.plan(phase).latest_revision_id, "reason": "缺学情"}
    done, told = set(), {}

    for name, role in product(PLAN_DEEDS, ROLES):
        before, held = AuditEntry.objects.count(), transaction.savepoint()
        address = reverse(f"plans:{name}", args=[g.plans[phase].uuid])
        told[name, role] = g.browser(role).post(address, form).status_code
        if AuditEntry.objects.count() > before:
            done.add((name, role))
        transaction.savepoint_rollback(held)

    assert done == {
        (name, role) for name, (when, who) in PLAN_DEEDS.items() if when == phase for role in who
    }
    knowing = {STRANGER, *MEMBERS}
    assert {role for (_name, role), status in told.items() if status != 404} == knowing
    assert {told[name, role] for name in PLAN_DEEDS for role in knowing} <= {302, 409}


SCHOOL = {"colleague", "preparer", "leader", "deputy", "head", "librarian"}
COUNTY = {"neighbour", "member", "region_editor"}
READERS: dict[str, set[str]] = {
    "draft": set(),
    "in_review": set(),
    "school": SCHOOL,
    "group": SCHOOL | {"group_editor"},
    "county": SCHOOL | COUNTY,
    "public": set(ROLES),
    "withdrawn": set(),
    "taken_down": SCHOOL,
}
"""Who reads a resource, by where it stands. Its school is of the group and of the county."""


@pytest.mark.parametrize("state", STATES)
def test_pages_of_a_resource_by_role_and_state(g: Ground, state: str) -> None:
    uuid = g.resources[state].uuid

    def readers(name: str) -> set[str]:
        address = reverse(f"library:{name}", args=[uuid])
        return {role for role in ROLES if g.browser(role).get(address).status_code == 200}

    assert readers("resource") == READERS[state]
    assert readers("own") == readers("preview") == {"preparer"}


STANDS = {"school": {"librarian"}, "group": {"librarian", "group_editor"}}
STANDS["county"] = STANDS["taken_down"] = STANDS["withdrawn"] = {"librarian", "region_editor"}
STANDS["public"] = {"librarian", "group_editor", "region_editor"}
RESOURCE_DEEDS: dict[str, dict[str, set[str]]] = {
    "edit": {"draft": {"preparer"}},
    "submit": {state: {"preparer"} for state in STATES},
    "recommend": {
        state: {"preparer", "librarian"} if READERS[state] else {"preparer"} for state in STATES
    },
    "call_back": {state: {"preparer"} for state in STATES},
    "withdraw": {state: {"preparer"} for state in STATES},
    "take_down": STANDS,
}
"""To whom the doors to act on a resource open at all; what they do there depends on the state."""


@pytest.mark.parametrize("state", STATES)
def test_doors_to_act_on_a_resource_by_role_and_state(g: Ground, state: str) -> None:
    before = AuditEntry.objects.count()
    uuid = g.resources[state].uuid

    for name, table in RESOURCE_DEEDS.items():
        address = reverse(f"library:{name}", args=[uuid])
        told = {role: _seen(g.browser(role).post(address)) for role in ROLES}

        assert told.pop(STRANGER) == "sign-in"
        assert {role for role in told if told[role] != "404"} == table.get(state, set()), name
    assert AuditEntry.objects.count() == before, "an empty form did something"


DECIDES = {"publish": {"librarian"}, "rise": {"region_editor"}}


@pytest.mark.parametrize("purpose", DECIDES)
def test_a_review_opens_to_the_editors_that_are_asked(g: Ground, purpose: str) -> None:
    address = reverse("library:review", args=[g.submissions[purpose].uuid])

    told = {role: _seen(g.browser(role).get(address)) for role in ROLES}

    assert told == {role: _told(role, role in DECIDES[purpose]) for role in ROLES}
