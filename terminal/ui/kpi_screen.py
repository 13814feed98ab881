"""How the KPI screen looks: tiles, and below them a trend, a table, or the items behind a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen

from terminal.ui.kpi_jobs import Drill
from terminal.ui.kpi_panels import (
    TILES,
    has_units,
    help_lines,
    item_lines,
    table_lines,
    tile_lines,
)
from terminal.ui.kpi_plot import Trend
from terminal.ui.literal import content
from terminal.ui.themes import KEY, MUTED, STRONG, WARN
from terminal.ui.widgets.panel import Panel, spread, wrap
from terminal.ui.widgets.sheet import Sheet

TABS = {
    "day": "1 TREND",
    "category": "2 CATEGORY",
    "grade": "3 GRADE",
    "channel": "4 CHANNEL",
    "operator": "5 OPERATOR",
    "hour": "6 HOUR",
    "audit": "7 AUDIT",
}
ROOMY = 100
"""Cells from which on the tabs stand further apart."""
PERIODS: Mapping[int | None, str] = {1: "TODAY", 7: "7 DAYS", 30: "30 DAYS", None: "ALL"}
KEYS = "F1 help  1-7 view  T W M A days  Arrows move  Enter items  R read"
LEAVE = "  Q quit"
NO_UNITS = (
    "This station has no units yet. Figures come with the first item at the bench, or with `import history`."
)
NONE_IN_PERIOD = "No units in these days. A shows all there are."


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that is on the screen."""

    station: str
    days: int | None
    by: str
    tile: int = 0
    row: int = 0
    found: Mapping[str, Any] | None = None
    """None before the first were read."""
    whole: Mapping[str, Any] | None = None
    """Figures of the same days, however they are split."""
    at: str = ""
    """When they were read, as the clock on the wall said."""
    reading: bool = False
    said: tuple[str, str] = ("", "")
    """What was said last, and in which style."""
    drill: Drill | None = None
    """Items are shown instead of tables; None: they are not."""
    items: Sequence[Mapping[str, Any]] | None = None
    more: bool = False
    help: bool = False
    leaves: bool = True
    """There is a key that ends the program."""


