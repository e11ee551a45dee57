"""Models of their own for regions and groups, four more and a two-column one; decisions."""

import django.db.models.deletion
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


T, P = "text", "process"
SHIPPED = [
    (
        "situational",
        "情境导入式",
        "用一个真实情境贯穿全课，在情境中发现问题、解决问题。",
        [
            ("objectives", "教学目标", T, "学生学完能做什么，写得出、看得见。"),
            ("key_points", "教学重难点", T, ""),
            ("learners", "学情分析", T, "学生对这一情境有什么经验，主讲端和接收端有什么不同。"),
            ("situation", "情境设计", T, "情境从哪里来，用什么材料呈现，怎样引出本课的问题。"),
            (
                "process",
                "教学过程",
                P,
                "入境、探境、悟境、出境：每个环节都回到情境。",
                ["teacher", "pupils", "intent", "materials"],
            ),
            ("board_plan", "板书设计", T, ""),
            ("homework", "分层作业", T, "把情境带回生活：基础、提升、拓展。"),
        ],
    ),
    (
        "five_e",
        "5E探究式",
        "引入、探究、解释、拓展、评价五步，适合科学、数学和综合实践。",
        [
            ("objectives", "教学目标", T, "学生学完能做什么，写得出、看得见。"),
            ("key_points", "教学重难点", T, ""),
            ("learners", "学情分析", T, "学生已有的想法，包括错的想法。"),
            ("preparation", "材料与准备", T, "实验器材、替代材料、安全事项。"),
            (
                "process",
                "教学过程",
                P,
                "引入（Engage）、探究（Explore）、解释（Explain）、拓展（Elaborate）、评价（Evaluate）。",
                ["teacher", "pupils", "intent", "assessment"],
            ),
            ("evaluation", "评价设计", T, "看什么证据知道学生学会了。"),
            ("board_plan", "板书设计", T, ""),
            ("homework", "分层作业", T, ""),
        ],
    ),
    (
        "big_unit",
        "大单元教学",
        "先定单元大概念和大任务，再定本课在单元里的位置。",
        [
            ("big_idea", "单元大概念", T, "整个单元要让学生留下的理解，用一句话写出。"),
            ("unit_task", "单元大任务", T, "贯穿单元的真实任务，完成什么作品或表现。"),
            ("position", "本课在单元中的位置", T, "承接哪一课，为哪一课铺垫，共几课时。"),
            ("objectives", "教学目标", T, "本课目标怎样支撑单元目标。"),
            ("key_points", "教学重难点", T, ""),
            ("learners", "学情分析", T, ""),
            (
                "process",
                "教学过程",
                P,
                "按子任务安排环节，写清产出和评价。",
                ["teacher", "pupils", "intent", "assessment"],
            ),
            ("evaluation", "评价设计", T, "单元评价量规，本课看哪几条。"),
            ("board_plan", "板书设计", T, ""),
            ("homework", "分层作业", T, "服务于单元大任务。"),
        ],
    ),
    (
        "guided_sheet",
        "导学案",
        "发给学生的一张学习单：自学有路，课堂有问，课后有练。",
        [
            ("objectives", "学习目标", T, "写给学生看，用“我能……”开头。"),
            ("key_points", "学习重难点", T, ""),
            ("preview", "课前预学", T, "读什么、做什么、提出什么问题，十五分钟能完成。"),
            (
                "process",
                "课堂导学",
                P,
                "自主学习、合作探究、展示交流、点拨小结。",
                ["pupils", "teacher", "assessment"],
            ),
            ("check", "当堂检测", T, "五到八分钟，附评分标准。"),
            ("homework", "课后巩固", T, "基础、提升、拓展。"),
            ("board_plan", "板书设计", T, ""),
            ("reflection", "学后反思", T, "留给学生写：学会了什么，还有什么不懂。"),
        ],
    ),
    (
        "two_ends",
        "双端协同式（主讲端·接收端）",
        "专递课堂、名师课堂用：两端各做什么，怎样互动，断线了怎么办。",
        [
            ("objectives", "教学目标", T, "两端学生共同的目标；接收端有分层要求的，另写一行。"),
            ("key_points", "教学重难点", T, ""),
            ("learners", "学情分析", T, "主讲端、接收端的人数、基础和网络条件。"),
            (
                "equipment",
                "设备与课前联调",
                T,
                "镜头、话筒、资料谁准备，课前几分钟联调，辅助教师是谁，断线时用什么联系。",
            ),
            (
                "process",
                "教学过程",
                P,
                "每个环节写清两端各做什么、用什么口令切换、断线时接收端照着做什么。",
                ["lead", "receiving", "cue", "fallback"],
            ),
            ("board_plan", "板书设计", T, "接收端从屏幕上看得清：字大、行少。"),
            ("homework", "分层作业", T, "谁批改、怎样反馈到主讲端。"),
        ],
    ),
]


