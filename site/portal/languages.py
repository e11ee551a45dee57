"""One path in both languages: Chinese at `/…`, English at `/en/…`."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

ENGLISH = "en"
_PREFIX = f"/{ENGLISH}"


def path_in(language: str, path: str) -> str:
    """The address of the same page in `language`; a `next` inside it is carried over too."""
    parts = urlsplit(path)
    plain = parts.path
    if plain == _PREFIX or plain.startswith(f"{_PREFIX}/"):
        plain = plain.removeprefix(_PREFIX) or "/"
    if language == ENGLISH:
        plain = _PREFIX + plain
    query = [
        (key, path_in(language, value) if key == "next" and value.startswith("/") else value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    return urlunsplit(("", "", plain, urlencode(query), parts.fragment))