class KpiScreen(Screen[None]):
    """Paints what it is given, and knows nothing of what keys mean."""

    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 - as Textual declares it

    def __init__(self, shown: Shown) -> None:
        super().__init__()
        self._panels = {name: Panel(name) for name in ("head", "tiles", "tabs", "titles", "said", "keys")}
        self.sheet = Sheet("sheet")
        self.sheet.can_focus = False
        self.trend = Trend("trend")
        self._shown = shown
        self._filled = False
        """There is something to paint on: a thread may answer before, and while the program ends."""
        self._place = ""
        """What the sheet shows: another thing begins at its top."""

    def compose(self) -> ComposeResult:
        """Every part there will ever be."""
        yield self._panels["head"]
        yield self._panels["tiles"]
        yield self._panels["tabs"]
        with Vertical(id="body"):
            yield self._panels["titles"]
            yield self.sheet
            yield self.trend
        yield self._panels["said"]
        yield self._panels["keys"]

    def on_mount(self) -> None:
        """Paint before Textual does."""
        self._filled = True
        self.paint(self._shown)

    def on_unmount(self) -> None:
        """Paint no more."""
        self._filled = False

    def on_resize(self) -> None:
        """Paint for the new size, once every part has its own."""
        self.call_after_refresh(lambda: self.paint(self._shown))

    @on(Sheet.Moved)
    def _moved(self) -> None:
        self._paint_tabs()

    @property
    def page(self) -> int:
        """Rows that are in sight at once."""
        return max(1, self.sheet.size.height - 1)

    def paint(self, shown: Shown) -> None:
        """Show this."""
        self._shown = shown
        if not self._filled or not self.size.width:
            return
        width = max(20, self.size.width - 2)
        self._paint_head(width)
        self._panels["tiles"].show(tile_lines(shown.whole, shown.tile, width))
        self._paint_body(width)
        self._paint_tabs()
        self._panels["said"].show([self._said().truncate(width, ellipsis=True)])
        keys = KEYS + (LEAVE if shown.leaves else "")
        self._panels["keys"].show([content(keys, MUTED).truncate(width)])

    def _paint_head(self, width: int) -> None:
        shown = self._shown
        period = [f"[{word}]" if days == shown.days else f" {word} " for days, word in PERIODS.items()]
        left = Content.assemble(
            content("KPI  ", STRONG), content(f"station {shown.station}  "), content(" ".join(period), STRONG)
        )
        state = "reading ..." if shown.reading and shown.found is None else f"read {shown.at}"
        self._panels["head"].show([spread(left, content(state), width)])

    def _paint_body(self, width: int) -> None:
        shown = self._shown
        titles, lines, current = self._lines(width)
        plotted = lines is None
        self.trend.display, self.sheet.display = plotted, not plotted
        self._panels["titles"].show([titles.truncate(width, ellipsis=True)])
        if lines is None:
            assert shown.found is not None
            tile = TILES[shown.tile]
            self.trend.show([(str(row["value"]), tile.day(row)) for row in shown.found["rows"]])
            return
        place = f"{shown.help}{shown.drill}{shown.by}{shown.days}"
        self.sheet.show(lines, keep=place == self._place)
        self._place = place
        if current is not None and lines:
            self.sheet.reveal(current, current)

    def _lines(self, width: int) -> tuple[Content, list[Content] | None, int | None]:
        """A line above, the lines of the sheet (None: there is the trend instead), and the current one of them."""
        shown, found = self._shown, self._shown.found
        if shown.help:
            return Content(""), help_lines(found, width), None
        if shown.drill is not None:
            if shown.items is None:
                return Content(""), [content("Reading the items ...", MUTED)], None
            if not shown.items:
                return Content(""), [content("There are no items behind this number.", MUTED)], None
            return *item_lines(shown.items, shown.drill.metric, shown.row, width), shown.row
        if found is None:
            return (
                Content(""),
                [content("Reading the station file ..." if shown.reading else "", MUTED)],
                None,
            )
        if not has_units(found):
            text = NO_UNITS if shown.days is None else NONE_IN_PERIOD
            return Content(""), [line.stylize(WARN) for line in wrap(text, width, 3)], None
        if not found["rows"]:
            return Content(""), [line.stylize(WARN) for line in wrap(NONE_IN_PERIOD, width, 3)], None
        if shown.by == "day":
            tile = TILES[shown.tile]
            days = len(found["rows"])
            return (
                content(f"{tile.heading.capitalize()} ({tile.unit}) on {days:,} days with units", MUTED),
                None,
                None,
            )
        return *table_lines(found, shown.by, shown.row, width), shown.row

    def _paint_tabs(self) -> None:
        shown, width = self._shown, max(20, self.size.width - 2)
        if shown.help:
            left, more = content("HELP", STRONG), f"{self._sight()}  Esc back"
        elif shown.drill is not None:
            row = f" of {shown.drill.by} {shown.drill.value or '-'}" if shown.drill.by else ""
            left, more = (
                content(f"ITEMS BEHIND {shown.drill.words}{row}", STRONG),
                f"{self._sight()}  Esc back",
            )
        else:
            left = Content("  " if width >= ROOMY else " ").join(
                content(f"[{name}]", KEY) if by == shown.by else content(name, MUTED)
                for by, name in TABS.items()
            )
            more = "" if shown.by == "day" else self._sight()
        self._panels["tabs"].show([spread(left, content(more, MUTED), width)])

    def _sight(self) -> str:
        first, last, whole = self.sheet.in_sight
        more = "+" if self._shown.more else ""
        return f"{first}-{last} of {whole:,}{more}" if whole > 1 or more else ""

    def _said(self) -> Content:
        text, style = self._shown.said
        if text:
            return content(text, style)
        found = self._shown.found
        if found is None or not has_units(found):
            return Content("")
        first, *rest = found["said"] or [""]
        return content(first + (f"  ({len(rest)} more: F1)" if rest else ""), MUTED)
