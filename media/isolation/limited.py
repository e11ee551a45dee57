"""Runs a program: ``python -m media.isolation.limited MEMORY SECONDS OUTPUT PROGRAM …``.

Memory and output in bytes. The program has no network where the system allows to take it away.
"""

from __future__ import annotations

import os
import sys

from media.isolation.limits import leave_network, limit_this_process


def main() -> None:
    """Become the program of the arguments."""
    memory, cpu_seconds, output = map(int, sys.argv[1:4])
    leave_network()
    limit_this_process(memory=memory, cpu_seconds=cpu_seconds, output=output)
    os.nice(5)  # pages are for people, previews may wait
    os.execv(sys.argv[4], sys.argv[4:])  # noqa: S606 - the program that the caller has found


if __name__ == "__main__":
    main()
