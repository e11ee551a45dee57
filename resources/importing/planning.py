"""Looks up what the rows of an import say (导入核对) and makes the resources, without saving one.

`Planner.plan` answers for one row with everything that the writer needs, or with the reason why
it cannot be taken. It asks the database a few times for thousands of rows and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from resources.catalogue.models import Standard
from resources.catalogue.normalise import edition_name, subject_name
from resources.catalogue.queries import lesson_path
from resources.importing.places import Ladders, Standing, Taught
from resources.importing.places_to_be import library_account_name
from resources.importing.records import Record, Refused, folded, read_record
from resources.importing.shelfmark import Catalogue, Found, ends_alike
from resources.importing.sources import FileRefusal, Source
from resources.importing.words import Textbook, read_textbook
from resources.library.actions.making import describe
from resources.library.kinds.reading import FieldRefused
from resources.library.models import KINDS, Resource, kinds
from schools.curriculum import Subject, stage_of
from schools.models import Membership, School, User
from schools.models.dated import today

AHEAD = 500
"""Rows whose schools, people and ids are asked for at once."""
_NOT_CHECKED = frozenset(
    [
        *("path", "depth", "numchild", "translation_key", "locale", "owner", "content_type"),
        *("school", "maker", "volume", "chapter", "video", "slides", "page_ptr", "resource_ptr"),
        *("latest_revision", "live_revision", "locked_by", "alias_of", "url_path"),
    ]
)


@dataclass(slots=True)
class Report:
    """What became of one row."""

    line: int
    reason: str = ""
    record: Record | None = None
    book: Textbook | None = None
    found: Found = field(default_factory=Found)
    standing: Standing | None = None
    standards: list[str] = field(default_factory=list)
    owner: str = ""
    is_there: bool = False
    """Whether an earlier run has made it."""
    row: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.reason

    @property
    def taught(self) -> Taught:
        """Subject and stage as understood, empty where they are not known."""
        book, volume = self.book or Textbook(), self.found.volume
        if volume is not None:
            return volume.subject, volume.stage
        stage = book.stage or (stage_of(book.grade) if book.grade else "")
        return str(book.subject or ""), str(stage)

    def as_json(self) -> dict[str, Any]:
        """The object of the report; null is what is not known."""
        record, book = self.record, self.book or Textbook()
        chapter, volume = self.found.chapter, self.found.volume
        subject = Subject(volume.subject) if volume else book.subject
        return {
            "line": self.line,
            "ok": self.ok,
            "reason": self.reason,
            "id": record.source_id if record else _shown(self.row.get("id")),
            "title": record.title if record else _shown(self.row.get("title")),
            "kind": record.kind if record else None,
            "school": record.school if record else _shown(self.row.get("school")),
            "stage": volume.stage if volume else book.stage,
            "subject": subject and subject_name(subject),
            "subject_code": subject,
            "edition": book.edition and edition_name(book.edition),
            "edition_code": book.edition,
            "grade": volume.grade if volume and volume.grade else book.grade,
            "volume": book.part or None,
            "in_catalogue": str(volume) if volume else None,
            "chapter": lesson_path(chapter) if chapter else None,
            "standards": self.standards,
            "scope": self.standing.scope if self.standing else None,
            "owner": self.owner or None,
            "there_already": self.is_there,
            "notes": record.notes if record else [],
        }


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)[:100]


@dataclass(slots=True)
class Planned:
    """A row that can be taken: a resource that is not saved, and where it is to stand."""

    line: int
    record: Record
    resource: Resource
    standing: Standing
    files: list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a file with the number of its line; `fault` where it could not be read."""

    line: int
    values: Mapping[str, Any]
    fault: str = ""


class Owners:
    """Whose resources those are whose owner has no account: the account of the school's library."""

    def __init__(self, default: User | None = None) -> None:
        self.default = default
        self.of_schools: dict[str, User] = {}

    def library_of(self, school: School) -> User:
        """`default`, or an account that stands for the school's library; perhaps not yet saved."""
        if self.default is not None:
            return self.default
        if school.code not in self.of_schools:
            name = library_account_name(school.code)
            there = User.objects.filter(username=name).first()
            self.of_schools[school.code] = there or User(username=name, name=school.name[:40])
        return self.of_schools[school.code]


