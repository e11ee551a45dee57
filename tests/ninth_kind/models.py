"""Experiments (实验指导); a test registers the kind, so that the others count eight."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from resources.library.kinds.forms import KindForm
from resources.library.kinds.reading import Fields
from resources.library.kinds.texts import Told
from resources.library.models import Kind


class ExperimentForm(KindForm):
    KEEPS = ("equipment", "warning")

    equipment = forms.CharField(label="Equipment", max_length=200, required=False)
    warning = forms.CharField(label="Warning for teachers", max_length=200, required=False)


class Experiment(Told):
    KIND = Kind(code="experiment", label="Experiment", mark="X", synonyms=("实验指导", "实验"))
    form_class = ExperimentForm

    equipment = models.CharField(max_length=200, blank=True)
    warning = models.CharField(max_length=200, blank=True)

    def own_words(self) -> list[str]:
        return [self.equipment]

    def parts(self) -> list[str]:
        return [*filter(None, [self.warning]), *super().parts()]

    @property
    def is_filled(self) -> bool:
        return bool(self.equipment)

    def read(self, fields: Fields) -> None:
        super().read(fields)
        self.equipment = fields.text("equipment", 200) or self.equipment
        self.warning = fields.text("warning", 200) or self.warning

    def fields(self, *, with_parts: bool = False) -> dict[str, Any]:
        told = {"equipment": self.equipment, **super().fields(with_parts=with_parts)}
        return {**told, "warning": self.warning} if with_parts else told
