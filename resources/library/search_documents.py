"""Resources as search documents: live contents only, with all words by which they are found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from media.models import FileUse
from media.previews.models import Preview
from media.previews.queries import MOST_TEXT, texts_of
from media.previews.signals import preview_ready
from resources.catalogue.queries import lesson_path
from resources.library.kept import SOURCE
from resources.library.kinds.tiers import tier_labels, tier_words
from resources.library.models import KINDS, Level, Resource, Shelf, kinds
from resources.library.queries import live_resources, readable
from schools.audience import Reader, Side
from schools.models import AudienceToken
from search import outbox
from search.documents import SearchDocument, register_source
from search.learned import lexicon_of_everything
from search.reading import completed
from search.topics import Topic, register_topics
from search.vocabulary import Term, register_vocabulary


class ResourceSource:
    """The library's resources."""

    name = SOURCE

    def uuids(self) -> Iterator[UUID]:
        return live_resources().order_by("uuid").values_list("uuid", flat=True).iterator()

    def documents(self, uuids: Collection[UUID]) -> Iterable[SearchDocument]:
        wanted = list(uuids)
        pages = live_resources(wanted).values("pk")
        tokens, levels = _audiences(pages), _levels(pages)
        standards, in_files = _standards(pages), _in_files(pages)
        lexicon = lexicon_of_everything()
        for model in KINDS.values():
            rows = model.objects.filter(uuid__in=wanted, live=True)
            rows = rows.select_related("school", "maker", "volume", "chapter__parent__parent")
            for resource in rows.prefetch_related("chapter__standards"):
                named = standards[resource.pk] or _of_lesson(resource)
                audience, level = frozenset(tokens[resource.pk]), levels[resource.pk]
                words = in_files[resource.pk]
                document = _document(resource, audience, level, named, words)
                yield completed(document, lexicon)

    def readable(self, uuids: Collection[UUID], reader: Reader) -> Collection[UUID]:
        return set(readable(reader).filter(uuid__in=[*uuids]).values_list("uuid", flat=True))


def _audiences(pages: Any) -> dict[int, set[str]]:
    tokens: dict[int, set[str]] = defaultdict(set)
    rows = AudienceToken.objects.filter(page__in=pages, side=Side.LIVE)
    for page, token in rows.values_list("page_id", "token"):
        tokens[page].add(token)
    return tokens


def _levels(pages: Any) -> dict[int, str]:
    """The highest library of each page."""
    levels: dict[int, str] = defaultdict(str)
    rows = Shelf.objects.open().upwards().filter(resource__in=pages)
    levels.update(rows.values_list("resource_id", "level"))
    return levels


def _standards(pages: Any) -> dict[int, list[str]]:
    """The standards that each page names itself; one query, however many pages."""
    named: dict[int, list[str]] = defaultdict(list)
    rows = Resource.standards.through.objects.filter(resource__in=pages).order_by("pk")
    for page, text in rows.values_list("resource_id", "standard__text"):
        named[page].append(text)
    return named


def _in_files(pages: Any) -> dict[int, str]:
    """The text in each page's files; that of parts is not searched by those who may not see it."""
    uses = FileUse.objects.filter(page__in=pages, side=Side.LIVE, is_part=False)
    rows = list(uses.order_by("pk").values_list("page_id", "file_uuid"))
    texts = texts_of(file for _page, file in rows)
    found: dict[int, str] = defaultdict(str)
    for page, file in rows:
        if file in texts:
            found[page] = f"{found[page]} {texts[file]}"[:MOST_TEXT].strip()
    return found


def _of_lesson(resource: Resource) -> list[str]:
    chapter = resource.chapter
    return [standard.text for standard in chapter.standards.all()] if chapter else []