def entry(key, heading, kind, hint, columns=None):
    made = {"key": key, "heading": heading, "kind": kind, "hint": hint}
    return {**made, "columns": columns} if columns else made


def ship(apps, schema_editor):
    for code, name, note, sections in SHIPPED:
        apps.get_model("plans", "DesignModel").objects.get_or_create(
            code=code,
            defaults={
                "name": name,
                "note": note,
                "sections": [entry(*section) for section in sections],
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ("groups", "0001_initial"),
        ("plans", "0003_common_design_model"),
        ("schools", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DesignDefault",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
            options={
                "verbose_name": "default design model",
                "verbose_name_plural": "default design models",
            },
        ),
        migrations.CreateModel(
            name="PlanDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("section", models.UUIDField()),
                ("heading", models.CharField(max_length=60)),
                (
                    "number",
                    models.PositiveSmallIntegerField(help_text="of the difference on the agenda"),
                ),
                ("key", models.CharField(max_length=64)),
                ("place", models.CharField(blank=True, max_length=120)),
                (
                    "text",
                    models.TextField(blank=True, max_length=20000, verbose_name="what was agreed"),
                ),
                ("decided_at", models.DateTimeField(auto_now_add=True)),
                ("token", models.UUIDField(unique=True)),
                ("before", models.JSONField()),
                ("after_hash", models.CharField(max_length=32)),
                ("reopened_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "decision of a meeting",
                "verbose_name_plural": "decisions of meetings",
                "ordering": ["number", "decided_at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="designmodel",
            name="note",
            field=models.CharField(blank=True, max_length=200, verbose_name="what it is for"),
        ),
        migrations.AddField(
            model_name="designmodel",
            name="prep_group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="design_models",
                to="groups.prepgroup",
            ),
        ),
        migrations.AddField(
            model_name="designmodel",
            name="region",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="design_models",
                to="schools.region",
            ),
        ),
        migrations.AddField(
            model_name="designmodel",
            name="retired_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="planstate",
            name="agenda",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="lessonplan",
            name="sections",
            field=wagtail.fields.StreamField(
                [("text", 3), ("process", 17)],
                blank=True,
                block_lookup={
                    0: ("wagtail.blocks.CharBlock", (), {"max_length": 40, "required": False}),
                    1: ("wagtail.blocks.CharBlock", (), {"label": "heading", "max_length": 60}),
                    2: (
                        "resources.library.blocks.CleanHTMLBlock",
                        (),
                        {"label": "text", "required": False},
                    ),
                    3: (
                        "wagtail.blocks.StructBlock",
                        [[("key", 0), ("heading", 1), ("body", 2)]],
                        {"label": "text"},
                    ),
                    4: ("wagtail.blocks.CharBlock", (), {"label": "step", "max_length": 60}),
                    5: (
                        "wagtail.blocks.IntegerBlock",
                        (),
                        {"label": "minutes", "max_value": 600, "min_value": 0, "required": False},
                    ),
                    6: (
                        "resources.library.blocks.CleanHTMLBlock",
                        (),
                        {"label": "teacher", "required": False},
                    ),
                    7: (
                        "resources.library.blocks.CleanHTMLBlock",
                        (),
                        {"label": "pupils", "required": False},
                    ),
                    8: (
                        "resources.library.blocks.CleanHTMLBlock",
                        (),
                        {"label": "intent", "required": False},
                    ),
                    9: (
                        "resources.library.blocks.CleanHTMLBlock",
                        (),
                        {"label": "lead end", "required": False},
                    ),
                    10: (
                        "resources.library.blocks.CleanHTMLBlock",
                        (),
                        {"label": "receiving end", "required": False},
                    ),
                    11: (
                        "resources.library.blocks.CleanHTMLBlock",
                        (),
                        {"label": "cue, interaction", "required": False},
                    ),
                    12: (
                        "resources.library.blocks.CleanHTMLBlock",
                        (),
                        {"label": "if the line breaks", "required": False},
                    ),
                    13: (
                        "resources.library.blocks.CleanHTMLBlock",
                        (),
                        {"label": "materials", "required": False},
                    ),
                    14: (
                        "resources.library.blocks.CleanHTMLBlock",
                        (),
                        {"label": "assessment", "required": False},
                    ),
                    15: (
                        "wagtail.blocks.StructBlock",
                        [
                            [
                                ("step", 4),
                                ("minutes", 5),
                                ("teacher", 6),
                                ("pupils", 7),
                                ("intent", 8),
                                ("lead", 9),
                                ("receiving", 10),
                                ("cue", 11),
                                ("fallback", 12),
                                ("materials", 13),
                                ("assessment", 14),
                            ]
                        ],
                        {},
                    ),
                    16: ("wagtail.blocks.ListBlock", (15,), {"default": [], "label": "steps"}),
                    17: (
                        "wagtail.blocks.StructBlock",
                        [[("key", 0), ("heading", 1), ("rows", 16)]],
                        {"label": "teaching process"},
                    ),
                },
            ),
        ),
        migrations.AddConstraint(
            model_name="designmodel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("region__isnull", True), ("prep_group__isnull", True), _connector="OR"
                ),
                name="plans_a_design_model_has_one_owner",
            ),
        ),
        migrations.AddField(
            model_name="designdefault",
            name="design_model",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="plans.designmodel",
            ),
        ),
        migrations.AddField(
            model_name="designdefault",
            name="prep_group",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="design_default",
                to="groups.prepgroup",
            ),
        ),
        migrations.AddField(
            model_name="designdefault",
            name="prep_plan",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="design_default",
                to="groups.prepplan",
            ),
        ),
        migrations.AddField(
            model_name="plandecision",
            name="decided_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="plandecision",
            name="drafts",
            field=models.ManyToManyField(related_name="decisions", to="plans.firstdraft"),
        ),
        migrations.AddField(
            model_name="plandecision",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="decisions",
                to="plans.lessonplan",
            ),
        ),
        migrations.AddField(
            model_name="plandecision",
            name="reopened_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="designdefault",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("prep_group__isnull", True), ("prep_plan__isnull", False)),
                    models.Q(("prep_group__isnull", False), ("prep_plan__isnull", True)),
                    _connector="OR",
                ),
                name="plans_a_default_is_of_a_group_or_of_a_prep_plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="plandecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reopened_at__isnull", True)),
                fields=("plan", "key"),
                name="plans_one_decision_a_difference",
            ),
        ),
        migrations.AddConstraint(
            model_name="plandecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reopened_at__isnull", True), ("reopened_by__isnull", True)),
                    models.Q(("reopened_at__isnull", False), ("reopened_by__isnull", False)),
                    _connector="OR",
                ),
                name="plans_reopened_by_someone",
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
