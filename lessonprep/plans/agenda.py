"""The agenda of a discussion (研讨议题): the first drafts of a plan, section by section.

What the drafts agree on folds away; every difference has a number that stays. Plain Python: drafts
come in as ``(id, sections)``, the id of the base first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from html import escape

from lessonprep.plans.agreement import Agreed, Difference, Variant, compared
from lessonprep.plans.designs import columns_of, key_of
from lessonprep.plans.numbering import circled
from lessonprep.plans.sections import Section, is_empty
from lessonprep.plans.sentences import Unit, blocks_of, key_of_text, units_of
from resources.library.blocks import COLUMNS

LONGEST_MARKED = 600
"""Differing words are marked in variants up to so many characters; the comparison is quadratic."""
WORTH_MARKING = 0.4
"""Less alike, two texts differ everywhere: marks would be noise."""
MINUTES = "minutes"
STEP = "step"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a difference is: in a section, and in a process in which step and column of it."""

    section: str
    step: str = ""
    """The step's name as recognised; empty in a text."""
    column: str = ""
    """A column, `MINUTES`, or `STEP` for the step as a whole; empty in a text."""
    words: str = ""
    """The step's name as written."""


@dataclass(frozen=True, slots=True)
class Said:
    """One variant of a difference, as shown and as taken."""

    digest: str
    drafts: list[int]
    text: str
    html: str
    """What goes into the plan when the variant is taken as it is."""
    pieces: list[tuple[str, bool]]
    """The words, with whether they differ from the base; empty where `html` is shown."""
    is_base: bool
    row: Mapping[str, object] | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether these drafts say nothing here."""
        return not self.html and not self.text and self.row is None


@dataclass(frozen=True, slots=True)
class Issue:
    """A numbered difference."""

    key: str
    place: Place
    variants: list[Said]
    after: str
    """The agreed sentence before it, as recognised."""
    base: list[str]
    """The sentences of the base here, as recognised."""
    apart: bool = False
    number: int = 0

    @property
    def mark(self) -> str:
        """Its number in a circle."""
        return circled(self.number)

    @property
    def written(self) -> list[Said]:
        """The variants that say something."""
        return [said for said in self.variants if not said.is_nothing]

    @property
    def silent(self) -> list[int]:
        """The drafts that say nothing here."""
        return [id_ for said in self.variants if said.is_nothing for id_ in said.drafts]

    @property
    def label(self) -> object:
        """What the column is called; empty in a text."""
        return COLUMNS.get(self.place.column, "")


@dataclass(frozen=True, slots=True)
class Agreement:
    """What several drafts say alike, folded into a line."""

    texts: list[str]
    drafts: list[int]
    wordings: list[str]
    place: Place


Item = Agreement | Issue


@dataclass(slots=True)
class SectionAgenda:
    """A section of the plan with its agreements and issues in order."""

    id: str
    heading: str
    in_plan: bool
    written: list[int]
    silent: list[int]
    items: list[Item] = field(default_factory=list)

    @property
    def issues(self) -> list[Issue]:
        """The numbered differences."""
        return [item for item in self.items if isinstance(item, Issue)]


Draft = tuple[int, Sequence[Section]]


def agenda_of(
    plan: Sequence[Section], drafts: Sequence[Draft], numbers: Mapping[str, int]
) -> list[SectionAgenda]:
    """The agenda, its issues numbered through; `numbers` are those given before."""
    agendas = [_section(*aligned) for aligned in _aligned(plan, drafts)]
    return _numbered(agendas, numbers)


def numbers_of(agendas: Sequence[SectionAgenda]) -> dict[str, int]:
    """The numbers of all issues by key."""
    return {issue.key: issue.number for agenda in agendas for issue in agenda.issues}


def _numbered(agendas: list[SectionAgenda], numbers: Mapping[str, int]) -> list[SectionAgenda]:
    following = max(numbers.values(), default=0)
    for agenda in agendas:
        for at, item in enumerate(agenda.items):
            if isinstance(item, Issue):
                number = numbers.get(item.key)
                if number is None:
                    number = following = following + 1
                agenda.items[at] = replace(item, number=number)
    return agendas


# sections


def _aligned(
    plan: Sequence[Section], drafts: Sequence[Draft]
) -> list[tuple[Section, dict[int, Section], bool]]:
    """Each section of the plan, then those that only drafts have, with the drafts' own."""
    left = {id_: list(sections) for id_, sections in drafts}
    result = [(section, _take_all(left, section), True) for section in plan]
    while any(left.values()):
        section = next(sections[0] for sections in left.values() if sections)
        found = _take_all(left, section)
        if any(not is_empty(own) for own in found.values()):
            result.append((section, found, False))
    return result


