"""Asking a virus scanner (病毒扫描): clamd, where the environment names one."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from media.inspection import Infected

SECONDS = 60
_FOUND = re.compile(r"stream: (.+) FOUND")

Feed = Callable[[bytes], None]


class ScannerDown(OSError):
    """The scanner gives no verdict just now; the file waits for one."""


@contextmanager
def scanned(name: str) -> Iterator[Feed]:
    """Gives what takes the content piece by piece; leaving it raises `Infected` for a virus.

    Of a file larger than the scanner takes at once (`GONGBEI_CLAMD_LIMIT`), its beginning is
    scanned. Without a scanner nothing is.
    """
    if not settings.GONGBEI_CLAMD:
        yield lambda piece: None
        return
    try:
        with _connection(settings.GONGBEI_CLAMD) as clamd:
            clamd.sendall(b"zINSTREAM\0")
            yield _Feed(clamd, settings.GONGBEI_CLAMD_LIMIT)
            clamd.sendall(struct.pack(">I", 0))
            verdict = _answer(clamd)
    except (OSError, ValueError) as error:
        if isinstance(error, (FileNotFoundError, Infected)):
            raise
        raise ScannerDown(str(error)) from error
    if found := _FOUND.fullmatch(verdict):
        raise Infected(name, found=found.group(1))
    if verdict != "stream: OK":
        raise ScannerDown(verdict)


class _Feed:
    def __init__(self, clamd: socket.socket, limit: int) -> None:
        self._clamd, self._left = clamd, limit

    def __call__(self, piece: bytes) -> None:
        sent = piece[: self._left]
        if sent:
            self._clamd.sendall(struct.pack(">I", len(sent)) + sent)
            self._left -= len(sent)


def _connection(address: str) -> socket.socket:
    if address.startswith("unix:"):
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(SECONDS)
        clamd.connect(address.removeprefix("unix:"))
        return clamd
    host, __, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _answer(clamd: Any) -> str:
    said = b""
    while not said.endswith(b"\0"):
        piece = clamd.recv(4096)
        if not piece:
            raise ScannerDown("no verdict")
        said += piece
    return said.rstrip(b"\0").decode(errors="replace").strip()
