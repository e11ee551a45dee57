"""Backup and restore (备份与恢复): one tar archive of the database and all files.

The archive holds ``database.sqlite3`` or ``database.pgdump``, ``media/…`` and, last,
``manifest.json`` with the SHA-256 of each member, the rows of each table and the migrations. The
search index is left out, as it is rebuilt, and so is the secret key, as an archive travels.

A backup may be made while people work: the database is one snapshot, taken first, and files are
never changed once stored and removed only when no record has named them for a day, so those copied
afterwards are at least those it names. What lies in a bucket stays there: copy that beside it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from media.storage import UNFINISHED
from portal import databases
from portal.environment import ROOT

FORMAT = 1
MANIFEST = "manifest.json"
MEDIA = "media"
PIECE = 1024 * 1024
MANIFEST_LIMIT = 256 * 1024 * 1024
SUFFIXES = (".tar", ".tar.gz", ".tgz")

Progress = Callable[[int], None]  # told of bytes as they are done


class BackupError(Exception):
    """A backup or restore that was not done; `str()` says what is so and what to do."""

    sentence: str | Promise = ""

    def __init__(self, **data: Any) -> None:
        super().__init__(data)
        self.data = data

    def __str__(self) -> str:
        return str(self.sentence) % self.data


class TargetTaken(BackupError):
    """There is a file of that name."""

    sentence = _("%(path)s is there already. Please name another file; nothing was written.")


class TargetInsideMedia(BackupError):
    """The archive would contain itself."""

    sentence = _("%(path)s lies among the stored files. Please write the backup elsewhere.")


class ArchiveDamaged(BackupError):
    """The archive is not what its manifest says."""

    sentence = _(
        "%(path)s is damaged or is no backup of Gongbei (%(why)s). Nothing was changed."
        " Please use another backup."
    )


class OtherEngine(BackupError):
    """The archive is of another database program."""

    sentence = _(
        "This backup is of %(there)s and DATABASE_URL names %(here)s. Nothing was changed."
        " Please set DATABASE_URL to an empty database of %(there)s."
    )


class NewerVersion(BackupError):
    """The archive was made by a version that this one does not know."""

    sentence = _(
        "This backup was made by Gongbei %(version)s, which is newer than this one."
        " Nothing was changed. Please update Gongbei, then restore."
    )


class PlaceNotEmpty(BackupError):
    """There is something where the archive would go."""

    sentence = _(
        "There is data already (%(what)s). Nothing was changed. A backup is restored only into an"
        " empty place: set GONGBEI_VAR and DATABASE_URL to new ones, or move the old data away."
    )


class RowsDiffer(BackupError):
    """The restored database does not hold what the manifest says."""

    sentence = _("After restoring, these tables do not have the rows they should: %(tables)s.")


@dataclass
class Manifest:
    """What an archive holds; `tables` is rows by table, `members` [SHA-256, size] by name."""

    engine: str
    version: str
    made: str
    tables: dict[str, int]
    migrations: list[list[str]]
    members: dict[str, list[Any]] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def database(self) -> str:
        return databases.MEMBERS[self.engine]


# Writing


def write_backup(target: Path, progress: Progress | None = None) -> tuple[Path, Manifest]:
    """Write a backup to a new file, or under a name with the time into a folder."""
    if target.is_dir():
        target /= f"gongbei-{timezone.localtime():%Y%m%d-%H%M%S}.tar"
    if target.exists():
        raise TargetTaken(path=target)
    if _media_root() in target.resolve().parents:
        raise TargetInsideMedia(path=target)
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with _new_file(unfinished) as out:
            manifest = _write_archive(out, target.name.endswith("gz"), progress)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target, manifest


def _new_file(path: Path) -> IO[bytes]:
    """A new file that only its owner reads: it will hold what everyone wrote."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b")


