"""The eight kinds of resources: made, changed, reviewed, shown, found; and a ninth beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from resources.catalogue.models import Standard
from resources.library import actions
from resources.library.access import may_see_parts
from resources.library.errors import NotNow
from resources.library.kinds.reading import FieldRefused
from resources.library.kinds.registry import register_kind, unregister_kind
from resources.library.models import KINDS, Resource, Submission
from resources.library.search_documents import ResourceSource, terms
from schools.audience import Reader
from schools.models import AuditEntry, School, User
from search import outbox
from search.vocabulary import register_vocabulary, unregister_vocabulary
from tests.conftest import ClientOf
from tests.factories import library, media, people
from tests.factories.catalogue import make_volume
from tests.ninth_kind.models import Experiment

pytestmark = pytest.mark.django_db

OF_KINDS: dict[str, dict[str, Any]] = {
    "lesson_plan": {
        "sections": [
            {"heading": "目标", "body": "<p>会读</p>"},
            {"heading": "过程", "rows": [{"step": "导入", "minutes": 5, "teacher": "<p>问</p>"}]},
        ]
    },
    "courseware": {"body": "<p>第3页动画</p>"},
    "microlecture": {"knowledge_point": "停连", "duration": 276, "body": "<p>先听</p>"},
    "class_exercise": {
        "items": [
            {
                "type": "single_choice",
                "stem": "<p>几?</p>",
                "options": ["一", "二"],
                "points": 2.0,
                "answer": "B",
                "analysis": "<p>数一数</p>",
            }
        ]
    },
    "tiered_homework": {
        "tiers": [
            {
                "name": "基础",
                "minutes": 10,
                "standard": "会背诵",
                "items": [
                    {"type": "blank", "stem": "<p>填</p>", "answer": "春", "analysis": ""},
                ],
            }
        ]
    },
    "key_point_recording": {"knowledge_point": "比喻", "moments": [{"at": 3, "label": "讲"}]},
    "difficulty_recording": {"questions": ["为什么"], "moments": [{"at": 3, "label": "讲"}]},
    "solution_technique": {
        "problem": "<p>行程</p>",
        "idea": "<p>画图</p>",
        "steps": ["<p>一</p>", "<p>二</p>"],
        "pitfalls": "<p>单位</p>",
    },
}


@pytest.mark.parametrize("code", [*KINDS])
def test_the_fields_of_a_kind_come_out_as_they_went_in(code: str) -> None:
    given = {**OF_KINDS[code], "notes": "<p>慢一点</p>"}
    made = KINDS[code]()

    unknown = made.fill(given)

    assert unknown == []
    assert made.fields(with_parts=True) == given


@pytest.mark.parametrize("code", [*KINDS])
def test_parts_go_out_only_where_they_are_asked_for(code: str) -> None:
    made = KINDS[code]()
    made.fill({**OF_KINDS[code], "notes": "慢一点"})

    told = str(made.fields())

    assert all(part not in told for part in ("慢一点", "数一数", "'answer'"))
    assert "慢一点" not in made.search_text()


@pytest.mark.parametrize("code", [*KINDS])
@pytest.mark.parametrize("wrong", [{"notes": []}, {"notes": {"a": 1}}, {"body": True}])
def test_a_field_of_a_wrong_type_is_named(code: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(FieldRefused) as refused:
        KINDS[code]().fill(wrong)

    assert refused.value.field == next(iter(wrong))


CANARY = "金丝雀答案"


def made_of(kind: str, school: School | None = None, *, title: str = "", **given: Any) -> Resource:
    """A draft of the kind whose answers, analyses and notes all hold the canary."""
    school = school or people.school()
    maker = people.teacher(school)
    files = []
    if kind in {"microlecture", "key_point_recording", "difficulty_recording"}:
        files.append(library.video(maker, school))
    if kind == "courseware":
        files.append(slides(maker, school))
    model = KINDS[kind]()
    model.fill({**FIELDS.get(kind, {}), "notes": f"{CANARY}备注", **given})
    names = {field.name for field in model._meta.local_fields} - {"resource_ptr"}
    content = {name: getattr(model, name) for name in names if name not in {"video", "slides"}}
    content["teacher_notes"] = model.teacher_notes
    return actions.create_resource(
        kind=kind,
        school=school,
        by=maker,
        title=title or f"{kind}样例",
        description={"subject": "chinese", "grade": 7},
        content=content,
        files=files,
    )


def _held(value: Any) -> Any:
    """The same fields with the canary in every answer and analysis."""
    if isinstance(value, dict):
        held = {"analysis": f"<p>{CANARY}解析</p>"} if "analysis" in value else {}
        if value.get("type") == "blank":
            held["answer"] = f"{CANARY}填空"
        return {name: _held(inner) for name, inner in value.items()} | held
    return [_held(inner) for inner in value] if isinstance(value, list) else value


FIELDS: dict[str, dict[str, Any]] = {kind: _held(fields) for kind, fields in OF_KINDS.items()}


def _teacher_of(subject: str) -> User:
    maker = people.teacher()
    people.teaches(maker.memberships.get(), subject)
    return maker


def slides(by: User, school: School) -> Any:
    """Stored slides; as PDF, which needs no archive around it."""
    return media.stored("课件.pdf", b"%PDF-1.7 slides", by=by, school=school)


def text_of(client: Client, address: str, **data: Any) -> str:
    answer = client.get(address, data)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


# each kind on its way


def test_the_kinds_are_the_eight_of_the_contract() -> None:
    assert {*KINDS} == {*OF_KINDS}


@pytest.mark.parametrize("kind", OF_KINDS)
def test_a_title_makes_a_draft_of_every_kind(kind: str, client_of: ClientOf) -> None:
    maker = people.teacher()
    client = client_of(maker)
    address = reverse("library:make", args=[kind])

    page = text_of(client, address)
    answer = client.post(address, {"title": "只有题目", "token": str(uuid4())})

    made = Resource.objects.get(maker=maker)
    assert 'name="title"' in page
    assert answer["Location"].endswith(reverse("library:own", args=[made.uuid]))
    assert made.kind == kind
    assert "只有题目" in text_of(client, reverse("library:preview", args=[made.uuid]))
    assert made.specific.missing()
    assert client.get(reverse("library:edit", args=[made.uuid])).status_code == 200


@pytest.mark.parametrize("kind", OF_KINDS)
def test_every_kind_is_reviewed_with_its_parts_and_then_read(
    kind: str, client_of: ClientOf
) -> None:
    made = made_of(kind)
    submission = library.submitted(made)
    editor = client_of(library.editor(made.school))

    review = text_of(editor, submission.get_absolute_url())
    library.passed(submission)
    colleague = client_of(people.teacher(made.school))
    page = text_of(colleague, made.get_absolute_url())
    edit = text_of(client_of(made.maker), reverse("library:edit", args=[made.uuid]))

    assert f"{CANARY}备注" in review
    assert f"{CANARY}备注" in page, "a teacher of the library sees the notes"
    assert f"{CANARY}备注" in edit
    for point in ("copyright", "faces", "pupils"):
        assert f'value="{point}"' in review
    assert library.reread(made).submissions.get().checks == library.ALL_CHECKS


@pytest.mark.parametrize("kind", OF_KINDS)
def test_a_form_sent_unchanged_changes_nothing(kind: str, client_of: ClientOf) -> None:
    made = made_of(kind)
    client = client_of(made.maker)
    address = reverse("library:edit", args=[made.uuid])
    form = client.get(address).context["form"]
    before = library.reread(made).get_latest_revision_as_object().fields(with_parts=True)

    answer = client.post(address, posted(form))

    assert answer.status_code == 302, answer.context["form"].errors
    after = library.reread(made)
    assert after.get_latest_revision_as_object().fields(with_parts=True) == before
    assert after.latest_revision_id == made.latest_revision_id


def posted(form: Any) -> dict[str, Any]:
    """What a browser sends of a form as it is shown."""
    sent = {
        field.html_name: field.value()
        for field in form
        if field.value() is not None and field.widget_type != "clearablefile"
    }
    for rows in form.rows.values():
        sent |= posted_rows(rows)
    return sent


def posted_rows(rows: Any) -> dict[str, Any]:
    sent = {f"{rows.prefix}-TOTAL_FORMS": len(rows.forms), f"{rows.prefix}-INITIAL_FORMS": 0}
    for row in rows:
        sent |= {f.html_name: f.value() for f in row if f.value() is not None}
        for within in row.rows.values():
            sent |= posted_rows(within)
    return sent


# parts


def doors_of(client: Client, made: Resource) -> str:
    """Everything that a reader can get at of a resource, as one text."""
    outbox.drain()
    page = made.get_absolute_url()
    addresses = [
        (page, {}),
        (page, {"check": "questions-1", "q1-1": "B"}),
        (reverse("search:page"), {"q": CANARY}),
        (reverse("search:page"), {"q": made.title}),
        ("/api/v1/resources", {"q": CANARY}),
        ("/api/v1/resources", {"q": made.title}),
        ("/api/v1/suggest", {"q": CANARY}),
        (reverse("library:preview", args=[made.uuid]), {}),
        (reverse("library:own", args=[made.uuid]), {}),
        (reverse("library:edit", args=[made.uuid]), {}),
    ]
    answers = [client.get(address, data) for address, data in addresses]
    told = [answer.content.decode(errors="replace") for answer in answers]
    return "\n".join(told).replace(f"q={CANARY}", "").replace(f'value="{CANARY}"', "")


@pytest.mark.parametrize("kind", OF_KINDS)
def test_the_public_meets_no_answer_at_any_door_until_it_is_let_out(
    kind: str, client_of: ClientOf
) -> None:
    made = library.raised(library.published(made_of(kind)), "public")
    readers = [Client(), client_of(people.teacher(people.school()))]
    held = [part for part in ("备注", "解析", "填空") if CANARY + part in "".join(made.parts())]

    before = [doors_of(reader, made) for reader in readers]
    actions.let_out(made, by=made.maker, out=True)
    after = [text_of(reader, made.get_absolute_url()) for reader in readers]
    actions.let_out(made, by=made.maker, out=False)
    again = [doors_of(reader, made) for reader in readers]

    assert held
    for text in (*before, *again):
        assert not any(CANARY + part in text for part in held)
    for text in after:
        assert all(CANARY + part in text for part in held)


@pytest.mark.parametrize("kind", OF_KINDS)
def test_the_index_never_holds_a_part(kind: str) -> None:
    made = library.raised(library.published(made_of(kind)), "public")
    actions.let_out(made, by=made.maker, out=True)

    (document,) = ResourceSource().documents([made.uuid])

    assert CANARY not in str(document)
    assert document.kind == kind


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("maker", True),
        ("colleague", True),
        ("teacher of the county", True),
        ("teacher of another city", False),
        ("nobody", False),
    ],
)
def test_parts_are_for_those_whom_a_library_below_the_public_reaches(who: str, sees: bool) -> None:
    made = library.raised(library.published(made_of("class_exercise")), "county", "public")
    near = people.school(region=made.school.region)
    readers: dict[str, Callable[[], Reader]] = {
        "maker": lambda: made.maker,
        "colleague": lambda: people.teacher(made.school),
        "teacher of the county": lambda: people.teacher(near),
        "teacher of another city": lambda: people.teacher(people.school()),
        "nobody": AnonymousUser,
    }
    reader = readers[who]()

    assert may_see_parts(reader, made) is sees


def test_letting_out_is_the_makers_alone_and_on_record(client_of: ClientOf) -> None:
    made = library.published(made_of("class_exercise"))
    address = reverse("library:let_out", args=[made.uuid])

    refused = client_of(library.editor(made.school)).post(address, {"out": "yes"})
    for _time in range(2):
        client_of(made.maker).post(address, {"out": "yes"})

    assert refused.status_code == 404
    assert library.reread(made).answers_out
    assert AuditEntry.objects.filter(action="resource.answers_let_out").count() == 1


def test_no_later_revision_lets_out_or_holds_back(client_of: ClientOf) -> None:
    made = library.published(made_of("class_exercise"))
    draft = library.reread(made).get_latest_revision_as_object()
    actions.let_out(made, by=made.maker, out=True)

    draft.save_revision(user=made.maker).publish()

    assert library.reread(made).answers_out


def test_a_visitor_answers_without_an_account_once_answers_are_out() -> None:
    made = library.raised(library.published(made_of("class_exercise")), "public")
    actions.let_out(made, by=made.maker, out=True)
    address = made.get_absolute_url()

    asked = text_of(Client(), address)
    right = text_of(Client(), address, check="questions-1", **{"q1-1": "B"})
    wrong = text_of(Client(), address, check="questions-1", **{"q1-1": "A"})
    forged = Client().get(address, {"check": "questions-1", "q1-1": "<script>" * 999})

    assert 'type="radio"' in asked
    assert "details open" not in asked
    assert 'class="ok"' in right
    assert 'class="late"' in wrong
    assert f"{CANARY}解析" in wrong
    assert forged.status_code == 200
    assert "<script><script>" not in forged.content.decode()


# files and links


def test_a_link_to_a_platform_stands_for_a_file(client_of: ClientOf) -> None:
    maker = people.teacher()
    client = client_of(maker)
    address = reverse("library:make", args=["key_point_recording"])
    link = "https://basic.smartedu.cn/syncClassroom/classActivity?id=1"

    refused = client.post(address, {"title": "精讲", "link": "https://evil.example/x"})
    client.post(address, {"title": "精讲", "link": link})

    assert "evil.example" in refused.content.decode()
    made = Resource.objects.get(maker=maker)
    assert made.specific.missing() == []
    page = text_of(client, reverse("library:preview", args=[made.uuid]))
    assert link in page
    assert "basic.smartedu.cn" in page


def test_a_file_that_was_chosen_is_kept_when_something_else_is_wrong(client_of: ClientOf) -> None:
    maker = people.teacher()
    client = client_of(maker)
    address = reverse("library:make", args=["courseware"])
    file = media.upload("第一课 春.pdf", b"%PDF-1.7 x")

    wrong = client.post(address, {"title": "", "slides": file})
    kept = wrong.context["form"]["slides_kept"].value()
    client.post(address, {"title": "春", "slides_kept": kept})

    made = Resource.objects.get(maker=maker).specific
    assert str(made.slides.uuid) == kept
    assert "第一课 春" in wrong.content.decode()


def test_anothers_file_is_not_taken_by_a_forged_field(client_of: ClientOf) -> None:
    maker, other = people.teacher(), people.teacher()
    theirs = slides(other, other.memberships.get().school)

    client_of(maker).post(
        reverse("library:make", args=["courseware"]),
        {"title": "偷", "slides_kept": str(theirs.uuid), "attachment_kept": str(theirs.uuid)},
    )

    made = Resource.objects.get(maker=maker).specific
    assert made.slides is None
    assert made.attachments == []


def test_a_file_is_read_where_its_page_is_and_taken_out_by_the_form(client_of: ClientOf) -> None:
    made = made_of("courseware")
    client, stranger = client_of(made.maker), Client()
    file = made.specific.slides
    extra = media.upload("学习单.pdf", b"%PDF-1.7 sheet")
    edit = reverse("library:edit", args=[made.uuid])
    form = {"title": "春", "attachment": extra, "base": made.latest_revision_id}
    client.post(edit, form)
    draft = library.reread(made).get_latest_revision_as_object()
    (attachment,) = draft.attachments

    made = library.raised(library.published(library.reread(made)), "public")
    codes = [stranger.get(f"/files/{uuid}/").status_code for uuid in (file.uuid, attachment)]
    out = {"title": "春", "base": made.latest_revision_id, "drop": [attachment, str(file.uuid)]}
    client.post(edit, out)

    assert codes == [200, 200]
    draft = library.reread(made).get_latest_revision_as_object()
    assert (draft.slides, draft.attachments) == (None, [])


# description


def test_what_is_left_open_is_read_from_the_name(client_of: ClientOf) -> None:
    volume = make_volume()
    chapter = volume.chapters.get(title="济南的冬天")
    maker = _teacher_of("chinese")
    client = client_of(maker)
    file = media.upload("七上 2 济南的冬天 课件.pdf", b"%PDF-1.7 x")

    client.post(reverse("library:make", args=["courseware"]), {"title": "朗读课件", "slides": file})

    made = Resource.objects.get(maker=maker)
    assert made.chapter == chapter
    assert (made.volume, made.grade) == (volume, 7)
    assert volume.short_title in text_of(client, reverse("library:own", args=[made.uuid]))


def test_a_lesson_in_the_address_is_taken_over(client_of: ClientOf) -> None:
    chapter = make_volume().chapters.get(title="春")
    client = client_of(_teacher_of("music"))

    chooser = text_of(client, reverse("library:new"), chapter=chapter.pk)
    page = client.get(reverse("library:make", args=["class_exercise"]), {"chapter": chapter.pk})
    odd = client.get(reverse("library:new"), {"chapter": "9" * 99})

    assert f"?chapter={chapter.pk}" in chooser
    assert str(page.context["form"]["chapter"].value()) == str(chapter.pk)
    assert odd.status_code == 200


def test_standards_of_the_lesson_are_offered_and_others_by_a_word(client_of: ClientOf) -> None:
    chapter = make_volume().chapters.get(title="春")
    what: dict[str, Any] = {"subject": "chinese", "stage": "junior", "domain": "阅读"}
    of_lesson = chapter.standards.create(code="X-1", text="朗读课文", **what)
    other = Standard.objects.create(code="X-2", text="体会比喻的妙处", **what)
    Standard.objects.create(code="X-3", text="写读书笔记", **what)
    maker = people.teacher()
    client = client_of(maker)
    address = reverse("library:make", args=["class_exercise"])
    form = {"title": "练习", "chapter": chapter.pk}

    offered = client.get(address, {"chapter": chapter.pk}).context["form"]["standards"]
    found = client.post(address, {**form, "row": "find:standards", "standard_words": "比喻"})
    client.post(address, {**form, "standards": [other.pk]})
    wrong = client.post(address, {**form, "standards": ["x", "999999"]})

    assert [pk.value for pk, _label in offered.field.choices] == [of_lesson.pk]
    shown = {pk.value for pk, _label in found.context["form"]["standards"].field.choices}
    assert shown == {of_lesson.pk, other.pk}
    made = Resource.objects.get(maker=maker).get_latest_revision_as_object()
    assert list(made.standards.all()) == [other]
    assert wrong.context["form"].errors["standards"]


def test_tiers_are_found_by_code_and_by_name() -> None:
    tiers = [{"name": name, "items": [{"stem": "填"}]} for name in ("基础题", "小小探险家")]
    made = library.raised(library.published(made_of("tiered_homework", tiers=tiers)), "public")
    library.published(made_of("tiered_homework"))  # of another school
    outbox.drain()

    def found(*values: str) -> list[str]:
        answer = Client().get("/api/v1/resources", {"tier": values}).json()
        return [item["id"] for item in answer["items"]]

    for value in ("basic", "基础题", "小小探险家"):
        assert found(value) == [str(made.uuid)]
    assert found("beyond") == []
    assert found("beyond", "basic") == [str(made.uuid)]


def test_empty_tiers_are_folded_and_written_ones_open(client_of: ClientOf) -> None:
    client = client_of(people.teacher())
    address = reverse("library:make", args=["tiered_homework"])
    first = client.get(address).context["form"]
    sent = {**posted(first), "tiers-1-items-0-stem": "想一想"}

    again = client.post(address, {**sent, "row": "add:tiers-2-items"}).context["form"]

    assert [row.is_open for row in first.rows["tiers"]] == [False, False, False]
    assert [row.is_open for row in again.rows["tiers"]] == [False, True, True]


def test_rows_are_added_without_a_script_and_nothing_is_saved(client_of: ClientOf) -> None:
    maker = people.teacher()
    client = client_of(maker)
    address = reverse("library:make", args=["tiered_homework"])
    form = client.get(address).context["form"]
    typed = {**posted(form), "title": "分层", "tiers-1-minutes": "8"}

    grown = client.post(address, {**typed, "row": "add:tiers-1-items"})
    question = {"tiers-1-items-0-type": "short_answer", "tiers-1-items-0-stem": "说说春天"}
    saved = client.post(address, {**posted(grown.context["form"]), **question})

    assert grown.status_code == 200
    assert 'value="8"' in grown.content.decode()
    assert saved.status_code == 302
    made = Resource.objects.get(maker=maker).specific
    assert [(tier.minutes, len(tier.items)) for tier in made.levels] == [(8, 1)]


def test_a_wrong_row_is_marked_and_kept(client_of: ClientOf) -> None:
    client = client_of(people.teacher())
    row = {"items-0-type": "single_choice", "items-0-stem": "几？", "items-0-options": "一\n二"}

    answer = client.post(
        reverse("library:make", args=["class_exercise"]),
        {"title": "练", "items-TOTAL_FORMS": "1", "items-0-answer": "C", **row},
    )

    assert answer.status_code == 200
    assert "几？" in answer.content.decode()
    assert "answer" in answer.context["form"].rows["items"].forms[0].errors
    assert not Resource.objects.exists()


# the list and the bin


def test_the_list_is_searched_and_filtered_by_kind(client_of: ClientOf) -> None:
    made = made_of("class_exercise", title="春天练习")
    actions.create_resource(
        kind="courseware", school=made.school, by=made.maker, title="春天课件", description={}
    )
    client = client_of(made.maker)
    mine = reverse("library:mine")

    assert "春天课件" not in text_of(client, mine, kind="class_exercise")
    assert "春天练习" not in text_of(client, mine, q="课件")
    assert "春天练习" in text_of(client, mine, kind="nonsense")


def test_a_draft_goes_into_the_bin_and_comes_back(client_of: ClientOf) -> None:
    made = made_of("class_exercise", title="不要了")
    client = client_of(made.maker)

    for _time in range(2):
        client.post(reverse("library:put_in_bin", args=[made.uuid]))
    gone = text_of(client, reverse("library:mine"))
    binned = text_of(client, reverse("library:bin"))
    edit = client.get(reverse("library:edit", args=[made.uuid]))
    for _time in range(2):
        client.post(reverse("library:bring_back", args=[made.uuid]))

    assert "不要了" not in gone
    assert "不要了" in binned
    assert edit.status_code == 404
    assert "不要了" in text_of(client, reverse("library:mine"))
    done = AuditEntry.objects.filter(target_id=made.uuid).values_list("action", flat=True)
    assert {"resource.binned", "resource.brought_back"} <= set(done)
    assert len(done) == len(set(done))


@pytest.mark.parametrize("state", ["in review", "published"])
def test_what_others_look_at_does_not_go_into_the_bin(state: str) -> None:
    made = made_of("class_exercise")
    waiting = library.submitted(made)
    if state == "published":
        library.passed(waiting)

    with pytest.raises(NotNow):
        actions.put_in_bin(library.reread(made), by=made.maker)


# reviewing


def test_a_withdrawn_resource_is_no_longer_named_to_who_decided(client_of: ClientOf) -> None:
    made = made_of("class_exercise", title="收回的题目")
    submission = library.submitted(made)
    editor = library.editor(made.school)
    actions.accept(
        submission, by=editor, revision_id=submission.revision_id, checks=library.ALL_CHECKS
    )
    client = client_of(editor)
    before = text_of(client, submission.get_absolute_url())

    actions.withdraw(library.reread(made), by=made.maker, from_home=True)

    assert "收回的题目" in before
    for address in (submission.get_absolute_url(), reverse("library:reviews")):
        assert "收回的题目" not in text_of(client, address)


def test_records_say_libraries_in_the_readers_language(client_of: ClientOf) -> None:
    made = library.published(made_of("class_exercise", title="春"))
    client = client_of(made.maker)
    own = reverse("library:own", args=[made.uuid])

    chinese, english = text_of(client, own), text_of(client, f"/en{own}")

    entry = AuditEntry.objects.get(action="resource.submitted", target_id=made.uuid)
    assert entry.detail["place"] == {"level": "school", "name": str(made.school)}
    assert "School library" in english
    assert "School library" not in chinese


# pages do not grow dear


@pytest.mark.parametrize("kind", ["class_exercise", "tiered_homework"])
def test_a_page_costs_the_same_with_many_questions(kind: str, client_of: ClientOf) -> None:
    few, many = (library.published(made_of(kind, **grown(kind, size))) for size in (1, 40))
    costs = []
    for made in (few, many):
        client = client_of(people.teacher(made.school))
        client.get(made.get_absolute_url())
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(made.get_absolute_url())
        costs.append(len(queries))

    assert costs[0] == costs[1]


def grown(kind: str, size: int) -> dict[str, Any]:
    items = [{"stem": f"第{number}题", "answer": "略"} for number in range(size)]
    return {"items": items} if kind == "class_exercise" else {"tiers": [{"items": items}]}


def test_documents_cost_the_same_for_many_resources() -> None:
    school = people.school()
    one = [library.published(made_of("class_exercise", school)).uuid]
    many = one + [library.published(made_of("class_exercise", school)).uuid for _ in range(4)]

    with CaptureQueriesContext(connection) as few:
        list(ResourceSource().documents(one))
    with CaptureQueriesContext(connection) as lots:
        found = list(ResourceSource().documents(many))

    assert len(found) == 5
    assert len(few) == len(lots)


# a ninth kind


@pytest.fixture
def ninth() -> Iterator[str]:
    register_kind(Experiment)
    # The words of all kinds are read once, when the first search asks for them.
    unregister_vocabulary(terms)
    register_vocabulary(terms)
    yield "experiment"
    unregister_kind("experiment")
    unregister_vocabulary(terms)
    register_vocabulary(terms)


def test_a_ninth_kind_needs_a_module_and_a_template_alone(ninth: str, client_of: ClientOf) -> None:
    school = people.school()
    maker, editor = people.teacher(school), library.editor(school)
    library.workflow()
    client = client_of(maker)
    address = reverse("library:make", args=[ninth])

    assert "Experiment" in text_of(client, reverse("library:new"))
    client.post(address, {"title": "弹簧测力计", "equipment": "弹簧", "warning": CANARY})
    made = Resource.objects.get(maker=maker).specific
    edit = {"title": "弹簧测力计", "equipment": "弹簧秤", "warning": CANARY}
    client.post(
        reverse("library:edit", args=[made.uuid]), {**edit, "base": made.latest_revision_id}
    )
    made = library.reread(made)
    client.post(reverse("library:submit", args=[made.uuid]), {"revision": made.latest_revision_id})
    submission = Submission.objects.get()
    review = text_of(client_of(editor), submission.get_absolute_url())
    library.passed(submission)
    made = library.raised(library.reread(made), "public")
    outbox.drain()
    page = text_of(Client(), made.get_absolute_url())
    found = Client().get("/api/v1/resources", {"q": "弹簧秤", "kind": ninth}).json()

    assert CANARY in review
    assert "弹簧秤" in page
    assert CANARY not in page
    assert [item["title"] for item in found["items"]] == ["弹簧测力计"]
    (facet,) = (row for row in found["facets"]["kind"] if row["value"] == ninth)
    assert (facet["label"], facet["count"]) == ("Experiment", 1)
    assert Client().get("/api/v1/resources", {"q": "实验指导"}).json()["total"] == 1
    assert made.fields() == {"equipment": "弹簧秤"}
    with pytest.raises(FieldRefused):
        made.fill({"equipment": []})
