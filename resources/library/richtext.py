"""The rich text of lessons: what the editor writes, the server keeps and pages show.

One list of tags for all three; the editor's schema (`lessonprep/plans/client`) writes the same.
"""

from __future__ import annotations

import re

import nh3

ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "img": {"data-media", "alt"},
    "span": {"data-latex"},
}
TAGS = {
    *("p", "h3", "h4", "ul", "ol", "li", "blockquote", "br", "hr"),
    *("strong", "em", "u", "s", "sub", "sup", "a", "span", "img"),
    *("table", "tbody", "thead", "tr", "th", "td"),
}
_PICTURE = re.compile(r"<img\b[^>]*>")
_MARKUP = re.compile(rf"</?(?:{'|'.join(sorted(TAGS))})\b[^>]*>")
_SPACE = re.compile(r"\s+")
_BLOCK_END = re.compile(r"</(?:p|h3|h4|li|td|th|tr|blockquote)>|<br\s*/?>|<hr\s*/?>")


def clean(html: str) -> str:
    """`html` without what is not on the list; cleaning twice changes nothing more."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    ).strip()


def clean_part(html: str) -> str:
    """`clean` without pictures: a file is readable with its page, a part may be held back."""
    return _PICTURE.sub("", clean(html)).strip()


def plain(html: str) -> str:
    """The words of `html` on one line, for search, comparison and summaries."""
    import html as entities

    words = nh3.clean(_BLOCK_END.sub(lambda end: f"{end.group()} ", html), tags=set())
    return _SPACE.sub(" ", entities.unescape(words)).strip()


def from_plain(text: str) -> str:
    """Paragraphs from typed lines, for forms without an editor."""
    lines = (line.strip() for line in text.splitlines())
    return clean("".join(f"<p>{nh3.clean_text(line)}</p>" for line in lines if line))


def from_typed(text: str) -> str:
    """HTML as it is, typed lines as paragraphs; for texts that come as either."""
    return text if _MARKUP.search(text) else from_plain(text)


def retyped(text: str, before: str) -> str:
    """What a plain form field makes of `before`: unchanged words keep their markup."""
    return before if text.split() == lines(before).split() else from_plain(text)


def lines(html: str) -> str:
    """The words of `html`, a line a paragraph: what `from_plain` was made from."""
    parts = (plain(part) for part in _BLOCK_END.sub("\x1e", html).split("\x1e"))
    return "\n".join(part for part in parts if part)
