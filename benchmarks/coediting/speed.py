"""The server's processor time an update, beside Hocuspocus with SQLite, in alternating runs.

python -m benchmarks.coediting.speed [--rooms 40] [--people 5] [--rate 5] [--seconds 10] [--reps 2]
python -m benchmarks.coediting.speed --rooms 1 --people 60 --rate 3     (one hot room)
python -m benchmarks.coediting.speed --rooms 400 --seconds 0            (coming, and coming back)
python -m benchmarks.coediting.speed --history 100000 [--log] [--rooms 16]  (a cold open)

A cold open is the first connection to a room after the server's start, until the client has all of
it; ours with the snapshot that is made when people leave, or with `--log` before there is one.
Hocuspocus asks nobody who they are; ours has its sessions, rights and a commit to the disk.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.coediting.history import LONG, keep_in_hocuspocus, typed
from benchmarks.coediting.rivals import HERE, NODE, Hocuspocus
from benchmarks.coediting.server import RoomServer
from lessonprep.coediting import lib0

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Run:
    """What one run of the load said, and what the server spent on it."""

    updates: int
    heard: int
    cpu: float
    connecting: float
    connecting_cpu: float
    back: float
    back_cpu: float
    grown: float
    clients: int
    p50: float
    p99: float

    def a_update(self) -> float:
        """Microseconds of the server's processor time."""
        return self.cpu / max(1, self.updates) * 1e6


def spent(pid: int) -> float:
    """Seconds of processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def held(pid: int) -> int:
    """Kilobytes of memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def measured(pid: int, asked: dict[str, Any]) -> Run:
    """Let people type; where they only come, let all of them come back after their line broke."""
    run = load(pid, asked)
    if asked["seconds"]:
        return run
    again = load(pid, asked)
    return replace(run, back=again.connecting, back_cpu=again.connecting_cpu)


def load(pid: int, asked: dict[str, Any]) -> Run:
    """One crowd, from its coming to its end."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as wish:
        wish.write(json.dumps(asked))
        wish.flush()
        cpu, memory = spent(pid), held(pid)
        process = subprocess.Popen(
            [str(NODE), str(HERE / "load.mjs"), wish.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        connected = json.loads(process.stdout.readline())
        connecting_cpu, grown = spent(pid) - cpu, held(pid) - memory
        cpu = spent(pid)
        out, _ = process.communicate("go\n", timeout=300)
        typed = json.loads(out)
        return Run(
            typed["sent"],
            typed["heard"],
            spent(pid) - cpu,
            connected["connected"],
            connecting_cpu,
            0.0,
            0.0,
            grown,
            connected["clients"] - connected["closed"],
            typed["p50"] or 0,
            typed["p99"] or 0,
        )


Made = tuple[int, dict[str, Any], Callable[[], None]]
"""The server's process, what the load is told, and how to end it."""


def ours(asked: argparse.Namespace, place: Path, updates: list[bytes]) -> Made:
    """Our server with rooms; the long ones hold the updates."""
    server = RoomServer(place)
    ground = server.prepare(asked.rooms, asked.people)
    if updates:
        (place / "updates").write_bytes(lib0.join(updates))
        how = [] if asked.log else ["--compact"]
        server.python("-m", "benchmarks.coediting.history", str(place / "updates"), *how)
    server.start()
    assert server.process is not None
    rooms = [
        {
            "url": f"{server.sockets}/ws/plans/{room['plan']}"
            f"?epoch={room['epoch']}&schema={room['schema']}",
            "name": room["plan"],
            "headers": [{"Cookie": one["cookie"], "Origin": server.url} for one in room["people"]],
        }
        for room in ground["rooms"]
    ]
    return server.process.pid, {"kind": "gongbei", "rooms": rooms}, server.stop


def theirs(asked: argparse.Namespace, place: Path, updates: list[bytes]) -> Made:
    """Hocuspocus, the same."""
    server = Hocuspocus(place)
    names = [f"room{number}" for number in range(asked.rooms)]
    if updates:
        keep_in_hocuspocus(place / "hp.sqlite3", names[LONG], updates)
    server.start()
    assert server.process is not None
    rooms = [{"url": server.url, "name": name, "headers": [{}] * asked.people} for name in names]
    return server.process.pid, {"kind": "hocuspocus", "rooms": rooms}, server.kill


SERVERS = {"Gongbei": ours, "Hocuspocus": theirs}


def opened_cold(pid: int, told: dict[str, Any]) -> tuple[float, float]:
    """Milliseconds until one has a long text of a server just started; kilobytes a further room."""
    (warm, first, *rest) = [
        told | {"rooms": [{**room, "headers": room["headers"][:1]}], "rate": 1, "seconds": 0}
        for room in told["rooms"][: LONG.stop]
    ]
    load(pid, warm)
    cold = load(pid, first).connecting * 1000
    many = {**first, "rooms": [room for one in rest for room in one["rooms"]]}
    return cold, load(pid, many).grown / max(1, len(rest))


def cold(asked: argparse.Namespace) -> None:
    """Print cold opens and the memory of rooms."""
    updates = typed(asked.history)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in SERVERS}
    for _ in range(asked.reps):
        for name, made in SERVERS.items():
            with tempfile.TemporaryDirectory(prefix="gb-speed-") as place:
                pid, told, stop = made(asked, Path(place), updates)
                try:
                    found[name].append(opened_cold(pid, told))
                finally:
                    stop()
            print(name, found[name][-1], flush=True)
    for at, what in enumerate(["ms of a cold open", "kB an open room"]):
        show(what, *(median(one[at] for one in found[name]) for name in SERVERS))


def main() -> None:
    """Print runs and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in {"rooms": 40, "people": 5, "rate": 5, "seconds": 10, "reps": 2}.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--history", type=int, default=0)
    parser.add_argument("--log", action="store_true")
    asked = parser.parse_args()
    print(f"load of the machine {os.getloadavg()}")
    if asked.history:
        cold(asked)
        return
    runs: dict[str, list[Run]] = {name: [] for name in SERVERS}
    for _ in range(asked.reps):
        for name, made in SERVERS.items():
            with tempfile.TemporaryDirectory(prefix="gb-speed-") as place:
                pid, told, stop = made(asked, Path(place), [])
                try:
                    run = measured(pid, told | {"rate": asked.rate, "seconds": asked.seconds})
                finally:
                    stop()
            runs[name].append(run)
            print(name, run, flush=True)
    report(runs)


def report(runs: dict[str, list[Run]]) -> None:
    """Medians, and ours over theirs."""
    measures: dict[str, Callable[[Run], float]] = {
        "us of CPU an update": Run.a_update,
        "s to connect": lambda run: run.connecting,
        "s of CPU to connect": lambda run: run.connecting_cpu,
        "s to come back": lambda run: run.back,
        "s of CPU to come back": lambda run: run.back_cpu,
        "kB a connection": lambda run: run.grown / max(1, run.clients),
        "ms until seen, p50": lambda run: run.p50,
        "ms until seen, p99": lambda run: run.p99,
    }
    for name, measure in measures.items():
        show(name, *(median(map(measure, runs[one])) for one in SERVERS))


def show(what: str, mine: float, other: float) -> None:
    """A measure, and ours over theirs."""
    ratio = f"{mine / other:.2f}" if other else "-"
    print(f"{what:24} {mine:9.2f} / {other:9.2f} = {ratio}")


if __name__ == "__main__":
    main()
