"""Clients, a server that is killed, a log: whatever happens, after healing all is there, once."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pycrdt import Doc, Text

from lessonprep.coediting import protocol
from lessonprep.coediting.lib0 import Malformed
from lessonprep.coediting.room import Participant, Room
from lessonprep.coediting.updates import Update, Vector, merged, read_vector, vector_of
from tests.unit.coediting_clients import Server, Wire, batch, participant

FIRST = 0x4E00
"""Every character that is typed is another, so none can stand for two."""


class Client:
    """A browser: a document, what was not acknowledged, a line that may be down."""

    def __init__(self, user: int, machine: Machine) -> None:
        self.user = user
        self.machine = machine
        self.unacknowledged: list[bytes] = []
        self.sent: dict[int, list[bytes]] = {}
        self.saved: set[str] = set()
        self.unsaved: dict[bytes, set[str]] = {}
        self.number = 0
        self.line: tuple[Participant, Wire] | None = None
        self.remote = False
        self.open(Doc())

    def open(self, doc: Doc[Any]) -> None:
        """Load the page, with what was kept in the browser."""
        self.doc = doc
        self.text: Text = doc.get("text", type=Text)
        doc.observe(self._changed)

    def _changed(self, event: Any) -> None:
        if not self.remote:
            self.unacknowledged.append(event.update)

    def type(self, at: int, text: str, bold: bool) -> None:
        # Positions are bytes; a Chinese character has three.
        at = 3 * (at % (len(str(self.text)) + 1))
        self.text.insert(at, text, {"bold": True} if bold else None)
        self.unsaved[self.unacknowledged[-1]] = set(text)

    def delete(self, at: int, count: int) -> str:
        length = len(str(self.text))
        if not length:
            return ""
        at %= length
        gone = str(self.text)[at : at + count]
        del self.text[3 * at : 3 * (at + len(gone))]
        return gone

    def connect(self) -> None:
        one, wire = participant(self.user)
        self.line = one, wire
        self.sent.clear()
        self.number = 0
        self.machine.server.room.join(one)
        self.receive_frame(protocol.step_1(self.doc.get_state()))

    def cut(self) -> None:
        if self.line is not None:
            self.machine.server.room.leave(self.line[0])
        self.line = None

    def receive_frame(self, frame: bytes) -> None:
        """Let the server have a frame."""
        assert self.line is not None
        self.machine.server.room.receive(self.line[0], frame, 0.0)

    def send(self, updates: list[bytes]) -> None:
        self.number += 1
        self.sent[self.number] = updates
        self.receive_frame(batch(self.number, updates))

    def hear(self) -> None:
        """Take in all that the server has sent."""
        if self.line is None:
            return
        refused: set[int] = set()
        for frame in self.line[1].take():
            (kind,) = [name for name in frame if name != "seq"]
            if kind == "batch":
                self._apply(merged(frame["batch"]))
            elif kind == "step_2":
                self._apply(frame["step_2"])
            elif kind == "step_1":
                self._answer(frame["step_1"])
            elif kind == "notice":
                refused.add(frame["notice"]["batch"])
            elif kind == "acknowledged":
                self._acknowledged(frame["acknowledged"], refused)

    def _answer(self, vector: bytes) -> None:
        lacking = self.doc.get_update(vector)
        self.number += 1
        self.sent[self.number] = list(self.unacknowledged)
        self.receive_frame(batch(self.number, [lacking]))

    def _apply(self, update: bytes) -> None:
        self.remote = True
        self.doc.apply_update(update)
        self.remote = False

    def _acknowledged(self, number: int, refused: set[int]) -> None:
        for batch_number in [n for n in self.sent if n <= number]:
            updates = self.sent.pop(batch_number)
            if batch_number in refused:
                continue
            for update in updates:
                if update in self.unacknowledged:
                    self.unacknowledged.remove(update)
                self.saved |= self.unsaved.pop(update, set())


class Machine(RuleBasedStateMachine):
    """What can happen to people who write together."""

    room_class: type[Room] = Room

    def __init__(self) -> None:
        super().__init__()
        self.server = Server(self.room_class)
        self.clients: list[Client] = []
        self.typed = 0
        self.deleted: set[str] = set()

    @initialize(count=st.integers(2, 5))
    def people(self, count: int) -> None:
        self.clients = [Client(user, self) for user in range(count)]
        for client in self.clients:
            client.connect()

    def client(self, number: int) -> Client:
        return self.clients[number % len(self.clients)]

    @rule(who=st.integers(0, 4), at=st.integers(0, 50), count=st.integers(1, 3), bold=st.booleans())
    def type(self, who: int, at: int, count: int, bold: bool) -> None:
        text = "".join(chr(FIRST + self.typed + number) for number in range(count))
        self.typed += count
        self.client(who).type(at, text, bold)

    @rule(who=st.integers(0, 4), at=st.integers(0, 50), count=st.integers(1, 3))
    def delete(self, who: int, at: int, count: int) -> None:
        self.deleted |= set(self.client(who).delete(at, count))

    @rule(who=st.integers(0, 4))
    def send(self, who: int) -> None:
        client = self.client(who)
        if client.line and client.unacknowledged:
            client.send(list(client.unacknowledged))

    @rule(who=st.integers(0, 4), data=st.data())
    def send_badly(self, who: int, data: st.DataObject) -> None:
        """Some left out, some twice, in any order, each by itself."""
        client = self.client(who)
        if not client.line:
            return
        for at in range(3):
            self.type(who, at, 1, bold=False)
        count = len(client.unacknowledged)
        chosen = data.draw(st.lists(st.integers(0, count - 1), max_size=2 * count))
        updates = [client.unacknowledged[number] for number in chosen]
        for update in updates:
            client.send([update])

    @rule(who=st.integers(0, 4))
    def hear(self, who: int) -> None:
        self.client(who).hear()

    @rule(count=st.integers(1, 5))
    def commit(self, count: int) -> None:
        self.server.commit(count)

    @rule(who=st.integers(0, 4))
    def cut(self, who: int) -> None:
        self.client(who).cut()

    @rule(who=st.integers(0, 4))
    def connect(self, who: int) -> None:
        client = self.client(who)
        if client.line is None:
            client.connect()

    @rule(who=st.integers(0, 4))
    def reload(self, who: int) -> None:
        """The page is loaded anew, from what the browser kept: an older client with old edits."""
        client = self.client(who)
        client.cut()
        kept: Doc[Any] = Doc()
        kept.apply_update(client.doc.get_update())
        client.open(kept)

    @rule()
    def kill(self) -> None:
        for client in self.clients:
            client.cut()
        self.server.start()

    @rule()
    def compact(self) -> None:
        self.server.compact()

    @precondition(lambda self: self.server.rows)
    @invariant()
    def the_room_says_what_the_log_says(self) -> None:
        state = self.server.room.state()
        assert vector_of(state) == vector_of(merged(self.server.rows))

    def teardown(self) -> None:
        if not self.clients:
            return
        for client in self.clients:
            client.cut()
            client.connect()
        for _ in range(4):
            for client in self.clients:
                client.hear()
            self.server.commit()
        self._all_is_there_once()

    def _all_is_there_once(self) -> None:
        replay: Doc[Any] = Doc()
        replay.apply_update(merged(self.server.rows))
        restarted: Doc[Any] = Doc()
        self.server.start()
        restarted.apply_update(self.server.room.state())
        texts = [str(client.text) for client in self.clients]
        final = str(replay.get("text", type=Text))
        assert texts == [final] * len(texts)
        assert str(restarted.get("text", type=Text)) == final
        assert read_vector(restarted.get_state()) == read_vector(replay.get_state())
        assert len(set(final)) == len(final), "something stands twice"
        for client in self.clients:
            assert not client.unacknowledged, "something was never acknowledged"
            assert client.saved - self.deleted <= set(final), "something saved is lost"


class CarelessRoom(Room):
    """The planted fault: takes what comes as it comes, and keeps what its document makes of it."""

    def _look_for_holes(self, update: Update, ahead: Vector) -> None:
        for client, end in update.ends.items():
            ahead[client] = max(end, ahead.get(client, self.vector.get(client, 0)))


class CarelessServer(Server):
    """Compacts by `get_update()` of a document that nobody has proved."""

    def compact(self) -> None:
        doc: Doc[Any] = Doc()
        for row in self.rows:
            doc.apply_update(row)
        self.snapshot = (len(self.rows), doc.get_update())


class CarelessMachine(Machine):
    """The same things happen to a server as it is often written."""

    room_class = CarelessRoom

    def __init__(self) -> None:
        super().__init__()
        self.server = CarelessServer(self.room_class)

    def the_room_says_what_the_log_says(self) -> None:
        """What it is in for is the end."""


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
MANY = settings(max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=QUIET)

TestMachine = Machine.TestCase
TestMachine.settings = MANY


@pytest.mark.long
def test_many_histories_heal() -> None:
    run_state_machine_as_test(Machine, settings=settings(MANY, max_examples=5000))


def test_the_machine_finds_a_server_that_compacts_from_its_document() -> None:
    as_found = settings(MANY, max_examples=300, derandomize=True, phases=[Phase.generate])

    with pytest.raises((AssertionError, Malformed)):
        run_state_machine_as_test(CarelessMachine, settings=as_found)
