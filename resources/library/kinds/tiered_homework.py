"""Tiered homework (课后分层作业): for each pupil what fits."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from resources.library.kinds.forms import KindForm
from resources.library.kinds.item_forms import TierRow, new_tiers
from resources.library.kinds.items import Item
from resources.library.kinds.reading import Fields
from resources.library.kinds.registry import register_kind
from resources.library.kinds.texts import Told
from resources.library.kinds.tiers import Tier, code_of, stored, tiers_from
from resources.library.models.resource import Kind


class HomeworkForm(KindForm):
    """Tiers with their questions."""

    ROWS = {"tiers": TierRow}

    @classmethod
    def initial_of_new(cls) -> dict[str, Any]:
        return {**super().initial_of_new(), "tiers": new_tiers()}


@register_kind
class TieredHomework(Told):
    """Homework in tiers with names of the maker's choice."""

    KIND = Kind(
        code="tiered_homework",
        label=_("Tiered homework"),
        mark=pgettext_lazy("one character for tiered homework", "H"),
        synonyms=("课后分层作业", "分层作业", "作业", "家庭作业", "课后作业", "作业设计"),
        about=_("Homework in tiers, so that each pupil has what fits."),
        learning_type="homework",
    )
    form_class = HomeworkForm

    tiers = models.JSONField(_("tiers"), default=list, blank=True)

    class Meta:
        verbose_name = _("tiered homework")
        verbose_name_plural = _("tiered homework")

    @property
    def levels(self) -> list[Tier]:
        """The tiers in order."""
        return stored(self.tiers)

    @property
    def questions(self) -> list[Item]:
        """The items of all tiers in order."""
        return [item for tier in self.levels for item in tier.items]

    def tier_values(self) -> list[str]:
        named = [value for tier in self.levels for value in (code_of(tier.name), tier.name)]
        return list(dict.fromkeys(filter(None, named)))

    def own_words(self) -> list[str]:
        names = [word for tier in self.levels for word in (tier.name, tier.standard)]
        return [*names, *(words for item in self.questions for words in item.public_words)]

    def rich_texts(self) -> list[str]:
        stems = [text for item in self.questions for text in (item.stem, *item.options)]
        return [*super().rich_texts(), *stems]

    def parts(self) -> list[str]:
        held = [text for item in self.questions for text in (item.answer, item.analysis) if text]
        return [*held, *super().parts()]

    @property
    def is_filled(self) -> bool:
        return bool(self.questions)

    def read(self, fields: Fields) -> None:
        super().read(fields)
        if tiers := tiers_from(fields.rows("tiers")):
            self.tiers = [tier.data for tier in tiers]

    def fields(self, *, with_parts: bool = False) -> dict[str, Any]:
        told = [tier.fields(with_parts=with_parts) for tier in self.levels]
        given = {"tiers": told} if told else {}
        return {**given, **super().fields(with_parts=with_parts)}
