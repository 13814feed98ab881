"""A4 pages that reports are painted on: headings, sentences, labelled facts, tables.

Text is painted letter by letter, never parsed: what stands in a title or a name is no markup. What is too long for
its place goes on in the next line. A line with letters that the fonts of reports lack, as Chinese ones, is drawn
dot by dot, as on labels, so it can be read but not copied. The same calls give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from labels.glyphs import MARK, visible
from labels.sheet_text import POINTS_PER_MM, Style, put, width_mm
from terminal.reports.typefaces import BOLD, PLAIN, has, points

SIZE, TITLE, HEAD = 8.0, 10.5, 16.0
LEADING = 10.4
MARGIN = 42.0
"""Points left free at each edge."""
GAP = 8.0
"""Points between columns."""
LABEL = 150.0
"""Width of the column of labels beside facts."""
INDENT = 3.0
"""Points for each space that a label begins with."""
WIDE = A4[0] - 2 * MARGIN
MOST_LINES = 12
"""Lines of one cell of a table; what is longer ends in an ellipsis."""
LONGEST = 4_000
"""Letters of one text."""
RED, BLACK, GREY = (0.75, 0.0, 0.0), (0.0, 0.0, 0.0), (0.4, 0.4, 0.4)

HOLD = "\N{NO-BREAK SPACE}"
_NARROW = "\N{NARROW NO-BREAK SPACE}"

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings: `words` columns and the last `notes` ones stand at the left, numbers at the right."""

    headings: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    words: int = 1
    notes: int = 0


class Page:
    """Where the next line goes; a full page makes way for another one."""

    def __init__(self, title: str, foot: str) -> None:
        self._out = BytesIO()
        self.canvas = Canvas(self._out, A4, invariant=1)
        self.canvas.setTitle(clean(title))
        self.canvas.setAuthor("")
        self.number = 1
        self.y: float = A4[1] - MARGIN
        self._foot = clean(foot)
        self.head(title)

    def head(self, text: str) -> None:
        """The title of the report."""
        for line in wrapped(text, WIDE, HEAD):
            self.down(HEAD * 1.4)
            self.draw(MARGIN, line, BOLD, HEAD)
        self.y -= LEADING / 2

    def title(self, text: str, keep: float = 3 * LEADING, colour: Colour = BLACK) -> None:
        """The head of a section; `keep` points below it stay on the same page."""
        self.down(TITLE * 1.1, keep + TITLE)
        for line in wrapped(text, WIDE, TITLE):
            self.down(TITLE * 1.2)
            self.draw(MARGIN, line, BOLD, TITLE, colour)

    def sentence(self, text: str, colour: Colour = BLACK) -> None:
        """A sentence over the width of the page."""
        for line in wrapped(text, WIDE):
            self.down(LEADING)
            self.draw(MARGIN, line, PLAIN, SIZE, colour)

    def fact(self, label: str, text: str, *, warn: bool = False) -> None:
        """A label and its text beside it; both go on in further lines where they must. `warn` makes them red."""
        indent = INDENT * (len(label) - len(label.lstrip(" ")))
        labels, texts = list(wrapped(label, LABEL - indent)), list(wrapped(text, WIDE - LABEL - GAP))
        for number in range(max(len(labels), len(texts))):
            self.down(LEADING)
            if number < len(labels):
                self.draw(MARGIN + indent, labels[number], PLAIN, SIZE, RED if warn else GREY)
            if number < len(texts):
                self.draw(MARGIN + LABEL + GAP, texts[number], PLAIN, SIZE, RED if warn else BLACK)

    def table(self, table: Table) -> None:
        """A table; its headings stand again on every page that it goes on to."""
        widths = _widths(table)
        self._row(table, widths, table.headings, BOLD, again=False)
        for row in table.rows:
            self._row(table, widths, row, PLAIN, again=True)

    def down(self, leading: float, keep: float = 0.0) -> None:
        """Go down by a line, on another page where it and `keep` points below it have no room."""
        if self.y - leading - keep < MARGIN:
            self._turn()
        self.y -= leading

    def draw(
        self, x: float, text: str, font: str, size: float, colour: Colour = BLACK, right: float = 0.0
    ) -> None:
        """One line at the height that was reached; with `right` it ends there instead."""
        draw_line(self.canvas, x, self.y, text, font, size, colour, right)

    def finish(self) -> bytes:
        """The document."""
        self._end()
        self.canvas.save()
        return self._out.getvalue()

    def _row(
        self, table: Table, widths: Sequence[float], cells: Sequence[str], font: str, *, again: bool
    ) -> None:
        lines = [_cell(cell, width, font) for cell, width in zip(cells, widths, strict=True)]
        high = max(map(len, lines))
        if self.y - high * LEADING < MARGIN and again:
            self._turn()
            self._row(table, widths, table.headings, BOLD, again=False)
        for number in range(high):
            self.down(LEADING)
            x = MARGIN
            for column, width in enumerate(widths):
                if number < len(lines[column]):
                    number_column = table.words <= column < len(widths) - table.notes
                    right = x + width if number_column else 0.0
                    self.draw(x, lines[column][number], font, SIZE, right=right)
                x += width + GAP
        if font == BOLD:
            self.canvas.setStrokeColorRGB(*GREY)
            self.canvas.setLineWidth(0.4)
            end = MARGIN + sum(widths) + GAP * (len(widths) - 1)
            self.canvas.line(MARGIN, self.y - 2.4, end, self.y - 2.4)
            self.y -= 1.6

    def _turn(self) -> None:
        self._end()
        self.number += 1
        self.y = A4[1] - MARGIN

    def _end(self) -> None:
        foot = next(wrapped(self._foot, WIDE - 40.0))
        height = MARGIN - 2 * LEADING
        draw_line(self.canvas, MARGIN, height, foot, PLAIN, SIZE, GREY)
        draw_line(self.canvas, 0.0, height, str(self.number), PLAIN, SIZE, GREY, A4[0] - MARGIN)
        self.canvas.showPage()