class Planner:
    """Plans rows in their order; the first row with an id is taken, the next refused."""

    def __init__(
        self,
        source: Source,
        *,
        owners: Owners,
        new_school: Callable[[str], School] | None = None,
    ) -> None:
        self.source, self.owners, self.new_school = source, owners, new_school
        self.catalogue, self.ladders = Catalogue(), Ladders()
        self.kinds = _spellings()
        self.standards = {standard.code: standard for standard in Standard.objects.all()}
        self.schools: dict[str, School | None] = {}
        self.people: dict[tuple[str, str], User | None] = {}
        self.lines: dict[str, int] = {}
        self.there: dict[str, tuple[str, str]] = {}

    def plan(self, rows: Iterable[Row]) -> Iterator[tuple[Report, Planned | None]]:
        """A report of each row, with what is to be written unless it is refused or there."""
        waiting = iter(rows)
        while batch := list(islice(waiting, AHEAD)):
            self._look_ahead([row.values for row in batch if not row.fault])
            for row in batch:
                yield self._planned(row)

    # looking up

    def _look_ahead(self, rows: list[Mapping[str, Any]]) -> None:
        codes = {str(row["school"]).strip() for row in rows if row.get("school")}
        unseen = {code[:80] for code in codes} - set(self.schools)
        found = School.objects.filter(code__in=unseen).select_related("region", "container")
        self.schools.update(dict.fromkeys(unseen))
        self.schools.update((school.code, school) for school in found)
        ids = [str(row["id"]).strip() for row in rows if row.get("id")]
        there = Resource.objects.filter(source_id__in=ids).select_related("school")
        self.there = {str(row.source_id): (row.kind, row.school.code) for row in there}
        names = {str(row["owner"]).strip() for row in rows if row.get("owner")}
        self._look_up_people({name for name in names if len(name) <= 60})

    def _look_up_people(self, names: set[str]) -> None:
        unseen = names - {name for name, _school in self.people}
        named = User.objects.filter(
            Q(username__in=unseen) | Q(phone__in=unseen) | Q(name__in=unseen), is_active=True
        )
        found = {user.pk: user for user in named}
        members = Membership.objects.on(today()).filter(user__in=found)
        schools: dict[int, set[str]] = {}
        for pk, code in members.values_list("user", "school__code"):
            schools.setdefault(pk, set()).add(code)
        for user in found.values():
            for code in schools.get(user.pk, set()):
                for word in {user.username, user.phone, user.name} & unseen:
                    # Two of one name at one school are nobody for certain.
                    key = (str(word), code)
                    self.people[key] = None if key in self.people else user
        self.people.update((key, None) for key in ((name, "") for name in unseen))

    # one row

    def _planned(self, row: Row) -> tuple[Report, Planned | None]:
        report = Report(row.line, row=row.values)
        try:
            if row.fault:
                raise Refused(row.fault)
            report.record = read_record(row.values, kinds=self.kinds)
            return report, self._look_up(row, report, report.record)
        except (Refused, FieldRefused, FileRefusal) as refused:
            report.reason = str(refused)
        except ValidationError as error:
            report.reason = "; ".join(_messages(error))
        return report, None

    def _look_up(self, row: Row, report: Report, record: Record) -> Planned | None:
        first = self.lines.setdefault(record.source_id, row.line)
        if first != row.line:
            raise Refused(
                _("The id “%(id)s” stands on line %(line)s already.")
                % {"id": record.source_id, "line": first}
            )
        school = self._school(record.school)
        report.is_there = self._is_there(record, school)
        report.book = self._textbook(record)
        report.found = self._place(record, report.book)
        report.standing = self.ladders.standing(school, record.scope, report.taught)
        record.notes.extend(report.standing.notes)
        standards = self._standards(record, report)
        owner = self._owner(record, school)
        report.owner = owner.name
        if report.is_there:
            return None
        for name in record.files:
            self.source.check(name)
        resource = self._resource(record, report, school, owner, standards)
        return Planned(row.line, record, resource, report.standing, record.files)

    def _school(self, code: str) -> School:
        school = self.schools.get(code)
        if school is None and self.new_school is not None:
            school = self.schools[code] = self.new_school(code)
        if school is None:
            raise Refused(_("There is no school with the code “%(code)s”.") % {"code": code})
        return school

    def _is_there(self, record: Record, school: School) -> bool:
        there = self.there.get(record.source_id)
        if there is None:
            return False
        if there != (record.kind, school.code):
            raise Refused(
                _("The id “%(id)s” is that of another resource here.") % {"id": record.source_id}
            )
        return True

    def _textbook(self, record: Record) -> Textbook:
        book = read_textbook(record.textbook)
        for name, reason in book.unclear.items():
            record.notes.append(
                _("not understood and left out: %(name)s “%(value)s”")
                % {"name": name, "value": record.textbook[name][:40]}
                + f" ({reason})"
            )
        return book

    def _place(self, record: Record, book: Textbook) -> Found:
        found = self.catalogue.place(book, record.chapter)
        if found.volume is None and book.part:
            record.notes.append(_("this textbook is not in the catalogue, or not named in full"))
        if record.chapter and (
            found.chapter is None
            or len(record.chapter) > len(self.catalogue.ancestors(found.chapter)) + 1
        ):
            chapter = " > ".join(record.chapter)[:80]
            record.notes.append(_("chapter not found: %(chapter)s") % {"chapter": chapter})
        return found

    def _standards(self, record: Record, report: Report) -> list[Standard]:
        unknown = [code for code in record.standards if code not in self.standards]
        if unknown:
            codes = "、".join(unknown[:5])
            record.notes.append(_("standards not known: %(codes)s") % {"codes": codes})
        found = [self.standards[code] for code in record.standards if code in self.standards]
        report.standards = [standard.code for standard in found]
        return found

    def _owner(self, record: Record, school: School) -> User:
        if record.owner:
            if (person := self.people.get((record.owner, school.code))) is not None:
                return person
            names = [name for name in record.contributors.split("、") if name]
            if record.owner not in names:
                record.contributors = "、".join([record.owner, *names])[:300]
            record.notes.append(
                _("%(name)s has no account at the school and is named as a contributor")
                % {"name": record.owner}
            )
        return self.owners.library_of(school)

    def _resource(
        self,
        record: Record,
        report: Report,
        school: School,
        owner: User,
        standards: list[Standard],
    ) -> Resource:
        resource = KINDS[record.kind](uuid=record.uuid, source_id=record.source_id)
        book, found = report.book or Textbook(), report.found
        describe(
            resource,
            record.title,
            {
                "subject": str(book.subject or ""),
                "stage": str(book.stage or ""),
                "grade": book.grade,
                "volume": found.volume,
                "chapter": found.chapter,
                "summary": record.summary,
                "licence": record.licence,
                "contributors": record.contributors,
                "difficulty": record.difficulty,
                "tags": record.tags,
                "standards": standards,
                "link": record.link,
            },
        )
        if resource.stage == "" and book.stage:
            resource.stage = str(book.stage)
        own = dict(record.fields)
        if record.body:
            own["body"] = record.body
        if unknown := resource.fill(own):
            names = "、".join(unknown[:5])
            record.notes.append(_("not known and left out: %(names)s") % {"names": names})
        resource.textbook = _as_written(record, book, found)
        resource.school, resource.maker, resource.owner = school, owner, owner
        resource.slug = str(resource.uuid)
        resource.draft_title = resource.title
        resource.show_in_menus = False
        resource.premium, resource.quality, resource.uses = (
            record.premium,
            record.quality,
            record.uses,
        )
        resource.clean_fields(exclude=_NOT_CHECKED)
        return resource


def _as_written(record: Record, book: Textbook, found: Found) -> dict[str, Any]:
    """What the row says of its textbook and the catalogue does not know."""
    said: dict[str, Any] = {}
    if found.volume is None:
        said = {"edition": str(book.edition or ""), "part": book.part}
    if record.chapter and (found.chapter is None or not ends_alike(found.chapter, record.chapter)):
        said["chapter"] = record.chapter
    said["words"] = [record.textbook[name] for name in book.unclear]
    return {name: value for name, value in said.items() if value}


def _messages(error: ValidationError) -> Iterator[str]:
    for name, messages in error.message_dict.items():
        yield f"{name}: {' '.join(messages)}"


def _spellings() -> dict[str, str]:
    """How kinds are written, `folded`, each with its code."""
    found: dict[str, str] = {}
    for kind in kinds():
        for word in (*kind.synonyms, str(kind.label), kind.code):
            found.setdefault(folded(word), kind.code)
    for kind in kinds():
        found[folded(kind.code)] = kind.code
    return found
