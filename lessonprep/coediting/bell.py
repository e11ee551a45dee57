"""The doorbell: tells who holds a room that its log has gone on, or that rights have changed.

It carries a number and no text; who hears it reads the database. In one process it is a call; other
processes hear through Redis where there is one, and look for themselves every second or so anyway,
so a lost ring costs a moment and nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from functools import cache
from typing import Any, Protocol

from django.conf import settings

logger = logging.getLogger(__name__)

CHANNEL = "gongbei:rooms"


class Listener(Protocol):
    """Who holds rooms in this process."""

    def rung(self, room: int) -> None:
        """The log of a room has gone on, or its rights have changed; from any thread."""

    def flush(self, within: float) -> None:
        """Write down what was sent so far; from any thread but its own."""


_listeners: list[Listener] = []


def listen(listener: Listener) -> Callable[[], None]:
    """Hear of every ring; returns how to stop."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


def ring(room: int) -> None:
    """Tell everybody."""
    for listener in _listeners:
        listener.rung(room)
    tell_others([room])


def flush(within: float) -> None:
    """Have what was sent to this process so far written down."""
    for listener in _listeners:
        listener.flush(within)


def tell_others(rooms: list[int]) -> None:
    """Tell the other processes, where there is a Redis; they find out without it too."""
    client = redis_client()
    if client is None or not rooms:
        return
    from redis import RedisError

    try:
        client.publish(CHANNEL, ",".join(map(str, rooms)))
    except RedisError as error:
        logger.warning("Redis does not answer: %s", error)


@cache
def redis_client() -> Any:
    """The connection to Redis, None where none is named."""
    if not settings.GONGBEI_REDIS_URL:
        return None
    from redis import Redis

    return Redis.from_url(settings.GONGBEI_REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def tell_others_soon(pool: Executor, rooms: list[int]) -> None:
    """The same from an event loop, which waits for nothing."""
    if settings.GONGBEI_REDIS_URL and rooms:
        pool.submit(tell_others, rooms)


async def hear_others(rung: Callable[[int], None]) -> None:
    """Listen to the other processes for as long as it runs."""
    if not settings.GONGBEI_REDIS_URL:
        return
    from redis import RedisError
    from redis.asyncio import Redis

    while True:
        try:
            async with Redis.from_url(settings.GONGBEI_REDIS_URL) as client:
                await _hear(client, rung)
        except (RedisError, OSError) as error:
            logger.warning("Redis is away: %s", error)
        await asyncio.sleep(1)


async def _hear(client: Any, rung: Callable[[int], None]) -> None:
    async with client.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(CHANNEL)
        async for message in channel.listen():
            for room in message["data"].split(b","):
                if room.isdigit():
                    rung(int(room))
