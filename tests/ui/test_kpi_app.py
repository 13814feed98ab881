"""The KPI screen through its keys: tiles, trend, tables, items, periods, and figures that can't be read."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal
from threading import Event
from typing import Any

import pytest

from terminal.domain.kpi import NOTHING, Costs, Spread, figures
from terminal.domain.speech import Said, Voice, speaking
from terminal.domain.suggest import BadData
from terminal.reports.locale_forms import written_in
from terminal.ui import kpi_app
from terminal.ui.kpi_app import KpiApp
from terminal.ui.kpi_panels import TILES, tile_lines

NOW = datetime(2026, 3, 2, 12, 45, 2, tzinfo=UTC)
DEADLINE = 10.0
SIZES = [(80, 24), (120, 40)]
NO_AUDIT = {"value": None, "low": None, "high": None, "n": 0}
DAYS = tuple(f"2026-03-{day:02}" for day in range(1, 13))


def part(value: str | None, closed: int, **sums: int) -> dict[str, Any]:
    """The figures of a row, by the formula that the station uses."""
    of = {**NOTHING, "received": closed, "closed": closed, **sums}
    spread = Spread({7: closed} if closed else {}, {}, None)
    found = figures({1: of}, spread, 2, Costs(labour_per_hour=Decimal(18)))
    return {"value": value, **found, "disposition_accuracy": NO_AUDIT}


def money(income: int, original: int, units: int) -> dict[str, int]:
    """Sums of settled and spent units, in cents."""
    return {
        "settled": units, "settled_income": income, "settled_original": original,
        "spent": units, "spent_inbound": 400 * units, "spent_labour": 600 * units,
        "reused_n": units - 1, "disposed_n": 1, "cycled": units, "cycle_days": 7 * units,
    }  # fmt: skip


WHOLE = {
    **part(None, 1234, **money(4_321_000, 9_000_000, 1200)),
    "currency": "EUR",
    "said": ["34 closed units are in no recovery rate: nobody said what came of them.", "And another one."],
    "disposition_accuracy": {"value": 0.925, "low": 0.8641, "high": 0.96, "n": 120},
}
ROWS: dict[str, list[dict[str, Any]]] = {
    "day": [
        part(day, 10 * place, **money(1000 * place, 4000, 5)) if place % 4 else part(day, 0)
        for place, day in enumerate(DAYS)
    ],
    "category": [
        part("apparel", 700, **money(2_000_000, 5_000_000, 700)),
        part("a category with a name that does not fit anywhere", 500, **money(-100, 4_000_000, 500)),
        part(None, 34),
    ],
    "grade": [part(grade, 300, **money(100_000, 400_000, 300)) for grade in "ABCD"],
    "channel": [part("outlet", 1234)],
    "operator": [part(f"{number}", 1) for number in range(1001, 1061)],
    "hour": [
        {
            "value": f"{hour:02}:00", "n": {"received": 1200, "decided": 1180 - hour}, "worked": 20,
            "per_hour": {"received": 60.0, "decided": 59.0 - hour / 20}, "first_pass_yield": 0.97,
            "touch_minutes_per_unit": 1.25, "units_per_hour": 48.0, "touched": 1200,
        }
        for hour in (6, 7, 8, 13)
    ],
    "audit": [
        {
            "value": "an imported stratum with a long name", "items": None, "audited": 20,
            "grade_accuracy": {"value": 0.85}, "disposition_accuracy": {"value": 0.9, "low": 0.699, "high": 0.9721},
        },
        {
            "value": "base", "items": 1100, "audited": 100, "grade_accuracy": {"value": 0.95},
            "disposition_accuracy": {"value": 0.93, "low": 0.8625, "high": 0.9657},
        },
        {
            "value": None, "items": None, "audited": 120, "grade_accuracy": {"value": 0.94},
            "disposition_accuracy": {"value": 0.9254, "low": None, "high": None},
        },
    ],
}  # fmt: skip
UNIT = {
    "category": "apparel", "grade": "B", "channel": "off_price", "state": "closed", "received": "2026-03-01",
    "closed": "2026-03-09", "operator": "1001", "original_price": 40.0, "proceeds": None, "cycle_days": 8,
}  # fmt: skip
AUDITED = {
    "category": "apparel", "first_grade": "B", "grade": "C", "first_channel": "outlet", "channel": "parts",
    "operator": "1002", "audited": "2026-03-04",
}  # fmt: skip


class Desk:
    """Answers from a table, keeps what it was asked, and waits or fails when a test wants it."""

    station = "07"

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.fails: Exception | None = None
        self.go = Event()
        self.go.set()
        self.empty: tuple[int | None, ...] = ()
        self.units = 40

    def figures(self, days: int | None, by: str) -> dict[str, Any]:
        """Figures that are the same for all days."""
        self.asked.append((days, by))
        assert self.go.wait(DEADLINE)
        if self.fails is not None:
            raise self.fails
        if days in self.empty:
            nothing = {**part(None, 0), "currency": "EUR", "said": [], "rows": []}
            nothing["n"] = {**nothing["n"], "open": 0}
            return nothing
        return {**copy.deepcopy(WHOLE), "rows": ROWS[by]}

    def behind(
        self, metric: str, days: int | None, by: str = "", value: str | None = None
    ) -> tuple[list[dict[str, Any]], bool]:
        """Units with hostile names."""
        self.asked.append((metric, days, by, value))
        assert self.go.wait(DEADLINE)
        if self.fails is not None:
            raise self.fails
        if metric == "disposition_accuracy":
            two = (("BCDEFGHKLN", False), ("BCDEFGHKLO", True))
            return [{**AUDITED, "lpn": lpn, "agrees": agrees} for lpn, agrees in two], False
        return [{**UNIT, "lpn": f"U{number:03}\x1b[31m"} for number in range(self.units)], True


Script = Callable[[Any], Awaitable[None]]
Run = Callable[..., KpiApp]


@pytest.fixture
def on_wall(monkeypatch: pytest.MonkeyPatch, seen: Any) -> Run:
    """Run a script against a headless screen."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr(kpi_app, "clock_seconds", lambda at, zone: at.strftime("%H:%M:%S"))

    def run(
        script: Script, desk: Desk | None = None, size: tuple[int, int] = (80, 24), theme: str = "bench-16"
    ) -> KpiApp:
        known = desk or Desk()
        app = KpiApp(known, theme, lambda: NOW)

        async def main() -> None:
            async with app.run_test(size=size) as pilot:
                wall = seen(app, pilot, lambda: app.idle or not known.go.is_set())
                wall.desk = known
                if known.go.is_set():
                    await wall.until(lambda: app.idle and known.asked, "for the first figures")
                await script(wall)
            known.go.set()

        asyncio.run(main())
        return app

    return run


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
@pytest.mark.parametrize(
    ("name", "keys", "shown"),
    [
        ("trend", (), "Recovery rate"),
        ("category", ("2",), "apparel"),
        ("operator", ("5", "end", "right"), "> 1060"),
        ("hour", ("6", "down"), "> 07:00"),
        ("strata", ("7", "end"), "> all, by size"),
        ("items", ("2", "down", "enter"), "U003"),
        ("audits", ("left", "left", "left", "enter"), "differs"),
        ("help", ("f1",), "HELP"),
    ],
)
def test_the_screen_looks_as_it_was_looked_at(
    on_wall: Run, golden: Callable[[str, list[str]], None], size: tuple[int, int], name: str,
    keys: tuple[str, ...], shown: str,
) -> None:  # fmt: skip
    """At both sizes, every view, and nothing beyond the edge."""

    async def script(wall: Any) -> None:
        await wall.press(*keys)
        await wall.sees("12:45:02", shown)
        await wall.pilot.pause()
        assert len(wall.lines) == size[1]
        golden(f"kpi_{name}_{size[0]}", wall.lines)

    on_wall(script, size=size, theme="bench-16" if size[0] == 80 else "bench-256")


