"""Reading a Word document into lines and grids; what stands outside of its flow comes beside.

Runs in the reading process alone. Every element that holds text is marked when it has been read,
and what nobody has marked at the end comes beside too: nothing is dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from resources.library.word import marks
from resources.library.word.blocks import Break, Formula, Image, Inline, Text
from resources.library.word.lines import Flow, Grid, GridCell, Line, Number
from resources.library.word.package import Package, Relation

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_V = "{urn:schemas-microsoft-com:vml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TEXTS = frozenset({f"{_W}t", f"{_W}delText", f"{_M}t", f"{_A}t"})
_LEVEL = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|mailto:)\S+\Z", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MATH = {
    "f": ("num", "/", "den"),
    "sSup": ("e", "^", "sup"),
    "sSub": ("e", "_", "sub"),
    "sSubSup": ("e", "_", "sub", "^", "sup"),
    "rad": ("deg", "√", "e"),
}
_SIGNS = {"tab": " ", "ptab": " ", "noBreakHyphen": "-"}
MOST_PICTURES = 200


@dataclass(slots=True)
class Beside:
    """What is no part of the flow: `kind` is comment, footnote, endnote, header, footer, deleted,
    other."""

    kind: str
    flow: Flow
    label: str = ""


@dataclass(slots=True)
class PictureIn:
    """A picture of the document: its bytes, and our uuid where it once came from us."""

    name: str
    content: bytes
    known: str = ""


@dataclass(slots=True)
class Document:
    """All that was read."""

    flow: Flow
    beside: list[Beside]
    pictures: list[PictureIn]
    notes: set[str] = field(default_factory=set)
    """What cannot be brought: ``macros``, ``outside picture``, ``picture``, ``object``."""
    is_ours: bool = False


def read(package: Package) -> Document:
    """The whole document; raises `Unreadable`."""
    return _Reader(package).document()


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a run inherits: marks, an address, and whether it was deleted."""

    marks: frozenset[str] = frozenset()
    link: str = ""
    is_deleted: bool = False


def _name(element: Any) -> str:
    tag = element.tag
    return tag if isinstance(tag, str) else ""


def _val(element: Any | None, default: str = "") -> str:
    if element is None:
        return default
    value: str = element.get(f"{_W}val", default)
    return value


def _is_on(properties: Any | None, name: str) -> bool | None:
    """A toggle: on, off, or not said."""
    element = None if properties is None else properties.find(f"{_W}{name}")
    if element is None:
        return None
    return _val(element, "true").lower() not in {"0", "false", "off", "none"}


