"""The room alone: what it takes, in which order, what it tells whom."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pycrdt import Doc, Map, Text, XmlElement, XmlFragment, XmlText

from lessonprep.coediting import lib0, protocol
from lessonprep.coediting.lib0 import Malformed
from lessonprep.coediting.protocol import Presence
from lessonprep.coediting.room import Logged
from lessonprep.coediting.updates import merged, read_vector
from tests.unit.coediting_clients import Server, batch, document, participant, typed

NOW = 100.0


def _text(*updates: bytes) -> str:
    doc: Doc[Any] = Doc()
    doc.apply_update(merged(updates))
    return str(doc.get("text", type=Text))


def test_nothing_is_told_or_acknowledged_before_the_log_has_it() -> None:
    server = Server()
    (a, to_a), (b, to_b) = participant(1), participant(2)
    server.room.join(a)
    server.room.join(b)
    to_a.take()
    to_b.take()
    updates = typed("春")

    server.room.receive(a, batch(1, updates), NOW)
    before = to_a.take(), to_b.take()
    server.commit()

    assert before == ([], [])
    assert to_b.take() == [{"batch": updates, "seq": 1}]
    assert to_a.take() == [{"acknowledged": 1, "seq": 1}]


def test_what_is_known_is_acknowledged_when_its_first_coming_is_durable() -> None:
    server = Server()
    (a, _), (again, to_again) = participant(1), participant(1)
    updates = typed("春")
    server.room.join(a)
    server.room.receive(a, batch(1, updates), NOW)
    server.room.leave(a)
    server.room.join(again)
    to_again.take()

    server.room.receive(again, batch(1, updates), NOW)
    early = to_again.take()
    server.commit()

    assert early == []
    assert to_again.take()[-1] == {"acknowledged": 1, "seq": 1}
    assert server.rows == updates


def test_an_update_that_leaves_a_hole_is_refused_and_asked_for_anew() -> None:
    server = Server()
    a, to_a = participant()
    first, second = typed("春", "天")
    server.room.join(a)
    to_a.take()

    server.room.receive(a, batch(1, [second]), NOW)
    refused = to_a.take()
    server.room.receive(a, batch(2, [first, second]), NOW)
    server.commit()

    assert [*refused[0]] == ["notice"]
    assert refused[0]["notice"] == {"kind": "refused", "batch": 1, "reason": "hole"}
    assert read_vector(refused[1]["step_1"]) == {}
    assert to_a.take() == [{"acknowledged": 2, "seq": 2}]
    assert _text(server.room.state()) == "春天"


def test_a_deletion_of_what_is_not_there_leaves_a_hole_too() -> None:
    server = Server()
    a, to_a = participant()
    _doc, text, updates = document()
    text += "春天"
    del text[:3]
    server.room.join(a)
    to_a.take()

    server.room.receive(a, batch(1, updates[1:]), NOW)

    assert to_a.take()[0]["notice"]["reason"] == "hole"
    assert server.waiting == []


def test_a_batch_is_taken_whole_or_not_at_all() -> None:
    server = Server()
    a, to_a = participant()
    first, _second, third = typed("春", "天", "来")
    server.room.join(a)
    to_a.take()

    server.room.receive(a, batch(1, [first, third]), NOW)

    assert to_a.take()[0]["notice"]["reason"] == "hole"
    assert server.waiting == []
    assert server.room.vector == {}


def test_a_client_id_of_somebody_else_is_refused_for_ever() -> None:
    server = Server()
    (a, _), (b, to_b) = participant(1), participant(2)
    server.room.join(a)
    server.room.receive(a, batch(1, typed("春", client=7)), NOW)
    server.commit()
    server.start()
    server.room.join(b)
    to_b.take()
    doc, text, updates = document(7)
    doc.apply_update(server.room.state())
    updates.clear()
    text += "假"

    server.room.receive(b, batch(1, updates), NOW)

    assert to_b.take()[0]["notice"]["reason"] == "client"
    assert server.waiting == []


def test_a_client_id_under_which_another_is_here_is_refused() -> None:
    server = Server()
    (a, _), (b, to_b) = participant(1), participant(2)
    server.room.join(a)
    server.room.join(b)
    server.room.receive(a, protocol.presences([Presence(9, 1, {})]), NOW)
    to_b.take()

    server.room.receive(b, batch(1, typed("假", client=9)), NOW)

    assert to_b.take()[0]["notice"]["reason"] == "client"


def test_a_reader_changes_nothing_and_one_who_lost_the_right_has_it_kept() -> None:
    server = Server()
    (reader, to_reader) = participant(1, writes=False)
    (loser, to_loser) = participant(2, writes=False, keeps=True, why="phase")
    server.room.join(reader)
    server.room.join(loser)
    to_reader.take()
    to_loser.take()

    server.room.receive(reader, batch(1, typed("春")), NOW)
    server.room.receive(loser, batch(1, typed("天")), NOW)

    assert to_reader.take()[0]["notice"]["reason"] == "read_only"
    assert [one for one, _updates in server.kept] == [loser]
    assert to_loser.take() == []  # acknowledged when it is kept
    assert server.waiting == []


def test_a_reader_that_answers_with_what_is_known_hears_nothing() -> None:
    server = Server()
    (a, _), (reader, to_reader) = participant(1), participant(2, writes=False)
    server.room.join(a)
    server.room.receive(a, batch(1, typed("春")), NOW)
    server.commit()
    server.room.join(reader)
    to_reader.take()

    server.room.receive(reader, protocol.step_2(server.room.state()), NOW)

    assert to_reader.take() == []
    assert reader.strikes == 0


@pytest.mark.parametrize("unknown", ["node", "mark", "subdocument"])
def test_content_that_the_schema_does_not_know_is_refused(unknown: str) -> None:
    server = Server()
    a, to_a = participant()
    doc, text, updates = document()
    if unknown == "node":
        doc.get("body", type=XmlFragment).children.append(XmlElement("marquee"))
    elif unknown == "mark":
        text.insert(0, "春", {"blink": True})
    else:
        doc.get("map", type=Map)["inner"] = Doc()
    server.room.join(a)
    to_a.take()

    server.room.receive(a, batch(1, updates), NOW)

    assert to_a.take()[0]["notice"]["reason"] == "content"
    assert server.waiting == []


def test_marks_that_may_lie_over_each_other_are_known_by_their_name() -> None:
    server = Server()
    a, _ = participant()
    doc, _text, updates = document()
    paragraph = XmlElement("paragraph", {}, [XmlText("春")])
    doc.get("body", type=XmlFragment).children.append(paragraph)
    words = paragraph.children[0]
    assert isinstance(words, XmlText)
    words.format(0, 3, {"bold--1a2b3c4d": {"id": "x"}})
    server.room.join(a)

    server.room.receive(a, batch(1, updates), NOW)

    assert len(server.waiting) == 1


def test_a_state_vector_that_promises_millions_is_malformed() -> None:
    server = Server()
    a, _ = participant()
    server.room.join(a)
    bomb = b"\xff\xff\xff\x7f"

    with pytest.raises(Malformed):
        server.room.receive(a, protocol.step_1(bomb), NOW)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x09",
        b"\x00\x03\x00",
        b"\x00\x00\x05\x01",
        b"\x65\x01\x00",
        b"\x65\x01\xff\xff\xff\x7f\x00",
        b"\x01" + lib0.sized(b"\x01\x01\x01" + lib0.text("not json")),
        b"\x01" + lib0.sized(b"\x01\x01\x01" + lib0.text("[]")),
        b"\x01" + lib0.sized(b"\x01\x01\x01" + lib0.text(json.dumps({"x": "长" * 4096}))),
        b"\x01" + lib0.sized(b"\x01\x01\x01" + lib0.text("[" * 4000)),
    ],
)
def test_a_frame_that_no_client_sends_is_malformed(frame: bytes) -> None:
    server = Server()
    a, _ = participant()
    server.room.join(a)

    with pytest.raises(Malformed):
        server.room.receive(a, frame, NOW)


def test_garbage_in_a_batch_is_refused_and_changes_nothing() -> None:
    server = Server()
    a, to_a = participant()
    server.room.join(a)
    to_a.take()

    server.room.receive(a, batch(1, [b"\x01\xff\xff\xff\xff"]), NOW)

    assert to_a.take() == [
        {"notice": {"kind": "refused", "batch": 1, "reason": "malformed"}},
        {"acknowledged": 1, "seq": 0},
    ]


def test_an_off_the_shelf_client_hears_plain_updates_and_no_notices() -> None:
    server = Server()
    (a, _), (plain, to_plain) = participant(1), participant(2, speaks=False, writes=False)
    server.room.join(a)
    server.room.join(plain)
    to_plain.take()

    server.room.receive(a, batch(1, typed("春", "天")), NOW)
    server.commit()
    server.room.receive(plain, protocol.update(typed("不")[0]), NOW)

    (told,) = to_plain.take()
    assert _text(told["update"]) == "春天"


def test_an_off_the_shelf_client_that_does_not_stop_is_put_out() -> None:
    server = Server()
    plain, to_plain = participant(2, speaks=False, writes=False)
    server.room.join(plain)

    for _ in range(20):
        server.room.receive(plain, protocol.update(typed("不")[0]), NOW)

    assert to_plain.closed == (4400, "malformed")


def test_presence_bears_the_true_name_and_goes_with_the_connection() -> None:
    server = Server()
    (a, _), (b, to_b) = participant(1), participant(2)
    server.room.join(a)
    server.room.join(b)
    to_b.take()

    shown = {"user": {"name": "校长", "color": "p2"}, "cursor": 3}
    server.room.receive(a, protocol.presences([Presence(5, 1, shown)]), NOW)
    server.room.leave(a)

    here, gone = to_b.take()
    told = {"user": {"name": "教师1", "id": "1", "color": "p2"}, "cursor": 3}
    assert here == {"here": [(5, 1, told)]}
    assert gone == {"here": [(5, 1, None)]}


def test_nobody_speaks_for_another() -> None:
    server = Server()
    (a, _), (b, _), (c, to_c) = participant(1), participant(2), participant(3)
    for one in (a, b, c):
        server.room.join(one)
    server.room.receive(a, protocol.presences([Presence(5, 1, {})]), NOW)
    server.room.receive(b, protocol.presences([Presence(6, 1, {})]), NOW)
    to_c.take()

    moved = [Presence(5, 2, {"cursor": 1}), Presence(7, 1, {}), Presence(5, 3, None)]
    server.room.receive(b, protocol.presences(moved), NOW)

    assert to_c.take() == []


def test_silence_is_taken_for_leaving() -> None:
    server = Server()
    (a, _), (b, to_b) = participant(1), participant(2)
    server.room.join(a)
    server.room.join(b)
    server.room.receive(a, protocol.presences([Presence(5, 1, {})]), NOW)
    to_b.take()

    server.room.tick(NOW + 29)
    early = to_b.take()
    server.room.tick(NOW + 31)

    assert early == []
    assert to_b.take() == [{"here": [(5, 1, None)]}]


def test_who_comes_back_takes_over_from_a_connection_that_hangs() -> None:
    server = Server()
    (a, _), (again, _), (b, to_b) = participant(1), participant(1), participant(2)
    for one in (a, again, b):
        server.room.join(one)
    server.room.receive(a, protocol.presences([Presence(5, 1, {})]), NOW)
    to_b.take()

    server.room.receive(again, protocol.presences([Presence(5, 2, {})]), NOW)
    server.room.leave(a)

    assert [entry[:2] for frame in to_b.take() for entry in frame["here"]] == [(5, 2)]


def test_what_another_process_wrote_is_told_to_all_and_known() -> None:
    server = Server()
    (a, to_a) = participant(1)
    server.room.join(a)
    to_a.take()
    elsewhere = typed("春", "天", client=11)

    server.room.logged([Logged(1, elsewhere[:1], {11: 2})])
    server.room.receive(a, batch(1, elsewhere[1:]), NOW)

    told, refused, _acknowledged = to_a.take()
    assert told == {"batch": elsewhere[:1], "seq": 1}
    assert refused["notice"]["reason"] == "client"


def test_a_job_that_was_heard_of_from_the_log_first_is_only_acknowledged() -> None:
    server = Server()
    (a, to_a) = participant(1)
    server.room.join(a)
    updates = typed("春", client=11)
    server.room.receive(a, batch(1, updates), NOW)
    to_a.take()

    server.room.logged([Logged(1, updates, {11: 1})])
    server.room.confirm()

    assert to_a.take()[-1] == {"acknowledged": 1, "seq": 1}
    assert _text(server.room.state()) == "春"
