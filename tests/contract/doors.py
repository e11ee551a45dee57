"""The door list: every address, API operation and command, its rule, who may and who may not.

A door without a row fails `test_doors`, and so does a row without a door. The views under
`/admin/` are one door here; each of them that takes an id is walked in
`tests/integration/test_admin_door.py`, and those that portal editors need in `test_admin_editing`.
The socket of co-editing will be a door as soon as there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lessonprep.plans.sections import section_hash
from resources.library.models import CheckPoint
from schools.models import Notification
from tests.factories.doors import Ground
from tests.factories.people import PASSWORD

STRANGER = "stranger"
NOBODY = ""
Things = Callable[[Ground], Any]
OK = frozenset({200})
DONE = frozenset({302})
MISSING = frozenset({404})


@dataclass(frozen=True, kw_only=True)
class Door:
    """One way in: its rule in words, a reader who may go through and one who may not.

    `refused` answers 404, or sends to sign-in where it is the stranger; `lesser` is one who sees
    the thing and yet may not do this: nothing is done, whatever is answered.
    """

    name: str
    rule: str
    allowed: str = STRANGER
    refused: str = NOBODY
    lesser: str = NOBODY
    method: str = "GET"
    answers: frozenset[int] = OK
    args: Things = lambda g: []
    query: Things = lambda g: {}
    form: Things = lambda g: {}
    address: str = ""
    """Where the name alone does not give it."""
    case: str = ""
    """Tells rows of one name apart."""

    def __str__(self) -> str:
        return " ".join(filter(None, [self.method, self.name, self.case]))

    def url(self, ground: Ground) -> str:
        """Its address for the things of the ground."""
        return self.address or reverse(self.name, args=self.args(ground))


# shorthands for what doors take


def plan(phase: str, *more: Any) -> Things:
    """The plan in this phase, and what else the address holds."""
    return lambda g: [g.plans[phase].uuid, *(each(g) if callable(each) else each for each in more)]


def resource(state: str) -> Things:
    """The resource in this state."""
    return lambda g: [g.resources[state].uuid]


def section_id(phase: str) -> Things:
    """The id of the section of homework."""
    return lambda g: g.section(phase)["id"]


def _draft_section_id(g: Ground) -> str:
    return str(g.section("first_draft", "objectives")["id"])


def _revision(phase: str) -> Things:
    return lambda g: {"revision": g.plan(phase).latest_revision_id}


def _saved(g: Ground) -> dict[str, Any]:
    return {"base": section_hash(g.section("discussion")), "body": "<p>背诵</p>"}


def _drafted(g: Ground) -> dict[str, Any]:
    from lessonprep.plans.models import FirstDraft

    draft = FirstDraft.objects.get(plan=g.plans["first_draft"], author=g.cast["preparer"])
    own = next(s for s in draft.sections if s["id"] == _draft_section_id(g))
    return {"base": section_hash(own), "body": "<p>新的目标</p>"}


def _first_revision(phase: str) -> Things:
    from wagtail.models import Revision

    def pk(g: Ground) -> int:
        return int(Revision.objects.for_instance(g.plans[phase]).order_by("pk")[0].pk)

    return pk


def _new_password(g: Ground) -> dict[str, str]:
    new = "chunri-2026-beike"
    return {"old_password": PASSWORD, "new_password1": new, "new_password2": new}


def _notice(g: Ground) -> list[int]:
    return [Notification.objects.filter(user=g.cast["preparer"])[0].pk]


def _task(g: Ground) -> list[Any]:
    return [g.world.task(0).uuid]


def _task_form(g: Ground) -> dict[str, Any]:
    task = g.world.task(0)
    return {"teaching_day": task.teaching_day.isoformat(), "main_preparer": g.cast["deputy"].pk}


def _new_plan_form(g: Ground) -> dict[str, Any]:
    made = g.world.prep_plan
    return {"volume": made.volume_id, "term": made.term_id, "periods_per_week": 5}


def _decision(g: Ground) -> dict[str, Any]:
    return {
        "decision": "pass",
        "checks": list(CheckPoint.values),
        "revision": g.submissions["publish"].revision_id,
    }


def _place(g: Ground) -> dict[str, Any]:
    made = g.resource("school")
    return {"place": f"county:{made.school.region_id}", "revision": made.live_revision_id}


def _edited(g: Ground) -> dict[str, Any]:
    return {"title": "微课新题", "base": g.resource("draft").latest_revision_id}


def _takedown(g: Ground) -> dict[str, Any]:
    return {
        "token": uuid4(),
        "address": g.resource("public").get_absolute_url(),
        "ground": "likeness",
        "text": "第二张图里有我的孩子",
        "name": "家长",
        "contact": "13900000000",
    }


PUBLIC = "anyone"
SIGNED_IN = "who is signed in; about oneself alone"
MEMBER = "members of the prep group"
LEADING = "leader and deputies of the prep group"
MAIN_OR_LEADING = "the main preparer, the leader, a deputy"
MAKER = "its maker"
READER = "whom its live audience reaches"
EDITOR = "editors of the library that is asked, never the maker"
TAKEDOWN_EDITOR = "editors of the region that let it out to the public, never its maker"
FILE = "whom a page that uses it reaches, on the side that uses it; who uploaded it"
PREP_GROUP: Things = lambda g: [g.world.prep_group.uuid]  # noqa: E731 - data, like the rows


def _remark(name: str) -> Things:
    return plan("discussion", lambda g: g.remarks[name].pk)


DOORS: Sequence[Door] = [
    # the machines'
    Door(name="healthz", rule=PUBLIC),
    Door(name="readyz", rule=PUBLIC, answers=frozenset({200, 503})),
    Door(name="robots", rule=PUBLIC),
    Door(name="sitemap", rule=PUBLIC),
    Door(
        name="django.contrib.sitemaps.views.sitemap",
        rule="anyone; public resources only",
        args=lambda g: ["resources"],
    ),
    Door(name="feed", rule="anyone; public resources only"),
    # take-down requests
    Door(name="takedown:ask", rule=PUBLIC),
    Door(
        name="takedown:ask",
        rule="anyone, about what anyone may read",
        method="POST",
        form=_takedown,
        answers=DONE,
    ),
    Door(
        name="takedown:state",
        rule="who has its address, which only the sender is shown",
        args=lambda g: [g.takedowns["waiting"].uuid],
    ),
    Door(
        name="takedown:requests",
        rule=SIGNED_IN,
        allowed="region_editor",
        refused=STRANGER,
    ),
    Door(
        name="takedown:decide",
        rule=TAKEDOWN_EDITOR,
        allowed="region_editor",
        refused="librarian",
        args=lambda g: [g.takedowns["waiting"].uuid],
    ),
    Door(
        name="takedown:decide",
        rule=TAKEDOWN_EDITOR,
        method="POST",
        allowed="region_editor",
        refused="librarian",
        args=lambda g: [g.takedowns["waiting"].uuid],
        form=lambda g: {"decision": "refuse", "answer": "有授权"},
        answers=DONE,
    ),
    # the API
    Door(name="api:openapi-json", rule=PUBLIC),
    Door(name="api:api-root", rule="nobody: it is the stem of addresses", answers=MISSING),
    Door(
        name="api:nothing_here",
        rule="nobody: every address that is none",
        args=lambda g: ["users"],
        answers=MISSING,
    ),
    Door(name="api:resources", rule="anyone; what the reader may see"),
    Door(name="api:suggest", rule="anyone; what the reader may see", query=lambda g: {"q": "教"}),
    # files
    Door(
        name="media:download",
        rule=FILE,
        args=lambda g: [g.files["draft_video"].uuid],
        allowed="preparer",
        refused="leader",
    ),
    Door(
        name="media:download",
        case="of a school's page",
        rule=FILE,
        args=lambda g: [g.files["school_picture"].uuid],
        allowed="colleague",
        refused="neighbour",
    ),
    Door(
        name="media:picture",
        rule=FILE,
        args=lambda g: [g.files["school_picture"].uuid, "w640"],
        allowed="colleague",
        refused="neighbour",
    ),
    # the account
    Door(name="login", rule=PUBLIC),
    Door(name="logout", rule="anyone", method="POST", allowed="colleague", answers=DONE),
    Door(name="password_change", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="password_change",
        rule=SIGNED_IN,
        method="POST",
        allowed="colleague",
        refused=STRANGER,
        form=_new_password,
        answers=DONE,
    ),
    Door(name="terms", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="terms",
        rule=SIGNED_IN,
        method="POST",
        allowed="colleague",
        refused=STRANGER,
        form=lambda g: {"agreed": "on"},
        answers=DONE,
    ),
    # the workspace's own pages
    Door(name="workspace:day", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(name="workspace:notices", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="workspace:read_all",
        rule=SIGNED_IN,
        method="POST",
        allowed="colleague",
        refused=STRANGER,
        answers=DONE,
    ),
    Door(
        name="workspace:open_notice",
        rule="to whom the notice is",
        method="POST",
        allowed="preparer",
        refused="leader",
        args=_notice,
        answers=DONE,
    ),
    Door(name="workspace:me", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(name="workspace:design", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="nothing_here",
        rule="nobody; a stranger is sent to sign in all the same",
        allowed="colleague",
        refused=STRANGER,
        address="/workspace/nothing/at/all/",
        answers=MISSING,
    ),
    # prep groups
    Door(name="groups:list", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(name="groups:group", rule=MEMBER, allowed="member", refused="colleague", args=PREP_GROUP),
    Door(name="groups:new_plan", rule=LEADING, allowed="deputy", refused="member", args=PREP_GROUP),
    Door(
        name="groups:new_plan",
        rule=LEADING,
        method="POST",
        allowed="leader",
        refused="member",
        args=PREP_GROUP,
        form=_new_plan_form,
    ),
    Door(name="groups:task", rule=LEADING, allowed="leader", refused="preparer", args=_task),
    Door(
        name="groups:task",
        rule=LEADING,
        method="POST",
        allowed="leader",
        refused="preparer",
        args=_task,
        form=_task_form,
        answers=DONE,
    ),
    # plans to read
    Door(
        name="plans:board",
        rule=MEMBER,
        allowed="member",
        refused="colleague",
        args=lambda g: [g.world.prep_plan.uuid],
    ),
    Door(
        name="plans:plan",
        rule=MEMBER,
        allowed="member",
        refused="colleague",
        args=plan("discussion"),
    ),
    Door(
        name="plans:version",
        rule=MEMBER,
        allowed="member",
        refused="colleague",
        args=plan("approved", 1),
    ),
    Door(
        name="plans:drafts",
        rule=f"{MEMBER}, once the discussion is open",
        allowed="member",
        refused="colleague",
        args=plan("discussion"),
    ),
    Door(
        name="plans:history",
        rule=MEMBER,
        allowed="member",
        refused="colleague",
        args=plan("discussion"),
    ),
    Door(
        name="plans:compare",
        rule=MEMBER,
        allowed="member",
        refused="colleague",
        args=plan("discussion"),
        query=lambda g: {"old": _first_revision("discussion")(g)},
    ),
    # plans to write
    Door(
        name="plans:open_task",
        rule=MEMBER,
        method="POST",
        allowed="member",
        refused="colleague",
        args=_task,
        answers=DONE,
    ),
    Door(
        name="plans:edit",
        rule=f"{MEMBER} in the discussion, the main preparer in the revision",
        allowed="member",
        refused="colleague",
        args=plan("discussion"),
    ),
    Door(
        name="plans:save_section",
        rule=f"{MEMBER} in the discussion, the main preparer in the revision",
        method="POST",
        allowed="member",
        refused="colleague",
        args=plan("discussion", section_id("discussion")),
        form=_saved,
        answers=DONE,
    ),
    Door(
        name="plans:save_section",
        case="in the revision",
        rule="the main preparer",
        method="POST",
        allowed="preparer",
        refused="colleague",
        lesser="member",
        args=plan("revision", section_id("revision")),
        form=lambda g: {"base": section_hash(g.section("revision")), "body": "<p>背诵</p>"},
        answers=DONE,
    ),
    Door(
        name="plans:remark",
        rule=MEMBER,
        method="POST",
        allowed="member",
        refused="colleague",
        args=plan("discussion", section_id("discussion")),
        form=lambda g: {"text": "作业太少", "token": uuid4()},
        answers=DONE,
    ),
    Door(
        name="plans:raise_point",
        rule=MEMBER,
        method="POST",
        allowed="member",
        refused="colleague",
        args=_remark("comment"),
        answers=DONE,
    ),
    Door(
        name="plans:settle_point",
        rule=MEMBER,
        method="POST",
        allowed="member",
        refused="colleague",
        args=_remark("point"),
        answers=DONE,
    ),
    Door(
        name="plans:reopen_point",
        rule=MEMBER,
        method="POST",
        allowed="member",
        refused="colleague",
        args=_remark("point"),
        answers=DONE,
    ),
    Door(
        name="plans:draft",
        rule=f"{MEMBER}, each the own one",
        allowed="member",
        refused="colleague",
        args=plan("first_draft"),
    ),
    Door(
        name="plans:save_draft",
        rule=f"{MEMBER}, each the own one",
        method="POST",
        allowed="preparer",
        refused="colleague",
        args=plan("first_draft", _draft_section_id),
        form=_drafted,
        answers=DONE,
    ),
    Door(
        name="plans:hand_in",
        rule=f"{MEMBER}, each the own one",
        method="POST",
        allowed="preparer",
        refused="colleague",
        args=plan("first_draft"),
        answers=DONE,
    ),
    Door(
        name="plans:restore",
        rule=f"{MEMBER} in the discussion, the main preparer in the revision",
        method="POST",
        allowed="preparer",
        refused="colleague",
        args=plan("discussion", _first_revision("discussion")),
        form=lambda g: {"base": g.plan("discussion").latest_revision_id},
        answers=DONE,
    ),
    # a plan's way
    Door(
        name="plans:hand_over",
        rule=MAIN_OR_LEADING,
        method="POST",
        allowed="preparer",
        refused="colleague",
        lesser="member",
        args=plan("first_draft"),
        answers=DONE,
    ),
    Door(
        name="plans:close_discussion",
        rule=MAIN_OR_LEADING,
        method="POST",
        allowed="preparer",
        refused="colleague",
        lesser="member",
        args=plan("discussion"),
        answers=DONE,
    ),
    Door(
        name="plans:reopen_discussion",
        rule=MAIN_OR_LEADING,
        method="POST",
        allowed="leader",
        refused="colleague",
        lesser="member",
        args=plan("revision"),
        answers=DONE,
    ),
    Door(
        name="plans:submit",
        rule=MAIN_OR_LEADING,
        method="POST",
        allowed="preparer",
        refused="colleague",
        lesser="member",
        args=plan("revision"),
        answers=DONE,
    ),
    Door(
        name="plans:approve",
        rule="the leader or a deputy who is not the main preparer",
        method="POST",
        allowed="deputy",
        refused="head",
        lesser="preparer",
        args=plan("in_review"),
        form=_revision("in_review"),
        answers=DONE,
    ),
    Door(
        name="plans:send_back",
        rule="the leader or a deputy who is not the main preparer",
        method="POST",
        allowed="leader",
        refused="librarian",
        lesser="member",
        args=plan("in_review"),
        form=lambda g: {**_revision("in_review")(g), "reason": "缺学情"},
        answers=DONE,
    ),
    Door(
        name="plans:revise",
        rule=MAIN_OR_LEADING,
        method="POST",
        allowed="preparer",
        refused="colleague",
        lesser="member",
        args=plan("approved"),
        answers=DONE,
    ),
    Door(
        name="plans:put_in_library",
        rule=MAIN_OR_LEADING,
        method="POST",
        allowed="leader",
        refused="librarian",
        lesser="member",
        args=plan("approved"),
        answers=DONE,
    ),
    # finding
    Door(name="search:page", rule="anyone; what the reader may see"),
    Door(
        name="library:resource",
        rule=READER,
        allowed="colleague",
        refused="neighbour",
        args=resource("school"),
    ),
    Door(
        name="library:resource",
        case="public",
        rule=READER,
        allowed=STRANGER,
        args=resource("public"),
    ),
    Door(
        name="library:resource",
        case="draft",
        rule="nobody, its maker neither: there is no live content",
        allowed="preparer",
        refused="librarian",
        args=resource("draft"),
        answers=MISSING,
    ),
    Door(name="library:browse", rule="anyone; counts are of what the reader may see"),
    Door(
        name="library:volume",
        rule="anyone; resources are those that the reader may see",
        args=lambda g: [g.world.prep_plan.volume.uuid],
    ),
    # one's own resources
    Door(name="library:mine", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(name="library:new", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="library:new",
        rule="who belongs to a school, for that school",
        method="POST",
        allowed="colleague",
        refused=STRANGER,
        lesser="operator",
        form=lambda g: {"title": "朗读微课", "token": uuid4()},
        answers=DONE,
    ),
    Door(
        name="library:own",
        rule=MAKER,
        allowed="preparer",
        refused="librarian",
        args=resource("draft"),
    ),
    Door(
        name="library:edit",
        rule=MAKER,
        allowed="preparer",
        refused="librarian",
        args=resource("draft"),
    ),
    Door(
        name="library:edit",
        rule=MAKER,
        method="POST",
        allowed="preparer",
        refused="librarian",
        args=resource("draft"),
        form=_edited,
        answers=DONE,
    ),
    Door(
        name="library:edit",
        case="edition",
        rule="nobody: an edition changes with its plan alone",
        method="POST",
        allowed="preparer",
        refused="librarian",
        args=resource("school"),
        form=lambda g: {"title": "改题", "base": g.resource("school").latest_revision_id},
        answers=MISSING,
    ),
    Door(
        name="library:preview",
        rule=MAKER,
        allowed="preparer",
        refused="librarian",
        args=resource("draft"),
    ),
    Door(
        name="library:submit",
        rule=MAKER,
        method="POST",
        allowed="preparer",
        refused="leader",
        args=resource("draft"),
        form=lambda g: {"revision": g.resource("draft").latest_revision_id},
        answers=DONE,
    ),
    Door(
        name="library:recommend",
        rule="its maker, an editor of the school",
        allowed="librarian",
        refused="colleague",
        args=resource("school"),
    ),
    Door(
        name="library:recommend",
        rule="its maker, an editor of the school",
        method="POST",
        allowed="preparer",
        refused="region_editor",
        args=resource("school"),
        form=_place,
        answers=DONE,
    ),
    Door(
        name="library:call_back",
        rule=MAKER,
        method="POST",
        allowed="preparer",
        refused="librarian",
        args=resource("in_review"),
        form=lambda g: {"submission": g.submissions["publish"].uuid},
        answers=DONE,
    ),
    Door(
        name="library:withdraw",
        rule=MAKER,
        allowed="preparer",
        refused="librarian",
        args=resource("county"),
    ),
    Door(
        name="library:withdraw",
        rule=MAKER,
        method="POST",
        allowed="preparer",
        refused="region_editor",
        args=resource("county"),
        form=lambda g: {"how": "entirely"},
        answers=DONE,
    ),
    Door(
        name="library:take_down",
        rule="an editor of a library in which it stands or stood, never its maker",
        allowed="region_editor",
        refused="preparer",
        args=resource("county"),
    ),
    Door(
        name="library:take_down",
        rule="an editor of a library in which it stands or stood, never its maker",
        method="POST",
        allowed="region_editor",
        refused="group_editor",
        args=resource("county"),
        form=lambda g: {"level": "county", "reason": "出处不明"},
        answers=DONE,
    ),
    Door(name="library:reviews", rule=SIGNED_IN, allowed="librarian", refused=STRANGER),
    Door(
        name="library:review",
        rule=EDITOR,
        allowed="librarian",
        refused="region_editor",
        args=lambda g: [g.submissions["publish"].uuid],
    ),
    Door(
        name="library:review",
        rule=EDITOR,
        method="POST",
        allowed="librarian",
        refused="preparer",
        args=lambda g: [g.submissions["publish"].uuid],
        form=_decision,
        answers=DONE,
    ),
    Door(
        name="library:review",
        case="of a recommendation",
        rule=EDITOR,
        allowed="region_editor",
        refused="librarian",
        args=lambda g: [g.submissions["rise"].uuid],
    ),
    # the portal
    Door(name="about", rule=PUBLIC),
    Door(name="articles", rule=PUBLIC),
    Door(name="lists", rule=PUBLIC),
    Door(name="wagtail_serve", rule=PUBLIC, address="/"),
    Door(
        name="wagtail_serve",
        case="what is none of the portal's pages",
        rule="nobody: plans, resources and their places have no address in the tree",
        address="/prep/",
        answers=MISSING,
    ),
    Door(
        name="wagtailcore_login",
        rule="anyone; Wagtail's own sign-in leads to ours",
        answers=frozenset({200, 302}),
    ),
    Door(
        name="wagtailcore_authenticate_with_password",
        rule="nobody: no page has a password",
        args=lambda g: [1, 1],
        method="POST",
        answers=MISSING,
    ),
    # the administration: one door, and every view that takes an id in test_admin_door
    Door(
        name="admin",
        rule="portal editors and operators",
        address="/admin/",
        allowed="portal_editor",
        refused="head",
    ),
]

OPERATIONS = {
    ("GET", "/api/v1/resources"): "api:resources",
    ("GET", "/api/v1/suggest"): "api:suggest",
}
"""Each operation of the API, and its row above."""

COMMANDS = {
    "backup": "reads everything, drafts too, into a file of the operating user",
    "restore": "writes everything, into an empty place alone",
    "close_demo": "shuts out the demonstration's accounts",
    "load_demo": "makes the demonstration's accounts, not in production",
    "demo_info": "tells uuids of the demonstration",
    "create_api_token": "gives a key with one user's rights",
    "import_catalogue": "writes the catalogue, which is open to anyone",
    "import_standards": "writes the standards, which are open to anyone",
    "rebuild_index": "writes the index; tells numbers",
    "check_index": "reads and mends the index; tells numbers",
    "drain_outbox": "writes the index; tells numbers",
}
"""Who has a shell as the operating user may run them; what each of them touches."""


# what there is


def names_there() -> set[str]:
    """The names of all addresses, those under `/admin/` as one."""
    return set(_names(get_resolver().url_patterns))


def _names(patterns: list[Any], above: str = "", within: tuple[str, ...] = ()) -> Iterator[str]:
    for pattern in patterns:
        address = above + str(pattern.pattern)
        if address.startswith("admin/"):
            yield "admin"
        elif isinstance(pattern, URLResolver):
            inner = (pattern.namespace,) if pattern.namespace else ()
            yield from _names(pattern.url_patterns, address, (*within, *inner))
        elif isinstance(pattern, URLPattern):
            yield ":".join((*within, pattern.name)) if pattern.name else address
