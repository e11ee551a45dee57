"""The demonstration's home page: a recommended list and a case, as an editor arranges them."""

from __future__ import annotations

from django.db import transaction
from wagtail.rich_text import RichText

from portal.models import ArticlePage, HomePage
from resources.library.models import Resource
from schools.models import User
from schools.tree import home

CASE = "two-grades-one-room"


@transaction.atomic
def load_front(*recommended: Resource) -> None:
    """Arrange the home page once; what editors did to it since stays."""
    editor = User.objects.get(username="portal-editor")
    page: HomePage = home().specific
    case = ArticlePage.objects.filter(slug=CASE).first() or _case(page, editor)
    if page.body:
        return
    page.heading = "一节课，几所学校一起备"
    page.lead = "这里是几所学校共同备课留下的教案和微课，按教材编好，拿去就能用。"
    recommended_list = {
        "heading": "编辑推荐",
        "note": "开学第一个月用得上",
        "resources": list(recommended),
    }
    page.body = [
        ("recommended", recommended_list),
        ("articles", {"heading": "案例", "articles": [case]}),
    ]
    page.save_revision(user=editor).publish(user=editor)


def _case(page: HomePage, editor: User) -> ArticlePage:
    text = (
        "<p>松湾九年制学校七年级只有六个学生。从前语文课一个人备、一个人上；这学期起，"
        "李老师先写自己的初备，研讨时和南关实验学校的老师一起改，再按本校的人数调整作业。</p>"
        "<p>线路断的时候，先按文字版上课，课后补看微课。</p>"
    )
    case = ArticlePage(
        title="六个学生的语文课，怎样一起备",
        slug=CASE,
        kind=ArticlePage.Kind.CASE,
        summary="教学点的老师和主讲端同备一课：先各写初备，再当面对照，最后各取所需。",
        source="云岭县",
        body=[("text", RichText(text))],
        owner=editor,
        live=False,
    )
    page.add_child(instance=case)
    case.save_revision(user=editor).publish(user=editor)
    return case
