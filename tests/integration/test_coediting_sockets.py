"""The socket of a plan on a real server: who gets in, what goes through, who is put out."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pycrdt import Doc, Text
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from benchmarks.coediting.client import Typist, address, opened, typing
from lessonprep.coediting import lib0, protocol
from lessonprep.coediting.lib0 import Reader
from schools.signin.models import Session
from tests.integration.rooms import Rooms, rooms, run

__all__ = ["rooms"]


def _status(refused: pytest.ExceptionInfo[InvalidStatus]) -> int:
    return refused.value.response.status_code


def test_what_one_types_is_acknowledged_seen_and_found_by_a_fresh_client(rooms: Rooms) -> None:
    room, base = rooms.room(), rooms.server.sockets

    async def talk() -> None:
        async with (
            typing(base, room, room["people"][0]) as a,
            typing(base, room, room["people"][1]) as b,
        ):
            a.type("春天来了")
            batch = await a.send()
            await a.until(lambda: a.acknowledged == batch)
            await b.until(lambda: b.text() == "春天来了")
            assert a.told("welcome")[0]["write"] is True
        async with typing(base, room, room["people"][2]) as fresh:
            assert fresh.text() == "春天来了"

    run(talk())


def test_the_address_may_end_with_a_slash(rooms: Rooms) -> None:
    room = rooms.room()

    async def talk() -> None:
        headers = {"Cookie": rooms.seat("leader")["cookie"]}
        url = f"{rooms.server.sockets}/ws/plans/{room['plan']}/"
        async with connect(url, origin=rooms.server.url, additional_headers=headers) as one:  # type: ignore[arg-type]
            assert bytes(await one.recv())[:2] == b"\x00\x00"  # type: ignore[arg-type]

    run(talk())


@pytest.mark.parametrize("origin", ["", "http://evil.example", "null", "https://127.0.0.1"])
def test_a_page_of_another_site_does_not_get_in(rooms: Rooms, origin: str) -> None:
    room = rooms.ground["rooms"][0]

    async def talk() -> None:
        async with opened(rooms.server.sockets, room, rooms.seat("leader"), origin=origin):
            pass

    with pytest.raises(InvalidStatus) as refused:
        run(talk())
    assert _status(refused) == 403


@pytest.mark.parametrize("who", ["nobody", "outsider", "no such plan", "expired"])
def test_who_may_not_is_told_the_same_whether_the_plan_is_there_or_not(
    rooms: Rooms, who: str
) -> None:
    room = dict(rooms.ground["rooms"][0])
    seat: Any = {"nobody": None, "outsider": rooms.ground["outsider"]}.get(
        who, rooms.seat("leader")
    )
    if who == "no such plan":
        room["plan"] = "00000000-0000-4000-8000-000000000000"
    if who == "expired":
        seat = {"cookie": "sessionid=" + "x" * 32}

    async def plainly() -> None:
        async with opened(rooms.server.sockets, room, seat, speaks=False):
            pass

    async def ours() -> None:
        async with opened(rooms.server.sockets, room, seat) as connection:
            told = lib0.Reader(bytes(await connection.recv()))  # type: ignore[arg-type]
            assert told.uint() == protocol.NOTICE
            with pytest.raises(ConnectionClosed):
                await connection.recv()
            code = 4401 if who in {"nobody", "expired"} else 4403
            assert connection.close_code == code

    with pytest.raises(InvalidStatus) as refused:
        run(plainly())
    assert _status(refused) == 403
    run(ours())


@pytest.mark.parametrize("wish", ["none", "old epoch", "another schema"])
def test_without_the_present_epoch_and_schema_one_reads(rooms: Rooms, wish: str) -> None:
    room, base = rooms.ground["rooms"][0], rooms.server.sockets
    others: dict[str, dict[str, Any]] = {
        "old epoch": {"epoch": 0},
        "another schema": {"schema": "0" * 16},
    }
    other = others.get(wish, {})

    async def talk() -> None:
        asked = {**room, **other}
        async with typing(base, asked, rooms.seat("leader"), writes=wish != "none") as one:
            assert one.told("welcome")[0]["write"] is False
            one.type("不该有")
            batch = await one.send()
            await one.until(lambda: one.acknowledged == batch)
            assert one.told("refused")
        async with typing(base, room, rooms.seat("leader")) as other_one:
            assert "不该有" not in other_one.text()

    run(talk())


def test_presence_is_told_with_the_true_name_and_taken_back(rooms: Rooms) -> None:
    room, base = rooms.room(), rooms.server.sockets

    async def talk() -> None:
        async with typing(base, room, room["people"][0]) as a:
            async with typing(base, room, room["people"][1]) as b:
                await b.show({"user": {"name": "校长"}, "cursor": 1})
                await a.until(lambda: b.doc.client_id in a.presence)
                assert a.presence[b.doc.client_id]["user"]["name"] != "校长"
            await a.until(lambda: a.presence[b.doc.client_id] is None)

    run(talk())


REVOKED = {
    "member removed": ("DELETE FROM groups_prepgroupmember WHERE user_id = ?", 4403, "no_access"),
    "signed out": ("DELETE FROM {sessions} WHERE user_id = ?", 4401, "signed_out"),
    "account closed": ("UPDATE schools_user SET is_active = 0 WHERE id = ?", 4401, "signed_out"),
}


@pytest.mark.parametrize("how", REVOKED)
def test_who_loses_access_is_out_within_five_seconds_with_the_writing_kept(
    rooms: Rooms, how: str
) -> None:
    room, base = rooms.room(), rooms.server.sockets
    sql, closed, reason = REVOKED[how]
    seat = room["people"][2]

    async def talk() -> None:
        async with (
            typing(base, room, seat) as loser,
            typing(base, room, room["people"][0]) as other,
        ):
            _change(rooms, sql.format(sessions=Session._meta.db_table), seat["user"])
            await loser.until(lambda: loser.told("read_only"), within=5)
            loser.type("我写的")
            await loser.send()
            other.type("秘密")
            await other.send()
            await loser.until(lambda: loser.told("kept") and loser.told("out"), within=5)
            assert loser.told("read_only")[0]["reason"] == reason
            await loser.connection.wait_closed()
            assert loser.connection.close_code == closed
            assert "秘密" not in loser.text()
            assert "我写的" not in other.text()

    run(talk())
    kept = _kept(rooms.server.var / "gongbei.sqlite3", seat)
    assert [(why, "我写的".encode() in data) for why, data in kept] == [(reason, True)]


def _change(rooms: Rooms, sql: str, user: int) -> None:
    """As another process does it: by a form, a command, a job of the night."""
    with closing(sqlite3.connect(rooms.server.var / "gongbei.sqlite3", timeout=20)) as database:
        database.execute(sql, [user])
        database.commit()


def test_a_plan_in_review_is_read_only_at_once_and_writable_when_sent_back(rooms: Rooms) -> None:
    room, base = rooms.room(), rooms.server.sockets
    move = (
        "from lessonprep.plans.models import PlanState as S\n"
        f"s = S.objects.get(plan__uuid='{room['plan']}'); s.phase = '{{}}'; s.save()"
    )

    async def talk() -> None:
        async with typing(base, room, rooms.seat("preparer")) as one:
            await asyncio.to_thread(rooms.server.run, move.format("in_review"))
            await one.until(lambda: one.told("read_only"), within=5)
            one.type("太晚了")
            batch = await one.send()
            await one.until(lambda: one.acknowledged == batch)
            assert one.told("read_only")[0]["reason"] == "phase"
            assert one.told("kept")[0]["batch"] == batch
            await asyncio.to_thread(rooms.server.run, move.format("revision"))
            await one.until(lambda: one.told("write"), within=5)

    run(talk(), within=240)  # two starts of Django, on a busy machine


LOCK = """
UPDATE coediting_room SET is_locked = 1
WHERE plan_id = (SELECT page_ptr_id FROM plans_lessonplan WHERE uuid = ?)
"""


def test_what_is_on_its_way_when_the_phase_changes_is_kept(rooms: Rooms) -> None:
    room, base = rooms.room(), rooms.server.sockets
    seat = room["people"][1]
    path = rooms.server.var / "gongbei.sqlite3"
    moving = sqlite3.connect(path, isolation_level=None, timeout=20, check_same_thread=False)

    async def talk() -> None:
        async with typing(base, room, seat) as one:
            moving.execute("BEGIN IMMEDIATE")
            one.type("最后一句")
            await one.send()
            await one.until(lambda: one.told("saving"))  # the log waits for the one who moves it
            moving.execute(LOCK, [room["plan"].replace("-", "")])
            moving.execute("COMMIT")
            await asyncio.wait_for(one.connection.wait_closed(), 20)
            assert one.connection.close_code == 1012
        async with typing(base, room, seat) as again:
            assert again.told("welcome")[0]["reason"] == "phase"
            assert again.text() == ""
            async with asyncio.timeout(10):
                while not _kept(path, seat):
                    await asyncio.sleep(0.05)

    with closing(moving):
        run(talk(), within=60)
    ((why, data),) = _kept(path, seat)
    assert why == "phase"
    assert "最后一句".encode() in data


def _kept(path: Path, seat: dict[str, Any]) -> list[tuple[str, bytes]]:
    with closing(sqlite3.connect(path, timeout=20)) as database:
        return database.execute(
            "SELECT why, data FROM coediting_keptwriting WHERE user_id = ?", [seat["user"]]
        ).fetchall()


def test_what_the_server_writes_elsewhere_comes_to_all(rooms: Rooms) -> None:
    room, base = rooms.room(), rooms.server.sockets
    write = (
        "from lessonprep.coediting.actions import server_update\n"
        "from lessonprep.plans.models import LessonPlan\n"
        "from pycrdt import Text\n"
        "def make(doc):\n"
        "    text = doc.get('typed', type=Text); text += '恢复'\n"
        f"plan = LessonPlan.objects.get(uuid='{room['plan']}')\n"
        "server_update(plan=plan, make=make, by=None)"
    )

    async def talk() -> None:
        async with typing(base, room, room["people"][0]) as one:
            one.type("春")
            await one.send()
            await asyncio.to_thread(rooms.server.run, write)
            await one.until(lambda: "恢复" in one.text(), within=5)
            one.type("天")
            batch = await one.send()
            await one.until(lambda: one.acknowledged == batch)

    run(talk(), within=240)  # two starts of Django, on a busy machine


# abuse: refused or bounded, and other rooms do not notice


@pytest.mark.parametrize("deed", ["oversize", "text", "bomb", "garbage", "compressed"])
def test_a_hostile_frame_ends_its_connection_and_no_other(rooms: Rooms, deed: str) -> None:
    room, base = rooms.ground["rooms"][1], rooms.server.sockets
    frames: dict[str, Any] = {
        "oversize": b"\x00" * ((1 << 20) + 1),
        "text": "hello",
        "bomb": protocol.step_1(b"\xff\xff\xff\x7f"),
        "garbage": os.urandom(300) + b"\xff",
    }

    async def talk() -> None:
        async with typing(base, rooms.ground["rooms"][2], rooms.seat("leader")) as calm:
            async with opened(base, room, rooms.seat("deputy")) as hostile:
                if deed == "compressed":
                    bomb = zlib.compress(b"\x00" * (1 << 24), 9)[2:-4]
                    hostile.transport.write(
                        b"\xc2\xfe" + len(bomb).to_bytes(2, "big") + bytes(4) + bomb
                    )
                else:
                    await hostile.send(frames[deed])
                async with asyncio.timeout(5):
                    await hostile.wait_closed()
                assert hostile.close_code in {1002, 1006, 1009, 4400, 4413}
            calm.type("平静")
            batch = await calm.send()
            await calm.until(lambda: calm.acknowledged == batch, within=5)

    before = _memory(rooms)
    run(talk())
    assert _memory(rooms) < before + 60_000


def test_one_who_never_reads_is_dropped_and_the_others_go_on(rooms: Rooms) -> None:
    room, base = rooms.room(), rooms.server.sockets
    big = "长" * 100_000

    async def talk() -> None:
        async with (
            typing(base, room, room["people"][0]) as writer,
            typing(base, room, room["people"][1]) as reader,
            opened(base, room, room["people"][2]) as lazy,
        ):
            lazy.transport.pause_reading()
            for _ in range(30):
                writer.type(big)
                batch = await writer.send()
                await writer.until(lambda batch=batch: writer.acknowledged >= batch, within=20)
            await reader.until(lambda: len(reader.text()) == 30 * len(big), within=20)
            lazy.transport.resume_reading()
            async with asyncio.timeout(15):
                await lazy.wait_closed()

    before = _memory(rooms)
    run(talk(), within=90)
    assert _memory(rooms) < before + 200_000


def test_one_person_has_only_so_many_sockets(rooms: Rooms) -> None:
    room, base = rooms.ground["rooms"][3], rooms.server.sockets
    seat = room["people"][1]

    async def talk() -> None:
        async with asyncio.TaskGroup() as group:
            held = [group.create_task(_held(base, room, seat)) for _ in range(20)]
        assert sorted(task.result() for task in held)[-8:] == [4429] * 8

    run(talk())


async def _held(base: str, room: dict[str, Any], seat: dict[str, Any]) -> int:
    async with opened(base, room, seat) as connection:
        try:
            async with asyncio.timeout(2):
                while True:
                    await connection.recv()
        except TimeoutError:
            return 0
        except ConnectionClosed:
            return connection.close_code or 0


def test_a_forged_client_id_is_refused_on_the_wire(rooms: Rooms) -> None:
    room, base = rooms.room(), rooms.server.sockets

    async def talk() -> None:
        async with (
            typing(base, room, room["people"][0]) as a,
            typing(base, room, room["people"][1]) as b,
        ):
            a.type("真")
            await a.send()
            await b.until(lambda: b.text() == "真")
            forged: Doc[Any] = Doc(client_id=a.doc.client_id)
            forged.apply_update(a.doc.get_update())
            updates: list[bytes] = []
            forged.observe(lambda event: updates.append(event.update))
            text = forged.get("typed", type=Text)
            text += "假"
            batch = await b.send_updates(updates)
            await b.until(lambda: b.acknowledged == batch)
            assert b.told("refused")[0]["reason"] == "client"
            assert a.text() == "真"

    run(talk())


def _memory(rooms: Rooms) -> int:
    """Kilobytes that the server holds."""
    assert rooms.server.process is not None
    status = Path(f"/proc/{rooms.server.process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


__all__ += ["Typist", "address"]


@pytest.mark.parametrize("how", REVOKED)
def test_who_comes_back_gets_in_only_while_the_right_stands(rooms: Rooms, how: str) -> None:
    room, base = rooms.room(), rooms.server.sockets
    sql, _closed, reason = REVOKED[how]
    seat = room["people"][2]

    async def come() -> tuple[str, str]:
        async with opened(base, room, seat) as connection:
            reader = Reader(bytes(await connection.recv()))  # type: ignore[arg-type]
            assert reader.uint() == protocol.NOTICE
            told = json.loads(reader.text())
            return told["kind"], told["reason"]

    async def talk() -> None:
        assert await come() == await come() == ("welcome", "")
        _change(rooms, sql.format(sessions=Session._meta.db_table), seat["user"])
        assert await come() == ("out", reason)

    run(talk())
