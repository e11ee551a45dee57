"""The sentences of notices about files."""

from __future__ import annotations

from typing import Any

from media.inspection import FileRefused, refusals
from schools.notices import register_notice


def _words(data: dict[str, Any]) -> dict[str, Any]:
    reason = refusals().get(data.get("reason", ""), FileRefused)
    return {"why": str(reason(data.get("name", ""), **data.get("data", {})))}


def register() -> None:
    """Give the sentences of all kinds."""
    register_notice("media.refused", "%(why)s", _words)
