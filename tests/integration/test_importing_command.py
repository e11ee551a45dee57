"""`import_resources`: what it takes, what it refuses by line, and that twice is once."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from media.models import FileUse
from resources.importing.running import Import
from resources.importing.writer import write
from resources.library.models import Resource, Shelf
from resources.library.search_documents import ResourceSource
from schools.audience import Side, audience_of
from schools.models import AuditEntry, School, User
from tests.factories import media, people
from tests.factories.catalogue import make_standard, make_volume

pytestmark = pytest.mark.django_db


@pytest.fixture
def school() -> School:
    make_volume(lessons=("春", "济南的冬天"), issue_year=2024)
    make_standard(code="YW-1")
    return people.school(code="YL001")


def row(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": f"r{number}",
        "kind": "lesson_plan",
        "title": f"济南的冬天 教学设计 {number}",
        "school": "YL001",
        "body": "<p>朗读课文。</p>",
        **more,
    }


def run(file: Path, *options: str) -> str:
    """What the command says; a refusal is `CommandError`."""
    out = StringIO()
    with translation.override("en"):
        call_command("import_resources", str(file), *options, stdout=out, stderr=out)
    return out.getvalue()


def file_of(folder: Path, *rows: Any, encoding: str = "utf-8") -> Path:
    lines = [
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in rows
    ]
    file = folder / "资源.jsonl"
    file.write_bytes("\n".join(lines).encode(encoding))
    return file


def reported(folder: Path, *rows: Any, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The report of importing `rows`, refused or not."""
    report = folder / "report.jsonl"
    with suppress(CommandError):
        run(file_of(folder, *rows), "--report", str(report), *options)
    return [json.loads(line) for line in report.read_text("utf-8").splitlines()]


# what is taken


def test_what_a_row_says_of_a_book_that_no_catalogue_has_is_kept_and_found(
    school: School, tmp_path: Path
) -> None:
    physics = {"subject": "物理", "grade": 8, "edition": "苏科版", "volume": "下册"}
    told = row(
        1, **physics, chapter=["第十章 压强和浮力", "10.4 浮力"], title="浮力", scope="public"
    )
    silent = row(2, title="八下物理 浮力 教案", scope="public")
    run(file_of(tmp_path, told, silent))

    first, second = Resource.objects.order_by("source_id")
    documents = {made.uuid: made for made in ResourceSource().documents([first.uuid, second.uuid])}

    path = ["第十章 压强和浮力", "10.4 浮力"]
    assert first.textbook == {"edition": "suke", "part": "下", "chapter": path}
    assert documents[first.uuid].chapters == tuple(path)
    read = documents[second.uuid]
    assert (read.chapters, read.subject, read.grade) == (tuple(path), "physics", 8)


def test_a_row_becomes_a_resource_with_its_description(school: School, tmp_path: Path) -> None:
    (tmp_path / "图").mkdir()
    (tmp_path / "图" / "板书.png").write_bytes(media.picture_bytes())
    given = row(
        stage="初中",
        grade="初一",
        subject="语文",
        edition="部编版",
        volume="上册",
        chapter=["第一单元", "2 济南的冬天"],
        standards=["YW-1"],
        tags="写景 朗读",
        licence="CC BY-SA 4.0",
        difficulty="中等",
        scope="county",
        published="2024-03-05",
        quality=0.8,
        uses="12",
        contributors=["王芳", "李明"],
        files=["图/板书.png"],
    )

    run(file_of(tmp_path, given))

    made = Resource.objects.get().specific
    assert (made.source_id, made.kind, made.subject, made.grade) == (
        "r1",
        "lesson_plan",
        "chinese",
        7,
    )
    assert made.chapter is not None
    assert made.chapter.title == "济南的冬天"
    assert (made.licence, made.difficulty, made.quality, made.uses) == ("by-sa", 3, 0.8, 12)
    assert (made.tags, made.contributors) == (["写景", "朗读"], "王芳、李明")
    assert made.live
    assert str(made.first_published_at.date()) == "2024-03-05"
    assert list(Shelf.objects.upwards().values_list("level", flat=True)) == ["school", "county"]
    assert FileUse.objects.filter(page=made.pk).count() == 2
    assert "朗读课文" in made.search_text()


