"""What a page says, apart from how it is marked up."""

from __future__ import annotations

import re
from html import unescape


def said(page: str) -> str:
    """The words of `page` (or of a part of one) without its tags, with single gaps."""
    return " ".join(unescape(re.sub(r"<[^<>]*>", "", page)).split())
