"""Updates read without a document: the same as a document would say, and what pycrdt gets wrong."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from typing import Any

import pytest
from pycrdt import Array, Doc, Map, XmlElement, XmlFragment, XmlText

from lessonprep.coediting.lib0 import Malformed
from lessonprep.coediting.updates import (
    Deleted,
    deletes_of,
    merged,
    missing,
    read_update,
    read_vector,
    vector_of,
    write_vector,
)


def history(seed: int, edits: int = 40) -> tuple[list[bytes], list[Doc[Any]]]:
    """Updates of three clients, in an order in which each knows what it stands on."""
    chance = random.Random(seed)
    updates: list[bytes] = []
    docs: list[Doc[Any]] = [Doc(client_id=seed * 10 + n + 1) for n in range(3)]
    fresh: list[bytes] = []
    for doc in docs:
        doc.observe(lambda event: fresh.append(event.update))
    for _ in range(edits):
        doc = chance.choice(docs)
        if chance.random() < 0.5:
            doc.apply_update(merged(updates))
        fresh.clear()
        _edit(doc, chance)
        updates += fresh
    for doc in docs:
        doc.apply_update(merged(updates))
    return updates, docs


def _edit(doc: Doc[Any], chance: random.Random) -> None:
    body = doc.get("body", type=XmlFragment)
    kind = chance.randrange(6)
    if kind == 0 or not len(body.children):
        at = chance.randint(0, len(body.children))
        body.children.insert(at, XmlElement("paragraph", {"n": "1"}, [XmlText("春")]))
    elif kind == 1:
        _text_in(body, chance).insert(0, chance.choice(["天", "abc", "😀", "来了"]))
    elif kind == 2:
        text = _text_in(body, chance)
        # Positions are bytes, and one inside a character is undefined: whole characters only.
        first = len(str(text.diff()[0][0])[:1].encode()) if str(text) else 0
        if first:
            text.format(0, first, {"bold": chance.random() < 0.5 or None})
    elif kind == 3:
        del body.children[chance.randrange(len(body.children))]
    elif kind == 4:
        doc.get("about", type=Map)[chance.choice("ab")] = chance.choice(
            [1, 2.5, "x", None, [1, {"a": 2}]]
        )
    else:
        doc.get("list", type=Array).append(chance.choice([1, "二", {"x": [True]}]))


def _text_in(body: XmlFragment, chance: random.Random) -> XmlText:
    element = body.children[chance.randrange(len(body.children))]
    text = element.children[0]  # type: ignore[union-attr]
    assert isinstance(text, XmlText)
    return text


@pytest.mark.parametrize("seed", range(30))
def test_what_is_read_of_updates_is_what_a_document_knows(seed: int) -> None:
    updates, docs = history(seed)

    read = [read_update(update) for update in updates]
    known: dict[int, int] = {}
    deleted = Deleted()
    for update in read:
        for client, end in update.ends.items():
            assert update.begins[client] <= known.get(client, 0)
            known[client] = max(end, known.get(client, 0))
        assert all(known.get(client, 0) > need - 1 for client, need in update.needs.items())
        deleted.add(update.deletes)

    state = merged(updates)
    assert known == vector_of(state) == read_vector(docs[0].get_state())
    assert deleted.holds(deletes_of(state, known))
    assert Deleted(deletes_of(state, known)).holds(
        {c: r for u in read for c, r in u.deletes.items()}
    )


@pytest.mark.parametrize("seed", range(10))
def test_what_one_lacks_completes_any_older_state(seed: int) -> None:
    updates, docs = history(seed)
    half: Doc[Any] = Doc()
    half.apply_update(merged(updates[: len(updates) // 2]))

    half.apply_update(missing(merged(updates), read_vector(half.get_state())))

    assert str(half.get("body", type=XmlFragment)) == str(docs[0].get("body", type=XmlFragment))


@pytest.mark.parametrize("seed", range(30))
def test_pycrdt_heals_when_updates_are_merged_before_they_are_applied(seed: int) -> None:
    """The rule that the room stands on; the next test shows why it is one."""
    updates, docs = history(seed)
    late = [*updates[1:], updates[0]]
    doc: Doc[Any] = Doc()

    doc.apply_update(merged(late))

    assert str(doc.get("body", type=XmlFragment)) == str(docs[0].get("body", type=XmlFragment))


def test_pycrdt_still_loses_what_comes_late_and_the_state_vector_shows_it() -> None:
    """When this fails the hazard has gone, and the guards may be looked at again."""
    wrong = 0
    for seed in range(60):
        updates, docs = history(seed, edits=60)
        chance = random.Random(seed)
        shuffled = chance.sample(updates, len(updates))
        doc: Doc[Any] = Doc()
        for update in shuffled:
            doc.apply_update(update)
        same = str(doc.get("body", type=XmlFragment)) == str(docs[0].get("body", type=XmlFragment))
        if not same:
            wrong += 1
            assert read_vector(doc.get_state()) != vector_of(merged(updates))

    assert wrong > 0


def test_a_vector_of_four_bytes_that_promises_millions_is_refused() -> None:
    with pytest.raises(Malformed):
        read_vector(b"\xff\xff\xff\x7f")


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is measured")
def test_pycrdt_still_pays_for_what_four_bytes_promise() -> None:
    """When this fails the hazard has gone."""
    code = (
        "from pycrdt import Doc, Text\n"
        "doc = Doc(); text = doc.get('t', type=Text); text += 'x'\n"
        "try: doc.get_update(b'\\xff\\xff\\xff\\x7f')\n"
        "except BaseException: pass\n"
        "print(open('/proc/self/status').read())\n"
    )

    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    most = re.search(r"VmHWM:\s+(\d+) kB", told.stdout)
    assert most is not None
    assert int(most[1]) > 300_000


def test_ranges_of_what_is_taken_away_join() -> None:
    deleted = Deleted({1: [(5, 8), (0, 2)]})

    deleted.add({1: [(2, 5)]})

    assert deleted.holds({1: [(0, 8)]})
    assert not deleted.holds({1: [(0, 9)]})
    assert not deleted.holds({2: [(0, 1)]})
    assert deleted.holds({2: [(4, 4)]})


def test_a_vector_is_written_as_it_is_read() -> None:
    vector = {1: 5, 2**52: 300}

    assert read_vector(write_vector(vector)) == vector


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x01\x01\x01\x00\x04", b"\x00\x00\x00"])
def test_bytes_that_are_no_update_are_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_update(data)
