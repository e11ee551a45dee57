"""Lesson-design models (教学设计模式): shipped, of a group or region, chosen and changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from lessonprep.groups.models import ClassMode, PrepPlan, PrepTask
from lessonprep.plans.actions import phases
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.designs import copy_design, retire_design
from lessonprep.plans.actions.remarks import remark
from lessonprep.plans.designs import design_hash
from lessonprep.plans.models import DesignModel, FirstDraft, LessonPlan
from lessonprep.plans.queries import default_design, history_of
from lessonprep.versions.comparison import section_text
from resources.catalogue.queries import lessons_of
from schools.access import Role
from tests.conftest import ClientOf
from tests.factories import people
from tests.factories.catalogue import make_volume
from tests.factories.lessonprep import World, world, write_draft

pytestmark = [pytest.mark.django_db]

SHIPPED = {"common", "situational", "five_e", "big_unit", "guided_sheet", "two_ends"}


def own(w: World, name: str = "本组教案") -> DesignModel:
    source = DesignModel.objects.get(code="common")
    return copy_design(source=source, owner=w.prep_group, name=name, by=w.leader)


def fresh(plan: LessonPlan) -> LessonPlan:
    return LessonPlan.objects.get(pk=plan.pk)


def words(plan: LessonPlan) -> set[str]:
    return {section_text(section) for section in text_of(fresh(plan))} - {""}


def change(client: Any, plan: LessonPlan, code: str) -> Any:
    sent = {"to": code, "base": fresh(plan).latest_revision_id}
    return client.post(reverse("plans:change_design", args=[plan.uuid]), sent)


def test_the_site_brings_six_models_and_one_of_two_columns() -> None:
    models = {design.code: design for design in DesignModel.objects.shipped()}

    assert set(models) == SHIPPED
    process = next(e for e in models["two_ends"].sections if e["kind"] == "process")
    assert process["columns"] == ["lead", "receiving", "cue", "fallback"]
    assert all(entry["heading"] for design in models.values() for entry in design.sections)


# choosing


def _term_form(w: World, **more: Any) -> dict[str, Any]:
    volume = make_volume()
    asked = {"volume": volume.pk, "term": w.prep_plan.term_id, "periods_per_week": 5}
    for lesson in lessons_of(volume):
        asked |= {f"periods-{lesson.pk}": 1, f"preparer-{lesson.pk}": w.preparer.pk}
    return asked | {"op": "create"} | more


@pytest.mark.parametrize(("asked", "expected"), [("five_e", "five_e"), ("", "common")])
def test_the_model_is_chosen_where_a_prep_plan_is_set_up(
    client_of: ClientOf, asked: str, expected: str
) -> None:
    w = world()
    address = reverse("groups:new_plan", args=[w.prep_group.uuid])

    shown = client_of(w.leader).get(address).content.decode()
    client_of(w.leader).post(address, _term_form(w, design=asked))

    assert 'name="design"' in shown
    made = PrepPlan.objects.latest("pk")
    assert made != w.prep_plan
    assert default_design(made).code == expected


def test_a_model_of_another_group_cannot_be_named_there(client_of: ClientOf) -> None:
    w, other = world(), world()
    foreign = own(other)
    address = reverse("groups:new_plan", args=[w.prep_group.uuid])

    client_of(w.leader).post(address, _term_form(w, design=foreign.code))

    assert PrepPlan.objects.filter(prep_group=w.prep_group).count() == 1


def test_a_plan_begins_with_the_prep_plans_model_else_the_groups(client_of: ClientOf) -> None:
    w = world(lessons=3)
    leader = client_of(w.leader)
    begun = w.plan(0)
    leader.post(reverse("plans:group_design", args=[w.prep_group.uuid]), {"design": "five_e"})
    of_group = w.plan(1)
    leader.post(reverse("plans:prep_plan_design", args=[w.prep_plan.uuid]), {"design": "big_unit"})
    of_prep_plan = w.plan(2)

    codes = [fresh(plan).design_model.code for plan in (begun, of_group, of_prep_plan)]

    assert codes == ["common", "five_e", "big_unit"]


def test_a_lesson_of_two_ends_begins_with_two_columns() -> None:
    w = world(lessons=1)
    PrepTask.objects.update(class_mode=ClassMode.DELIVERY)

    assert w.plan().design_model.code == "two_ends"


def test_a_member_chooses_no_default(client_of: ClientOf) -> None:
    w = world(lessons=1)

    answer = client_of(w.receiver).post(
        reverse("plans:group_design", args=[w.prep_group.uuid]), {"design": "five_e"}
    )

    assert answer.status_code == 404


def test_another_groups_model_cannot_be_chosen(client_of: ClientOf) -> None:
    w, other = world(lessons=1), world(lessons=1)
    theirs = own(other)
    plan = w.plan()

    answers = [
        client_of(w.leader).post(
            reverse("plans:group_design", args=[w.prep_group.uuid]), {"design": theirs.code}
        ),
        change(client_of(w.leader), plan, theirs.code),
        client_of(w.leader).get(reverse("plans:design", args=[theirs.code])),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


# changing a plan's model


def test_changing_the_model_keeps_every_text_and_the_history_brings_it_back(
    client_of: ClientOf,
) -> None:
    w = world(lessons=1)
    plan = w.plan()
    write_draft(
        plan, w.preparer, objectives="<p>读</p>", learners="<p>六人</p>", homework="<p>背</p>"
    )
    phases.hand_over(plan=plan, by=w.preparer)
    before = words(plan)
    ids = {s["value"]["key"]: s["id"] for s in text_of(fresh(plan))}
    client = client_of(w.preparer)
    preview = client.get(reverse("plans:redesign", args=[plan.uuid]), {"to": "guided_sheet"})

    assert change(client, plan, "guided_sheet").status_code == 302

    assert "六人" in preview.content.decode()
    assert words(plan) == before
    now = fresh(plan)
    assert now.design_model.code == "guided_sheet"
    found = {s["value"]["key"]: s for s in text_of(now)}
    assert found["objectives"]["value"]["heading"] == "学习目标"
    assert found["objectives"]["id"] == ids["objectives"]
    assert found["kept-learners"]["id"] == ids["learners"]

    old = history_of(now)[1]
    client.post(
        reverse("plans:restore", args=[plan.uuid, old.pk]), {"base": now.latest_revision_id}
    )

    assert fresh(plan).design_model.code == "common"
    assert {s["value"]["key"]: s["id"] for s in text_of(fresh(plan))} == ids
    assert plan.versions.get().design_model == "common"


def test_drafts_that_are_not_opened_follow_and_keep_their_texts(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = w.plan()
    write_draft(plan, w.receiver, objectives="<p>读</p>", learners="<p>六人</p>")
    write_draft(plan, w.preparer, objectives="<p>背</p>")

    change(client_of(w.leader), plan, "guided_sheet")

    draft = FirstDraft.objects.get(author=w.receiver)
    assert {section_text(section) for section in draft.sections} - {""} == {"读", "六人"}
    phases.hand_over(plan=plan, by=w.preparer)
    page = client_of(w.leader).get(reverse("plans:drafts", args=[plan.uuid])).content.decode()
    assert "六人" in page
    assert next(s["value"]["heading"] for s in text_of(fresh(plan))) == "学习目标"


def test_a_remark_stays_with_its_section(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = w.plan()
    write_draft(plan, w.preparer, objectives="<p>读</p>")
    phases.hand_over(plan=plan, by=w.preparer)
    learners = next(s for s in text_of(fresh(plan)) if s["value"]["key"] == "learners")
    remark(plan=plan, section_id=UUID(learners["id"]), text="补学情", by=w.leader, token=uuid4())

    change(client_of(w.preparer), plan, "guided_sheet")

    assert learners["id"] in {section["id"] for section in text_of(fresh(plan))}


def test_a_preview_that_is_stale_changes_nothing(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = w.plan()

    client_of(w.preparer).post(
        reverse("plans:change_design", args=[plan.uuid]), {"to": "five_e", "base": "0"}
    )

    assert fresh(plan).design_model.code == "common"


def test_a_member_does_not_change_the_model(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = w.plan()

    change(client_of(w.receiver), plan, "five_e")

    assert fresh(plan).design_model.code == "common"


# models of one's own


def form(design: DesignModel, **more: str) -> dict[str, Any]:
    sent: dict[str, Any] = {
        "name": design.name,
        "note": design.note,
        "base": design_hash(design),
        "count": str(len(design.sections)),
        "op": "save",
    }
    for number, entry in enumerate(design.sections):
        for name in ("key", "heading", "kind", "hint"):
            sent[f"{number}-{name}"] = entry[name]
        sent[f"{number}-columns"] = list(entry.get("columns", ["teacher", "pupils"]))
    return sent | more


@pytest.mark.parametrize(
    ("who", "may"), [("leader", True), ("deputy", True), ("preparer", False), ("receiver", False)]
)
def test_leaders_and_deputies_make_models_for_their_group(
    client_of: ClientOf, who: str, may: bool
) -> None:
    w = world(lessons=1)
    sent = {"name": "本组教案", "owner": f"group-{w.prep_group.uuid}", "source": "two_ends"}

    answer = client_of(getattr(w, who)).post(reverse("plans:new_design"), sent)

    assert answer.status_code == (302 if may else 404)
    assert DesignModel.objects.filter(prep_group=w.prep_group).exists() is may


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.LIBRARY_EDITOR, True), (Role.RESEARCHER, True), (Role.REGION_ADMIN, False)],
)
def test_editors_and_researchers_make_models_for_their_region(
    client_of: ClientOf, role: Role, may: bool
) -> None:
    w = world(lessons=1)
    county = w.lead.region
    sent = {"name": "县里的教案", "owner": f"region-{county.pk}", "source": "common"}

    client_of(people.with_role(role, county)).post(reverse("plans:new_design"), sent)

    assert DesignModel.objects.filter(region=county).exists() is may
    page = client_of(w.receiver).get(reverse("plans:designs")).content.decode()
    assert ("县里的教案" in page) is may


def test_a_region_one_has_no_role_in_is_not_offered(client_of: ClientOf) -> None:
    w, other = world(lessons=1), people.county()
    editor = people.with_role(Role.LIBRARY_EDITOR, w.lead.region)
    sent = {"name": "别县", "owner": f"region-{other.pk}", "source": "common"}

    client_of(editor).post(reverse("plans:new_design"), sent)

    assert not DesignModel.objects.filter(region=other).exists()


def test_sections_are_added_moved_and_saved_by_buttons(client_of: ClientOf) -> None:
    w = world(lessons=1)
    design = own(w)
    client = client_of(w.leader)
    address = reverse("plans:edit_design", args=[design.code])

    added = client.post(address, form(design, op="add") | {"0-heading": "先改的标题"})
    saved = client.post(address, form(design) | {"0-heading": "学习目标", "3-columns": ["lead"]})

    assert "先改的标题" in added.content.decode()
    assert added.status_code == 200
    assert saved.status_code == 302
    design.refresh_from_db()
    assert design.sections[0]["heading"] == "学习目标"
    assert design.sections[3]["columns"] == ["lead"]


def test_two_who_change_a_model_do_not_write_over_each_other(client_of: ClientOf) -> None:
    w = world(lessons=1)
    design = own(w)
    address = reverse("plans:edit_design", args=[design.code])
    mine = form(design) | {"0-heading": "我的"}
    theirs = form(design) | {"0-heading": "他的"}
    client_of(w.deputy).post(address, theirs)

    answer = client_of(w.leader).post(address, mine)

    assert answer.status_code == 409
    assert "我的" in answer.content.decode()
    design.refresh_from_db()
    assert design.sections[0]["heading"] == "他的"


def test_a_shipped_model_is_nobodys_to_change(client_of: ClientOf) -> None:
    w = world(lessons=1)

    answers = [
        client_of(w.leader).post(reverse(f"plans:{name}", args=["common"]))
        for name in ("edit_design", "retire_design")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_retired_model_is_offered_no_more_and_comes_back(client_of: ClientOf) -> None:
    w = world(lessons=1)
    design = own(w, "旧教案")
    client = client_of(w.leader)
    retire_design(design=design, by=w.leader)

    listed = client.get(reverse("plans:designs")).content.decode()
    refused = change(client, w.plan(), design.code).status_code
    client.post(reverse("plans:bring_back_design", args=[design.code]))

    assert "旧教案" not in listed
    assert refused == 404
    assert "旧教案" in client.get(reverse("plans:designs")).content.decode()


def test_the_cells_of_two_ends_are_saved_shown_and_kept_in_a_version(client_of: ClientOf) -> None:
    from lessonprep.plans.sections import section_hash

    w = world(lessons=1)
    PrepTask.objects.update(class_mode=ClassMode.DELIVERY)
    plan = w.plan()
    client = client_of(w.preparer)
    process = next(s for s in text_of(plan) if s["type"] == "process")
    row = {
        "step": "导入",
        "lead": "<p>出示雪景<script>x</script></p>",
        "receiving": "<p>看屏</p>",
        "cue": "<p>请二校</p>",
        "fallback": "<p>改看图</p>",
    }
    client.post(
        reverse("plans:save_draft", args=[plan.uuid, process["id"]]),
        {
            "base": section_hash(process),
            "rows-count": "1",
            **{f"rows-0-{name}": value for name, value in row.items()},
        },
    )
    phases.hand_over(plan=plan, by=w.preparer)

    page = client.get(plan.get_absolute_url()).content.decode()

    stored = next(s for s in text_of(fresh(plan)) if s["type"] == "process")
    assert stored["value"]["rows"][0]["value"]["lead"] == "<p>出示雪景</p>"
    assert all(text in page for text in ("看屏", "请二校", "改看图"))
    assert "改看图" in section_text(stored)
    version = plan.versions.get()
    assert version.design_model == "two_ends"
    assert version.is_intact()
