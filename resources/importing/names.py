"""Understands the names of old files and folders (旧资料的文件名).

``七上/第一单元/2 济南的冬天 分层作业.docx`` is tiered homework on the lesson 济南的冬天 of the
first volume of grade 7. What a name does not say is left open, for the teacher to say of many
files at once; what is read here is shown, never saved unseen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from media.naming import display_name, extension_of, stem_of
from resources.catalogue.models import Chapter, Edition, Volume
from resources.catalogue.normalise import clean
from resources.catalogue.spellings import EDITION_NAMES, SUBJECT_NAMES
from resources.importing.shelfmark import Catalogue, key_of
from resources.importing.words import Textbook, read_textbook
from schools.curriculum import Subject

_CLASS = re.compile(
    r"(?:[一二三四五六七八九1-9]年级|初[一二三四]|高[一二三])\s*[(（]?(?:上册|下册|上学期|下学期|全一册|上|下)?[)）]?"
    r"|(?<![一-龥\d])[一二三四五六七八九1-9][上下](?![一-龥]{2})册?"
    r"|(?:选择性必修|必修|选修)\s*(?:第[一二三四五六]册|[一二三四五六\d上中下])?"
)
_PART_ALONE = re.compile(r"^(?:上册|下册|上学期|下学期|第一学期|第二学期|上|下|全一册)$")
_UNIT = re.compile(
    r"第\s*[一二三四五六七八九十\d]+\s*(?:单元|章|组|模块|主题|课时?)|Unit\s*\d+", re.I
)
_LEADING = re.compile(
    r"^[\s_\-—.、()（）\[\]【】\d]*(?:第[一二三四五六七八九十\d]+课)?[\s_\-—.、:：]*"
)
_BETWEEN = re.compile(r"[\s_\-—+＋,，、.()（）\[\]【】《》〈〉“”\"]+")
_COPY = re.compile(
    r"\s*(?:[(（]\d{1,2}[)）]|副本|-\s*副本|定稿|终稿|最终版|最新|修改稿?|打印版|学生版"
    r"|v\d+|20\d{2}[-.年]?\d{0,2}[-.月]?\d{0,2}日?)\s*$",
    re.I,
)
_SHORT = 1
"""A lesson of so few characters (春) is one only where it stands alone in a name."""

# Words of a name that say the kind, the telling ones first. Kinds add their own synonyms.
KIND_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tiered_homework", ("分层作业", "课后作业", "课后分层", "作业设计", "作业", "分层练习")),
    ("microlecture", ("微课", "微视频")),
    ("difficulty_recording", ("难点解答", "答疑", "疑难解答")),
    ("key_point_recording", ("知识点精讲", "精讲", "实录", "录像课", "课堂实录")),
    ("solution_technique", ("解题技巧", "解题方法", "答题技巧", "解题")),
    (
        "class_exercise",
        (
            "课堂练习",
            "同步练习",
            "随堂练",
            "练习题",
            "练习",
            "习题",
            "测试",
            "试卷",
            "检测",
            "导练",
        ),
    ),
    ("courseware", ("课件", "幻灯片", "ppt")),
    ("lesson_plan", ("教学设计", "教案", "导学案", "说课稿", "备课")),
)
KIND_OF_EXTENSION = {"ppt": "courseware", "pptx": "courseware"}


@dataclass(frozen=True, slots=True)
class Understood:
    """What a path says; empty or None where it says nothing certain."""

    title: str
    kind: str = ""
    subject: str = ""
    grade: int | None = None
    volume: Volume | None = None
    chapter: Chapter | None = None


def understand(
    path: str, catalogue: Catalogue, *, kinds: Mapping[str, Sequence[str]], given: Textbook
) -> Understood:
    """What `path` (folders with ``/``, then the file's name) says.

    `kinds` has more words for each kind; `given` is what is known of the whole folder.
    """
    folders, name = _parts(path)
    book = _textbook([*folders, stem_of(name)], given)
    kind = _kind(name, folders, kinds)
    volumes = catalogue.volumes(book) if book.subject or book.part else []
    chapter = _chapter(folders, stem_of(name), volumes, catalogue, kinds)
    volume = chapter.volume if chapter else catalogue.volume(book) if book.part else None
    return Understood(
        title=_title(name),
        kind=kind,
        subject=volume.subject if volume else str(book.subject or ""),
        grade=volume.grade if volume else book.grade,
        volume=volume,
        chapter=chapter,
    )


def _parts(path: str) -> tuple[list[str], str]:
    parts = [part for part in re.split(r"[/\\]+", path) if part.strip(" .")]
    return [display_name(part) for part in parts[:-1]], display_name(parts[-1]) if parts else ""


# textbook


def _textbook(parts: Sequence[str], given: Textbook) -> Textbook:
    """What folders and name say together; the innermost word of each sort counts."""
    said: dict[str, str] = {}
    for part in parts:
        said.update(_said(part))
    book = read_textbook(said)
    for name in ("stage", "subject", "edition", "grade", "part"):
        if not getattr(book, name):
            setattr(book, name, getattr(given, name))
    if not book.variant and given.variant and book.edition == given.edition:
        book.variant = given.variant
    return book


@lru_cache(maxsize=4096)
def _said(part: str) -> dict[str, str]:
    text = unicodedata.normalize("NFKC", part)
    said: dict[str, str] = {}
    if subject := _subject_in(text):
        said["subject"] = subject
    if edition := _edition_in(text):
        said["edition"] = edition
    if match := _CLASS.search(text):
        said["volume" if _says_part(match[0]) else "grade"] = match[0]
    if _PART_ALONE.match(text.strip()):
        said["volume"] = text.strip()
    return said


def _says_part(text: str) -> bool:
    return bool(re.search(r"[上下全]|必修|选修", text))


_SUBJECT_WORDS = sorted(
    ((name, subject) for subject, names in SUBJECT_NAMES.items() for name in names),
    key=lambda pair: -len(pair[0]),
)


def _subject_in(text: str) -> str:
    """A subject's name that stands as a word of its own, or before a grade or 教案 and the like."""
    for name, _subject in _SUBJECT_WORDS:
        if len(name) < 2:
            continue
        at = text.find(name)
        if at >= 0 and (at == 0 or not _is_han(text[at - 1]) or _CLASS.search(text[:at])):
            return name
    return ""


def _is_han(mark: str) -> bool:
    return "\u4e00" <= mark <= "\u9fff"


_EDITION_WORDS = sorted(
    {stem for names in EDITION_NAMES.values() for stem in names.stems}, key=len, reverse=True
)


def _edition_in(text: str) -> str:
    for stem in _EDITION_WORDS:
        if f"{stem}版" in text:
            return f"{stem}版"
    return ""


# kind


def _kind(name: str, folders: Sequence[str], kinds: Mapping[str, Sequence[str]]) -> str:
    for text in (stem_of(name), *reversed(folders)):
        if found := _kind_in(text, kinds):
            return found
    found = KIND_OF_EXTENSION.get(extension_of(name), "")
    return found if found in kinds else ""


def _kind_in(text: str, kinds: Mapping[str, Sequence[str]]) -> str:
    folded = clean(text).lower()
    best = ""
    for code, words in _kind_words(kinds):
        if any(clean(word).lower() in folded for word in words):
            best = code
            break
    return best


def _kind_words(kinds: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, Sequence[str]]]:
    known = {code for code, _words in KIND_WORDS}
    yield from ((code, words) for code, words in KIND_WORDS if code in kinds)
    yield from ((code, words) for code, words in kinds.items() if code not in known)


