"""What is private appears nowhere to others: every page is read by everyone, looking for a word.

Each private thing holds a word of its own in every text that people write into it: titles,
sections, remarks, reasons, names and bytes of files. Everyone then reads all there is to read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.models import Page

from lessonprep.plans.actions import phases
from lessonprep.plans.actions.drafting import save_draft_section
from lessonprep.plans.actions.editing import save_section
from lessonprep.plans.actions.remarks import remark
from lessonprep.plans.models import LessonPlan, Remark
from lessonprep.plans.sections import section_hash
from resources.library import actions
from resources.library.models import Resource
from resources.library.queries import waiting_submission
from search.outbox import drain
from tests.contract.doors import DOORS
from tests.factories import library
from tests.factories import media as files
from tests.factories.doors import MEMBERS, ROLES, Ground, ground
from tests.integration.test_admin_door import all_doors

pytestmark = pytest.mark.django_db
BEGINNING = "朱雀桥边"
"""All the words begin with it, so that a search for it would find them all."""


@dataclass
class Secret:
    """A word, who may come upon it, and the things that it is in."""

    word: str
    readers: set[str]
    uuids: dict[UUID, str] = field(default_factory=dict)
    """Each with the name of the doors that take it."""
    asked: set[str] = field(default_factory=set)
    """Who was asked to review it before: their old notices name it."""
    pages: list[int] = field(default_factory=list)


NAMES = ("alone", "group", "approved", "draft", "asked", "next", "withdrawn")


@pytest.fixture
def g(settings: Any, tmp_path: Path) -> Ground:
    settings.GONGBEI_VAR = tmp_path
    made = ground()
    made.sign_in()
    return made


@pytest.fixture
def secrets(g: Ground) -> dict[str, Secret]:
    """One secret of each sort; the index knows all that it is told."""
    words = {name: f"{BEGINNING}{chr(0x7532 + number)}野草花" for number, name in enumerate(NAMES)}
    maker, members = {"preparer"}, set(MEMBERS)
    made = {
        "alone": Secret(words["alone"], maker),
        "group": Secret(words["group"], members),
        "approved": Secret(words["approved"], members),
        "draft": Secret(words["draft"], maker),
        "asked": Secret(words["asked"], {"preparer", "librarian"}),
        "next": Secret(words["next"], maker),
        "withdrawn": Secret(words["withdrawn"], maker, asked={"librarian", "region_editor"}),
    }
    _write_alone(g, made["alone"])
    _write_together(g, made["group"])
    _approve(g, made["approved"])
    _draft(g, made["draft"])
    _ask(g, made["asked"])
    _go_on(g, made["next"])
    _withdraw(g, made["withdrawn"])
    drain()
    return made


def _keep(secret: Secret, page: Any) -> None:
    secret.uuids[page.uuid] = "plans:" if isinstance(page, LessonPlan) else "library:"
    secret.pages.append(page.pk)


def _write_alone(g: Ground, secret: Secret) -> None:
    plan = g.plan("first_draft")
    draft = plan.first_drafts.get(author=g.cast["preparer"])
    for section in draft.sections:
        if section["type"] == "text":
            save_draft_section(
                plan=plan,
                section_id=section["id"],
                posted={"body": f"<p>{secret.word}</p>"},
                base=section_hash(section),
                by=g.cast["preparer"],
            )


def _write(g: Ground, phase: str, word: str) -> None:
    section = g.section(phase)
    save_section(
        plan=g.plan(phase),
        section_id=section["id"],
        posted={"body": f"<p>{word}</p>"},
        base=section_hash(section),
        by=g.cast["preparer"],
    )


def _write_together(g: Ground, secret: Secret) -> None:
    for phase in ("discussion", "revision"):
        _write(g, phase, secret.word)
        remark(
            plan=g.plan(phase),
            section_id=g.section(phase)["id"],
            text=secret.word,
            token=uuid4(),
            kind=Remark.Kind.POINT,
            by=g.cast["member"],
        )
        _keep(secret, g.plan(phase))
    plan = g.plan("in_review")
    phases.send_back(
        plan=plan, revision_id=plan.latest_revision_id or 0, reason=secret.word, by=g.cast["leader"]
    )
    _keep(secret, plan)


def _approve(g: Ground, secret: Secret) -> None:
    plan = g.plan("approved")
    phases.revise(plan=plan, by=g.cast["preparer"])
    _write(g, "approved", secret.word)
    phases.submit(plan=g.plan("approved"), by=g.cast["preparer"])
    fresh = LessonPlan.objects.get(pk=plan.pk)
    phases.approve(plan=fresh, revision_id=fresh.latest_revision_id or 0, by=g.cast["leader"])
    _keep(secret, plan)


def _microlecture(g: Ground, secret: Secret) -> Resource:
    video = files.stored(
        f"{secret.word}.mp4",
        files.video_bytes() + secret.word.encode(),
        by=g.cast["preparer"],
        school=g.world.lead,
    )
    made = actions.create_microlecture(
        school=g.world.lead,
        by=g.cast["preparer"],
        title=secret.word,
        description={
            "volume": g.world.prep_plan.volume,
            "summary": secret.word,
            "contributors": secret.word,
        },
        content={"knowledge_point": secret.word, "body": f"<p>{secret.word}</p>"},
        video=video,
    )
    _keep(secret, made)
    secret.uuids[video.uuid] = "media:"
    return made


def _draft(g: Ground, secret: Secret) -> None:
    _microlecture(g, secret)
    made = library.edition(g.world.lead, g.cast["preparer"], secret.word, summary=secret.word)
    _keep(secret, made)


def _ask(g: Ground, secret: Secret) -> None:
    made = _microlecture(g, secret)
    asked = library.submitted(made)
    secret.uuids[asked.uuid] = "library:"


def _go_on(g: Ground, secret: Secret) -> None:
    library.revised(g.resource("public"), secret.word)
    secret.pages.append(g.resources["public"].pk)


def _withdraw(g: Ground, secret: Secret) -> None:
    made = library.raised(library.published(_microlecture(g, secret)), "county", "public")
    drain()  # it was in the index
    assert waiting_submission(made, "rise") is None
    actions.withdraw(made, by=g.cast["preparer"], reason=secret.word, from_home=True)


# all there is to read


def _searches() -> Iterator[str]:
    page, api, suggest = map(reverse, ("search:page", "api:resources", "api:suggest"))
    for text in ("", BEGINNING, "微课"):
        yield f"{page}?q={text}"
        yield f"{api}?q={text}&size=100"
        yield f"{suggest}?q={text}"
    yield f"{page}?q={BEGINNING}&page=2&sort=newest"
    for sort in ("newest", "used"):
        yield f"{api}?sort={sort}&size=100"
    yield f"{api}?kind=microlecture&size=100"
    yield f"{reverse('library:mine')}?q={BEGINNING}"


def _plain() -> Iterator[str]:
    for door in DOORS:
        if door.method == "GET" and not door.address:
            try:
                yield reverse(door.name)
            except NoReverseMatch:
                continue
    yield from ("/", "/en/", "/en/library/", "/nothing/", "/files/nothing/", "/prep/", "/schools/")
    for section in ("home", "articles", "resources"):
        yield reverse("django.contrib.sitemaps.views.sitemap", args=[section])
    yield f"{reverse('workspace:notices')}?page=2"


MORE: dict[str, tuple[object, ...]] = {"plans:version": (2,), "media:picture": ("w640",)}


def _of(uuid: UUID, doors: str) -> Iterator[str]:
    for name in {door.name for door in DOORS if door.method == "GET"}:
        if not name.startswith(doors):
            continue
        try:
            yield reverse(name, args=[uuid, *MORE.get(name, ())])
        except NoReverseMatch:
            continue


def _in_the_tree(pks: Iterable[int]) -> Iterator[str]:
    for page in Page.objects.filter(pk__in=pks):
        below = page.url_path.strip("/").split("/")
        yield "/" + "/".join(below[1:]) + "/"


def _admin(pks: Iterable[int]) -> Iterator[str]:
    for door in all_doors():
        if "logout" in door.name or not door.name:
            continue
        for values in [list(pks)[:1] * len(door.kwargs)] if not door.kwargs else _ids(door, pks):
            try:
                yield reverse(door.name, args=values)
            except NoReverseMatch:
                continue
    for name in ("wagtailadmin_pages:search", "portal_resources:choose", "wagtailimages:index"):
        yield f"{reverse(name)}?q={BEGINNING}"


def _ids(door: Any, pks: Iterable[int]) -> Iterator[list[int]]:
    for pk in pks:
        yield [pk] * len(door.kwargs)


def _boards(g: Ground) -> Iterator[str]:
    yield reverse("plans:board", args=[g.world.prep_plan.uuid])
    yield reverse("groups:group", args=[g.world.prep_group.uuid])
    yield reverse("library:volume", args=[g.world.prep_plan.volume.uuid])
    for state in ("public", "school", "county"):
        yield reverse("library:resource", args=[g.resources[state].uuid])
        yield reverse("library:take_down", args=[g.resources[state].uuid])
        yield reverse("library:recommend", args=[g.resources[state].uuid])
    for phase in g.plans:
        yield from _of(g.plans[phase].uuid, "plans:")


def _body(client: Client, address: str) -> str:
    answer: Any = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    where = str(answer.get("Location", "")) + str(answer.get("Content-Disposition", ""))
    text = re.sub(r"</?mark>", "", content.decode(errors="replace") + where)
    return text.replace(address, "")


Texts = dict[str, str]


@pytest.fixture
def read(g: Ground, secrets: dict[str, Secret]) -> Callable[[str], Texts]:
    """All that one in a role gets to read, by address."""
    pages = [pk for secret in secrets.values() for pk in secret.pages]
    taken = [pair for secret in secrets.values() for pair in secret.uuids.items()]
    addresses = [*_plain(), *_searches(), *_boards(g), *_in_the_tree(pages)]
    addresses += [address for uuid, doors in taken for address in _of(uuid, doors)]
    leave = {reverse("logout"), reverse("wagtailcore_login")}

    def reading(role: str) -> Texts:
        browser = g.browser(role)
        mine = [*addresses]
        if role in {"portal_editor", "operator"}:
            mine += _admin(pages[:2])
        return {address: _body(browser, address) for address in {*mine} - leave}

    return reading


def test_what_is_private_appears_nowhere_to_others(
    read: Callable[[str], Texts], secrets: dict[str, Secret]
) -> None:
    told, seen = set(), set()
    day, all_of_them = reverse("workspace:day"), reverse("workspace:notices")
    notices = {day, all_of_them, f"{all_of_them}?page=2"}

    for role in ROLES:
        for address, text in read(role).items():
            noticed = address in notices
            for name, secret in secrets.items():
                named = any(str(uuid) in _unasked(text, address, uuid) for uuid in secret.uuids)
                if secret.word in text and not noticed:
                    seen.add((name, role))
                may = role in secret.readers or (role in secret.asked and noticed)
                if (secret.word in text or named) and not may:
                    told.add((name, role, address))

    assert told == set()
    assert seen == {(name, role) for name, secret in secrets.items() for role in secret.readers}


def _unasked(text: str, address: str, uuid: UUID) -> str:
    """The text without what only repeats the address that was asked for."""
    return "" if str(uuid) in address else text


def test_a_search_for_it_counts_nothing(g: Ground, secrets: dict[str, Secret]) -> None:
    for role in ("stranger", "elsewhere", "colleague", "head", "region_editor"):
        for secret in secrets.values():
            found = g.browser(role).get(reverse("api:resources"), {"q": secret.word}).json()

            assert secret.word not in str(found["items"])
            assert not {str(uuid) for uuid in secret.uuids} & {hit["id"] for hit in found["items"]}


def test_deleting_what_one_cannot_see_changes_nothing_that_one_sees(
    g: Ground, secrets: dict[str, Secret]
) -> None:
    """Counts, facets, pages: not a byte depends on it."""
    addresses = [
        *(f"{reverse('api:resources')}?q={text}&size=100" for text in ("", BEGINNING, "教案")),
        f"{reverse('api:suggest')}?q={BEGINNING}",
        reverse("library:volume", args=[g.world.prep_plan.volume.uuid]),
        reverse("library:browse"),
        reverse("feed"),
        reverse("django.contrib.sitemaps.views.sitemap", args=["resources"]),
    ]

    def seen() -> list[str]:
        return [_body(g.browser(role), a) for role in ("stranger", "neighbour") for a in addresses]

    before = seen()
    for name in ("draft", "asked", "withdrawn"):
        Resource.objects.filter(pk__in=secrets[name].pages).update(
            draft_title="x", title="x", volume=None, subject="music"
        )
    drain()

    assert seen() == before
