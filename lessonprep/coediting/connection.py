"""The socket at `/ws/plans/<uuid>`: who knocks is looked at before anything of theirs is kept."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from lessonprep.coediting import hub as hubs
from lessonprep.coediting import protocol
from lessonprep.coediting.admission import NotAdmitted
from lessonprep.coediting.hub import Guest, Hub, Live, Wish
from lessonprep.coediting.lib0 import Malformed
from lessonprep.coediting.room import Participant

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

PATH = re.compile(r"^/ws/plans/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?$")
QUEUE = 4 << 20
"""Bytes that may wait for one who reads slowly."""
PATIENCE = 3.0
"""Seconds that a connection has to end when it was told to."""
RATE = 256 << 10
"""Bytes a second that one may send for long; nobody types so fast."""
BURST = 8 << 20


def _waits(_frame: bytes) -> bool:
    return False


class Line:
    """The way out of one connection: frames wait in order, and not too many of them."""

    __slots__ = ("_abort", "_end", "_frames", "_send", "_size", "_wake", "_write")

    def __init__(self, send: Send, extensions: Mapping[str, Any]) -> None:
        self._send = send
        # What `portal.sockets` offers beyond ASGI; without it all goes through `pump`.
        self._write: Callable[[bytes], bool] = extensions.get("gongbei.write", _waits)
        self._abort: Callable[[], None] | None = extensions.get("gongbei.abort")
        self._frames: deque[bytes] = deque()
        self._size = 0
        self._wake = asyncio.Event()
        self._end: tuple[int, str] | None = None

    def send(self, frame: bytes) -> None:
        if self._end is not None or (not self._frames and self._write(frame)):
            return
        self._frames.append(frame)
        self._size += len(frame)
        if self._size > QUEUE and len(self._frames) > 1:
            self._frames.clear()
            self.close(4408, "slow")
        self._wake.set()

    def close(self, code: int, reason: str) -> None:
        if self._end is None:
            self._end = (code, reason)
            self._wake.set()
            # Closing waits until the other has read what is before; who does not read is dropped.
            if self._abort:
                asyncio.get_running_loop().call_later(PATIENCE, self._abort)

    @property
    def ends(self) -> bool:
        """Whether it was told to."""
        return self._end is not None

    async def pump(self) -> None:
        """Send what waits until told to end."""
        while True:
            while self._frames:
                frame = self._frames.popleft()
                self._size -= len(frame)
                await self._send({"type": "websocket.send", "bytes": frame})
            if self._end is not None:
                code, reason = self._end
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
                return
            self._wake.clear()
            await self._wake.wait()


async def socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one connection, from its knock to its end."""
    await receive()
    path = PATH.match(scope["path"])
    if path is None or not has_own_origin(scope):
        await send({"type": "websocket.close"})
        return
    speaks = protocol.SUBPROTOCOL in scope["subprotocols"]
    line = Line(send, scope.get("extensions", {}))
    hub = hubs.hub()
    try:
        live, guest = await hub.admit(
            UUID(path[1]), _header(scope, b"cookie"), line, speaks=speaks, wish=_wish(scope)
        )
    except NotAdmitted as refusal:
        await _turn_away(send, speaks, refusal)
        return
    try:
        await send(_accept(speaks))
        await _talk(hub, live, guest, line, receive)
    finally:
        hub.leave(live, guest)


def _accept(speaks: bool) -> dict[str, Any]:
    return {"type": "websocket.accept", "subprotocol": protocol.SUBPROTOCOL if speaks else None}


async def _turn_away(send: Send, speaks: bool, refusal: NotAdmitted) -> None:
    """Ours is told why; another gets 403, the same for what is not there and what is not theirs."""
    if speaks:
        await send(_accept(speaks))
        notice = protocol.notice("out", reason=refusal.reason)
        await send({"type": "websocket.send", "bytes": notice})
        await send({"type": "websocket.close", "code": refusal.code, "reason": refusal.reason})
    else:
        await send({"type": "websocket.close"})


async def _talk(hub: Hub, live: Live, guest: Guest, line: Line, receive: Receive) -> None:
    one = guest.participant
    one.notice(
        "welcome",
        epoch=live.epoch,
        schema=live.schema,
        seq=live.room.seq,
        write=one.writes,
        reason=one.why,
        user=one.told,
    )
    live.room.join(one)
    out = asyncio.ensure_future(line.pump())
    heard = asyncio.ensure_future(_listen(live, one, line, receive))
    try:
        await asyncio.wait({out, heard}, return_when=asyncio.FIRST_COMPLETED)
        if heard.done() and line.ends and not out.done():
            await asyncio.wait({out}, timeout=PATIENCE)
    finally:
        for task in (out, heard):
            task.cancel()
        await asyncio.gather(out, heard, return_exceptions=True)


async def _listen(live: Live, one: Participant, line: Line, receive: Receive) -> None:
    """Hand on what comes, no faster than anybody works."""
    allowance, since = float(BURST), time.monotonic()
    while not line.ends:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        frame = message.get("bytes")
        if frame is None or len(frame) > protocol.FRAME_LIMIT:
            line.close(4400 if frame is None else 4413, "malformed")
            return
        try:
            if not live.dead:
                live.room.receive(one, frame, time.monotonic())
        except Malformed:
            line.close(4400, "malformed")
            return
        now = time.monotonic()
        allowance = min(BURST, allowance + (now - since) * RATE) - len(frame)
        since = now
        if allowance < 0:
            await asyncio.sleep(-allowance / RATE)


def _header(scope: Scope, name: bytes) -> str:
    """A header that comes once; a cookie may come in parts."""
    found = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return "; ".join(found) if name == b"cookie" or len(found) < 2 else ""


def _wish(scope: Scope) -> Wish:
    asked = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=20)
    return Wish(asked.get("epoch", [""])[0], asked.get("schema", [""])[0])


def has_own_origin(scope: Scope) -> bool:
    """Whether it comes from a page of this very site; where nothing is said it does not."""
    origin, host = _header(scope, b"origin"), _header(scope, b"host")
    name, _port = split_domain_port(host)
    if not origin or not validate_host(name, settings.ALLOWED_HOSTS):
        return False
    return origin == f"{_scheme(scope)}://{host}" or origin in settings.CSRF_TRUSTED_ORIGINS


def _scheme(scope: Scope) -> str:
    header = getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
    if header is not None:
        name = header[0].removeprefix("HTTP_").replace("_", "-").lower().encode()
        return "https" if _header(scope, name) == header[1] else "http"
    return "https" if scope["scheme"] == "wss" else "http"


async def lifespan(receive: Receive, send: Send) -> None:
    """Start with nothing, end with all written."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            await hubs.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
