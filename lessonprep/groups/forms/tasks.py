"""Forms of the tasks: one task, a shift of dates, preparers in turn, another lesson."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from lessonprep.groups.actions.tasks import days_of, state_of
from lessonprep.groups.models import ClassMode, PrepPlan, PrepTask
from lessonprep.groups.queries import lessons_without_task, tasks_of, users_in
from lessonprep.groups.scheduling import Days
from schools.models import Term, User

MOST_PERIODS = 20
FARTHEST = 60
"""Teaching days that dates can be moved at once."""


def day_field(**more: Any) -> forms.DateField:
    """A day, chosen from the browser's calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **more)


def within(term: Term, day: date) -> date:
    """The day, if the term has it."""
    if term.week_of(day) is None:
        raise forms.ValidationError(
            _("The term runs from %(first)s to %(last)s. Choose a day within it."),
            params={"first": date_format(term.first_day), "last": date_format(term.last_day)},
        )
    return day


class UserField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A member by name, with the school where two have one name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class TaskForm(forms.ModelForm[PrepTask]):
    """When a lesson is taught, what is due before, who prepares it, in which class mode."""

    teaching_day = day_field(label=_("Teaching day"))
    draft_due = day_field(label=_("First drafts due"), required=False)
    discussion_due = day_field(label=_("Discussion due"), required=False)
    approval_due = day_field(label=_("Approval due"), required=False)
    periods = forms.IntegerField(
        label=_("Lesson periods"), min_value=1, max_value=MOST_PERIODS, required=False
    )
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    class Meta:
        model = PrepTask
        fields = [
            "teaching_day",
            "draft_due",
            "discussion_due",
            "approval_due",
            "main_preparer",
            "periods",
            "class_mode",
            "class_form",
        ]
        labels = {
            "main_preparer": _("Main preparer"),
            "class_mode": _("Class mode"),
            "class_form": _("Class form"),
        }
        help_texts = {"class_form": _("Of a lesson over the network alone.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = users_in(self.instance.prep_plan.prep_group)
        if self.instance.main_preparer_id:  # one who has left stays named until another is
            members = members | User.objects.filter(pk=self.instance.main_preparer_id)
        self.fields["main_preparer"].queryset = members.order_by("name")  # type: ignore[attr-defined]
        self.fields["main_preparer"].empty_label = _("nobody yet")  # type: ignore[attr-defined]
        self.fields["class_mode"].required = False
        self.initial["base"] = state_of(self.instance)
        self._stored = days_of(self.instance)
        self._mode = self.instance.class_mode

    def clean_teaching_day(self) -> date:
        return within(self.instance.prep_plan.term, self.cleaned_data["teaching_day"])

    def clean_class_mode(self) -> str:
        return self.cleaned_data["class_mode"] or self._mode

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("class_form") and data.get("class_mode") == ClassMode.IN_PERSON:
            self.add_error(
                "class_form",
                _("A lesson in the room has no form. Leave it empty, or choose another mode."),
            )
        for earlier, later in (
            ("draft_due", "discussion_due"),
            ("discussion_due", "approval_due"),
            ("approval_due", "teaching_day"),
        ):
            if data.get(earlier) and data.get(later) and data[earlier] > data[later]:
                # Days that nobody touched move with the teaching day.
                if self._are_untouched(data):
                    break
                self.add_error(
                    earlier,
                    forms.ValidationError(
                        _("“%(what)s” is on %(day)s: this must not be later."),
                        params={
                            "what": self.fields[later].label,
                            "day": date_format(data[later], "Y-m-d"),
                        },
                    ),
                )
        return data

    def _are_untouched(self, data: dict[str, Any]) -> bool:
        typed = (data.get("draft_due"), data.get("discussion_due"), data.get("approval_due"))
        stored = (self._stored.draft_due, self._stored.discussion_due, self._stored.approval_due)
        moved = data.get("teaching_day") != self._stored.teaching_day
        return None in typed or (typed == stored and moved)

    def days(self) -> Days | None:
        """The days as typed; None has what is due worked out from the teaching day."""
        data = self.cleaned_data
        if self._are_untouched(data):
            return None
        return Days(
            data["teaching_day"], data["draft_due"], data["discussion_due"], data["approval_due"]
        )

    def _post_clean(self) -> None:
        """The action checks and writes: the instance stays as it was read."""


class ShiftForm(forms.Form):
    """From which task on, and by how many teaching days."""

    first: Any = forms.ModelChoiceField(
        PrepTask.objects.none(),
        label=_("From this lesson on"),
        to_field_name="uuid",
        empty_label=None,
    )
    teaching_days = forms.IntegerField(
        label=_("By how many teaching days"),
        help_text=_("Later by a positive number, earlier by a negative one."),
        min_value=-FARTHEST,
        max_value=FARTHEST,
        initial=1,
    )
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, *args: Any, prep_plan: PrepPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first"].queryset = tasks_of(prep_plan)  # type: ignore[attr-defined]

    def clean_teaching_days(self) -> int:
        days: int = self.cleaned_data["teaching_days"]
        if days == 0:
            raise forms.ValidationError(_("By 0 days nothing moves. Type 1, 2 … or -1."))
        return days


class TurnsForm(forms.Form):
    """From which task on, and who takes turns."""

    first: Any = forms.ModelChoiceField(
        PrepTask.objects.none(),
        label=_("From this lesson on"),
        to_field_name="uuid",
        empty_label=None,
    )
    preparers: Any = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Who takes turns"),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
    )
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, *args: Any, prep_plan: PrepPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first"].queryset = tasks_of(prep_plan)  # type: ignore[attr-defined]
        members = users_in(prep_plan.prep_group).order_by("pk")
        self.fields["preparers"].queryset = members  # type: ignore[attr-defined]


class NewTaskForm(forms.Form):
    """A lesson of the volume that the plan left out."""

    chapter: Any = forms.ModelChoiceField(User.objects.none(), label=_("Lesson"), empty_label=None)
    teaching_day = day_field(label=_("Teaching day"))
    main_preparer: Any = UserField(
        User.objects.none(), label=_("Main preparer"), required=False, empty_label=_("nobody yet")
    )

    def __init__(self, *args: Any, prep_plan: PrepPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.term = prep_plan.term
        self.fields["chapter"].queryset = lessons_without_task(prep_plan)  # type: ignore[attr-defined]
        members = users_in(prep_plan.prep_group).order_by("name")
        self.fields["main_preparer"].queryset = members  # type: ignore[attr-defined]

    def clean_teaching_day(self) -> date:
        return within(self.term, self.cleaned_data["teaching_day"])
