"""Forms of a prep group's people: the group itself, its schools, a new member."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lessonprep.groups.access import may_found
from lessonprep.groups.models import PrepGroup
from lessonprep.groups.queries import candidates_for, schools_within
from schools.curriculum import Grade, Stage, Subject, stage_of
from schools.models import Membership, School, User

NO_GRADE = [("", _("all grades of the stage")), *Grade.choices]


class PrepGroupForm(forms.Form):
    """Name and grade of a group."""

    name = forms.CharField(label=_("Name of the group"), max_length=60)
    grade = forms.TypedChoiceField(
        label=_("Grade"), choices=NO_GRADE, coerce=int, empty_value=None, required=False
    )


class TeacherField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A teacher with the school."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user.name} · {obj.school.name}"


class NewPrepGroupForm(PrepGroupForm):
    """A new group: what it prepares, its schools, who leads it."""

    field_order = ["name", "subject", "stage", "grade", "lead", "receiving", "leader"]
    subject = forms.ChoiceField(label=_("Subject"), choices=Subject.choices)
    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices)
    lead: Any = forms.ModelChoiceField(School.objects.none(), label=_("Lead end"))
    receiving: Any = forms.ModelMultipleChoiceField(
        School.objects.none(),
        label=_("Receiving ends"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    leader = forms.CharField(
        label=_("Leader"),
        help_text=_("User name or phone number of a teacher of the lead end."),
        max_length=60,
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        within = schools_within(by)
        self.fields["lead"].queryset = within  # type: ignore[attr-defined]
        self.fields["receiving"].queryset = within  # type: ignore[attr-defined]

    def clean_leader(self) -> User:
        typed = self.cleaned_data["leader"].strip()
        found = User.objects.filter(Q(username=typed) | Q(phone=typed), is_active=True).first()
        lead = self.cleaned_data.get("lead")
        at_lead = Membership.objects.on().filter(user=found, school=lead) if lead else None
        # One answer for nobody and for somebody elsewhere: who has an account is not told.
        if found is None or (at_lead is not None and not at_lead.exists()):
            raise forms.ValidationError(
                _("No teacher of the lead end has this user name or phone number. Check it.")
            )
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        lead = data.get("lead")
        if lead and not may_found(
            self.by, lead, subject=data.get("subject", ""), stage=data.get("stage", "")
        ):
            self.add_error("subject", _("Your role does not cover this subject and stage."))
        if lead and lead in (data.get("receiving") or ()):
            data["receiving"] = [school for school in data["receiving"] if school != lead]
        grade = data.get("grade")
        if grade and data.get("stage") and stage_of(grade) != data["stage"] and grade != Grade.G6:
            self.add_error("grade", _("This grade is of another stage."))
        return data


class InviteForm(forms.Form):
    """A teacher of one of the group's schools."""

    membership: Any = TeacherField(Membership.objects.none(), label=_("Teacher"))

    def __init__(self, *args: Any, prep_group: PrepGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = candidates_for(prep_group)  # type: ignore[attr-defined]


class SchoolForm(forms.Form):
    """A school to take in as a receiving end."""

    school: Any = forms.ModelChoiceField(School.objects.none(), label=_("School"))

    def __init__(self, *args: Any, prep_group: PrepGroup, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = prep_group.ends.values("school")
        others = schools_within(by).exclude(pk__in=there)
        self.fields["school"].queryset = others  # type: ignore[attr-defined]