def draw_line(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    font: str,
    size: float,
    colour: Colour = BLACK,
    right: float = 0.0,
) -> None:
    """Paint one line from `x`, or with `right` up to there."""
    line = clean(text)
    wide = width_of(line, size, font)
    begin = right - wide if right else x
    if not has(line):
        style = Style(size / POINTS_PER_MM, bold=font == BOLD, dots=True)
        put(canvas, line, begin / POINTS_PER_MM, y / POINTS_PER_MM, (wide + 1.0) / POINTS_PER_MM, style)
        return
    canvas.setFillColorRGB(*colour)
    canvas.setFont(font, size)
    canvas.drawString(begin, y, line)


def clean(text: str) -> str:
    """The text as one line of what may be printed; what may not is a question mark.

    Spaces that hold a number together stay, so that it is not broken between its thousands.
    """
    parts = text[:LONGEST].replace(_NARROW, HOLD).split(HOLD)
    line = HOLD.join(visible(re.sub(r"\s+", " ", part)) for part in parts)
    return line.strip(" ").replace(MARK, "?")


@lru_cache(maxsize=4096)
def width_of(line: str, size: float = SIZE, font: str = PLAIN) -> float:
    """How wide a clean line comes out, in points."""
    if has(line):
        return points(line, font, size)
    return width_mm(line, size / POINTS_PER_MM, dots=True) * POINTS_PER_MM


def wrapped(text: str, width: float, size: float = SIZE, font: str = "") -> Iterator[str]:
    """The lines of a text, at least one; a word wider than `width` points is broken."""
    font = font or (BOLD if size > SIZE else PLAIN)
    line = ""
    for word in clean(text).split(" "):
        longer = f"{line} {word}" if line else word
        while width_of(longer, size, font) > width:
            if line:
                yield line
                longer, line = word, ""
                continue
            most = _fitting(longer, width, size, font)
            yield longer[:most]
            longer = longer[most:]
        line = longer
    yield line


def _fitting(text: str, width: float, size: float, font: str) -> int:
    """How many letters fit, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(text[:middle], size, font) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _cell(text: str, width: float, font: str) -> list[str]:
    lines = list(wrapped(text, width, SIZE, font))
    if len(lines) <= MOST_LINES:
        return lines
    last = lines[MOST_LINES - 1]
    while last and width_of(f"{last}...", SIZE, font) > width:
        last = last[:-1]
    return [*lines[: MOST_LINES - 1], f"{last}..."]


def _widths(table: Table) -> list[float]:
    """A width for each column: its longest word, and of what is left what it needs or a fair share."""
    columns = list(zip(table.headings, *table.rows, strict=True))
    needed = [_widest(heading, cells, lambda text: [text]) for heading, *cells in columns]
    words = [_widest(heading, cells, lambda text: text.split(" ")) for heading, *cells in columns]
    room = WIDE - GAP * (len(columns) - 1)
    least = _shared(words, room)
    more = _shared([most - word for most, word in zip(needed, least, strict=True)], room - sum(least))
    return [word + extra for word, extra in zip(least, more, strict=True)]


def _widest(heading: str, cells: Sequence[str], parts: Callable[[str], list[str]]) -> float:
    """The widest part of a column."""
    heads = (width_of(part, SIZE, BOLD) for part in parts(clean(heading)))
    return max(LEADING, *heads, *(width_of(part) for cell in cells for part in parts(clean(cell)[:400])))


def _shared(wanted: Sequence[float], left: float) -> list[float]:
    """What each gets: all that it wants, or a fair share of what those that want less leave."""
    given = list(wanted)
    for rank, column in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        given[column] = min(wanted[column], left / (len(wanted) - rank))
        left -= given[column]
    return given
