"""Reading the fields of a kind from outside (导入): lenient in spelling, strict in type.

A field may be spelt in English or Chinese, in capitals or with blanks; what it holds must be what
it should be. What is wrong is named by its place, ``items[2].points``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

SPELLINGS: dict[str, tuple[str, ...]] = {
    "body": ("text", "content", "正文", "内容", "使用说明"),
    "notes": ("teacher_notes", "teachers_notes", "教师备注", "教学备注", "备注", "使用建议"),
    "items": ("questions", "exercises", "题目", "试题", "习题"),
    "type": ("kind", "question_type", "题型", "类型"),
    "stem": ("question", "text", "题干", "题目", "问题"),
    "options": ("choices", "选项"),
    "answer": ("answers", "key", "答案", "参考答案"),
    "analysis": ("explanation", "solution", "解析", "分析", "答案解析"),
    "points": ("score", "marks", "分值", "分数"),
    "tiers": ("levels", "layers", "层次", "分层"),
    "name": ("title", "label", "tier", "名称", "层次"),
    "minutes": ("time", "duration_minutes", "时长", "分钟", "用时"),
    "standard": ("standards", "standard_served", "课标", "对应课标", "目标"),
    "moments": ("key_moments", "chapters", "timestamps", "关键片段", "时间点", "关键时刻"),
    "at": ("time", "start", "seconds", "时间", "开始"),
    "label": ("title", "name", "text", "说明", "标题"),
    "duration": ("length", "length_seconds", "duration_seconds", "时长"),
    "knowledge_point": ("point", "topic", "知识点", "知识要点"),
    "questions": ("answered", "questions_answered", "疑难问题", "解答问题", "问题"),
    "problem": ("question", "example", "问题", "例题", "题目"),
    "idea": ("approach", "thinking", "思路", "解题思路"),
    "steps": ("procedure", "步骤", "解题步骤"),
    "pitfalls": ("mistakes", "common_mistakes", "易错点", "易错提醒"),
    "sections": ("parts", "环节", "栏目"),
    "heading": ("title", "name", "标题", "栏目"),
}
"""Other ways in which people write the name of a field."""

MOST_ROWS = 300
LONGEST = 100_000
"""Characters of one text; more is not lesson material but an accident."""

_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})")
_WORDS = re.compile(r"(?:(\d+)(?:h|小?时))?(?:(\d+)(?:m|min|分钟?))?(?:(\d+)(?:s|秒))?")


class FieldRefused(ValueError):
    """A field that cannot be taken; `field` is its place, `reason` what is wrong with it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason

    def __str__(self) -> str:
        return _("%(field)s: %(reason)s") % {"field": self.field, "reason": self.reason}


def spelt(name: object) -> str:
    """A field's name without capitals, blanks and hyphens."""
    return re.sub(r"[\s\-_·]+", "_", str(name).strip().lower())


def seconds_of(text: str) -> int | None:
    """A time in a recording as people write it: ``90``, ``1:30``, ``1分30秒``; None if unclear."""
    folded = text.strip().lower().replace("：", ":").replace(" ", "")
    if folded.isdecimal() and len(folded) <= 6:
        return int(folded)
    match = _CLOCK.fullmatch(folded)
    if match and int(match[3]) < 60:
        return int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3])
    match = _WORDS.fullmatch(folded)
    if match and any(match.groups()) and len(folded) <= 20:
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return hours * 3600 + minutes * 60 + seconds
    return None


def clock(seconds: int) -> str:
    """``1:30``, ``1:02:05``: what `seconds_of` reads."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


class Fields:
    """A mapping from outside, read field by field; what nobody asked for is `unknown`."""

    def __init__(self, fields: Mapping[str, Any], place: str = "") -> None:
        self._given = {spelt(name): value for name, value in fields.items()}
        self._asked: set[str] = set()
        self._place = place
        self._below: list[Fields] = []

    def take(self, name: str) -> Any:
        """The value under this name or one of its spellings; None where there is none."""
        for spelling in (name, *SPELLINGS.get(name, ())):
            if spelling in self._given and spelling not in self._asked:
                self._asked.add(spelling)
                return self._given[spelling]
        return None

    def text(self, name: str, longest: int = LONGEST) -> str:
        """A text without blanks around; a number is taken as it is written."""
        value = self.take(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise self.refused(name, _("a text is expected"))
        text = str(value).replace("\x00", "").strip()
        if len(text) > longest:
            raise self.refused(name, _("at most %(count)s characters") % {"count": longest})
        return text

    def number(self, name: str, most: int) -> int | None:
        """A whole number from 0 to `most`; ``"5"`` is one, ``True`` is not."""
        value = self.take(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) < 10:
            value = int(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise self.refused(
                name, _("a whole number from 0 to %(most)s is expected") % {"most": most}
            )
        return value

    def points(self, name: str) -> float | None:
        """A number of points, halves among them."""
        value = self.take(name)
        if value is None or value == "":
            return None
        try:
            found = None if isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            found = None
        if found is None or not 0 <= found <= 1000:
            raise self.refused(name, _("a number from 0 to %(most)s is expected") % {"most": 1000})
        return found

    def moment(self, name: str) -> int | None:
        """A time in a recording in seconds."""
        value = self.take(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            found = None
        elif isinstance(value, str):
            found = seconds_of(value)
        else:
            found = int(value) if value >= 0 else None
        if found is None or found > 24 * 3600:
            raise self.refused(name, _("a time like 1:30 is expected"))
        return found

    def texts(self, name: str, longest: int = LONGEST) -> list[str]:
        """A list of texts; a single text is one a line."""
        value = self.take(name)
        if value is None:
            return []
        if isinstance(value, str):
            value = value.splitlines()
        rows = self._list(name, value)
        wrapped = [
            Fields({"text": row}, self._at(f"{name}[{number}]")).text("text", longest)
            for number, row in enumerate(rows, start=1)
        ]
        return [text for text in wrapped if text]

    def rows(self, name: str) -> Iterator[Fields]:
        """A list of mappings, each to be read in turn."""
        value = self.take(name)
        if value is None:
            return
        for number, row in enumerate(self._list(name, value), start=1):
            place = self._at(f"{name}[{number}]")
            if not isinstance(row, Mapping):
                raise FieldRefused(place, _("an object with fields is expected"))
            self._below.append(Fields(row, place))
            yield self._below[-1]

    def unknown(self) -> list[str]:
        """The places of fields that nothing has read, those of rows too."""
        here = [self._at(name) for name in self._given if name not in self._asked]
        return [*here, *(name for row in self._below for name in row.unknown())]

    def refused(self, name: str, reason: str) -> FieldRefused:
        """The error that names the place of `name`."""
        return FieldRefused(self._at(name), reason)

    def _list(self, name: str, value: Any) -> list[Any]:
        if not isinstance(value, (list, tuple)):
            raise self.refused(name, _("a list is expected"))
        if len(value) > MOST_ROWS:
            raise self.refused(name, _("at most %(count)s rows") % {"count": MOST_ROWS})
        return list(value)

    def _at(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name
