"""Makers of old files as teachers have them: two hundred names of a volume, small real contents."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from resources.importing import actions
from resources.importing.models import Batch, OldFile
from schools.models import School, User
from tests.factories import media, people

LESSONS = (
    *("春", "济南的冬天", "雨的四季", "古代诗歌四首", "秋天的怀念", "散步", "散文诗二首"),
    *("世说新语二则", "从百草园到三味书屋", "再塑生命的人", "论语十二章", "纪念白求恩"),
    *("植树的牧羊人", "走一步再走一步", "诫子书", "猫", "动物笑谈", "狼", "皇帝的新装", "女娲造人"),
)
WORDS = (
    "教案",
    "课件",
    "分层作业",
    "课堂练习",
    "微课",
    "教学设计(1)",
    "预习单",
    "板书",
    "最新",
    "",
)
_UNITS = "一二三四五"


def upload(name: str, content: bytes | None = None) -> SimpleUploadedFile:
    """A Word file as a form sends it."""
    return media.upload(name, media.office_bytes() if content is None else content)


def batch(by: User | None = None, school: School | None = None, **fields: object) -> Batch:
    """A batch without files."""
    school = school or people.school()
    by = by or people.teacher(school)
    return actions.start_batch(school=school, by=by, title="旧U盘", **fields)  # type: ignore[arg-type]


def old_file(of: Batch, path: str = "七上/第一单元/2 济南的冬天 分层作业.docx") -> OldFile:
    """A file that was uploaded."""
    return actions.take_file(of, by=of.by, file=upload(path), path=path)


def names(count: int) -> list[str]:
    """Paths as they lie on an old disk: some say everything, some little, some nothing."""
    found = []
    for number in range(count):
        lesson, word = LESSONS[number // len(WORDS) % len(LESSONS)], WORDS[number % len(WORDS)]
        unit = _UNITS[number // 40 % 5]
        extension = {"课件": "pptx", "微课": "mp4", "板书": "png"}.get(word, "docx")
        found.append(
            f"七上语文/第{unit}单元/{number:03} {lesson} {word}".rstrip() + f".{extension}"
        )
    return found


def folder(at: Path, count: int) -> list[Path]:
    """Real small files under these names."""
    contents = {
        "docx": media.office_bytes(),
        "pptx": media.office_bytes("ppt"),
        "mp4": media.video_bytes(),
        "png": media.picture_bytes(),
    }
    made = []
    for number, name in enumerate(names(count)):
        file = at / name
        file.parent.mkdir(parents=True, exist_ok=True)
        content = contents[file.suffix[1:]]
        file.write_bytes(content + (b"" if file.suffix == ".docx" else str(number).encode()))
        made.append(file)
    return made