_FITS: list[Callable[[Section, Section], bool]] = [
    lambda own, section: own["id"] == section["id"],
    lambda own, section: bool(key_of(own)) and key_of(own) == key_of(section),
    lambda own, section: own["value"]["heading"] == section["value"]["heading"],
]


def _take_all(left: Mapping[int, list[Section]], section: Section) -> dict[int, Section]:
    found = {}
    for id_, sections in left.items():
        own = _best(sections, section)
        if own is not None:
            sections.remove(own)
            found[id_] = own
    return found


def _best(sections: Sequence[Section], section: Section) -> Section | None:
    for fits in _FITS:
        for own in sections:
            if own["type"] == section["type"] and fits(own, section):
                return own
    return None


def _section(section: Section, own: Mapping[int, Section], in_plan: bool) -> SectionAgenda:
    written = {id_: mine for id_, mine in own.items() if not is_empty(mine)}
    agenda = SectionAgenda(
        id=section["id"],
        heading=section["value"]["heading"],
        in_plan=in_plan,
        written=list(written),
        silent=[id_ for id_ in own if id_ not in written],
    )
    if section["type"] == "text":
        texts = {id_: mine["value"].get("body") or "" for id_, mine in written.items()}
        agenda.items = _text_items(texts, Place(section["id"]))
    else:
        rows = {
            id_: [row["value"] for row in mine["value"].get("rows", [])]
            for id_, mine in written.items()
        }
        agenda.items = _process_items(rows, section["id"])
    return agenda


# texts


def _text_items(texts: Mapping[int, str], place: Place) -> list[Item]:
    found = {id_: units_of(html) for id_, html in texts.items()}
    found = {id_: units for id_, units in found.items() if units}
    if not found:
        return []
    return [
        _agreement(item, place) if isinstance(item, Agreed) else _issue(item, place, found)
        for item in compared(found)
    ]


def _agreement(item: Agreed[int], place: Place) -> Agreement:
    return Agreement([unit.text for unit in item.units], item.who, item.wordings, place)


def _issue(item: Difference[int], place: Place, found: Mapping[int, Sequence[Unit]]) -> Issue:
    base_id = next(iter(found))
    base = next((variant for variant in item.variants if base_id in variant.who), None)
    first = base or item.variants[0]
    return Issue(
        key=_key(place, "apart" if item.apart else item.after.key if item.after else ""),
        place=place,
        variants=[_said(variant, first, is_base=variant is base) for variant in item.variants],
        after=item.after.key if item.after else "",
        base=[unit.key for unit in base.units] if base else [],
        apart=item.apart,
    )


