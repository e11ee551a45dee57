"""One row of an import (一行资源): what it must say, what it may, and in which spellings.

Knows no database. What a row must have and lacks, or has in a form that cannot be meant, is
`Refused`; what it may say and says unclearly is left out with a note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from resources.importing.shelfmark import steps_of
from resources.importing.words import FIELDS as OF_THE_TEXTBOOK
from resources.library.describing import difficulty_from, licence_from, tags_from
from resources.library.links import validate_link
from resources.library.models import Licence

T = TypeVar("T")

REQUIRED = ("id", "kind", "title", "school")
SCOPES = (
    *("private", "prep_group", "school", "group", "base"),
    *("county", "city", "province", "public"),
)
KNOWN = frozenset(
    [
        *REQUIRED,
        *OF_THE_TEXTBOOK,
        *("summary", "body", "chapter", "standards", "tags", "licence", "owner", "contributors"),
        *("difficulty", "scope", "premium", "quality", "uses", "published", "files", "link"),
        "fields",
    ]
)
MOST_FILES, MOST_TAGS, MOST_STANDARDS = 50, 30, 50
_SCOPE_WORDS = {
    "私有": "private",
    "个人": "private",
    "仅自己": "private",
    "草稿": "private",
    "备课组": "prep_group",
    "集备组": "prep_group",
    "校级": "school",
    "学校": "school",
    "校内": "school",
    "本校": "school",
    "集团": "group",
    "教育集团": "group",
    "学科基地": "base",
    "基地": "base",
    "县级": "county",
    "县": "county",
    "区县": "county",
    "区级": "county",
    "district": "county",
    "市级": "city",
    "市": "city",
    "省级": "province",
    "省": "province",
    "公开": "public",
    "社会": "public",
    "全部": "public",
    "open": "public",
}
_TRUE, _FALSE = {"true", "yes", "1", "是", "精品"}, {"false", "no", "0", "否", ""}
_SPLIT = re.compile(r"[;；,，、|\n]+")
_CHINESE_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_ZERO_WIDTH = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF])


class Refused(ValueError):
    """A row that cannot be taken; the text is the reason."""


@dataclass(slots=True)
class Record:
    """What one row says, read but not yet looked up."""

    source_id: str
    kind: str
    title: str
    school: str
    summary: str = ""
    body: str = ""
    textbook: dict[str, str] = field(default_factory=dict)
    chapter: list[str] = field(default_factory=list)
    standards: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    licence: str = Licence.BY_NC_SA
    owner: str = ""
    contributors: str = ""
    difficulty: int | None = None
    scope: str = "private"
    premium: bool = False
    quality: float = 0.0
    uses: int = 0
    published: datetime | None = None
    files: list[str] = field(default_factory=list)
    link: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def uuid(self) -> UUID:
        """The same for the same id, so that a second run makes nothing twice."""
        return uuid5(NAMESPACE_URL, f"gongbei:import:{self.source_id}")


def read_record(row: Mapping[str, Any], *, kinds: Mapping[str, str]) -> Record:
    """The record of a row; `kinds` has the code of each spelling in `folded` form.

    Raises `Refused`.
    """
    return _Reader(row, kinds).record()


def folded(word: str) -> str:
    """A word as it is compared: small letters, without spaces, hyphens and underscores."""
    return re.sub(r"[\s_\-]+", "", word).lower()


class _Reader:
    def __init__(self, row: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
        self.row, self.kinds = row, kinds
        self.notes: list[str] = []

    def record(self) -> Record:
        for name in REQUIRED:
            if self.row.get(name) in (None, "", [], {}):
                raise Refused(_("“%(name)s” is missing.") % {"name": name})
        record = Record(
            source_id=self.text("id", 100),
            kind=self.kind(),
            title=self.text("title", 255),
            school=self.text("school", 80),
            summary=self.shortened("summary", 500),
            body=self.text("body", 1_000_000, lines=True),
            textbook=self.textbook(),
            chapter=self.chapter(),
            standards=self.several("standards", MOST_STANDARDS, 40),
            tags=self.tags(),
            licence=self.licence(),
            owner=self.text("owner", 60),
            contributors=self.contributors(),
            difficulty=self.lenient("difficulty", difficulty_from),
            scope=self.scope(),
            premium=bool(self.lenient("premium", _truth)),
            quality=self.lenient("quality", _quality) or 0.0,
            uses=self.lenient("uses", _count) or 0,
            published=self.lenient("published", _moment),
            files=self.files(),
            link=self.link(),
            fields=self.own_fields(),
        )
        if unknown := sorted(set(self.row) - KNOWN):
            names = "、".join(str(name)[:30] for name in unknown[:5])
            self.note(_("not known and left out: %(names)s") % {"names": names})
        record.notes = self.notes
        return record

    def note(self, text: str) -> None:
        self.notes.append(text)

    # plain things

    def text(self, name: str, longest: int, *, lines: bool = False) -> str:
        value = self.row.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise Refused(_("“%(name)s” must be a text.") % {"name": name})
        text = str(value).translate(_ZERO_WIDTH)
        text = text.strip() if lines else " ".join(text.split())
        if name in REQUIRED and not text:
            raise Refused(_("“%(name)s” is missing.") % {"name": name})
        if len(text) > longest:
            raise Refused(
                _("“%(name)s” is longer than %(most)s characters.")
                % {"name": name, "most": longest}
            )
        return text

    def shortened(self, name: str, longest: int) -> str:
        text = self.text(name, 100_000)
        if len(text) <= longest:
            return text
        self.note(_("“%(name)s” was cut to %(most)s characters") % {"name": name, "most": longest})
        return f"{text[: longest - 1]}…"

    def several(self, name: str, most: int, longest: int) -> list[str]:
        """A list of texts, or one text with separators between."""
        value = self.row.get(name)
        if value is None:
            return []
        rows = _SPLIT.split(value) if isinstance(value, str) else value
        if not isinstance(rows, list) or any(
            isinstance(row, bool) or not isinstance(row, (str, int, float)) for row in rows
        ):
            raise Refused(_("“%(name)s” must be a list of texts.") % {"name": name})
        texts = [" ".join(str(row).translate(_ZERO_WIDTH).split()) for row in rows]
        found = list(dict.fromkeys(text for text in texts if text))
        if len(found) > most:
            raise Refused(
                _("“%(name)s” has more than %(most)s entries.") % {"name": name, "most": most}
            )
        if any(len(text) > longest for text in found):
            self.note(_("too long and left out: %(name)s") % {"name": name})
        return [text for text in found if len(text) <= longest]

    def lenient(self, name: str, read: Callable[[Any], T]) -> T | None:
        """What may be missing; what is unclear is left out with a note."""
        value = self.row.get(name)
        if value is None or value == "":
            return None
        try:
            return read(value)
        except (ValueError, TypeError, OverflowError, KeyError):
            shown = str(value)[:40]
            self.note(
                _("not understood and left out: %(name)s “%(value)s”")
                % {"name": name, "value": shown}
            )
            return None

    # each its own

    def kind(self) -> str:
        word = self.text("kind", 60)
        code = self.kinds.get(folded(word))
        if code is None:
            raise Refused(_("There is no kind “%(kind)s”.") % {"kind": word})
        return code

    def textbook(self) -> dict[str, str]:
        said = {}
        for name in OF_THE_TEXTBOOK:
            value = self.row.get(name)
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            if value is None or value == "":
                continue
            if (
                isinstance(value, bool)
                or not isinstance(value, (str, int))
                or len(str(value)) > 200
            ):
                raise Refused(_("“%(name)s” must be a text.") % {"name": name})
            said[name] = str(value)
        return said

    def chapter(self) -> list[str]:
        value = self.row.get("chapter")
        if isinstance(value, list) and not all(isinstance(step, (str, int)) for step in value):
            raise Refused(_("“%(name)s” must be a list of texts.") % {"name": "chapter"})
        if value is not None and not isinstance(value, (str, list)):
            raise Refused(_("“%(name)s” must be a list of texts.") % {"name": "chapter"})
        steps = steps_of(value)
        if len(steps) > 6 or any(len(step) > 200 for step in steps):
            raise Refused(
                _("“%(name)s” has more than %(most)s entries.") % {"name": "chapter", "most": 6}
            )
        return steps

    def licence(self) -> str:
        word = self.text("licence", 100)
        try:
            return str(licence_from(word) or Licence.BY_NC_SA)
        except ValueError:
            # Unclear terms are the strictest: nobody may use more than was granted.
            self.note(_("the licence is not known; all rights are reserved"))
            return str(Licence.ALL_RIGHTS)

    def tags(self) -> list[str]:
        value = self.row.get("tags")
        if isinstance(value, str):
            return tags_from(value[:2000])
        return tags_from(self.several("tags", MOST_TAGS, 60))

    def contributors(self) -> str:
        names = "、".join(self.several("contributors", 100, 60))
        return names if len(names) <= 300 else f"{names[:299]}…"

    def scope(self) -> str:
        word = self.text("scope", 40)
        if not word:
            return "private"
        folded_word = folded(word).removesuffix("库").removesuffix("资源")
        known = {folded(code): code for code in SCOPES} | _SCOPE_WORDS
        if folded_word not in known:
            raise Refused(_("There is no scope “%(scope)s”.") % {"scope": word})
        return known[folded_word]

    def files(self) -> list[str]:
        value = self.row.get("files")
        if isinstance(value, str):
            value = [value] if value else []
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
            raise Refused(_("“%(name)s” must be a list of texts.") % {"name": "files"})
        if len(value) > MOST_FILES:
            raise Refused(
                _("“%(name)s” has more than %(most)s entries.")
                % {"name": "files", "most": MOST_FILES}
            )
        return list(dict.fromkeys(value))

    def link(self) -> str:
        link = self.text("link", 500)
        if link:
            try:
                validate_link(link)
            except ValidationError as error:
                raise Refused("link: " + " ".join(error.messages)) from error
        return link

    def own_fields(self) -> dict[str, Any]:
        value = self.row.get("fields")
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise Refused(_("“%(name)s” must be an object.") % {"name": "fields"})
        return value


def _truth(value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(value)
    return word in _TRUE


def _quality(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not 0 <= number <= 1:
        raise ValueError(value)
    return number


def _count(value: Any) -> int:
    number = int(value)
    if isinstance(value, bool) or not 0 <= number < 2**31:
        raise ValueError(value)
    return number


def _moment(value: Any) -> datetime:
    """A day or a moment; what lies ahead is not yet published."""
    found = _dated(str(value).strip())
    if found > timezone.now() or found.year < 1990:
        raise ValueError(value)
    return found


def _dated(text: str) -> datetime:
    moment = parse_datetime(text) if "T" in text or ":" in text else None
    if moment is not None:
        aware = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        return aware.astimezone(UTC)
    match = _CHINESE_DATE.match(text)
    day = date(*map(int, match.groups())) if match else parse_date(text)
    if day is None:
        raise ValueError(text)
    return timezone.make_aware(datetime.combine(day, time(12))).astimezone(UTC)
