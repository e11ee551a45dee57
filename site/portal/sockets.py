"""WebSockets under uvicorn through picows, a compiled layer: the same ASGI on the same port.

uvicorn reads the request of a page and of a socket alike; a socket's is handed to `Socket`, which
asks the application, and picows takes the line over when the application lets it in.
"""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from picows import (
    WSAutoPingStrategy,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
)
from picows.api import WSProtocol  # type: ignore[attr-defined] # what its own servers use
from uvicorn.config import Config
from uvicorn.protocols.utils import ClientDisconnected, get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState

logger = logging.getLogger(__name__)

EACH = 256
"""Bytes that a message costs, however short."""
AHEAD = 256 * 1024
"""Bytes that wait for the application before nothing more is read."""
HEAD = 64 * 1024
"""Bytes of a request, and of what comes before it was answered."""
READ_AT_ONCE = 4096
"""Bytes, for each line; it grows while a larger frame comes."""
FAREWELL = 10.0
"""Seconds that the other side has to end a line that was closed."""
DONE, AGAINST_THE_RULES, BROKEN, TOO_LARGE, ERROR, RESTARTS = 1000, 1002, 1006, 1009, 1011, 1012

Message = dict[str, Any]


class Socket(asyncio.Protocol):
    """One line, from the request of a socket to its end."""

    def __init__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any], **_: Any
    ) -> None:
        self.config = config
        self.app_state = app_state
        self.connections = server_state.connections
        self.tasks = server_state.tasks
        self.transport: Any = None
        self.line: WSTransport | None = None
        self.writable = asyncio.Event()
        self.writable.set()
        self._request = bytearray()
        self._asked = False
        self._ended = False
        self._messages: asyncio.Queue[Message] = asyncio.Queue()
        self.waiting = 0

    # What asyncio and uvicorn call.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.connections.add(self)  # type: ignore[arg-type] # one of uvicorn's protocols

    def data_received(self, data: bytes) -> None:
        self._request += data
        if len(self._request) > HEAD:
            self.transport.abort()
        elif not self._asked and b"\r\n\r\n" in self._request:
            self._asked = True
            task = asyncio.get_running_loop().create_task(self._serve())
            task.add_done_callback(self.tasks.discard)
            self.tasks.add(task)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost(BROKEN)

    def shutdown(self) -> None:
        """The server ends."""
        self._end(RESTARTS)
        if self.line is None:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self._close(self.line, RESTARTS)
            self.line.disconnect()

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()

    # What picows tells.

    def heard(self, message: Message) -> None:
        """Keep a message for the application; too much of it stops the reading."""
        self._messages.put_nowait(message)
        self.waiting += _weight(message)
        if self.waiting > AHEAD:
            self.transport.pause_reading()

    def lost(self, code: int) -> None:
        """The line is gone."""
        self._end(code)
        self.connections.discard(self)
        self.writable.set()

    def _end(self, code: int) -> None:
        if not self._ended:
            self._ended = True
            self._messages.put_nowait({"type": "websocket.disconnect", "code": code})

    # What the application calls.

    def write(self, frame: bytes) -> bool:
        """Send a frame at once; False where it has to wait. An extension of ASGI: no task wakes."""
        line = self.line
        if line is None or self._ended or line.is_close_frame_sent or not self.writable.is_set():
            return False
        line.send(WSMsgType.BINARY, frame)
        return True

    async def _serve(self) -> None:
        try:
            scope = _scope(bytes(self._request), self)
            self._messages.put_nowait({"type": "websocket.connect"})
            await self.config.loaded_app(scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except Exception:
            logger.exception("A socket ended with an error.")
            self._fail()
        if self.line is None:
            self.transport.close()
        else:
            self._close(self.line, DONE)

    def _fail(self) -> None:
        if self.line is None:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            self._close(self.line, ERROR)

    def _close(self, line: WSTransport, code: int, reason: str = "") -> None:
        """Say the end, once, and wait a while for the other to say it too."""
        if not line.is_close_frame_sent:
            line.send_close(code, reason.encode())  # type: ignore[arg-type] # any number is one
            asyncio.get_running_loop().call_later(FAREWELL, self.transport.abort)

    async def receive(self) -> Message:
        """The next thing that has happened."""
        message = await self._messages.get()
        before, self.waiting = self.waiting, self.waiting - _weight(message)
        if before > AHEAD >= self.waiting and not self._ended:
            self.transport.resume_reading()
        return message

    async def send(self, message: Message) -> None:
        """Answer the request, send a frame, or close."""
        if self._ended:
            raise ClientDisconnected
        match message["type"]:
            case "websocket.accept":
                self._accept(message.get("subprotocol"))
            case "websocket.send" if self.line is not None:
                self._write(self.line, message)
                if not self.writable.is_set():
                    await self.writable.wait()
            case "websocket.close" if self.line is not None:
                self._close(self.line, message.get("code", DONE), message.get("reason") or "")
            case "websocket.close":
                self._refuse(HTTPStatus.FORBIDDEN)

    def _write(self, line: WSTransport, message: Message) -> None:
        if (told := message.get("bytes")) is not None:
            line.send(WSMsgType.BINARY, told)
        else:
            line.send(WSMsgType.TEXT, message["text"].encode())

    def _accept(self, subprotocol: str | None) -> None:
        """Hand the line over to picows, which reads the request again and answers it."""
        more = [("Sec-WebSocket-Protocol", subprotocol)] if subprotocol else []
        answer = WSUpgradeResponse.create_101_response(more)
        listener = _Listener(self, self.config.ws_max_size)

        def answered(_: WSUpgradeRequest) -> WSUpgradeResponseWithListener:
            return WSUpgradeResponseWithListener(answer, listener)

        quiet, patience = self.config.ws_ping_interval, self.config.ws_ping_timeout
        protocol = WSProtocol(
            None,  # host and port, path: of a client
            None,
            False,
            answered,
            logger,
            True,
            None,
            bool(quiet),
            quiet or 0,
            patience or 0,
            WSAutoPingStrategy.PING_WHEN_IDLE,
            True,
            self.config.ws_max_size,
            None,
            READ_AT_ONCE,
        )
        protocol.connection_made(self.transport)
        self.transport.set_protocol(protocol)
        _feed(protocol, self._request)
        self._request.clear()
        if self.line is None:  # the request was no proper one, and is answered so
            self.lost(BROKEN)

    def _refuse(self, status: HTTPStatus) -> None:
        if not self.transport.is_closing():
            head = f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\n"
            self.transport.write(f"{head}Content-Length: 0\r\n\r\n".encode())
            self.transport.close()


class _Listener(WSListener):
    """Puts messages together from their frames, and keeps to the rules of WebSockets."""

    def __init__(self, socket: Socket, most: int) -> None:
        self._socket = socket
        self._most = most
        self._kind: WSMsgType | None = None
        """Of a message whose rest is still to come."""
        self._begun = bytearray()
        self._code = BROKEN

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._socket.line = transport

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._socket.lost(self._code)

    def pause_writing(self) -> None:
        self._socket.pause_writing()

    def resume_writing(self) -> None:
        self._socket.resume_writing()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if kind == WSMsgType.CLOSE:
            self._code = int(frame.get_close_code()) or DONE  # type: ignore[call-overload]
            if not transport.is_close_frame_sent:
                transport.send_close(self._code)  # type: ignore[arg-type]
            transport.disconnect()
        elif transport.is_close_frame_sent or kind in {WSMsgType.PING, WSMsgType.PONG}:
            return  # what comes after our close is left out; picows answers a ping itself
        elif frame.rsv1 or frame.rsv2 or frame.rsv3:  # nothing was agreed on
            self._break_off(transport, AGAINST_THE_RULES)
        elif frame.fin and kind == WSMsgType.BINARY and self._kind is None:
            self._socket.heard({"type": "websocket.receive", "bytes": frame.get_payload_as_bytes()})
        else:
            self._part(transport, kind, frame)

    def _part(self, transport: WSTransport, kind: WSMsgType, frame: WSFrame) -> None:
        if (kind == WSMsgType.CONTINUATION) is (self._kind is None):
            self._break_off(transport, AGAINST_THE_RULES)
            return
        self._kind = self._kind or kind
        self._begun += frame.get_payload_as_bytes()
        if len(self._begun) > self._most:
            self._break_off(transport, TOO_LARGE)
        elif frame.fin:
            self._socket.heard(_message(self._kind, bytes(self._begun)))
            self._kind, self._begun = None, bytearray()

    def _break_off(self, transport: WSTransport, code: int) -> None:
        self._code = code
        transport.send_close(code)  # type: ignore[arg-type]
        transport.disconnect()


def _message(kind: WSMsgType, whole: bytes) -> Message:
    if kind == WSMsgType.BINARY:
        return {"type": "websocket.receive", "bytes": whole}
    return {"type": "websocket.receive", "text": whole.decode("utf-8", "replace")}


def _weight(message: Message) -> int:
    """What it costs to keep a message of the other side."""
    if message["type"] != "websocket.receive":
        return 0
    return EACH + len(message.get("bytes") or message.get("text") or "")


def _feed(protocol: Any, data: bytes | bytearray) -> None:
    """Give a protocol what was read before it was there."""
    left = memoryview(data)
    while left:
        room = protocol.get_buffer(-1)
        size = min(len(room), len(left))
        room[:size] = left[:size]
        protocol.buffer_updated(size)
        left = left[size:]


def _scope(request: bytes, socket: Socket) -> Message:
    """What ASGI says of a socket; uvicorn has read the request before, and written it anew."""
    first, *lines = request.partition(b"\r\n\r\n")[0].split(b"\r\n")
    path, _, query = first.split(b" ")[1].partition(b"?")
    pairs = (line.partition(b":") for line in lines)
    headers = [(name.strip().lower(), value.strip()) for name, _, value in pairs]
    offered = [value for name, value in headers if name == b"sec-websocket-protocol"]
    root = socket.config.root_path
    return {
        "type": "websocket",
        "asgi": {"version": socket.config.asgi_version, "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "wss" if is_ssl(socket.transport) else "ws",
        "server": get_local_addr(socket.transport),
        "client": get_remote_addr(socket.transport),
        "root_path": root,
        "path": root + unquote(path.decode("ascii")),
        "raw_path": root.encode("ascii") + path,
        "query_string": query,
        "headers": headers,
        "subprotocols": [name.strip() for each in offered for name in each.decode().split(",")],
        "state": socket.app_state.copy(),
        "extensions": {"gongbei.write": socket.write, "gongbei.abort": socket.transport.abort},
    }
