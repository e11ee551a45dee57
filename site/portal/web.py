"""The web process: pages and sockets by uvicorn, the sockets through picows (`portal.sockets`).

python -m portal.web --host 127.0.0.1 --port 8000
"""

from __future__ import annotations

import argparse
import gc

import uvicorn

from portal.asgi import application

FRAME = 1024 * 1024
"""Bytes of the largest message that a socket takes."""
GRACE = 10
"""Seconds for a browser that hangs on when the server ends."""


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="portal.web", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    asked = parser.parse_args()
    # The program itself, some hundred thousand objects, is not looked through for garbage again
    # and again: on a small machine each look held everybody up for a third of a second.
    gc.collect()
    gc.freeze()
    uvicorn.run(
        application,
        host=asked.host,
        port=asked.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=GRACE,
        ws="portal.sockets:Socket",
        ws_max_size=FRAME,
        # Small frames gain nothing from compression, and a compressed bomb has nowhere to go off.
        ws_per_message_deflate=False,
    )


if __name__ == "__main__":
    main()
