"""The parts of a .docx and how they point to one another; nothing outside of it is ever fetched."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from lxml import etree

from resources.library.word.reasons import Reason, Unreadable

_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/main",
        b"http://schemas.openxmlformats.org/drawingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing",
        b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    ),
)
"""The strict form of the standard names the same things otherwise."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part points: `target` is a part's name, or an address outside."""

    kind: str
    target: str
    is_external: bool


class Package:
    """A Word document's parts."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as damaged:
            raise Unreadable(Reason.DAMAGED) from damaged
        self._names = {name.lower(): name for name in self._archive.namelist()}
        main = [r for r in self.relations("").values() if r.kind == "officeDocument"]
        self.main = main[0].target if main else "word/document.xml"

    def bytes_of(self, part: str) -> bytes | None:
        """A part's content, or None where there is no such part."""
        name = self._names.get(part.lower())
        if name is None:
            return None
        try:
            return self._archive.read(name)
        except (
            *(zipfile.BadZipFile, zlib.error, NotImplementedError),
            *(OSError, RuntimeError, EOFError),
        ) as error:
            raise Unreadable(Reason.DAMAGED) from error

    def tree_of(self, part: str) -> Any | None:
        """A part as a tree, or None where there is no such part."""
        content = self.bytes_of(part)
        return None if content is None else parsed(content)

    def relations(self, part: str) -> dict[str, Relation]:
        """The relations of a part (``""`` is the package) by id."""
        folder, name = posixpath.split(part)
        tree = self.tree_of(posixpath.join(folder, "_rels", f"{name}.rels"))
        if tree is None:
            return {}
        relations = {}
        for node in tree.iter(_REL):
            is_external = node.get("TargetMode") == "External"
            target = node.get("Target", "")
            if not is_external:
                inside = target.startswith("/")
                path = target.lstrip("/") if inside else posixpath.join(folder, target)
                target = posixpath.normpath(path)
            kind = node.get("Type", "").rsplit("/", 1)[-1]
            relations[node.get("Id", "")] = Relation(kind, target, is_external)
        return relations


def parsed(content: bytes) -> Any:
    """XML as a tree, without entities, without a network; a document type is refused."""
    for strict, usual in _STRICT:
        content = content.replace(strict, usual)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(_reason_of(error, content)) from error
    except ValueError as error:
        raise Unreadable(Reason.DAMAGED) from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable(Reason.UNSAFE)
    return root


def _reason_of(error: etree.XMLSyntaxError, content: bytes) -> Reason:
    message = str(error)
    if "depth" in message:
        return Reason.TOO_DEEP
    if "huge" in message.lower() or "too long" in message:
        return Reason.TOO_LONG
    return Reason.UNSAFE if b"<!DOCTYPE" in content[:4096] else Reason.DAMAGED