def _key(place: Place, after: str) -> str:
    text = "|".join([place.section, place.step, place.column, after])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _said(variant: Variant[int], base: Variant[int], *, is_base: bool) -> Said:
    text = _lines(variant.units)
    html = _html(variant.units)
    solid = any(unit.html and unit.html.startswith("<table") for unit in variant.units) or any(
        "<img" in unit.html or "data-latex" in unit.html for unit in variant.units
    )
    return Said(
        digest=_digest(html or text),
        drafts=variant.who,
        text=text,
        html=html,
        pieces=[] if solid else _marked(text, _lines(base.units), variant is base),
        is_base=is_base,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _lines(units: Sequence[Unit]) -> str:
    """The sentences, a line a block."""
    lines: dict[int, str] = {}
    for unit in units:
        lines[unit.block] = f"{lines.get(unit.block, '')}{unit.text}"
    return "\n".join(lines.values())


def _html(units: Sequence[Unit]) -> str:
    """The same as blocks of HTML; a block that is not whole comes as its words."""
    parts: dict[int, str] = {}
    for unit in units:
        whole = unit.html or escape(unit.text, quote=False)
        parts[unit.block] = f"{parts.get(unit.block, '')}{whole}"
    return "".join(_paragraph(part) for part in parts.values())


def _paragraph(part: str) -> str:
    if part.startswith("<li"):
        return f"<p>{blocks_of(f'<ul>{part}</ul>')[0].inner}</p>"
    return part if part.startswith(("<p", "<h", "<t", "<b", "<u", "<o")) else f"<p>{part}</p>"


def _marked(text: str, base: str, is_base: bool) -> list[tuple[str, bool]]:
    """The words with whether they differ from the base's; long texts are not marked."""
    if is_base or not base or max(len(text), len(base)) > LONGEST_MARKED:
        return [(text, False)] if text else []
    matcher = SequenceMatcher(None, base, text, autojunk=False)
    if matcher.ratio() < WORTH_MARKING:
        return [(text, False)]
    codes = matcher.get_opcodes()
    return [
        (text[k:m], tag != "equal" and not text[k:m].isspace())
        for tag, _i, _j, k, m in codes
        if k < m
    ]


# processes

Rows = Mapping[int, Sequence[Mapping[str, object]]]


def _process_items(rows: Rows, section: str) -> list[Item]:
    steps = {id_: _steps(own) for id_, own in rows.items()}
    names = _names_in_order(steps)
    items: list[Item] = []
    for key in names:
        having = {id_: own[key] for id_, own in steps.items() if key in own}
        words = str(next(iter(having.values())).get("step") or "")
        items += _step_items(having, list(rows), Place(section, key, STEP, words))
    return items


def _steps(rows: Sequence[Mapping[str, object]]) -> dict[str, Mapping[str, object]]:
    """The steps by name; one without a name, or a second of a name, by its place."""
    steps: dict[str, Mapping[str, object]] = {}
    for number, row in enumerate(rows, start=1):
        key = key_of_text(str(row.get("step") or "")) or f"#{number}"
        steps[key if key not in steps else f"{key}#{number}"] = row
    return steps


def _names_in_order(steps: Mapping[int, dict[str, Mapping[str, object]]]) -> list[str]:
    """All steps, the base's first; each further one after that which its draft has before it.

    A step whose name contains another's (导入 in 情境导入) is taken for the same one.
    """
    names: list[str] = []
    for own in steps.values():
        before = -1
        for key in list(own):
            name = _same_step(key, names, own)
            if name != key:
                own[name] = own.pop(key)
            if name not in names:
                names.insert(before + 1, name)
            before = names.index(name)
    return names


def _same_step(key: str, names: Sequence[str], own: Mapping[str, object]) -> str:
    if key in names or len(key) < 2 or "#" in key:
        return key
    near = [n for n in names if n not in own and "#" not in n and len(n) > 1]
    near = [name for name in near if name in key or key in name]
    return near[0] if len(near) == 1 else key


def _step_items(
    having: Mapping[int, Mapping[str, object]], all_: Sequence[int], place: Place
) -> list[Item]:
    if len(having) == 1 < len(all_) or len(having) * 2 <= len(all_):
        return [_step_issue(having, all_, place)]
    items: list[Item] = []
    if len(having) < len(all_):
        items.append(_step_issue(having, all_, place))
    items += _minutes_items(having, replace(place, column=MINUTES))
    for column in columns_of(None, having.values()):
        texts = {id_: str(row.get(column) or "") for id_, row in having.items()}
        items += _text_items(texts, replace(place, column=column))
    return items


def _step_issue(
    having: Mapping[int, Mapping[str, object]], all_: Sequence[int], place: Place
) -> Issue:
    """A step that only some drafts have."""
    groups: dict[str, list[int]] = {}
    for id_, row in having.items():
        groups.setdefault(json.dumps(row, sort_keys=True), []).append(id_)
    if len(having) * 2 > len(all_):  # its cells are compared by themselves
        groups = {next(iter(groups)): list(having)}
    base = all_[0]
    variants = [_said_step(digest, having[ids[0]], ids, base) for digest, ids in groups.items()]
    without = [id_ for id_ in all_ if id_ not in having]
    if without:
        variants.append(Said("nothing", without, "", "", [], base in without))
    return Issue(_key(place, ""), place, variants, after="", base=[])


def _said_step(content: str, row: Mapping[str, object], ids: Sequence[int], base: int) -> Said:
    text = _row_text(row)
    pieces = [(text, False)]
    return Said(_digest(content), [*ids], text, "", pieces, base in ids, dict(row))


def _row_text(row: Mapping[str, object]) -> str:
    minutes = f" {row['minutes']}\N{PRIME}" if row.get(MINUTES) else ""
    lines = [f"{row.get('step') or ''}{minutes}"]
    for column in COLUMNS:
        units = units_of(str(row.get(column) or ""))
        if units:
            lines.append(f"{COLUMNS[column]}: {' '.join(_lines(units).splitlines())}")
    return "\n".join(lines)


def _minutes_items(having: Mapping[int, Mapping[str, object]], place: Place) -> list[Item]:
    groups: dict[str, list[int]] = {}
    for id_, row in having.items():
        if row.get(MINUTES):
            groups.setdefault(str(row[MINUTES]), []).append(id_)
    if len(groups) < 2:
        return []
    base = next(iter(having))
    variants = [
        Said(_digest(text), ids, text, text, [(text, base not in ids)], base in ids)
        for text, ids in groups.items()
    ]
    return [Issue(_key(place, ""), place, variants, after="", base=[])]
