"""What stands in a Word document, in its order: lines and grids, before sections are made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from resources.library.word import marks
from resources.library.word.blocks import (
    Block,
    Break,
    Cell,
    Formula,
    Image,
    Inline,
    Items,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
    filled,
    tidy,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A line's place in a list of Word's: which list, how deep, of what kind."""

    list_id: str
    level: int
    ordered: bool
    start: int


@dataclass(slots=True)
class Line:
    """A paragraph; `level` is that of a heading, from 1."""

    inlines: list[Inline] = field(default_factory=list)
    style: str = ""
    level: int = 0
    number: Number | None = None

    @property
    def words(self) -> str:
        """Its text; a break within it is a space."""
        return "".join(map(_words, self.inlines))

    @property
    def is_bold(self) -> bool:
        """Whether all its words are bold."""
        texts = [i for i in self.inlines if isinstance(i, Text) and i.words.strip()]
        return bool(texts) and all("strong" in text.marks for text in texts)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.words.strip() and not any(isinstance(i, Image) for i in self.inlines)


def _words(inline: Inline) -> str:
    match inline:
        case Text():
            return inline.words
        case Formula():
            return inline.latex
        case Break():
            return " "
        case Image():
            return ""


@dataclass(slots=True)
class GridCell:
    """A cell: what it holds, what it covers, and the column in which it begins."""

    flow: list[Line | Grid] = field(default_factory=list)
    column: int = 0
    columns: int = 1
    rows: int = 1
    is_head: bool = False

    @property
    def words(self) -> str:
        """All its text."""
        return "\n".join(words_of(self.flow))


@dataclass(slots=True)
class Grid:
    """A table."""

    rows: list[list[GridCell]] = field(default_factory=list)
    style: str = ""
    caption: str = ""
    """What its maker says it is; that of a process of ours names the columns."""


Flow = list[Line | Grid]


def words_of(flow: Iterable[Line | Grid]) -> Iterator[str]:
    """The text of each line, those in tables too."""
    for part in flow:
        if isinstance(part, Line):
            yield part.words
        else:
            for row in part.rows:
                for cell in row:
                    yield from words_of(cell.flow)


def pictures_in(flow: Iterable[Line | Grid]) -> Iterator[Image]:
    """All pictures of a flow."""
    for part in flow:
        if isinstance(part, Line):
            yield from (inline for inline in part.inlines if isinstance(inline, Image))
        else:
            for row in part.rows:
                for cell in row:
                    yield from pictures_in(cell.flow)


# from lines to blocks


@dataclass(slots=True)
class _Open:
    """A list that is being filled."""

    number: Number
    items: Items


class Grouping:
    """Lines become blocks: those of a list go together, tables become tables."""

    def __init__(self, *, is_ours: bool) -> None:
        self.is_ours = is_ours
        self._blocks: list[Block] = []
        self._open: list[_Open] = []
        self._counts: dict[tuple[str, int], int] = {}

    def blocks(self, flow: Sequence[Line | Grid]) -> list[Block]:
        """The blocks of a flow; a document of ours keeps its empty paragraphs."""
        for part in flow:
            if isinstance(part, Grid):
                self._end_lists()
                self._blocks += self._table(part)
            elif part.number is not None:
                self._item(part, part.number)
            elif not self._continues(part):
                self._end_lists()
                self._line(part)
        return self._blocks

    def _within(self, flow: Sequence[Line | Grid]) -> list[Block]:
        return Grouping(is_ours=self.is_ours).blocks(flow)

    def _line(self, line: Line) -> None:
        if line.style == marks.GAP and line.is_empty:
            return
        if line.style == marks.RULE and line.is_empty:
            self._blocks.append(Rule())
            return
        inlines = tidy(line.inlines)
        if inlines or self.is_ours:
            tag = "p" if not line.level else "h3" if line.level <= 3 else "h4"
            self._blocks.append(Paragraph(inlines, tag))

    def _end_lists(self) -> None:
        self._open.clear()

    def _item(self, line: Line, number: Number) -> None:
        while self._open and self._open[-1].number.level > number.level:
            self._open.pop()
        last = self._open[-1] if self._open else None
        same = last is not None and last.number.level == number.level
        if last is not None and same and last.number.list_id != number.list_id:
            self._open.pop()
            last, same = (self._open[-1] if self._open else None), False
        if last is None or not same:
            last = self._begin(number)
        last.items.items.append([Paragraph(tidy(line.inlines))])
        self._count(number)

    def _begin(self, number: Number) -> _Open:
        inner = bool(self._open)
        counted = 0 if inner else self._counts.get((number.list_id, number.level), 0)
        start = counted + number.start if number.ordered else 1
        made = _Open(number, Items([], number.ordered, start))
        if inner:
            self._open[-1].items.items[-1].append(made.items)
        else:
            self._blocks.append(made.items)
        self._open.append(made)
        return made

    def _count(self, number: Number) -> None:
        key = (number.list_id, number.level)
        self._counts[key] = self._counts.get(key, 0) + 1

    def _continues(self, line: Line) -> bool:
        """Whether the line is a further paragraph of the item before it; then it goes there."""
        if not (self._open and line.style.startswith(marks.CONTINUED)):
            return False
        level = int(line.style.removeprefix(marks.CONTINUED) or 0)
        while len(self._open) > 1 and self._open[-1].number.level > level:
            self._open.pop()
        self._open[-1].items.items[-1].append(Paragraph(tidy(line.inlines)))
        return True

    def _table(self, grid: Grid) -> list[Block]:
        if grid.style == marks.QUOTE and grid.rows and grid.rows[0]:
            return [Quote(self._within(grid.rows[0][0].flow))]
        rows = [
            [Cell(self._within(cell.flow), cell.columns, cell.rows, cell.is_head) for cell in row]
            for row in grid.rows
        ]
        whole = filled(rows)
        return [Table(whole)] if whole else []
