"""The demonstration's portal: home page, a recommended list, cases, as an editor arranges them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from wagtail.rich_text import RichText

from portal.models import ArticlePage, HomePage, RecommendedListPage
from resources.library.models import Resource
from schools.models import User
from schools.tree import home

LIST = "for-small-classes"


@dataclass(frozen=True, slots=True)
class Told:
    """An article of the demonstration."""

    slug: str
    kind: ArticlePage.Kind
    title: str
    summary: str
    source: str
    text: str


ARTICLES = [
    Told(
        "two-grades-one-room",
        ArticlePage.Kind.CASE,
        "六个学生的语文课，怎样一起备",
        "教学点的老师和主讲端同备一课：先各写初备，再当面对照，最后各取所需。",
        "云岭县",
        "<p>松湾九年制学校七年级只有六个学生。从前语文课一个人备、一个人上；这学期起，"
        "李老师先写自己的初备，研讨时和南关实验学校的老师一起改，再按本校的人数调整作业。</p>"
        "<p>线路断的时候，先按文字版上课，课后补看微课。</p>",
    ),
    Told(
        "music-over-the-line",
        ArticlePage.Kind.CASE,
        "差一秒的音乐课：不齐唱，改轮唱",
        "四所学校同上一节音乐课，延迟一秒就乱。音乐组把“齐唱”改成“你唱我听”，课反而安静了。",
        "云岭县",
        "<p>第一次连线，四个点一起唱《彩色的中国》，声音前后差一秒，谁也听不清谁。"
        "研讨时大家定下三条：主讲端唱，接收端听；接收端唱，主讲端听；换端用口令。</p>"
        "<p>断线怎么办也写进教案：前一天把范唱录音发到群里，辅助教师照着歌谱图片教。"
        "现在松湾的六个学生每节课都单独唱一段，下课还追着问下周唱什么。</p>",
    ),
    Told(
        "first-month",
        ArticlePage.Kind.NEWS,
        "开学第三周，三个备课组都开了第一次研讨",
        "语文、数学、音乐三个组跨两县备课，资源按教材编好，公开的可以直接用。",
        "清川市",
        "<p>本学期清川市两县十三所学校组成三个集体备课组：七年级语文组由南关实验学校牵头，"
        "七年级数学组由青石县实验中学牵头，七年级音乐组面向缺专职音乐教师的学校。</p>"
        "<p>各组先写个人初备，再打开对照，不同的地方逐条商量。下周继续研讨的有"
        "《济南的冬天》和《相反数》。</p>",
    ),
]
CHOSEN = [
    ("demo-c7-15", "六个学生分三组就能演，教学点拿去不用改。"),
    ("demo-a1-03", "材料是地上的落叶，复式班两个年级都有事做。"),
    ("demo-m7-08", "三层题目用同一个情境，学生愿意从基础层往上做。"),
    ("demo-d7-02", "和上学的路连在一起，家长也参与。"),
    ("demo-s3-07", "一支纸气温计，解决“零下怎么读”。"),
]
NEW_TERM = ["demo-c7-05", "demo-m7-08", "demo-e3-01", "demo-h7-08"]


@transaction.atomic
def load_front(*recommended: Resource) -> None:
    """Arrange the home page once; what editors did to it since stays."""
    editor = User.objects.get(username="portal-editor")
    page: HomePage = home().specific
    articles = [_article(page, told, editor) for told in ARTICLES]
    chosen = _list(page, editor)
    if page.body:
        return
    page.heading = "一节课，几所学校一起备"
    page.lead = "这里是几所学校共同备课留下的教案、微课、练习和作业，按教材编好，拿去就能用。"
    parts = [("part", {"part": name}) for name in ("subjects", "textbooks", "newest")]
    page.body = [
        (
            "recommended",
            {
                "heading": "编辑推荐",
                "note": "开学第一个月用得上",
                "resources": [*recommended, *_public(NEW_TERM)],
            },
        ),
        parts[0],
        ("recommended_list", {"page": chosen, "most": 4}),
        parts[1],
        ("articles", {"heading": "案例", "articles": articles}),
        parts[2],
    ]
    page.save_revision(user=editor).publish(user=editor)


def _article(page: HomePage, told: Told, editor: User) -> ArticlePage:
    found = ArticlePage.objects.filter(slug=told.slug).first()
    if found is not None:
        return found
    article = ArticlePage(
        title=told.title,
        slug=told.slug,
        kind=told.kind,
        summary=told.summary,
        source=told.source,
        body=[("text", RichText(told.text))],
        owner=editor,
        live=False,
    )
    page.add_child(instance=article)
    article.save_revision(user=editor).publish(user=editor)
    return article


def _list(page: HomePage, editor: User) -> RecommendedListPage:
    found = RecommendedListPage.objects.filter(slug=LIST).first()
    if found is not None:
        return found
    reasons = dict(CHOSEN)
    made = RecommendedListPage(
        title="小班和复式班也好用",
        slug=LIST,
        lead="十个以下学生、两个年级一间教室，也能照着上的课。每一条都说明为什么推荐。",
        items=[
            ("item", {"resource": resource, "reason": reasons[str(resource.source_id)]})
            for resource in _public(list(reasons))
        ],
        owner=editor,
        live=False,
    )
    page.add_child(instance=made)
    made.save_revision(user=editor).publish(user=editor)
    return made


def _public(ids: list[str]) -> list[Resource]:
    """Those of `ids` that the public reads, in this order."""
    found = Resource.objects.filter(
        source_id__in=ids, shelves__level="public", shelves__removed_at__isnull=True
    )
    return sorted(found, key=lambda resource: ids.index(str(resource.source_id)))
