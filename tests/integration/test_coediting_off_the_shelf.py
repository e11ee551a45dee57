"""Clients and a Yjs that are not ours: the room speaks with them, and means the same."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from pathlib import Path

import pytest

from benchmarks.coediting.client import typing
from lessonprep.coediting.updates import merged, vector_of, write_vector
from tests import node_packages
from tests.integration.rooms import Rooms, rooms, run
from tests.node_packages import NoNode
from tests.unit.test_coediting_updates import history

__all__ = ["rooms"]
HERE = Path(__file__).resolve().parents[2] / "benchmarks" / "coediting"


@pytest.fixture(scope="module")
def node() -> str:
    """Node, with a y-websocket to run; a named skip without."""
    try:
        return node_packages.node()
    except NoNode as reason:
        if os.environ.get("GONGBEI_REQUIRE_ALL") == "1":
            pytest.fail(str(reason))
        pytest.skip(str(reason))


def test_a_y_websocket_client_joins_edits_and_converges(rooms: Rooms, node: str) -> None:
    room, base = rooms.room(), rooms.server.sockets
    asked = [f"{base}/ws/plans", room["plan"], str(room["epoch"]), room["schema"]]
    cookie = room["people"][0]["cookie"]

    async def talk() -> None:
        async with typing(base, room, room["people"][1]) as ours:
            process = await asyncio.create_subprocess_exec(
                node,
                str(HERE / "y_websocket.mjs"),
                *asked,
                cookie,
                rooms.server.url,
                "从外面来",
                "从里面来",
                stdout=subprocess.PIPE,
            )
            await ours.until(lambda: "从外面来" in ours.text(), within=30)
            ours.type("从里面来")
            await ours.send()
            out, _ = await process.communicate()
            told = json.loads(out)
            assert process.returncode == 0, told
            assert told["typed"] == ours.text()
            assert told["sections"] == len(ours.sections())
            assert told["here"] >= 1

    run(talk(), within=60)


def test_yjs_reads_the_same_logs_as_pycrdt(node: str, tmp_path: Path) -> None:
    cases = []
    for seed in range(40):
        updates, docs = history(seed)
        state = merged(updates)
        cases.append(
            {
                "updates": [update.hex() for update in updates],
                "merged": state.hex(),
                "vector": write_vector(vector_of(state)).hex(),
                "text": _plain(docs[0]),
            }
        )
    (tmp_path / "cases.json").write_text(json.dumps(cases))

    done = subprocess.run(
        [node, str(HERE / "same_as_yjs.mjs"), str(tmp_path / "cases.json")],
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def _plain(doc: object) -> list[list[object]]:
    """The paragraphs of a history's document as runs of text and marks."""
    from pycrdt import XmlFragment

    body = doc.get("body", type=XmlFragment)  # type: ignore[attr-defined]
    return [
        [[text, bool((marks or {}).get("bold"))] for text, marks in paragraph.children[0].diff()]
        for paragraph in body.children
    ]