# lesson


def _chapter(
    folders: Sequence[str],
    stem: str,
    volumes: Sequence[Volume],
    catalogue: Catalogue,
    kinds: Mapping[str, Sequence[str]],
) -> Chapter | None:
    """The lesson that the name, or else the innermost folder, speaks of; the longest title wins."""
    for position, text in enumerate([stem, *reversed(folders)]):
        above = [*folders] if position == 0 else [*folders][: len(folders) - position]
        for volume in volumes:
            if found := _chapter_in(text, above, volume, catalogue):
                return found
    return None


def _chapter_in(
    text: str, above: Sequence[str], volume: Volume, catalogue: Catalogue
) -> Chapter | None:
    words = [key_of(word) for word in _BETWEEN.split(text) if word]
    whole = key_of(text)
    best: list[Chapter] = []
    length = 0
    for key, chapters in catalogue.books[volume.pk].chapters.items():
        stands = key in words if len(key) <= _SHORT else key in whole
        if not stands or len(key) < length or not key:
            continue
        lessons = [chapter for chapter in chapters if not _is_unit(chapter)] or chapters
        best = lessons if len(key) > length else [*best, *lessons]
        length = len(key)
    if len(best) > 1:
        units = {key_of(folder) for folder in above}
        best = [
            chapter
            for chapter in best
            if any(key_of(step.title) in units for step in catalogue.ancestors(chapter))
        ]
    return best[0] if len(best) == 1 else None


def _is_unit(chapter: Chapter) -> bool:
    return not chapter.is_lesson and chapter.parent_id is None


# title


def _title(name: str) -> str:
    """The name as a title: without its leading number, “(1)” and the like at its end."""
    stem = stem_of(name)
    title = " ".join(re.sub(r"[_＿]+", " ", stem).split())
    bare = _LEADING.sub("", title, count=1)
    while (shorter := _COPY.sub("", bare)) != bare and any(map(_is_han, shorter)):
        bare = shorter
    return (bare.strip(" -—_.、") or title or name)[:255]


def edition_and_class(volume: Volume) -> Textbook:
    """A volume chosen for a whole folder, as what is known of it."""
    return Textbook(
        stage=volume.stage,  # type: ignore[arg-type]  # the codes are those of the choices
        subject=Subject(volume.subject),
        edition=Edition(volume.edition),
        grade=volume.grade,
        part=volume.part,
        variant=volume.variant,
    )