def _write_archive(out: IO[bytes], compressed: bool, progress: Progress | None) -> Manifest:
    with tempfile.TemporaryDirectory(prefix="gongbei-backup-") as folder:
        dump = Path(folder) / "database"
        tables, migrations = databases.dump(connection, dump)
        manifest = Manifest(
            engine=connection.vendor,
            version=_version(),
            made=timezone.now().isoformat(timespec="seconds"),
            tables=tables,
            migrations=migrations,
        )
        sources = {manifest.database: dump, **dict(_stored_files())}
        mode: Any = "w:gz" if compressed else "w"
        with tarfile.open(fileobj=out, mode=mode, format=tarfile.PAX_FORMAT) as archive:
            for name, path in sources.items():
                try:
                    manifest.members[name] = _add(archive, name, path)
                except FileNotFoundError:
                    continue  # an upload given up meanwhile
                if progress:
                    progress(manifest.members[name][1])
            _add_bytes(archive, MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
    return manifest


def _media_root() -> Path:
    return Path(settings.MEDIA_ROOT).resolve()


def _stored_files() -> Iterator[tuple[str, Path]]:
    root = _media_root()
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith(UNFINISHED):
            yield f"{MEDIA}/{path.relative_to(root).as_posix()}", path


def _add(archive: tarfile.TarFile, name: str, path: Path) -> list[Any]:
    with path.open("rb") as source:
        size = os.fstat(source.fileno()).st_size
        hashed = _Hashed(source)
        archive.addfile(_member(name, size), hashed)
    return [hashed.digest.hexdigest(), size]


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    archive.addfile(_member(name, len(content)), io.BytesIO(content))


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o600
    member.mtime = int(timezone.now().timestamp())
    return member


class _Hashed:
    """A file being read, and the hash of what was read."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = PIECE) -> bytes:
        piece = self.source.read(size)
        self.digest.update(piece)
        self.size += len(piece)
        return piece


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


# Reading


def verified(path: Path, progress: Progress | None = None) -> Manifest:
    """Read a whole archive and compare each member with the manifest; changes nothing.

    Raises `ArchiveDamaged`.
    """
    try:
        return _verified(path, progress)
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as damaged:
        raise ArchiveDamaged(path=path, why=damaged) from damaged


def _verified(path: Path, progress: Progress | None) -> Manifest:
    found: dict[str, list[Any]] = {}
    manifest: Manifest | None = None
    with path.open("rb") as raw, tarfile.open(fileobj=raw, mode="r|*") as archive:
        for member in archive:
            _check_member(member, found)
            content = archive.extractfile(member)
            if content is None:
                raise ValueError(f"{member.name} cannot be read")
            if member.name == MANIFEST:
                manifest = _manifest(content.read(MANIFEST_LIMIT))
                continue
            hashed = _Hashed(content)
            while hashed.read():
                pass
            found[member.name] = [hashed.digest.hexdigest(), hashed.size]
            if progress:
                progress(hashed.size)
    if manifest is None:
        raise ValueError("it has no manifest, so it was not written to its end")
    _check_complete(manifest, found)
    return manifest


def _check_member(member: tarfile.TarInfo, found: dict[str, Any]) -> None:
    parts = PurePosixPath(member.name).parts
    is_ours = member.name in {MANIFEST, *databases.MEMBERS.values()} or parts[:1] == (MEDIA,)
    is_plain = "/".join(parts) == member.name and ".." not in parts and "\\" not in member.name
    if not (member.isreg() and is_ours and is_plain) or "\0" in member.name:
        raise ValueError(f"{member.name!r} does not belong in a backup")
    if member.name in found:
        raise ValueError(f"{member.name!r} is there twice")


def _manifest(content: bytes) -> Manifest:
    read = Manifest(**json.loads(content))
    if read.format != FORMAT or read.engine not in databases.MEMBERS:
        raise ValueError(f"format {read.format} of {read.engine}")
    return read


def _check_complete(manifest: Manifest, found: dict[str, list[Any]]) -> None:
    wrong = [name for name, content in manifest.members.items() if found.get(name) != content]
    foreign = [name for name in found if name not in manifest.members]
    if wrong or foreign:
        raise ValueError(f"{(wrong or foreign)[0]} is not what the manifest says")
    if manifest.database not in found:
        raise ValueError("it has no database")


# Restoring


def restore(path: Path, progress: Progress | None = None) -> Manifest:
    """Put an archive into an empty place; raises a `BackupError` before anything is changed.

    Tables are those of the archive: migrate afterwards, and rebuild the index.
    """
    manifest = verified(path, progress)
    _check_place(manifest)
    root = _media_root()
    root.parent.mkdir(parents=True, exist_ok=True)
    with _staging(root.parent) as folder:
        _unpack(path, manifest, folder)
        with _removed_on_failure(root, manifest):
            _put_files(folder / MEDIA, root)
            databases.load(connection, folder / manifest.database)
    _check_rows(manifest)
    return manifest


def _check_place(manifest: Manifest) -> None:
    if manifest.engine != connection.vendor:
        raise OtherEngine(
            there=databases.NAMES[manifest.engine],
            here=databases.NAMES.get(connection.vendor, connection.vendor),
        )
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    ours = {app for app, __ in known}
    if any((app, name) not in known for app, name in manifest.migrations if app in ours):
        raise NewerVersion(version=manifest.version)
    what = databases.what_is_in(connection)
    if what:
        raise PlaceNotEmpty(what=what)
    # What an interrupted restore of the same archive left behind is no obstacle.
    foreign = [str(path) for name, path in _stored_files() if name not in manifest.members]
    if foreign:
        raise PlaceNotEmpty(what=foreign[0])


@contextmanager
def _staging(parent: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=parent) as folder:
        yield Path(folder)


def _unpack(path: Path, manifest: Manifest, folder: Path) -> None:
    """Write all members below `folder`, hashing them once more: the archive may have changed."""
    found: dict[str, list[Any]] = {}
    with path.open("rb") as raw, tarfile.open(fileobj=raw, mode="r|*") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if member.name not in manifest.members or content is None:
                continue
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            hashed = _Hashed(content)
            with target.open("xb") as out:
                while piece := hashed.read():
                    out.write(piece)
            found[member.name] = [hashed.digest.hexdigest(), hashed.size]
    try:
        _check_complete(manifest, found)
    except ValueError as changed:
        raise ArchiveDamaged(path=path, why=changed) from changed


def _put_files(staged: Path, root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    for path in sorted(staged.rglob("*")):
        if path.is_file():
            target = root / path.relative_to(staged)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)


@contextmanager
def _removed_on_failure(root: Path, manifest: Manifest) -> Iterator[None]:
    """Take the archive's files away again where the database could not be restored."""
    try:
        yield
    except BaseException:
        for name in manifest.members:
            if name.startswith(f"{MEDIA}/"):
                (root / name.removeprefix(f"{MEDIA}/")).unlink(missing_ok=True)
        if not any(_stored_files()):
            shutil.rmtree(root, ignore_errors=True)
        raise


def _check_rows(manifest: Manifest) -> None:
    now = databases.rows(connection)
    wrong = [name for name, count in manifest.tables.items() if now.get(name) != count]
    if wrong:
        raise RowsDiffer(tables=", ".join(sorted(wrong)))
