"""Exercise items (题目): what is asked, what one may choose, the answer and why (答案与解析).

Plain data in a JSON field of the page, so a revision carries it whole. Answer and analysis are
*parts*: pages, files and the index show them only to those of whom `may_see_parts` says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from resources.library.kinds.reading import Fields
from resources.library.richtext import clean, clean_part, from_typed, plain

LETTERS = "ABCDEFGHIJ"


class ItemType(models.TextChoices):
    """What sort of question it is (题型)."""

    SINGLE = "single_choice", _("single choice")
    MULTIPLE = "multiple_choice", _("multiple choice")
    TRUE_FALSE = "true_false", _("true or false")
    BLANK = "blank", _("fill in the blank")
    SHORT = "short_answer", _("short answer")
    PRACTICE = "practice", _("practice task")


_TYPES: dict[ItemType, tuple[str, ...]] = {
    ItemType.SINGLE: ("choice", "single", "选择", "选择题", "单选", "单选题", "单项选择题"),
    ItemType.MULTIPLE: ("multiple", "multi", "多选", "多选题", "不定项选择", "多项选择题"),
    ItemType.TRUE_FALSE: ("truefalse", "true/false", "judge", "判断", "判断题"),
    ItemType.BLANK: ("blanks", "fill_in", "fill_blank", "cloze", "填空", "填空题"),
    ItemType.SHORT: (
        *("short", "essay", "open", "answer", "简答", "简答题", "问答题", "解答题", "计算题"),
        *("阅读题", "主观题", "应用题", "默写", "论述题"),
    ),
    ItemType.PRACTICE: ("task", "activity", "writing", "实践", "实践题", "作文", "写作", "活动"),
}
TYPE_NAMES = {spelling: kind for kind, names in _TYPES.items() for spelling in (kind.value, *names)}
CHOSEN = frozenset({ItemType.SINGLE, ItemType.MULTIPLE})
_YES = frozenset({"true", "t", "yes", "y", "1", "a", "对", "正确", "√", "是", "✓"})
_NO = frozenset({"false", "f", "no", "n", "0", "b", "错", "错误", "×", "x", "否", "✗"})
_OPTION_LETTER = re.compile(r"^\s*[(（]?([A-Ja-j])[)）.．、:：]\s*(?=\S)")
_BETWEEN_BLANKS = re.compile(r"[;；\n]+")
_BETWEEN_VARIANTS = re.compile(r"[/／|]+")


@dataclass(frozen=True, slots=True)
class Item:
    """One question; `stem` and `analysis` are HTML, the rest plain text."""

    id: str
    type: ItemType
    stem: str
    options: tuple[str, ...] = ()
    answer: str = ""
    """``B``, ``ABD``, ``true``, blanks with ``；`` between, or free text."""
    analysis: str = ""
    points: float | None = None

    @property
    def label(self) -> str:
        """The name of its type."""
        return str(self.type.label)

    @property
    def lettered(self) -> list[tuple[str, str]]:
        """The options with their letters."""
        return list(zip(LETTERS, self.options, strict=False))

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What a reader may tick: value and text; nothing where the answer is written."""
        if self.type == ItemType.TRUE_FALSE:
            return [("true", _said(True)), ("false", _said(False))]
        return self.lettered if self.type in CHOSEN else []

    @property
    def answer_words(self) -> str:
        """The answer as one reads it."""
        if self.type == ItemType.TRUE_FALSE and self.answer:
            return _said(self.answer == "true")
        return self.answer

    @property
    def is_checkable(self) -> bool:
        """Whether a machine can say that an answer is right."""
        return bool(self.answer) and self.type not in {ItemType.SHORT, ItemType.PRACTICE}

    def is_right(self, given: Sequence[str]) -> bool | None:
        """Whether what a reader gave is the answer; None where only a person can tell."""
        if not self.is_checkable:
            return None
        if self.type == ItemType.BLANK:
            return _same_blanks(self.answer, given)
        return "".join(sorted({*given})) == self.answer

    @property
    def public_words(self) -> list[str]:
        """What the index may hold: the question and its options, never the answer."""
        return [plain(self.stem), *(plain(option) for option in self.options)]

    @property
    def data(self) -> dict[str, Any]:
        """As the JSON field keeps it."""
        return {**asdict(self), "type": self.type.value, "options": list(self.options)}

    def fields(self, *, with_parts: bool) -> dict[str, Any]:
        """As an export gives it; without its parts unless they are asked for."""
        told: dict[str, Any] = {"type": self.type.value, "stem": self.stem}
        if self.options:
            told["options"] = list(self.options)
        if self.points is not None:
            told["points"] = self.points
        if with_parts:
            told["answer"], told["analysis"] = self.answer, self.analysis
        return told


