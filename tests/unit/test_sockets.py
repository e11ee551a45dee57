"""The layer below the rooms: messages, fragments, limits, refusals, silence; on a real port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode

from portal.sockets import AHEAD, Socket
from tests.integration.rooms import run

Application = Callable[[Any, Any, Any], Awaitable[None]]
LIMIT = 1024 * 1024


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Says what it hears, until it hears "end"."""
    await receive()
    await send({"type": "websocket.accept", "subprotocol": (scope["subprotocols"] or [None])[0]})
    while (message := await receive())["type"] == "websocket.receive":
        if message.get("bytes") == b"end":
            await send({"type": "websocket.close", "code": 4401, "reason": "再见"})
            return
        await send({**message, "type": "websocket.send"})


@asynccontextmanager
async def served(application: Application, **more: Any) -> AsyncIterator[tuple[str, Any]]:
    """Its address, and uvicorn."""
    config = uvicorn.Config(
        application,
        port=0,
        log_level="critical",
        lifespan="off",
        ws="portal.sockets:Socket",
        ws_max_size=LIMIT,
        timeout_graceful_shutdown=5,
        **more,
    )
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"ws://{host}:{port}/room?x=1", server
    finally:
        server.should_exit = True
        await serving


def with_echo(talk: Callable[[ClientConnection], Awaitable[None]], **more: Any) -> None:
    """Talk to the echo."""

    async def talking() -> None:
        async with served(echo) as (url, _), connect(url, max_size=None, **more) as line:
            await talk(line)

    run(talking())


def test_messages_come_and_go_with_the_protocol_that_was_offered() -> None:
    async def talk(line: ClientConnection) -> None:
        for message in (b"\x00" * 70_000, "春天", b"", b"x" * LIMIT):
            await line.send(message)
            assert await line.recv() == message
        assert line.subprotocol == "gongbei.v1"

    with_echo(talk, subprotocols=["gongbei.v1"])


def test_a_message_in_pieces_comes_whole() -> None:
    async def talk(line: ClientConnection) -> None:
        await line.send([b"a", b"b", b"c"])
        assert await line.recv() == b"abc"
        await line.send(["春", "天"])
        assert await line.recv() == "春天"

    with_echo(talk)


def test_an_end_has_its_code_and_reason() -> None:
    async def talk(line: ClientConnection) -> None:
        await line.send(b"end")
        with pytest.raises(ConnectionClosed) as ended:
            await line.recv()
        assert ended.value.rcvd is not None
        assert (ended.value.rcvd.code, ended.value.rcvd.reason) == (4401, "再见")

    with_echo(talk)


def _frame(opcode: Opcode, data: bytes, *, fin: bool = True, compressed: bool = False) -> bytes:
    first, *rest = Frame(opcode, data, fin=fin).serialize(mask=True)
    return bytes([first | 0x40 * compressed, *rest])


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(_frame(Opcode.BINARY, b"x" * (LIMIT + 1)), id="large"),
        pytest.param(
            _frame(Opcode.BINARY, b"x" * LIMIT, fin=False) + _frame(Opcode.CONT, b"y"),
            id="large in pieces",
        ),
        pytest.param(_frame(Opcode.BINARY, b"x", compressed=True), id="compressed"),
        pytest.param(_frame(Opcode.CONT, b"x"), id="the rest of nothing"),
        pytest.param(
            _frame(Opcode.BINARY, b"x", fin=False) + _frame(Opcode.BINARY, b"y"), id="two at once"
        ),
        pytest.param(bytes(Frame(Opcode.BINARY, b"x").serialize(mask=False)), id="unmasked"),
    ],
)
def test_what_is_against_the_rules_ends_the_line(sent: bytes) -> None:
    async def talk(line: ClientConnection) -> None:
        line.transport.write(sent)
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(line.recv(), 10)

    with_echo(talk)


def test_a_message_in_very_many_pieces_holds_nobody_up() -> None:
    async def talk(line: ClientConnection) -> None:
        first = _frame(Opcode.BINARY, b"x", fin=False)
        line.transport.write(first + _frame(Opcode.CONT, b"", fin=False) * 50_000)
        line.transport.write(_frame(Opcode.CONT, b"y", fin=False) * 50_000)
        line.transport.write(_frame(Opcode.CONT, b"z"))
        assert await asyncio.wait_for(line.recv(), 20) == b"x" + b"y" * 50_000 + b"z"

    with_echo(talk)


def test_a_request_that_is_none_leaves_nobody_behind() -> None:
    ends: list[str] = []

    async def welcome(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        ends.append((await receive())["type"])

    async def talking() -> None:
        async with served(welcome) as (url, server):
            host, port = url.removeprefix("ws://").split("/")[0].split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(
                b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            )
            assert (await asyncio.wait_for(reader.readline(), 10)).startswith(b"HTTP/1.1 400")
            writer.close()
            await asyncio.sleep(0.2)
            assert ends == ["websocket.disconnect"]
            assert not server.server_state.connections

    run(talking())


def test_who_is_refused_gets_403_and_an_error_500() -> None:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.close"})

    async def fail(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError

    async def status(application: Application) -> int:
        async with served(application) as (url, _):
            with pytest.raises(InvalidStatus) as refused:
                await connect(url)
            return refused.value.response.status_code

    async def talking() -> None:
        assert await status(refuse) == 403
        assert await status(fail) == 500

    run(talking())


@pytest.mark.parametrize(
    "message", [b"x" * 256 * 1024, "x" * 256 * 1024, b""], ids=["bytes", "text", "nothing"]
)
def test_what_an_application_does_not_take_is_not_read(message: bytes | str) -> None:
    held: list[Socket] = []

    async def busy(scope: Any, receive: Any, send: Any) -> None:
        held.append(receive.__self__)
        await receive()
        await send({"type": "websocket.accept"})
        await asyncio.sleep(1)
        while (await receive())["type"] == "websocket.receive":
            pass

    async def talking() -> None:
        async with served(busy) as (url, _), connect(url, compression=None) as line:
            sending = asyncio.ensure_future(_sent(line, 64 if message else 20_000, message))
            await asyncio.sleep(0.5)
            assert not sending.done() or not message  # empty frames fit into the machine's own room
            assert AHEAD < held[0].waiting <= AHEAD + 2 * LIMIT
            await asyncio.wait_for(sending, 30)
            async with asyncio.timeout(10):  # all of it is taken in the end
                while held[0].waiting:
                    await asyncio.sleep(0.05)

    run(talking())


async def _sent(line: ClientConnection, times: int, message: bytes | str) -> None:
    for _ in range(times):
        await line.send(message)


def test_one_that_answers_no_ping_is_dropped() -> None:
    async def talking() -> None:
        silence = {"ws_ping_interval": 0.2, "ws_ping_timeout": 0.2}
        async with served(echo, **silence) as (url, server), connect(url) as line:
            await line.send(b"x")
            await line.recv()
            assert len(server.server_state.connections) == 1
            line.transport.pause_reading()  # a telephone that went into a tunnel
            for _ in range(50):
                if not server.server_state.connections:
                    break
                await asyncio.sleep(0.1)
            assert not server.server_state.connections
            line.transport.abort()

    run(talking())


def test_a_server_that_ends_says_so() -> None:
    async def talking() -> None:
        async with served(echo) as (url, server):
            line = await connect(url)
            await line.send(b"x")
            await line.recv()
            server.should_exit = True
            with pytest.raises(ConnectionClosed) as ended:
                await asyncio.wait_for(line.recv(), 10)
            assert ended.value.rcvd is not None
            assert ended.value.rcvd.code == 1012

    run(talking())
