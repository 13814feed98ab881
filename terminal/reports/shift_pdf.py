"""A shift's report on paper: A4 pages, the same bytes for the same report.

Text is painted letter by letter, never parsed: what stands in a title or a name is no markup. A name that is too
long for its column goes on in the next line. A letter that the fonts of the PDF standard lack loses its accent, or
becomes a question mark.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from terminal.bench.shift_words import Section, sections
from terminal.bench.view import Fact
from terminal.domain.shift_report import MOST_HOLDS, ShiftReport

PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
SIZE, TITLE, HEAD = 8.5, 10.5, 16.0
LEADING = 11.0
MARGIN = 42.0
"""Points left free at each edge."""
LABEL = 150.0
"""Width of the column of labels."""
GAP = 10.0
WIDE = A4[0] - 2 * MARGIN
RED, BLACK, GREY = (0.75, 0.0, 0.0), (0.0, 0.0, 0.0), (0.4, 0.4, 0.4)
LACKING = str.maketrans({"Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "−": "-", "→": ">"})


def write(
    report: ShiftReport,
    kind: str,
    signed: Mapping[str, Any] | None = None,
    contents: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """The report as PDF: `kind` is x or z, `signed` says who closed the shift and with which event, `contents` are
    the units that it put into each tote.
    """
    out = BytesIO()
    canvas = Canvas(out, A4, invariant=1)
    title = f"{kind.upper()} report {report.shift}" if kind == "z" else f"X report of shift {report.shift}"
    canvas.setTitle(title)
    canvas.setAuthor("")
    page = _Page(canvas, f"{title}, station {report.station}")
    page.text(title, BOLD, HEAD, HEAD * 1.4)
    for fact in _head(report, signed):
        page.fact(fact)
    for section in sections(report, MOST_HOLDS):
        _paint(page, section)
    if contents:
        page.text("In the totes, of this shift", BOLD, TITLE, TITLE * 1.9, keep=2 * LEADING)
        for tote, lpns in contents.items():
            page.fact(Fact(f"{tote} ({len(lpns):,})", "  ".join(lpns)))
    if signed:
        page.text("Signed", BOLD, TITLE, TITLE * 1.9, keep=4 * LEADING)
        page.fact(Fact("by", "_" * 40))
    page.end()
    canvas.save()
    return out.getvalue()


def _head(report: ShiftReport, signed: Mapping[str, Any] | None) -> Iterator[Fact]:
    yield Fact("station", report.station)
    yield Fact("opened", f"{report.opened_at} by {report.opened_by}")
    if signed:
        approved = f", approved by {signed['approved_by']}" if signed.get("approved_by") else ""
        yield Fact("closed", f"{signed['at']} by {signed['by']}{approved}")
        yield Fact("closing event", f"{signed['seq']:,}  {signed['hash']}")
    yield Fact("counted", f"{report.made_at}, events {report.first:,} to {report.last:,}")
    yield Fact("journal head", report.head)


def _paint(page: _Page, section: Section) -> None:
    colour = RED if any(fact.warn for fact in section.lines) and section.title == "Differences" else BLACK
    page.text(section.title, BOLD, TITLE, TITLE * 1.9, colour, keep=2 * LEADING)
    for fact in section.lines:
        page.fact(fact)


class _Page:
    """Where the next line goes; a full page makes way for another one."""

    def __init__(self, canvas: Canvas, foot: str) -> None:
        self.canvas = canvas
        self.number = 1
        self.y: float = A4[1] - MARGIN
        self._foot = printable(foot)

    def text(
        self,
        text: str,
        font: str,
        size: float,
        leading: float,
        colour: tuple[float, float, float] = BLACK,
        keep: float = 0.0,
    ) -> None:
        """A line of its own; `keep` points below it stay on the same page."""
        self._down(leading, keep)
        self._draw(MARGIN, text, font, size, colour)

    def fact(self, fact: Fact) -> None:
        """A label and its text beside it; both go on in further lines where they must."""
        colour = RED if fact.warn else BLACK
        labels = list(wrapped(fact.label, LABEL))
        texts = list(wrapped(fact.text, WIDE - LABEL - GAP))
        for number in range(max(len(labels), len(texts))):
            self._down(LEADING)
            if number < len(labels):
                self._draw(MARGIN, labels[number], PLAIN, SIZE, GREY if not fact.warn else RED)
            if number < len(texts):
                self._draw(MARGIN + LABEL + GAP, texts[number], PLAIN, SIZE, colour)

    def end(self) -> None:
        """Finish the page with its foot."""
        self.canvas.setFillColorRGB(*GREY)
        self.canvas.setFont(PLAIN, SIZE)
        self.canvas.drawString(MARGIN, MARGIN - 2 * LEADING, _cut(self._foot, WIDE - 40.0))
        self.canvas.drawRightString(A4[0] - MARGIN, MARGIN - 2 * LEADING, str(self.number))
        self.canvas.showPage()

    def _down(self, leading: float, keep: float = 0.0) -> None:
        if self.y - leading - keep < MARGIN:
            self.end()
            self.number += 1
            self.y = A4[1] - MARGIN
        self.y -= leading

    def _draw(self, x: float, text: str, font: str, size: float, colour: tuple[float, float, float]) -> None:
        self.canvas.setFillColorRGB(*colour)
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.y, printable(text))


def wrapped(text: str, width: float) -> Iterator[str]:
    """The lines of a text; a word wider than `width` points is broken. What indents the first line stays."""
    plain = printable(text)
    line = plain[: len(plain) - len(plain.lstrip())]
    empty = True
    for word in plain.split():
        longer = f"{line}{word}" if empty else f"{line} {word}"
        while stringWidth(longer, PLAIN, SIZE) > width:
            if not empty:
                yield line
                longer, line, empty = word, "", True
                continue
            most = len(_fitting(longer, width))
            yield longer[:most]
            longer = longer[most:]
        line, empty = longer, False
    yield line


def _fitting(text: str, width: float) -> str:
    """As much of a text as fits, and at least a letter."""
    while len(text) > 1 and stringWidth(text, PLAIN, SIZE) > width:
        text = text[:-1]
    return text


def _cut(text: str, width: float) -> str:
    fits = _fitting(text, width)
    return text if fits == text else f"{fits[:-3]}..."


def printable(text: str) -> str:
    """The text in letters that the standard fonts have, without control characters."""
    shown = "".join(_letter(letter) for letter in text.translate(LACKING))
    return "".join(letter if letter.isprintable() else "?" for letter in shown)


def _letter(letter: str) -> str:
    for form in (letter, unicodedata.normalize("NFKD", letter)[:1]):
        made = form.encode("cp1252", "ignore").decode("cp1252")
        if made:
            return made
    return "?"