def _document(
    resource: Resource,
    audience: frozenset[str],
    level: str,
    standards: list[str],
    in_files: str,
) -> SearchDocument:
    chapter, volume, written = resource.chapter, resource.volume, resource.textbook
    author = chapter.author if chapter else ""
    with translation.override(settings.LANGUAGE_CODE):
        url = resource.get_absolute_url()
    return SearchDocument(
        uuid=resource.uuid,
        source=SOURCE,
        kind=resource.kind,
        title=resource.title,
        url=url,
        audience=audience,
        body=" ".join(filter(None, [resource.search_text(), in_files])),
        keywords=tuple(
            filter(
                None,
                [
                    *(resource.maker.name, resource.contributors, author),
                    *(*resource.tags, *standards, *written.get("words", ())),
                ],
            )
        ),
        subject=resource.subject,
        stage=resource.stage,
        grade=resource.grade,
        edition=volume.edition if volume else written.get("edition", ""),
        volume=volume.part if volume else written.get("part", ""),
        chapters=tuple(written.get("chapter") or (lesson_path(chapter) if chapter else ())),
        school=resource.school.name,
        scope=level,
        tiers=tuple(resource.tier_values()),
        premium=resource.premium,
        quality=resource.quality,
        uses=resource.uses,
        published=resource.first_published_at,
        source_id=resource.source_id or "",
    )


def bare_document(resource: Resource) -> SearchDocument:
    """The document as far as the row itself tells it: to look for what is like it."""
    return _document(resource, frozenset(), "", [], "")


def written_topics() -> Iterator[Topic]:
    """The lessons that rows of an import named and no catalogue knows: one query.

    They may be private, so they serve only to read the titles of what is indexed.
    """
    rows = Resource.objects.exclude(textbook={}).order_by()
    of_book = ("subject", "grade", "textbook")
    for subject, grade, written in rows.values_list(*of_book).distinct().iterator(2000):
        if chapter := written.get("chapter"):
            yield Topic(
                path=tuple(chapter),
                subject=subject,
                grade=grade,
                edition=written.get("edition", ""),
                volume=written.get("part", ""),
            )


# What people type who look for a kind; in a file's name it may be something else.
_ASKED_TOO = {
    "lesson_plan": ("教学案", "优秀教案", "优质课教案", "详案", "说课稿", "教学设计与反思"),
    "courseware": ("教学课件", "多媒体课件", "PPT课件", "课件PPT"),
    "microlecture": ("微课视频", "讲解视频", "视频", "微课程视频"),
    "class_exercise": (
        *("试卷", "试题", "测试", "测试卷", "检测", "检测题", "检测卷", "单元测试", "随堂测试"),
        *("练习卷", "课时练", "达标检测", "巩固练习", "小测", "专项练习", "课堂检测"),
    ),
    "tiered_homework": ("分层练习", "课外作业", "课后练习", "作业单", "弹性作业", "分层设计"),
    "key_point_recording": ("精讲", "精讲视频", "实录", "公开课", "示范课", "录课", "课堂录像"),
    "difficulty_recording": ("难点讲解", "重难点突破", "疑难问题", "答疑解惑", "答疑实录", "难点"),
    "solution_technique": ("答题方法", "解题思路", "解题策略", "做题技巧", "答题模板", "解题"),
}


def terms() -> Iterator[Term]:
    """What kinds and libraries are called."""
    for kind in kinds():
        asked = _ASKED_TOO.get(kind.code, ())
        yield Term("kind", kind.code, kind.label, kind.synonyms, asked=asked)
    yield from (Term("scope", level.value, level.label) for level in Level)
    yield from (
        Term("tier", code, label, asked=tier_words(code)) for code, label in tier_labels().items()
    )
    yield Term("premium", "1", _("Premium"), asked=("精品",))


def tell_of_text(preview: Preview, **_: Any) -> None:
    """The text of a file is known now: the index hears of the resources that show it."""
    uses = FileUse.objects.filter(file_uuid=preview.file_uuid, side=Side.LIVE, is_part=False)
    shown = live_resources().filter(pk__in=uses.values("page"))
    if preview.texts:
        with transaction.atomic():
            for uuid in shown.values_list("uuid", flat=True):
                outbox.changed(SOURCE, uuid)


def register() -> None:
    """Make the library's resources found."""
    preview_ready.connect(tell_of_text)
    register_source(ResourceSource())
    register_vocabulary(terms)
    register_topics(written_topics, for_everybody=False)
