"""Topics (课题): what lessons are called, in which book they stand, and how a title is compared.

The catalogue knows some books, schools teach from others. So a topic comes from two sides: apps
register those of their books, and every thing in the index brings the one it is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from search.segment import normalise

_NUMBER = re.compile(
    r"^[\s*※★]*(?:第\s*[一二三四五六七八九十百\d]+\s*[课节讲章]|\d+(?:\.\d+)+(?!\d)"
    r"|(?:\d+|[一二三四五六七八九十]+)(?:[.、．]\s*|\s+|(?=[《*※★]))"
    r")[\s*※★:：]*"
)
_UNIT = re.compile(
    r"^第\s*[一二三四五六七八九十百\d]+\s*(?:单元|模块|主题|部分|专题)\s*[:：·、]?\s*"
    r"|^(?:starter\s+)?(?:unit|module|lesson|chapter)\s*\d+\s*[:：.·]?\s*",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*[（(][^（）()]*[）)]\s*$")
_LEFT_OUT = frozenset("的与和及之")
_MARK = re.compile(r"[^\w\s]|_")
_BETWEEN = "\x1f"
_LONGEST = 60
_OF_A_BOOK = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A line of a table of contents, with the book it stands in as far as that is known."""

    path: tuple[str, ...]
    """Titles from the unit down to the lesson, as printed."""
    subject: str = ""
    grade: int | None = None
    edition: str = ""
    volume: str = ""
    author: str = ""
    things: int = 0
    """How many things are about it, where that is known."""

    @property
    def title(self) -> str:
        """The lesson's title without its number."""
        return bare(self.path[-1]) if self.path else ""

    @property
    def key(self) -> str:
        """How its title is compared."""
        return key_of(self.path[-1]) if self.path else ""

    @property
    def unit(self) -> str:
        """The title of what it stands in, empty at the top."""
        return self.path[-2] if len(self.path) > 1 else ""

    def packed(self) -> str:
        """As one keyword of the index; `unpacked` reads it."""
        grade = str(self.grade or "")
        path = (title[:_LONGEST] for title in self.path[-2:])
        return _BETWEEN.join([self.subject, grade, self.edition, self.volume, *path])


def unpacked(code: str, things: int = 0) -> Topic | None:
    """The topic of a keyword; None where it names no lesson."""
    parts = code.split(_BETWEEN)
    if len(parts) <= _OF_A_BOOK:
        return None
    subject, grade, edition, volume, *path = parts
    return Topic(
        path=tuple(path),
        subject=subject,
        grade=int(grade) if grade.isdecimal() else None,
        edition=edition,
        volume=volume,
        things=things,
    )


TopicProvider = Callable[[], Iterable[Topic]]
_providers: dict[TopicProvider, bool] = {}


def register_topics(provider: TopicProvider, *, for_everybody: bool = True) -> TopicProvider:
    """Add topics; asked again now and then, so rows of a table will do.

    What is not `for_everybody` serves only to read the titles of what is indexed.
    """
    _providers[provider] = for_everybody
    return provider


def unregister_topics(provider: TopicProvider) -> None:
    """Forget a provider."""
    _providers.pop(provider, None)


def registered_topics() -> Iterable[Topic]:
    """What everybody may know of."""
    for provider, for_everybody in _providers.items():
        if for_everybody:
            yield from provider()


def all_topics() -> Iterable[Topic]:
    """What all providers know."""
    for provider in _providers:
        yield from provider()


# comparing


def bare(title: str) -> str:
    """A title without its number, ``2* 济南的冬天`` is ``济南的冬天``; nor what stands behind it in
    brackets."""
    text = title.strip()
    for pattern in (_UNIT, _NUMBER):
        rest = pattern.sub("", text).strip(" *※★")
        text = rest or text
    return _ASIDE.sub("", text) or text


@lru_cache(maxsize=50_000)
def key_of(title: str) -> str:
    """How titles are compared: no number, no marks, no spaces, no 的 and the like."""
    return squeezed(bare(title))[:_LONGEST] or squeezed(title)[:_LONGEST]


def spoken(text: str) -> str:
    """Text without marks and spaces; particles stay."""
    return "".join(_MARK.sub("", normalise(text)).split())


def squeezed(text: str) -> str:
    """Text without marks, spaces and particles; a particle alone stays."""
    plain = spoken(text)
    return "".join(char for char in plain if char not in _LEFT_OUT) or plain


@lru_cache(maxsize=1000)
def volume_of(written: str) -> str:
    """A volume as it is compared: ``必修1`` for 必修第一册, ``上`` for 上册."""
    text = squeezed(written)
    if text in ("第一学期", "上学期"):
        return "上"
    if text in ("第二学期", "下学期"):
        return "下"
    text = text.replace("选择性必修", "选必").removesuffix("册")
    text = "全" if text == "全一" else text
    for number, numeral in enumerate("一二三四五六", start=1):
        text = text.replace(f"第{numeral}", numeral).replace(f"修{numeral}", f"修{number}")
        text = text.replace(f"必{numeral}", f"必{number}")
    return re.sub(r"(?<=[修必])第", "", text)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared, each of its characters with its place in the original.

    Marks and particles are left out, a run of spaces is one.
    """

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the original."""
        return self.places[start], self.places[end - 1] + 1


_SPACE = re.compile(r"[\s,;、，；。:：|/+]")


def folded(text: str) -> Folded:
    """`text` made comparable, with the way back."""
    chars: list[str] = []
    places: list[int] = []
    is_short = len(text.strip()) <= 1  # a text of a particle alone keeps it
    for place, char in enumerate(normalise(text)):
        is_space = _SPACE.match(char) is not None
        if is_space and (not chars or chars[-1] == " "):
            continue
        if not is_space and (_MARK.match(char) or (char in _LEFT_OUT and not is_short)):
            continue
        chars.append(" " if is_space else char)
        places.append(place)
    while chars and chars[-1] == " ":
        chars.pop()
        places.pop()
    return Folded("".join(chars), tuple(places))
