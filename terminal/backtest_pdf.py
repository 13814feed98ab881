"""A backtest's report on paper: A4 pages, the same bytes for the same report.

Text is painted letter by letter, never parsed: what stands in an LPN or a policy's name is no markup. What is too
long for its column is cut with an ellipsis; what a font of the PDF standard has not becomes a question mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from terminal.backtest_words import Section, sections
from terminal.domain.backtest_report import Report

PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
SIZE, TITLE, LEADING = 7.5, 10.0, 9.6
MARGIN = 42.0
"""Points left free at each edge."""
GAP = 8.0
"""Points between columns."""
_WIDE = A4[0] - 2 * MARGIN


def write(report: Report) -> bytes:
    """The report as PDF."""
    out = BytesIO()
    canvas = Canvas(out, A4, invariant=1)
    canvas.setTitle("Backtest of a policy")
    canvas.setAuthor("")
    page = _Page(canvas)
    for section in sections(report):
        _paint(page, section)
    page.end()
    canvas.save()
    return out.getvalue()


class _Page:
    """Where the next line goes; a full page makes way for another one."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.number = 1
        self.y: float = A4[1] - MARGIN

    def line(self, leading: float = LEADING, keep: float = 0.0) -> float:
        """The baseline of the next line; `keep` points below it stay on the same page."""
        if self.y - leading - keep < MARGIN + LEADING:
            self.end()
            self.number += 1
            self.y = A4[1] - MARGIN
        self.y -= leading
        return float(self.y)

    def end(self) -> None:
        """Finish the page with its number."""
        self.canvas.setFont(PLAIN, SIZE)
        self.canvas.drawRightString(A4[0] - MARGIN, MARGIN - LEADING, str(self.number))
        self.canvas.showPage()


def _paint(page: _Page, section: Section) -> None:
    y = page.line(TITLE * 1.9, keep=3 * LEADING)
    page.canvas.setFont(BOLD, TITLE)
    page.canvas.drawString(MARGIN, y, _printable(section.title))
    for sentence in section.sentences:
        for line in _wrapped(_printable(sentence)):
            y = page.line()
            page.canvas.setFont(PLAIN, SIZE)
            page.canvas.drawString(MARGIN, y, line)
    if section.rows:
        widths = _widths(section)
        _row(page, section, widths, section.headings, BOLD)
        for row in section.rows:
            _row(page, section, widths, row, PLAIN)


def _row(page: _Page, section: Section, widths: list[float], cells: tuple[str, ...], font: str) -> None:
    y, x = page.line(), MARGIN
    page.canvas.setFont(font, SIZE)
    for number, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        text = _cut(_printable(cell), width, font)
        if number < section.words:
            page.canvas.drawString(x, y, text)
        else:
            page.canvas.drawRightString(x + width, y, text)
        x += width + GAP


def _widths(section: Section) -> list[float]:
    """A width for each column: what it needs, or its share where all together need too much."""
    columns = zip(section.headings, *section.rows, strict=True)
    needed = [
        max(
            stringWidth(_printable(heading), BOLD, SIZE),
            *(stringWidth(_printable(each), PLAIN, SIZE) for each in rest),
        )
        for heading, *rest in columns
    ]
    room = _WIDE - GAP * (len(needed) - 1)
    fair = room / len(needed)
    wide = [width for width in needed if width > fair]
    if sum(needed) <= room:
        return needed
    left = room - sum(width for width in needed if width <= fair)
    return [width if width <= fair else left * width / sum(wide) for width in needed]


def _wrapped(text: str) -> Iterator[str]:
    """The lines of a sentence; a word that is wider than the page is cut."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and stringWidth(longer, PLAIN, SIZE) > _WIDE:
            yield line
            longer = word
        line = _cut(longer, _WIDE, PLAIN)
    yield line


def _cut(text: str, width: float, font: str) -> str:
    if stringWidth(text, font, SIZE) <= width:
        return text
    while text and stringWidth(f"{text}...", font, SIZE) > width:
        text = text[:-1]
    return f"{text}..."


def _printable(text: str) -> str:
    """The text in letters that the standard fonts have, without control characters."""
    shown = text.encode("cp1252", "replace").decode("cp1252")
    return "".join(letter if letter.isprintable() else "?" for letter in shown)
