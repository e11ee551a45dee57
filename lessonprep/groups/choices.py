"""What apps above let one choose while a prep plan (备课计划) is set up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from lessonprep.groups.models import PrepGroup, PrepPlan
from schools.models import User


@dataclass(frozen=True)
class PlanChoice:
    """One field of the form; its `name` is that of the field."""

    name: str
    label: str | Promise
    options: Callable[[PrepGroup], Sequence[tuple[str, str]]]
    """Values and labels, the usual one first; with fewer than two nothing is asked."""
    choose: Callable[[PrepPlan, str, User], None]
    """Called in the transaction that makes the plan, with one of the values."""


CHOICES: dict[str, PlanChoice] = {}


def register_choice(choice: PlanChoice) -> None:
    """Ask this, too, when a prep plan is set up."""
    CHOICES[choice.name] = choice
