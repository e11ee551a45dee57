"""Forms of the staff pages; what decides over place and right is never taken from them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from schools.access import Role
from schools.curriculum import Grade, SchoolSystem, Stage, Subject, stage_of
from schools.models import Membership, School, TeacherTitle, User
from schools.models.dated import today
from schools.rosters.planning import Taught
from schools.rosters.reading import Unclear, read_name, read_phone
from schools.staff.access import Place, people_seen
from schools.staff.queries import Wanted

_ANY = [("", _("All"))]


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day, picked or typed."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class PeopleFilter(forms.Form):
    """What a list of people is narrowed to; what is unknown narrows nothing."""

    q = forms.CharField(label=_("Name, pinyin or end of the phone number"), required=False)
    subject = forms.ChoiceField(
        label=_("Subject"), required=False, choices=[*_ANY, *Subject.choices]
    )
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[*_ANY, *Stage.choices])
    title = forms.ChoiceField(
        label=pgettext_lazy("of a teacher", "Title"),
        required=False,
        choices=[*_ANY, *TeacherTitle.Kind.choices],
    )
    signed_in = forms.ChoiceField(
        label=_("Sign-in"),
        required=False,
        choices=[
            *_ANY,
            ("yes", _("Has signed in")),
            ("no", _("Never signed in")),
            ("terms", _("Terms not accepted")),
            ("closed", _("Account closed")),
        ],
    )

    def wanted(self) -> Wanted:
        """The filter as the query takes it."""
        self.is_valid()
        said = self.cleaned_data
        return Wanted(
            words=said.get("q", ""),
            subject=said.get("subject", ""),
            stage=said.get("stage", ""),
            title=said.get("title", ""),
            signed_in=said.get("signed_in", ""),
        )


class PersonForm(forms.Form):
    """Name and phone number of an account."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=60)
    phone = forms.CharField(label=_("Phone number"), max_length=30, required=False)

    def clean_name(self) -> str:
        try:
            return read_name(self.cleaned_data["name"])
        except Unclear as error:
            raise forms.ValidationError(str(error)) from error

    def clean_phone(self) -> str:
        typed = self.cleaned_data["phone"]
        if not typed:
            return ""
        try:
            return read_phone(typed)
        except Unclear as error:
            raise forms.ValidationError(str(error)) from error


class CorrectForm(PersonForm):
    """Name and phone number corrected; `base` says what the form was filled with."""

    base = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)


