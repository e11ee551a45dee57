"""Forms of the library: a microlecture, a recommendation, a withdrawal, a review."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.db import models
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from media.inspection import FileRefused, inspect
from resources.catalogue.models import Chapter
from resources.library.models import CheckPoint, Level, Licence, Microlecture, Place
from resources.library.queries import lessons_for
from resources.library.richtext import from_plain, lines
from schools.curriculum import Grade, Subject
from schools.models import User


class _ByVolume(ModelChoiceIterator[Chapter]):
    def __iter__(self) -> Iterator[Any]:
        yield ("", self.field.empty_label)
        for volume, chapters in groupby(self.queryset, key=lambda chapter: chapter.volume):
            yield (str(volume), [self.choice(chapter) for chapter in chapters])


class ChapterField(forms.ModelChoiceField[Chapter]):
    """A lesson of the catalogue, grouped by volume."""

    iterator = _ByVolume

    def label_from_instance(self, obj: models.Model) -> str:
        return str(obj)


class MicrolectureForm(forms.Form):
    """Only the title is asked; what the textbook says is taken from the lesson."""

    title = forms.CharField(
        label=_("Title"), max_length=255, help_text=_("What one would look for, in a few words.")
    )
    video = forms.FileField(
        label=_("Video"), required=False, help_text=_("MP4 or WebM, 50 MB at most.")
    )
    chapter = ChapterField(
        Chapter.objects.none(),
        label=_("Lesson"),
        required=False,
        empty_label=_("not of one lesson"),
        help_text=_("Subject, grade and textbook follow from it."),
    )
    knowledge_point = forms.CharField(label=_("Point of knowledge"), max_length=100, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, max_value=300, required=False)
    seconds = forms.IntegerField(label=_("Seconds"), min_value=0, max_value=59, required=False)
    summary = forms.CharField(
        label=_("In short"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences that stand in lists and search results."),
    )
    body = forms.CharField(
        label=_("How to use it"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    contributors = forms.CharField(label=_("Who else took part"), max_length=300, required=False)
    licence = forms.ChoiceField(
        label=_("Licence"), choices=Licence.choices, initial=Licence.BY_NC_SA, required=False
    )
    subject = forms.ChoiceField(
        label=_("Subject"), choices=[("", "—"), *Subject.choices], required=False
    )
    grade = forms.TypedChoiceField(
        label=_("Grade"),
        choices=[("", "—"), *Grade.choices],
        required=False,
        coerce=int,
        empty_value=None,
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, maker: User, draft: Microlecture | None = None, **kwargs: Any):
        kwargs.setdefault("initial", initial_of(draft) if draft else {"token": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        also = draft.chapter_id if draft else None
        self.fields["chapter"].queryset = lessons_for(maker, also)  # type: ignore[attr-defined]

    def clean_video(self) -> Any:
        video = self.cleaned_data["video"]
        if video is not None:
            try:
                inspect(video, video.name, model="video")
            except FileRefused as refused:
                raise forms.ValidationError(str(refused)) from refused
            video.seek(0)
        return video

    def rest_on(self, revision_id: int | None) -> None:
        """Show the same form again, now made from this revision."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["base"] = str(revision_id)
        self.data = data

    def description(self) -> dict[str, Any]:
        """The fields of `Described`."""
        data = self.cleaned_data
        names = ("chapter", "subject", "grade", "summary", "contributors")
        found = {name: data[name] for name in names}
        found["licence"] = data["licence"] or Licence.BY_NC_SA
        if found["chapter"] is None:
            found["volume"] = None
        return found

    def content(self) -> dict[str, Any]:
        """The fields of the kind."""
        data = self.cleaned_data
        length = (data["minutes"] or 0) * 60 + (data["seconds"] or 0)
        return {
            "knowledge_point": data["knowledge_point"],
            "duration": length or None,
            "body": from_plain(data["body"]),
        }


def initial_of(draft: Microlecture) -> dict[str, Any]:
    """What the form starts with for a draft."""
    minutes, seconds = divmod(draft.duration, 60) if draft.duration else (None, None)
    return {
        "title": draft.title,
        "chapter": draft.chapter_id,
        "knowledge_point": draft.knowledge_point,
        "minutes": minutes,
        "seconds": seconds,
        "summary": draft.summary,
        "body": lines(draft.body),
        "contributors": draft.contributors,
        "licence": draft.licence,
        "subject": draft.subject,
        "grade": draft.grade,
        "base": draft.latest_revision_id,
    }


class SubmitForm(forms.Form):
    """Which draft is handed in."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("A word to the editors"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def code_of(place: Place) -> str:
    """How a form names a place, ``county:5``."""
    return f"{place.level}:{place.scope.pk}" if place.scope else str(place.level)


class RecommendForm(forms.Form):
    """To which library, and a word to its editors."""

    place = forms.ChoiceField(label=_("To which library"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Why it is worth it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The editors read it: who used it, what came of it."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, targets: Iterable[tuple[Place, list[User]]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.targets = {code_of(place): place for place, editors in targets if editors}
        choices = [(code, str(place)) for code, place in self.targets.items()]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    def clean_place(self) -> Place:
        return self.targets[self.cleaned_data["place"]]


class WithdrawForm(forms.Form):
    """How far back the maker takes it."""

    HOME, ENTIRELY = "home", "entirely"

    how = forms.ChoiceField(label=_("How far"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, risen: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [(self.ENTIRELY, _("Out of every library; only you see it then"))]
        if risen:
            choices.insert(0, (self.HOME, _("Back to the school library; higher ones lose it")))
        self.fields["how"].choices = choices  # type: ignore[attr-defined]
        self.fields["how"].initial = choices[0][0]


class TakeDownForm(forms.Form):
    """From which library an editor takes it down, and why."""

    level = forms.TypedChoiceField(
        label=_("From which library"), widget=forms.RadioSelect, coerce=Level
    )
    reason = forms.CharField(
        label=_("Reason, which the maker reads"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [(place.level.value, str(place)) for place in places]
        self.fields["level"].choices = choices  # type: ignore[attr-defined]
        self.fields["level"].initial = choices[-1][0] if choices else None


class SendBackReason(models.TextChoices):
    """Reasons that come up again and again; a sentence is added to them."""

    FACES = "faces", _("pupils’ faces")
    NAMES = "names", _("pupils’ names")
    COPYRIGHT = "copyright", _("copyright unclear")
    MISTAKE = "mistake", _("a mistake in the content")
    UNFIT = "unfit", _("does not fit this library")


class ReviewForm(forms.Form):
    """What was looked at, and the decision."""

    PASS, SEND_BACK = "pass", "send_back"

    revision = forms.IntegerField(widget=forms.HiddenInput)
    checks = forms.MultipleChoiceField(
        label=_("Points of the review"),
        choices=CheckPoint.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[(PASS, _("Pass")), (SEND_BACK, _("Send back for changes"))],
        widget=forms.RadioSelect,
    )
    reasons = forms.MultipleChoiceField(
        label=_("Reasons for sending back"),
        choices=SendBackReason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("A sentence to the maker"),
        max_length=800,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def whole_reason(self) -> str:
        """The chosen reasons and the sentence as one text."""
        labels = [str(SendBackReason(code).label) for code in self.cleaned_data["reasons"]]
        chosen = pgettext("between names in a list", ", ").join(labels)
        return "\n".join(filter(None, [chosen, self.cleaned_data["reason"].strip()]))
