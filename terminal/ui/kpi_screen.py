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

from terminal.domain.speech import N_, _, n_
from terminal.reports.codes import word
from terminal.ui.desk_numbers import spaced, whole
from terminal.ui.kpi_jobs import Drill
from terminal.ui.kpi_panels import TILES, has_units, help_lines, tile_lines
from terminal.ui.kpi_plot import Trend
from terminal.ui.kpi_tables import item_lines, table_lines
from terminal.ui.literal import content
from terminal.ui.themes import KEY, MUTED, STRONG, WARN
from terminal.ui.widgets.panel import Panel, spread, wrap
from terminal.ui.widgets.sheet import Sheet

TABS = {
    # TRANSLATORS: tab of the KPI screen: its key and a word in capitals; all seven tabs in at most 58 letters
    "day": N_("1 TREND"),
    # TRANSLATORS: tab of the KPI screen: its key and a word in capitals; all seven tabs in at most 58 letters
    "category": N_("2 CATEGORY"),
    # TRANSLATORS: tab of the KPI screen: its key and a word in capitals; all seven tabs in at most 58 letters
    "grade": N_("3 GRADE"),
    # TRANSLATORS: tab of the KPI screen: its key and a word in capitals; all seven tabs in at most 58 letters
    "channel": N_("4 CHANNEL"),
    # TRANSLATORS: tab of the KPI screen: its key and a word in capitals; all seven tabs in at most 58 letters
    "operator": N_("5 OPERATOR"),
    # TRANSLATORS: tab of the KPI screen: its key and a word in capitals; all seven tabs in at most 58 letters
    "hour": N_("6 HOUR"),
    # TRANSLATORS: tab of the KPI screen: its key and a word in capitals; all seven tabs in at most 58 letters
    "audit": N_("7 AUDIT"),
}
"""What figures are split by -> its tab, in the order of the number keys."""
ROOMY = 100
"""Cells from which on the tabs stand further apart."""
PERIODS: Mapping[int | None, str] = {
    # TRANSLATORS: days that figures are of, capitals; at most 8 letters
    1: N_("TODAY"),
    # TRANSLATORS: days that figures are of, capitals; at most 7 letters
    7: N_("7 DAYS"),
    # TRANSLATORS: days that figures are of, capitals; at most 8 letters
    30: N_("30 DAYS"),
    # TRANSLATORS: days that figures are of, capitals: all days; at most 6 letters
    None: N_("ALL"),
}
# TRANSLATORS: keys of the KPI screen; keys stay as they are, with two spaces between them; at most 68 letters
KEYS = N_("F1 help  1-7 view  T W M A days  Arrows move  Enter items  R read")
# TRANSLATORS: a key and what it does; at most 8 letters
LEAVE = N_("Q quit")
NO_UNITS = N_(
    "This station has no units yet. Figures come with the first item at the bench, or with `import history`."
)
NONE_IN_PERIOD = N_("No units in these days. A shows all there are.")


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
        keys = (_(KEYS), _(LEAVE)) if shown.leaves else (_(KEYS),)
        self._panels["keys"].show([content("  ".join(keys), MUTED).truncate(width)])

    def _paint_head(self, width: int) -> None:
        shown = self._shown
        names = {days: _(name) for days, name in PERIODS.items()}
        period = [f"[{name}]" if days == shown.days else f" {name} " for days, name in names.items()]
        # TRANSLATORS: the first row, beside the name of the KPI screen; at most 10 letters beside the name
        where = _("station {station}").format(station=shown.station)
        left = Content.assemble(
            content("KPI  ", STRONG), content(f"{where}  "), content(" ".join(period), STRONG)
        )
        # TRANSLATORS: figures are being read; at most 16 letters
        busy = _("reading ...")
        # TRANSLATORS: when figures were read: "read 12:45:02"; at most 8 letters beside the time
        state = busy if shown.reading and shown.found is None else _("read {time}").format(time=shown.at)
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
                return Content(""), [content(_("Reading the items ..."), MUTED)], None
            if not shown.items:
                return Content(""), [content(_("There are no items behind this number."), MUTED)], None
            return *item_lines(shown.items, shown.drill.metric, shown.row, width), shown.row
        if found is None:
            return (
                Content(""),
                [content(_("Reading the station file ...") if shown.reading else "", MUTED)],
                None,
            )
        if not has_units(found):
            text = _(NO_UNITS if shown.days is None else NONE_IN_PERIOD)
            return Content(""), [line.stylize(WARN) for line in wrap(text, width, 3)], None
        if not found["rows"]:
            return Content(""), [line.stylize(WARN) for line in wrap(_(NONE_IN_PERIOD), width, 3)], None
        if shown.by == "day":
            return content(_trend_words(shown.tile, len(found["rows"])), MUTED), None, None
        return *table_lines(found, shown.by, shown.row, width), shown.row

    def _paint_tabs(self) -> None:
        shown, width = self._shown, max(20, self.size.width - 2)
        if shown.help:
            left, more = content(_("HELP"), STRONG), self._way_back()
        elif shown.drill is not None:
            left, more = content(_drill_words(shown.drill), STRONG), self._way_back()
        else:
            names = {by: _(name) for by, name in TABS.items()}
            left = Content("  " if width >= ROOMY else " ").join(
                content(f"[{name}]", KEY) if by == shown.by else content(name, MUTED)
                for by, name in names.items()
            )
            more = "" if shown.by == "day" else self._sight()
        self._panels["tabs"].show([spread(left, content(more, MUTED), width)])

    def _way_back(self) -> str:
        # TRANSLATORS: a key and what it does; at most 12 letters
        return f"{self._sight()}  {_('Esc back')}"

    def _sight(self) -> str:
        first, last, lines = self.sheet.in_sight
        more = "+" if self._shown.more else ""
        if lines <= 1 and not more:
            return ""
        # TRANSLATORS: rows that are in sight: "1-12 of 60"; at most 5 letters beside the numbers
        return _("{first}-{last} of {whole}").format(first=first, last=last, whole=f"{whole(lines)}{more}")

    def _said(self) -> Content:
        text, style = self._shown.said
        if text:
            return content(text, style)
        found = self._shown.found
        if found is None or not has_units(found):
            return Content("")
        first, *rest = map(spaced, found["said"] or [""])
        # TRANSLATORS: how many more sentences there are, and the key that shows them
        more = _("({count} more: F1)").format(count=len(rest))
        return content(f"{first}  {more}" if rest else first, MUTED)


def _trend_words(tile: int, days: int) -> str:
    # TRANSLATORS: above a trend: a figure, its unit, and how many days it has: "Units (closed) on ..."
    words = n_(
        "{figure} ({unit}) on {count} days with units", "{figure} ({unit}) on {count} days with units", days
    )
    return words.format(figure=_(TILES[tile].figure), unit=_(TILES[tile].unit), count=whole(days))


def _drill_words(drill: Drill) -> str:
    figure = _(drill.words)
    if not drill.by:
        # TRANSLATORS: above a list of items, capitals: the items that a figure comes of
        return _("ITEMS BEHIND {figure}").format(figure=figure)
    # TRANSLATORS: the same, for one row of a table: "ITEMS BEHIND COST PER RETURN of category apparel"
    words = _("ITEMS BEHIND {figure} of {split} {row}")
    row = word(drill.value or "-") if drill.by == "channel" else drill.value or "-"
    return words.format(figure=figure, split=_(drill.by), row=row)