class AddForm(forms.Form):
    """One teacher, in the words of a roster."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=60)
    phone = forms.CharField(label=_("Phone number"), max_length=30)
    subjects = forms.CharField(
        label=_("Subjects"),
        required=False,
        max_length=200,
        help_text=_("Several with a comma between."),
    )
    stage = forms.CharField(label=_("Stage"), required=False, max_length=60)
    grades = forms.CharField(
        label=_("Grades"), required=False, max_length=100, help_text=_("For example 7, 8 or 3-5.")
    )


class TaughtForm(forms.Form):
    """What a person teaches: some of it ended, one subject added; what is not named stays."""

    ended = forms.MultipleChoiceField(
        label=_("No longer taught"), required=False, widget=forms.CheckboxSelectMultiple
    )
    subject = forms.ChoiceField(
        label=_("Further subject"), required=False, choices=[("", _("None")), *Subject.choices]
    )
    grade = forms.TypedChoiceField(
        label=_("Grade"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("All grades of the stage")), *Grade.choices],
    )
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", _("As the grade says")), *Stage.choices]
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership
        self.present = {str(each.pk): each for each in membership.assignments.all()}
        ended = self.fields["ended"]
        ended.choices = [(pk, str(each)) for pk, each in self.present.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("subject") and not (said.get("grade") or said.get("stage")):
            self.add_error("grade", _("Choose a grade, or a stage for all of its grades."))
        if not said.get("subject") and (said.get("grade") or said.get("stage")):
            self.add_error("subject", _("Choose the subject too."))
        return said

    def taught(self) -> list[Taught]:
        """What is taught from now on."""
        said = self.cleaned_data
        kept = [
            (each.subject, each.grade, each.stage)
            for pk, each in self.present.items()
            if pk not in said["ended"]
        ]
        if said["subject"]:
            system = SchoolSystem(self.membership.school.system)
            stage = stage_of(said["grade"], system) if said["grade"] else said["stage"]
            kept.append((said["subject"], said["grade"], str(stage)))
        return list(dict.fromkeys(kept))


class HolderForm(PersonForm):
    """Somebody of no school who gets an account and a role of the place."""

    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].required = True
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, role.label) for role in place.roles
        ]


class RoleForm(forms.Form):
    """Who gets which role of a place; whom the giver does not see cannot be named."""

    person = forms.CharField(
        label=_("Who"), max_length=60, help_text=_("User name or phone number, in full.")
    )
    role = forms.ChoiceField(label=_("Role"))
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", _("All")), *Stage.choices]
    )
    subject = forms.ChoiceField(
        label=_("Subject"), required=False, choices=[("", _("All")), *Subject.choices]
    )
    since = day_field(pgettext_lazy("first day", "From"), required=False)
    until = day_field(
        pgettext_lazy("last day", "Until"), required=False, help_text=_("Empty: until it is ended.")
    )

    def __init__(self, *args: Any, place: Place, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, role.label) for role in place.roles
        ]
        self.fields["since"].initial = today

    def clean_person(self) -> User:
        typed = "".join(self.cleaned_data["person"].split())
        seen = people_seen(self.by).filter(is_active=True)
        found = seen.filter(username=typed).first() or seen.filter(phone=typed).first()
        if found is None:
            raise forms.ValidationError(
                _("Nobody whom you look after has this user name or phone number.")
            )
        return found

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        admin = {Role.SCHOOL_ADMIN, Role.GROUP_ADMIN, Role.REGION_ADMIN, Role.OPERATOR}
        if said.get("role") in admin and (said.get("stage") or said.get("subject")):
            raise forms.ValidationError(_("An administrator’s role has no stage and no subject."))
        return _days_in_order(said)


class RotationForm(forms.Form):
    """Where a teacher goes on rotation, and for how long."""

    host = forms.ModelChoiceField(School.objects.none(), label=_("Host school"))
    since = day_field(pgettext_lazy("first day", "From"))
    until = day_field(
        pgettext_lazy("last day", "Until"), required=False, help_text=_("Empty: until it is ended.")
    )
    subject = forms.ChoiceField(
        label=_("Subject"), required=False, choices=[("", _("All")), *Subject.choices]
    )

    def __init__(self, *args: Any, hosts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["host"].queryset = hosts  # type: ignore[attr-defined]
        self.fields["since"].initial = today

    def clean(self) -> dict[str, Any]:
        return _days_in_order(super().clean() or {})


class MoveForm(forms.Form):
    """The school that a teacher moves to."""

    to = forms.ModelChoiceField(School.objects.none(), label=_("New school"))
    since = day_field(_("First day at the new school"), required=False)

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = schools  # type: ignore[attr-defined]
        self.fields["since"].initial = today


class TitleForm(forms.Form):
    """A title with its level and days."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("of a teacher", "Title"), choices=TeacherTitle.Kind.choices
    )
    level = forms.ChoiceField(
        label=pgettext_lazy("of a title", "Level"), choices=TeacherTitle.Level.choices
    )
    since = day_field(pgettext_lazy("first day", "From"))
    until = day_field(
        pgettext_lazy("last day", "Until"), required=False, help_text=_("Empty: until it is ended.")
    )

    def clean_since(self) -> Any:
        since = self.cleaned_data["since"]
        if since > today():
            raise forms.ValidationError(_("The day is in the future."))
        return since

    def clean(self) -> dict[str, Any]:
        return _days_in_order(super().clean() or {})


class BaseForm(forms.Form):
    """A new subject base."""

    name = forms.CharField(label=pgettext_lazy("of a base", "Name"), max_length=80)
    subject = forms.ChoiceField(label=_("Subject"), choices=Subject.choices)
    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices)
    lead_school = forms.ModelChoiceField(School.objects.none(), label=_("Leading school"))

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_school"].queryset = schools  # type: ignore[attr-defined]


class SchoolChoiceForm(forms.Form):
    """One of the schools that may be chosen."""

    school = forms.ModelChoiceField(School.objects.none(), label=_("School"))

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]


class RosterForm(forms.Form):
    """The file of a roster."""

    file = forms.FileField(
        label=_("Roster"),
        help_text=_(".xlsx or .csv, at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )


class TakeForm(forms.Form):
    """The word to take a roster as it was shown."""

    keep_good = forms.BooleanField(
        label=_("Leave out the refused lines and take the rest"), required=False
    )
    move = forms.BooleanField(
        label=_("People of my other schools move here, as the lines say"), required=False
    )


def _days_in_order(said: dict[str, Any]) -> dict[str, Any]:
    since, until = said.get("since"), said.get("until")
    if since and until and until < since:
        raise forms.ValidationError(_("The last day lies before the first."))
    return said
