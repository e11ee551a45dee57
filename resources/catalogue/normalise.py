"""Reads textbook titles (教材名) as they come and says which volume is meant, or why it cannot.

`read_volume` takes the title apart piece by piece with the tables below; every character must be
accounted for. What is left over, or said twice in two ways, is a reason (`Unclear`), never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

from django.utils.translation import gettext as _

from resources.catalogue.models import Edition, SchoolSystem
from resources.catalogue.spellings import (
    BARE_STEMS,
    EDITION_NAMES,
    EITHER_SYSTEM,
    FIVE_FOUR_ONLY,
    NEW_RENJIAO,
    OLD_RENJIAO,
    STAGE_NAMES,
    SUBJECT_NAMES,
    TONGBIAN_IS_RENJIAO,
    TONGBIAN_SENIOR,
    TONGBIAN_SINCE,
    TONGBIAN_SINCE_SENIOR,
    TONGBIAN_SUBJECTS,
)
from schools.curriculum import Stage, Subject, stage_of

T = TypeVar("T")


@dataclass(slots=True)
class Reading:
    """What a title says: a whole volume, or the part understood when `read_volume` raises."""

    stage: Stage | None = None
    school_system: SchoolSystem | None = None
    subject: Subject | None = None
    edition: Edition | None = None
    variant: str = ""
    """What tells two series of one publisher apart, as printed: ``A版``, ``三年级起点``."""
    grade: int | None = None
    part: str = ""
    """``上``, ``下``, ``全`` or as printed: ``必修第一册``."""
    issue_year: int | None = None


class Unclear(ValueError):
    """A title that cannot be read for certain; `reading` is what was understood of it."""

    def __init__(self, reason: str, reading: Reading) -> None:
        super().__init__(reason)
        self.reason = reason
        self.reading = reading


# --- Characters ---------------------------------------------------------------------------------

_DOTS = "·•‧・∙⋅●.．"
_SAME = str.maketrans(
    {
        **dict.fromkeys("【〔［[《〈", "("),
        **dict.fromkeys("】〕］]》〉", ")"),
        **dict.fromkeys("—–_﹣‐‑−", "-"),
        **dict.fromkeys("～〜∼", "~"),
        **dict.fromkeys(_DOTS, ""),
    }
)


def clean(text: str) -> str:
    """`text` in half width and capitals, brackets alike, without spaces and middle dots."""
    folded = unicodedata.normalize("NFKC", text).translate(_SAME)
    return "".join(folded.split()).upper()


_DIGITS = {numeral: value for value, numeral in enumerate("一二三四五六七八九", start=1)}
_G = "[一二三四五六七八九1-9]"
_N = "[一二三四五六七八九十]"


def _number(numeral: str) -> int:
    return _DIGITS.get(numeral) or int(numeral)


class _Scanner:
    """Text that is taken away piece by piece; a bar marks where something stood."""

    def __init__(self, text: str) -> None:
        self.rest = text

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.search(self.rest)
        if match:
            self.rest = f"{self.rest[: match.start()]}|{self.rest[match.end() :]}"
        return match

    def take_all(self, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        found = []
        while match := self.take(pattern):
            found.append(match)
        return found

    @property
    def words(self) -> str:
        """What is left, without brackets and punctuation."""
        return re.sub(r"[|()\-~,，、:;&/]+", " ", self.rest).strip()


# --- Tables -------------------------------------------------------------------------------------

# A year beside 课程标准, or of a term or a school year, is not the year of issue.
_OTHER_YEAR = re.compile(
    r"\(?(?:[根依]据|按照)?\d{4}年?版?新?(?:课程标准|课标)版?(?:修订|编写)?版?\)?"
    r"|\(?20\d{2}-(?:20)?\d{2}学年度?\)?"
    r"|\(?20\d{2}年?[春秋](?:季学期|季|学期|用)?\)?(?!季|新?(?:修订)?版)"
)
_NOISE = tuple(
    re.compile(pattern)
    for pattern in (
        r"义务教育(?:课程标准)?(?:实验)?(?:教科书)?",
        r"课程标准(?:实验)?教科书",
        r"教科书|电子课本|课本|教材|学生用书|教育部审定|中学|水平[一二三四]",
        r"PDF$",
        r"\(?新目标版?\)?|\(?GOFORIT!?\)?",
        r"\(实验\)",
        r"\(?新(?:版|教材|课标)\)?",
    )
)
_SENIOR_BOOK = re.compile(r"普通高中(?:课程标准)?(?:实验)?(?:教科书)?")
_SYSTEM = re.compile(r"\(?(五四|54|六三|63)(?:学?制)\)?|\((五四|54|六三|63)\)")
_YEAR = re.compile(r"\(?((?:19|20)\d{2})年?(?:[春秋]季?)?(?:新?(?:修订)?版|印|审定)?\)?")
_RANGE = re.compile(rf"({_G})(?:年级)?[至到~-]({_G})年级")
_ELECTIVE = re.compile(
    r"(选择性必修|选必|必修|选修)[|(]*"
    # A numeral may stand right before the module's name, but 二胡 and 三维 are no numerals.
    rf"(第(?:{_N}+|\d+)册|\d-\d|\d+|{_N}+(?![胡维元角大级步次年])"
    r"|[上中下]册|[上中下](?=$|[|()]))?\)?(.*)$"
)
_OUTLINE = re.compile(r"(?:必修)?[|(]*中外历史纲要\)?[|(]*([上下])\)?册?")
_HALF_OF_MODULE = re.compile(r"\(([上下])册?\)\|*$")
_NOT_A_TEXTBOOK = re.compile(
    r"练习|习题|试卷|同步|答案|教案|课件|复习|作业|测试|讲义|笔记"
    # A part of a book, or two books.
    rf"|必修|选修|第(?:{_N}+|\d+)(?:单元|[章课节讲])"
)
_PART = {
    **dict.fromkeys(("上册", "上", "上学期", "第一学期"), "上"),
    **dict.fromkeys(("下册", "下", "下学期", "第二学期"), "下"),
    **dict.fromkeys(("全一册", "全册", "全一", "全", "上下册"), "全"),
}
_P = "|".join(sorted(_PART, key=len, reverse=True))
_CLASSES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"初中?([一二三四]|[1-4](?!\d))(?:年级)?(?:[|(]*({_P})\)?)?"), "junior"),
    (re.compile(rf"高中?([一二三])(?:年级)?(?:[|(]*({_P})\)?)?"), "senior"),
    (re.compile(rf"({_G})年级(?:[|(]*({_P})\)?)?"), ""),
    (re.compile(rf"({_G})\(?(上下册|上|下|全)\)?册?"), ""),
)
# English books of some series: 7A, 8B.
_LETTERED = re.compile(r"([1-9])([AB])(?!版)")
_BARE_PART = re.compile(r"(?:^|(?<=[|()]))[上下](?=$|[|()])")
_LONE_PART = re.compile(r"全一册|全册|上下册|[上下]册|第[一二]学期|[上下]学期|\([上下全]\)")
_VARIANTS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(r"\(?([一三])(?:年级)?起点\)?|\(([一三])起\)|(?<=[|版社册语])([一三])起"),
        lambda m: f"{m[1] or m[2] or m[3]}年级起点",
    ),
    (re.compile(r"\(?新起点\)?"), lambda _m: "一年级起点"),
    (re.compile(r"\(?PEP\)?版?"), lambda _m: "PEP"),
    (re.compile(r"\(?精通\)?(?:版)?"), lambda _m: "精通"),
    (re.compile(r"\(?EEC(?:学院)?\)?"), lambda _m: "EEC学院"),
    (re.compile(r"\(?(简谱|五线谱)版?\)?"), lambda m: m[1]),
    (re.compile(r"\(?([AB])版\)?"), lambda m: f"{m[1]}版"),
    (re.compile(r"学生活动手册|教师用书"), lambda m: m[0]),
    (re.compile(r"图册"), lambda m: m[0]),
)
_EDITOR = re.compile(r"\(主编:?([^()]+)\)")
# With these the editor's name tells nothing more apart.
_NEEDS_NO_EDITOR = frozenset({"A版", "B版", "PEP", "精通", "一年级起点", "EEC学院"})


def _table(names: Mapping[T, Iterable[str]]) -> dict[str, T]:
    return {clean(name): key for key, several in names.items() for name in several}


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_STAGES = _table(STAGE_NAMES) | {clean(stage.value): stage for stage in Stage}
_SUBJECTS = _table(SUBJECT_NAMES) | {clean(subject.value): subject for subject in Subject}
_STEMS = _table({edition: names.stems for edition, names in EDITION_NAMES.items()})
_CODES = {clean(edition.value): edition for edition in Edition}
_PUBLISHERS: dict[str, set[Edition]] = {}
for _edition, _names in EDITION_NAMES.items():
    for _publisher in _names.publishers:
        _PUBLISHERS.setdefault(_publisher, set()).add(_edition)
# A press that stands alone means its own edition, not one that it makes with others.
_OWN_EDITION = {
    publisher: edition
    for edition, names in EDITION_NAMES.items()
    if not names.joint
    for publisher in names.publishers
} | {"人民教育出版社": Edition.RENJIAO, "科学普及出版社": Edition.KEPU}

_SUBJECT_WORD = re.compile(
    _longest_first(clean(name) for names in SUBJECT_NAMES.values() for name in names)
)
_STAGE_WORD = re.compile(_longest_first(name for names in STAGE_NAMES.values() for name in names))
_EDITION_WORD = re.compile(
    rf"(?:配套)?({_longest_first(_STEMS)})版|({_longest_first(BARE_STEMS)})本?"
)


# --- Reading ------------------------------------------------------------------------------------


def read_volume(
    title: str, *, stage: str = "", subject: str = "", edition: str = "", issue_year: str = ""
) -> Reading:
    """The volume that `title` and the words beside it name; raises `Unclear`."""
    reader = _Reader()
    reader.read_stage(stage)
    reader.read_subject(subject)
    reader.read_year(issue_year)
    reader.read_edition(edition)
    reader.read_title(title)
    reader.settle()
    return reader.reading


def read_stage_and_subject(stage: str, subject: str) -> tuple[Stage, Subject]:
    """A stage and a subject by any of their names; raises `Unclear`."""
    reader = _Reader()
    reader.read_stage(stage)
    reader.read_subject(subject)
    found = reader.reading
    if found.stage is None:
        reader.fail(_("The stage is missing."))
    if found.subject is None:
        reader.fail(_("The subject is missing."))
    return found.stage, found.subject


def edition_name(edition: Edition) -> str:
    """The Chinese name of an edition, ``统编版``."""
    return EDITION_NAMES[edition].printed


def subject_name(subject: Subject) -> str:
    """The Chinese name of a subject, ``语文``."""
    return SUBJECT_NAMES[subject][0]


@dataclass(slots=True)
class _Reader:
    reading: Reading = field(default_factory=Reading)
    editions: set[Edition] = field(default_factory=set)
    publishers: set[str] = field(default_factory=set)
    variants: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    range_of_grades: str = ""
    before_tongbian: bool = False
    """A name of the edition says that it is from before the Tongbian one."""
    new_at_its_time: bool = False
    """Called a new Renjiao edition, which may be the last before the Tongbian one, or that."""
    spoken_grade: tuple[str, int] | None = None
    """A grade counted within a stage (初一), which the school system turns into one of 1 to 12."""

    def fail(self, reason: str, **data: object) -> NoReturn:
        raise Unclear(reason % data, self.reading)

    def same(self, name: str, value: object, *, words: str) -> None:
        """Note `value` under `name`; what was said before must agree."""
        before = getattr(self.reading, name)
        if before not in (None, "", value):
            self.fail(_("“%(words)s” contradicts what stands beside it."), words=words)
        setattr(self.reading, name, value)

    # The columns

    def read_stage(self, text: str) -> None:
        scanner = _Scanner(clean(text))
        self._take_system(scanner)
        word = scanner.words
        if word and word not in _STAGES:
            self.fail(_("Unknown stage “%(words)s”."), words=text)
        if word:
            self.reading.stage = _STAGES[word]

    def read_subject(self, text: str) -> None:
        scanner = _Scanner(clean(text))
        self._take_variants(scanner)
        word = scanner.rest.strip("|")
        if word and word not in _SUBJECTS:
            self.fail(_("Unknown subject “%(words)s”."), words=text)
        if word:
            self.reading.subject = _SUBJECTS[word]

    def read_year(self, text: str) -> None:
        if not text.strip():
            return
        match = _YEAR.fullmatch(clean(text))
        if not match:
            self.fail(_("The issue year “%(words)s” is not a year."), words=text)
        self.reading.issue_year = int(match[1])

    def read_edition(self, text: str) -> None:
        scanner = _Scanner(clean(text))
        self._take_variants(scanner)
        self._take_system(scanner)
        if match := scanner.take(_YEAR):
            self.same("issue_year", int(match[1]), words=text)
        for word in scanner.words.split():
            if word == "新":
                self.new_at_its_time = True
                continue
            stem = re.sub(r"[版本]$", "", word.removeprefix("配套"))
            if found := _STEMS.get(stem) or _CODES.get(word):
                self._note_edition(found, stem)
            elif word in _PUBLISHERS:
                self.publishers.add(word)
            else:
                self.fail(_("Unknown edition “%(words)s”."), words=text)

    # The title

    def read_title(self, title: str) -> None:
        if not title.strip():
            self.fail(_("The title is missing."))
        scanner = _Scanner(clean(title))
        self._take_wrapping(scanner, title)
        self._take_editions(scanner)
        elective = self._take_elective(scanner, title)
        self._take_class(scanner, title, elective=elective)
        for match in scanner.take_all(_STAGE_WORD):
            self.same("stage", _STAGES[match[0]], words=title)
        for match in scanner.take_all(_SUBJECT_WORD):
            self.same("subject", _SUBJECTS[match[0]], words=title)
        for match in scanner.take_all(_BARE_PART):
            self.same("part", _PART[match[0]], words=title)
        if scanner.words:
            self.fail(_("“%(words)s” in the title cannot be read."), words=scanner.words)

    def _take_wrapping(self, scanner: _Scanner, title: str) -> None:
        """What is printed around the name of the book; the order is that of the patterns' reach."""
        if scanner.take(_SENIOR_BOOK):
            self.same("stage", Stage.SENIOR, words=title)
        scanner.take_all(_OTHER_YEAR)
        self._take_system(scanner)
        self._take_variants(scanner)
        if match := scanner.take(_RANGE):
            self.range_of_grades = f"{_number(match[1])}至{_number(match[2])}年级"
        if match := scanner.take(_YEAR):
            self.same("issue_year", int(match[1]), words=title)
        for pattern in _NOISE:
            scanner.take_all(pattern)

    def _take_system(self, scanner: _Scanner) -> None:
        for match in scanner.take_all(_SYSTEM):
            five_four = (match[1] or match[2]) in ("五四", "54")
            system = SchoolSystem.FIVE_FOUR if five_four else SchoolSystem.SIX_THREE
            self.same("school_system", system, words=match[0])

    def _take_variants(self, scanner: _Scanner) -> None:
        for match in scanner.take_all(_EDITOR):
            if match[1] not in self.editors:
                self.editors.append(match[1])
        for pattern, name in _VARIANTS:
            for match in scanner.take_all(pattern):
                if name(match) not in self.variants:
                    self.variants.append(name(match))

    def _take_editions(self, scanner: _Scanner) -> None:
        for publisher in sorted(_PUBLISHERS, key=len, reverse=True):
            if scanner.take(re.compile(publisher)):
                self.publishers.add(publisher)
        for match in scanner.take_all(_EDITION_WORD):
            stem = match[1] or match[2]
            self._note_edition(_STEMS[stem], stem)

    def _note_edition(self, edition: Edition, stem: str) -> None:
        self.editions.add(edition)
        if edition == Edition.YUWEN_S:
            self.same("subject", Subject.CHINESE, words=stem)
        self.before_tongbian |= stem in OLD_RENJIAO
        self.new_at_its_time |= stem in NEW_RENJIAO

    def _take_elective(self, scanner: _Scanner, title: str) -> bool:
        if match := scanner.take(_OUTLINE):
            self.same("stage", Stage.SENIOR, words=title)
            self.same("subject", Subject.HISTORY, words=title)
            self.same("part", f"必修中外历史纲要（{match[1]}）", words=title)
            return True
        match = scanner.take(_ELECTIVE)
        if not match:
            return False
        self.same("stage", Stage.SENIOR, words=title)
        kind = match[1].replace("选必", "选择性必修")
        module = self._without_subject(match[3], scanner, title)
        self.same("part", kind + self._elective_part(match[2] or "", module, kind), words=title)
        return True

    def _without_subject(self, module: str, scanner: _Scanner, title: str) -> str:
        """必修第一册数学: the subject may stand behind, when nothing named it before."""
        if self.reading.subject is not None or _SUBJECT_WORD.search(scanner.rest):
            return module
        tail = _Scanner(module)
        if subject := tail.take(_SUBJECT_WORD):
            self.same("subject", _SUBJECTS[subject[0]], words=title)
        return tail.rest

    def _elective_part(self, numeral: str, module: str, kind: str) -> str:
        """Which book of its kind: by its number; by the name of its module where it has none."""
        number = self._elective_number(numeral)
        name = _Scanner(module).words.replace(" ", "")
        if found := _NOT_A_TEXTBOOK.search(module):
            self.fail(_("“%(words)s” in the title cannot be read."), words=found[0])
        if not number and not name:
            self.fail(_("The title does not say which volume it is (%(kind)s)."), kind=kind)
        if number.endswith("册") and name:
            self.fail(_("“%(words)s” in the title cannot be read."), words=name)
        if not number:
            printed = module.strip("|-").replace("|", "")
            return printed.replace("(", "（").replace(")", "）")
        half = _HALF_OF_MODULE.search(module)
        return f"{number}（{half[1]}册）" if half else number

    @staticmethod
    def _elective_number(text: str) -> str:
        """``第一册`` and ``上册`` as printed, ``1`` for 1 and 一: two ways of one print."""
        if match := re.fullmatch(r"第(\d+)册", text):
            numerals = {value: numeral for numeral, value in _DIGITS.items()}
            return f"第{numerals.get(int(match[1]), match[1])}册"
        if text in _DIGITS:
            return str(_DIGITS[text])
        return f"{text}册" if text in ("上", "中", "下") else text

    def _take_class(self, scanner: _Scanner, title: str, *, elective: bool) -> None:
        for pattern, counted_in in _CLASSES:
            for match in scanner.take_all(pattern):
                self._note_class(match, counted_in, title)
        if self.reading.subject == Subject.ENGLISH or "英语" in scanner.rest:
            for match in scanner.take_all(_LETTERED):
                self.same("grade", int(match[1]), words=title)
                self.same("part", "上" if match[2] == "A" else "下", words=title)
        for match in scanner.take_all(_LONE_PART):
            self.same("part", _PART[match[0].strip("()")], words=title)
        if elective:
            # The books of the senior stage are not bound to a grade.
            self.reading.grade, self.spoken_grade = None, None

    def _note_class(self, match: re.Match[str], counted_in: str, title: str) -> None:
        number = _number(match[1])
        if counted_in:
            spoken = (counted_in, number)
            if self.spoken_grade not in (None, spoken):
                self.fail(_("“%(words)s” contradicts what stands beside it."), words=title)
            self.spoken_grade = spoken
        else:
            self.same("grade", number, words=title)
        part = _PART.get(match[2] or "", "")
        if part and not self.reading.part.endswith("册"):
            self.same("part", part, words=title)

    # What follows from all of it

    def settle(self) -> None:
        """Turn what was noted into a volume, or say what is missing or contradictory."""
        reading = self.reading
        self._settle_system()
        self._settle_grade()
        stage = self._settled_stage()
        subject = self._settled_subject(stage)
        reading.edition = self._settled_edition(subject, stage)
        if not reading.part:
            self.fail(_("The title does not say which volume of the year it is."))
        if reading.part in ("上", "下", "全") and not (reading.grade or self.range_of_grades):
            self.fail(_("The title does not say which grade it is for."))
        if self.editors and not _NEEDS_NO_EDITOR.intersection(self.variants):
            self.variants.append("主编：" + "、".join(self.editors))
        if "三年级起点" in self.variants and (reading.grade or 3) < 3:
            self.fail(_("“%(words)s” contradicts what stands beside it."), words="三年级起点")
        if reading.grade is None and self.range_of_grades:
            self.variants.append(self.range_of_grades)
        reading.variant = " ".join(self.variants)

    def _settle_system(self) -> None:
        """The system that the edition implies where the title is silent."""
        named = self.editions or self._editions_of_publishers()
        if self.reading.school_system or self.reading.stage == Stage.SENIOR or len(named) != 1:
            return
        (edition,) = named
        if self.reading.subject in FIVE_FOUR_ONLY.get(edition, ()):
            self.reading.school_system = SchoolSystem.FIVE_FOUR
        elif edition in EITHER_SYSTEM and self.spoken_grade and self.spoken_grade[0] == "junior":
            self.fail(_("The title does not say whether this is the five-four system."))

    def _settle_grade(self) -> None:
        reading = self.reading
        if self.spoken_grade is None:
            return
        stage, number = self.spoken_grade
        if stage == "senior":
            self.same("grade", 9 + number, words=f"高{number}")
            return
        if number == 4:
            # Only the five-four system has a fourth junior year.
            self.same("school_system", SchoolSystem.FIVE_FOUR, words="初四")
        first = 5 if reading.school_system == SchoolSystem.FIVE_FOUR else 6
        self.same("grade", first + number, words=f"初{number}")

    def _settled_stage(self) -> Stage:
        reading = self.reading
        reading.school_system = reading.school_system or SchoolSystem.SIX_THREE
        if reading.grade is not None:
            stage = stage_of(reading.grade)
            if reading.school_system == SchoolSystem.FIVE_FOUR and reading.grade == 6:
                stage = Stage.JUNIOR
            if reading.stage not in (None, stage):
                self.fail(
                    _("Grade %(grade)s is not in the stage “%(stage)s”."),
                    grade=reading.grade,
                    stage=reading.stage.label if reading.stage else "",
                )
            reading.stage = stage
        if reading.stage is None:
            self.fail(_("The stage is missing."))
        return reading.stage

    def _settled_subject(self, stage: Stage) -> Subject:
        subject = self.reading.subject
        if subject is None:
            self.fail(_("The subject is missing."))
        if subject == Subject.POLITICS and stage != Stage.SENIOR:
            self.fail(_("This subject is taught in the senior stage only."))
        return subject

    def _settled_edition(self, subject: Subject, stage: Stage) -> Edition:
        named = self.editions or self._editions_of_publishers()
        found = {self._edition_of_the_nation(edition, subject, stage) for edition in named}
        if not found:
            self.fail(_("The edition is missing."))
        if len(found) > 1:
            self.fail(_("Two editions are named."))
        # An atlas (图册) is named after the textbook that it goes with, not after its own press.
        if self.editions and "图册" not in self.variants:
            for publisher in self.publishers:
                if not self.editions & _PUBLISHERS[publisher]:
                    self.fail(_("“%(words)s” does not publish this edition."), words=publisher)
        return found.pop()

    def _editions_of_publishers(self) -> set[Edition]:
        if len(self.publishers) == 1:
            return {_OWN_EDITION[name] for name in self.publishers if name in _OWN_EDITION}
        shared = [_PUBLISHERS[name] for name in self.publishers]
        return set.intersection(*shared) if shared else set()

    def _edition_of_the_nation(self, edition: Edition, subject: Subject, stage: Stage) -> Edition:
        """统编 and 人教 are one for three subjects, from the year in which 统编 began."""
        before_it = self._is_before_tongbian(stage)
        books = TONGBIAN_SENIOR.get(subject) if stage == Stage.SENIOR else None
        unknown_book = books is not None and self.reading.part not in books
        if edition == Edition.TONGBIAN and subject not in TONGBIAN_SUBJECTS:
            self.fail(_("There is no Tongbian edition of this subject."))
        if edition == Edition.TONGBIAN and before_it:
            self.fail(_("There was no Tongbian edition in that year."))
        if edition == Edition.TONGBIAN and unknown_book:
            self.fail(_("The Tongbian edition has no such book."))
        if edition != Edition.RENJIAO or subject not in TONGBIAN_IS_RENJIAO or before_it:
            return edition
        if self.new_at_its_time and self.reading.issue_year is None:
            self.fail(_("The title does not say whether this is the Tongbian edition."))
        if not unknown_book:
            return Edition.TONGBIAN
        if self.reading.grade is not None:
            self.fail(_("The title does not say which volume of the year it is."))
        return edition

    def _is_before_tongbian(self, stage: Stage) -> bool:
        """Whether year or name put the volume before the Tongbian edition came to its grade."""
        since = TONGBIAN_SINCE.get(self.reading.grade or 0, min(TONGBIAN_SINCE.values()))
        if stage == Stage.SENIOR:
            since = TONGBIAN_SINCE_SENIOR
        year = self.reading.issue_year
        return self.before_tongbian or (year is not None and year < since)
