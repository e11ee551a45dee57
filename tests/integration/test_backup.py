"""A backup restores, in an empty place, every row and every file; a damaged one changes nothing."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from lessonprep.plans.actions import phases
from lessonprep.plans.actions.remarks import settle
from lessonprep.plans.models import LessonPlan, PlanState
from lessonprep.versions.models import PlanVersion
from media.models import FileUse, Picture, StoredDocument, Video
from portal.backup import ArchiveDamaged, verified
from portal.databases import rows
from portal.environment import ROOT
from schools.audience import PUBLIC
from schools.models import AuditEntry, User
from search import outbox
from search.query import SearchQuery
from search.service import search
from tests.demonstration import copied_to
from tests.factories import media as files
from tests.factories import people
from tests.template import database_url, on_postgres

with_tables = pytest.mark.django_db(transaction=True)

Place = dict[str, str]


@pytest.fixture
def media_root(settings: Any, tmp_path: Path) -> Path:
    """Stored files of this test alone."""
    settings.MEDIA_ROOT = tmp_path / "from" / "media"
    return Path(settings.MEDIA_ROOT)


@pytest.fixture
def lived_in(media_root: Path) -> User:
    """A server with people, a page, files and an audit log."""
    teacher = people.teacher(name="王芳")
    picture = files.stored("春.png", files.picture_bytes(size=(800, 600)), by=teacher)
    film = files.stored("朗读.mp4", files.video_bytes(300_000), by=teacher)
    files.page_using([picture, film], by=teacher, tokens=[PUBLIC])
    picture.get_rendition("width-320")
    (media_root / "blobs" / "ab").mkdir(parents=True, exist_ok=True)
    (media_root / "blobs" / "ab" / ".unfinished-1").write_bytes(b"half")
    return teacher


@pytest.fixture
def empty_places(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    """`empty_places(name)`: the environment of a server on another disk with nothing in it.

    On PostgreSQL `nothing=False` is a server that has migrated.
    """
    databases: list[str] = []

    def place(name: str, *, nothing: bool = True) -> Place:
        made = {**os.environ, "GONGBEI_VAR": str(tmp_path / name), "GONGBEI_MODE": "demo"}
        made["DJANGO_SETTINGS_MODULE"] = "portal.settings.base"
        made["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "site")])
        made.pop("DATABASE_URL", None)
        if connection.vendor == "postgresql":
            databases.append(f"place_{os.getpid()}_{len(databases)}")
            made["DATABASE_URL"] = _created(
                databases[-1], "template0" if nothing else on_postgres()
            )
        return made

    yield place
    for name in databases:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _created(database: str, template: str) -> str:
    """The URL of a new database beside that of the tests."""
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
    return database_url(database)


@pytest.fixture
def empty_place(empty_places: Callable[..., Place]) -> Place:
    """One such place."""
    return empty_places("新 的 地方")


def _backup(target: Path) -> Path:
    call_command("backup", target, stdout=io.StringIO(), stderr=io.StringIO())
    return target


def _manage(place: Place, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return _run(place, ROOT / "manage.py", *arguments)


def _run(place: Place, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=place,
        capture_output=True,
        text=True,
        timeout=900,
    )


def _restored(place: Place, archive: Path) -> str:
    done = _manage(place, "restore", archive)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _asked(place: Place, question: str) -> Any:
    """What a function of this module answers in a process of that place."""
    program = f"from {__name__} import {question} as ask, tell; tell(ask())"
    done = _manage(place, "shell", "--no-imports", "-c", program)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def tell(answer: object) -> None:
    sys.stdout.write(f"\n{json.dumps(answer)}\n")


def rows_here() -> dict[str, int]:
    return rows(connection)


def _rows(place: Place) -> dict[str, int]:
    counted: dict[str, int] = _asked(place, "rows_here")
    return counted


def _hashes(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith(".unfinished-")
    }


@with_tables
@pytest.mark.postgres
def test_every_row_and_every_file_comes_back_in_an_empty_place_and_only_there(
    lived_in: User, media_root: Path, empty_place: Place, tmp_path: Path
) -> None:
    archive = _backup(tmp_path / "备份.tar")
    tables = verified(archive).tables

    _restored(empty_place, archive)
    there = _rows(empty_place)
    again = _manage(empty_place, "restore", archive)

    changed = {table for table, count in tables.items() if there[table] != count}
    # Migrating makes content types and permissions anew where a test has emptied their tables.
    assert changed <= {"django_content_type", "auth_permission"}
    assert tables["schools_user"] == User.objects.count() >= 1
    assert tables["schools_auditentry"] == AuditEntry.objects.count() >= 2
    assert tables["media_fileuse"] == FileUse.objects.count() == 2
    assert _hashes(Path(empty_place["GONGBEI_VAR"]) / "media") == _hashes(media_root) != {}
    assert again.returncode != 0
    assert "GONGBEI_VAR" in again.stderr
    assert "Traceback" not in again.stderr
    assert _rows(empty_place) == there


# The demonstration, from one server to another.

QUERIES: list[dict[str, Any]] = [
    {},
    {"text": "春"},
    {"text": "济南的冬天"},
    {"text": "雨的四季"},
    {"text": "朗读"},
    {"text": "停连"},
    {"text": "教案"},
    {"text": "微课"},
    {"text": "七年级语文"},
    {"text": "七上 春"},
    {"text": "统编版 春 教学设计"},
    {"text": "陈静怡"},
    {"text": "南关实验学校"},
    {"text": "比喻 拟人 雪景"},
    {"text": "没有人写过的东西"},
    {"filters": {"kind": ("microlecture",)}},
    {"filters": {"subject": ("chinese",), "grade": ("7",)}},
    {"filters": {"subject": ("mathematics",)}},
    {"text": "春", "sort": "newest"},
    {"sort": "used", "size": 1, "page": 2},
]
READERS = ["", "receiver", "outsider"]


def approve_one_more() -> str:
    """Approve the plan in revision, so that one thing is found by its prep group alone."""
    deputy, leader = User.objects.get(username="deputy"), User.objects.get(username="leader")
    plan = LessonPlan.objects.get(title="雨的四季", state__phase=PlanState.Phase.REVISION)
    settle(plan=plan, point=plan.remarks.get(), settlement="讲春、冬两季", by=deputy)
    phases.submit(plan=plan, by=deputy)
    plan = LessonPlan.objects.get(pk=plan.pk)
    phases.approve(plan=plan, revision_id=plan.latest_revision_id or 0, by=leader)
    outbox.drain()
    return str(plan.uuid)


def everything_here() -> dict[str, Any]:
    """Rows, versions, files, and what each reader is answered, of the place of this process."""
    return {
        "rows": rows_here(),
        "versions": {
            str(version.uuid): [version.content_hash, version.is_intact()]
            for version in PlanVersion.objects.all()
        },
        "files": {
            str(stored.uuid): [stored.sha256, hashlib.sha256(stored.file.read()).hexdigest()]
            for model in (Picture, StoredDocument, Video)
            for stored in model.objects.all()
        },
        "answers": {name: [_answer(query, name) for query in QUERIES] for name in READERS},
    }


def _answer(query: dict[str, Any], username: str) -> list[Any]:
    reader = User.objects.get(username=username) if username else AnonymousUser()
    found = search(SearchQuery(**query), reader)
    assert not found.degraded
    facets = {
        name: [[value.value, value.count] for value in values]
        for name, values in found.facets.items()
    }
    return [found.total, [str(hit.document.uuid) for hit in found.hits], facets]


def _numbers(everything: dict[str, Any]) -> dict[str, Any]:
    """Totals and facets of the answers, and what an order by date or use leaves no doubt about."""
    return {
        name: [
            [total, facets, hits if "text" not in query or "sort" in query else len(hits)]
            for query, (total, hits, facets) in zip(QUERIES, answers, strict=True)
        ]
        for name, answers in everything["answers"].items()
    }


@with_tables
@pytest.mark.postgres
def test_the_demonstration_comes_back_with_its_versions_its_files_and_its_answers(
    empty_places: Callable[..., Place], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    here, there = empty_places("旧 服务器", nothing=False), empty_places("新 服务器")
    archive = tmp_path / "备份.tar.gz"
    if connection.vendor == "sqlite":
        copied_to(Path(here["GONGBEI_VAR"]), tmp_path_factory)
    prepared = _run(here, "-m", "portal.prepare")
    assert prepared.returncode == 0, prepared.stderr
    plan = _asked(here, "approve_one_more")
    lived_in = _asked(here, "everything_here")
    # Replaced documents count in the frequency of words until the engine merges them away, so
    # the order of nearly equal hits is compared between two indexes built anew (record 0021).
    assert _manage(here, "rebuild_index").returncode == 0
    before = _asked(here, "everything_here")
    assert _manage(here, "backup", archive).returncode == 0

    _restored(there, archive)

    after = _asked(there, "everything_here")
    assert after == before
    assert _numbers(before) == _numbers(lived_in)
    assert _hashes(Path(there["GONGBEI_VAR"]) / "media") == _hashes(
        Path(here["GONGBEI_VAR"]) / "media"
    )
    assert len(before["versions"]) == before["rows"]["versions_planversion"] >= 5
    assert all(intact for _hash, intact in before["versions"].values())
    assert before["files"]
    assert all(noted == read for noted, read in before["files"].values())
    found = {name: sum(bool(answer[0]) for answer in of) for name, of in before["answers"].items()}
    assert min(found.values()) >= 12, found
    where = QUERIES.index({"text": "雨的四季"})
    finders = [name for name, of in before["answers"].items() if plan in of[where][1]]
    assert finders == ["receiver"]
    totals = {name: of[0][0] for name, of in before["answers"].items()}
    assert totals[""] <= totals["outsider"] < totals["receiver"]


@with_tables
def test_a_compressed_archive_holds_the_same(lived_in: User, tmp_path: Path) -> None:
    plain = verified(_backup(tmp_path / "backup.tar"))
    small = verified(_backup(tmp_path / "backup.tar.gz"))

    assert small.tables == plain.tables
    assert set(small.members) == set(plain.members)


@with_tables
def test_the_secret_key_and_half_written_files_are_left_out(
    lived_in: User, tmp_path: Path, settings: Any
) -> None:
    archive = _backup(tmp_path / "backup.tar")

    with tarfile.open(archive) as content:
        names = content.getnames()
        everything = b"".join(
            content.extractfile(name).read()  # type: ignore[union-attr]
            for name in names
        )
    assert not [name for name in names if "unfinished" in name or "secret" in name]
    assert settings.SECRET_KEY.encode() not in everything
    assert archive.stat().st_mode & 0o077 == 0


@with_tables
def test_a_folder_gets_an_archive_named_by_the_time(lived_in: User, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    _backup(folder)

    (archive,) = folder.iterdir()
    assert archive.name.startswith("gongbei-")
    assert verified(archive).engine == connection.vendor


@with_tables
def test_a_backup_overwrites_nothing_and_leaves_no_rest(lived_in: User, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    archive.write_bytes(b"mine")

    with pytest.raises(CommandError, match=r"backup\.tar"):
        _backup(archive)

    assert archive.read_bytes() == b"mine"
    assert not list(tmp_path.glob(".backup*"))


@with_tables
def test_a_backup_is_not_written_among_the_files_it_holds(lived_in: User, media_root: Path) -> None:
    with pytest.raises(CommandError):
        _backup(media_root / "backup.tar")


# What is damaged or forged.


def _rewritten(archive: Path, change: Callable[[tarfile.TarInfo, bytes], Any]) -> None:
    """Write the archive again with each member changed by `change`; None leaves it out."""
    with tarfile.open(archive) as old:
        members = [
            (member, old.extractfile(member).read())  # type: ignore[union-attr]
            for member in old.getmembers()
        ]
    with tarfile.open(archive, "w") as new:
        for member, content in members:
            changed = change(member, content)
            if changed is not None:
                member.size = len(changed)
                new.addfile(member, io.BytesIO(changed))


def _cut(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])


def _flipped(archive: Path) -> None:
    content = bytearray(archive.read_bytes())
    content[len(content) // 3] ^= 1
    archive.write_bytes(content)


def _without_manifest(archive: Path) -> None:
    _rewritten(archive, lambda m, content: None if m.name == "manifest.json" else content)


def _without_a_file(archive: Path) -> None:
    _rewritten(archive, lambda m, content: None if m.name.endswith(".mp4") else content)


def _with_another_file(archive: Path) -> None:
    _rewritten(archive, lambda m, content: content[::-1] if m.name.endswith(".mp4") else content)


def _not_an_archive(archive: Path) -> None:
    archive.write_bytes(b"no archive")


def _added(name: str, **about: Any) -> Callable[[Path], None]:
    def add(archive: Path) -> None:
        with tarfile.open(archive, "a") as content:
            member = tarfile.TarInfo(name)
            for key, value in about.items():
                setattr(member, key, value)
            content.addfile(member, io.BytesIO(b""))

    add.__name__ = f"added {name} {about}"
    return add


def _claiming(name: str) -> Callable[[Path], None]:
    """A manifest that vouches for a member whose name leads out."""

    def forge(archive: Path) -> None:
        content_hash = hashlib.sha256(b"").hexdigest()

        def vouch(member: tarfile.TarInfo, content: bytes) -> bytes:
            if member.name != "manifest.json":
                return content
            manifest = json.loads(content)
            manifest["members"][name] = [content_hash, 0]
            return json.dumps(manifest).encode()

        _rewritten(archive, vouch)
        _added(name)(archive)

    forge.__name__ = f"claiming {name}"
    return forge


@pytest.fixture(scope="module")
def sound(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Path:
    """An archive of empty tables and one file, made once."""
    place = tmp_path_factory.mktemp("sound")
    (place / "media" / "blobs").mkdir(parents=True)
    (place / "media" / "blobs" / "film.mp4").write_bytes(files.video_bytes())
    with override_settings(MEDIA_ROOT=place / "media"), django_db_blocker.unblock():
        return _backup(place / "backup.tar")


DAMAGES = [
    _cut,
    _flipped,
    _without_manifest,
    _without_a_file,
    _with_another_file,
    _not_an_archive,
    _added("media/more.txt"),
    _added("media/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    _added("media/device", type=tarfile.CHRTYPE),
    _claiming("../outside.txt"),
    _claiming("/etc/outside.txt"),
    _claiming("media/../../outside.txt"),
    _claiming("media/a\\..\\outside.txt"),
    _claiming("secret_key"),
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__.strip("_"))
def test_a_damaged_or_forged_archive_is_known_for_one(
    sound: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    archive = tmp_path / "backup.tar"
    archive.write_bytes(sound.read_bytes())
    verified(archive)
    damage(archive)

    with pytest.raises(ArchiveDamaged):
        verified(archive)


@with_tables
@pytest.mark.postgres
def test_a_damaged_archive_leaves_nothing_in_the_empty_place(
    lived_in: User, empty_place: Place, tmp_path: Path
) -> None:
    archive = _backup(tmp_path / "backup.tar")
    _flipped(archive)

    done = _manage(empty_place, "restore", archive)

    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    var = Path(empty_place["GONGBEI_VAR"])
    assert [path.name for path in var.rglob("*") if path.is_file()] in ([], ["secret_key"])


@with_tables
def test_a_place_with_foreign_files_is_refused(
    lived_in: User, empty_place: Place, tmp_path: Path
) -> None:
    archive = _backup(tmp_path / "backup.tar")
    theirs = Path(empty_place["GONGBEI_VAR"]) / "media" / "blobs" / "theirs.pdf"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"theirs")

    done = _manage(empty_place, "restore", archive)

    assert done.returncode != 0
    assert theirs.read_bytes() == b"theirs"
    assert len(list(theirs.parent.parent.rglob("*"))) == 2


@with_tables
@pytest.mark.parametrize("change", ["newer", "engine"])
def test_an_archive_that_this_server_cannot_take_is_refused_in_words(
    lived_in: User, empty_place: Place, tmp_path: Path, change: str
) -> None:
    archive = _backup(tmp_path / "backup.tar")

    def changed(member: tarfile.TarInfo, content: bytes) -> bytes:
        if change == "engine" and member.name.startswith("database."):
            other = {"sqlite3": "database.pgdump", "pgdump": "database.sqlite3"}
            member.name = other[member.name.partition(".")[2]]
        if member.name != "manifest.json":
            return content
        manifest = json.loads(content)
        if change == "newer":
            manifest["migrations"].append(["schools", "9999_of_tomorrow"])
        else:
            old, new = "database.sqlite3", "database.pgdump"
            if old not in manifest["members"]:
                old, new = new, old
            manifest["members"][new] = manifest["members"].pop(old)
            manifest["engine"] = {"sqlite": "postgresql"}.get(manifest["engine"], "sqlite")
        return json.dumps(manifest).encode()

    _rewritten(archive, changed)

    done = _manage(empty_place, "restore", archive)

    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert ("PostgreSQL" in done.stderr) is (change == "engine")
