"""A line between browser and server that can be cut and mended, as wide as a test wants it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PIECE = 64 * 1024


class Line:
    """Passes connections on to a port of this machine until it is cut."""

    def __init__(self, port: int, *, bytes_a_second: float) -> None:
        self.upstream = port
        self.passed = 0
        """Bytes that went from the browser to the server."""
        self.is_cut = False
        self._pause = PIECE / bytes_a_second
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and every new one at once."""
        self.is_cut = True
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._ends.clear()

    def mend(self) -> None:
        """Let connections through again."""
        self.is_cut = False

    def close(self) -> None:
        """End it."""
        self.cut()
        self._listener.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, __ = self._listener.accept()
                if self.is_cut:
                    near.close()
                    continue
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self.upstream), timeout=5)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        self._ends += [near, far]
        threading.Thread(target=self._pass, args=(far, near, False), daemon=True).start()
        self._pass(near, far, True)

    def _pass(self, source: socket.socket, target: socket.socket, is_up: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                target.sendall(piece)
                if is_up:
                    self.passed += len(piece)
                    if len(piece) > 4096:
                        time.sleep(self._pause)
        for end in (source, target):
            with suppress(OSError):
                end.close()


@contextmanager
def line_to(port: int, *, bytes_a_second: float) -> Iterator[Line]:
    """A line to a port, closed at the end."""
    line = Line(port, bytes_a_second=bytes_a_second)
    try:
        yield line
    finally:
        line.close()