def test_the_tiles_say_the_numbers_with_what_they_are_of(on_wall: Run) -> None:
    """All of them at once, whatever is below."""

    async def script(wall: Any) -> None:
        await wall.sees(
            "48.01% gross  n 1,200", "7.00 full  n 1,200", "92.50% agree  n 120", "86.41% to 96.00%"
        )
        await wall.sees("7.0 median", "99.92% units", "1,234 closed  1,234 in", "2 open")

    on_wall(script)


def test_keys_ask_for_other_days_and_other_rows(on_wall: Run) -> None:
    """Once for each key, and the chosen ones are marked by more than colour."""

    async def script(wall: Any) -> None:
        await wall.press("w", "3", "T", "m", "a", "1")
        assert wall.desk.asked == [
            (None, "day"), (7, "day"), (7, "grade"), (1, "grade"), (30, "grade"), (None, "grade"), (None, "day"),
        ]  # fmt: skip
        await wall.press("w")
        await wall.sees("[7 DAYS]", "[1 TREND]", "[RECOVERY RATE]")
        await wall.press("right", "right")
        await wall.sees("[CYCLE TIME, DAYS]", "Cycle time, days (days, median)")

    on_wall(script)


def test_enter_lists_what_is_behind_the_number_and_the_row(on_wall: Run) -> None:
    """Esc goes back to the row that it came from; foreign text can't act on the terminal."""

    async def script(wall: Any) -> None:
        await wall.press("enter")
        assert wall.desk.asked[-1] == ("recovery_rate", None, "", None)
        await wall.sees("ITEMS BEHIND RECOVERY RATE", "of 40+", "> U000")
        assert "\x1b" not in wall.text
        await wall.press("pagedown", "down")
        await wall.sees_no_more("> U000")
        await wall.press("escape", "w", "2", "down", "down", "right", "enter")
        assert ("cost_per_return", 7, "category", None) in wall.desk.asked
        await wall.sees("ITEMS BEHIND COST PER RETURN of category -")
        await wall.press("escape")
        await wall.sees("> -", "apparel")
        await wall.press("up", "up", "up", "enter")
        assert wall.desk.asked[-1][-1] == "apparel"

    on_wall(script)


