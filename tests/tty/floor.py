"""A bench with a scripted station behind it, run on a real terminal by the tests; also good for looking at.

Writes every input to the log file named by FLOOR_LOG, one JSON object a line, when the station gets it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

from terminal.bench.given import Given, Idle, Press, Scan, Typed
from terminal.bench.view import ChannelRow, Choice, Fact, ItemRow, Last, Level, View
from terminal.ui.app import BenchApp
from terminal.ui.port import DeviceLine
from terminal.ui.run import run
from terminal.ui.settings import ScreenSettings

START = datetime.now(UTC)
RECENT = (
    ItemRow(START - timedelta(minutes=1), "NBCDEFGHKL", "Kettle 1.7L steel", "€ 18.40", "B", "outlet"),
    ItemRow(START - timedelta(minutes=3), "NBCDEFGHKN", "Headphones X2 black", "€ 61.00", "A", "restock"),
    ItemRow(START - timedelta(minutes=6), "NBCDEFGHKO", "Coffee mill (no burr)", "€ 4.10", "D", "parts"),
)
CHANNELS = (
    ChannelRow("restock", "€ 0.00", "opened-is-not-new: opened goods may not be sold as new", forbidden=True),
    ChannelRow("outlet", "€ 18.40", "", chosen=True),
    ChannelRow("off_price", "€ 12.10", ""),
    ChannelRow("refurbish", "€ 9.75", ""),
    ChannelRow("donate", "€ 0.40", "takes 3 days"),
    ChannelRow("recycle", "€ -0.80", ""),
    ChannelRow("landfill", "€ -1.20", "textiles-not-destroyed", forbidden=True),
)
ITEM_ACTIONS = ("undo", "hold", "clean", "lock", "accept", "defect", "regrade", "reroute", "weigh", "times")


def signed_out() -> View:
    """Nobody is signed in."""
    return View(
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


def ready(done: int = 41) -> View:
    """The bench waits for an item."""
    return View(
        station="07",
        operator="1001",
        shift_opened=START - timedelta(hours=2, minutes=14),
        done=done,
        step=1,
        level=Level.ASK,
        word="SCAN ITEM",
        line="Scan the return label, order barcode or product code.",
        hints=("No barcode?  F9 then N  (an item that no code identifies)",),
        recent=RECENT,
        last=Last(START, "saved NBCDEFGHKL  B  outlet  label printed", Level.OK, "placing"),
        state="ready",
        actions=("undo", "lock", "blind", "shift_close"),
    )


def inspecting(code: str) -> View:
    """A question of the checklist is open."""
    return replace(
        ready(),
        step=2,
        word="POWERS ON?",
        line=f"{code}   Kettle 1.7L steel   order 88-1042-7   'leaks'   3 of 6",
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
        last=Last(START, f"received {code}", Level.OK, "receiving"),
        sound=Level.OK,
        state="inspecting",
        actions=ITEM_ACTIONS,
    )


def proposed() -> View:
    """A grade is proposed."""
    return replace(
        ready(),
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
            Fact("", "NBCDEFGHKP   Kettle 1.7L steel"),
            Fact("WHY B", "works + opened box; missing base plate is a spare (SKU 7712)"),
        ),
        hints=(),
        channels=CHANNELS,
        last=Last(START, "6 of 6 answered", Level.OK, "the answer"),
        sound=Level.ASK,
        state="proposed",
        actions=ITEM_ACTIONS,
    )


def placed() -> View:
    """An item was put away."""
    return replace(
        ready(42),
        step=4,
        level=Level.OK,
        word="+ OUTLET",
        line="NBCDEFGHKP  B  ->  OUTLET   tote 12       label 1 of 1 printed",
        facts=(
            Fact("", "NBCDEFGHKP   Kettle 1.7L steel"),
            Fact("PUT INTO", "TOTE 12  (blue)                    scan the tote to confirm"),
            Fact("LABEL", "OUTLET  B  € 18.40   *NBCDEFGHKP*"),
        ),
        hints=("Next scan starts the next item.  F4 prints the label again.",),
        channels=CHANNELS,
        last=Last(START, "saved  seq 1183", Level.OK, "placing"),
        sound=Level.OK,
        state="placed",
    )


def refused(text: str) -> View:
    """A scan was refused."""
    return replace(
        ready(),
        level=Level.STOP,
        word="X NOT NOW",
        line=f"{text} is another item. Finish NBCDEFGHKP first, or F3 puts it on hold.",
        facts=(Fact("You scanned", text), Fact("In your hand", "NBCDEFGHKP   Kettle 1.7L steel")),
        hints=("Enter   go back to 'Powers on?'", "F3      hold NBCDEFGHKP"),
        recent=(),
        last=Last(START, f"refused {text}: item open", Level.STOP),
        sound=Level.STOP,
        actions=ITEM_ACTIONS,
    )


def hostile() -> View:
    """An item whose title came from somebody who knows terminals."""
    title = "\x1b]2;OWNED\x1b\\ \x1b[2J \x9b31m \x07 [@click=app.quit]x[/] Bolt [/M8] \u202egnp"
    return replace(
        inspecting("ITEM"), line=title, facts=(Fact(title, title),), hints=(title,), sound=None, menu=title
    )


class Floor:
    """A station that answers by a script."""

    def __init__(self) -> None:
        self.log = open(os.environ["FLOOR_LOG"], "a", encoding="utf-8")  # noqa: SIM115 - open as long as the bench
        self.now = signed_out()
        self.lost = False

    def handle(self, given: Given) -> View:
        """Log the input, then answer it."""
        self.log.write(json.dumps({"kind": type(given).__name__, **asdict(given)}) + "\n")
        self.log.flush()
        self.now = self.answer(given)
        return self.now

    def answer(self, given: Given) -> View:
        """Follow the script."""
        match given:
            case Scan(text="STALL-IT"):
                on_the_loop(lambda: time.sleep(2.0))
                return ready()
            case Scan(text="CRASH-IT"):
                secret = "PIN 4711"
                on_the_loop(lambda: {"": ""}[secret])
                return ready()
            case Scan(text="FAIL-NOW"):
                raise RuntimeError("the journal is gone")
            case Scan(text="HOSTILE-TITLE"):
                return hostile()
            case Scan(text="SLOW-ONE"):
                time.sleep(2.0)
                return ready()
            case Scan(text="PRINTER-GONE"):
                self.lost = True
                return replace(
                    ready(42),
                    level=Level.WARN,
                    word="! NO PRINTER",
                    line="Labels wait: 2.  Keep scanning, they print by themselves when it is back.",
                    facts=(Fact("WAITING", "NBCDEFGHKP  outlet B     NBCDEFGHKR  restock A"),),
                    hints=("Check: power, paper, cable.",),
                    sound=Level.WARN,
                )
            case Scan(text=text, problem=None) if text.startswith("ITEM"):
                return inspecting(text)
            case Scan(text=text, problem=None) if text.startswith("BADGE") or text == "XBNOPR":
                return ready()
            case Scan(text=text):
                return refused(text)
            case Typed(text="XBNOPR"):
                return ready()
            case Typed(text="1" | "2" | "3"):
                return proposed()
            case Typed(text=""):
                return placed()
            case Press(action="lock") | Idle():
                return signed_out()
        return ready()

    def view(self) -> View:
        """Say what there is to show."""
        return self.now

    def devices(self) -> tuple[DeviceLine, ...]:
        """Say how the devices are."""
        printer = (
            DeviceLine("PRINTER", "lost", "lost 01:10") if self.lost else DeviceLine("PRINTER", "ok", "")
        )
        sync = (
            DeviceLine("SYNC", "warn", "7 waiting, oldest 4 min", 7)
            if self.lost
            else DeviceLine("SYNC", "ok", "")
        )
        return (DeviceLine("SCANNER", "ok", ""), printer, DeviceLine("SAVED", "ok", ""), sync)

    def drawing(self, page: str, columns: int) -> tuple[str, ...]:
        """No label is printed here."""
        return ("no label",)

    def shift_report(self) -> tuple[Fact, ...]:
        """Count the shift."""
        return (
            Fact("", "GRADES"),
            Fact("A", "14   33 %"),
            Fact("B", "17   40 %"),
            Fact("", "TO"),
            Fact("outlet", "18"),
        )

    def close(self) -> None:
        """Say in the log that the station was closed."""
        self.log.write('{"kind": "Closed"}\n')
        self.log.close()


def open_floor() -> Floor:
    """Open the station, or fail as it would without its file."""
    if os.environ.get("FLOOR_FAILS"):
        raise FileNotFoundError(2, "No such file or directory", "station.db")
    return Floor()


def on_the_loop(call: Callable[[], object]) -> None:
    """Do something in the screen's own loop, as a fault in it would."""
    for app in APPS:
        app.call_later(call)


def know(take: Callable[[Scan], object]) -> None:
    """Remember the application whose method takes the scans."""
    APPS.append(take.__self__)  # type: ignore[attr-defined]


APPS: list[BenchApp] = []

if __name__ == "__main__":
    settings = ScreenSettings(theme=os.environ.get("FLOOR_THEME", "auto"))
    sys.exit(run(open_floor, settings, know))
