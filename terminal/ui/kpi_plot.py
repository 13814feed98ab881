"""A number day by day as bars, drawn anew for whatever size there is.

The plotting library counts a day without a value as nought; here such a day has a dash, and nought a nought.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual_plotext import PlotextPlot

from terminal.kpi_words import NOTHING, number
from terminal.ui.desk_numbers import spaced

Point = tuple[str, float | None]
"""A day, as 2026-03-05, and its value."""
AXIS = 9
"""Cells that the frame and its numbers take."""
BAR = 2
"""Cells that a day needs."""
LABEL = 8
"""Cells that the date of a day needs."""
LINES = 5
"""Numbers at the left."""
_LEAST = (24, 5)


class Trend(PlotextPlot, can_focus=False):
    """Shows the newest of its days that fit."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.set_reactive(PlotextPlot.theme, "clear")
        self._points: tuple[Point, ...] = ()

    def show(self, points: Sequence[Point]) -> None:
        """Show these days, the oldest first."""
        if tuple(points) != self._points:
            self._points = tuple(points)
            self.refresh()

    def in_sight(self) -> tuple[Point, ...]:
        """The days that fit."""
        return self._points[-max(1, (self.size.width - AXIS) // BAR) :]

    def render(self) -> Text:
        """Draw for the size that there is now."""
        points = self.in_sight()
        width, height = self.size
        if width < _LEAST[0] or height < _LEAST[1] or not points:
            return Text("")
        plot = self.plt
        plot.clear_figure()
        known = [(place, value) for place, (_, value) in enumerate(points) if value is not None]
        values = [value for _, value in known]
        low, high = min([0.0, *values]), max([0.0, *values])
        high = high if high > low else low + 1
        for place, value in known:
            plot.bar([place], [value], color="cyan", marker="sd", width=0.6, minimum=0)
        seen = dict(known)
        for place in range(len(points)):
            if not seen.get(place):
                sign = "0" if place in seen else NOTHING
                plot.text(sign, place, 0, color="cyan", background="default", alignment="center")
        plot.xlim(-0.5, max(len(points), 7) - 0.5)
        plot.ylim(low, high)
        step = max(1, -(-len(points) * LABEL // max(1, width - AXIS)))
        shown = range(len(points) - 1, -1, -step)
        plot.xticks(list(shown), [points[place][0][5:] for place in shown])
        ticks = [low + (high - low) * part / (LINES - 1) for part in range(LINES)]
        plot.yticks(ticks, [_short(tick) for tick in ticks])
        drawn = super().render()
        return drawn if isinstance(drawn, Text) else Text("")


def _short(value: float) -> str:
    """At most six cells."""
    if abs(value) >= 10_000:
        return f"{spaced(number(value / 1000, 0))}k"
    return spaced(number(value, 0 if abs(value) >= 100 else 1))