class _Reader:
    """One document being read."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = package.main
        self.relations: dict[str, Relation] = {}
        self.pictures: list[PictureIn] = []
        self.notes: set[str] = set()
        self.beside: list[Beside] = []
        self.seen: set[Any] = set()
        self.boxes: Flow = []
        self.deleted: list[Inline] = []
        self.styles = _Styles(package.tree_of(self._named("styles.xml")))
        self.numbering = _Numbering(package.tree_of(self._named("numbering.xml")))
        self._by_media: dict[str, int] = {}

    def _named(self, name: str) -> str:
        return f"{self.package.main.rpartition('/')[0]}/{name}"

    def document(self) -> Document:
        flow = self._part(self.package.main, "body")
        relations = self.package.relations(self.package.main).values()
        kinds = {
            "header": "header",
            "footer": "footer",
            "footnotes": "footnote",
            "endnotes": "endnote",
            "comments": "comment",
        }
        for relation in relations:
            if relation.kind in kinds and not relation.is_external:
                self._beside_of(relation, kinds[relation.kind])
            elif relation.kind == "vbaProject":
                self.notes.add("macros")
            elif relation.kind in {"aFChunk", "package", "oleObject"}:
                self.notes.add("object")
        is_ours = any(isinstance(part, Line) and part.style == marks.SECTION for part in flow)
        return Document(flow, self.beside, self.pictures, self.notes, is_ours)

    def _part(self, part: str, root: str) -> Flow:
        """The flow of a part; what in it could not be read in place is put beside."""
        tree = self.package.tree_of(part)
        if tree is None:
            return []
        self.part, self.relations = part, self.package.relations(part)
        body = tree.find(f"{_W}{root}") if root else tree
        flow = self._flow(body) if body is not None else []
        self._rescue(tree)
        return flow

    def _beside_of(self, relation: Relation, kind: str) -> None:
        tree = self.package.tree_of(relation.target)
        if tree is None:
            return
        self.part, self.relations = relation.target, self.package.relations(relation.target)
        if kind in {"header", "footer"}:
            self._set_beside(kind, self._flow(tree))
        else:
            for note in tree:
                label = note.get(f"{_W}author", "")
                self._set_beside(kind, self._flow(note), label)
        self._rescue(tree)

    def _set_beside(self, kind: str, flow: Flow, label: str = "") -> None:
        if any(not isinstance(part, Line) or not part.is_empty for part in flow):
            self.beside.append(Beside(kind, flow, label))

    def _rescue(self, tree: Any) -> None:
        """What holds text and was not read, as lines beside."""
        left: dict[Any, list[str]] = {}
        for element in tree.iter(*_TEXTS):
            if element not in self.seen and element.text and not _is_fallback(element):
                self.seen.add(element)
                parent = element.getparent()
                while parent is not None and _name(parent) not in {f"{_W}p", f"{_A}p"}:
                    parent = parent.getparent()
                left.setdefault(parent, []).append(element.text)
        lines: Flow = [Line([Text("".join(texts))]) for texts in left.values()]
        self._set_beside("other", lines)

    # the flow

    def _flow(self, container: Any) -> Flow:
        flow: Flow = []
        for child in container:
            match _name(child).removeprefix(_W):
                case "p":
                    flow += self._paragraph(child)
                case "tbl":
                    flow.append(self._grid(child))
                case "sdt":
                    content = child.find(f"{_W}sdtContent")
                    flow += self._flow(content) if content is not None else []
                case "customXml" | "ins" | "smartTag" | "moveTo":
                    flow += self._flow(child)
                case "altChunk":
                    self.notes.add("object")
        return flow

    def _paragraph(self, paragraph: Any) -> Flow:
        properties = paragraph.find(f"{_W}pPr")
        style = _val(properties.find(f"{_W}pStyle")) if properties is not None else ""
        outer_boxes, self.boxes = self.boxes, []
        outer_deleted, self.deleted = self.deleted, []
        inlines = [*self._inlines(paragraph, _Marks())]
        boxes, self.boxes = self.boxes, outer_boxes
        deleted, self.deleted = self.deleted, outer_deleted
        if deleted:
            self._set_beside("deleted", [Line(deleted)])
        line = Line(
            inlines,
            self.styles.name_of(style),
            self._level(properties, style),
            self.numbering.number(properties, self.styles, style),
        )
        return [*([] if line.is_empty and boxes else [line]), *boxes]

    def _level(self, properties: Any | None, style: str) -> int:
        outline = None if properties is None else properties.find(f"{_W}outlineLvl")
        if outline is not None and _val(outline).isdigit() and int(_val(outline)) < 9:
            return int(_val(outline)) + 1
        return self.styles.level_of(style)

    def _inlines(self, element: Any, inherited: _Marks) -> Iterator[Inline]:
        for child in element:
            tag = _name(child)
            if tag.startswith(_M):
                yield from self._formula(child, inherited)
            elif tag == f"{_MC}AlternateContent":
                yield from self._alternate(child, inherited, self._inlines)
            elif tag.startswith(_W):
                yield from self._of_word(tag.removeprefix(_W), child, inherited)

    def _of_word(self, tag: str, child: Any, inherited: _Marks) -> Iterator[Inline]:
        match tag:
            case "r":
                yield from self._run(child, inherited)
            case "hyperlink":
                link = self._address(child) or inherited.link
                inner = _Marks(inherited.marks, link, inherited.is_deleted)
                yield from self._inlines(child, inner)
            case "del" | "moveFrom":
                gone = _Marks(inherited.marks, inherited.link, is_deleted=True)
                self.deleted += self._inlines(child, gone)
            case "sdt":
                content = child.find(f"{_W}sdtContent")
                if content is not None:
                    yield from self._inlines(content, inherited)
            case "ins" | "moveTo" | "smartTag" | "fldSimple" | "customXml" | "dir" | "bdo":
                yield from self._inlines(child, inherited)

    def _address(self, link: Any) -> str:
        relation = self.relations.get(link.get(f"{_R}id", ""))
        if relation is None or not relation.is_external or not _LINK.match(relation.target):
            return ""
        return relation.target

    def _alternate(
        self, element: Any, inherited: _Marks, walk: Callable[[Any, _Marks], Iterator[Inline]]
    ) -> Iterator[Inline]:
        """The first of the forms in which a newer and an older Word say the same thing."""
        for form in element:
            if _name(form) in {f"{_MC}Choice", f"{_MC}Fallback"}:
                before = len(self.seen), len(self.pictures)
                made = [*walk(form, inherited)]
                if made or before != (len(self.seen), len(self.pictures)):
                    yield from made
                    return

    def _run(self, run: Any, inherited: _Marks) -> Iterator[Inline]:
        properties = run.find(f"{_W}rPr")
        own = self.styles.marks_of(properties, inherited.marks)
        if self.styles.is_formula(properties):
            latex = "".join(self._take(text) for text in run.iter(f"{_W}t"))
            yield Formula(latex)
            return
        yield from self._in_run(run, _Marks(own, inherited.link, inherited.is_deleted))

    def _in_run(self, run: Any, style: _Marks) -> Iterator[Inline]:
        for child in run:
            tag = _name(child).removeprefix(_W)
            if tag in {"t", "delText"}:
                yield Text(self._take(child), style.marks, style.link)
            elif tag in _SIGNS:
                yield Text(_SIGNS[tag], style.marks, style.link)
            elif tag in {"br", "cr"}:
                if child.get(f"{_W}type") not in {"page", "column"}:
                    yield Break()
            else:
                yield from self._special(tag, child, style)

    def _special(self, tag: str, child: Any, style: _Marks) -> Iterator[Inline]:
        match tag:
            case "sym":
                yield from self._symbol(child, style)
            case "ruby":
                yield from self._ruby(child, style)
            case "drawing" | "pict" | "object":
                yield from self._drawing(child)
            case _ if tag == f"{_MC}AlternateContent":
                yield from self._alternate(child, style, self._in_run)

    def _take(self, element: Any) -> str:
        self.seen.add(element)
        return element.text or ""

    def _symbol(self, symbol: Any, style: _Marks) -> Iterator[Inline]:
        code = symbol.get(f"{_W}char", "")
        if re.fullmatch(r"[0-9A-Fa-f]{4}", code):
            number = int(code, 16)
            is_private = 0xE000 <= number <= 0xF8FF
            # Symbol fonts keep their signs in the private area; most are bullets and ticks.
            char = "•" if is_private else chr(number)
            yield Text(char, style.marks, style.link)

    def _ruby(self, ruby: Any, style: _Marks) -> Iterator[Inline]:
        """A character with its pinyin above: the pinyin follows in brackets."""
        base, above = ruby.find(f"{_W}rubyBase"), ruby.find(f"{_W}rt")
        if base is not None:
            yield from self._inlines(base, style)
        if above is not None:
            yield Text("(", style.marks, style.link)
            yield from self._inlines(above, style)
            yield Text(")", style.marks, style.link)

    # drawings: pictures, text boxes, shapes with text

    def _drawing(self, drawing: Any) -> Iterator[Inline]:
        box = f"{_W}txbxContent"
        for element in drawing.iter(box, f"{_A}blip", f"{_V}imagedata", f"{_A}p"):
            if _is_within(element, box, drawing) or _is_fallback(element, drawing):
                continue
            match _name(element):
                case tag if tag == box:
                    self.boxes += self._flow(element)
                case tag if tag == f"{_A}p":
                    words = "".join(self._take(text) for text in element.iter(f"{_A}t"))
                    self.boxes += [Line([Text(words)])] if words.strip() else []
                case _:
                    id_ = element.get(f"{_R}embed") or element.get(f"{_R}id")
                    yield from self._picture(id_, drawing)
        if _name(drawing) == f"{_W}object":
            self.notes.add("object")

    def _picture(self, relation_id: str | None, drawing: Any) -> Iterator[Inline]:
        relation = self.relations.get(relation_id or "")
        if relation is None or relation.is_external:
            self.notes.add("outside picture")
            return
        shown = next(drawing.iter(f"{_WP}docPr"), None)
        name = "" if shown is None else shown.get("name", "")
        alt = "" if shown is None else shown.get("descr", "")
        known = name.removeprefix(marks.PICTURE) if name.startswith(marks.PICTURE) else ""
        at = self._place_of(relation.target, known if _UUID.fullmatch(known) else "")
        if at is None:
            self.notes.add("picture")
        else:
            yield Image(f"picture:{at}", alt)

    def _place_of(self, target: str, known: str) -> int | None:
        key = f"{target} {known}"
        if key not in self._by_media:
            content = self.package.bytes_of(target)
            if not content or len(self.pictures) >= MOST_PICTURES:
                return None
            self._by_media[key] = len(self.pictures)
            self.pictures.append(PictureIn(target.rsplit("/", 1)[-1], content, known))
        return self._by_media[key]

    # formulas: their words in reading order, with the signs that structure stands for

    def _formula(self, element: Any, inherited: _Marks) -> Iterator[Inline]:
        words = self._math(element).strip()
        if words:
            yield Text(words, inherited.marks, inherited.link)

    def _math(self, element: Any) -> str:
        if _name(element) in {f"{_M}t", f"{_W}t"}:
            return self._take(element)
        tag = _name(element).removeprefix(_M)
        words = [(_name(child).removeprefix(_M), self._math(child)) for child in element]
        if tag in _MATH:
            parts = {name: _bracketed(said) for name, said in words}
            return "".join(parts.get(part, "") if part.isalpha() else part for part in _MATH[tag])
        joined = "".join(said for _name, said in words)
        return f"({joined})" if tag == "d" else joined

    # tables

    def _grid(self, table: Any) -> Grid:
        properties = table.find(f"{_W}tblPr")
        style = "" if properties is None else _val(properties.find(f"{_W}tblStyle"))
        caption = "" if properties is None else _val(properties.find(f"{_W}tblCaption"))
        grid = Grid([], self.styles.name_of(style), caption)
        above: dict[int, GridCell] = {}
        for row in _rows_of(table):
            cells: list[GridCell] = []
            column = _before(row)
            head = _is_on(row.find(f"{_W}trPr"), "tblHeader") is True
            for cell in _cells_of(row):
                made, is_continued = self._cell(cell, column, is_head=head)
                over = above.get(column)
                if is_continued and over is not None and over.columns == made.columns:
                    over.rows += 1
                    over.flow += [p for p in made.flow if isinstance(p, Grid) or not p.is_empty]
                else:
                    cells.append(made)
                    above[column] = made
                column += made.columns
            grid.rows.append(cells)
        return grid

    def _cell(self, cell: Any, column: int, *, is_head: bool) -> tuple[GridCell, bool]:
        properties = cell.find(f"{_W}tcPr")
        columns, is_continued, shade = 1, False, ""
        if properties is not None:
            span = _val(properties.find(f"{_W}gridSpan"), "1")
            columns = min(int(span), 60) if span.isdigit() and int(span) else 1
            merged = properties.find(f"{_W}vMerge")
            is_continued = merged is not None and _val(merged, "continue") == "continue"
            shading = properties.find(f"{_W}shd")
            shade = "" if shading is None else shading.get(f"{_W}fill", "")
        flow = self._flow(cell)
        is_head = is_head or shade == marks.HEAD_SHADE
        return GridCell(flow, column, columns, 1, is_head), is_continued


def _rows_of(table: Any) -> Iterator[Any]:
    for child in table:
        tag = _name(child).removeprefix(_W)
        if tag == "tr":
            yield child
        elif tag in {"sdt", "sdtContent", "customXml", "ins"}:
            yield from _rows_of(child)


def _cells_of(row: Any) -> Iterator[Any]:
    for child in row:
        tag = _name(child).removeprefix(_W)
        if tag == "tc":
            yield child
        elif tag in {"sdt", "sdtContent", "customXml"}:
            yield from _cells_of(child)


def _before(row: Any) -> int:
    properties = row.find(f"{_W}trPr")
    before = None if properties is None else properties.find(f"{_W}gridBefore")
    value = _val(before, "0")
    return int(value) if value.isdigit() else 0


def _bracketed(words: str) -> str:
    return f"({words})" if len(words) > 1 else words


def _is_fallback(element: Any, outermost: Any = None) -> bool:
    """Whether it is the older form of what has been read in its newer one."""
    parent = element.getparent()
    while parent is not None and parent is not outermost:
        if _name(parent) == f"{_MC}Fallback":
            return len(parent.getparent()) > 1
        parent = parent.getparent()
    return False


def _is_within(element: Any, tag: str, outermost: Any) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not outermost:
        if _name(parent) == tag:
            return True
        parent = parent.getparent()
    return False


class _Styles:
    """What the document's styles say: their names, levels, marks."""

    TOGGLES = {"b": "strong", "i": "em", "strike": "s", "dstrike": "s"}

    def __init__(self, tree: Any | None) -> None:
        self._styles: dict[str, Any] = {}
        for style in [] if tree is None else tree.iter(f"{_W}style"):
            self._styles[style.get(f"{_W}styleId", "")] = style

    def _chain(self, id_: str) -> Iterator[Any]:
        met: set[str] = set()
        while id_ and id_ in self._styles and id_ not in met:
            met.add(id_)
            yield self._styles[id_]
            id_ = _val(self._styles[id_].find(f"{_W}basedOn"))

    def name_of(self, id_: str) -> str:
        """A style's name; ours keep theirs where Word and WPS change the ids."""
        style = self._styles.get(id_)
        return id_ if style is None else _val(style.find(f"{_W}name"), id_)

    def level_of(self, id_: str) -> int:
        """The level of a heading style, 0 for others."""
        for style in self._chain(id_):
            found = _LEVEL.match(_val(style.find(f"{_W}name")))
            if found:
                return int(found[1])
            outline = style.find(f"{_W}pPr/{_W}outlineLvl")
            if outline is not None and _val(outline).isdigit() and int(_val(outline)) < 9:
                return int(_val(outline)) + 1
        return 0

    def numbering_of(self, id_: str) -> Any | None:
        """The list that a paragraph style puts its paragraphs into."""
        for style in self._chain(id_):
            number = style.find(f"{_W}pPr/{_W}numPr")
            if number is not None:
                return number
        return None

    def is_formula(self, properties: Any | None) -> bool:
        """Whether a run is a formula that we wrote."""
        style = None if properties is None else properties.find(f"{_W}rStyle")
        return style is not None and self.name_of(_val(style)) == marks.FORMULA

    def marks_of(self, properties: Any | None, inherited: frozenset[str]) -> frozenset[str]:
        """A run's marks."""
        found = set(inherited)
        if properties is None:
            return frozenset(found)
        style = properties.find(f"{_W}rStyle")
        for each in [*reversed([*self._chain(_val(style))])]:
            if self.name_of(_val(style)) != "Hyperlink":
                self._apply(each.find(f"{_W}rPr"), found)
        self._apply(properties, found)
        return frozenset(found)

    def _apply(self, properties: Any | None, found: set[str]) -> None:
        if properties is None:
            return
        for name, mark in self.TOGGLES.items():
            if (on := _is_on(properties, name)) is not None:
                (found.add if on else found.discard)(mark)
        if (line := _is_on(properties, "u")) is not None:
            (found.add if line else found.discard)("u")
        match _val(properties.find(f"{_W}vertAlign")):
            case "subscript":
                found.add("sub")
            case "superscript":
                found.add("sup")


