"""Which part of a document belongs into which section: headings, labels and tables recognised.

What comes out are pieces in the order of the document. Each says what it was called there, and what
of the document's words was understood rather than copied (labels, heads of columns, minutes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from resources.library.word import marks
from resources.library.word.blocks import Break, Inline, Text, to_html
from resources.library.word.lines import Flow, Grid, GridCell, Grouping, Line, words_of
from resources.library.word.reading import Document
from resources.library.word.words import (
    BRACKETED,
    CELL_LABELS,
    LABELLED,
    MINUTES,
    PREFIX,
    STEP_PREFIX,
    STEP_WORDS,
    bare,
    column_of,
    concept_of,
    is_field,
)

LONGEST_STEP = 60
MOST_MINUTES = 600
_AMBIGUOUS = frozenset({"homework", "intent", "assessment", "tasks", "materials_analysis"})
"""Within the process these may be steps as well as sections."""
_NUMERALS = "一二三四五六七八九十"


@dataclass(slots=True)
class Step:
    """A row of the process: rich texts by column."""

    step: str = ""
    minutes: int | None = None
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Piece:
    """A part of the document.

    `kind` is ``text``, ``process``, ``field`` (of the header), ``front`` (before the first heading)
    or that of a `Beside`.
    """

    kind: str
    label: str = ""
    concept: str = ""
    html: str = ""
    steps: list[Step] = field(default_factory=list)
    understood: list[str] = field(default_factory=list)


def as_data(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    """The pieces as they cross from the reading process."""
    return [asdict(piece) for piece in pieces]


def pieces_of(document: Document, headings: Sequence[str] = ()) -> list[Piece]:
    """The pieces of a document; `headings` are those of the plan that it is read for."""
    placer = _Placer(document.is_ours, headings)
    pieces = placer.placed(document.flow)
    for beside in document.beside:
        pieces.append(Piece(beside.kind, beside.label, html=placer.html(beside.flow)))
    return [*pieces, *_forgotten(document, pieces)]


def _forgotten(document: Document, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Lines that are in no piece: there should be none, and if there are, they are shown."""
    flows = [document.flow, *(beside.flow for beside in document.beside)]
    known = _squeezed(" ".join(text for piece in pieces for text in all_words(piece)))
    lost = [
        line
        for flow in flows
        for line in words_of(flow)
        if (squeezed := _squeezed(line)) and squeezed not in known and not _in_parts(line, known)
    ]
    if lost:
        lines: Flow = [Line([Text(line)]) for line in lost]
        yield Piece("other", html=to_html(Grouping(is_ours=False).blocks(lines)))


def _in_parts(line: str, known: str) -> bool:
    """Whether a line that was cut (a label from its text) is there in parts."""
    parts = re.split(r"[\s:：【】\[\]()（）〖〗〔〕]+", line)
    return all(_squeezed(part) in known for part in parts)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


_TAG = re.compile(r"<[^>]*>")
_LATEX = re.compile(r'<span data-latex="([^"]*)">')


def all_words(piece: Piece) -> Iterator[str]:
    """Everything that a piece shows or has understood, as plain words."""
    from html import unescape

    texts = [piece.html]
    yield piece.label
    yield from piece.understood
    for step in piece.steps:
        yield step.step
        yield "" if step.minutes is None else str(step.minutes)
        texts += step.cells.values()
    for html in texts:
        yield unescape(_TAG.sub("", _LATEX.sub(r"\1", html)))


@dataclass(slots=True)
class _Heading:
    """A heading that was recognised: its words, what it means, what follows it on its line."""

    label: str
    concept: str
    rest: list[Inline]
    understood: str


