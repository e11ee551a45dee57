"""The choice of a lesson-design model (教学设计模式) while a prep plan is set up."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessonprep.groups.choices import PlanChoice, register_choice
from lessonprep.groups.models import PrepGroup, PrepPlan
from lessonprep.plans.actions.designs import choose_default
from lessonprep.plans.queries import designs_for
from schools.models import User

USUAL = ""


def _options(prep_group: PrepGroup) -> list[tuple[str, str]]:
    designs = [(design.code, str(design)) for design in designs_for(prep_group)]
    return [(USUAL, _("As the group usually begins")), *designs]


def _choose(prep_plan: PrepPlan, code: str, by: User) -> None:
    if code != USUAL:
        design = designs_for(prep_plan.prep_group).get(code=code)
        choose_default(of=prep_plan, design=design, by=by)


register_choice(PlanChoice("design", gettext_lazy("Design model"), _options, _choose))
