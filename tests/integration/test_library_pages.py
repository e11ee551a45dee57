"""Pages of the library: who is let in, what they show, what a form can and cannot do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from resources.library import actions
from resources.library.cards import reviews, sent_back
from resources.library.models import Level, Microlecture, Resource, Shelf, Submission
from resources.library.queries import standing, targets
from resources.library.views.public import A_LESSON
from schools.models import AuditEntry, School, User
from schools.models.dated import today
from tests.conftest import ClientOf
from tests.factories import library, media, people
from tests.factories.catalogue import make_volume

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def own(made: Resource, name: str = "own") -> str:
    return reverse(f"library:{name}", args=[made.uuid])


# doors

PLAIN = ["mine", "new", "reviews"]
OF_ONE = [
    "own",
    "edit",
    "preview",
    "submit",
    "recommend",
    "call_back",
    "withdraw",
    "take_down",
]


@pytest.mark.parametrize("name", PLAIN)
def test_a_stranger_is_sent_to_sign_in_from_the_workspace(name: str) -> None:
    answer = Client().get(reverse(f"library:{name}"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("name", [*OF_ONE, "review"])
@pytest.mark.parametrize("exists", [True, False])
def test_the_workspace_does_not_tell_a_stranger_what_exists(name: str, exists: bool) -> None:
    uuid = library.edition().uuid if exists else uuid4()

    answer = Client().get(reverse(f"library:{name}", args=[uuid]))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("name", OF_ONE)
def test_what_another_made_is_not_found(name: str, client_of: ClientOf) -> None:
    made = library.published(library.microlecture())
    client = client_of(people.teacher(made.school))
    address = own(made, name)

    answers = [client.post(address, {"reason": "x", "level": "school", "how": "entirely"})]
    if name not in {"submit", "call_back"}:
        answers.append(client.get(address))

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert standing(made)


def test_a_review_is_open_to_those_who_decide_or_decided(client_of: ClientOf) -> None:
    submission = library.submitted(library.edition())
    editor = library.editor(submission.resource.school)
    address = submission.get_absolute_url()

    assert client_of(editor).get(address).status_code == 200
    assert client_of(submission.resource.maker).get(address).status_code == 404
    assert client_of(library.editor(people.school())).get(address).status_code == 404
    actions.send_back(submission, by=editor, revision_id=submission.revision_id, reason="缺出处")
    assert "缺出处" in text_of(client_of(editor), address)
    assert "整体感知" not in text_of(client_of(editor), address), "the draft is the maker's again"
    other = library.editor(submission.resource.school)
    assert client_of(other).get(address).status_code == 404


def test_the_wagtail_address_answers_not_found() -> None:
    made = library.raised(library.published(), "public")
    # Home is at the root; the rest of the tree's path would be the page's address.
    path = made.url_path.split("/", 2)[2]

    assert Client().get(f"/{path}").status_code == 404
    assert made.url is None
    assert made.get_absolute_url() == f"/resources/{made.uuid}/"


# a resource


def test_a_public_resource_is_read_by_anyone_without_names_of_actions() -> None:
    made = library.raised(library.published(), "public")

    page = text_of(Client(), made.get_absolute_url())

    assert made.title in page
    assert "整体感知，朗读课文。" in page
    assert made.school.name in page
    assert own(made) not in page


def test_json_ld_is_on_public_pages_and_cannot_leave_its_element(client_of: ClientOf) -> None:
    made = library.published(library.edition(title="春 </script><b>粗", summary="<i>&"))
    colleague = client_of(people.teacher(made.school))

    before = text_of(colleague, made.get_absolute_url())
    library.raised(made, "public")
    page = text_of(Client(), made.get_absolute_url())

    assert "ld+json" not in before
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(block)
    assert data["name"] == made.title
    assert data["@type"] == "LearningResource"
    assert data["description"] == "<i>&"


def test_a_private_resource_is_unknown_to_others(client_of: ClientOf) -> None:
    made = library.published()

    for client in (Client(), client_of(people.teacher())):
        assert client.get(made.get_absolute_url()).status_code == 404
    assert client_of(people.teacher(made.school)).get(made.get_absolute_url()).status_code == 200


def test_the_page_shows_the_live_content_while_a_draft_is_ahead(client_of: ClientOf) -> None:
    made = library.published(library.edition(title="春：初稿"))
    library.revised(made, "春：二稿")
    client = client_of(made.maker)

    assert "春：二稿" not in text_of(client, made.get_absolute_url())
    assert "春：二稿" in text_of(client, own(made, "preview"))
    assert "春：二稿" in text_of(client, own(made))


def test_a_microlecture_shows_its_video_with_its_size(client_of: ClientOf) -> None:
    made = library.published(library.microlecture(duration=276))
    assert isinstance(made, Microlecture)
    assert made.video is not None

    page = text_of(client_of(made.maker), made.get_absolute_url())

    assert 'preload="none"' in page
    assert "4:36" in page
    assert f"/files/{made.video.uuid}/?download=1" in page


def test_the_aside_says_textbook_standards_licence_and_others_of_the_lesson(
    client_of: ClientOf,
) -> None:
    volume = make_volume()
    chapter = volume.chapters.get(title="春")
    standard = chapter.standards.create(
        code="X-1", subject="chinese", stage="junior", domain="阅读", text="朗读课文"
    )
    made = library.published(library.edition(chapter=chapter, contributors="李四"))
    other = library.published(library.edition(made.school, chapter=chapter, title="春的朗读"))
    hidden = library.published(library.edition(chapter=chapter, title="别校的春"))

    page = text_of(client_of(made.maker), made.get_absolute_url())

    assert volume.title in page
    assert standard.text in page
    assert "CC BY-NC-SA 4.0" in page
    assert "李四" in page
    assert other.title in page
    assert hidden.title not in page


def test_rich_text_is_shown_clean() -> None:
    made = library.microlecture(body='<p onclick="x()">好<script>alert(1)</script></p>')
    made = library.raised(library.published(made), "public")

    page = text_of(Client(), made.get_absolute_url())

    assert "<p>好</p>" in page
    assert "alert(1)" not in page


# by textbook


def test_browsing_counts_what_the_reader_may_see(client_of: ClientOf) -> None:
    volume = make_volume()
    empty = make_volume(lessons=["唯一一课"])
    chapter = volume.chapters.get(title="春")
    public = library.raised(library.published(library.edition(chapter=chapter)), "public")
    at_home = library.published(library.edition(chapter=chapter))
    colleague = client_of(people.teacher(at_home.school))
    address = reverse("library:volume", args=[volume.uuid])

    assert public.title in text_of(Client(), address)
    assert at_home.title not in text_of(Client(), address)
    assert at_home.title in text_of(colleague, address)
    counts = {
        row.uuid: row.resources
        for label, rows in colleague.get(reverse("library:browse")).context["subjects"]
        for row in rows
    }
    assert counts == {volume.uuid: 2, empty.uuid: 0}


def test_a_lesson_shows_its_newest_and_leads_to_the_others(client_of: ClientOf) -> None:
    volume = make_volume()
    chapter = volume.chapters.get(title="春")
    other, foreign = volume.chapters.exclude(title="春")[0], make_volume().chapters.all()[0]
    school = people.school()
    made = [
        library.published(library.edition(school, chapter=chapter)) for _time in range(A_LESSON + 2)
    ]
    reader = client_of(people.teacher(school))
    address = reverse("library:volume", args=[volume.uuid])

    contents = reader.get(address)
    lesson = reader.get(address, {"lesson": chapter.pk})
    of_nobody = Client().get(address, {"lesson": chapter.pk})

    links = [one.get_absolute_url() for one in made]
    assert sum(link in contents.content.decode() for link in links) == A_LESSON
    assert f"?lesson={chapter.pk}" in contents.content.decode()
    assert str(len(made)) in contents.content.decode()
    assert all(link in lesson.content.decode() for link in links)
    assert of_nobody.status_code == 200
    assert not any(link in of_nobody.content.decode() for link in links)
    assert links[0] not in reader.get(address, {"lesson": "0"}).content.decode()
    assert links[0] not in reader.get(address, {"lesson": other.pk}).content.decode()
    for wrong in ("x", "99999999", "9" * 30, "-1", foreign.pk):
        assert reader.get(address, {"lesson": wrong}).status_code == 404


def test_an_empty_lesson_says_so_and_filters_hold(client_of: ClientOf) -> None:
    volume = make_volume()

    assert "第一单元" in text_of(Client(), reverse("library:volume", args=[volume.uuid]))
    browse = reverse("library:browse")
    assert volume.title in text_of(Client(), f"{browse}?subject=chinese&grade=7")
    assert f"/library/{volume.uuid}/" not in text_of(Client(), f"{browse}?subject=music")
    assert Client().get(reverse("library:volume", args=[uuid4()])).status_code == 404


# making


def test_a_microlecture_needs_only_a_title_and_is_made_once(client_of: ClientOf) -> None:
    maker = people.teacher()
    client = client_of(maker)
    form = {
        "title": " 读出  停与连 ",
        "token": str(uuid4()),
        "school": people.school().pk,
        "maker": people.user().pk,
        "live": "on",
        "scope": "public",
    }

    for _time in range(2):
        video = media.upload("朗读.mp4", media.video_bytes())
        answer = client.post(
            reverse("library:make", args=["microlecture"]), {**form, "video": video}
        )
        assert answer.status_code == 302, answer.content.decode()

    made = Microlecture.objects.get()
    assert made.title == "读出 停与连"
    assert (made.maker, made.school) == (maker, maker.memberships.get().school)
    assert not made.live
    assert made.video is not None
    assert not Shelf.objects.exists()
    assert AuditEntry.objects.filter(action="resource.created").count() == 1


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client_of: ClientOf) -> None:
    client = client_of(people.teacher())
    bad = media.upload("春.mp4", b"no film")

    answer = client.post(
        reverse("library:make", args=["microlecture"]),
        {"title": "", "body": "先听，再读。", "video": bad},
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "先听，再读。" in page
    assert {"title", "video"} <= set(answer.context["form"].errors)
    assert not Resource.objects.exists()


def test_one_without_a_school_is_told_why(client_of: ClientOf) -> None:
    client = client_of(people.user())

    assert client.get(reverse("library:new")).status_code == 200
    client.post(reverse("library:make", args=["microlecture"]), {"title": "无校"})
    assert not Resource.objects.exists()


def test_the_lesson_gives_subject_grade_and_volume(client_of: ClientOf) -> None:
    volume = make_volume()
    chapter = volume.chapters.get(title="春")
    client = client_of(people.teacher())

    client.post(
        reverse("library:make", args=["microlecture"]),
        {"title": "春", "chapter": chapter.pk, "subject": "music", "grade": "3"},
    )

    made = Microlecture.objects.get()
    assert (made.volume, made.subject, made.grade, made.stage) == (volume, "chinese", 7, "junior")


def test_a_stale_form_is_refused_with_both_texts(client_of: ClientOf) -> None:
    made = library.microlecture(title="朗读")
    client = client_of(made.maker)
    address = own(made, "edit")
    base = made.latest_revision_id
    first = {"title": "甲改的题", "body": "甲写的", "base": base}
    second = {"title": "乙改的题", "body": "乙写的", "base": base}

    assert client.post(address, first).status_code == 302
    assert client.post(address, first).status_code == 302, "the same form again changes nothing"
    answer = client.post(address, second)

    page = answer.content.decode()
    assert answer.status_code == 200
    for text in ("甲改的题", "甲写的", "乙改的题", "乙写的"):
        assert text in page
    draft = library.reread(made).get_latest_revision_as_object()
    assert draft.title == "甲改的题"
    # The form that is shown now rests on the newer draft: it may take its place.
    second["base"] = answer.context["form"]["base"].value()
    assert client.post(address, second).status_code == 302
    assert AuditEntry.objects.filter(action="resource.edited").count() == 2


def test_a_draft_in_review_is_not_changed_by_a_form(client_of: ClientOf) -> None:
    made = library.microlecture(title="朗读")
    library.submitted(made)
    client = client_of(made.maker)

    assert client.get(own(made, "edit")).status_code == 302
    answer = client.post(own(made, "edit"), {"title": "改", "base": made.latest_revision_id})

    assert answer.status_code == 200
    assert "改" in answer.content.decode()
    assert library.reread(made).draft_title == "朗读"


# the way up


def test_the_way_over_the_pages(client_of: ClientOf) -> None:
    library.workflow()
    made = library.microlecture()
    maker = client_of(made.maker)
    editor = client_of(library.editor(made.school))
    county = client_of(library.editor(made.school.region))

    maker.post(own(made, "submit"), {"revision": made.latest_revision_id})
    submission = Submission.objects.get()
    review = submission.get_absolute_url()
    assert review in text_of(editor, reverse("library:reviews"))
    decide = {"revision": submission.revision_id, "decision": "pass", "checks": ["content"]}
    refused = editor.post(review, decide)
    assert refused.status_code == 200
    assert refused.context["form"].non_field_errors()
    editor.post(
        review,
        {
            "revision": submission.revision_id,
            "decision": "send_back",
            "reasons": ["faces"],
            "reason": "2:14有学生露脸",
        },
    )
    assert "2:14有学生露脸" in text_of(maker, own(made))

    maker.post(own(made, "edit"), {"title": "改过", "base": made.latest_revision_id})
    made = library.reread(made)
    maker.post(own(made, "submit"), {"revision": made.latest_revision_id})
    submission = Submission.objects.latest("pk")
    decide = {"decision": "pass", "checks": library.ALL_CHECKS}
    stale = {**decide, "revision": submission.revision_id - 1}
    editor.post(submission.get_absolute_url(), stale)
    assert not library.reread(made).live
    for _time in range(2):
        editor.post(submission.get_absolute_url(), {**decide, "revision": submission.revision_id})
    made = library.reread(made)
    assert made.live
    assert made.title == "改过"

    forged = f"region:{people.county().pk}"
    maker.post(own(made, "recommend"), {"place": forged, "revision": made.live_revision_id})
    assert Submission.objects.filter(purpose="rise").count() == 0
    place = f"county:{made.school.region.pk}"
    for _time in range(2):
        maker.post(own(made, "recommend"), {"place": place, "revision": made.live_revision_id})
    rise = Submission.objects.get(purpose="rise")
    county.post(rise.get_absolute_url(), {**decide, "revision": rise.revision_id})
    assert [place.level for place in standing(made)] == [Level.SCHOOL, Level.COUNTY]

    for _time in range(2):
        county.post(own(made, "take_down"), {"level": "county", "reason": "重复"})
    assert [place.level for place in standing(made)] == [Level.SCHOOL]
    for _time in range(2):
        maker.post(own(made, "withdraw"), {"how": "entirely"})
    assert not library.reread(made).live
    done = AuditEntry.objects.filter(target_id=made.uuid, action__startswith="resource.")
    assert [entry.action.partition(".")[2] for entry in done.order_by("pk")] == [
        "created", "submitted", "sent_back", "edited", "submitted", "published",
        "recommended", "raised", "taken_down", "withdrawn",
    ]  # fmt: skip


def test_an_editor_takes_down_only_what_is_theirs_by_a_forged_level(client_of: ClientOf) -> None:
    made = library.raised(library.published(), "county")
    county = client_of(library.editor(made.school.region))

    answer = county.post(own(made, "take_down"), {"level": "school", "reason": "越权"})

    assert answer.status_code == 200
    assert library.reread(made).live


def test_a_request_is_called_back_by_its_maker(client_of: ClientOf) -> None:
    submission = library.submitted(library.microlecture())
    made = submission.resource
    other = library.submitted(library.microlecture())
    client = client_of(made.maker)

    client.post(own(made, "call_back"), {"submission": other.uuid})
    client.post(own(made, "call_back"), {"submission": submission.uuid})

    for row in (submission, other):
        row.refresh_from_db()
    assert (submission.state, other.state) == ("withdrawn", "waiting")


# lists


def test_my_resources_are_found_by_state_and_title(client_of: ClientOf) -> None:
    school = people.school()
    maker = people.teacher(school)
    for title in ("春", "济南的冬天"):
        library.microlecture(school, maker, title)
    library.published(library.edition(school, maker, "雨的四季"))
    library.edition(school, title="别人的")
    client = client_of(maker)
    mine = reverse("library:mine")

    everything = text_of(client, mine)
    assert "别人的" not in everything
    found = client.get(f"{mine}?q=冬天&state=draft").context["page"].object_list
    assert [row.draft_title for row in found] == ["济南的冬天"]
    assert client.get(f"{mine}?state=sent_back").context["page"].paginator.count == 0
    counts = {state.value: n for state, n in client.get(mine).context["states"]}
    assert counts == {"draft": 2, "in_review": 0, "sent_back": 0, "published": 1}


def test_cards_of_the_day_say_what_waits_and_what_came_back() -> None:
    submission = library.submitted(library.edition(title="春"))
    made = submission.resource
    editor = library.editor(made.school)

    (card,) = reviews(library.again(editor), today())
    assert (card.title, card.url) == ("春", submission.get_absolute_url())
    actions.send_back(submission, by=editor, revision_id=submission.revision_id, reason="缺出处")
    assert list(reviews(library.again(editor), today())) == []
    (card,) = sent_back(made.maker, today())
    assert "缺出处" in card.detail


def _many_mine(count: int) -> tuple[User, str]:
    school = people.school()
    maker = people.teacher(school)
    chapter = make_volume().chapters.get(title="春")
    for number in range(count):
        made = library.published(library.edition(school, maker, chapter=chapter))
        if number % 2:
            library.raised(made, "county")
    return maker, reverse("library:mine")


def _many_reviews(count: int) -> tuple[User, str]:
    school = people.school()
    editor = library.editor(school)
    for _number in range(count):
        library.submitted(library.edition(school))
    return editor, reverse("library:reviews")


def _many_of_volume(count: int) -> tuple[User, str]:
    school = people.school()
    volume = make_volume(lessons=[f"第{number}课" for number in range(count)])
    for chapter in volume.chapters.filter(is_lesson=True):
        library.published(library.edition(school, chapter=chapter))
    return people.teacher(school), reverse("library:volume", args=[volume.uuid])


def _many_volumes(count: int) -> tuple[User, str]:
    for _number in range(count):
        make_volume()
    return people.teacher(), reverse("library:browse")


def _many_of_lesson(count: int) -> tuple[User, str]:
    school = people.school()
    chapter = make_volume().chapters.get(title="春")
    made = library.published(library.edition(school, chapter=chapter))
    for _number in range(count):
        library.published(library.edition(school, chapter=chapter))
    return people.teacher(school), made.get_absolute_url()


def _long_history(count: int) -> tuple[User, str]:
    made = library.published(library.microlecture())
    county = targets(made)[0]
    for _number in range(count):
        rise = library.recommended(made, county)
        actions.call_back(rise, by=made.maker)
    return made.maker, own(made)


def _long_review(count: int) -> tuple[User, str]:
    made = library.edition()
    editor = library.editor(made.school)
    for _number in range(count):
        waiting = library.submitted(made)
        actions.send_back(waiting, by=editor, revision_id=waiting.revision_id, reason="缺出处")
    return editor, library.submitted(made).get_absolute_url()


@pytest.mark.parametrize(
    ("ground", "most"),
    [
        (_many_mine, 20),
        (_many_reviews, 20),
        (_many_of_volume, 20),
        (_many_volumes, 12),
        (_many_of_lesson, 30),
        (_long_history, 45),
        (_long_review, 40),
    ],
)
def test_the_queries_of_a_page_do_not_grow_with_its_rows(
    ground: Callable[[int], tuple[User, str]], most: int, client_of: ClientOf
) -> None:
    counts = []
    for rows in (3, 10):
        reader, address = ground(rows)
        client = client_of(reader)
        client.get(address)  # what is kept for the process is fetched once
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= most, counts


def test_english_pages_are_served(client_of: ClientOf) -> None:
    made = library.raised(library.published(), "public")

    page = text_of(Client(), f"/en/resources/{made.uuid}/")

    assert "Attribution and licence" in page


def test_home_school_is_the_main_one_of_today(client_of: ClientOf) -> None:
    from resources.library.access import home_school

    main, second = people.school(), people.school()
    user: User = people.member(second, is_main=False).user
    people.member(main, user)
    gone: School = people.school()
    people.member(
        gone,
        user,
        until=today().replace(year=today().year - 1, day=1, month=1),
        since=today().replace(year=today().year - 2, day=1, month=1),
    )

    assert home_school(user) == main
    assert home_school(people.user()) is None
