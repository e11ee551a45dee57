"""Reading and writing the encoding of Yjs: numbers of 7 bits a byte, lengths before bytes."""

from __future__ import annotations

import struct
from collections.abc import Iterable


class Malformed(ValueError):
    """The bytes are not what they should be."""


class Reader:
    """Reads bytes from the front; raises `Malformed` where they end too early."""

    __slots__ = ("_data", "_end", "at")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._end = len(data)
        self.at = 0

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return self._end - self.at

    def byte(self) -> int:
        if self.at >= self._end:
            raise Malformed
        value = self._data[self.at]
        self.at += 1
        return value

    def uint(self) -> int:
        """A number; those above 2⁵³ are none of Yjs."""
        data, at, end = self._data, self.at, self._end
        if at < end and (value := data[at]) < 0x80:
            self.at = at + 1
            return value
        value = shift = 0
        while at < end and shift < 56:
            part = data[at]
            at += 1
            value |= (part & 0x7F) << shift
            if part < 0x80:
                self.at = at
                return value
            shift += 7
        raise Malformed

    def skip_int(self) -> None:
        """A signed number that nobody asks for."""
        while self.byte() >= 0x80:
            pass

    def sized(self) -> bytes:
        """Bytes with their length before them."""
        return self.take(self.uint())

    def take(self, size: int) -> bytes:
        """So many bytes."""
        at = self.at
        if size > self._end - at:
            raise Malformed
        self.at = at + size
        return self._data[at : at + size]

    def text(self) -> str:
        try:
            return self.sized().decode()
        except UnicodeDecodeError as error:
            raise Malformed from error

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(self._end - self.at)

    def skip_any(self, depth: int = 0) -> None:
        """A value of any kind that nobody asks for."""
        if depth > 32:
            raise Malformed
        kind = self.byte()
        if kind in {117, 118}:
            for _ in range(self.uint()):
                if kind == 118:
                    self.sized()
                self.skip_any(depth + 1)
        elif kind in {119, 116}:
            self.sized()
        elif kind == 125:
            self.skip_int()
        elif (size := _SIZES.get(kind)) is not None:
            self.take(size)
        else:
            raise Malformed


_SIZES = {127: 0, 126: 0, 121: 0, 120: 0, 124: 4, 123: 8, 122: 8}


def uint(value: int) -> bytes:
    """A number, written."""
    if value < 0x80:
        return _SMALL[value]
    written = bytearray()
    while value >= 0x80:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


_SMALL = [struct.pack("B", value) for value in range(0x80)]


def sized(data: bytes) -> bytes:
    """Bytes with their length before them."""
    return uint(len(data)) + data


def text(value: str) -> bytes:
    """A text with its length before it."""
    return sized(value.encode())


def join(parts: Iterable[bytes]) -> bytes:
    """Many byte strings as one, each with its length before it."""
    return b"".join(map(sized, parts))


def split(data: bytes) -> list[bytes]:
    """What `join` has joined."""
    reader, parts = Reader(data), []
    while reader.left:
        parts.append(reader.sized())
    return parts