class _Placer:
    """One document being placed."""

    def __init__(self, is_ours: bool, headings: Sequence[str]) -> None:
        self.is_ours = is_ours
        self.headings = {bare(heading): heading for heading in headings}
        self.pieces: list[Piece] = []
        self.flow: Flow = []
        self.open = Piece("front")
        self.number = 0
        """Of the last section that was numbered in Chinese numerals."""

    def html(self, flow: Sequence[Line | Grid]) -> str:
        """A flow as HTML."""
        return to_html(Grouping(is_ours=self.is_ours).blocks(flow))

    def placed(self, flow: Flow) -> list[Piece]:
        """The pieces of the flow."""
        if self.is_ours:
            self._ours(flow)
        else:
            self._walk(_cut_at_breaks(flow))
        self._close()
        return self.pieces

    # opening and closing

    def _open(self, kind: str, label: str = "", concept: str = "", *understood: str) -> None:
        self._close()
        self.open = Piece(kind, label, concept, understood=list(understood))

    def _close(self) -> None:
        """The piece that was being filled, with its text as HTML or as steps."""
        piece, flow = self.open, self.flow
        self.open, self.flow = Piece("front"), []
        if piece.concept == "process" and piece.kind == "text" and not piece.steps:
            piece.kind, piece.steps = "process", self._steps(flow, piece)
            if not piece.steps and not piece.label:
                return
        else:
            piece.html += self.html(flow)
        if piece.html or piece.steps or piece.label:
            self.pieces.append(piece)

    # documents of ours

    def _ours(self, flow: Flow) -> None:
        for part in flow:
            if isinstance(part, Line) and part.style == marks.SECTION:
                words = part.words.strip()
                self._open("section", words, concept_of(words))
            elif isinstance(part, Grid) and part.style == marks.PROCESS_TABLE:
                self._process_of_ours(part)
            elif isinstance(part, Grid) and part.style == marks.HEADER_TABLE:
                self._fields(part)
            else:
                self.flow.append(part)
        self._close()
        for piece in self.pieces:
            if piece.kind == "section":
                piece.kind = "process" if piece.steps else "text"

    def _process_of_ours(self, grid: Grid) -> None:
        known = dict(enumerate(grid.caption.split(",")))
        for number, row in enumerate(grid.rows):
            if number == 0:
                found = {cell.column: column_of(cell.words) or "other" for cell in row}
                columns = known if grid.caption else found
                self.open.understood += [cell.words for cell in row]
            else:
                self.open.steps.append(self._step_of_row(row, columns, {}))

    def _fields(self, grid: Grid) -> None:
        for row in grid.rows:
            for name, value in zip(row[::2], row[1::2], strict=False):
                html = self.html(value.flow)
                self.pieces.append(Piece("field", name.words.strip(), html=html))

    # all others

    def _walk(self, flow: Sequence[Line | Grid]) -> None:
        for part in flow:
            if isinstance(part, Grid):
                if _is_layout(part):
                    self._layout(part)
                else:
                    self.flow.append(part)
            elif (heading := self._heading(part)) is not None:
                self._begin(heading)
            else:
                self.flow.append(part)

    def _begin(self, heading: _Heading) -> None:
        self._open("text", heading.label, heading.concept, heading.understood)
        if heading.rest:
            self.flow.append(Line(heading.rest))

    def _heading(self, line: Line) -> _Heading | None:
        words = line.words.strip()
        if not words:
            return None
        found = self._known_heading(line, words)
        if found is None and 0 < line.level <= 2 and not self._in_process:
            return _Heading(words, "", [], words)
        return found

    @property
    def _in_process(self) -> bool:
        return self.open.concept == "process"

    def _known_heading(self, line: Line, words: str) -> _Heading | None:
        if len(words) <= 40 and (concept := self._meaning(words)):
            if self._is_step(words, concept, line):
                return None
            self._count(words)
            return _Heading(words, concept, [], words)
        for pattern in (BRACKETED, LABELLED):
            text = PREFIX.sub("", words, count=1)
            cut = len(words) - len(text)
            found = pattern.match(text)
            if found is None:
                continue
            label = words[: cut + found.end()]
            concept = self._meaning(found[1])
            if concept and not self._is_step(label, concept, line):
                self._count(words)
                return _Heading(label, concept, _after(line.inlines, label), label)
        return None

    def _meaning(self, words: str) -> str:
        """A concept, or ``=`` where it is a heading of the plan that nobody else knows."""
        if concept := concept_of(words):
            return concept
        return "=" if bare(words) in self.headings and len(bare(words)) > 1 else ""

    def _is_step(self, words: str, concept: str, line: Line) -> bool:
        """Whether within the process a known word names a step, or labels a cell."""
        if not self._in_process:
            return False
        if bare(words) in CELL_LABELS:
            return True
        if concept == "process":
            return line.level == 0
        if concept not in _AMBIGUOUS:
            return False
        number = _numeral(words)
        if number:
            return number != self.number + 1
        return bool(PREFIX.match(words)) or line.level > 2

    def _count(self, words: str) -> None:
        self.number = _numeral(words) or self.number

    # the process as running text

    def _steps(self, flow: Flow, piece: Piece) -> list[Step]:
        steps: list[Step] = []
        texts: dict[str, Flow] = {}
        now = Step()
        cell = "teacher"

        def end() -> None:
            now.cells |= {name: html for name, text in texts.items() if (html := self.html(text))}
            if now.step or now.cells or now.minutes is not None:
                steps.append(now)

        for part in flow:
            if isinstance(part, Line) and (name := _step_name(part)):
                end()
                now, texts, cell = self._new_step(name, piece), {}, "teacher"
                continue
            rest = part
            if isinstance(part, Line) and (label := _cell_label(part)):
                cell, said = label
                piece.understood.append(said)
                rest = Line(_after(part.inlines, said), part.style, part.level, part.number)
                if rest.is_empty:
                    continue
            texts.setdefault(cell, []).append(rest)
            cell = "teacher" if cell == "intent" else cell
        end()
        return steps

    def _new_step(self, words: str, piece: Piece) -> Step:
        found = MINUTES.search(words)
        minutes = None
        if found and int(found[1]) <= MOST_MINUTES:
            piece.understood.append(found[0])
            words = (words[: found.start()] + words[found.end() :]).strip()
            minutes = int(found[1])
        step = Step(words[:LONGEST_STEP], minutes)
        if len(words) > LONGEST_STEP:
            long = [Line([Text(words, frozenset({"strong"}))])]
            step.cells["teacher"] = self.html(long)
        return step

    # tables as layout

    def _layout(self, grid: Grid) -> None:
        columns: dict[int, str] = {}
        heads: dict[int, str] = {}
        for row in grid.rows:
            if found := _process_heads(row):
                self._begin_process(row, found)
                columns = found
                heads = {cell.column: cell.words.strip() for cell in row}
            elif self._begins_with_label(row):
                columns = {}
                self._labelled_row(row)
            elif columns and len(row) > 1:
                self.open.steps.append(self._step_of_row(row, columns, heads))
            elif columns and row and self._leads(row[0]):
                columns = {}
                self._walk(row[0].flow)
            elif columns:
                self._whole_row(row)
            else:
                for cell in row:
                    self._walk(cell.flow)

    def _begin_process(self, row: Sequence[GridCell], columns: dict[int, str]) -> None:
        for cell in row:
            if cell.column not in columns and concept_of(cell.words) == "process":
                self._open("process", cell.words.strip(), "process", cell.words)
            elif cell.column not in columns and concept_of(cell.words):
                self._labelled_row([cell])
        if not self._in_process or self.flow:
            label = self.open.label if self._in_process else ""
            self._open("process", label, "process")
        self.open.kind = "process"
        self.open.understood += [cell.words for cell in row if cell.column in columns]

    def _begins_with_label(self, row: Sequence[GridCell]) -> bool:
        if not row or len(row) < 2:
            return False
        words = row[0].words
        return len(words) <= 40 and bool(self._meaning(words) or is_field(words))

    def _leads(self, cell: GridCell) -> bool:
        """Whether a cell over the whole width begins with a heading of a section."""
        first = next((part for part in cell.flow if isinstance(part, Line) and part.words), None)
        return first is not None and self._heading(first) is not None

    def _labelled_row(self, row: Sequence[GridCell]) -> None:
        """Labels and what stands behind them."""
        label: GridCell | None = None
        for number, cell in enumerate(row):
            is_last = number == len(row) - 1
            if self._is_label(cell, is_last=is_last and label is not None):
                self._begin_label(cell)
                label = cell
            elif label is not None and is_field(label.words) and not concept_of(label.words):
                self.open.html += self.html(cell.flow)
            else:
                self._walk(cell.flow)

    def _is_label(self, cell: GridCell, *, is_last: bool) -> bool:
        words = cell.words.strip()
        if is_last or not words or len(words) > 40:
            return False
        return bool(self._meaning(words) or is_field(words))

    def _begin_label(self, cell: GridCell) -> None:
        words = _one_line(cell.words)
        concept = self._meaning(cell.words)
        self._open("text" if concept else "field", words, concept, cell.words)
        pictures = [part for part in cell.flow if isinstance(part, Grid)]
        self.flow += pictures

    def _step_of_row(
        self, row: Sequence[GridCell], columns: dict[int, str], heads: dict[int, str]
    ) -> Step:
        step = Step()
        texts: dict[str, Flow] = {}
        for cell in row:
            name = columns.get(cell.column, "other")
            if name == "step":
                step = self._named_step(step, cell, texts)
            elif name == "minutes":
                self._minutes(step, cell, texts)
            elif name in {"content", "other"}:
                head = heads.get(cell.column, "") if name == "other" else ""
                self._further(cell, head, texts)
            else:
                texts.setdefault(name, []).extend(cell.flow)
        for name, flow in texts.items():
            if html := self.html(flow):
                step.cells[name] = step.cells.get(name, "") + html
        return step

    def _further(self, cell: GridCell, head: str, texts: dict[str, Flow]) -> None:
        """A column that our process does not have: its text goes to the teacher's, named."""
        if not cell.words.strip() and not any(isinstance(p, Grid) for p in cell.flow):
            texts.setdefault("teacher", []).extend(p for p in cell.flow if not _is_bare(p))
            return
        named: Flow = [Line([Text(head, frozenset({"strong"}))])] if head else []
        texts.setdefault("teacher", []).extend([*named, *cell.flow])

    def _named_step(self, step: Step, cell: GridCell, texts: dict[str, Flow]) -> Step:
        words = _one_line(cell.words)
        grids = [part for part in cell.flow if isinstance(part, Grid)]
        pictured = [p for p in cell.flow if isinstance(p, Line) and not p.words and not p.is_empty]
        if grids or pictured:
            texts.setdefault("teacher", []).extend([*grids, *pictured])
            words = _one_line(" ".join(p.words for p in cell.flow if isinstance(p, Line)))
        named = Step(words[:LONGEST_STEP]) if self.is_ours else self._new_step(words, self.open)
        named.minutes = named.minutes if step.minutes is None else step.minutes
        if self.is_ours and len(words) > LONGEST_STEP:
            named.cells["teacher"] = self.html([Line([Text(words)])])
        return named

    def _minutes(self, step: Step, cell: GridCell, texts: dict[str, Flow]) -> None:
        words = cell.words.strip()
        found = re.fullmatch(r"(?:约)?(\d{1,3})\s*(?:分钟|分|min|′|')?", words)
        if found and int(found[1]) <= MOST_MINUTES:
            step.minutes = int(found[1])
            self.open.understood.append(words)
        elif words:
            texts.setdefault("teacher", []).extend(cell.flow)

    def _whole_row(self, row: Sequence[GridCell]) -> None:
        """A line across the process table: the name of a part, or a note."""
        for cell in row:
            words = _one_line(cell.words)
            is_name = 0 < len(words) <= LONGEST_STEP and len(cell.flow) == 1
            if is_name and isinstance(cell.flow[0], Line):
                self.open.steps.append(self._new_step(words, self.open))
            elif html := self.html(cell.flow):
                self.open.steps.append(Step(cells={"teacher": html}))


