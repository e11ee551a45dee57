"""Circled numbers (①②③), as in the notes of textbooks."""

from __future__ import annotations

_RUNS = ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1))


def circled(number: int) -> str:
    """``①`` for 1 … ``㊿`` for 50; beyond, the number in brackets."""
    for first, last, code in _RUNS:
        if first <= number <= last:
            return chr(code + number - first)
    return f"({number})"
