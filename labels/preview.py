"""A label in a terminal: character cells from the same layout that is printed.

Texts stand where they stand on paper, one line of cells each, whatever their size; bars and rules are block and box
characters. Nothing in it moves a cursor: whoever shows it adds colour and weight from the spans.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from labels.glyphs import ELLIPSIS
from labels.layout import Layout, Rule
from labels.lines import TextBox
from labels.symbols import Matrix, Symbol

_CELL_RATIO = 0.5
"""A cell's width as a part of its height."""
_LEFT, _RIGHT, _UP, _DOWN = 1, 2, 4, 8
_JOINTS = {
    0b0001: "─", 0b0010: "─", 0b0011: "─", 0b0100: "│", 0b1000: "│", 0b1100: "│", 0b1010: "┌", 0b1001: "┐",
    0b0110: "└", 0b0101: "┘", 0b1110: "├", 0b1101: "┤", 0b1011: "┬", 0b0111: "┴", 0b1111: "┼",
}  # fmt: skip
_BLOCKS = {(False, False): " ", (True, False): "▌", (False, True): "▐", (True, True): "█"}
_HALVES = {("0", "0"): " ", ("1", "0"): "▀", ("0", "1"): "▄", ("1", "1"): "█"}
_NARROWEST, _WIDEST = 20, 400
_NAMED = 7
"""A square of more cells than this says what it holds."""
_LINE_MM = 1.8
"""What is no wider than this is a line, however fine the cells are."""
_NAMES = {"qr": "QR", "datamatrix": "GS1 DM"}


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of one look, beside each other."""

    text: str
    inverse: bool = False
    """On black."""
    bold: bool = False


@dataclass(slots=True)
class _Cell:
    char: str = " "
    """Empty behind a character that is two cells wide."""
    inverse: bool = False
    bold: bool = False
    joint: int = 0
    taken: bool = False


class _Paper:
    """The cells of a label, and where a place in mm lies among them."""

    def __init__(self, layout: Layout, columns: int, rows: int | None) -> None:
        if not _NARROWEST <= columns <= _WIDEST:
            raise ValueError(f"a preview has {_NARROWEST} to {_WIDEST} columns, not {columns}")
        stock = layout.stock
        high = round(columns * _CELL_RATIO * stock.height_mm / stock.width_mm) if rows is None else rows
        self.columns, self.rows = columns, max(1, min(high, _WIDEST))
        self.wide, self.high = stock.width_mm / self.columns, stock.height_mm / self.rows
        self.cells = [[_Cell() for _ in range(self.columns)] for _ in range(self.rows)]

    def column(self, mm: float) -> int:
        """The column that begins nearest to a place."""
        return max(0, min(round(mm / self.wide), self.columns))

    def row(self, mm: float) -> int:
        """The row in which a place lies."""
        return max(0, min(int(mm / self.high), self.rows - 1))

    def span(self, top: float, bottom: float) -> range:
        """The rows that a height covers, at least one."""
        first = max(0, min(round(top / self.high), self.rows - 1))
        return range(first, max(first + 1, min(round(bottom / self.high), self.rows)))

    def free(self, row: int, left: int, count: int) -> bool:
        """Whether nothing is written in these cells."""
        inside = 0 <= row < self.rows and left >= 0 and left + count <= self.columns
        return inside and not any(cell.taken for cell in self.cells[row][left : left + count])


def draw(layout: Layout, columns: int, rows: int | None = None) -> tuple[tuple[Span, ...], ...]:
    """The label as rows of spans, each row `columns` cells wide; without `rows` in the label's proportions.

    Raises `ValueError` for fewer than 20 columns.
    """
    paper = _Paper(layout, columns, rows)
    for rule in layout.rules:
        _rule(paper, rule)
    for symbol in layout.bars:
        _bars(paper, symbol, layout)
    for matrix in layout.matrices:
        _matrix(paper, matrix, layout)
    # What is large is read first, so it gets its place first.
    for box in sorted(layout.texts, key=lambda box: -box.height_mm):
        _text(paper, box)
    return tuple(tuple(_spans(row)) for row in paper.cells)


def text(layout: Layout, columns: int) -> str:
    """The label as lines of characters, without looks: black ground is full blocks."""
    lines = []
    for row in draw(layout, columns):
        line = "".join(span.text.replace(" ", "█") if span.inverse else span.text for span in row)
        lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def _spans(row: list[_Cell]) -> Iterator[Span]:
    for (inverse, bold), cells in groupby(row, key=lambda cell: (cell.inverse, cell.bold)):
        said = "".join(_JOINTS[cell.joint] if cell.joint and not cell.taken else cell.char for cell in cells)
        if said:
            yield Span(said, inverse, bold)


def _rule(paper: _Paper, rule: Rule) -> None:
    thin = rule.height_mm < max(0.9 * paper.high, _LINE_MM)
    narrow = rule.width_mm < max(1.5 * paper.wide, _LINE_MM)
    # Lines lie in the cells of their middle, so that the four of a frame meet.
    inset = min(rule.height_mm, rule.width_mm) / 2
    left, right = int((rule.x_mm + inset) / paper.wide), int((rule.x_mm + rule.width_mm - inset) / paper.wide)
    first, last = paper.row(rule.y_mm + inset), paper.row(rule.y_mm + rule.height_mm - inset)
    right = min(right, paper.columns - 1)
    if thin and not narrow:
        for column in range(left, right + 1):
            joint = (_LEFT if column > left else 0) | (_RIGHT if column < right else 0)
            paper.cells[first][column].joint |= joint
    elif narrow:
        for row in range(first, last + 1):
            joint = (_UP if row > first else 0) | (_DOWN if row < last else 0)
            paper.cells[row][min(left, right)].joint |= joint
    else:
        begin, end = paper.column(rule.x_mm), paper.column(rule.x_mm + rule.width_mm)
        for row in paper.span(rule.y_mm, rule.y_mm + rule.height_mm):
            for cell in paper.cells[row][begin:end]:
                cell.inverse = True


def _bars(paper: _Paper, symbol: Symbol, layout: Layout) -> None:
    stock = layout.stock
    wide = stock.mm(symbol.module_dots)
    left = paper.column(symbol.x_mm)
    right = max(left + 1, paper.column(symbol.x_mm + len(symbol.modules) * wide))
    halves = _halves(symbol.modules, 2 * (right - left))
    for row in paper.span(symbol.y_mm, symbol.y_mm + symbol.height_mm):
        for place in range(min(right, paper.columns) - left):
            cell = paper.cells[row][left + place]
            cell.char, cell.taken = _BLOCKS[halves[2 * place], halves[2 * place + 1]], True


def _halves(modules: str, count: int) -> list[bool]:
    """Bars as so many halves of cells: as much black as they have, though not each bar by itself."""
    part, over = len(modules) / count, 0.0
    halves: list[bool] = []
    for half in range(count):
        inside = modules[int(half * part) : max(int(half * part) + 1, int((half + 1) * part))]
        over += inside.count("1") / len(inside)
        halves.append(over >= 0.5)
        over -= halves[-1]
    return halves


def _square(paper: _Paper, matrix: Matrix, layout: Layout) -> tuple[range, int, int]:
    side = layout.stock.mm(matrix.side_dots)
    left = paper.column(matrix.x_mm)
    right = min(max(left + 1, paper.column(matrix.x_mm + side)), paper.columns)
    return paper.span(matrix.y_mm, matrix.y_mm + side), left, right


def _matrix(paper: _Paper, matrix: Matrix, layout: Layout) -> None:
    """Module by module where there are enough cells, else a grey square that says what it holds."""
    rows, left, right = _square(paper, matrix, layout)
    count = len(matrix.rows)
    exact = right - left >= count and 2 * len(rows) >= count
    pairs = (*matrix.rows, "0" * count)
    for place, row in enumerate(rows):
        for column in range(left, right):
            cell, at = paper.cells[row][column], column - left
            cell.char, cell.taken = "▒", True
            if exact:
                inside = at < count and 2 * place < count
                halves = (pairs[2 * place][at], pairs[2 * place + 1][at]) if inside else ("0", "0")
                cell.char = _HALVES[halves]
    if not exact and right - left > _NAMED:
        data = "".join(char if char.isprintable() and _cells(char) == 1 else "." for char in matrix.data)
        wide = right - left - 2
        said = [_NAMES[matrix.kind], *(data[at : at + wide] for at in range(0, len(data), wide))]
        for row, line in zip(rows[1:-1] if len(rows) > 2 else rows, said, strict=False):
            _write(paper, row, left + 1, _cut(line, wide).ljust(wide), False)


def _text(paper: _Paper, box: TextBox) -> None:
    room = max(1, paper.column(box.x_mm + box.width_mm) - paper.column(box.x_mm))
    said = _cut(box.text, room)
    spare = room - _cells(said)
    left = paper.column(box.x_mm) + {"left": 0, "centre": spare // 2, "right": spare}[box.align]
    middle = (box.top_mm + box.bottom_mm) / 2 / paper.high - 0.5
    for row in sorted(range(round(middle) - 2, round(middle) + 3), key=lambda row: abs(row - middle)):
        if paper.free(row, left, _cells(said)):
            _write(paper, row, left, said, box.bold)
            return


def _write(paper: _Paper, row: int, left: int, said: str, bold: bool) -> None:
    at = left
    for char in said:
        width = _cells(char)
        if not width:
            if at > left:
                paper.cells[row][at - 1].char += char
            continue
        cell = paper.cells[row][at]
        cell.char, cell.bold, cell.taken = char, bold, True
        if width == 2:
            paper.cells[row][at + 1] = replace(cell, char="")
        at += width


def _cells(said: str) -> int:
    """How many cells a terminal gives a text: two for an East Asian letter, none for a mark over a letter."""
    return sum(
        0
        if unicodedata.category(char) in ("Mn", "Me")
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in said
    )


def _cut(said: str, room: int) -> str:
    if _cells(said) <= room:
        return said
    mark = ELLIPSIS if room > 3 * len(ELLIPSIS) else ""
    kept = said
    while kept and _cells(kept) + len(mark) > room:
        kept = kept[:-1]
    return kept.rstrip() + mark
