"""Who is late is reminded: by text, by notice, by the chat's robot, every week (催办)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from django_tasks_db.models import DBTaskResult

from lessonprep.groups.actions.members import end_membership
from lessonprep.groups.models import PrepTask
from lessonprep.groups.queries import members_of
from lessonprep.meetings import robots
from lessonprep.meetings.actions.reminders import (
    NobodyChosen,
    NoRobot,
    remind,
    remind_weekly,
    remove_robot,
    set_robot,
    set_weekly,
)
from lessonprep.meetings.models import Reminder, Robot
from lessonprep.meetings.queries import waiting_in
from lessonprep.meetings.tasks import ask_for_reminding, send_to_chat
from lessonprep.meetings.words import reminder_text, short, short_link
from schools.models import Notification
from schools.models.dated import today
from tests.conftest import ClientOf
from tests.factories.doors import Phase, plan_in
from tests.factories.lessonprep import World, world

pytestmark = pytest.mark.django_db
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
DING = "https://oapi.dingtalk.com/robot/send?access_token=566cc69da782ec33e42541b09b08551f"


def late(w: World, *positions: int, days: int = 3) -> None:
    """Make the tasks at these places late with their first drafts."""
    day = today() - timedelta(days=days)
    PrepTask.objects.filter(prep_plan=w.prep_plan, position__in=positions).update(
        draft_due=day, discussion_due=today() + timedelta(days=9)
    )


@pytest.fixture
def w() -> World:
    made = world(lessons=4)
    far = today() + timedelta(days=40)
    PrepTask.objects.update(draft_due=far, discussion_due=far, approval_due=far, teaching_day=far)
    late(made, 1, 2)
    return made


# who


def test_a_person_stands_once_with_all_that_waits_for_them(w: World) -> None:
    found = waiting_in(w.prep_plan, today())

    assert [(one.user, len(one.cards), one.late) for one in found] == [(w.preparer, 2, True)]


@pytest.mark.parametrize(
    ("phase", "who"),
    [
        (Phase.FIRST_DRAFT, {"preparer"}),
        (Phase.DISCUSSION, {"preparer"}),
        (Phase.REVISION, {"preparer"}),
        (Phase.IN_REVIEW, {"leader", "deputy"}),
        (Phase.APPROVED, set()),
    ],
)
def test_each_phase_waits_for_those_who_can_end_it(w: World, phase: Phase, who: set[str]) -> None:
    day = today() - timedelta(days=2)
    PrepTask.objects.filter(position=2).update(
        draft_due=today() + timedelta(days=30), discussion_due=today() + timedelta(days=40)
    )
    plan_in(w, phase)
    PrepTask.objects.filter(position=1).update(
        draft_due=day, discussion_due=day, approval_due=day, teaching_day=day
    )

    found = {one.user for one in waiting_in(w.prep_plan, today())}

    assert found == {getattr(w, name) for name in who}


def test_what_has_nobody_or_one_who_has_left_waits_for_the_leader(w: World) -> None:
    PrepTask.objects.filter(position=1).update(main_preparer=None)
    end_membership(member=members_of(w.prep_group).get(user=w.preparer), by=w.leader)

    found = waiting_in(w.prep_plan, today())

    assert [(one.user, len(one.cards)) for one in found] == [(w.leader, 2)]


def test_a_removed_task_waits_for_nobody(w: World) -> None:
    PrepTask.objects.filter(position__in=[1, 2]).update(
        removed_at=timezone.now(), removed_by=w.leader
    )

    assert waiting_in(w.prep_plan, today()) == []


# the words


def test_the_text_names_the_group_people_lessons_days_and_a_short_address(w: World) -> None:
    with translation.override("en"):
        text = reminder_text(w.prep_plan, waiting_in(w.prep_plan, today()), today())

    lines = text.splitlines()
    assert w.prep_group.name in lines[0]
    assert "2 things" in lines[1]
    assert lines[2].startswith(f"1. {w.preparer.name}: “课文1” first draft, was due ")
    assert lines[3].startswith("2. ")
    assert lines[-1].endswith(f"/workspace/b/{short(w.prep_plan.pk)}/")
    assert len(short_link(w.prep_plan)) < 60


def test_the_short_address_opens_the_board_to_members_alone(w: World, client_of: ClientOf) -> None:
    other = world(lessons=1)
    address = reverse("meetings:short", args=[short(w.prep_plan.pk)])

    answer = client_of(w.receiver).get(address)

    assert answer.status_code == 302
    assert answer["Location"] == reverse("plans:board", args=[w.prep_plan.uuid])
    assert client_of(other.leader).get(address).status_code == 404


@pytest.mark.parametrize("code", ["-1", "zzzzzzzzzzzz", "z" * 200, "٣", "1_0", "+1", " 1"])
def test_a_forged_short_address_leads_nowhere(w: World, client_of: ClientOf, code: str) -> None:
    assert client_of(w.leader).get(f"/workspace/b/{code}/").status_code == 404


# sending


def test_the_chosen_are_told_once_however_often_the_form_is_sent(
    w: World, client_of: ClientOf
) -> None:
    client, address = client_of(w.leader), reverse("meetings:remind", args=[w.prep_plan.uuid])
    form = {"token": uuid4(), "who": [w.preparer.uuid, w.receiver.uuid, "x", uuid4()]}

    for _ in range(2):
        client.post(address, form)

    told = Notification.objects.filter(kind="meetings.reminded")
    assert [(one.user, one.data["count"]) for one in told] == [(w.preparer, 2)]
    assert Reminder.objects.get().people.get() == w.preparer
    assert waiting_in(w.prep_plan, today())[0].reminded is not None


@pytest.mark.parametrize("who", ["deputy", "preparer", "receiver"])
def test_only_who_leads_reminds(w: World, client_of: ClientOf, who: str) -> None:
    client = client_of(getattr(w, who))
    address = reverse("meetings:remind", args=[w.prep_plan.uuid])

    page = client.get(address)
    client.post(address, {"token": uuid4(), "who": [w.preparer.uuid]})

    leads = who == "deputy"
    assert page.status_code == (200 if leads else 404)
    assert Reminder.objects.count() == leads


def test_one_for_whom_nothing_waits_is_not_reminded(w: World) -> None:
    with pytest.raises(NobodyChosen):
        remind(
            prep_plan=w.prep_plan,
            people=[w.receiver.uuid],
            to_chat=False,
            token=uuid4(),
            by=w.leader,
        )
    with pytest.raises(NoRobot):
        remind(
            prep_plan=w.prep_plan,
            people=[w.preparer.uuid],
            to_chat=True,
            token=uuid4(),
            by=w.leader,
        )

    assert Notification.objects.filter(kind="meetings.reminded").count() == 0


def test_the_page_costs_the_same_with_more_that_is_late(client_of: ClientOf) -> None:
    def cost(lessons: int) -> int:
        made = world(lessons=lessons)
        late(made, *range(1, lessons + 1))
        client = client_of(made.leader)
        address = reverse("meetings:remind", args=[made.prep_plan.uuid])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    assert cost(2) == cost(9) <= 22


# every week


def test_a_group_is_reminded_once_on_its_weekday(w: World) -> None:
    set_weekly(prep_group=w.prep_group, weekday=today().weekday(), by=w.leader)

    for _ in range(3):
        call_command("send_reminders", stdout=StringIO())

    assert Reminder.objects.filter(weekly=True, by=None).count() == 1
    assert Notification.objects.filter(kind="meetings.reminded_weekly").count() == 1
    assert remind_weekly(day=today() + timedelta(days=1)) == 0
    assert remind_weekly(day=today() + timedelta(days=7)) == 1


def test_where_nobody_is_late_nothing_is_sent(w: World) -> None:
    far = today() + timedelta(days=20)
    PrepTask.objects.update(draft_due=far, discussion_due=far)
    set_weekly(prep_group=w.prep_group, weekday=today().weekday(), by=w.leader)

    assert remind_weekly(day=today()) == 0
    assert Reminder.objects.count() == 0


def test_the_worker_is_asked_once_for_the_next_morning(
    w: World, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for weekday in (0, 3):
            set_weekly(prep_group=w.prep_group, weekday=weekday, by=w.leader)
    ask_for_reminding()

    asked = DBTaskResult.objects.filter(task_path__endswith="remind_groups")
    assert asked.count() == 1


@pytest.mark.parametrize("weekday", ["7", "-1", "x", "9" * 30])
def test_a_week_has_seven_days(w: World, client_of: ClientOf, weekday: str) -> None:
    address = reverse("meetings:weekly", args=[w.prep_group.uuid])

    assert client_of(w.leader).post(address, {"weekday": weekday}).status_code == 400


# the chat's robot


@pytest.mark.parametrize(
    ("address", "kind"), [(WECOM, "wecom"), (DING, "dingtalk"), (f"  {DING}\n", "dingtalk")]
)
def test_the_keys_of_a_robot_are_read_from_its_address(address: str, kind: str) -> None:
    assert robots.keys_in(address)[0] == kind


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "https://[",
        WECOM.replace("https", "http"),
        WECOM.replace("qyapi.weixin.qq.com", "qyapi.weixin.qq.com.evil.example"),
        WECOM.replace("qyapi.weixin.qq.com", "evil.example"),
        WECOM.replace("https://", "https://a:b@"),
        WECOM.replace("qq.com/", "qq.com:8443/"),
        WECOM.replace("qq.com/", "qq.com:x/"),
        WECOM.replace("/send", "/send/../x"),
        WECOM.replace("key=", "token="),
        WECOM + "&key=second-key-of-it",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + "k" * 300,
        "https://127.0.0.1/robot/send?access_token=1234567890",
        "file:///etc/passwd",
        "https://oapi.dingtalk.com\\@evil.example/robot/send?access_token=1234567890",
    ],
)
def test_no_other_address_is_a_robots(w: World, client_of: ClientOf, address: str) -> None:
    with pytest.raises(robots.NotARobot):
        robots.keys_in(address)
    answer = client_of(w.leader).post(
        reverse("meetings:robot", args=[w.prep_group.uuid]), {"address": address}
    )

    assert answer.status_code == 400
    assert Robot.objects.count() == 0


def test_the_keys_are_never_shown_again(w: World, client_of: ClientOf) -> None:
    client = client_of(w.leader)
    form = {"address": DING, "secret": "SEC-geheim-123"}
    client.post(reverse("meetings:robot", args=[w.prep_group.uuid]), form)

    pages = [
        client.get(reverse("meetings:reminding", args=[w.prep_group.uuid])).content.decode(),
        client.get(reverse("meetings:remind", args=[w.prep_plan.uuid])).content.decode(),
    ]

    robot = Robot.objects.get()
    assert robot.secret == "SEC-geheim-123"
    assert not [page for page in pages if robot.key in page or robot.secret in page]
    assert f"…{robot.key[-4:]}" in pages[0]


def test_a_long_text_is_cut_at_a_line_and_keeps_its_address() -> None:
    text = "\n".join([*(f"{n}. 陈静怡：《雨的四季》修改，原定9月12日" for n in range(200)), "地址"])

    content = robots.message("wecom", text)["text"]["content"]

    assert len(content.encode()) <= 2048
    assert content.endswith("…\n地址")
    assert len(robots.message("wecom", "很" * 3000)["text"]["content"].encode()) <= 2048


@dataclass
class Chat:
    """A server on loopback that stands for the chat's, and checks as that does."""

    url: str = ""
    status: int = 200
    answer: bytes = b'{"errcode":0,"errmsg":"ok"}'
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[str, dict[str, list[str]], dict[str, Any]]] = field(default_factory=list)