class _Numbering:
    """The document's lists."""

    def __init__(self, tree: Any | None) -> None:
        self._abstract: dict[str, Any] = {}
        self._lists: dict[str, Any] = {}
        for node in [] if tree is None else tree:
            if _name(node) == f"{_W}abstractNum":
                self._abstract[node.get(f"{_W}abstractNumId", "")] = node
            elif _name(node) == f"{_W}num":
                self._lists[node.get(f"{_W}numId", "")] = node

    def number(self, properties: Any | None, styles: _Styles, style: str) -> Number | None:
        """A paragraph's place in a list, or None."""
        own = None if properties is None else properties.find(f"{_W}numPr")
        by_style = styles.numbering_of(style)
        id_, level = "", "0"
        for node in (by_style, own):
            if node is not None:
                id_ = _val(node.find(f"{_W}numId"), id_)
                level = _val(node.find(f"{_W}ilvl"), level)
        if not id_ or id_ == "0" or not level.isdigit():
            return None
        return self._found(id_, min(int(level), 8))

    def _found(self, id_: str, level: int) -> Number | None:
        num = self._lists.get(id_)
        if num is None:
            return None
        abstract = self._abstract.get(_val(num.find(f"{_W}abstractNumId")))
        said = self._level(abstract, level)
        format_ = "decimal" if said is None else _val(said.find(f"{_W}numFmt"), "decimal")
        if format_ == "none":
            return None
        start = "1" if said is None else _val(said.find(f"{_W}start"), "1")
        for override in num.iter(f"{_W}lvlOverride"):
            if override.get(f"{_W}ilvl") == str(level):
                start = _val(override.find(f"{_W}startOverride"), start)
        number = int(start) if start.isdigit() else 1
        return Number(id_, level, format_ != "bullet", number)

    @staticmethod
    def _level(abstract: Any | None, level: int) -> Any | None:
        for node in [] if abstract is None else abstract.iter(f"{_W}lvl"):
            if node.get(f"{_W}ilvl") == str(level):
                return node
        return None
