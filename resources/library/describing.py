"""Reading a description as people write it (资源描述): difficulty, tags, licence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from resources.library.models.description import Difficulty, Licence

MOST_TAGS = 20
LONGEST_TAG = 30

_DIFFICULTY: dict[Difficulty, tuple[str, ...]] = {
    Difficulty.EASY: ("1", "easy", "very easy", "容易", "简单", "易", "基础"),
    Difficulty.FAIRLY_EASY: ("2", "fairly easy", "较易", "较容易", "偏易"),
    Difficulty.MEDIUM: ("3", "medium", "middle", "normal", "中等", "中", "一般", "适中"),
    Difficulty.FAIRLY_HARD: ("4", "fairly hard", "较难", "偏难"),
    Difficulty.HARD: ("5", "hard", "difficult", "very hard", "困难", "难", "很难"),
}
_LICENCES: dict[Licence, tuple[str, ...]] = {
    Licence.BY_NC_SA: ("by-nc-sa", "署名-非商业性使用-相同方式共享", "署名非商业相同方式共享"),
    Licence.BY_SA: ("by-sa", "署名-相同方式共享", "署名相同方式共享"),
    Licence.BY: ("by", "署名"),
    Licence.ALL_RIGHTS: (
        "all-rights",
        "all rights reserved",
        "保留所有权利",
        "保留全部权利",
        "版权所有",
    ),
}
_BETWEEN = re.compile(r"[,，、;；#\s]+")
_VERSION = re.compile(r"[-\s]*(?:[34]\.0)?(?:[-\s]*(?:国际|international|中国大陆|cn))?$")


def difficulty_from(value: Any) -> Difficulty | None:
    """The difficulty meant, None for nothing; raises ValueError where it is unclear."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    word = str(value).strip().lower().removesuffix(".0")
    for difficulty, spellings in _DIFFICULTY.items():
        if word in spellings:
            return difficulty
    raise ValueError(word)


def licence_from(value: Any) -> Licence | None:
    """The licence meant, None for nothing; raises ValueError where it is unclear."""
    if not value:
        return None
    word = str(value).strip().lower().replace("_", "-")
    word = _VERSION.sub("", word.removeprefix("cc").strip(" -")).strip(" -")
    word = word.replace("cc ", "")
    for licence, spellings in _LICENCES.items():
        if word in spellings:
            return licence
    raise ValueError(str(value))


def tags_from(value: str | Iterable[str] | None) -> list[str]:
    """Tags without repetition, at most `MOST_TAGS`, each cut at `LONGEST_TAG`."""
    if value is None:
        return []
    words = _BETWEEN.split(value) if isinstance(value, str) else (str(tag) for tag in value)
    tags = (" ".join(word.split()).lstrip("#")[:LONGEST_TAG] for word in words)
    return list(dict.fromkeys(tag for tag in tags if tag))[:MOST_TAGS]
