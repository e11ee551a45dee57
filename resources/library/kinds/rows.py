"""Repeatable rows of a form (可增减的行): questions, tiers, key moments, steps.

Adding, removing and moving a row are submit buttons, ``name="row" value="add:items"``, so that
they work without a script and by keyboard; `changed` answers them on what was posted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST = 100
_COMMAND = re.compile(
    r"(?P<verb>add|remove|up):(?P<prefix>[a-z]+(?:-\d+-[a-z]+)*?)(?:-(?P<row>\d+))?"
)


class RowForm(forms.Form):
    """One row; it counts only where one of the fields in `MEANT` is filled in."""

    MEANT: ClassVar[tuple[str, ...]] = ()
    ROWS: ClassVar[Mapping[str, type[RowForm]]] = {}
    """Rows within the row, by name."""
    LABEL: ClassVar[str | Promise] = _("Row")
    ADD: ClassVar[str | Promise] = _("Add a row")
    FOLDED: ClassVar[tuple[str, ...]] = ()
    """Fields that are folded away while they are empty."""
    SHORT: ClassVar[bool] = False
    """Whether the row stands on one line."""

    id = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(
        self,
        data: Any = None,
        *,
        before: Mapping[str, Mapping[str, Any]] | None = None,
        initial: Any = None,
        **kwargs: Any,
    ) -> None:
        start = self.initial_of(initial) if initial else None
        super().__init__(data, initial=start, **kwargs)
        self.known = before or {}
        self.rows = row_sets(
            self.ROWS,
            data,
            self.initial,
            prefix=f"{self.prefix}-",
            before=self.known,
        )

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        """What the fields start with for a row as the model keeps it."""
        return dict(row)

    @property
    def before(self) -> Mapping[str, Any]:
        """The row of the draft that this one was made from."""
        return self.known.get(self.data.get(self.add_prefix("id"), ""), {})

    @property
    def row_sets(self) -> list[RowSet]:
        """The rows within; a template would take a name like ``items`` for the method."""
        return list(self.rows.values())

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields that one sees at once."""
        return [field for field in self.visible_fields() if field.name not in self.FOLDED]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The fields that one may leave open."""
        return [self[name] for name in self.FOLDED]

    @property
    def is_unfolded(self) -> bool:
        """Whether a folded field says something or has a mistake."""
        return any(field.value() not in (None, "") or field.errors for field in self.folded)

    @property
    def is_open(self) -> bool:
        """Whether rows within it are written or were worked on."""
        within = self.row_sets
        if self.is_bound:
            return self.has_changed() or any(len(rows.forms) != 1 for rows in within)
        return any(
            form.initial.get(name) for rows in within for form in rows for name in form.MEANT
        )

    def has_changed(self) -> bool:
        said = (self.data.get(self.add_prefix(name), "").strip() for name in self.MEANT)
        return any(said) or any(rows.has_changed() for rows in self.rows.values())

    def is_valid(self) -> bool:
        # Every set of rows is asked, so that all mistakes are marked at once.
        within = [rows.is_valid() for rows in self.rows.values()]
        return super().is_valid() and all(within)

    def value(self) -> Any:
        """The row as the model's field keeps it."""
        return dict(self.cleaned_data)


class RowSet(BaseFormSet[RowForm]):
    """All rows of one name."""

    @property
    def label(self) -> str | Promise:
        """What the button to add a row says."""
        return self.form.ADD

    def values(self) -> list[Any]:
        """Those rows that say something."""
        return [form.value() for form in self.forms if form.has_changed()]


def row_sets(
    kinds: Mapping[str, type[RowForm]],
    data: Any,
    initial: Mapping[str, Any],
    *,
    prefix: str = "",
    before: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, RowSet]:
    """The rows of each name, from what was posted or from what the draft has."""
    found: dict[str, RowSet] = {}
    for name, form in kinds.items():
        rows: Any = formset_factory(
            form, formset=RowSet, extra=0, max_num=MOST, absolute_max=MOST, validate_max=True
        )
        start = None if data is not None else list(initial.get(name) or [])
        found[name] = rows(
            _as_new(data, prefix + name),
            initial=start,
            prefix=prefix + name,
            form_kwargs={"before": before or {}},
        )
    return found


def by_id(rows: Iterable[Any]) -> dict[str, Mapping[str, Any]]:
    """All rows that have an id, those within rows too."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        if isinstance(row, Mapping):
            if row.get("id"):
                found[str(row["id"])] = row
            found.update(by_id(value for value in row.values() if isinstance(value, list)))
        elif isinstance(row, list):
            found.update(by_id(row))
    return found


def _as_new(data: Any, prefix: str) -> Any:
    """What was posted, every row as good as new; without any rows where none were posted.

    What a row was made from is asked of the draft, never of the form.
    """
    if data is None:
        return None
    copy = data.copy()
    copy[f"{prefix}-TOTAL_FORMS"] = str(total_of(data, prefix))
    copy[f"{prefix}-INITIAL_FORMS"] = "0"
    return copy


def changed(data: QueryDict, command: str) -> QueryDict:
    """What was posted with one row more, less or moved up; unchanged where that makes no sense."""
    match = _COMMAND.fullmatch(command)
    if match is None:
        return data
    prefix, verb = match["prefix"], match["verb"]
    total = total_of(data, prefix)
    copy = data.copy()
    if verb == "add" and match["row"] is None:
        copy[f"{prefix}-TOTAL_FORMS"] = str(min(total + 1, MOST))
        return copy
    row = int(match["row"] or 0)
    if match["row"] is None or row >= total:
        return data
    if verb == "remove":
        order = [number for number in range(total) if number != row]
    else:
        above = max(row - 1, 0)
        order = [*range(above), row, *(n for n in range(above, total) if n != row)]
    return _in_order(copy, prefix, order)


def total_of(data: Mapping[str, Any], prefix: str) -> int:
    """How many rows were posted, `MOST` at most."""
    text = str(data.get(f"{prefix}-TOTAL_FORMS", ""))
    return min(int(text), MOST) if text.isdecimal() and len(text) < 6 else 0


def _in_order(data: QueryDict, prefix: str, order: list[int]) -> QueryDict:
    """The rows of `prefix` in a new order; rows not named are gone."""
    pattern = re.compile(rf"{re.escape(prefix)}-(\d+)-(.+)")
    place = {old: new for new, old in enumerate(order)}
    moved = QueryDict(mutable=True)
    for key, values in data.lists():
        match = pattern.fullmatch(key)
        if match is None:
            moved.setlist(key, values)
        elif int(match[1]) in place:
            moved.setlist(f"{prefix}-{place[int(match[1])]}-{match[2]}", values)
    moved[f"{prefix}-TOTAL_FORMS"] = str(len(order))
    return moved
