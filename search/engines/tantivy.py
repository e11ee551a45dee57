"""The embedded engine: tantivy, an index in files under `var/`, for laptops and small sites.

`CURRENT` names the directory of the index that serves; a rebuild writes a sibling directory and
replaces `CURRENT` in one step, so a reader sees the old index or the new one. The directory's
name begins with a hash of the fields: an index of an older make is not read but rebuilt.
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import tantivy

from search.documents import SearchDocument
from search.engines.base import (
    EngineUnavailable,
    Explained,
    Found,
    Indexed,
    Refused,
    Step,
    Write,
)
from search.engines.tantivy_query import answer, begun_with, explained, scan, version_held
from search.engines.tantivy_schema import SCHEMA, SCHEMA_NAME, filled

_HEAP = 64_000_000
_UNFINISHED_FOR = 86_400
"""Seconds after which a rebuild that was killed is begun anew."""


@contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise EngineUnavailable(str(error)) from error
    except BaseException as error:
        # A damaged file makes the library panic, which arrives as a bare BaseException.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise EngineUnavailable(str(error)) from error


class TantivyEngine:
    """The index under `path`; one object serves all threads of a process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._opened: tuple[str, tantivy.Index, tuple[int, ...]] | None = None

    # reading

    def search(self, step: Step) -> Found:
        with _trouble():
            return answer(self._searcher(), step)

    def search_many(self, steps: Sequence[Step]) -> list[Found]:
        with _trouble():
            searcher = self._searcher()
            return [answer(searcher, step) for step in steps]

    def explain(self, step: Step, uuid: UUID) -> Explained | None:
        with _trouble():
            return explained(self._searcher(), step, uuid)

    def suggest(self, prefix: str, tokens: frozenset[str], limit: int) -> list[SearchDocument]:
        with _trouble():
            return begun_with(self._searcher(), prefix, tokens, limit)

    def ready(self) -> bool:
        try:
            with _trouble():
                self._searcher()
        except EngineUnavailable:
            return False
        return True

    def indexed(self) -> Iterator[Indexed]:
        with _trouble():
            yield from scan(self._searcher())

    def _searcher(self) -> tantivy.Searcher:
        try:
            return self._index().searcher()
        except (OSError, ValueError):  # the files were swapped away while we opened them
            with self._lock:
                self._opened = None
            return self._index().searcher()

    def _index(self) -> tantivy.Index:
        name = self._current()
        meta = (self._path / name / "meta.json").stat()
        seen = (meta.st_ino, meta.st_mtime_ns, meta.st_size)
        with self._lock:
            if self._opened is None or self._opened[0] != name:
                self._opened = (name, tantivy.Index(SCHEMA, str(self._path / name)), ())
            _name, index, known = self._opened
            if known != seen:
                index.reload()
                self._opened = (name, index, seen)
            return index

    def _current(self) -> str:
        name = _serving(self._path)
        if not name:
            raise EngineUnavailable("There is no index yet")
        if not name.startswith(f"{SCHEMA_NAME}-"):
            raise EngineUnavailable("The index is of an older make")
        return name

    # writing

    def write(self, batch: Iterable[Write]) -> Mapping[UUID, Refused]:
        with _trouble():
            index = self._index()
            searcher = index.searcher()
            newest = {
                write.uuid: write
                for write in sorted(batch, key=lambda write: write.version)
                if write.version >= version_held(searcher, write.uuid)
            }
            _write(index, newest.values())
        return {}

    @contextmanager
    def rebuilding(self) -> Iterator[_Rebuild]:
        with _trouble():
            rebuild = _Rebuild(self._path, self._begun() or _new_name())
        try:
            yield rebuild
        finally:
            rebuild.close()
            self._clear_away(kept=rebuild.name if rebuild.position else "")

    def _begun(self) -> str:
        """The rebuild that was killed and can be taken up; whatever else lies about goes."""
        began = [
            mark.parent.name
            for mark in self._path.glob(f"{SCHEMA_NAME}-*/POSITION")
            if mark.parent.name != _serving(self._path)
            and time.time() - mark.stat().st_mtime < _UNFINISHED_FOR
        ]
        self._clear_away(kept=max(began, default=""))
        return max(began, default="")

    def _clear_away(self, kept: str) -> None:
        for directory in self._path.glob("*-*"):
            if directory.is_dir() and directory.name not in {kept, _serving(self._path)}:
                shutil.rmtree(directory, ignore_errors=True)


class _Rebuild:
    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._path = path
        self._mark = path / name / "POSITION"
        self._mark.parent.mkdir(parents=True, exist_ok=True)
        self.position = _read(self._mark)
        # What was written after the last mark may be there already, and must not be there twice.
        self._again = bool(self.position)
        self._writer: tantivy.IndexWriter | None = _opened(path / name).writer(_HEAP, 1)
        self._now = datetime.now(UTC)

    def write(self, batch: Iterable[Write]) -> Mapping[UUID, Refused]:
        with _trouble():
            for write in batch:
                if self._again:
                    self._open().delete_documents_by_term("id", write.uuid.hex)
                self._open().add_document(filled(write, self._now))
        return {}

    def keep(self, position: str) -> None:
        with _trouble():
            self._open().commit()
            _put(self._mark, position)
        self.position, self._again = position, False

    def swap(self) -> None:
        with _trouble():
            self._open().commit()
            self._open().wait_merging_threads()
            self.close()
            self._mark.unlink(missing_ok=True)
            _put(self._path / "CURRENT", self.name)
        self.position = ""

    def close(self) -> None:
        self._writer = None  # frees tantivy's own lock

    def _open(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise EngineUnavailable("The rebuild is over")
        return self._writer


def _new_name() -> str:
    return f"{SCHEMA_NAME}-{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(3)}"


def _opened(directory: Path) -> tantivy.Index:
    return tantivy.Index(SCHEMA, str(directory))


def _serving(path: Path) -> str:
    return _read(path / "CURRENT")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""


def _put(path: Path, text: str) -> None:
    """The text is there whole or not at all."""
    note = path.with_name(f"{path.name}.{secrets.token_hex(3)}")
    note.write_text(text, encoding="ascii")
    note.replace(path)


def _write(index: tantivy.Index, writes: Iterable[Write]) -> None:
    writer = index.writer(_HEAP, 1)
    try:
        now = datetime.now(UTC)
        for write in writes:
            writer.delete_documents_by_term("id", write.uuid.hex)
            writer.add_document(filled(write, now))
        writer.commit()
        writer.wait_merging_threads()
    finally:
        del writer  # frees tantivy's own lock
