"""A proxy on loopback that spoils what goes to Elasticsearch, as a bad day would."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_HEADERS = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}
SLOWLY = 0.6
"""Seconds."""
_BUSY = {"error": {"type": "es_rejected_execution_exception"}, "status": 429}


class Proxy:
    """Passes requests on to `upstream`, as `mode` says."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or "", parts.port or 0)
        self.mode = "pass"
        """``pass``, ``busy`` (429), ``half`` (every second of a bulk gets a 429),
        ``twice`` (each bulk is sent twice), ``late`` (bulks are kept for `deliver`, and said
        to be done), ``cut`` (the connection ends without an answer after the work is done),
        ``slow`` (every answer takes `SLOWLY`)."""
        self.kept: list[tuple[str, bytes]] = []
        self.url = ""
        self.asked = 0

    def send(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Ask the server itself."""
        connection = http.client.HTTPConnection(*self.upstream, timeout=60)
        try:
            kind = "application/vnd.elasticsearch+" + ("x-ndjson" if "_bulk" in path else "json")
            headers = {"Content-Type": f"{kind}; compatible-with=8"} if body else {}
            headers["Accept"] = "application/vnd.elasticsearch+json; compatible-with=8"
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def deliver(self) -> None:
        """Send what was kept, the last first."""
        for path, body in reversed(self.kept):
            self.send("PUT", path, body)
        self.kept.clear()

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes] | None:
        """What the client gets; None cuts the connection."""
        self.asked += 1
        is_bulk = "_bulk" in path
        if self.mode == "busy":
            return 429, json.dumps(_BUSY).encode()
        if self.mode == "half" and is_bulk:
            return self._half(method, path, body)
        if self.mode == "late" and is_bulk:
            self.kept.append((path, body))
            return 200, json.dumps(_said_done(body)).encode()
        if self.mode == "slow":
            time.sleep(SLOWLY)
        answered = self.send(method, path, body)
        if self.mode == "twice" and is_bulk:
            answered = self.send(method, path, body)
        return None if self.mode == "cut" and is_bulk else answered

    def _half(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        lines = body.splitlines()
        pairs = [lines[at : at + 2] for at in range(0, len(lines), 2)]
        taken = [line for pair in pairs[::2] for line in pair]
        status, answered = self.send(method, path, b"\n".join(taken) + b"\n")
        items = iter(json.loads(answered)["items"])
        merged = [
            next(items) if number % 2 == 0 else _refused(pair[0])
            for number, pair in enumerate(pairs)
        ]
        return status, json.dumps({"took": 1, "errors": True, "items": merged}).encode()


def _refused(line: bytes) -> dict[str, Any]:
    asked = json.loads(line)["index"]
    return {"index": {"_id": asked["_id"], "_index": asked["_index"], **_BUSY}}


def _said_done(body: bytes) -> dict[str, Any]:
    asked = [json.loads(line)["index"] for line in body.splitlines()[::2]]
    items = [{"index": {"_id": one["_id"], "status": 200}} for one in asked]
    return {"took": 1, "errors": False, "items": items}


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answered = proxy.answer(self.command, self.path, body)
            if answered is None:
                self.close_connection = True
                return
            status, content = answered
            self.send_response(status)
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Handler


@contextmanager
def spoiling_proxy(upstream: str) -> Iterator[Proxy]:
    """A proxy in front of `upstream`, running."""
    proxy = Proxy(upstream)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(proxy))
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
