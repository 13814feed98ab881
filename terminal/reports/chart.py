"""Units closed and recovery over time, as a picture: grey bars, scale at the left, and a line, scale at the right.

A longer period is drawn in steps of a week or four weeks; the recovery of a step is its income over its prices, not
a mean of days. A step without a recovery is a gap in the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reportlab.pdfgen.canvas import Canvas

from terminal.domain.speech import _
from terminal.reports.locale_forms import day, number, percent
from terminal.reports.page import BLACK, GREY, MARGIN, WIDE, Page, draw_line, wrapped
from terminal.reports.typefaces import PLAIN

HIGH = 150.0
"""Points from the lower to the upper edge, words included."""
LEFT, RIGHT, BELOW, ABOVE = 30.0, 34.0, 14.0, 16.0
SMALL, LEGEND = 6.5, 7.0
MOST_HIGH = HIGH + 2.4 * LEGEND + 6.0
"""The same, with a legend of three lines."""
STEPS = ((62, 1), (430, 7), (10**9, 28))
"""Days of the whole period up to which -> days in one bar."""
BAR = (0.78, 0.78, 0.78)


@dataclass(frozen=True, slots=True)
class Day:
    """What was closed on a day; `original` is the price of what has an outcome, 0 where nothing has."""

    day: date
    closed: int
    income: float
    original: float


def draw_days(page: Page, days: Sequence[Day]) -> None:
    """The picture; a sentence where there is nothing to draw."""
    closing = [one for one in days if one.closed]
    if not closing:
        page.sentence(_("Nothing was closed in this period."))
        return
    step, bars = _steps(closing)
    legend = list(wrapped(_legend(step), WIDE, LEGEND, PLAIN))
    page.down(HIGH + 6.0 + LEGEND * 1.2 * (len(legend) - 1))
    left, right = MARGIN + LEFT, MARGIN + WIDE - RIGHT
    bottom, top = page.y + BELOW, page.y + HIGH - ABOVE
    canvas = page.canvas
    for place, words in enumerate(reversed(legend)):
        draw_line(canvas, MARGIN, page.y + HIGH - 6.0 + LEGEND * 1.2 * place, words, PLAIN, LEGEND, GREY)
    most = _top(max(bar.closed for bar in bars))
    ratios = [bar.income / bar.original if bar.original else None for bar in bars]
    known = [ratio for ratio in ratios if ratio is not None]
    low, high = min([0.0, *known]), max([1.0, *known])
    _grid(canvas, left, right, bottom, top, most, (low, high))
    wide = (right - left) / len(bars)
    canvas.setFillColorRGB(*BAR)
    for place, bar in enumerate(bars):
        if bar.closed:
            tall = (top - bottom) * bar.closed / most
            canvas.rect(left + wide * (place + 0.1), bottom, wide * 0.8, tall, stroke=0, fill=1)
    points = [
        None
        if ratio is None
        else (left + wide * (place + 0.5), bottom + (top - bottom) * (ratio - low) / (high - low))
        for place, ratio in enumerate(ratios)
    ]
    _line(canvas, points)
    _dates(canvas, bars, left, wide, bottom - SMALL - 3.0)


def _legend(step: int) -> str:
    if step == 1:
        return _(
            "Bars (left): units closed, each day.   Line (right): recovery, gross, of what has an outcome."
        )
    return _(
        "Bars (left): units closed, in steps of {days} days.   "
        "Line (right): recovery, gross, of what has an outcome."
    ).format(days=step)


def _steps(days: Sequence[Day]) -> tuple[int, list[Day]]:
    """Days without a gap, or sums of so many days each."""
    by_day = {one.day: one for one in days}
    first, last = min(by_day), max(by_day)
    span = (last - first).days + 1
    step = next(step for most, step in STEPS if span <= most)
    bars = []
    for at in range(0, span, step):
        some = [by_day.get(first + timedelta(at + one)) for one in range(step)]
        there = [one for one in some if one is not None]
        bars.append(
            Day(
                first + timedelta(at),
                sum(one.closed for one in there),
                sum(one.income for one in there),
                sum(one.original for one in there),
            )
        )
    return step, bars


def _top(most: int) -> int:
    """The end of the scale: at least `most`, in four steps of 1, 2 or 5 times a power of ten."""
    ten = 1
    while True:
        for one in (1, 2, 5):
            if 4 * one * ten >= most:
                return 4 * one * ten
        ten *= 10


def _grid(
    canvas: Canvas,
    left: float,
    right: float,
    bottom: float,
    top: float,
    most: int,
    ratios: tuple[float, float],
) -> None:
    canvas.setStrokeColorRGB(0.87, 0.87, 0.87)
    canvas.setLineWidth(0.4)
    low, high = ratios
    for quarter in range(5):
        y = bottom + (top - bottom) * quarter / 4
        canvas.line(left, y, right, y)
        draw_line(canvas, 0.0, y - 2.2, number(most * quarter // 4), PLAIN, SMALL, GREY, left - 4.0)
        share = percent(low + (high - low) * quarter / 4, 0)
        draw_line(canvas, 0.0, y - 2.2, share, PLAIN, SMALL, BLACK, right + RIGHT - 2.0)


def _line(canvas: Canvas, points: Sequence[tuple[float, float] | None]) -> None:
    canvas.setStrokeColorRGB(*BLACK)
    canvas.setFillColorRGB(*BLACK)
    canvas.setLineWidth(0.9)
    for before, here in zip([None, *points], points, strict=False):
        if before is not None and here is not None:
            canvas.line(*before, *here)
        if here is not None:
            canvas.circle(*here, 1.4, stroke=0, fill=1)


def _dates(canvas: Canvas, bars: Sequence[Day], left: float, wide: float, y: float) -> None:
    """As many dates below the bars as have room."""
    every = max(1, round(54.0 / wide + 0.5))
    for place in range(0, len(bars), every):
        draw_line(canvas, left + wide * (place + 0.1), y, day(bars[place].day), PLAIN, SMALL, GREY)