def _said(is_true: bool) -> str:
    return pgettext("of a statement", "right") if is_true else pgettext("of a statement", "wrong")


def item_from(fields: Fields) -> Item:
    """An item as it comes from outside; raises `FieldRefused`."""
    stem = clean(from_typed(fields.text("stem")))
    if not stem:
        raise fields.refused("stem", gettext("the question is empty"))
    options = tuple(without_letter(text) for text in fields.texts("options", 2000))
    if len(options) > len(LETTERS):
        raise fields.refused(
            "options", gettext("at most %(count)s options") % {"count": len(LETTERS)}
        )
    answer = _answer_text(fields)
    kind = _type_from(fields, options, answer)
    return Item(
        id=uuid4().hex,
        type=kind,
        stem=stem,
        options=options if kind in CHOSEN else (),
        answer=normal_answer(kind, answer, len(options), fields),
        analysis=clean_part(from_typed(fields.text("analysis"))),
        points=fields.points("points"),
    )


def items_from(rows: Iterable[Fields]) -> list[Item]:
    """Items from outside, with what a row could not use left to its `unknown`."""
    return [item_from(row) for row in rows]


def stored(data: Iterable[Mapping[str, Any]]) -> list[Item]:
    """Items as the JSON field keeps them."""
    return [
        Item(
            id=str(row.get("id", "")),
            type=ItemType(row.get("type", ItemType.SHORT)),
            stem=row.get("stem", ""),
            options=tuple(row.get("options", ())),
            answer=row.get("answer", ""),
            analysis=row.get("analysis", ""),
            points=row.get("points"),
        )
        for row in data
    ]


def without_letter(option: str) -> str:
    """An option without the letter that people type before it."""
    return _OPTION_LETTER.sub("", option).strip()


def normal_answer(kind: ItemType, answer: str, options: int, fields: Fields | None = None) -> str:
    """The answer as it is kept: letters of the options, ``true`` or ``false``, or free text.

    Raises `FieldRefused` (with `fields`) or ValueError where it cannot be that.
    """
    text = answer.strip()
    if not text:
        return ""
    found: str | None = text
    if kind in CHOSEN:
        folded = unicodedata.normalize("NFKC", text).upper()
        letters = sorted({letter for letter in folded if letter.isalpha()})
        known = [letter for letter in letters if letter in LETTERS[:options]]
        many = kind == ItemType.MULTIPLE or len(letters) == 1
        found = "".join(letters) if letters and known == letters and many else None
    elif kind == ItemType.TRUE_FALSE:
        word = text.lower().rstrip("。.")
        found = "true" if word in _YES else "false" if word in _NO else None
    if found is None:
        reason = _refusal(kind)
        raise fields.refused("answer", reason) if fields else ValueError(reason)
    return found


def _refusal(kind: ItemType) -> str:
    if kind == ItemType.TRUE_FALSE:
        return gettext("right or wrong is expected")
    if kind == ItemType.MULTIPLE:
        return gettext("the letters of some options are expected, such as ABD")
    return gettext("the letter of one option is expected, such as B")


def _answer_text(fields: Fields) -> str:
    value = fields.take("answer")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        texts = Fields({"answer": list(value)}).texts("answer", 2000)
        return "；".join(texts)
    return Fields({"answer": value}).text("answer")


def _type_from(fields: Fields, options: Sequence[str], answer: str) -> ItemType:
    asked = fields.text("type", 40)
    if not asked:
        return _guessed(options, answer)
    kind = TYPE_NAMES.get(asked.strip().lower().replace(" ", "_").replace("-", "_"))
    if kind is None:
        raise fields.refused("type", gettext("this type of question is not known"))
    if kind in CHOSEN and len(options) < 2:
        raise fields.refused("options", gettext("a choice needs two options or more"))
    return kind


def _guessed(options: Sequence[str], answer: str) -> ItemType:
    if len(options) >= 2:
        letters = [letter for letter in answer.upper() if letter in LETTERS]
        return ItemType.MULTIPLE if len(letters) > 1 else ItemType.SINGLE
    return ItemType.SHORT


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\s,.，。、;；:：!！?？\"'“”‘’]", "", folded)


def _same_blanks(answer: str, given: Sequence[str]) -> bool:
    wanted = [part for part in _BETWEEN_BLANKS.split(answer) if part.strip()]
    got = [part for text in given for part in _BETWEEN_BLANKS.split(text) if part.strip()]
    if len(wanted) != len(got):
        return _folded("".join(got)) == _folded("".join(wanted))
    return all(
        _folded(part) in {_folded(variant) for variant in _BETWEEN_VARIANTS.split(right)}
        for part, right in zip(got, wanted, strict=True)
    )
