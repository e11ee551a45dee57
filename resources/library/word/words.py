"""How lesson plans name their parts: headings, labels, columns, as teachers write them."""

from __future__ import annotations

import re

CONCEPTS: dict[str, tuple[str, ...]] = {
    "objectives": (
        *("教学目标", "学习目标", "素养目标", "核心素养目标", "三维目标", "教学目的", "课时目标"),
        *("目标", "教学目标与要求", "核心素养", "目标设定", "教学目标设计", "学习目的", "活动目标"),
        *("目标确定", "教学要求", "Objectives", "Aims", "Learning objectives"),
    ),
    "key_points": (
        *("教学重难点", "教学重点难点", "教学重点与难点", "教学重点和难点", "教学重点、难点"),
        *("重难点", "重点难点", "教学重点", "教学难点", "重点", "难点", "学习重点", "学习难点"),
        *("重点、难点", "学习重难点", "教学重点及难点", "重难点分析", "教学关键", "难点突破"),
        *("重难点突破", "活动重难点", "Key points", "Key points and difficulties"),
    ),
    "learners": (
        *(
            "学情分析",
            "学情",
            "学生分析",
            "学习者分析",
            "学生情况分析",
            "学习者特征分析",
            "学情简析",
        ),
        *("班情学情", "Learners", "Learner analysis"),
    ),
    "materials_analysis": (
        *("教材分析", "教材解读", "文本解读", "文本分析", "教学内容分析", "内容分析", "教材简析"),
        *("课标要求", "课程标准", "课标分析", "课标解读", "设计理念", "教学理念", "设计思路"),
        *("指导思想", "教学内容", "教材地位", "单元分析", "Material analysis"),
    ),
    "preparation": (
        *("教学准备", "课前准备", "教具", "学具", "教具学具", "教学用具", "教具准备", "学具准备"),
        *("教学资源", "教学媒体", "教学工具", "媒体资源", "资源准备", "器材", "活动准备", "准备"),
        *("教学器材", "Preparation", "Teaching aids"),
    ),
    "methods": (
        *("教学方法", "教法", "学法", "教法学法", "教学策略", "教法与学法", "学习方法", "教学手段"),
        *("教学方法与手段", "学法指导", "Methods"),
    ),
    "process": (
        *("教学过程", "教学流程", "教学环节", "教学过程设计", "教学步骤", "教学活动", "教学设计"),
        *("教学程序", "教学实施", "教与学活动设计", "教学活动设计", "教学过程与方法", "活动过程"),
        *("学习过程", "课堂教学过程", "教学设计过程", "过程", "Teaching process", "Procedure"),
    ),
    "board_plan": (*("板书设计", "板书", "板书计划", "Board plan", "Board"),),
    "homework": (
        *(
            "作业设计",
            "布置作业",
            "作业布置",
            "分层作业",
            "课后作业",
            "作业",
            "家庭作业",
            "作业安排",
        ),
        *("课后练习", "课外作业", "分层作业设计", "作业与拓展", "Homework", "Tiered homework"),
    ),
    "reflection": (
        *("教学反思", "课后反思", "反思", "教后反思", "教学后记", "课后小记", "教后记", "教学札记"),
        *("课后记", "反思与改进", "教学小结", "教学评价与反思", "Reflection"),
    ),
    "intent": ("设计意图", "设计说明", "设计理由"),
    "assessment": ("教学评价", "评价设计", "学习评价", "评价任务", "教学评价设计", "Assessment"),
    "tasks": ("学习任务", "任务设计", "学习活动设计", "情境任务"),
}
"""Headings of sections by what they mean; the first is the plainest."""

