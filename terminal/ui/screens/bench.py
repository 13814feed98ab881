"""The bench: one screen whose content changes. Every row has its place, at any size.

A step never brings a screen of its own, because changing screens takes ten times as long as changing lines. What
covers the bench for a moment (a page, the words for a window that is too small) is mounted from the start.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from terminal.bench.view import SYMBOLS
from terminal.domain.speech import _, speaking
from terminal.ui import words
from terminal.ui.banner import width_of
from terminal.ui.picture import Picture
from terminal.ui.screens.pages import Pages
from terminal.ui.widgets import status
from terminal.ui.widgets.band import HEIGHT as BAND_HEIGHT
from terminal.ui.widgets.band import MARGIN, LevelPanel, band, big, said
from terminal.ui.widgets.body import body, typed
from terminal.ui.widgets.notices import notices
from terminal.ui.widgets.panel import Panel, rule, wrap
from terminal.ui.widgets.side import side, side_width
from terminal.voices import voice

SMALLEST = (60, 20)
"""Columns and rows below which only the band and what happened last are shown."""
ROWS = ("header", "steps", "upper", "lower", "last", "devices", "keys")
AROUND_BODY = BAND_HEIGHT + 7
"""Rows of the bench that are not its middle."""


class BenchScreen(Screen[None]):
    """Paints pictures. Takes no key: nothing on it can have the focus."""

    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    BenchScreen, BenchScreen:ansi { background: $bench-background; color: $bench-text; }
    BenchScreen Panel { width: 1fr; height: 1; background: $bench-background; color: $bench-text; }
    BenchScreen Vertical { width: 1fr; height: 1fr; }
    BenchScreen #band { height: 7; }
    BenchScreen #middle { width: 1fr; height: 1fr; }
    BenchScreen #body, BenchScreen #side { height: 1fr; }
    BenchScreen #page, BenchScreen #small { height: 1fr; }
    BenchScreen #side, BenchScreen #page, BenchScreen #small { display: none; }
    BenchScreen .-ask { background: $band-ask; color: $band-ask-text; }
    BenchScreen .-ok { background: $band-ok; color: $band-ok-text; }
    BenchScreen .-warn { background: $band-warn; color: $band-warn-text; }
    BenchScreen .-stop { background: $band-stop; color: $band-stop-text; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._panels = {name: Panel(name) for name in (*ROWS, "body", "side", "page")}
        self._band, self._small = LevelPanel("band"), LevelPanel("small")
        self._bench = Vertical(id="bench")
        self._shown: tuple[Picture, Pages] | None = None
        """What is or will be painted: a picture may come before there are panels, and after."""
        self._filled = False

    def compose(self) -> ComposeResult:
        """Every panel there will ever be."""
        panels = self._panels
        with self._bench:
            yield panels["header"]
            yield panels["steps"]
            yield self._band
            yield panels["upper"]
            with Horizontal(id="middle"):
                yield panels["body"]
                yield panels["side"]
            for name in ("lower", "last", "devices", "keys"):
                yield panels[name]
        yield panels["page"]
        yield self._small

    def on_mount(self) -> None:
        """Paint before Textual does, so that nobody sees an empty screen."""
        self._filled = True
        self._paint()

    def on_unmount(self) -> None:
        """Paint no more: what is still answered while the program ends has nowhere to be shown."""
        self._filled = False

    def on_resize(self) -> None:
        """Paint again at the new size."""
        self._paint()

    def paint(self, picture: Picture, pages: Pages) -> None:
        """Show a picture, with the open page over it."""
        self._shown = (picture, pages)
        self._paint()

    def _paint(self) -> None:
        width, height = self.app.size
        if self._shown is None or not self._filled or not width:
            return
        picture, pages = self._shown
        with speaking(voice(picture.view.language)):
            self._say(picture, pages, width, height)

    def _say(self, picture: Picture, pages: Pages, width: int, height: int) -> None:
        """Put everything on its panel, in the language that is spoken now."""
        small = width < SMALLEST[0] or height < SMALLEST[1]
        page = bool(pages.open) and not small
        _turn(self._bench, not small and not page)
        _turn(self._panels["page"], page)
        _turn(self._small, small)
        if small:
            self._small.level(said(picture)[0])
            self._small.show(_small(picture, width, height))
        elif page:
            self._panels["page"].show(pages.lines(picture, (width, height)))
        else:
            self._paint_bench(picture, width, height)

    def _paint_bench(self, picture: Picture, width: int, height: int) -> None:
        panels, middle, beside = self._panels, height - AROUND_BODY, side_width(width)
        left = width - beside
        _turn(panels["side"], bool(beside))
        panels["side"].styles.width = beside
        self._band.level(said(picture)[0])
        self._band.show(band(picture, width))
        panels["header"].show([status.header(picture, width)])
        panels["steps"].show([status.steps(picture, width)])
        panels["upper"].show([rule(width, "┬" if beside else "", left)])
        below = notices(picture, left, middle)
        *above, typing = body(picture, left, middle - len(below), beside)
        panels["body"].show([*above, *below, typing])
        if beside:
            panels["side"].show(side(picture, beside, middle))
        panels["lower"].show([rule(width, "┴" if beside else "", left)])
        panels["last"].show([status.last(picture, width)])
        panels["devices"].show([status.devices(picture, width)])
        panels["keys"].show([status.keys(picture, width)])


def _turn(widget: Widget, on: bool) -> None:
    if widget.display != on:
        widget.display = on


def _small(picture: Picture, width: int, height: int) -> list[Content]:
    """What a screen that is too small shows: that it is, the band as far as there is room, what happened last."""
    level, word, text = said(picture)
    needed = width_of(word)
    blocks = needed is not None and needed + 2 * MARGIN <= width and height > BAND_HEIGHT + 2
    size = _(words.TOO_SMALL_SIZE).format(
        width=SMALLEST[0], height=SMALLEST[1], now_width=width, now_height=height
    )
    lines = [
        *wrap(_(words.TOO_SMALL), width, 3),
        *(big(picture, width) if blocks else wrap(word, width, 1)),
        *wrap(f"{SYMBOLS[level]} {text}", width, 3),
        *([typed(picture)] if picture.typed else wrap(f"> {picture.view.last.text}", width, 2)),
        *wrap(size, width, 1),
    ]
    return [one.truncate(width, ellipsis=True).stylize("bold") for one in lines[:height]]
