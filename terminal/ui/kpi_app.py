"""The KPI screen: the station's numbers, read again every minute; it changes nothing.

Figures are read in threads, one question at a time, and the last ones stay until newer ones are there: a station
file that is busy or gone makes them old, never empty.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from terminal.domain.speech import N_, _
from terminal.ui.desk_app import DeskApp, Heard
from terminal.ui.kpi_jobs import Asked, Desk, Drill, Failed, Jobs, Listed, Read
from terminal.ui.kpi_panels import TILES
from terminal.ui.kpi_screen import TABS, KpiScreen, Shown
from terminal.ui.themes import WARN
from terminal.ui.times import clock_seconds

EVERY = 60.0
"""Seconds after which figures are read again."""
DRIVER = "TEXTUAL_DRIVER"
"""Set where somebody else shows the screen, as a browser does."""
BEHIND = {
    "hour": ("received", N_("UNITS RECEIVED")),
    "audit": ("disposition_accuracy", N_("DISPOSITION ACCURACY")),
}
"""Splits that have figures of their own -> what is behind their rows, and what it is called."""


class KpiApp(DeskApp, inherit_bindings=False):
    """Shows what a desk knows."""

    TITLE = "KPI"
    FAILED = N_("The KPI screen failed ({kind}).")
    CSS_PATH = "kpi.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", priority=True),
        *(Binding(str(place), f"split('{by}')", priority=True) for place, by in enumerate(TABS, 1)),
        *(
            Binding(f"{key},{key.upper()}", f"period({days})", priority=True)
            for key, days in (("t", 1), ("w", 7), ("m", 30), ("a", None))
        ),
        Binding("left", "tile(-1)", priority=True),
        Binding("right", "tile(1)", priority=True),
        Binding("up", "row(-1)", priority=True),
        Binding("down", "row(1)", priority=True),
        Binding("home", "row(-1000000)", priority=True),
        Binding("end", "row(1000000)", priority=True),
        Binding("pageup", "page(-1)", priority=True),
        Binding("pagedown", "page(1)", priority=True),
        Binding("enter", "items", priority=True),
        Binding("escape", "close", priority=True),
        Binding("r,R,f5", "read", priority=True),
        Binding("q,Q,ctrl+q,f9", "leave", priority=True),
    ]

    def __init__(
        self, desk: Desk, theme: str = "auto", now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(theme, served=DRIVER in os.environ)
        self._jobs = Jobs(desk, lambda told: self.post_message(Heard(told)))
        self._station, self._now = desk.station, now
        self._asked = Asked()
        self._known: dict[Asked, tuple[Mapping[str, Any], str]] = {}
        """What was read last of each question, and when."""
        self._reading: Asked | None = None
        self._due = False
        """Something is to be read once what is being read is there."""
        self._tile = self._row = 0
        self._drill: Drill | None = None
        self._items: Sequence[Mapping[str, Any]] | None = None
        self._more = self._helping = False
        self._row_before = 0
        """The row from which the items were asked for."""
        self._said: tuple[str, str] = ("", "")
        self._page = KpiScreen(self._shown())

    @property
    def idle(self) -> bool:
        """Whether nothing is being read."""
        return self._reading is None and (self._drill is None or self._items is not None)

    def get_default_screen(self) -> Screen[None]:
        """Give the one screen."""
        return self._page

    def on_mount(self) -> None:
        """Begin to read."""
        self.take_signals()
        self.set_interval(EVERY, self.action_read)
        self.action_read()

    # -- reading

    def action_read(self) -> None:
        """Read what is shown, now or as soon as what is being read is there."""
        if self._reading is not None:
            self._due = True
        else:
            self._due, self._reading = False, self._asked
            self._jobs.read(self._asked)
        self._draw()

    def on_heard(self, message: Heard) -> None:
        """Show what a thread has to tell."""
        match message.told:
            case Read(asked, found):
                self._known[asked] = (found, clock_seconds(self._now(), None))
                self._said = ("", "")
                self._read_next(asked)
            case Listed(drill, items, more) if drill == self._drill:
                self._items, self._more, self._row = items, more, 0
            case Failed(Asked() as asked, why):
                self._said = (_("The figures can't be read: {why}").format(why=why), WARN)
                self._read_next(asked)
            case Failed(drill, why) if drill == self._drill:
                self._leave_items()
                self._said = (_("The items can't be read: {why}").format(why=why), WARN)
        self._draw()

    def _read_next(self, asked: Asked) -> None:
        self._reading = None
        if self._due or asked != self._asked:
            self.action_read()

    # -- what is shown

    def action_split(self, by: str) -> None:
        """Show the trend or a table."""
        self._ask(Asked(self._asked.days, by))

    def action_period(self, days: int | None) -> None:
        """Show the figures of other days."""
        self._ask(Asked(days, self._asked.by))

    def _ask(self, asked: Asked) -> None:
        self._leave_items()
        self._helping = False
        if asked != self._asked:
            self._row = 0
        self._asked = asked
        self.action_read()

    def action_tile(self, step: int) -> None:
        """Go to another number."""
        if self._drill is None:
            self._tile = (self._tile + step) % len(TILES)
        self._draw()

    def action_row(self, step: int) -> None:
        """Go to another row, or to other lines of the help."""
        if self._helping:
            self._page.sheet.action_move(step)
            return
        self._row = max(0, min(self._row + step, self._rows() - 1))
        self._draw()

    def action_page(self, pages: int) -> None:
        """Go to another row, by as many as are in sight."""
        self.action_row(pages * self._page.page)

    def action_items(self) -> None:
        """List the items behind the number, of the current row where there is a table."""
        found = self._found()
        if self._drill is not None or self._helping or found is None:
            return
        tile, days, by = TILES[self._tile], self._asked.days, self._asked.by
        metric, words = BEHIND.get(by, (tile.metric, tile.heading))
        if by == "day" or not found["rows"]:
            self._drill = Drill(metric, words, days)
        else:
            row = found["rows"][min(self._row, len(found["rows"]) - 1)]
            whole = by == "audit" and row["value"] is None
            self._drill = Drill(metric, words, days, "" if whole else by, row["value"])
        self._row_before, self._row, self._items, self._more = self._row, 0, None, False
        self._jobs.list(self._drill)
        self._draw()

    def action_close(self) -> None:
        """Leave the items, or the help."""
        if self._helping:
            self._helping = False
        else:
            self._leave_items()
        self._draw()

    def action_help(self) -> None:
        """Show what every key does."""
        self._helping = not self._helping
        self._draw()

    def action_leave(self) -> None:
        """Leave; a screen that others look at in a browser stays."""
        if not self.served:
            self.exit(return_code=0)

    def _leave_items(self) -> None:
        if self._drill is not None:
            self._drill, self._items, self._more, self._row = None, None, False, self._row_before

    def _found(self) -> Mapping[str, Any] | None:
        return self._known[self._asked][0] if self._asked in self._known else None

    def _rows(self) -> int:
        if self._drill is not None:
            return len(self._items or ())
        found = self._found()
        return 0 if found is None or self._asked.by == "day" else len(found["rows"])

    def _shown(self) -> Shown:
        found, at = self._known.get(self._asked, (None, ""))
        whole = next(
            (each for asked, (each, _at) in self._known.items() if asked.days == self._asked.days), None
        )
        return Shown(
            station=self._station,
            days=self._asked.days,
            by=self._asked.by,
            tile=self._tile,
            row=max(0, min(self._row, self._rows() - 1)),
            found=found,
            whole=found or whole,
            at=at,
            reading=self._reading is not None,
            said=self._said,
            drill=self._drill,
            items=self._items,
            more=self._more,
            help=self._helping,
            leaves=not self.served,
        )

    def _draw(self) -> None:
        self._page.paint(self._shown())


def show(desk: Desk, theme: str = "auto") -> int:
    """Show the screen on this terminal, in the language of the context, until it is left; gives the exit status."""
    app = KpiApp(desk, theme)
    app.run(mouse=False)
    return 1 if app.return_code is None else app.return_code
