"""Runs another program under limits: ``python -m resources.library.word.limited PROGRAM …``."""

from __future__ import annotations

import os
import sys

from resources.library.word.child import limit_this_process

MEMORY = 4 * 1024 * 1024 * 1024
CPU_SECONDS = 60


def main() -> None:
    """Become the program of the arguments."""
    limit_this_process(memory=MEMORY, cpu_seconds=CPU_SECONDS)
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 - the program that the caller has found


if __name__ == "__main__":
    main()
