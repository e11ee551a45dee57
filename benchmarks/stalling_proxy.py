"""A bad line between browser and server: a TCP proxy that stalls a share of the chunks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from threading import Thread

CHUNK = 1400
"""Bytes read at once: about what one packet carries."""


class StallingProxy:
    """Passes bytes on both ways; one chunk in twenty waits for a second."""

    def __init__(self, port: int, *, share: float = 0.05, stall: float = 1.0) -> None:
        self.upstream = port
        self.share, self.stall = share, stall
        self.chunks = self.stalled = 0
        self._random = Random(3)  # the same line in every run

    async def listen(self) -> int:
        """Begin to listen; the port."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def end(self) -> None:
        """Drop every connection."""
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        with suppress(ConnectionError, asyncio.CancelledError):  # the end of the run
            await asyncio.gather(self._pass(reader, up_writer), self._pass(up_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(CHUNK):
                self.chunks += 1
                if self._random.random() < self.share:
                    self.stalled += 1
                    await asyncio.sleep(self.stall)
                writer.write(chunk)
                await writer.drain()
        finally:
            writer.close()


@contextmanager
def stalling(port: int) -> Iterator[tuple[str, StallingProxy]]:
    """The address of a stalling line to a port of this machine, and the proxy with its counts."""
    proxy = StallingProxy(port)
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listening = asyncio.run_coroutine_threadsafe(proxy.listen(), loop).result(10)
    try:
        yield f"http://127.0.0.1:{listening}", proxy
    finally:
        asyncio.run_coroutine_threadsafe(proxy.end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