@pytest.fixture
def chat(settings: Any) -> Iterator[Chat]:
    made = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append((parts.path, parse_qs(parts.query), json.loads(body)))
            self.send_response(made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(made.answer)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    settings.GONGBEI_ROBOT_BASES = {"wecom": made.url, "dingtalk": made.url}
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join(5)


Sent = Callable[..., Reminder]


@pytest.fixture
def sent(w: World) -> Sent:
    """`sent(WECOM)`: a reminder that the worker has sent to this robot."""

    def send(address: str, secret: str = "") -> Reminder:
        set_robot(prep_group=w.prep_group, address=address, secret=secret, by=w.leader)
        reminder = remind(
            prep_plan=w.prep_plan,
            people=[w.preparer.uuid],
            to_chat=True,
            token=uuid4(),
            by=w.leader,
        )
        for _ in range(2):
            send_to_chat.func(str(reminder.uuid))
        return Reminder.objects.get(pk=reminder.pk)

    return send


def test_wecom_gets_the_text_once_as_it_wants_it(chat: Chat, sent: Sent) -> None:
    reminder = sent(WECOM)

    assert reminder.sending == Reminder.Sending.SENT
    assert chat.got == [
        (
            "/cgi-bin/webhook/send",
            {"key": ["693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"]},
            {"msgtype": "text", "text": {"content": reminder.text}},
        )
    ]


def test_dingtalk_gets_a_signature_that_its_secret_proves(chat: Chat, sent: Sent) -> None:
    sent(DING, "SEC-geheim")

    path, query, body = chat.got[0]
    stamp = query["timestamp"][0]
    wanted = hmac.new(b"SEC-geheim", f"{stamp}\nSEC-geheim".encode(), hashlib.sha256).digest()
    assert path == "/robot/send"
    assert query["sign"] == [base64.b64encode(wanted).decode()]
    assert body["msgtype"] == "text"


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (200, b'{"errcode":93000,"errmsg":"invalid webhook url"}', "invalid webhook url"),
        (200, b"<html>", ""),
        (200, b"[]", ""),
        (200, b'{"errcode":0' + b" " * 50_000, ""),
        (500, b"", "500"),
        (302, b"", "302"),
    ],
)
def test_what_the_chat_does_not_take_is_shown_with_the_reason(
    w: World,
    client_of: ClientOf,
    chat: Chat,
    sent: Sent,
    status: int,
    answer: bytes,
    words: str,
) -> None:
    chat.status, chat.answer = status, answer
    chat.headers = {"Location": f"{chat.url}/elsewhere"} if status == 302 else {}

    reminder = sent(WECOM)

    page = client_of(w.leader).get(reverse("meetings:remind", args=[w.prep_plan.uuid]))
    assert reminder.sending == Reminder.Sending.FAILED
    assert words in reminder.answer
    assert escape(reminder.answer) in page.content.decode()
    assert "693a91f6" not in page.content.decode()
    assert len(chat.got) == 1


def test_a_server_that_is_not_there_is_no_crash_and_tells_no_key(w: World, sent: Sent) -> None:
    reminder = sent(WECOM)

    assert reminder.sending == Reminder.Sending.FAILED
    assert "693a91f6" not in reminder.answer
    remove_robot(prep_group=w.prep_group, by=w.leader)
    assert Robot.objects.count() == 0


def test_members_who_do_not_lead_neither_see_nor_set_the_robot(
    w: World, client_of: ClientOf
) -> None:
    client = client_of(w.receiver)
    pages = [reverse(f"meetings:{n}", args=[w.prep_group.uuid]) for n in ("reminding", "robot")]

    assert client.get(pages[0]).status_code == 404
    assert client.post(pages[1], {"address": WECOM}).status_code == 404
    assert Robot.objects.count() == 0
