"""Why a preview cannot be made."""

from __future__ import annotations

from media.previews.models import Reason


class NoPreview(Exception):
    """There is no such form of this file; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
