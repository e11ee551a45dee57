"""What the living design page shows; people, schools and figures are invented."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resources.library.kinds.films import MomentRow
from resources.library.kinds.items import ItemType
from resources.library.kinds.rows import row_sets
from schools.models.dated import today
from schools.signin.second_step import qr

SHEETS = (
    "gongbei/css/design.css",
    "groups/prep.css",
    "importing/importing.css",
    "schools/signin.css",
    "plans/paper.css",
)
"""The style of the tool that pages bring along, beside that of every page."""
COLOURS = (
    ("paper", _("ground")),
    ("sheet", _("sheet")),
    ("sunk", _("sunk")),
    ("ink", _("ink")),
    ("ink-2", _("light ink")),
    ("ink-3", _("grey ink")),
    ("board", _("blackboard green: acts")),
    ("cinnabar", _("red pencil: late, wrong")),
    ("ochre", _("ochre: waits")),
    ("chalk", _("chalk: found")),
    ("focus", _("focus ring")),
    ("p1", _("a person writing")),
    ("p2", _("a person writing")),
    ("p3", _("a person writing")),
    ("p4", _("a person writing")),
)

KINDS = (
    ("lesson_plan", _("Lesson plan")),
    ("courseware", _("Courseware")),
    ("microlecture", _("Microlecture")),
    ("class_exercise", _("Class exercises")),
    ("tiered_homework", _("Tiered homework")),
    ("key_point_recording", _("Key-point recording")),
    ("difficulty_recording", _("Difficulty Q&A recording")),
    ("solution_technique", _("Solution techniques")),
)

LESSONS = ("雨的四季", "济南的冬天", "散步")
PEOPLE = ("陈静怡", "马文涛", "李秀兰", "赵启明", "王雪")
SCHOOLS = ("南关实验学校", "松湾九年制学校", "青台学校")
GROUP = "七年级语文组"
TEXT = {
    "aim": "有感情地朗读课文，体会重音和停连，读出济南冬天的",
    "stressed": "温情",
    "opening": "七年级学生初读写景散文，能说出“喜欢”，说不清好在哪里。可以从",
    "quoted": "“你见过的雪落在哪里最好看”",
    "closing": "谈起，先有话说，再回到课文。",
    "struck": "范读全文。",
    "added": "范读第1、2段，其余学生接读。",
    "remark": "我们七年级只有6个学生，这个问题可以让他们拍照片带来。",
    "answer": "好，课前任务里写上。",
}
STEPS = (
    (
        "导入",
        5,
        "出示各地冬景，问：冬天给你的第一感觉是什么？",
        "用一个词说，再说理由。",
        "从经验进入文本。",
    ),
    ("品读雪景", 17, "引读第3段，追问“穿”字能不能换。", "比读、换词、批注。", "在比较中体会拟人。"),
)
DRAFTS = (
    (("陈静怡", "马文涛"), "教师", "范读全文", "，学生听后说感受，再分段齐读。"),
    (("赵启明", "王雪"), "教师", "只范读第1、2段", "，其余由两端学生接读。"),
    (("李秀兰",), "课前", "先听录音跟读", "，课上直接分角色读第3段。"),
)
COVERS = (
    ("语文", "七上", "统编版", False),
    ("数学", "六上", "人教版", False),
    ("音乐", "五上", "缺4课", True),
)

TIERS = ("基础", "提升", "拓展")
ABOUT = (("课题", "济南的冬天"), ("主备", "陈静怡"), ("课时", "2"), ("备课组", "七年级语文组"))
QUESTIONS = (
    {
        "number": 1,
        "name": "sample-1",
        "label": ItemType.SINGLE.label,
        "points": 2,
        "stem": "<p>“响晴”的意思是：</p>",
        "choices": [
            {"value": "A", "letter": "A", "text": "晴朗而高", "is_given": True},
            {"value": "B", "letter": "B", "text": "有风有雨", "is_given": False},
        ],
        "verdict": "right",
        "answer": "A",
        "analysis": "<p>联系第1段的“晴朗”。</p>",
    },
    {
        "number": 2,
        "name": "sample-2",
        "label": ItemType.BLANK.label,
        "points": None,
        "stem": "<p>那点薄雪好像忽然____了脸。</p>",
        "given": "害羞",
        "verdict": "wrong",
        "answer": "害了羞",
        "analysis": "",
    },
)
MOMENTS = ({"at": 36, "label": "范读第3段"}, {"at": 128, "label": "“穿”字能不能换"})


class SampleForm(forms.Form):
    """One field of each sort."""

    title = forms.CharField(
        label=_("Name of the resource"), help_text=_("Only this one is required.")
    )
    held = forms.CharField(label=_("Time of the discussion"))
    volume = forms.ChoiceField(
        label=_("Textbook"), choices=[("", "—"), ("1", "人教版 数学 六年级上册")]
    )
    school = forms.CharField(
        label=_("School"), help_text=_("Comes from the task and cannot be changed."), disabled=True
    )
    reason = forms.CharField(
        label=_("Reason for sending back"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    answers = forms.ChoiceField(
        label=_("Who sees the answers"),
        choices=[("t", _("Teachers only")), ("p", _("The public too"))],
        widget=forms.RadioSelect,
        required=False,
    )
    faces = forms.BooleanField(label=_("No pupil's name or face is in it."), required=False)
    file = forms.FileField(label=_("File"), help_text=_("At most 50 MB."), required=False)

    def clean_held(self) -> str:
        raise forms.ValidationError(
            _("September has no 31st. Choose 30 September or a day in October.")
        )


def _form() -> SampleForm:
    form = SampleForm(
        {"title": "圆的周长 分层作业", "held": "9月31日 15:30", "volume": "1", "answers": "t"},
        initial={"school": SCHOOLS[0]},
    )
    form.is_valid()
    return form


def _week() -> list[dict[str, Any]]:
    """The week of today, with what is due in it."""
    day = today()
    first = day - timedelta(days=day.weekday())
    return [
        {
            "day": first + timedelta(days=number),
            "is_today": first + timedelta(days=number) == day,
            "is_taught": number < 5,
            "due": 2 if number == 3 else 0,
        }
        for number in range(7)
    ]


def everything() -> dict[str, Any]:
    """The page's context."""
    day = today()
    return {
        "colours": COLOURS,
        "kinds": KINDS,
        "lessons": LESSONS,
        "people": PEOPLE,
        "schools": SCHOOLS,
        "group": GROUP,
        "text": TEXT,
        "steps": STEPS,
        "drafts": DRAFTS,
        "covers": COVERS,
        "sheets": SHEETS,
        "week": _week(),
        "tiers": TIERS,
        "about": ABOUT,
        "questions": QUESTIONS,
        "rows": row_sets({"moments": MomentRow}, None, {"moments": MOMENTS})["moments"],
        "picture": qr("https://beike.example/accounts/invitation/"),
        "form": _form(),
        "page": Paginator(range(73), 20).page(2),
        "phases": [
            {"name": _("First drafts"), "note": day - timedelta(days=2), "state": "done"},
            {"name": _("Discussion"), "note": day, "state": "done"},
            {"name": _("Revision"), "note": day + timedelta(days=1), "state": "now"},
            {"name": _("In review"), "note": None, "state": "later"},
            {"name": _("Approved"), "note": day + timedelta(days=4), "state": "later"},
        ],
        "now": timezone.now(),
        "late": day - timedelta(days=2),
        "soon": day + timedelta(days=3),
        "sizes": [36 * 1024, 4_404_019, 240 * 1024],
    }
