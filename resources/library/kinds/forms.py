"""The form in which a resource is made and changed (编辑): one page, only the title is asked."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, ClassVar

from django import forms
from django.core.files.base import File
from django.db import models
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from media.inspection import FileRefused, accepted, inspect
from media.models import FileRecord
from media.queries import files_named
from resources.catalogue.models import Chapter, Standard
from resources.library.describing import tags_from
from resources.library.kinds.rows import RowForm, RowSet, by_id, changed, row_sets
from resources.library.kinds.standards import StandardsField, standards_offered
from resources.library.links import validate_link
from resources.library.models.description import Difficulty, Licence
from resources.library.models.resource import Resource
from resources.library.richtext import from_plain, lines, retyped
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


def area(rows: int) -> forms.Textarea:
    """A field of so many lines."""
    return forms.Textarea(attrs={"rows": rows})


class TagsField(forms.CharField):
    """Tags on one line, whatever is between them."""

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return tags_from(super().to_python(value))


class LinesField(forms.CharField):
    """A list of short texts, one a line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        typed = (line.strip()[:500] for line in (super().to_python(value) or "").splitlines())
        return [line for line in typed if line]


class KindForm(forms.Form):
    """What all kinds are asked; a kind adds its own fields and says where they go.

    A file that was chosen is stored at once and kept by its uuid in a hidden field, so that it
    need not be chosen again when something else is wrong.
    """

    KEEPS: ClassVar[tuple[str, ...]] = ()
    """Own form fields that are model fields of the same name."""
    HTML: ClassVar[tuple[str, ...]] = ("body",)
    """Fields that are typed as lines and stored as HTML."""
    FILES: ClassVar[Mapping[str, str]] = {}
    """File fields, each with what it takes: picture, document or video."""
    ROWS: ClassVar[Mapping[str, type[RowForm]]] = {}
    """Repeatable rows by the name of their model field."""
    BODY: ClassVar[Any] = _("How to use it")
    """What the text of the kind is called."""

    title = forms.CharField(
        label=_("Title"), max_length=255, help_text=_("What one would look for, in a few words.")
    )
    body = forms.CharField(required=False, widget=area(6))
    link = forms.CharField(
        label=_("Item of another platform"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text=_(
            "The address of an item of the national or a provincial platform, instead of a file."
        ),
    )
    attachment = forms.FileField(
        label=_("One more file"),
        required=False,
        help_text=_("Text, slides, sheet, picture, sound or video."),
    )
    attachment_is_answers = forms.BooleanField(
        label=_("This file holds answers"),
        required=False,
        help_text=_("Teachers of your libraries read it; the public does not, until you let it."),
    )
    teacher_notes = forms.CharField(
        label=_("Notes for teachers"),
        required=False,
        widget=area(4),
        help_text=_("Teachers of your libraries read them; the public does not, until you let it."),
    )
    chapter = ChapterField(
        Chapter.objects.none(),
        label=_("Lesson"),
        required=False,
        empty_label=_("not of one lesson"),
        help_text=_("Subject, grade and textbook follow from it."),
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
    summary = forms.CharField(
        label=_("In short"),
        max_length=500,
        required=False,
        widget=area(3),
        help_text=_("One or two sentences that stand in lists and search results."),
    )
    tags = TagsField(
        label=_("Tags"),
        max_length=300,
        required=False,
        help_text=_("Words by which it is found, with a blank between."),
    )
    standards = StandardsField(
        Standard.objects.none(),
        label=_("Standards"),
        required=False,
        help_text=_("Leave all open, and those of the lesson are named."),
    )
    standard_words = forms.CharField(
        label=_("Look for other standards"), max_length=100, required=False
    )
    difficulty = forms.TypedChoiceField(
        label=_("Difficulty"),
        choices=[("", "—"), *Difficulty.choices],
        required=False,
        coerce=int,
        empty_value=None,
    )
    contributors = forms.CharField(label=_("Who else took part"), max_length=300, required=False)
    licence = forms.ChoiceField(
        label=_("Licence"), choices=Licence.choices, initial=Licence.BY_NC_SA, required=False
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    data: Any  # a QueryDict, which can be copied and changed
    DESCRIPTION = (
        *("chapter", "subject", "grade", "summary", "tags", "difficulty"),
        *("contributors", "licence"),
    )
    FIND = "find:standards"
    """The button that offers other standards."""

    def __init__(
        self,
        *args: Any,
        maker: User,
        lessons: models.QuerySet[Chapter],
        draft: Resource | None = None,
        **kwargs: Any,
    ) -> None:
        start = self.initial_of(draft) if draft is not None else self.initial_of_new()
        kwargs["initial"] = {**start, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.maker, self.draft = maker, draft
        self.refused_files: dict[str, str] = {}
        self.fields["chapter"].queryset = lessons  # type: ignore[attr-defined]
        self.fields["body"].label = self.BODY
        if there := self.present():
            self.fields["drop"] = forms.MultipleChoiceField(
                label=_("Take files out"),
                choices=[(str(file.uuid), file.title) for file in there],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        if beside := self.beside():
            self.fields["answer_files"] = forms.MultipleChoiceField(
                label=_("Which of them hold answers"),
                choices=[(str(file.uuid), file.title) for file in beside],
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("The public does not see these until you let the answers out."),
            )
        for name in (*self.FILES, "attachment"):
            self.fields[f"{name}_kept"] = forms.UUIDField(widget=forms.HiddenInput, required=False)
            takes = self.FILES.get(name, "")
            self.fields[name].widget.attrs |= {"data-takes": takes, "accept": accepted(takes)}
        self.build_rows()
        self.offer_standards()

    def offer_standards(self) -> None:
        """Offer those chosen, those of the lesson, and those that are looked for."""
        field: Any = self.fields["standards"]
        field.queryset = standards_offered(
            chapter=self["chapter"].value() or "",
            chosen=self["standards"].value() or [],
            words=str(self["standard_words"].value() or ""),
            subject=str(self["subject"].value() or ""),
        )

    def build_rows(self) -> None:
        """Make the rows of the data as it is now."""
        before = {name: getattr(self.draft, name) for name in self.ROWS} if self.draft else {}
        self.rows = row_sets(
            self.ROWS,
            self.data if self.is_bound else None,
            self.initial,
            before=by_id(before.values()),
        )

    # What the page shows, in order.

    @property
    def own(self) -> list[forms.BoundField]:
        """The fields of the kind, its files first."""
        common = {*KindForm.base_fields, *(f"{name}_kept" for name in self.FILES)}
        apart = common | {"attachment_kept", "drop", "answer_files"}
        named = [name for name in self.fields if name not in apart]
        files = [name for name in named if name in self.FILES]
        return [self[name] for name in [*files, *(n for n in named if n not in files)]]

    @property
    def row_sets(self) -> list[RowSet]:
        """The repeatable rows; a template would take a name like ``items`` for the method."""
        return list(self.rows.values())

    @property
    def described(self) -> list[forms.BoundField]:
        """The fields of the description."""
        return [self[name] for name in self.DESCRIPTION]

    @property
    def kept(self) -> dict[str, FileRecord]:
        """The files already stored through this form, by their field."""
        named = {name: self[f"{name}_kept"].value() for name in (*self.FILES, "attachment")}
        uuids = {name: _uuid(value) for name, value in named.items() if value}
        found = {
            file.uuid: file
            for file in files_named([value for value in uuids.values() if value])
            if file.uploaded_by_user_id == self.maker.pk
        }
        return {name: found[value] for name, value in uuids.items() if value in found}

    def present(self) -> list[FileRecord]:
        """The files that the draft has."""
        if self.draft is None:
            return []
        return [*self.draft.files(), *self.beside()]

    def beside(self) -> list[FileRecord]:
        """Those of them that stand beside the kind's own."""
        return files_named(_uuids(self.draft.attachments)) if self.draft else []

    @property
    def drop(self) -> forms.BoundField | None:
        """The field that takes files out; None where there are none."""
        return self["drop"] if "drop" in self.fields else None

    @property
    def answer_files(self) -> forms.BoundField | None:
        """The field that says which files hold answers; None where there are none."""
        return self["answer_files"] if "answer_files" in self.fields else None

    # What was sent.

    @property
    def command(self) -> str:
        """Which row is to be added, removed or moved; empty for saving."""
        return str(self.data.get("row", "")) if self.is_bound else ""

    def obey(self) -> None:
        """Add, remove or move a row; nothing is checked or saved."""
        self.data = changed(self.data, self.command)
        self.build_rows()

    def uploads(self) -> Iterator[tuple[str, File[bytes]]]:
        """The files that came with the form and are what their field takes."""
        for name in (*self.FILES, "attachment"):
            file = self.files.get(name)
            if file is None:
                continue
            try:
                inspect(file, str(file.name), model=self.FILES.get(name, ""))
            except FileRefused as refused:
                self.refused_files[name] = str(refused)
            else:
                file.seek(0)
                yield name, file

    def keep(self, name: str, record: FileRecord) -> None:
        """Note that the file of a field is stored."""
        data = self.data.copy()
        data[f"{name}_kept"] = str(record.uuid)
        self.data = data

    def is_valid(self) -> bool:
        within = [rows.is_valid() for rows in self.rows.values()]
        return super().is_valid() and all(within)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, reason in self.refused_files.items():
            self.add_error(name, reason)
        return cleaned

    def clean_link(self) -> str:
        link = str(self.cleaned_data["link"]).strip()
        if link:
            validate_link(link)
        return link

    def rest_on(self, revision_id: int | None) -> None:
        """Show the same form again, now made from this revision."""
        data = self.data.copy()
        data["base"] = str(revision_id)
        self.data = data

    # What it means.

    def description(self) -> dict[str, Any]:
        """The fields of the description."""
        data = self.cleaned_data
        found = {name: data[name] for name in (*self.DESCRIPTION, "link")}
        found["standards"] = list(data["standards"])
        found["licence"] = data["licence"] or Licence.BY_NC_SA
        if found["chapter"] is None:
            found["volume"] = None
        return found

    def content(self) -> dict[str, Any]:
        """The fields of the kind's model."""
        data = self.cleaned_data
        found: dict[str, Any] = {name: data[name] for name in self.KEEPS}
        for name in (*self.HTML, "teacher_notes"):
            before = getattr(self.draft, name, "") if self.draft else ""
            found[name] = retyped(data[name], before) if before else from_plain(data[name])
        found.update({name: rows.values() for name, rows in self.rows.items()})
        found["answer_files"] = self._answer_files()
        return {**found, **self._without_dropped()}

    def _answer_files(self) -> list[str]:
        chosen = list(self.cleaned_data.get("answer_files", []))
        file = self.kept.get("attachment")
        if file is not None and self.cleaned_data["attachment_is_answers"]:
            chosen.append(str(file.uuid))
        return chosen

    def _without_dropped(self) -> dict[str, Any]:
        """Fields of files that are taken out, or make room for another."""
        dropped, kept = set(self.cleaned_data.get("drop", [])), self.kept
        found: dict[str, Any] = {}
        for name in self.FILES:
            present = getattr(self.draft, name, None) if self.draft else None
            if name in kept or (present is not None and str(present.uuid) in dropped):
                found[name] = None
        if self.draft is not None and dropped:
            left = [uuid for uuid in self.draft.attachments if uuid not in dropped]
            found["attachments"] = left
        return found

    @classmethod
    def initial_of_new(cls) -> dict[str, Any]:
        """What the form starts with for a new resource: room for one row of each name."""
        return {"token": uuid.uuid4(), **{name: [{}] for name in cls.ROWS}}

    @classmethod
    def initial_of(cls, draft: Resource) -> dict[str, Any]:
        """What the form starts with for a draft."""
        common = ("title", "subject", "grade", "summary", "tags", "difficulty", "contributors")
        kept = (*common, "licence", "link", "answer_files", *cls.KEEPS)
        start = {name: getattr(draft, name) for name in kept}
        for name in (*cls.HTML, "teacher_notes"):
            start[name] = lines(getattr(draft, name, ""))
        start.update({name: getattr(draft, name) for name in cls.ROWS})
        start["standards"] = [standard.pk for standard in draft.standards.all()]
        return {**start, "chapter": draft.chapter_id, "base": draft.latest_revision_id}

    @classmethod
    def told(cls, draft: Resource) -> list[tuple[str, str]]:
        """What a draft says, field by field in words, to be compared by eye."""
        start = cls.initial_of(draft)
        found = []
        for name, field in cls.base_fields.items():
            value = start.get(name)
            if value in (None, "", []) or name in {"base", "token", "chapter", "standards"}:
                continue
            label = field.label or cls.BODY
            found.append((str(label), _in_words(field, value)))
        if named := "\n".join(standard.text for standard in draft.standards.all()):
            found.append((str(cls.base_fields["standards"].label), named))
        for name, row in cls.ROWS.items():
            rows = start.get(name) or []
            if rows:
                found.append((str(row.LABEL), "\n".join(map(_row_in_words, rows))))
        return found


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField):
        labels: Any = field.choices
        return str(dict(labels).get(value, value))
    return (
        pgettext("between names in a list", ", ").join(map(str, value))
        if isinstance(value, list)
        else str(value)
    )


def _row_in_words(row: Any) -> str:
    if not isinstance(row, Mapping):
        return lines(str(row))
    texts = (value for name, value in row.items() if name != "id" and value not in (None, "", []))
    return "　".join(
        "; ".join(map(_row_in_words, value)) if isinstance(value, list) else lines(str(value))
        for value in texts
    )


def _uuids(texts: Iterable[str]) -> list[uuid.UUID]:
    return [found for found in map(_uuid, texts) if found is not None]


def _uuid(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None