FIELDS = frozenset(
    (
        *("课题", "课题名称", "题目", "课名", "教学课题", "授课课题", "课文", "学习主题"),
        *("课时", "总课时", "课时安排", "教学课时", "第几课时", "课时数", "课次", "节次", "周次"),
        *("课型", "课程类型", "学科", "科目", "课程", "年级", "班级", "年级班级", "授课班级"),
        *("授课年级", "授课对象", "教学对象", "单元", "章节", "册次", "教材", "教材版本", "版本"),
        *(
            "主备人",
            "主备教师",
            "主备",
            "备课人",
            "备课教师",
            "执教者",
            "执教人",
            "执教教师",
            "执教",
        ),
        *("授课教师", "授课人", "任课教师", "教师", "姓名", "作者", "设计者", "设计人", "参备人"),
        *("参与人", "参与教师", "辅备人", "使用人", "使用教师", "审核人", "审核", "审阅", "签字"),
        *("学校", "单位", "工作单位", "备课组", "教研组", "日期", "时间", "备课时间", "授课时间"),
        *("上课时间", "授课日期", "备课日期", "使用时间", "编号", "序号", "电话", "联系电话"),
        *("Topic", "Subject", "Grade", "Lesson periods", "Main preparer", "School", "Date"),
    )
)
"""Labels of what a plan is about, which the site knows from its task."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "step": (
        *("教学环节", "环节", "教学步骤", "步骤", "教学流程", "流程", "教学过程", "过程", "阶段"),
        *("活动", "教学程序", "学习环节", "教学板块", "板块", "任务", "学习任务", "Step", "Steps"),
    ),
    "teacher": (
        *("教师活动", "教师行为", "教师", "教师的活动", "教师活动设计", "教的活动", "教师主导"),
        *("教师引导", "教学活动", "师生活动", "教师指导", "教师活动预设", "师", "教师组织"),
        *("教学内容与教师活动", "师生互动", "教学内容与师生活动", "教学过程设计", "Teacher"),
    ),
    "pupils": (
        *("学生活动", "学生行为", "学生", "学生的活动", "学生活动设计", "学的活动", "学生主体"),
        *("学习活动", "学生学习", "学生活动预设", "预设学生活动", "生", "学生反应", "Pupils"),
    ),
    "intent": (
        *("设计意图", "意图", "设计理由", "设计说明", "活动意图", "设计意图与评价", "设计目的"),
        *("目的", "Intent"),
    ),
    "minutes": ("时间", "时长", "时间分配", "用时", "时间安排", "分钟", "预设时间", "Minutes"),
    "lead": ("主讲端", "主讲端活动", "主讲教师", "主讲端教师活动", "输出端", "Lead end"),
    "receiving": (
        *("接收端", "接收端活动", "辅助教师", "助教活动", "接收端教师活动", "Receiving end"),
    ),
    "cue": ("提示与互动", "互动提示", "提示", "互动", "Cue, interaction"),
    "materials": (
        *("教学资源", "资源", "媒体", "媒体运用", "教学媒体", "媒体使用", "信息技术应用", "材料"),
        *("教具", "技术支持", "Materials"),
    ),
    "assessment": ("评价", "评价要点", "学习评价", "评价标准", "评价方式", "Assessment"),
    "fallback": ("断线预案", "断线时", "应急预案", "断网预案", "If the line breaks"),
    "content": ("教学内容", "内容", "教学要点", "知识点", "教学内容与过程", "Content"),
}
"""Heads of the columns of a process table; `content` goes before what the teacher does."""

OTHER_COLUMNS = frozenset(
    (
        *("二次备课", "二次备课栏", "个案修改", "个性化修改", "复备", "复备栏", "备注", "修改意见"),
        *("个人复备", "个性设计", "个性化设计", "集体备课", "补充", "修改", "教学随笔", "旁注"),
    )
)
"""Further columns of process tables, which keep their head in the text."""

STEP_WORDS = (
    *(
        "导入",
        "新授",
        "新课",
        "讲授",
        "初读",
        "精读",
        "研读",
        "品读",
        "感知",
        "探究",
        "合作",
        "展示",
    ),
    *(
        "巩固",
        "练习",
        "拓展",
        "延伸",
        "小结",
        "总结",
        "作业",
        "复习",
        "检测",
        "反馈",
        "热身",
        "呈现",
    ),
    *("操练", "欣赏", "创编", "实践", "交流", "提升", "预习", "质疑", "释疑", "情境", "课堂"),
)
"""What names of steps are made of."""

CELL_LABELS = {"教师活动": "teacher", "学生活动": "pupils", "设计意图": "intent"} | {
    word: name
    for name, words in (
        ("teacher", ("教师行为", "教师的活动")),
        ("pupils", ("学生行为", "学生的活动", "预设学生活动")),
        ("intent", ("设计理由", "意图", "设计说明", "活动意图", "教学意图")),
    )
    for word in words
}
"""Labels of paragraphs within a step."""

_SPACE = re.compile(r"\s+")
_EDGES = re.compile(r"^[\s【\[〖〔（(《◆●■★▲※*·、．.:：]+|[\s】\]〗〕）)》、．.:：*]+$")
_NUMERAL = "一二三四五六七八九十百"
PREFIX = re.compile(
    rf"^(?:第?[{_NUMERAL}]+[、.．:：]\s*|[（(][{_NUMERAL}\d]+[)）][、.．]?\s*|\d{{1,2}}[、.．)）]\s*"
    rf"|[{_NUMERAL}]\s+|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ][、.．]?\s*|[A-Z][、.．]\s*)"
)
"""The number before a heading."""
STEP_PREFIX = re.compile(
    rf"^(?:(?:环节|活动|步骤|任务|板块)\s*[{_NUMERAL}\d]+|第\s*[{_NUMERAL}\d]+\s*(?:环节|步|课时|板块)"
    rf"|[{_NUMERAL}]+[、.．]|[（(][{_NUMERAL}]+[)）])"
)
MINUTES = re.compile(
    r"\s*[（(【\[]?\s*(?:约|大约|预计|用时|时间[:：]?)?\s*(\d{1,3})\s*"
    r"(?:分钟|分(?!之|数|析)|min(?:utes?)?|′|')\s*[)）】\]]?",
    re.IGNORECASE,
)
BRACKETED = re.compile(r"^\s*[【\[〖〔]\s*([^】\]〗〕]{1,16}?)\s*[】\]〗〕]\s*[:：]?")
LABELLED = re.compile(r"^([^:：。，]{1,14})[:：]")


def bare(words: str) -> str:
    """A heading without its number, brackets, colon and spaces."""
    text = words.strip()
    while True:
        shorter = _EDGES.sub("", PREFIX.sub("", text, count=1)).strip()
        if shorter == text:
            return _SPACE.sub("", text) if not text.isascii() else text
        text = shorter


def _key(words: str) -> str:
    """What two spellings of a heading have in common."""
    return _JOINING.sub("", bare(words)).lower()


_JOINING = re.compile(r"[、，,/·与和及]")
_CONCEPT_OF = {_key(word): name for name, words in CONCEPTS.items() for word in words}
_COLUMN_OF = {_key(word): name for name, words in COLUMNS.items() for word in words}
_FIELDS = frozenset(map(_key, FIELDS))
_OTHER = frozenset(map(_key, OTHER_COLUMNS))


def concept_of(words: str) -> str:
    """What a heading means, ``""`` where it is none that we know."""
    return _CONCEPT_OF.get(_key(words), "") if len(words) <= 40 else ""


def column_of(words: str) -> str:
    """Which column has this head: a name of `COLUMNS`, ``other``, or ``""``."""
    text = _key(re.sub(r"[（(].*?[)）]\s*$", "", words))
    return _COLUMN_OF.get(text) or ("other" if text in _OTHER else "")


def is_field(words: str) -> bool:
    """Whether it is the label of a field of the header."""
    return _key(words) in _FIELDS
