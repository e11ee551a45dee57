"""Forms of meetings and their records, of reminders and the chat's robot."""

from __future__ import annotations

import datetime as times
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from lessonprep.groups.models import PrepGroup
from lessonprep.groups.queries import users_in
from lessonprep.meetings import robots
from lessonprep.meetings.actions.meetings import Said, When, Written
from lessonprep.meetings.models import Meeting
from lessonprep.meetings.queries import plans_to_meet_on
from lessonprep.plans.models import LessonPlan
from schools.models import User

MOST_GUESTS = 40


class WhenForm(forms.Form):
    """Title, day, time, place or link, agenda: what a call and a record share."""

    title = forms.CharField(label=_("What it is about"), max_length=120)
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes_long = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=600, initial=60)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    link = forms.URLField(
        label=_("Link of the video meeting"),
        max_length=300,
        required=False,
        assume_scheme="https",
    )
    agenda = forms.CharField(
        label=_("Agenda"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean_day(self) -> times.date:
        day: times.date = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2100:
            raise forms.ValidationError(_("Check the year."))
        return day

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"]
        if link and not link.startswith(("https://", "http://")):
            raise forms.ValidationError(_("A link begins with https:// or http://."))
        return link

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("place") and not data.get("link") and "link" not in self.errors:
            self.add_error("place", _("Say where: a place, or the link of the video meeting."))
        return data

    def when(self) -> When:
        """When and where."""
        data = self.cleaned_data
        moment = times.datetime.combine(data["day"], data["time"])
        return When(timezone.make_aware(moment), data["minutes_long"], data["place"], data["link"])


class PlanField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A plan by its title."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class CallForm(WhenForm):
    """A new meeting, on a plan or of the whole group."""

    field_order = ["plan", "title", "day", "time", "minutes_long", "place", "link", "agenda"]
    plan: Any = PlanField(
        LessonPlan.objects.none(),
        label=_("On which plan"),
        required=False,
        empty_label=_("of the whole group"),
        to_field_name="uuid",
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, prep_group: PrepGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans_to_meet_on(prep_group)  # type: ignore[attr-defined]


class RecordForm(WhenForm):
    """The record of a meeting; a decision a section of its plan, and one on the whole."""

    host: Any = forms.ModelChoiceField(User.objects.none(), label=_("Chair"), required=False)
    recorder: Any = forms.ModelChoiceField(
        User.objects.none(), label=_("Record kept by"), required=False
    )
    came: Any = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Who came"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    guests = forms.CharField(
        label=_("Guests"),
        help_text=_("Names of those who are not of the group, one a line."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    minutes = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    base = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        meeting: Meeting,
        sections: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sections = sections
        people = users_in(meeting.prep_group) | User.objects.filter(
            pk__in=meeting.attendances.values("user")
        )
        people = people.distinct().order_by("name", "pk")
        for name in ("host", "recorder", "came"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        for section, heading in [*sections, ("", str(_("The whole")))]:
            self.fields[f"decision-{section}"] = forms.CharField(
                label=heading,
                required=False,
                max_length=5000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def decision_fields(self) -> list[Any]:
        """The fields of decisions, bound."""
        return [self[name] for name in self.fields if name.startswith("decision-")]

    def clean_guests(self) -> list[str]:
        typed = self.cleaned_data["guests"].replace("\N{IDEOGRAPHIC COMMA}", "\n")
        names = [" ".join(line.split()) for line in typed.splitlines()]
        names = list(dict.fromkeys(name for name in names if name))
        if len(names) > MOST_GUESTS or any(len(name) > 40 for name in names):
            raise forms.ValidationError(_("At most 40 names of at most 40 characters, one a line."))
        return names

    def written(self) -> Written:
        """What the record is to hold."""
        data = self.cleaned_data
        said = [
            Said(UUID(section) if section else None, heading, data[f"decision-{section}"])
            for section, heading in [*self.sections, ("", "")]
            if data[f"decision-{section}"]
        ]
        return Written(
            title=data["title"],
            when=self.when(),
            agenda=data["agenda"],
            minutes=data["minutes"],
            host=data["host"],
            recorder=data["recorder"],
            came=list(data["came"]),
            guests=data["guests"],
            decisions=said,
        )

    @staticmethod
    def initially(meeting: Meeting) -> dict[str, Any]:
        """What the form shows of a record that is there."""
        starts = timezone.localtime(meeting.starts_at)
        decisions = {f"decision-{one.section or ''}": one.text for one in meeting.resolutions.all()}
        return {
            "title": meeting.title,
            "day": starts.date(),
            "time": starts.time(),
            "minutes_long": meeting.minutes_long,
            "place": meeting.place,
            "link": meeting.link,
            "agenda": meeting.agenda,
            "minutes": meeting.minutes,
            "host": meeting.host_id,
            "recorder": meeting.recorder_id,
            "came": [one.user_id for one in meeting.attendances.all()],
            "guests": "\n".join(meeting.guests),
            "base": meeting.serial,
            **decisions,
        }


class AddendumForm(forms.Form):
    """What is added to a closed record."""

    text = forms.CharField(
        label=_("Addition or correction"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)


class PhotoForm(forms.Form):
    """A photo of the meeting."""

    file = forms.FileField(label=_("Photo"), widget=forms.FileInput(attrs={"accept": "image/*"}))


class RobotForm(forms.Form):
    """The address that the group chat shows for its robot."""

    address = forms.CharField(
        label=_("Address of the robot"),
        help_text=_("As WeCom or DingTalk shows it; it is not shown here again."),
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    secret = forms.CharField(
        label=_("Signing secret"),
        help_text=_("Only where DingTalk's robot is set to sign."),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        try:
            robots.keys_in(address)
        except robots.NotARobot:
            raise forms.ValidationError(
                _(
                    "This is no robot's address of WeCom (https://qyapi.weixin.qq.com/…) or"
                    " DingTalk (https://oapi.dingtalk.com/…). Copy it whole from the chat."
                )
            ) from None
        return address


class WeeklyForm(forms.Form):
    """On which weekday the group is reminded by itself."""

    weekday = forms.TypedChoiceField(
        label=_("Every week"),
        choices=[("", _("do not remind")), *WEEKDAYS.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