@pytest.mark.parametrize(
    ("scope", "levels"),
    [
        ("private", []),
        ("prep_group", []),
        ("base", ["school", "base"]),
        ("", []),
        ("school", ["school"]),
        ("校级", ["school"]),
        ("group", ["school", "group"]),
        ("county", ["school", "county"]),
        ("city", ["school", "county", "city"]),
        ("province", ["school", "county", "city", "province"]),
        ("public", ["school", "county", "city", "province", "public"]),
    ],
)
def test_a_scope_stands_as_if_it_had_risen(
    scope: str, levels: list[str], school: School, tmp_path: Path
) -> None:
    people.education_group(school)
    people.subject_base(school)
    people.subject_base(school, subject="physics")

    run(file_of(tmp_path, row(scope=scope, subject="语文", grade="七年级")))

    made = Resource.objects.get()
    places = [shelf.place for shelf in Shelf.objects.upwards()]
    assert [str(place.level) for place in places] == levels
    assert made.live == bool(levels)
    maker = {f"user:{made.maker_id}"}
    assert audience_of(made, Side.LIVE) == maker | {place.token for place in places}
    assert audience_of(made, Side.DRAFT) == maker


def test_a_scope_is_never_wider_than_what_the_school_has(school: School, tmp_path: Path) -> None:
    (found,) = reported(tmp_path, row(scope="group"))

    assert (found["scope"], found["ok"]) == ("school", True)
    assert found["notes"]


def test_an_owner_of_the_school_is_the_maker_and_others_are_named(
    school: School, tmp_path: Path
) -> None:
    owner = people.teacher(school, "陈静")

    run(file_of(tmp_path, row(1, owner="陈静"), row(2, owner="赵不在", contributors="钱老师")))

    first, second = Resource.objects.order_by("source_id")
    assert first.maker == owner
    assert second.maker.username == "library-YL001"
    assert not second.maker.has_usable_password()
    assert second.contributors == "赵不在、钱老师"


def test_two_of_one_name_are_nobody_for_certain(school: School, tmp_path: Path) -> None:
    people.teacher(school, "王芳")
    people.teacher(school, "王芳")

    run(file_of(tmp_path, row(owner="王芳")))

    assert Resource.objects.get().maker.username == "library-YL001"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_is_read_in_any_usual_encoding(
    encoding: str, school: School, tmp_path: Path
) -> None:
    run(file_of(tmp_path, row(), row(2), encoding=encoding))

    assert {made.title[:5] for made in Resource.objects.all()} == {"济南的冬天"}


def test_what_is_not_understood_is_reported_and_never_guessed(
    school: School, tmp_path: Path
) -> None:
    (found,) = reported(
        tmp_path,
        row(
            subject="天文",
            grade="七年级",
            volume="上",
            chapter="无此课",
            licence="某种",
            difficulty="？",
        ),
    )

    assert found["ok"]
    assert (found["subject"], found["grade"], found["chapter"]) == (None, 7, None)
    assert len(found["notes"]) >= 4
    assert Resource.objects.get().licence == "all-rights"


def test_the_report_says_what_was_understood(school: School, tmp_path: Path) -> None:
    (found,) = reported(
        tmp_path, row(subject="语文", grade="初一", edition="人教版", volume="上", chapter="春")
    )

    wanted = {"line": 1, "ok": True, "subject": "语文", "edition": "统编版", "grade": 7}
    assert {name: found[name] for name in wanted} == wanted
    assert (found["volume"], found["chapter"]) == ("上", ["第一单元", "春"])


# what is refused

