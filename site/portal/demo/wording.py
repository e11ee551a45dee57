"""Words of the multiplied demonstration: names, titles and texts that differ from row to row."""

from __future__ import annotations

from random import Random
from typing import Any

from resources.catalogue.models import Volume

KINDS = (
    *("lesson_plan", "courseware", "microlecture", "class_exercise"),
    *("tiered_homework", "key_point_recording", "difficulty_recording", "solution_technique"),
)
PLATFORM = "https://basic.smartedu.cn/syncClassroom"
_PLACES = [
    *("白杨", "桃园", "清溪", "龙泉", "红柳", "长岭", "石门", "双河", "大营", "沙井"),
    *("东坝", "西沟", "板桥", "平川", "甘泉", "花寨", "青松", "槐树", "柳林", "枣园"),
    *("南坪", "北塬", "高台子", "响水", "月牙", "云盘", "雁滩", "金沙", "银杏", "竹园"),
]
_SORTS = ("中心小学", "初级中学", "九年制学校", "实验学校", "完全小学")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶程"
_GIVEN = [
    *("秀梅", "建军", "晓东", "玉兰", "海燕", "文斌", "丽娟", "志强", "雪莲", "永红"),
    *("淑芬", "国栋", "彩霞", "明远", "春花", "立新", "慧敏", "俊杰", "桂英", "向阳", "静"),
    *("磊", "婷", "涛", "芳", "鹏", "娜", "勇", "洁", "宁", "佳音", "思源", "子涵", "一鸣"),
    *("小玲", "爱华"),
]
_TITLES = {
    "lesson_plan": (
        *("《{lesson}》教学设计（{focus}）", "《{lesson}》第{period}课时教案：{focus}"),
        "{lesson}：{focus}的一节课",
    ),
    "courseware": ("《{lesson}》课件（{focus}）", "{lesson}第{period}课时课件：{focus}"),
    "microlecture": ("微课：{lesson}之{focus}", "五分钟看懂{lesson}：{focus}"),
    "class_exercise": ("《{lesson}》随堂练习：{focus}", "{lesson}当堂检测（{focus}）"),
    "tiered_homework": ("《{lesson}》分层作业（{focus}）", "{lesson}课后作业：{focus}三层设计"),
    "key_point_recording": ("《{lesson}》精讲实录：{focus}", "{lesson}课堂片段（{focus}）"),
    "difficulty_recording": ("答疑：{lesson}里的{focus}", "《{lesson}》难点解答：{focus}"),
    "solution_technique": ("{lesson}：{focus}的方法", "学《{lesson}》，{focus}这样做"),
}
_FOCUS = (
    *("读图识图", "动手操作", "小组合作", "问题引领", "任务单导学", "复式班安排", "对比辨析"),
    *("从生活说起", "学情前测之后", "易错点梳理", "双端互动", "单元整合", "课前预学", "口头表达"),
    *("错题重做", "思维导图", "情境创设", "分步示范", "同伴互评", "查漏补缺"),
)
_PUPILS = (6, 9, 12, 18, 24, 31, 38, 45)
_MEANS = (
    *("学习单", "小黑板", "实物", "挂图", "手机投屏", "录音", "自制卡片", "课本插图"),
    *("家里常见的东西", "校园里的一处地方"),
)
_STEPS = ("导入", "自主学习", "合作交流", "展示", "练习", "小结", "检测", "拓展")


