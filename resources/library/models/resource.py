"""A resource of the library (资源): one concrete parent page, a subclass for each kind."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Page

from media.models import FileRecord
from resources.catalogue.models import Standard
from resources.library.kinds.reading import Fields
from resources.library.links import host_of, validate_link
from resources.library.models.description import Described, Difficulty
from resources.library.richtext import clean_part, from_typed
from schools.models import School, User

WHOSE = ("uuid", "slug", "school_id", "maker_id", "source_id")
"""What never changes after the making."""
SINCE = ("premium", "quality", "uses", "answers_out", "binned_at")
"""What became of it; changed by `update` alone, so that no revision brings an old value back."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource: its code, its name, and the one character that stands for it."""

    code: str
    label: str | Promise
    mark: str | Promise
    synonyms: tuple[str, ...] = ()
    """Other words under which teachers look for it."""
    about: str | Promise = ""
    """What it is, in a few words for who chooses what to make."""
    learning_type: str = ""
    """What schema.org's readers call it."""

    @property
    def template(self) -> str:
        """The template of its content."""
        return f"library/kinds/{self.code}.html"


class Resource(Described, Page):
    """What all kinds share; never made itself.

    Whose it is, who made it and what became of it belong to the page, not to a revision:
    `with_content_json` keeps them, so no revision can move a resource to another school.
    The interface of a kind is told in `resources.library.kinds`.
    """

    KIND: ClassVar[Kind | None] = None
    form_class: ClassVar[Any] = None
    """The form in which it is made and changed, a `KindForm`."""

    uuid = models.UUIDField(default=uuids.uuid4, unique=True, editable=False)
    school = models.ForeignKey(
        School, models.PROTECT, related_name="resources", verbose_name=_("school")
    )
    maker = models.ForeignKey(
        User, models.PROTECT, related_name="resources", verbose_name=_("maker")
    )
    source_id = models.CharField(
        _("source id"), max_length=100, null=True, blank=True, unique=True, editable=False
    )
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"), choices=Difficulty, null=True, blank=True
    )
    tags = models.JSONField(_("tags"), default=list, blank=True)
    standards = ParentalManyToManyField(
        Standard, blank=True, related_name="+", verbose_name=_("standards")
    )
    textbook = models.JSONField(_("textbook as written"), default=dict, blank=True, editable=False)
    """What was said of a book that the catalogue lacks: codes of `edition` and `part`, titles of
    the `chapter` from the unit down, `words` that nobody understood. By it the resource is found
    as if its book were there."""
    link = models.URLField(
        _("item of another platform"), max_length=500, blank=True, validators=[validate_link]
    )
    attachments = models.JSONField(_("files"), default=list, blank=True)
    """Uuids of further files, in order."""
    answer_files = models.JSONField(_("files of answers"), default=list, blank=True)
    """Those of `attachments` that are parts: for teachers alone until answers are let out."""
    teacher_notes = models.TextField(_("notes for teachers"), blank=True)
    premium = models.BooleanField(_("premium"), default=False, editable=False)
    quality = models.FloatField(_("quality"), default=0, editable=False)
    """From 0 to 1."""
    uses = models.PositiveIntegerField(_("uses"), default=0, editable=False)
    answers_out = models.BooleanField(_("answers let out"), default=False, editable=False)
    """Whether the maker shows answers and notes to every reader."""
    binned_at = models.DateTimeField(_("put in the bin"), null=True, blank=True, editable=False)

    search_auto_update = False  # Wagtail's own index holds no resource
    is_creatable = False
    parent_page_types: list[str] = ["schools.Container"]
    subpage_types: list[str] = []
    preview_modes: list[Any] = []
    search_fields: list[Any] = []

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        constraints = [
            models.CheckConstraint(
                condition=Q(quality__gte=0, quality__lte=1), name="library_quality_0_to_1"
            ),
            models.CheckConstraint(
                condition=Q(difficulty__isnull=True) | Q(difficulty__range=(1, 5)),
                name="library_difficulty_1_to_5",
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("library:resource", args=[self.uuid])

    def get_url_parts(self, request: Any = None) -> None:
        """Wagtail knows no address of it: the tree's would not ask who may see it."""

    def get_sitemap_urls(self, request: Any = None) -> list[dict[str, Any]]:
        return []

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404

    def get_indexed_instance(self) -> None:
        """Wagtail's own index never holds it; `search` does."""

    @classmethod
    def get_indexed_objects(cls) -> Any:
        return cls.objects.none()

    def with_content_json(self, content: dict[str, Any]) -> Any:
        row = super().with_content_json(content)
        now = Resource.objects.filter(pk=self.pk).values(*SINCE).first() or {}
        for name in (*WHOSE, *SINCE):
            setattr(row, name, now.get(name, getattr(self, name)))
        return row

    @property
    def kind_of(self) -> Kind:
        """The kind; a row of the parent table knows it without being fetched again."""
        kind: Kind | None = self.specific_class.KIND
        if kind is None:
            raise TypeError(f"{self.specific_class} has no kind")
        return kind

    @property
    def kind(self) -> str:
        """The code of its kind, ``lesson_plan``."""
        return self.kind_of.code

    @property
    def link_host(self) -> str:
        """Where the link leads, ``basic.smartedu.cn``."""
        return host_of(self.link)

    def search_text(self) -> str:
        """The words of its content, without markup and without its parts."""
        return self.summary

    def tier_values(self) -> list[str]:
        """By which tiers it is searched: their codes and names."""
        return []

    def rich_texts(self) -> list[str]:
        """All rich text in it; pictures in there are files that it uses."""
        return []

    def parts(self) -> list[str]:
        """Answers and notes: what only those see of whom `access.may_see_parts` says so."""
        return [self.teacher_notes] if self.teacher_notes else []

    def files(self) -> list[FileRecord]:
        """The files in fields of its kind; `attachments` are not among them."""
        return []

    def attach(self, file: FileRecord) -> None:
        """Take a file where it belongs: the main file of the kind, else one more attachment."""
        self.attach_beside(file)

    def attach_beside(self, file: FileRecord) -> None:
        """Take a file as one more attachment."""
        if str(file.uuid) not in self.attachments:
            self.attachments = [*self.attachments, str(file.uuid)]

    @property
    def has_parts(self) -> bool:
        """Whether anything in it is held back from the public."""
        return bool(self.parts() or self.answer_files)

    @property
    def is_filled(self) -> bool:
        """Whether the kind's own content is there."""
        return False

    def missing(self) -> list[str]:
        """What it still lacks to be shown to others, in the user's language."""
        if self.is_filled or {*self.attachments} - {*self.answer_files} or self.link:
            return []
        return [gettext("its content: a text, a file or a link")]

    def settle(self) -> None:
        """Bring its content into the form in which it is stored; markup is cleaned here."""
        self.teacher_notes = clean_part(self.teacher_notes)
        self.answer_files = [uuid for uuid in self.attachments if uuid in self.answer_files]

    def fill(self, fields: Mapping[str, Any]) -> list[str]:
        """Take the kind's own fields from outside; the places of those not understood.

        Raises `FieldRefused`, which names the field. What is not named stays as it is.
        """
        read = Fields(fields)
        self.read(read)
        self.settle()
        return read.unknown()

    def read(self, fields: Fields) -> None:
        """Take each field of the kind; called by `fill`."""
        if notes := fields.text("notes"):
            self.teacher_notes = from_typed(notes)

    def fields(self, *, with_parts: bool = False) -> dict[str, Any]:
        """The kind's own fields as `fill` takes them; parts only where they are asked for."""
        return {"notes": self.teacher_notes} if with_parts and self.teacher_notes else {}
