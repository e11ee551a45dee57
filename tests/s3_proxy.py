"""A proxy on loopback before a real S3 server that spoils what passes, as a bad day would."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PIECE = 16 * 1024


class Fault(StrEnum):
    """What is wrong with the storage."""

    NONE = "none"
    BUSY = "busy"
    """Every request is told to slow down (503)."""
    FULL = "full"
    """What would store something is told that there is no room (507); reading works."""
    SLOW = "slow"
    """So many bytes a second, both ways."""
    HALF = "half"
    """The connection ends after half of a body that is read."""
    SHORT = "short"
    """Half of a body that is read is said to be all of it."""
    HALF_SENT = "half sent"
    """The connection ends after half of a body that is written came through."""
    UNANSWERED = "unanswered"
    """What changes something is done, and the connection ends without a word of it."""
    LESS = "less"
    """What is joined or copied is said to be done, and half of it is there."""


@dataclass(frozen=True)
class Asked:
    """One request.

    What is written: ``begin``, ``part``, ``join``, ``put``, ``copy``; ``delete``; what is read:
    ``look`` at one object, ``list``, ``read``.
    """

    what: str
    key: str

    @property
    def is_written(self) -> bool:
        """Whether the storage takes room for it."""
        return self.what in {"begin", "part", "join", "put", "copy"}

    @property
    def changes(self) -> bool:
        """Whether it makes the storage another."""
        return self.is_written or self.what == "delete"


@dataclass
class Proxy:
    """Passes requests on to `upstream`, a server's address, with a fault."""

    upstream: str
    fault: Fault = Fault.NONE
    bytes_a_second: float = 1024 * 1024
    cut_short: Callable[[str], None] | None = None
    """Makes the object of this key half of what it is, for `Fault.LESS`."""
    before: Callable[[Asked], None] | None = None
    after: Callable[[Asked], None] | None = None
    """Called before a request is passed on, and when it is done but not yet answered."""
    url: str = ""
    seen: list[Asked] = field(default_factory=list)

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        """What the client gets; None cuts the connection."""
        asked = _asked(method, path, headers)
        self.seen.append(asked)
        if self.before:
            self.before(asked)
        if self.fault is Fault.BUSY:
            return _refusal(503, "SlowDown")
        if self.fault is Fault.FULL and asked.is_written:
            return _refusal(507, "InsufficientStorage")
        if self.fault is Fault.HALF_SENT and asked.is_written and body:
            self._send(method, path, headers, body, share=0.5)
            return None
        if self.fault is Fault.SLOW:
            time.sleep(len(body) / self.bytes_a_second)
        return self._done(asked, self._send(method, path, headers, body))

    def _done(self, asked: Asked, given: Answer | None) -> Answer | None:
        if self.after:
            self.after(asked)
        if self.fault is Fault.LESS and asked.what in {"join", "copy"} and self.cut_short:
            self.cut_short(asked.key)
        return None if self.fault is Fault.UNANSWERED and asked.changes else given

    def _send(
        self, method: str, path: str, headers: dict[str, str], body: bytes, share: float = 1.0
    ) -> Answer | None:
        connection = http.client.HTTPConnection(urlsplit(self.upstream).netloc, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            connection.send(body[: int(len(body) * share)])
            if share < 1:
                return None
            given = connection.getresponse()
            return Answer(given.status, dict(given.getheaders()), given.read())
        except OSError:
            return None  # the server is away
        finally:
            connection.close()


@dataclass(frozen=True)
class Answer:
    """What a server says."""

    status: int
    headers: dict[str, str]
    body: bytes


def _refusal(status: int, code: str) -> Answer:
    told = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>"
    return Answer(status, {"Content-Type": "application/xml"}, told.encode())


def _asked(method: str, path: str, headers: dict[str, str]) -> Asked:
    parts = urlsplit(path)
    asked = parse_qs(parts.query, keep_blank_values=True)
    key = re.sub(r"^/[^/]+/?", "", parts.path)
    return Asked(_what(method, asked, {name.lower() for name in headers}), key)


def _what(method: str, asked: dict[str, list[str]], headers: set[str]) -> str:
    match method:
        case "POST":
            return "begin" if "uploads" in asked else "join"
        case "PUT" if "x-amz-copy-source" in headers:
            return "copy"
        case "PUT":
            return "part" if "partNumber" in asked else "put"
        case "DELETE":
            return "delete"
        case "HEAD":
            return "look"
        case _:
            return "list" if {"uploadId", "list-type"} & set(asked) else "read"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name != "Expect"}
        given = self.server.proxy.answer(self.command, self.path, headers, body)
        if given is None:
            self.close_connection = True
        else:
            self._say(given)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815

    def _say(self, given: Answer) -> None:
        fault = self.server.proxy.fault if given.status in {200, 206} else Fault.NONE
        body = given.body[: len(given.body) // 2] if fault is Fault.SHORT else given.body
        headers = {name.lower(): value for name, value in given.headers.items()}
        for ours in ("connection", "transfer-encoding"):
            headers.pop(ours, None)
        if self.command != "HEAD":  # there it is the length of what one would get
            headers["content-length"] = str(len(body))
        self.send_response(given.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._pour(body, fault)

    def _pour(self, body: bytes, fault: Fault) -> None:
        if fault is Fault.HALF and self.command == "GET":
            self.close_connection = True
            body = body[: len(body) // 2]
        for at in range(0, len(body), PIECE):
            self.wfile.write(body[at : at + PIECE])
            if fault is Fault.SLOW:
                time.sleep(PIECE / self.server.proxy.bytes_a_second)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, proxy: Proxy) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = proxy

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what these tests are about."""


@contextmanager
def spoiling_proxy(upstream: str) -> Iterator[Proxy]:
    """A proxy in front of `upstream`, running."""
    proxy = Proxy(upstream)
    server = _Server(proxy)
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
