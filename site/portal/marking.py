"""Marks the Chinese in an English page with its language, so that a reader's voice is right.

Content is not translated: an English page quotes titles, names and lessons in Chinese. Marking
it here, on the way out, needs no template to remember it. The mark is an element that no style
sheet of ours names: a `span` would be hidden or placed by rules for the spans around it.
"""

from __future__ import annotations

import re

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(r"(<!--.*?-->|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)", re.DOTALL)
_NAME = re.compile(r"</?([A-Za-z][\w-]*)")
_LANG = re.compile(r"\slang\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_RUN = re.compile(
    f"[0-9《“（]{{0,4}}[{_HAN}](?:[^A-Za-z{_HAN}]*[{_HAN}])*[0-9，。：；？！、…》”）]{{0,4}}"
)
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_RAW = frozenset({"script", "style"})
_TEXT_ONLY = frozenset({"option", "textarea", "title", "text", "tspan"})
"""Elements that hold no other: they are marked themselves."""
CHINESE = "zh-Hans"


def marked(html: str) -> str:
    """`html` with `lang="zh-Hans"` where its text is Chinese and nothing says so yet."""
    out: list[str] = []
    within: list[tuple[str, str]] = []  # names and languages of the open elements
    for number, part in enumerate(_TOKEN.split(html)):
        if number % 2:
            _follow(part, within)
            out.append(part)
        else:
            name, language = within[-1] if within else ("", "")
            quiet = language.startswith("zh") or name in _RAW or not within
            out.append(part if quiet else _marked_text(part, name, out))
    return "".join(out)


def _follow(tag: str, within: list[tuple[str, str]]) -> None:
    """Keep account of the open elements."""
    found = _NAME.match(tag)
    if found is None:
        return
    name = found[1].lower()
    if tag.startswith("</"):
        while within and within.pop()[0] != name:
            pass
    elif name not in _VOID and not tag.endswith("/>"):
        said = _LANG.search(tag)
        within.append((name, said[1] if said else within[-1][1] if within else ""))


def _marked_text(text: str, name: str, out: list[str]) -> str:
    """The text in runs; the element itself is marked where it can hold none."""
    if not _RUN.search(text):
        return text
    if name in _TEXT_ONLY:
        if out and out[-1].startswith(f"<{name}") and not _LANG.search(out[-1]):
            out[-1] = f'{out[-1][:-1]} lang="{CHINESE}">'
        return text
    return _RUN.sub(lambda run: f'<bdi lang="{CHINESE}">{run[0]}</bdi>', text)
