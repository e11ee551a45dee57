"""Says of each line of a roster who is meant and what would change, or why it cannot be taken.

The same phone number is the same person: who is there already is changed, and a changed school
is never a silent move. Nothing is written here; `schools.staff.actions.rosters` takes the plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from schools.access import Role, Scope
from schools.curriculum import Grade, SchoolSystem, Stage, Subject, stage_of
from schools.models import Membership, Region, RoleGrant, School, TeacherTitle, User
from schools.models.dated import held_on, today
from schools.names import tidy_name
from schools.rosters.reading import (
    Conferred,
    Unclear,
    folded,
    read_grades,
    read_name,
    read_phone,
    read_roles,
    read_stages,
    read_subjects,
    read_titles,
)
from schools.signin.access import looked_after_by
from schools.spreadsheets import BadCell, Row
from schools.staff.access import may_grant, schools_covered

_AT_ONCE = 500
"""How many values one query asks for."""
Taught = tuple[str, int | None, str]
"""A subject, a grade where one is said, and the stage."""


class Outcome(models.TextChoices):
    """What becomes of a line."""

    NEW = "new", gettext_lazy("New account")
    CHANGED = "changed", pgettext_lazy("outcome of a line", "Changed")
    SAME = "same", gettext_lazy("Nothing to change")
    MOVED = "moved", gettext_lazy("Moves here")
    REFUSED = "refused", pgettext_lazy("outcome of a line", "Refused")


@dataclass(slots=True)
class Line:
    """One line of a roster: what was understood, who is meant, what is to be done."""

    line: int
    outcome: Outcome = Outcome.REFUSED
    reason: str = ""
    notes: list[str] = field(default_factory=list)
    school: School | None = None
    name: str = ""
    phone: str = ""
    taught: list[Taught] = field(default_factory=list)
    titles: list[Conferred] = field(default_factory=list)
    grants: list[tuple[Role, Scope, str, str]] = field(default_factory=list)
    """Roles with their scope, subject and stage."""
    new_titles: list[Conferred] = field(default_factory=list)
    new_grants: list[tuple[Role, Scope, str, str]] = field(default_factory=list)
    """Of the titles and roles those that are not held yet."""
    user: User | None = None
    membership: Membership | None = None
    """Their present time at the school, where there is one."""
    leaves: Membership | None = None
    """Their main school until now, where they move."""

    @property
    def ok(self) -> bool:
        return self.outcome != Outcome.REFUSED

    def as_json(self) -> dict[str, Any]:
        """The line of a report."""
        return {
            "line": self.line,
            "ok": self.ok,
            "reason": self.reason,
            "outcome": str(self.outcome),
            "notes": self.notes,
            "school": self.school.code if self.school else None,
            "name": self.name,
            "phone": self.phone,
            "username": self.user.username if self.user and self.ok else None,
            "subjects": _once(subject for subject, _grade, _stage in self.taught),
            "stages": _once(stage for _subject, _grade, stage in self.taught),
            "grades": _once(grade for _subject, grade, _stage in self.taught),
            "titles": [
                {"title": title.kind, "level": title.level, "since": str(title.since or "")}
                for title in self.titles
            ],
            "roles": [str(role) for role, *_rest in self.grants],
        }


def _once(values: Iterable[Any]) -> list[Any]:
    return [value for value in dict.fromkeys(values) if value]


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """All lines of a file."""

    lines: list[Line]

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if not line.ok]

    @property
    def taken(self) -> list[Line]:
        return [line for line in self.lines if line.ok]

    def counts(self) -> dict[str, int]:
        """How many lines there are of each outcome."""
        found = dict.fromkeys(Outcome.values, 0)
        for line in self.lines:
            found[line.outcome.value] += 1
        return found


def plan_roster(
    rows: Sequence[Row],
    *,
    by: User | None,
    move: bool = False,
    seen: Callable[[], None] = lambda: None,
) -> RosterPlan:
    """The plan of these rows for the one who hands them in; None is the system itself.

    `move` lets a line end somebody's time at another school that `by` looks after too.
    """
    planner = _Planner(by, move)
    lines = []
    for row in rows:
        lines.append(planner.first_look(row))
        seen()
    planner.meet(lines)
    return RosterPlan(lines)


class _Planner:
    """Two looks at every line: what it says, then who is there already."""

    def __init__(self, by: User | None, move: bool) -> None:
        self.by, self.move = by, move
        self.lines_by_phone: dict[str, int] = {}
        covered = School.objects.all() if by is None else schools_covered(by)
        self.schools: dict[str, list[School]] = defaultdict(list)
        self.codes: dict[str, School] = {}
        for school in covered.select_related("region"):
            self.schools[folded(school.name)].append(school)
            self.codes[folded(school.code)] = school
        only_one = by is not None and len(self.codes) == 1
        self.only = next(iter(self.codes.values())) if only_one else None
        self.counties: dict[int, Region] = {}

    # What the line says

    def first_look(self, row: Row) -> Line:
        line = Line(row.line)
        try:
            self._read(row, line)
        except (Unclear, BadCell) as error:
            line.reason = str(error)
        else:
            line.outcome = Outcome.NEW
        return line

    def _read(self, row: Row, line: Line) -> None:
        # Name and number first, so that a report tells of whom it speaks.
        line.name = read_name(row["name"])
        line.phone = read_phone(row["phone"])
        line.school = self._school(row["school"])
        if first := self.lines_by_phone.get(line.phone):
            raise Unclear(_("Line %(line)s has the same phone number.") % {"line": first})
        self.lines_by_phone[line.phone] = line.line
        line.taught = _taught(row, SchoolSystem(line.school.system))
        line.titles = read_titles(row["title"], row["title_level"], row["title_from"])
        if any(title.since is None for title in line.titles):
            line.notes.append(_("The title has no first day; it counts from today."))
        line.grants = [
            grant for role in read_roles(row["roles"]) for grant in self._grants(role, line)
        ]

    def _school(self, text: str) -> School:
        if not text:
            if self.only is not None:
                return self.only
            raise Unclear(_("The school is missing."))
        if school := self.codes.get(folded(text)):
            return school
        named = self.schools.get(folded(text), [])
        if len(named) > 1:
            raise Unclear(
                _("Several schools are called “%(name)s”. Write the school code instead.")
                % {"name": text}
            )
        if not named:
            raise Unclear(
                _("“%(name)s” is unknown, or not a school that you look after.") % {"name": text}
            )
        return named[0]

    def _grants(self, role: Role, line: Line) -> Iterator[tuple[Role, Scope, str, str]]:
        """A role on the school; a researcher's and a county's on the county of the school."""
        school = line.school
        if school is None or role not in {
            Role.SCHOOL_ADMIN,
            Role.LIBRARY_EDITOR,
            Role.RESEARCHER,
            Role.REGION_ADMIN,
        }:
            raise Unclear(
                _("The role “%(role)s” is not given by a roster, but on its own page.")
                % {"role": role.label}
            )
        regional = role in {Role.RESEARCHER, Role.REGION_ADMIN}
        scope: Scope = self._county(school) if regional else school
        if not may_grant(self.by, role, scope):
            raise Unclear(
                _("You may not give the role “%(role)s” on %(place)s.")
                % {"role": role.label, "place": scope}
            )
        if role == Role.RESEARCHER and line.taught:
            yield from sorted(
                {(role, scope, subject, stage) for subject, _grade, stage in line.taught},
                key=lambda grant: grant[2:],
            )
        else:
            yield role, scope, "", ""

    def _county(self, school: School) -> Region:
        if school.region_id not in self.counties:
            above = Region.objects.filter(pk__in=school.region.ids_upwards())
            county = above.filter(level=Region.Level.COUNTY).first()
            self.counties[school.region_id] = county or school.region
        return self.counties[school.region_id]

    # Who is there already

    def meet(self, lines: list[Line]) -> None:
        """Compare the lines that can be read with the people there are."""
        good = [line for line in lines if line.ok]
        self._load(good)
        for line in good:
            try:
                self._settle(line)
            except Unclear as error:
                line.outcome, line.reason = Outcome.REFUSED, str(error)

    def _load(self, lines: list[Line]) -> None:
        users = [
            user
            for phones in _parts([line.phone for line in lines])
            for user in User.objects.filter(phone__in=phones)
        ]
        self.users = {str(user.phone): user for user in users}
        pks = [user.pk for user in users]
        self.memberships = _by_user(
            Membership.objects.filter(
                held_on(today()) | models.Q(since__gt=today())
            ).select_related("school"),
            pks,
            "assignments",
        )
        self.grants = _by_user(RoleGrant.objects.on(), pks)
        self.titles = _by_user(TeacherTitle.objects.on(), pks)
        self.mine = set(pks) if self.by is None else _looked_after(self.by, pks)
        self.namesakes = self._namesakes(lines)

    def _namesakes(self, lines: list[Line]) -> dict[tuple[int, str], set[str]]:
        """The phone numbers of each name at each school: those there, those of the file."""
        found: dict[tuple[int, str], set[str]] = defaultdict(set)
        for line in lines:
            if line.school is not None:
                found[line.school.pk, line.name].add(line.phone)
        for names in _parts(sorted({line.name for line in lines})):
            there = Membership.objects.on().filter(
                user__name__in=names, school__in={pk for pk, _name in found}
            )
            for school, name, phone in there.values_list("school", "user__name", "user__phone"):
                found[school, name].add(phone or "")
        return found

    def _settle(self, line: Line) -> None:
        if line.school is None:
            return
        if len(self.namesakes[line.school.pk, line.name]) > 1:
            line.notes.append(
                _("Another %(name)s is at this school; they are told apart by phone number.")
                % {"name": line.name}
            )
        user = self.users.get(line.phone)
        line.new_titles, line.new_grants = line.titles, line.grants
        if user is None:
            return
        self._recognise(line, user)
        line.user = user
        self._leave_out_what_is_held(line, user)
        there = self.memberships[user.pk]
        line.membership = next((m for m in there if m.school_id == line.school.pk), None)
        elsewhere = [m for m in there if m.is_main and m.school_id != line.school.pk]
        if line.membership is None and elsewhere:
            self._move(line, elsewhere[0])
        else:
            line.outcome = Outcome.CHANGED if self._changes(line) else Outcome.SAME

    def _recognise(self, line: Line, user: User) -> None:
        """Raise where the person of this number is not the one of the line, or is out of reach."""
        if tidy_name(user.name) != line.name:
            if user.pk in self.mine:
                raise Unclear(
                    _("The phone number belongs to %(name)s. Correct the name there first.")
                    % {"name": user.name}
                )
            raise Unclear(_("The phone number belongs to somebody of another name."))
        if not user.is_active:
            raise Unclear(_("The account is closed. Open it again first."))
        held = self.grants[user.pk]
        if self.by is not None and user.pk not in self.mine and held and self.by.pk != user.pk:
            raise Unclear(_("This person holds roles beyond your right; ask the county."))

    def _move(self, line: Line, old: Membership) -> None:
        if line.user is None or line.user.pk not in self.mine:
            raise Unclear(
                _("This person belongs to another school, which has to let them go first.")
            )
        if not self.move:
            raise Unclear(
                _("This person belongs to %(school)s. Allow moves, or leave the line out.")
                % {"school": old.school}
            )
        line.leaves, line.outcome = old, Outcome.MOVED
        line.notes.append(_("Leaves %(school)s.") % {"school": old.school})

    def _leave_out_what_is_held(self, line: Line, user: User) -> None:
        titles = {(title.kind, title.level) for title in self.titles[user.pk]}
        line.new_titles = [t for t in line.titles if (t.kind, t.level) not in titles]
        held = {(g.role, g.scope_key, g.subject, g.stage) for g in self.grants[user.pk]}
        line.new_grants = [
            grant
            for grant in line.grants
            if (grant[0], (type(grant[1]).__name__, grant[1].pk), *grant[2:]) not in held
        ]

    def _changes(self, line: Line) -> bool:
        """Whether anything is to be written for somebody who does not move."""
        if line.membership is None:
            return True
        present = {(a.subject, a.grade, a.stage) for a in line.membership.assignments.all()}
        teaches_else = bool(line.taught) and set(line.taught) != present
        if teaches_else and present:
            line.notes.append(_("What is taught is replaced by what the line says."))
        return teaches_else or bool(line.new_titles or line.new_grants)


def _taught(row: Row, system: SchoolSystem) -> list[Taught]:
    subjects: list[Subject] = read_subjects(row["subjects"])
    stages: list[Stage] = read_stages(row["stage"])
    grades = read_grades(row["grades"], stages, system)
    if grades and not subjects:
        raise Unclear(_("There are grades without a subject."))
    if grades:
        return [
            (subject.value, Grade(grade).value, stage_of(grade, system).value)
            for subject, grade in product(subjects, grades)
        ]
    return [
        (subject.value, None, stage)
        for subject, stage in product(subjects, [stage.value for stage in stages] or [""])
    ]


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))


def _by_user(
    rows: models.QuerySet[Any], users: Sequence[int], *prefetch: str
) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for pks in _parts(users):
        for row in rows.filter(user__in=pks).prefetch_related(*prefetch):
            found[row.user_id].append(row)
    return found


def _looked_after(by: User, users: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for pks in _parts(list(users)):
        found.update(looked_after_by(by).filter(pk__in=pks).values_list("pk", flat=True))
    return found
