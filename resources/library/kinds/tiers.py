"""Tiers of homework (作业分层): basic, stretch and beyond, unless the maker names others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext, pgettext

from resources.library.kinds.items import Item, items_from
from resources.library.kinds.items import stored as stored_items
from resources.library.kinds.reading import Fields


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier: its name, for how long, which standard it serves, and what is to be done."""

    id: str
    name: str
    minutes: int | None = None
    standard: str = ""
    items: tuple[Item, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """As the JSON field keeps it."""
        return {
            "id": self.id,
            "name": self.name,
            "minutes": self.minutes,
            "standard": self.standard,
            "items": [item.data for item in self.items],
        }

    def fields(self, *, with_parts: bool) -> dict[str, Any]:
        """As an export gives it."""
        told: dict[str, Any] = {"name": self.name}
        if self.minutes is not None:
            told["minutes"] = self.minutes
        if self.standard:
            told["standard"] = self.standard
        return {**told, "items": [item.fields(with_parts=with_parts) for item in self.items]}


def default_names() -> list[str]:
    """What the tiers are called unless the maker names them otherwise."""
    return [
        pgettext("tier of homework", "Basic"),
        pgettext("tier of homework", "Stretch"),
        pgettext("tier of homework", "Beyond"),
    ]


_CODES = {
    "basic": (
        "基础",
        "基础题",
        "基础巩固",
        "基础达标",
        "基础过关",
        "必做",
        "必做题",
        "A层",
        "basic",
    ),
    "stretch": ("提升", "提高", "能力提升", "巩固提升", "综合运用", "B层", "stretch"),
    "beyond": ("拓展", "拓展延伸", "拓展探究", "挑战", "培优", "选做", "选做题", "C层", "beyond"),
}
"""The codes by which tiers are searched, each with the names that mean it."""
_CODE_OF = {name.casefold(): code for code, names in _CODES.items() for name in names}


def code_of(name: str) -> str:
    """The code of a tier so named, empty for a name of the maker's own."""
    plain = "".join(name.split()).casefold()
    return _CODE_OF.get(plain) or _CODE_OF.get(plain.removesuffix("层"), "")


def tier_labels() -> dict[str, str]:
    """What the codes of tiers are called."""
    return dict(zip(_CODES, default_names(), strict=True))


def tier_words(code: str) -> tuple[str, ...]:
    """How a query may name a tier."""
    names = _CODES[code]
    return (*names, *(f"{name}层" for name in names if not name.endswith(("层", "题"))))


def tiers_from(rows: Iterable[Fields]) -> list[Tier]:
    """Tiers from outside; raises `FieldRefused`."""
    names = default_names()
    found = []
    for number, row in enumerate(rows):
        fallback = names[number] if number < len(names) else gettext("Tier")
        found.append(
            Tier(
                id=uuid4().hex,
                name=row.text("name", 30) or fallback,
                minutes=row.number("minutes", 600),
                standard="；".join(row.texts("standard", 200))[:200],
                items=tuple(items_from(row.rows("items"))),
            )
        )
    return found


def stored(data: Iterable[Mapping[str, Any]]) -> list[Tier]:
    """Tiers as the JSON field keeps them."""
    return [
        Tier(
            id=str(row.get("id", "")),
            name=str(row.get("name", "")),
            minutes=row.get("minutes"),
            standard=str(row.get("standard", "")),
            items=tuple(stored_items(row.get("items", ()))),
        )
        for row in data
    ]
