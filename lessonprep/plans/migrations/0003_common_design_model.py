"""The design model that most schools use; regions and groups may add their own."""

from django.db import migrations

SECTIONS = [
    ("objectives", "教学目标", "text", "学生学完能做什么，写得出、看得见。"),
    ("key_points", "教学重难点", "text", ""),
    ("learners", "学情分析", "text", "主讲端和接收端的学生分别怎样。"),
    ("process", "教学过程", "process", "每个环节写清教师做什么、学生做什么、为什么。"),
    ("board_plan", "板书设计", "text", ""),
    ("homework", "分层作业", "text", "基础、提升、拓展。"),
]


def add(apps, schema_editor):
    apps.get_model("plans", "DesignModel").objects.get_or_create(
        code="common",
        defaults={
            "name": "通用教学设计",
            "sections": [
                {"key": key, "heading": heading, "kind": kind, "hint": hint}
                for key, heading, kind, hint in SECTIONS
            ],
        },
    )


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
