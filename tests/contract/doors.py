"""The door list: every address, API operation and command, its rule, who may and who may not.

A door without a row fails `test_doors`, and so does a row without a door. The views under
`/admin/` are one door here; each of them that takes an id is walked in
`tests/integration/test_admin_door.py`, and those that portal editors need in `test_admin_editing`.
The socket of co-editing is a door too: what may be sent through it is in `SOCKET`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from lessonprep.coediting.actions import open_room
from lessonprep.coediting.models import KeptWriting
from lessonprep.groups.actions.tasks import not_begun_from, shift_preview, state_of_all
from lessonprep.groups.models import PrepTask
from lessonprep.meetings.words import short
from lessonprep.plans.designs import design_hash
from lessonprep.plans.sections import section_hash
from lessonprep.plans.word.models import WordImport
from resources.library.models import CheckPoint
from schools.models import Membership, Notification, Rotation, SubjectBase, TeacherTitle
from schools.signin.views import DEEDS as SIGN_IN_DEEDS
from schools.spreadsheets import Row
from schools.staff.actions.rosters import keep_roster
from search.models import IndexEntry, Synonym
from search.outbox import MAX_TRIES
from tests.factories.doors import Ground
from tests.factories.media import picture_bytes
from tests.factories.people import PASSWORD
from tests.factories.uploads import announcement
from tests.factories.word import common_plan

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


def _own_design(g: Ground) -> list[Any]:
    return [g.design.code]


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


def _colleague(g: Ground) -> list[Any]:
    return [g.cast["colleague"].uuid]


def _deed_on_colleague(deed: str) -> Things:
    return lambda g: [*_colleague(g), deed]


def _kept_writing(g: Ground) -> list[Any]:
    room = open_room(plan=g.plan("discussion"))
    kept, _made = KeptWriting.objects.get_or_create(
        room=room, user=g.cast["member"], why="phase", defaults={"seq": room.seq, "data": b""}
    )
    return [kept.uuid]


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


def _batch(g: Ground) -> list[Any]:
    return [g.old_files[0].batch.uuid]


def _old_file(g: Ground) -> list[Any]:
    return [g.old_files[0].batch.uuid, g.old_files[0].pk]


PUBLIC = "anyone"
KEEPS_WORDS = "editors of a region's library, the operator"
IMPORTER = "who brings the files in, as long as they belong to the school"
ADMIN = "who looks after"
ADMIN_HERE = "who administers the place or one above it"
SIGNED_IN = "who is signed in; about oneself alone"
MEMBER = "members of the prep group"
LEADING = "leader and deputies of the prep group"
MAIN_OR_LEADING = "the main preparer, the leader, a deputy"
MAKER = "its maker"
READER = "whom its live audience reaches"
EDITOR = "editors of the library that is asked, never the maker"
TAKEDOWN_EDITOR = "editors of the region that let it out to the public, never its maker"
UPLOADER = "who began the upload"
FILE = "whom a page that uses it reaches, on the side that uses it; who uploaded it"
LOOKS_AFTER = "who administers the person's school or region, and all places of their roles"
WRITER = f"{MEMBER} who may write there now"
PREP_GROUP: Things = lambda g: [g.world.prep_group.uuid]  # noqa: E731 - data, like the rows


STAFF = "staff of a school or a region, for schools of theirs"
MANAGING = "the leader; staff of the lead end or of a region above it"
CALLING = "leader and deputies; a main preparer on the own plan"
RECORDING = "leader and deputies, who called, hosts or records it, the plan's main preparer"
TOKEN = uuid4()
_MEETING = {
    "title": "碰头",
    "day": "2027-03-01",
    "time": "15:30",
    "minutes_long": 40,
    "place": "录播室",
}


def _new_group_form(g: Ground) -> dict[str, Any]:
    return {
        "name": "八年级音乐组",
        "subject": "music",
        "stage": "junior",
        "grade": 8,
        "lead": g.world.lead.pk,
        "leader": g.cast["colleague"].username,
    }


def _membership(g: Ground) -> list[Any]:
    group = g.world.prep_group
    return [group.uuid, group.members.filter(user=g.cast["member"]).latest("pk").pk]


def _shift_form(g: Ground) -> dict[str, Any]:
    first = g.world.task(6)
    preview = shift_preview(g.world.prep_plan, first, 1)
    base = state_of_all([task for task, _days in preview])
    return {"first": first.uuid, "teaching_days": 1, "base": base}


def _turns_form(g: Ground) -> dict[str, Any]:
    first = g.world.task(0)
    base = state_of_all(not_begun_from(g.world.prep_plan, first))
    return {"first": first.uuid, "preparers": [g.cast["deputy"].uuid], "base": base}


def _last_task(g: Ground) -> list[Any]:
    return [PrepTask.objects.filter(prep_plan=g.world.prep_plan).latest("position").uuid]


def _meeting(g: Ground) -> list[Any]:
    return [g.meetings["open"].uuid]


PREP_PLAN: Things = lambda g: [g.world.prep_plan.uuid]  # noqa: E731 - data, like the rows


def _upload(_g: Ground) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"file": SimpleUploadedFile("济南的冬天.docx", common_plan())}


def _word_import(g: Ground) -> list[Any]:
    return [
        WordImport.objects.create(plan=g.plans["discussion"], by=g.cast["member"], into="plan").uuid
    ]


def _remark(name: str) -> Things:
    return plan("discussion", lambda g: g.remarks[name].pk)


def dead_letter() -> UUID:
    """Something that the index did not take."""
    state = {"source": "things", "queued_at": timezone.now(), "tries": MAX_TRIES}
    made, _new = IndexEntry.objects.update_or_create(uuid=UUID(int=7), defaults=state)
    return UUID(str(made.pk))


def staff_school(g: Ground) -> list[Any]:
    """The address of the lead school among the staff pages."""
    return ["school", g.world.lead.uuid]


def staff_region(g: Ground) -> list[Any]:
    """The address of the county among the staff pages."""
    return ["region", g.world.lead.region.code]


def staff_person(g: Ground) -> list[Any]:
    """A teacher of the lead school."""
    return [g.cast["colleague"].uuid]


def _base(g: Ground) -> list[Any]:
    school = g.world.lead
    base, _made = SubjectBase.objects.get_or_create(
        name="物理基地",
        region=school.region,
        defaults={"subject": "physics", "stage": "junior", "lead_school": school},
    )
    return [base.uuid]


def _teacher_title(g: Ground) -> list[Any]:
    who = g.cast["colleague"]
    title, _made = TeacherTitle.objects.get_or_create(user=who, kind="master", level="city")
    return [title.pk]


def _rotation(g: Ground) -> list[Any]:
    who, home, host = g.cast["colleague"], g.world.lead, g.neighbours
    guest, _made = Membership.objects.get_or_create(user=who, school=host, is_main=False)
    rotation, _made = Rotation.objects.get_or_create(
        user=who, home_school=home, host_school=host, membership=guest
    )
    return [rotation.pk]


def _roster_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("名册.csv", "姓名,手机号\n孙丽,13600001111".encode("gbk"))


def _roster(g: Ground) -> list[Any]:
    rows = [Row(2, {"school": "", "name": "孙丽", "phone": "13600001111"})]
    return [keep_roster(rows=rows, file_name="名册.csv", by=g.cast["head"]).uuid]


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
    # packages
    *(
        Door(
            name=f"{app}:take{more}",
            rule=READER if app == "library" else MEMBER,
            args=resource("county") if app == "library" else plan("discussion"),
            allowed="neighbour" if app == "library" else "member",
            refused="elsewhere" if app == "library" else "colleague",
        )
        for app in ("library", "plans")
        for more in ("", "_page", "_zip")
    ),
    # uploads
    Door(name="uploads:list", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="uploads:list",
        case="for a school",
        rule="who is at the school",
        method="POST",
        form=lambda g: announcement() | {"school": g.world.lead.pk},
        allowed="preparer",
        refused="neighbour",
    ),
    Door(
        name="uploads:upload",
        rule=UPLOADER,
        args=lambda g: [g.upload.uuid],
        allowed="preparer",
        refused="leader",
    ),
    *(
        Door(
            name=f"uploads:{name}",
            rule=UPLOADER,
            method="POST",
            args=lambda g: [g.upload.uuid],
            form=lambda g: {"number": 1},
            allowed="preparer",
            refused="leader",
            answers=frozenset({status}),
        )
        for name, status in (("parts", 200), ("complete", 409), ("abort", 204))
    ),
    Door(
        name="uploads:part",
        rule=UPLOADER,
        method="PUT",
        args=lambda g: [g.upload.uuid, 1],
        allowed="preparer",
        refused="leader",
        answers=frozenset({409}),
    ),
    # light forms of files
    Door(
        name="light:page",
        case="of a school's page",
        rule=FILE,
        args=lambda g: [g.files["school_document"].uuid, 1, 640],
        allowed="colleague",
        refused="neighbour",
    ),
    Door(
        name="light:page",
        case="of an unused file",
        rule=FILE,
        args=lambda g: [g.files["own_document"].uuid, 1, 640],
        allowed="preparer",
        refused="colleague",
    ),
    Door(
        name="light:form",
        rule=FILE,
        args=lambda g: [g.files["draft_video"].uuid, "poster"],
        allowed="preparer",
        refused="leader",
    ),
    Door(
        name="light:captions_text",
        rule=FILE,
        args=lambda g: [g.files["draft_video"].uuid, g.captions],
        allowed="preparer",
        refused="leader",
    ),
    Door(
        name="previews:look",
        rule=FILE,
        args=lambda g: [g.files["school_document"].uuid],
        allowed="colleague",
        refused="neighbour",
    ),
    Door(
        name="previews:captions",
        rule="who stored the film",
        args=lambda g: [g.files["draft_video"].uuid],
        allowed="preparer",
        refused="leader",
    ),
    Door(
        name="previews:captions",
        rule="who stored the film",
        method="POST",
        args=lambda g: [g.files["draft_video"].uuid],
        form=lambda g: {"language": "zh-Hans", "text": "00:01.000 --> 00:04.000\n春"},
        allowed="preparer",
        refused="leader",
        answers=DONE,
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
    Door(name="forgotten", rule="anyone, where there is mail; here is none", answers=MISSING),
    Door(
        name="signin:mail_confirm",
        rule="the account that the link names, where there is mail",
        args=lambda g: ["x"],
        allowed="colleague",
        refused=STRANGER,
        answers=MISSING,
    ),
    Door(
        name="signin:mail",
        rule="oneself, where there is mail",
        allowed="colleague",
        refused=STRANGER,
        answers=MISSING,
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
    # signing in
    Door(name="signin:mine", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="signin:code",
        rule="who is signed in but for the second step; others are sent on",
        allowed="colleague",
        refused=STRANGER,
        answers=DONE,
    ),
    Door(
        name="signin:code",
        rule="who is signed in but for the second step; others are sent on",
        method="POST",
        allowed="colleague",
        refused=STRANGER,
        form=lambda g: {"code": "000000"},
        answers=DONE,
    ),
    Door(name="signin:set_up", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="signin:set_up",
        rule=SIGNED_IN,
        method="POST",
        allowed="colleague",
        refused=STRANGER,
        form=lambda g: {"code": "no code"},
    ),
    Door(name="signin:codes", rule=SIGNED_IN, allowed="head", refused=STRANGER, answers=DONE),
    Door(
        name="signin:codes",
        rule=SIGNED_IN,
        method="POST",
        allowed="head",
        refused=STRANGER,
        answers=DONE,
    ),
    Door(
        name="signin:renew_codes",
        rule=SIGNED_IN,
        method="POST",
        allowed="head",
        refused=STRANGER,
        answers=DONE,
    ),
    Door(
        name="signin:turn_off",
        rule=SIGNED_IN,
        method="POST",
        allowed="head",
        refused=STRANGER,
        answers=DONE,
    ),
    Door(name="signin:password_again", rule=SIGNED_IN, allowed="head", refused=STRANGER),
    Door(
        name="signin:password_again",
        rule=SIGNED_IN,
        method="POST",
        allowed="head",
        refused=STRANGER,
        form=lambda g: {"password": PASSWORD},
        answers=DONE,
    ),
    Door(
        name="signin:sign_out_everywhere",
        rule=SIGNED_IN,
        method="POST",
        allowed="colleague",
        refused=STRANGER,
        answers=DONE,
    ),
    Door(
        name="signin:person",
        rule=LOOKS_AFTER,
        allowed="head",
        refused="librarian",
        args=_colleague,
    ),
    *(
        Door(
            name="signin:act",
            case=deed,
            rule=LOOKS_AFTER,
            method="POST",
            allowed="head",
            refused="librarian",
            args=_deed_on_colleague(deed),
            answers=DONE,
        )
        for deed in SIGN_IN_DEEDS
    ),
    Door(
        name="signin:slips",
        rule=f"{LOOKS_AFTER}; of others nothing is shown",
        allowed="head",
        refused="librarian",
        query=lambda g: {"people": str(g.cast["colleague"].pk)},
    ),
    Door(
        name="signin:slips",
        rule=f"{LOOKS_AFTER}; of others nothing is shown",
        method="POST",
        allowed="head",
        refused=STRANGER,
        answers=MISSING,  # nobody is named: see the tests of slips
    ),
    Door(
        name="invitation",
        rule="anyone who holds the link, once",
        args=lambda g: ["0" * 48],
        answers=MISSING,
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
    # people, for those who look after them
    Door(
        name="staff:home",
        rule=ADMIN,
        allowed="officer",
        refused="librarian",
        answers=DONE,
    ),
    Door(
        name="staff:people",
        rule=ADMIN_HERE,
        allowed="head",
        refused="librarian",
        args=staff_school,
    ),
    Door(
        name="staff:people",
        case="as a workbook",
        rule=ADMIN_HERE,
        allowed="officer",
        refused="colleague",
        args=staff_school,
        query=lambda g: {"as": "xlsx"},
    ),
    Door(
        name="staff:people",
        case="of another school",
        rule=ADMIN_HERE,
        allowed="officer",
        refused="head",
        args=lambda g: ["school", g.neighbours.uuid],
    ),
    Door(
        name="staff:people",
        case="of a group",
        rule=ADMIN_HERE,
        allowed="officer",
        refused="group_editor",
        args=lambda g: ["group", g.education_group.uuid],
    ),
    Door(name="upkeep:index", rule="operators", allowed="operator", refused="officer"),
    Door(
        name="upkeep:try_all",
        rule="operators",
        allowed="operator",
        refused="officer",
        method="POST",
        answers=DONE,
    ),
    Door(
        name="upkeep:try_one",
        rule="operators",
        allowed="operator",
        refused="officer",
        method="POST",
        answers=DONE,
        args=lambda g: [dead_letter()],
    ),
    Door(
        name="staff:people",
        case="of the site",
        rule="operators",
        allowed="operator",
        refused="officer",
        args=lambda g: ["site", "all"],
    ),
    Door(
        name="staff:schools",
        rule=ADMIN_HERE,
        allowed="officer",
        refused="head",
        args=staff_region,
    ),
    Door(name="staff:roles", rule=ADMIN_HERE, allowed="head", refused="leader", args=staff_school),
    Door(
        name="staff:roles",
        rule=f"{ADMIN_HERE}, never above the own right",
        method="POST",
        allowed="head",
        refused="librarian",
        args=staff_school,
        form=lambda g: {"person": g.cast["colleague"].username, "role": "library_editor"},
        answers=DONE,
    ),
    Door(
        name="staff:end_role",
        rule="who may give the role",
        method="POST",
        allowed="head",
        refused="colleague",
        args=lambda g: [g.cast["librarian"].role_grants.get().pk],
        answers=DONE,
    ),
    Door(
        name="staff:rotations",
        rule=ADMIN_HERE,
        allowed="officer",
        refused="region_editor",
        args=staff_school,
    ),
    Door(name="staff:titles", rule=ADMIN_HERE, allowed="head", refused="leader", args=staff_school),
    Door(name="staff:bases", rule=ADMIN_HERE, allowed="officer", refused="head", args=staff_region),
    Door(
        name="staff:bases",
        rule=ADMIN_HERE,
        method="POST",
        allowed="officer",
        refused="head",
        args=staff_region,
        form=lambda g: {
            "name": "语文基地",
            "subject": "chinese",
            "stage": "junior",
            "lead_school": g.world.lead.pk,
        },
        answers=DONE,
    ),
    Door(name="staff:base", rule=ADMIN_HERE, allowed="officer", refused="head", args=_base),
    Door(
        name="staff:base",
        rule=ADMIN_HERE,
        method="POST",
        allowed="officer",
        refused="head",
        args=_base,
        form=lambda g: {"school": g.neighbours.pk},
        answers=DONE,
    ),
    Door(name="staff:add", rule=ADMIN_HERE, allowed="head", refused="librarian", args=staff_school),
    Door(
        name="staff:add",
        rule=ADMIN_HERE,
        method="POST",
        allowed="head",
        refused="librarian",
        args=staff_school,
        form=lambda g: {"name": "孙丽", "phone": "13600001111"},
        answers=DONE,
    ),
    Door(
        name="staff:person",
        rule=f"{ADMIN} the person or sees their school",
        allowed="head",
        refused="librarian",
        args=staff_person,
    ),
    Door(
        name="staff:correct",
        rule=ADMIN,
        method="POST",
        allowed="head",
        refused="librarian",
        args=staff_person,
        form=lambda g: {"name": "张维", "base": f"{g.cast['colleague'].name} "},
        answers=DONE,
    ),
    Door(
        name="staff:taught",
        rule=ADMIN,
        method="POST",
        allowed="head",
        refused="librarian",
        args=staff_person,
        form=lambda g: {"subject": "music", "stage": "junior"},
        answers=DONE,
    ),
    Door(
        name="staff:move",
        rule="who looks after both schools",
        method="POST",
        allowed="officer",
        refused="librarian",
        lesser="head",
        args=staff_person,
        form=lambda g: {"to": g.neighbours.pk},
        answers=DONE,
    ),
    Door(
        name="staff:release",
        rule=ADMIN,
        method="POST",
        allowed="head",
        refused="librarian",
        args=staff_person,
        answers=DONE,
    ),
    Door(
        name="staff:add_title",
        rule=ADMIN,
        method="POST",
        allowed="head",
        refused="librarian",
        args=staff_person,
        form=lambda g: {"kind": "master", "level": "city", "since": "2024-09-01"},
        answers=DONE,
    ),
    Door(
        name="staff:end_title",
        rule=ADMIN,
        method="POST",
        allowed="head",
        refused="librarian",
        args=_teacher_title,
        answers=DONE,
    ),
    Door(
        name="staff:rotate",
        rule="who looks after both schools, or leads their group",
        method="POST",
        allowed="officer",
        refused="head",
        args=staff_person,
        form=lambda g: {"host": g.neighbours.pk, "since": "2026-09-01"},
        answers=DONE,
    ),
    Door(
        name="staff:end_rotation",
        rule="who looks after both schools, or leads their group",
        method="POST",
        allowed="officer",
        refused="head",
        args=_rotation,
        answers=DONE,
    ),
    Door(name="staff:hand_in", rule=ADMIN, allowed="head", refused="librarian"),
    Door(
        name="staff:hand_in",
        rule=ADMIN,
        method="POST",
        allowed="head",
        refused="librarian",
        form=lambda g: {"file": _roster_file()},
        answers=DONE,
    ),
    Door(name="staff:empty_roster", rule=ADMIN, allowed="head", refused="librarian"),
    Door(
        name="staff:roster",
        rule="who handed it in",
        allowed="head",
        refused="officer",
        args=_roster,
    ),
    Door(
        name="staff:roster",
        rule="who handed it in",
        method="POST",
        allowed="head",
        refused="officer",
        args=_roster,
        form=lambda g: {"new": 1, "changed": 0, "same": 0, "moved": 0, "refused": 0},
        answers=DONE,
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
    # people and tasks of prep groups
    Door(name="groups:new", rule=STAFF, allowed="officer", refused="colleague"),
    Door(
        name="groups:new",
        rule=STAFF,
        method="POST",
        allowed="officer",
        refused="colleague",
        form=_new_group_form,
        answers=DONE,
    ),
    Door(name="groups:members", rule=MANAGING, allowed="head", refused="member", args=PREP_GROUP),
    Door(
        name="groups:settings", rule=MANAGING, allowed="leader", refused="deputy", args=PREP_GROUP
    ),
    Door(
        name="groups:settings",
        rule=MANAGING,
        method="POST",
        allowed="leader",
        refused="deputy",
        args=PREP_GROUP,
        form=lambda g: {"name": "七年级语文备课组", "grade": 7},
        answers=DONE,
    ),
    Door(
        name="groups:invite",
        rule=MANAGING,
        method="POST",
        allowed="leader",
        refused="deputy",
        args=PREP_GROUP,
        form=lambda g: {"membership": g.cast["colleague"].memberships.get().pk},
        answers=DONE,
    ),
    Door(
        name="groups:leave",
        rule="a member; about oneself alone",
        method="POST",
        allowed="member",
        refused="colleague",
        args=PREP_GROUP,
        answers=DONE,
    ),
    Door(
        name="groups:add_school",
        rule=MANAGING,
        method="POST",
        allowed="officer",
        refused="deputy",
        args=PREP_GROUP,
        form=lambda g: {"school": g.neighbours.pk},
        answers=DONE,
    ),
    Door(
        name="groups:remove_school",
        rule=MANAGING,
        method="POST",
        allowed="leader",
        refused="deputy",
        args=lambda g: [g.world.prep_group.uuid, g.world.receiving.uuid],
        answers=DONE,
    ),
    Door(
        name="groups:put_out",
        rule=MANAGING,
        method="POST",
        allowed="leader",
        refused="deputy",
        args=_membership,
        answers=DONE,
    ),
    Door(
        name="groups:role",
        rule=MANAGING,
        method="POST",
        allowed="leader",
        refused="deputy",
        args=_membership,
        form=lambda g: {"role": "deputy"},
        answers=DONE,
    ),
    Door(
        name="groups:hand_over",
        rule=MANAGING,
        method="POST",
        allowed="leader",
        refused="deputy",
        args=_membership,
        answers=frozenset({302, 404}),
    ),
    Door(name="groups:shift", rule=LEADING, allowed="deputy", refused="member", args=PREP_PLAN),
    Door(
        name="groups:shift",
        rule=LEADING,
        method="POST",
        allowed="leader",
        refused="member",
        args=PREP_PLAN,
        form=_shift_form,
        answers=frozenset({302, 409}),
    ),
    Door(name="groups:turns", rule=LEADING, allowed="deputy", refused="member", args=PREP_PLAN),
    Door(
        name="groups:turns",
        rule=LEADING,
        method="POST",
        allowed="leader",
        refused="member",
        args=PREP_PLAN,
        form=_turns_form,
        answers=frozenset({302, 409}),
    ),
    Door(name="groups:new_task", rule=LEADING, allowed="deputy", refused="member", args=PREP_PLAN),
    Door(
        name="groups:new_task",
        rule=LEADING,
        method="POST",
        allowed="leader",
        refused="member",
        args=PREP_PLAN,
        answers=frozenset({400}),
    ),
    *(
        Door(
            name=f"groups:{name}",
            rule=LEADING,
            method="POST",
            allowed="leader",
            refused="member",
            args=_last_task,
            answers=DONE,
        )
        for name in ("place", "remove", "bring_back")
    ),
    Door(name="plans:move", rule=MEMBER, allowed="member", refused="colleague", args=_task),
    Door(
        name="plans:move",
        rule=LEADING,
        method="POST",
        allowed="leader",
        refused="colleague",
        lesser="member",
        args=_task,
        form=lambda g: {"to": f"person:{g.cast['deputy'].uuid}"},
        answers=DONE,
    ),
    # meetings
    Door(name="meetings:list", rule=MEMBER, allowed="member", refused="head", args=PREP_GROUP),
    Door(name="meetings:call", rule=CALLING, allowed="preparer", refused="member", args=PREP_GROUP),
    Door(
        name="meetings:call",
        rule=CALLING,
        method="POST",
        allowed="leader",
        refused="member",
        args=PREP_GROUP,
        form=lambda g: {**_MEETING, "token": TOKEN},
        answers=DONE,
    ),
    Door(name="meetings:meeting", rule=MEMBER, allowed="member", refused="head", args=_meeting),
    Door(name="meetings:word", rule=MEMBER, allowed="member", refused="officer", args=_meeting),
    Door(name="meetings:record", rule=RECORDING, allowed="deputy", refused="head", args=_meeting),
    Door(
        name="meetings:record",
        rule=RECORDING,
        method="POST",
        allowed="leader",
        refused="head",
        lesser="member",
        args=_meeting,
        form=lambda g: {**_MEETING, "base": g.meetings["open"].serial},
        answers=DONE,
    ),
    *(
        Door(
            name=f"meetings:{name}",
            rule=RECORDING,
            method="POST",
            allowed="leader",
            refused="colleague",
            lesser="member",
            args=_meeting,
            answers=DONE,
        )
        for name in ("close", "cancel")
    ),
    Door(
        name="meetings:add",
        rule=f"{RECORDING}, once it is closed",
        method="POST",
        allowed="leader",
        refused="colleague",
        lesser="member",
        args=lambda g: [g.meetings["closed"].uuid],
        form=lambda g: {"text": "补记", "token": TOKEN},
        answers=DONE,
    ),
    Door(
        name="meetings:photo",
        rule=RECORDING,
        method="POST",
        allowed="leader",
        refused="colleague",
        lesser="member",
        args=_meeting,
        form=lambda g: {"file": SimpleUploadedFile("1.png", picture_bytes())},
        answers=DONE,
    ),
    Door(
        name="meetings:photo_away",
        rule=RECORDING,
        method="POST",
        allowed="leader",
        refused="colleague",
        lesser="member",
        args=lambda g: [g.meetings["open"].uuid, 1],
        answers=DONE,
    ),
    # reminders
    Door(
        name="meetings:remind", rule=LEADING, allowed="deputy", refused="preparer", args=PREP_PLAN
    ),
    Door(
        name="meetings:remind",
        rule=LEADING,
        method="POST",
        allowed="leader",
        refused="preparer",
        args=PREP_PLAN,
        form=lambda g: {"token": TOKEN, "who": [g.cast["preparer"].uuid]},
        answers=DONE,
    ),
    Door(
        name="meetings:short",
        rule=MEMBER,
        allowed="member",
        refused="colleague",
        args=lambda g: [short(g.world.prep_plan.pk)],
        answers=DONE,
    ),
    Door(
        name="meetings:reminding",
        rule=LEADING,
        allowed="deputy",
        refused="preparer",
        args=PREP_GROUP,
    ),
    Door(
        name="meetings:weekly",
        rule=LEADING,
        method="POST",
        allowed="leader",
        refused="preparer",
        args=PREP_GROUP,
        form=lambda g: {"weekday": 0},
        answers=DONE,
    ),
    Door(
        name="meetings:robot",
        rule=LEADING,
        method="POST",
        allowed="leader",
        refused="preparer",
        args=PREP_GROUP,
        form=lambda g: {
            "address": "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef"
        },
        answers=DONE,
    ),
    Door(
        name="meetings:robot_away",
        rule=LEADING,
        method="POST",
        allowed="leader",
        refused="preparer",
        args=PREP_GROUP,
        answers=DONE,
    ),
    # what was kept of one's writing
    Door(name="coediting:kept_list", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="coediting:kept",
        rule="whose words they are",
        allowed="member",
        refused="leader",
        args=_kept_writing,
    ),
    Door(
        name="coediting:put_away",
        rule="whose words they are",
        method="POST",
        allowed="member",
        refused="leader",
        args=_kept_writing,
        answers=DONE,
    ),
    # the calendar
    Door(name="meetings:calendar", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="meetings:make_feed",
        rule=SIGNED_IN,
        method="POST",
        allowed="colleague",
        refused=STRANGER,
        answers=DONE,
    ),
    Door(
        name="meetings:end_feed",
        rule=SIGNED_IN,
        method="POST",
        allowed="member",
        refused=STRANGER,
        answers=DONE,
    ),
    Door(
        name="meetings:feed",
        rule="anyone who has the secret address; what its owner may see today",
        args=lambda g: [g.feed],
    ),
    Door(
        name="meetings:feed",
        case="guessed",
        rule="nobody who has not the secret address",
        allowed="member",
        args=lambda g: ["guessed"],
        answers=MISSING,
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
        name="plans:term_word",
        rule=MEMBER,
        allowed="member",
        refused="colleague",
        args=lambda g: [g.world.prep_plan.uuid],
    ),
    *(
        Door(
            name=f"plans:{name}",
            rule=MEMBER,
            allowed="member",
            refused="colleague",
            args=plan("discussion"),
        )
        for name in ("word", "print")
    ),
    *(
        Door(
            name=f"plans:version_{name}",
            rule=MEMBER,
            allowed="member",
            refused="colleague",
            args=plan("approved", 1),
        )
        for name in ("word", "print")
    ),
    *(
        Door(
            name=f"plans:{name}",
            rule=f"{MEMBER}, once the discussion is open",
            allowed="member",
            refused="colleague",
            args=plan("discussion"),
        )
        for name in ("record", "record_word")
    ),
    *(
        Door(
            name=f"plans:draft_{name}",
            rule="whose first draft it is",
            allowed="preparer",
            refused="member",
            args=plan("first_draft"),
        )
        for name in ("word", "print")
    ),
    *(
        Door(
            name=f"plans:choose_word_{into}",
            rule=WRITER,
            allowed="member",
            refused="colleague",
            args=plan(phase),
        )
        for into, phase in (("draft", "first_draft"), ("plan", "discussion"))
    ),
    *(
        Door(
            name=f"plans:read_word_{into}",
            rule=WRITER,
            method="POST",
            allowed="member",
            refused="colleague",
            args=plan(phase),
            form=_upload,
            answers=DONE,
        )
        for into, phase in (("draft", "first_draft"), ("plan", "discussion"))
    ),
    Door(
        name="plans:word_import",
        rule="who brought the document",
        allowed="member",
        refused="leader",
        args=_word_import,
    ),
    Door(
        name="plans:discard_word_import",
        rule="who brought the document",
        method="POST",
        allowed="member",
        refused="leader",
        args=_word_import,
        answers=DONE,
    ),
    Door(
        name="plans:write_word_import",
        rule="who brought the document",
        method="POST",
        allowed="member",
        refused="leader",
        args=_word_import,
        answers=DONE,
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
    *(
        Door(
            name=name,
            rule=WRITER,
            method="POST",
            allowed="member",
            refused="colleague",
            args=plan(phase),
            form=lambda g: {"file": SimpleUploadedFile("1.png", picture_bytes())},
        )
        for name, phase in (
            ("plans:store_picture", "discussion"),
            ("plans:store_draft_picture", "first_draft"),
        )
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
        name="plans:save_whole",
        rule=f"{MEMBER} in the discussion, the main preparer in the revision",
        method="POST",
        allowed="member",
        refused="colleague",
        args=plan("discussion"),
        answers=DONE,
    ),
    Door(
        name="plans:save_whole_draft",
        rule=f"{MEMBER}, each the own one",
        method="POST",
        allowed="preparer",
        refused="colleague",
        args=plan("first_draft"),
        answers=DONE,
    ),
    Door(
        name="plans:start_draft",
        rule=MEMBER,
        method="POST",
        allowed="member",
        refused="colleague",
        args=_task,
        answers=DONE,
    ),
    # the agenda and what is agreed
    Door(
        name="plans:agenda",
        rule=MEMBER,
        allowed="member",
        refused="colleague",
        args=plan("discussion"),
    ),
    Door(
        name="plans:decide",
        rule=MAIN_OR_LEADING,
        method="POST",
        allowed="preparer",
        refused="colleague",
        lesser="member",
        args=plan("discussion"),
        form=lambda g: {"key": "0", "token": str(uuid4()), "text": "背诵", "take": ""},
        answers=frozenset({409}),
    ),
    Door(
        name="plans:reopen_decision",
        rule=MAIN_OR_LEADING,
        method="POST",
        allowed="preparer",
        refused="colleague",
        lesser="member",
        args=plan("discussion", lambda g: g.decisions["made"].pk),
        answers=DONE,
    ),
    # design models
    Door(
        name="plans:designs",
        rule="the signed-in: shipped models, those of own groups and of the regions above them",
        allowed="member",
        refused=STRANGER,
    ),
    Door(
        name="plans:design",
        rule="who is in the group that made it, or below the region",
        allowed="member",
        refused="colleague",
        args=_own_design,
    ),
    Door(
        name="plans:new_design",
        rule="leader and deputies of a group, library editors and researchers of a region",
        allowed="leader",
        refused="member",
    ),
    Door(
        name="plans:edit_design",
        rule="leader and deputies of the group that made it",
        allowed="leader",
        refused="member",
        args=_own_design,
    ),
    Door(
        name="plans:new_design",
        rule="leader and deputies of a group, library editors and researchers of a region",
        method="POST",
        allowed="leader",
        refused="member",
        form=lambda g: {
            "name": "新模式",
            "owner": f"group-{g.world.prep_group.uuid}",
            "source": "common",
            "token": UUID(int=7),
        },
        answers=DONE,
    ),
    Door(
        name="plans:edit_design",
        rule="leader and deputies of the group that made it",
        method="POST",
        allowed="leader",
        refused="member",
        args=_own_design,
        form=lambda g: {
            "name": "改名",
            "base": design_hash(g.design),
            "count": "1",
            "0-key": "objectives",
            "0-heading": "学习目标",
            "0-kind": "text",
        },
        answers=DONE,
    ),
    Door(
        name="plans:retire_design",
        rule="leader and deputies of the group that made it",
        method="POST",
        allowed="leader",
        refused="member",
        args=_own_design,
        answers=DONE,
    ),
    Door(
        name="plans:bring_back_design",
        rule="leader and deputies of the group that made it",
        method="POST",
        allowed="leader",
        refused="member",
        args=_own_design,
        answers=DONE,
    ),
    Door(
        name="plans:group_design",
        rule="leader and deputies of the group",
        method="POST",
        allowed="leader",
        refused="member",
        args=lambda g: [g.world.prep_group.uuid],
        form=lambda g: {"design": "common"},
        answers=DONE,
    ),
    Door(
        name="plans:prep_plan_design",
        rule="leader and deputies of the group",
        method="POST",
        allowed="leader",
        refused="member",
        args=lambda g: [g.world.prep_plan.uuid],
        form=lambda g: {"design": "common"},
        answers=DONE,
    ),
    Door(
        name="plans:redesign",
        rule=MAIN_OR_LEADING,
        allowed="preparer",
        refused="colleague",
        args=plan("discussion"),
    ),
    Door(
        name="plans:change_design",
        rule=MAIN_OR_LEADING,
        method="POST",
        allowed="preparer",
        refused="colleague",
        lesser="member",
        args=plan("discussion"),
        form=lambda g: {
            "to": g.design.code,
            "base": g.plan("discussion").latest_revision_id,
        },
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
        name="search:forget",
        rule=SIGNED_IN,
        allowed="preparer",
        refused=STRANGER,
        method="POST",
        answers=DONE,
    ),
    Door(
        name="search:want",
        rule=SIGNED_IN,
        allowed="preparer",
        refused=STRANGER,
        method="POST",
        answers=DONE,
        form=lambda g: {"q": "口风琴 茉莉花"},
    ),
    Door(
        name="search:words",
        rule=KEEPS_WORDS,
        allowed="region_editor",
        refused="preparer",
    ),
    Door(
        name="search:words",
        rule=KEEPS_WORDS,
        allowed="region_editor",
        refused="preparer",
        method="POST",
        answers=DONE,
        form=lambda g: {"written": "双师", "meant": "微课"},
    ),
    Door(
        name="search:remove_word",
        rule=KEEPS_WORDS,
        allowed="region_editor",
        refused="preparer",
        method="POST",
        answers=DONE,
        args=lambda g: [Synonym.objects.get_or_create(written="双师课", meant="微课")[0].pk],
    ),
    Door(
        name="search:asked",
        rule="library editors, researchers and staff of a region, of their subjects",
        allowed="region_editor",
        refused="preparer",
    ),
    Door(
        name="search:why",
        rule=KEEPS_WORDS,
        allowed="region_editor",
        refused="preparer",
        args=lambda g: [g.resource("public").uuid],
        query=lambda g: {"q": "春"},
    ),
    Door(
        name="library:gaps",
        rule="who is signed in; counted is what the reader may open",
        allowed="preparer",
        refused=STRANGER,
        args=lambda g: [g.world.prep_plan.volume.uuid],
    ),
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
    Door(
        name="library:word",
        rule=READER,
        allowed="colleague",
        refused="neighbour",
        args=resource("school"),
    ),
    Door(name="library:browse", rule="anyone; counts are of what the reader may see"),
    Door(
        name="library:volume",
        rule="anyone; resources are those that the reader may see",
        args=lambda g: [g.world.prep_plan.volume.uuid],
    ),
    # old files by the folder
    Door(name="importing:list", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="importing:list",
        rule="who belongs to the school that is named",
        method="POST",
        allowed="colleague",
        lesser="elsewhere",
        refused=STRANGER,
        form=lambda g: {"school": g.world.lead.pk, "title": "旧U盘", "token": UUID(int=8)},
        answers=DONE,
    ),
    Door(name="importing:batch", rule=IMPORTER, args=_batch, allowed="colleague", refused="member"),
    Door(
        name="importing:progress", rule=IMPORTER, args=_batch, allowed="colleague", refused="member"
    ),
    Door(
        name="importing:file",
        rule=IMPORTER,
        args=_old_file,
        allowed="colleague",
        refused="librarian",
    ),
    Door(
        name="importing:file",
        rule=IMPORTER,
        method="POST",
        args=_old_file,
        form=lambda g: {"title": "春 教案", "licence": "by-nc-sa", "kind": "courseware"},
        allowed="colleague",
        refused="librarian",
        answers=DONE,
    ),
    Door(
        name="importing:expect",
        rule=IMPORTER,
        method="POST",
        args=_batch,
        allowed="colleague",
        refused="member",
        answers=frozenset({400}),  # the walk sends a form, the script sends JSON
    ),
    *(
        Door(
            name=f"importing:{name}",
            rule=IMPORTER,
            method="POST",
            args=_batch,
            allowed="colleague",
            refused="member",
            answers=DONE,
        )
        for name in ("upload", "table", "remove")
    ),
    # one's own resources
    Door(name="library:mine", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(name="library:new", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="library:make",
        rule=SIGNED_IN,
        allowed="colleague",
        refused=STRANGER,
        args=lambda g: ["class_exercise"],
    ),
    Door(
        name="library:make",
        rule="who belongs to a school, for that school",
        method="POST",
        allowed="colleague",
        refused=STRANGER,
        lesser="operator",
        args=lambda g: ["microlecture"],
        form=lambda g: {"title": "朗读微课", "token": uuid4()},
        answers=DONE,
    ),
    Door(name="library:bin", rule=SIGNED_IN, allowed="colleague", refused=STRANGER),
    Door(
        name="library:let_out",
        rule=MAKER,
        method="POST",
        allowed="preparer",
        refused="librarian",
        args=resource("school"),
        form=lambda g: {"out": "yes"},
        answers=DONE,
    ),
    Door(
        name="library:put_in_bin",
        rule=MAKER,
        method="POST",
        allowed="preparer",
        refused="librarian",
        args=resource("draft"),
        answers=DONE,
    ),
    Door(
        name="library:bring_back",
        rule=MAKER,
        method="POST",
        allowed="preparer",
        refused="librarian",
        args=resource("draft"),
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
        answers=frozenset({302}),
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

SOCKET = {
    "connect": "who sees the plan, while it has a room, by a page of this site",
    "sync step 1": "who sees the plan: answered with its text",
    "sync step 2": "who may edit the plan, with the present epoch and schema",
    "update": "who may edit the plan, with the present epoch and schema",
    "batch": "who may edit the plan; of who may no longer it is kept for them",
    "awareness": "who sees the plan: says of oneself alone where one is",
}
"""What comes through `/ws/plans/<uuid>`; on a real server: `test_coediting_sockets`."""

COMMANDS = {
    "materialise_rooms": "makes revisions of what was written together, shows nothing",
    "backup": "reads everything, drafts too, into a file of the operating user",
    "restore": "writes everything, into an empty place alone",
    "close_demo": "shuts out the demonstration's accounts",
    "load_demo": "makes the demonstration's accounts, not in production",
    "make_previews": "queues the making of light forms; reads no file",
    "demo_info": "tells uuids of the demonstration",
    "let_in": "unlocks an account, prints an invitation, takes a second step away",
    "create_api_token": "gives a key with one user's rights",
    "import_catalogue": "writes the catalogue, which is open to anyone",
    "import_standards": "writes the standards, which are open to anyone",
    "import_roster": "writes accounts, with the right of the one it names or of the operating user",
    "import_resources": "writes resources at the scope that each row names; tells reasons by line",
    "export_resources": "writes what the one it names may see, or anybody; answers as they may",
    "check_media": "reads and mends records of files; tells their titles to the operating user",
    "copy_objects": "copies every stored file to where the operating user says, and back",
    "prepare_bucket": "writes which pages may send files to the bucket",
    "set_quota": "writes how much a school may store; tells numbers",
    "rebuild_index": "writes the index; tells numbers",
    "check_index": "reads and mends the index; tells numbers",
    "drain_outbox": "writes the index; tells numbers",
    "send_reminders": "reminds members of their own groups; tells a number",
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