def school(number: int, which: int) -> str:
    """A name no other school has."""
    place = _PLACES[(number * 2 + which) % len(_PLACES)]
    sort = _SORTS[(number + which) // len(_PLACES) % len(_SORTS)]
    again = (number * 2 + which) // (len(_PLACES) * len(_SORTS))
    return f"{place}{'第' + _numeral(again + 1) if again else ''}{sort}"


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = " 一二三四五六七八九"
    ten = f"{digits[tens] if tens > 1 else ''}十" if tens else ""
    return f"{ten}{digits[ones]}".replace(" ", "")


def person(number: int) -> str:
    """A natural name; two people may share one, as they do."""
    return f"{_SURNAMES[number * 7 % len(_SURNAMES)]}{_GIVEN[number * 11 % len(_GIVEN)]}"


def group(number: int, lead: str, volume: Volume) -> str:
    """The name of a round's prep group."""
    grade = volume.get_grade_display() if volume.grade else ""
    return f"{lead}{grade}{volume.get_subject_display()}备课组（{number}）"


def resource(
    kind: str, path: tuple[str, ...], aims: tuple[str, ...], owner: str, chance: Random
) -> dict[str, Any]:
    """Kind, title, summary, text and own fields of a resource on the lesson at `path`."""
    lesson, unit = path[-1], path[0]
    focus, means = chance.choice(_FOCUS), chance.choice(_MEANS)
    pupils, period = chance.choice(_PUPILS), chance.randint(1, 3)
    title = chance.choice(_TITLES[kind]).format(lesson=lesson, focus=focus, period=period)
    aim = chance.choice(aims) if aims else f"说出“{lesson}”这一课的主要内容"
    told = _Told(lesson, unit, focus, means, pupils, aim, chance)
    body = (
        f"<p>{owner}在{pupils}人的班里用过：以“{focus}”为抓手，借助{means}，用时"
        f"{chance.randint(5, 38)}分钟。</p><p>这一课在“{unit}”里，着力点是：{aim}</p>"
    )
    made: dict[str, Any] = {
        "kind": kind,
        "title": title,
        "summary": f"{focus}，{pupils}人班级适用，需要{means}。",
        "tags": [focus, means],
        "fields": getattr(told, kind)(),
    }
    if kind != "lesson_plan":
        made["body"] = body
    if kind in {"courseware", "microlecture", "key_point_recording", "difficulty_recording"}:
        made["link"] = PLATFORM
    return made


class _Told:
    """The own fields of each kind, by its code."""

    def __init__(
        self,
        lesson: str,
        unit: str,
        focus: str,
        means: str,
        pupils: int,
        aim: str,
        chance: Random,
    ) -> None:
        self.lesson, self.unit, self.focus, self.means = lesson, unit, focus, means
        self.pupils, self.aim, self.chance = pupils, aim, chance

    def lesson_plan(self) -> dict[str, Any]:
        steps = self.chance.sample(_STEPS, 4)
        rows = [
            {
                "step": step,
                "minutes": self.chance.randint(5, 14),
                "teacher": f"<p>围绕“{self.lesson}”，用{self.means}组织{step}。</p>",
                "pupils": f"<p>{self.pupils}人分成{max(2, self.pupils // 6)}组，完成{step}。</p>",
                "intent": f"<p>落实{self.focus}。</p>",
            }
            for step in steps
        ]
        return {
            "sections": [
                {"heading": "教学目标", "body": f"<p>{self.aim}</p>"},
                {"heading": "教学过程", "rows": rows},
                {"heading": "板书设计", "body": f"<p>{self.unit}　{self.lesson}</p>"},
            ]
        }

    def courseware(self) -> dict[str, Any]:
        return {"notes": f"讲到“{self.lesson}”时停一停，先请{self.chance.randint(2, 6)}名学生说。"}

    def microlecture(self) -> dict[str, Any]:
        point = f"{self.lesson}：{self.focus}"[:100]
        return {"knowledge_point": point, "duration": self.chance.randint(120, 480)}

    def class_exercise(self) -> dict[str, Any]:
        return {"items": [self._sum() for _number in range(3)] + [self._aim()]}

    def tiered_homework(self) -> dict[str, Any]:
        return {
            "tiers": [
                {"name": "基础", "minutes": 8, "items": [self._sum()]},
                {"name": "提升", "minutes": 12, "standard": self.aim[:200], "items": [self._aim()]},
                {
                    "name": "拓展",
                    "minutes": self.chance.randint(10, 25),
                    "items": [
                        {
                            "type": "practice",
                            "stem": f"用{self.means}向家人讲一讲“{self.lesson}”，记下一个问题。",
                        }
                    ],
                },
            ]
        }

    def key_point_recording(self) -> dict[str, Any]:
        steps = self.chance.sample(_STEPS, 3)
        at = sorted(self.chance.sample(range(10, 900), 3))
        return {
            "duration": 960,
            "moments": [
                {"at": second, "label": f"{step}：{self.lesson}"}
                for second, step in zip(at, steps, strict=True)
            ],
        }

    def difficulty_recording(self) -> dict[str, Any]:
        return {
            **self.key_point_recording(),
            "questions": [f"学“{self.lesson}”时，{self.focus}难在哪里？"],
        }

    def solution_technique(self) -> dict[str, Any]:
        steps = self.chance.sample(_STEPS, 3)
        return {
            "problem": f"学习“{self.lesson}”时，怎样做好{self.focus}？",
            "idea": f"先看清要求：{self.aim}",
            "steps": [
                f"{step}：用{self.means}，{self.chance.randint(3, 9)}分钟。" for step in steps
            ],
        }

    def _sum(self) -> dict[str, Any]:
        """A question about the plan of the work, whose answer is reckoned."""
        groups, each = self.chance.randint(2, 9), self.chance.randint(3, 12)
        return {
            "type": "blank",
            "stem": (
                f"学习“{self.lesson}”，把{groups * each}张{self.focus}卡片平均分给{groups}个小组，"
                "每组____张。"
            ),
            "answer": str(each),
            "points": self.chance.randint(1, 4),
        }

    def _aim(self) -> dict[str, Any]:
        return {
            "type": "short_answer",
            "stem": f"用自己的话说一说这一课学会了什么：{self.lesson}（{self.unit}）。",
            "answer": self.aim,
            "points": 4,
        }
