"""Names of people (姓名): told apart, put in order, and found by pinyin."""

from __future__ import annotations

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_DOTS = str.maketrans(dict.fromkeys("•‧・∙⋅●．.｡。•", "·"))
_HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}·])\s+(?=[{_HAN}·])")
_CHINESE = re.compile(rf"[{_HAN}〇]{{1,20}}(?:·[{_HAN}〇]{{1,20}})*")
_FOREIGN = re.compile(r"[^\W\d_]+(?:[ '’·.-]+[^\W\d_]+)*\.?")
LONGEST = 40
# Surnames that are read otherwise than the word.
_SURNAMES = {
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "曾": "zeng",
    "查": "zha",
    "区": "ou",
    "朴": "piao",
    "盖": "ge",
    "覃": "qin",
    "缪": "miao",
    "员": "yun",
    "翟": "zhai",
    "折": "she",
    "华": "hua",
    "任": "ren",
    "宁": "ning",
    "乐": "yue",
    "召": "shao",
    "尉迟": "yuchi",
    "万俟": "moqi",
    "单于": "chanyu",
    "长孙": "zhangsun",
    "澹台": "tantai",
}


def tidy_name(text: str) -> str:
    """A name as it is kept: “张  伟” is 张伟; the dot in 买买提·吾守尔 is one sign."""
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    return _BETWEEN_HAN.sub("", name.translate(_DOTS) if _has_han(name) else name)


def is_name(name: str) -> bool:
    """Whether it can be somebody's name: Chinese characters or letters, two of them or more."""
    if not 2 <= len(name) <= LONGEST:
        return False
    return bool((_CHINESE if _has_han(name) else _FOREIGN).fullmatch(name))


def _has_han(text: str) -> bool:
    return bool(re.search(f"[{_HAN}]", text))


def syllables_of(name: str) -> list[str]:
    """The pinyin of a name, a syllable a character, surnames read as surnames."""
    surname = next((name[:n] for n in (2, 1) if name[:n] in _SURNAMES), "")
    read = [_SURNAMES[surname]] if surname else []
    read += lazy_pinyin(name[len(surname) :], style=Style.NORMAL)
    plain = (_plain(syllable) for syllable in read)
    return [syllable for syllable in plain if syllable]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower().replace("ü", "v"))
    return _NOT_PLAIN.sub("", folded)


def pinyin_of(name: str) -> str:
    """How a name is typed without Chinese: in full and by initials, ``zhangwei zw``."""
    syllables = syllables_of(name)
    return f"{''.join(syllables)} {''.join(each[0] for each in syllables)}".strip()[:260]
