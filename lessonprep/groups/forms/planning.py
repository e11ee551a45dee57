"""Forms of a new prep plan: choosing volume and term, the task list before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lessonprep.groups.choices import CHOICES
from lessonprep.groups.models import PrepGroup, PrepPlan
from lessonprep.groups.queries import terms_for
from lessonprep.groups.scheduling import Lesson
from resources.catalogue.models import Chapter, Volume
from schools.models import Term, User

MOST_PERIODS = 20


class TermForm(forms.Form):
    """Which volume in which term, and how many periods a week."""

    volume: Any = forms.ModelChoiceField(
        Volume.objects.none(), label=_("Textbook volume"), empty_label=None
    )
    term: Any = forms.ModelChoiceField(Term.objects.none(), label=_("Term"), empty_label=None)
    periods_per_week = forms.IntegerField(
        label=_("Lesson periods a week"), min_value=1, max_value=15, initial=5
    )

    def __init__(self, *args: Any, prep_group: PrepGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prep_group = prep_group
        self.already: PrepPlan | None = None
        """The plan that there is for this volume and term."""
        self.volumes = Volume.objects.filter(subject=prep_group.subject)
        if prep_group.grade:
            self.volumes = self.volumes.filter(grade=prep_group.grade)
        self.terms = terms_for(prep_group)
        self.fields["volume"].queryset = self.volumes  # type: ignore[attr-defined]
        self.fields["term"].queryset = self.terms  # type: ignore[attr-defined]
        for choice in CHOICES.values():
            options = choice.options(prep_group)
            if len(options) > 1:
                self.fields[choice.name] = forms.ChoiceField(
                    label=str(choice.label), choices=options, required=False
                )

    @property
    def chosen(self) -> list[forms.BoundField]:
        """The fields that other apps brought."""
        return [self[name] for name in CHOICES if name in self.fields]

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        if asked.get("volume") and asked.get("term"):
            made = PrepPlan.objects.filter(prep_group=self.prep_group, volume=asked["volume"])
            self.already = made.filter(term=asked["term"]).first()
        return asked


class TaskListForm(forms.Form):
    """Periods and main preparer of each lesson; no periods leave the lesson out."""

    def __init__(
        self,
        *args: Any,
        lessons: Sequence[Chapter],
        preparers: Sequence[User],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lessons = lessons
        choices = [("", _("nobody yet")), *((str(user.pk), user.name) for user in preparers)]
        for number, lesson in enumerate(lessons):
            self.fields[f"periods-{lesson.pk}"] = forms.IntegerField(
                label=_("Periods"), min_value=0, max_value=MOST_PERIODS, initial=lesson.periods
            )
            turn = preparers[number % len(preparers)].pk if preparers else ""
            self.fields[f"preparer-{lesson.pk}"] = forms.ChoiceField(
                label=_("Main preparer"), choices=choices, required=False, initial=str(turn)
            )

    def kept(self) -> list[Lesson]:
        """The lessons to be prepared, in order."""
        lessons = (
            Lesson(lesson.pk, self.cleaned_data[f"periods-{lesson.pk}"]) for lesson in self.lessons
        )
        return [lesson for lesson in lessons if lesson.periods]

    def preparer_of(self, chapter_id: int) -> int | None:
        """The chosen main preparer's id."""
        chosen = self.cleaned_data[f"preparer-{chapter_id}"]
        return int(chosen) if chosen else None

    def initially(self) -> dict[str, Any]:
        """What the form posts when nothing is changed."""
        return {name: field.initial for name, field in self.fields.items()}