HUGE = '{"id": "' + "x" * 3_000_000 + '"}'
DEEP = '{"id": "d", "fields": ' + "[" * 50_000 + "]" * 50_000 + "}"
WIDE = '{"id": "d", "kind": "lesson_plan", "title": "t", "school": "YL001", "fields": ' + (
    '{"a":' * 30 + "1" + "}" * 30 + "}"
)
BAD: list[tuple[str, Any, str]] = [
    ("no kind", {"id": "1", "title": "t", "school": "YL001"}, "kind"),
    ("empty title", row(title=" \u200b "), "title"),
    ("long title", row(title="题" * 256), "title"),
    ("title that is a list", row(title=["t"]), "title"),
    ("title that is true", row(title=True), "title"),
    ("unknown kind", row(kind="song"), "song"),
    ("unknown school", row(school="XX999"), "XX999"),
    ("unknown scope", row(scope="galaxy"), "galaxy"),
    ("long id", row(id="x" * 101), "id"),
    ("id that is an object", row(id={"a": 1}), "id"),
    ("not JSON", "id=1,title=春", "JSON"),
    ("half a line", '{"id": "1", "title": "春', "JSON"),
    ("a list", "[1, 2]", "object"),
    ("a number", "42", "object"),
    ("a name twice", '{"id": "1", "id": "2"}', "twice"),
    ("not a number", '{"id": "1", "quality": NaN}', "NaN"),
    ("an endless number", '{"id": "1", "quality": 1e999}', "1e999"),
    ("too long a number", '{"id": ' + "9" * 5000 + "}", "JSON"),
    ("a nought character", '{"id": "1", "title": "a\\u0000b"}', "U+0000"),
    ("half a character", '{"id": "1", "title": "\\ud83d"}', "half"),
    ("3 MB in a line", HUGE, "longer"),
    ("nested fifty thousand deep", DEEP, "deep"),
    ("nested thirty deep", WIDE, "deep"),
    ("files that are no list", row(files={"a": 1}), "files"),
    ("a path upwards", row(files=["../geheim.png"]), "out of the folder"),
    ("a path upwards in Windows' way", row(files=["..\\geheim.png"]), "out of the folder"),
    ("an absolute path", row(files=["/etc/passwd"]), "out of the folder"),
    ("a drive", row(files=["C:\\geheim.png"]), "out of the folder"),
    ("a file that is not there", row(files=["fehlt.png"]), "not there"),
    ("an empty file", row(files=["empty.docx"]), "empty"),
    ("a page in disguise", row(files=["page.docx"]), "page"),
    ("a program", row(files=["run.exe"]), "type"),
    ("a link out", row(files=["link.png"]), "out of the folder"),
    ("a pipe", row(files=["pipe.png"]), "read"),
    ("a folder as a file", row(files=["folder"]), "read"),
    ("a ZIP bomb", row(files=["bomb.zip"]), "unpacks"),
    ("a file with a turned name", row(files=["\u202egnp.exe"]), "not there"),
    ("a link to anywhere", row(link="https://evil.example/x"), "link"),
    ("a link that runs", row(link="javascript:alert(1)"), "link"),
    ("fields that are a text", row(fields="a"), "fields"),
    ("fields of a wrong type", row(kind="class_exercise", fields={"items": "x" * 10}), "items"),
    ("chapter that is an object", row(chapter={"a": 1}), "chapter"),
    ("grade that is a list", row(grade=[7]), "grade"),
    ("tags that hold objects", row(tags=[{"a": 1}]), "tags"),
]


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder with files that must not be stored, and a secret beside it."""
    folder = tmp_path / "import"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "geheim.png").write_bytes(media.picture_bytes())
    (folder / "empty.docx").touch()
    (folder / "page.docx").write_text("<html><script>1</script></html>")
    (folder / "run.exe").write_bytes(b"MZ" + bytes(100))
    (folder / "bomb.zip").write_bytes(media.archive_bytes({"x.txt": bytes(60 * 1024 * 1024)}))
    (folder / "link.png").symlink_to(tmp_path / "geheim.png")
    os.mkfifo(folder / "pipe.png")
    return folder


@pytest.mark.parametrize(("_name", "bad", "said"), BAD, ids=[name for name, *_rest in BAD])
def test_a_bad_row_is_named_by_its_line_with_the_reason_and_nothing_is_written(
    _name: str, bad: Any, said: str, hostile: Path, school: School
) -> None:
    people_before = User.objects.count()

    with translation.override("en"):
        found = reported(hostile, row(7), bad, row(8))

    assert [(line["line"], line["ok"]) for line in found] == [(1, True), (2, False), (3, True)]
    assert said in found[1]["reason"]
    assert Resource.objects.count() == 0
    assert User.objects.count() == people_before


def test_an_id_that_stands_twice_is_refused_with_the_line_of_the_first(
    school: School, tmp_path: Path
) -> None:
    first, second, third = reported(tmp_path, row(1), row(2), row(1))

    assert (first["ok"], second["ok"], third["ok"]) == (True, True, False)
    assert "1" in third["reason"]


def test_the_good_rows_are_kept_when_asked(school: School, tmp_path: Path) -> None:
    run(file_of(tmp_path, row(1), row(2, kind="song"), row(3)), "--keep-good")

    assert set(Resource.objects.values_list("source_id", flat=True)) == {"r1", "r3"}


def test_one_broken_line_of_a_utf8_file_does_not_turn_the_rest_into_gbk(
    school: School, tmp_path: Path
) -> None:
    file = file_of(tmp_path, row(1), row(2))
    file.write_bytes(file.read_bytes() + b'\n{"id": "3", "title": "\xff\xfe"}')

    with pytest.raises(CommandError):
        run(file)
    run(file, "--keep-good")

    assert Resource.objects.count() == 2
    assert all("济南" in made.title for made in Resource.objects.all())


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x89PNG\r\n\x1a\n\x00\x00", bytes(10_000)])
def test_a_file_without_rows_ends_in_words(content: bytes, school: School, tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(content)

    with suppress(CommandError):
        run(file)

    assert Resource.objects.count() == 0


# dry, twice, taken up again


def test_a_dry_run_writes_nothing(school: School, tmp_path: Path) -> None:
    run(file_of(tmp_path, row(school="NEW")), "--dry-run", "--create-schools")

    assert (Resource.objects.count(), School.objects.count()) == (0, 1)


def test_importing_twice_is_importing_once(school: School, tmp_path: Path) -> None:
    file = file_of(tmp_path, row(1, scope="public"), row(2))
    run(file)
    entries = AuditEntry.objects.count()

    told = run(file)

    assert "0 resources made, 2 were there already" in told
    assert Resource.objects.count() == 2
    assert AuditEntry.objects.count() == entries


def test_a_run_that_was_killed_is_taken_up_again(school: School, tmp_path: Path) -> None:
    file = file_of(tmp_path, *[row(number) for number in range(10)])
    write([item for item, _n in zip(Import(file).items(), range(4), strict=False)], by=None)

    told = run(file)

    assert "6 resources made, 4 were there already" in told
    assert Resource.objects.count() == 10


def test_an_id_of_another_kind_of_resource_is_refused(school: School, tmp_path: Path) -> None:
    run(file_of(tmp_path, row(1)))

    (found,) = reported(tmp_path, row(1, kind="courseware"))

    assert not found["ok"]


def test_unknown_schools_are_made_when_asked_and_lie_in_no_real_county(
    school: School, tmp_path: Path
) -> None:
    run(
        file_of(tmp_path, row(1, school="N1", scope="county"), row(2, school="N1")),
        "--create-schools",
    )

    made = School.objects.get(code="N1")
    assert made.region.level == "county"
    assert made.region != school.region
    assert Resource.objects.filter(school=made).count() == 2


def test_files_come_from_a_zip_beside_with_names_in_gbk(school: School, tmp_path: Path) -> None:
    file = file_of(tmp_path, row(kind="courseware", files=["课件/济南的冬天.pptx"]))
    file.with_suffix(".zip").write_bytes(
        gbk_zip({"课件/济南的冬天.pptx": media.office_bytes("ppt")})
    )

    run(file)

    made = Resource.objects.get().specific
    assert [record.title for record in made.files()] == ["济南的冬天"]


def gbk_zip(files: dict[str, bytes]) -> bytes:
    """A ZIP as Windows packs it: names in GBK, no sign of it."""
    raw = [name.encode("gbk") for name in files]
    stand_ins = [chr(ord("A") + number) * len(name) for number, name in enumerate(raw)]
    packed = media.archive_bytes(dict(zip(stand_ins, files.values(), strict=True)))
    for name, stand_in in zip(raw, stand_ins, strict=True):
        packed = packed.replace(stand_in.encode(), name)
    return packed


@pytest.mark.parametrize("option", ["--owner", "--region"])
def test_an_unknown_name_of_an_option_is_told(option: str, school: School, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        run(file_of(tmp_path, row()), option, "nobody")


def test_whose_the_rest_is_can_be_said(school: School, tmp_path: Path) -> None:
    owner = people.teacher(school)

    run(file_of(tmp_path, row()), "--owner", owner.username)

    assert Resource.objects.get().maker == owner
