"""No page speaks both languages: the walk over the door list, once in Chinese, once in English.

What people wrote is content and stays as it is: an English page shows it in Chinese. So an English
page is searched for the catalogue's own Chinese, and a Chinese page for English words. The English
pages are read before their Chinese is marked: a text that nobody translated is marked too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from portal import middleware
from script.steps.shell import ROOT
from script.steps.translations import LANGUAGE, LOCALE, read
from tests.contract.doors import DOORS, Door
from tests.factories.doors import Ground

pytestmark = pytest.mark.django_db
PAGES = [door for door in DOORS if door.method == "GET" and 200 in door.answers]
SPOKEN = ("title", "aria-label", "aria-description", "placeholder", "alt", "data-copied")
UNSPOKEN = ("script", "style", "svg", "code", "kbd", "textarea")
VOID = ("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
ENGLISH = re.compile(r"[A-Za-z][A-Za-z'’]+")
SAME_IN_BOTH = re.compile(
    r"https?://\S+|/\S*|\S+@\S+|\.(?:docx?|xlsx?|pptx?|mp[34]|pdf|csv|ics|zip|jsonl?|wps|vtt|srt)\b"
    r"|\b(?:CC BY(?:-NC|-ND|-SA)*|[KMG]B|Gongbei|ICP|JavaScript|MP[34]|PDF|QR|RSS|Shift|WebM|WPS"
    r"|Excel|PowerPoint|Word|ZIP)\b|\b(?:comment|point|teacher\d+|testserver)\b",
    re.ASCII,
)
"""Names, units and file types; the county's own remarks, sign-in names and address."""
HEADINGS = {"教学目标", "教学过程"}
"""Of the county's plans: content, and in the catalogue too."""
HAN = re.compile(r"[\u4e00-\u9fff]")


class Words(HTMLParser):
    """The texts of a page, those that are spoken too, with the language they are marked as."""

    def __init__(self, language: str, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = [("", language)]
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", self.open[-1][1])
        if tag not in VOID:
            self.open.append((tag, language))
        spoken = [*SPOKEN, "value"] if given.get("type") in {"submit", "button"} else SPOKEN
        self.texts += [(language, given[name]) for name in spoken if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        if tag in [each for each, _language in self.open]:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(tag in UNSPOKEN for tag, _language in self.open):
            self.texts.append((self.open[-1][1], " ".join(data.split())))


def shown(g: Ground, door: Door, language: str) -> Iterator[str]:
    """What the page of a door says in its own language; what is marked as another is left out."""
    prefix = "/en" if language == "en" else ""
    answer = g.browser(door.allowed).get(prefix + door.url(g), door.query(g))
    if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
        page = b"".join(answer) if answer.streaming else answer.content
        for marked, text in Words(language, page.decode()).texts:
            if marked.startswith(language[:2]):
                yield text


@pytest.mark.parametrize("door", PAGES, ids=str)
def test_a_chinese_page_holds_no_english_word(g: Ground, door: Door) -> None:
    texts = list(shown(g, door, "zh-Hans"))

    found = [text for text in texts if ENGLISH.search(SAME_IN_BOTH.sub("", text))]

    assert found == []


@pytest.fixture(scope="module")
def chinese() -> set[str]:
    """Every Chinese text of the catalogue without a gap in it."""
    said = read(ROOT / LOCALE / LANGUAGE / "LC_MESSAGES" / "django.mo").values()
    return {text for text in said if HAN.search(text)} - HEADINGS


@pytest.mark.parametrize("door", PAGES, ids=str)
def test_an_english_page_holds_no_chinese_of_the_catalogue(
    g: Ground, door: Door, chinese: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "marked", str)

    texts = list(shown(g, door, "en"))

    found = [text for text in texts if text in chinese]

    assert found == []
