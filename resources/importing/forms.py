"""Forms of the import of old files: a new batch, one file, many rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resources.catalogue.models import Chapter, Volume
from resources.importing.models import OldFile
from resources.importing.queries import schools_of, volumes_for
from resources.importing.shelfmark import key_of
from resources.library.describing import tags_from
from resources.library.models import Licence, kinds
from schools.curriculum import Grade, Subject
from schools.models import School, User

CLEAR = "-"
"""The choice of the bar for many rows that empties a field."""


class _Volumes(forms.ModelChoiceField[Volume]):
    def label_from_instance(self, obj: Any) -> str:
        volume: Volume = obj
        year = f" · {volume.issue_year}" if volume.issue_year else ""
        return f"{volume.short_title} · {volume.get_edition_display()}{year}"


class BatchForm(forms.Form):
    """For which school, and what most of the files are about."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)
    title = forms.CharField(
        label=gettext_lazy("Name of the folder"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("So that you find it again."),
    )
    school: Any = forms.ModelChoiceField(
        School.objects.none(), label=gettext_lazy("For the library of"), empty_label=None
    )
    volume: Any = _Volumes(
        Volume.objects.none(),
        label=gettext_lazy("Textbook of most files"),
        required=False,
        empty_label=gettext_lazy("several, or none"),
        help_text=gettext_lazy("What the names leave open is filled in from it."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = schools_of(user)
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]
        self.fields["volume"].queryset = volumes_for(user)  # type: ignore[attr-defined]
        if len(schools) == 1:
            self.fields["school"].widget = forms.HiddenInput()
            self.fields["school"].initial = schools[0].pk


class FileForm(forms.Form):
    """Everything about one file."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=255)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    volume: Any = _Volumes(
        Volume.objects.none(),
        label=gettext_lazy("Textbook volume"),
        required=False,
        empty_label=gettext_lazy("of no textbook"),
    )
    lesson = forms.CharField(
        label=gettext_lazy("Lesson"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The title as in the textbook."),
    )
    subject = forms.ChoiceField(
        label=gettext_lazy("Subject"), choices=[("", "—"), *Subject.choices], required=False
    )
    grade = forms.TypedChoiceField(
        label=gettext_lazy("Grade"),
        choices=[("", "—"), *Grade.choices],
        required=False,
        coerce=int,
        empty_value=None,
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Separated by spaces or commas."),
    )
    licence = forms.ChoiceField(label=gettext_lazy("Licence"), choices=Licence.choices)

    def __init__(self, *args: Any, user: User, row: OldFile, lessons: Lessons, **kwargs: Any):
        kwargs.setdefault("initial", initial_of(row))
        super().__init__(*args, **kwargs)
        self.lessons = lessons
        volumes = volumes_for(user) | Volume.objects.filter(pk=row.volume_id or 0)
        self.fields["volume"].queryset = volumes  # type: ignore[attr-defined]
        choices = [("", "—"), *((kind.code, kind.label) for kind in kinds())]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.fields["lesson"].widget.attrs["list"] = "lessons"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        volume, lesson = data.get("volume"), data.get("lesson", "")
        data["chapter"] = None
        if lesson:
            data["chapter"] = self.lessons.named(lesson, volume)
            if data["chapter"] is None:
                self.add_error("lesson", no_such_lesson(lesson, volume))
        return data

    def values(self) -> dict[str, Any]:
        """The fields of the row."""
        names = ("title", "kind", "volume", "chapter", "subject", "grade", "licence")
        found = {name: self.cleaned_data[name] for name in names}
        return {**found, "tags": tags_text(self.cleaned_data["tags"])}


def initial_of(row: OldFile) -> dict[str, Any]:
    """What the form of one file starts with."""
    return {
        "title": row.title,
        "kind": row.kind,
        "volume": row.volume_id,
        "lesson": row.chapter.title if row.chapter else "",
        "subject": row.subject,
        "grade": row.grade,
        "tags": row.tags,
        "licence": row.licence,
    }


def tags_text(typed: str) -> str:
    """Tags as a row keeps them."""
    return " ".join(tag.replace(" ", "") for tag in tags_from(typed))[:300]


def no_such_lesson(lesson: str, volume: Volume | None) -> str:
    """Why a lesson cannot be taken."""
    if volume is None:
        return _("Choose the textbook volume too: “%(lesson)s” alone does not say which.") % {
            "lesson": lesson[:60]
        }
    return _("“%(lesson)s” is not in %(volume)s. Choose one from the list.") % {
        "lesson": lesson[:60],
        "volume": volume.short_title,
    }


class Lessons:
    """The lessons that typed titles may mean, by volume; one query for all."""

    def __init__(self, chapters: QuerySet[Chapter]) -> None:
        self.chapters = list(chapters)

    def of(self, volume_pk: int | None) -> list[Chapter]:
        """The lessons of one volume, for a list to choose from."""
        return [chapter for chapter in self.chapters if chapter.volume_id == volume_pk]

    def named(self, title: str, volume: Volume | None) -> Chapter | None:
        """The one lesson with this title; within `volume` where it is given."""
        wanted = key_of(title)
        found = [
            chapter
            for chapter in self.chapters
            if (volume is None or chapter.volume_id == volume.pk)
            and wanted in {key_of(chapter.title), key_of(str(chapter))}
        ]
        exact = [chapter for chapter in found if title.strip() in {chapter.title, str(chapter)}]
        lessons = [chapter for chapter in exact or found if chapter.is_lesson] or exact or found
        return lessons[0] if len(lessons) == 1 else None


@dataclass(slots=True)
class TableForm:
    """What was typed into the table: cells of rows, and the bar that sets many at once."""

    data: Mapping[str, str]
    rows: Sequence[OldFile]
    lessons: Lessons
    volumes: Mapping[int, Volume]
    errors: dict[int, str] = field(default_factory=dict)

    def cells(self) -> dict[int, dict[str, Any]]:
        """The cells that differ from what is stored, by row; `errors` says what is wrong."""
        found: dict[int, dict[str, Any]] = {}
        for row in self.rows:
            if values := self._cells_of(row):
                found[row.pk] = values
        return found

    def _cells_of(self, row: OldFile) -> dict[str, Any]:
        values: dict[str, Any] = {}
        title, kind = self._cell(row, "title"), self._cell(row, "kind")
        if title is not None and title.strip() and title.strip() != row.title:
            values["title"] = title.strip()[:255]
        if kind is not None and kind != row.kind and kind in {"", *codes()}:
            values["kind"] = kind
        lesson = self._cell(row, "lesson")
        if lesson is None or lesson.strip() == (row.chapter.title if row.chapter else ""):
            return values
        if not lesson.strip():
            values["chapter"] = None
        elif (chapter := self.lessons.named(lesson, row.volume)) is not None:
            values["chapter"] = chapter
        else:
            self.errors[row.pk] = no_such_lesson(lesson, row.volume)
        return values

    def _cell(self, row: OldFile, name: str) -> str | None:
        return self.data.get(f"{name}-{row.pk}")

    def bar(self) -> tuple[dict[str, Any], str]:
        """What the bar sets, and what is wrong with it."""
        said = {name: self.data.get(f"set-{name}", "").strip() for name in BAR}
        values: dict[str, Any] = {}
        for name, word in said.items():
            if word == CLEAR:
                values[name] = None if name in {"volume", "chapter", "grade"} else ""
            elif word and (value := _BAR[name](self, word)) is not None:
                values[name] = value
        if values.get("licence") == "":
            del values["licence"]
        lesson = said["chapter"]
        if lesson and lesson != CLEAR and "chapter" not in values:
            return {}, no_such_lesson(lesson, values.get("volume"))
        return values, ""

    def _volume(self, word: str) -> Volume | None:
        return self.volumes.get(int(word)) if word.isdecimal() and len(word) < 12 else None

    def _lesson(self, word: str) -> Chapter | None:
        return self.lessons.named(word, self._volume(self.data.get("set-volume", "")))


def codes() -> set[str]:
    """The codes of all kinds."""
    return {kind.code for kind in kinds()}


def _grade(_form: TableForm, word: str) -> int | None:
    return int(word) if word.isdecimal() and len(word) < 3 and int(word) in Grade.values else None


_BAR: dict[str, Any] = {
    "kind": lambda _form, word: word if word in codes() else None,
    "volume": TableForm._volume,
    "chapter": TableForm._lesson,
    "subject": lambda _form, word: word if word in Subject.values else None,
    "grade": _grade,
    "tags": lambda _form, word: tags_text(word),
    "licence": lambda _form, word: word if word in Licence.values else None,
}
BAR = tuple(_BAR)
