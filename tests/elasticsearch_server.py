"""A real Elasticsearch for tests: the core of the server, on loopback, thrown away afterwards.

It comes from Maven Central, where the whole distribution is not, and is kept under `var/`. The
core has neither licence checks nor plugins; what works on it works on the whole product.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from portal.environment import ROOT
from portal.launch import end_with_parent
from tests.servers import free_port, other_user

VERSION = "8.19.3"
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
KEPT = ROOT / "var" / "elasticsearch"
START_WITHIN = 300.0
_FETCH_WITHIN = 600
_JAVA = range(17, 25)


class NoElasticsearch(Exception):
    """There is no Elasticsearch to test with; says why."""


def distribution() -> Path:
    """The unpacked server, fetched where it is not there yet. Raises `NoElasticsearch`."""
    unpacked = KEPT / f"elasticsearch-{VERSION}"
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (unpacked / "complete").exists():
            _unpack(_fetched(), unpacked)
    return unpacked


def _fetched() -> Path:
    archive = KEPT / f"elasticsearch-{VERSION}.zip"
    if archive.exists():
        return archive
    maven = shutil.which("mvn")
    if maven is None:
        raise NoElasticsearch("Maven is not installed (on Debian and Ubuntu: apt install maven)")
    with tempfile.TemporaryDirectory(dir=KEPT) as place:
        command = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}"]
        done = subprocess.run(
            [*command, f"-DoutputDirectory={place}"],
            cwd=place,
            capture_output=True,
            text=True,
            timeout=_FETCH_WITHIN,
        )
        if done.returncode:
            raise NoElasticsearch(f"it cannot be fetched: {done.stdout[-500:]}")
        (Path(place) / archive.name).replace(archive)
    return archive


def _unpack(archive: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(target.parent)
    for program in (target / "bin").iterdir():
        program.chmod(0o755)
    (target / "complete").touch()


def _java() -> Path:
    """The home of a Java that this version runs on."""
    for version in _JAVA:
        for home in sorted(Path("/usr/lib/jvm").glob(f"*-{version}-*")):
            if (home / "bin" / "java").exists():
                return home
    raise NoElasticsearch("Java 17 is missing (on Debian: apt install openjdk-17-jre-headless)")


class Node:
    """One server: it can be killed, stopped in its tracks, and started again on its data."""

    def __init__(self, place: Path, name: str = "one", *, heap: str = "512m") -> None:
        self.name = name
        self.port, self.transport = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._heap = heap
        self._place = place / name
        self._home = distribution()
        self._user = other_user("nobody")
        self._process: subprocess.Popen[bytes] | None = None
        shutil.copytree(self._home / "config", self._place / "config")
        for folder in ("data", "logs", "tmp"):
            (self._place / folder).mkdir()
        if self._user:
            for path in (place, self._place, *self._place.rglob("*")):
                shutil.chown(path, self._user)

    def start(self, *others: Node) -> None:
        """Start it, alone or as one of a cluster with `others`."""
        settings = {
            "node.name": self.name,
            "http.port": str(self.port),
            "transport.port": str(self.transport),
            "path.data": str(self._place / "data"),
            "path.logs": str(self._place / "logs"),
            "xpack.security.enabled": "false",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            **self._discovery(others),
        }
        environ = {
            "PATH": os.environ["PATH"],
            "ES_JAVA_HOME": str(_java()),
            "ES_JAVA_OPTS": f"-Xms{self._heap} -Xmx{self._heap}",
            "ES_PATH_CONF": str(self._place / "config"),
            "ES_TMPDIR": str(self._place / "tmp"),
        }
        with (self._place / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(self._home / "bin" / "elasticsearch"),
                    *(f"-E{name}={value}" for name, value in settings.items()),
                ],
                cwd=self._place,
                env=environ,
                user=self._user,
                extra_groups=[] if self._user else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # launcher and server get their signals together
                preexec_fn=end_with_parent(),  # noqa: PLW1509 - no threads here
            )

    def _discovery(self, others: tuple[Node, ...]) -> dict[str, str]:
        if not others:
            return {"discovery.type": "single-node"}
        nodes = (self, *others)
        return {
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{node.transport}" for node in nodes),
            "cluster.initial_master_nodes": ",".join(sorted(node.name for node in nodes)),
        }

    def wait(self, status: str = "yellow", within: float = START_WITHIN) -> None:
        """Wait until it answers and its cluster is in this state."""
        until = time.monotonic() + within
        address = f"{self.url}/_cluster/health?wait_for_status={status}&timeout=1s"
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
                    return
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.3)
        raise NoElasticsearch(f"it does not start: {(self._place / 'log').read_text()[-2000:]}")

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def hang(self) -> None:
        """Stop it in its tracks: it accepts connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on after `hang`."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, number)


@contextmanager
def private_elasticsearch(*, nodes: int = 1, heap: str = "512m") -> Iterator[list[Node]]:
    """The nodes of a cluster of our own, running. Raises `NoElasticsearch`."""
    with ExitStack() as ended:
        place = ended.enter_context(tempfile.TemporaryDirectory(prefix="gb-es-"))
        made = [Node(Path(place), f"node{number}", heap=heap) for number in range(nodes)]
        for node in made:
            ended.callback(node.kill)
            node.start(*(other for other in made if other is not node))
        for node in made:
            node.wait()
        yield made


def drop_indices(client: Elasticsearch, prefix: str) -> None:
    """Delete every index whose name begins so."""
    for name in client.indices.get(index=f"{prefix}-*", expand_wildcards="all"):
        client.indices.delete(index=name)


def empty(client: Elasticsearch, prefix: str) -> None:
    """Take everything out of the indices, marks of what is gone included."""
    found = client.search(index=f"{prefix}-*", size=10_000, source=False, version=True)
    operations: list[dict[str, Any]] = [
        {
            "delete": {
                "_index": hit["_index"],
                "_id": hit["_id"],
                "version": hit["_version"],
                "version_type": "external_gte",
            }
        }
        for hit in found["hits"]["hits"]
    ]
    if operations:
        client.bulk(operations=operations, refresh=True)