def test_behind_an_hour_are_its_units_and_behind_a_stratum_its_audits(on_wall: Run) -> None:
    """Whatever number is the current one; behind all strata together are all audits."""

    async def script(wall: Any) -> None:
        await wall.press("6", "down", "right", "enter")
        assert wall.desk.asked[-1] == ("received", None, "hour", "07:00")
        await wall.sees("ITEMS BEHIND UNITS RECEIVED of hour 07:00")
        await wall.press("escape", "7", "down", "enter")
        assert wall.desk.asked[-1] == ("disposition_accuracy", None, "audit", "base")
        await wall.sees("ITEMS BEHIND DISPOSITION ACCURACY of audit base")
        await wall.press("escape", "down", "enter")
        assert wall.desk.asked[-1] == ("disposition_accuracy", None, "", None)

    on_wall(script)


@pytest.mark.parametrize("tile", range(len(TILES)))
def test_every_number_has_items_behind_it(on_wall: Run, tile: int) -> None:
    """The tile tells the desk which."""

    async def script(wall: Any) -> None:
        await wall.press(*["right"] * tile, "enter")
        assert wall.desk.asked[-1][0] == TILES[tile].metric

    on_wall(script)


def test_help_that_is_longer_than_the_screen_can_be_read_to_its_end(
    on_wall: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What must be known beside the figures stands at its end."""
    monkeypatch.setitem(WHOLE, "said", [f"Sentence {number} of many." for number in range(30)])

    async def script(wall: Any) -> None:
        await wall.press("f1")
        await wall.sees("HELP", "Left Right")
        assert "Sentence 29" not in wall.text.replace("(29 more: F1)", "")
        await wall.press("pagedown", "end")
        await wall.sees("Sentence 29 of many.")
        await wall.press("home")
        await wall.sees("Left Right")

    on_wall(script)


def test_a_number_without_items_says_so(on_wall: Run) -> None:
    """In place of the list."""
    desk = Desk()
    desk.units = 0

    async def script(wall: Any) -> None:
        await wall.press("enter")
        await wall.sees("no items behind this number")

    on_wall(script, desk)


def test_a_station_without_units_says_so(on_wall: Run) -> None:
    """And days without units say that there may be others."""
    desk = Desk()
    desk.empty = (None, 1)

    async def script(wall: Any) -> None:
        await wall.sees("This station has no units yet.", "- gross  n 0", "- agree  n 0")
        await wall.press("t")
        await wall.sees("No units in these days.")
        await wall.press("w")
        await wall.sees("48.01% gross")

    on_wall(script, desk)


def test_figures_that_can_no_longer_be_read_stay_with_their_time(on_wall: Run) -> None:
    """And the screen says why; a fault of its own is named by its kind only."""

    async def script(wall: Any) -> None:
        wall.desk.fails = BadData(["the file is\x1b[2J locked"])
        await wall.press("r")
        await wall.sees("can't be read: the file is", "48.01% gross", "read 12:45:02")
        assert "\x1b" not in wall.text
        wall.desk.fails = OSError(5, "Input/output error", "station.db")
        await wall.press("r")
        await wall.sees("station.db: Input/output error")
        wall.desk.fails = KeyError("secret")
        await wall.press("enter")
        await wall.sees("The items can't be read: this failed in its own working (KeyError)")
        wall.desk.fails = None
        await wall.press("r")
        await wall.sees_no_more("can't be read")

    on_wall(script)


def test_one_question_at_a_time_and_the_newest_last(on_wall: Run) -> None:
    """Keys that come while figures are being read don't pile questions up."""
    desk = Desk()
    desk.go.clear()

    async def script(wall: Any) -> None:
        await wall.sees("Reading the station file")
        await wall.press("w", "2", "3", "t", "r", "r")
        assert wall.desk.asked == [(None, "day")]
        wall.desk.go.set()
        await wall.until(lambda: wall.app.idle, "for the last answer")
        assert wall.desk.asked == [(None, "day"), (1, "grade")]
        await wall.sees("[TODAY]", "[3 GRADE]", "> A")

    on_wall(script, desk)


def test_figures_are_read_again_by_themselves(on_wall: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Again and again, also while items are shown."""
    monkeypatch.setattr(kpi_app, "EVERY", 0.05)

    async def script(wall: Any) -> None:
        await wall.press("enter")
        await wall.until(lambda: wall.desk.asked.count((None, "day")) >= 4, "for more figures")
        await wall.sees("> U000")

    on_wall(script)


def test_q_leaves_a_terminal_and_not_a_browser(on_wall: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wall screen that somebody closed would stay closed."""

    async def leave(wall: Any) -> None:
        assert "Q quit" in wall.text
        await wall.pilot.press("q")

    assert on_wall(leave).return_code == 0
    monkeypatch.setenv(kpi_app.DRIVER, "textual.drivers.web_driver:WebDriver")

    async def stay(wall: Any) -> None:
        assert "Q quit" not in wall.text
        await wall.press("q", "2")
        await wall.sees("apparel")

    on_wall(stay)


def test_before_the_first_figures_there_are_dashes() -> None:
    """Never a nought."""
    assert all("0" not in line.plain for line in tile_lines(None, 0, 78))


def test_every_word_is_in_the_language_in_which_the_screen_is_run(on_wall: Run, brackets: Voice) -> None:
    """Tiles, tabs, tables, lists and help; names and codes of the site stay as they are."""

    async def script(wall: Any) -> None:
        await wall.sees("[<RECOVERY RATE>]", "<gross>  n 1,200", "[<1 TREND>]", "[<ALL>]", "<read 12:45:02>")
        await wall.sees("<<Recovery rate> (<% gross>) on 12 days with units>", "<F1 help", "<(1 more: F1)>")
        await wall.press("2")
        await wall.sees("<CATEGORY>", "<net>", "> apparel", "<1-3 of 3>")
        await wall.press("enter")
        await wall.sees(
            "<ITEMS BEHIND <RECOVERY RATE> of <category> apparel>", "<LPN>", "<closed>", "<Esc back>"
        )
        await wall.press("escape", "f1")
        await wall.sees(
            "<HELP>", "<Left Right>", "<another number; the trend follows it>", "<n: how many units"
        )

    with speaking(brackets):
        on_wall(script, size=(120, 40))


def test_what_a_thread_says_is_in_the_language_in_which_the_screen_is_run(
    on_wall: Run, brackets: Voice
) -> None:
    """A fault of its own, and a sentence that was made where nobody knew its reader."""

    async def script(wall: Any) -> None:
        wall.desk.fails = BadData([Said("{file} is gone", file="the file")])
        await wall.press("r")
        await wall.sees("<The figures can't be read: <the file is gone>>")
        wall.desk.fails = KeyError("secret")
        await wall.press("r")
        await wall.sees("<The figures can't be read: <this failed in its own working (KeyError)>>")

    with speaking(brackets):
        on_wall(script)


@pytest.mark.parametrize(
    ("language", "shown"), [("de", ("48,01 %", "n 1.200")), ("fr", ("48,01 %", "n 1 200"))]
)
def test_numbers_are_written_as_the_language_does(
    on_wall: Run, language: str, shown: tuple[str, ...]
) -> None:
    """With spaces that every terminal can draw."""

    async def script(wall: Any) -> None:
        await wall.sees(*shown)
        await wall.press("6")
        await wall.sees("1,25")
        assert not any(sign in wall.text for sign in "\xa0\u202f\u2426")

    with written_in(language):
        on_wall(script)


def test_a_screen_that_fails_says_so_in_its_language(
    on_wall: Run, monkeypatch: pytest.MonkeyPatch, brackets: Voice
) -> None:
    """By the kind of what happened only."""
    told: list[str] = []

    async def script(wall: Any) -> None:
        wall.app._exception = KeyError("secret")
        monkeypatch.setattr(wall.app, "_close_messages_no_wait", lambda: None)
        wall.app._fatal_error()
        told.extend(str(each) for each in wall.app._exit_renderables)
        wall.app._exit_renderables.clear()
        wall.app._exception = None

    with speaking(brackets):
        on_wall(script)
    assert told == ["<The KPI screen failed (KeyError).>"]
