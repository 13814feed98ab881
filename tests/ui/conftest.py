"""Views at a fixed hour, a station that answers what a test wants, and the screen as lines of text."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot

from terminal.bench.given import Given
from terminal.bench.view import ChannelRow, Choice, Fact, ItemRow, Last, Level, View
from terminal.ui.app import BenchApp
from terminal.ui.keys import build
from terminal.ui.picture import Picture
from terminal.ui.port import DeviceLine
from terminal.ui.settings import ScreenSettings

NOW = datetime(2026, 3, 2, 12, 45, 2, tzinfo=UTC)
GOLDEN = Path(__file__).parent / "golden"
DEADLINE = 20.0

RECENT = (
    ItemRow(NOW - timedelta(minutes=1), "BCDEFGHKLN", "Kettle 1.7L steel", "€ 18.40", "B", "outlet"),
    ItemRow(NOW - timedelta(minutes=3), "BCDEFGHKLO", "Headphones X2 black", "€ 61.00", "A", "restock"),
    ItemRow(NOW - timedelta(minutes=6), "BCDEFGHKLP", "Coffee mill (no burr)", "€ 4.10", "D", "parts"),
)
CHANNELS = (
    ChannelRow("restock", "€ 0.00", "opened-is-not-new", forbidden=True),
    ChannelRow("outlet", "€ 18.40", "", chosen=True),
    ChannelRow("off_price", "€ 12.10", ""),
    ChannelRow("donate", "€ 0.40", "takes 3 days"),
    ChannelRow("landfill", "€ -1.20", "textiles-are-not-destroyed", forbidden=True),
)
ON_ITEM = ("undo", "hold", "clean", "lock", "accept", "defect", "regrade", "reroute", "weigh", "times")


def _views() -> SimpleNamespace:
    signed_out = View(
        "07",
        "",
        None,
        0,
        0,
        Level.ASK,
        "SIGN IN",
        "Scan your badge.",
        hints=("Demo: type XBNOPR and Enter.",),
    )
    ready = View(
        station="07",
        operator="1001",
        shift_opened=NOW - timedelta(hours=2, minutes=14),
        done=41,
        step=1,
        level=Level.ASK,
        word="SCAN ITEM",
        line="Scan the return label, order barcode or product code.",
        hints=("No barcode?  F9 then N  (an item that no code identifies)",),
        recent=RECENT,
        last=Last(NOW, "saved BCDEFGHKLN  B  outlet  label printed", Level.OK, "placing"),
        state="ready",
        actions=("undo", "lock", "blind", "shift_close"),
    )
    inspecting = replace(
        ready,
        step=2,
        word="POWERS ON?",
        line="BCDEFGHKLR   Kettle 1.7L steel   order 88-1042-7   reason: 'leaks'   3 of 6",
        choices=(
            Choice(1, "YES", code="XNYESB"),
            Choice(2, "NO", code="XNNOC"),
            Choice(3, "CANNOT TEST", code="XNNTD"),
        ),
        facts=(
            Fact("ANSWERED", "1 Sealed?        NO"),
            Fact("", "2 Complete?      NO - missing: base plate"),
            Fact("NEXT", "4 Scratches?   5 Clean?   6 Serial matches?"),
        ),
        hints=(),
        last=Last(NOW, "received BCDEFGHKLR", Level.OK, "receiving"),
        state="inspecting",
        actions=ON_ITEM,
    )
    proposed = replace(
        inspecting,
        step=3,
        word="GRADE B ?",
        line="Enter = accept B      or press / scan another grade",
        choices=(
            Choice(1, "A", "like new           sealed, complete"),
            Choice(2, "B", "good               works, box open", selected=True, mark="proposed"),
            Choice(3, "C", "fair               scratches or part missing"),
            Choice(4, "D", "defective          does not power on"),
        ),
        facts=(
            Fact("", "BCDEFGHKLR   Kettle 1.7L steel"),
            Fact("WHY B", "works + opened box; missing base plate is a spare (SKU 7712)"),
        ),
        channels=CHANNELS,
        last=Last(NOW, "6 of 6 answered", Level.OK, "the answer"),
        state="proposed",
    )
    done = replace(
        ready,
        done=42,
        step=4,
        level=Level.OK,
        word="+ OUTLET",
        line="BCDEFGHKLR  B  ->  OUTLET   tote 12       label 1 of 1 printed",
        facts=(
            Fact("", "BCDEFGHKLR   Kettle 1.7L steel"),
            Fact("PUT INTO", "TOTE 12  (blue)                    scan the tote to confirm"),
        ),
        hints=("Next scan starts the next item.  F4 prints the label again.",),
        last=Last(NOW, "saved  seq 1183", Level.OK, "placing"),
        sound=Level.OK,
        state="placed",
    )
    stop = replace(
        inspecting,
        level=Level.STOP,
        word="X NOT NOW",
        line="BCDEFGHKLS is another item. Finish BCDEFGHKLR first, or F3 puts it on hold.",
        choices=(),
        facts=(Fact("You scanned", "BCDEFGHKLS"), Fact("In your hand", "BCDEFGHKLR   Kettle 1.7L steel")),
        hints=("Enter   go back to 'Powers on?'", "F3      hold BCDEFGHKLR"),
        last=Last(NOW, "refused BCDEFGHKLS: item open", Level.STOP),
        sound=Level.STOP,
    )
    warn = replace(
        ready,
        level=Level.WARN,
        word="! NO PRINTER",
        line="Labels wait: 2.  Keep scanning, they print by themselves when it is back.",
        facts=(Fact("WAITING", "BCDEFGHKLR  outlet B     BCDEFGHKLS  restock A", warn=True),),
        hints=("Check: power, paper, cable.",),
        last=Last(NOW, "printer: no such device  (try 3, next in 8 s)", Level.WARN, "placing"),
        sound=Level.WARN,
    )
    return SimpleNamespace(**locals())


WELL = (
    DeviceLine("SCANNER", "ok", ""),
    DeviceLine("PRINTER", "ok", ""),
    DeviceLine("SAVED", "ok", ""),
    DeviceLine("SYNC", "ok", "ok 12s ago"),
)
ILL = (
    DeviceLine("SCANNER", "ok", ""),
    DeviceLine("PRINTER", "lost", "lost 01:10"),
    DeviceLine("SAVED", "ok", ""),
    DeviceLine("SYNC", "warn", "7 waiting, oldest 4 min", 7),
)


@dataclass
class Station:
    """Answers each input with `answer`, and keeps what it was given."""

    start: View
    answer: Callable[[Given], View] | None = None
    lines: tuple[DeviceLine, ...] = WELL
    report: tuple[Fact, ...] = (
        Fact("", "GRADES"),
        Fact("A", "14   33 %"),
        Fact("", "TO"),
        Fact("outlet", "18"),
    )
    given: list[Given] = field(default_factory=list)
    closed: bool = False

    def handle(self, given: Given) -> View:
        """Keep the input; answer it."""
        self.given.append(given)
        return self.answer(given) if self.answer is not None else self.start

    def view(self) -> View:
        """Give the first view."""
        return self.start

    def devices(self) -> tuple[DeviceLine, ...]:
        """Give the devices that the test set."""
        return self.lines

    def shift_report(self) -> tuple[Fact, ...]:
        """Give the report that the test set."""
        return self.report

    def drawing(self, page: str, columns: int) -> tuple[str, ...]:
        """A label as wide as it may be."""
        return ("=" * columns, "LABEL OF THE ITEM")

    def close(self) -> None:
        """Remember it."""
        self.closed = True


class Seen:
    """A running application as somebody sees it; `settled` says when a key was answered."""

    def __init__(
        self, app: App[None], pilot: Pilot[None], settled: Callable[[], object] = lambda: True
    ) -> None:
        self.app: Any = app
        self.pilot = pilot
        self._settled = settled

    @property
    def lines(self) -> list[str]:
        """The screen as it is painted now, one text for each row."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(line.rstrip() for line in self.lines)

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait for a condition, and fail with the screen if it does not come true."""
        loop = asyncio.get_running_loop()
        end = loop.time() + DEADLINE
        while not condition():
            if loop.time() > end:
                raise AssertionError(f"waited in vain {what}\n{self.text}")
            await asyncio.sleep(0.002)

    async def sees(self, *texts: str) -> None:
        """Wait until the screen shows all of these."""
        await self.until(lambda: all(text in self.text for text in texts), f"for {texts}")

    async def sees_no_more(self, text: str) -> None:
        """Wait until the screen does not show a text."""
        await self.until(lambda: text not in self.text, f"for {text!r} to go")

    async def press(self, *keys: str) -> None:
        """Press keys, each when the one before was answered."""
        for key in keys:
            await self.pilot.press(key)
            await self.until(self._settled, "for an answer")


class Bench(Seen):
    """A running bench and what a test asks of it."""

    def __init__(self, app: BenchApp, station: Station, pilot: Pilot[None]) -> None:
        super().__init__(app, pilot, lambda: not app._gate._wedge.held)
        self.station = station

    def burst(self, text: str) -> None:
        """Send characters as fast as a scanner does; a CR is Enter."""
        for character in text:
            key = {"\r": "enter", "\x11": "ctrl+q", "\x10": "ctrl+p", "\t": "tab"}.get(character, character)
            self.app.post_message(events.Key(key, character))

    async def gets(self, *given: Given) -> None:
        """Wait until the station got exactly these inputs, in this order."""
        await self.until(lambda: self.station.given == list(given), f"for {given}, got {self.station.given}")


Script = Callable[[Bench], Awaitable[None]]


@pytest.fixture
def seen() -> type[Seen]:
    """What a test sees of an application of its own."""
    return Seen


@pytest.fixture
def views() -> SimpleNamespace:
    """One view of each kind."""
    return _views()


@pytest.fixture
def ill() -> tuple[DeviceLine, ...]:
    """Devices that are not well."""
    return ILL


@pytest.fixture
def well() -> tuple[DeviceLine, ...]:
    """Devices that are well."""
    return WELL


@pytest.fixture
def station() -> type[Station]:
    """A station that answers what a test wants."""
    return Station


@pytest.fixture
def picture(views: SimpleNamespace) -> Picture:
    """The bench waiting for an item."""
    return Picture(views.ready, build()[0], NOW, UTC, WELL)


@pytest.fixture
def on_bench() -> Callable[..., None]:
    """Run a script of a test against a headless bench: `on_bench(station, script, size=..., settings=...)`."""

    def run(
        station: Station,
        script: Script,
        size: tuple[int, int] = (80, 24),
        settings: ScreenSettings | None = None,
        open_port: Callable[[], Station] | None = None,
        start_scanners: Callable[..., object] | None = None,
    ) -> None:
        chosen = settings or ScreenSettings(theme="bench-256")
        keymap, problems = build(chosen.keys)
        assert not problems

        async def main() -> None:
            app = BenchApp(
                open_port or (lambda: station), keymap, replace(chosen, zone=UTC), start_scanners, lambda: NOW
            )
            async with app.run_test(size=size) as pilot:
                bench = Bench(app, station, pilot)
                if open_port is None and start_scanners is None:
                    await bench.until(lambda: app.picture.view.word != "STARTING")
                await script(bench)
            app.pump.stop(DEADLINE)

        asyncio.run(main())

    return run


@pytest.fixture
def golden() -> Callable[[str, list[str]], None]:
    """Compare a screen with the text of that name; `UPDATE_GOLDENS=1` writes it anew, to be read by a person."""

    def compare(name: str, lines: list[str]) -> None:
        file = GOLDEN / f"{name}.txt"
        shown = "".join(f"{line.rstrip()}\n" for line in lines)
        if os.environ.get("UPDATE_GOLDENS"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(shown, encoding="utf-8")
        assert shown.splitlines() == file.read_text(encoding="utf-8").splitlines()

    return compare