def _cut_at_breaks(flow: Flow) -> Flow:
    """Many write new lines where others write paragraphs: both are lines of their own."""
    cut: Flow = []
    for part in flow:
        if isinstance(part, Grid):
            for row in part.rows:
                for cell in row:
                    cell.flow = _cut_at_breaks(cell.flow)
            cut.append(part)
        elif part.number is not None or Break() not in part.inlines:
            cut.append(part)
        else:
            lines: list[Line] = [Line([], part.style, part.level)]
            for inline in part.inlines:
                if isinstance(inline, Break):
                    lines.append(Line([], part.style))
                else:
                    lines[-1].inlines.append(inline)
            cut += [line for line in lines if not line.is_empty]
    return cut


def _one_line(words: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", words).strip(" ")


def _is_bare(part: Line | Grid) -> bool:
    return isinstance(part, Line) and part.is_empty


def _is_layout(grid: Grid) -> bool:
    """Whether a table arranges the plan, rather than being part of its text."""
    labels: set[str] = set()
    for row in grid.rows:
        if _process_heads(row):
            return True
        # A label stands before what it names: first, third …
        labels |= {bare(cell.words) for cell in row[::2] if _is_known(cell.words)}
        if len(row) == 1 and _first_is_heading(row[0]):
            return True
    return len(labels) >= 2 or (bool(labels) and len(grid.rows) == 1)


def _is_known(words: str) -> bool:
    return 0 < len(words) <= 40 and bool(concept_of(words) or is_field(words))


def _first_is_heading(cell: GridCell) -> bool:
    first = next((part for part in cell.flow if isinstance(part, Line) and part.words), None)
    if first is None:
        return any(isinstance(part, Grid) and _is_layout(part) for part in cell.flow)
    words = first.words.strip()
    found = LABELLED.match(words) or BRACKETED.match(words)
    return bool(concept_of(words) or (found and concept_of(found[1])))


def _process_heads(row: Sequence[GridCell]) -> dict[int, str]:
    """The columns of a process by where they begin, where the row is the head of one."""
    found = {cell.column: column_of(cell.words) for cell in row if len(cell.words) <= 24}
    found = {column: name for column, name in found.items() if name}
    names = set(found.values())
    acting = names & {"teacher", "pupils", "lead", "receiving", "intent"}
    if len(acting) < 1 or len(names - {"other"}) < 2 or len(found) < len(row) - 1:
        return {}
    # With a label of the whole table beside it, the first column is no step.
    if len(row) > len(found) or "step" not in names:
        return found
    steps = [column for column, name in sorted(found.items()) if name == "step"]
    for column in steps[1:]:
        found[column] = "other"
    if len(steps) > 1:
        first = next(cell for cell in row if cell.column == steps[0])
        if concept_of(first.words) == "process" and first.rows > 1:
            del found[steps[0]]
            found[steps[1]] = "step"
    return found


def _numeral(words: str) -> int:
    """The Chinese numeral before a heading, 0 where there is none."""
    found = re.match(rf"^([{_NUMERALS}]{{1,3}})[、.．]", words)
    if found is None:
        return 0
    tens, _ten, ones = found[1].rpartition("十")
    value = _NUMERALS.find(ones) + 1 if ones else 0
    if _ten:
        value += 10 * (_NUMERALS.find(tens) + 1 if tens else 1)
    return value


def _step_name(line: Line) -> str:
    """The line as the name of a step, where it looks like one."""
    words = line.words.strip()
    if not words or len(words) > 60 or words[-1] in "。！？；，!?;,":
        return ""
    if line.level or STEP_PREFIX.match(words):
        return words
    has_word = any(word in words for word in STEP_WORDS)
    is_numbered = bool(PREFIX.match(words)) or line.number is not None
    if len(words) <= 24 and (line.is_bold and (has_word or is_numbered)):
        return words
    return words if MINUTES.search(words) and has_word and len(words) <= 30 else ""


def _cell_label(line: Line) -> tuple[str, str] | None:
    """Whose part of a step the line is, and the words that say so."""
    words = line.words.lstrip()
    for pattern in (BRACKETED, LABELLED):
        found = pattern.match(words)
        if found and (name := CELL_LABELS.get(bare(found[1]))):
            return name, found[0]
    name = CELL_LABELS.get(bare(words), "") if len(words) <= 12 else ""
    return (name, words) if name else None


def _after(inlines: Sequence[Inline], label: str) -> list[Inline]:
    """The runs behind a label with which their words begin."""
    left = len(label)
    result: list[Inline] = []
    leading = True
    for inline in inlines:
        if not isinstance(inline, Text) or not left:
            result.append(inline)
            continue
        words = inline.words.lstrip() if leading else inline.words
        leading = leading and not words
        if len(words) > left:
            result.append(Text(words[left:], inline.marks, inline.link))
        left = max(0, left - len(words))
    return result
