"""The KPI screen and the policy screen say everything on a screen of 80 by 24, in every language."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from terminal.domain.kpi import NOTHING, Costs, Spread, figures
from terminal.domain.speech import LANGUAGES, _
from terminal.policy_answers import Found
from terminal.reports.locale_forms import written_in
from terminal.ui import kpi_panels, kpi_screen, policy_screen, policy_text
from terminal.ui.kpi_app import KpiApp
from terminal.ui.kpi_tables import AUDIT_COLUMNS, UNIT_COLUMNS, item_lines, settle, table_lines

WIDTH = 78
"""Columns of a screen less its margins."""
TABS = 58
"""Letters of the seven tabs together."""
LIMITS = {
    **{tile.heading: 19 if tile.metric == "cost_per_return" else 24 for tile in kpi_panels.TILES},
    **dict.fromkeys(("gross", "net", "full", "handling", "median", "agree", "units", "mass"), 8),
    "95 % interval": 17,
    "closed  {received} in": 11 + len("{received}"),
    "to {high}": 8 + len("{high}"),
    **{keys: 11 for keys, _words in kpi_panels.HELP},
    **dict(zip(kpi_screen.PERIODS.values(), (8, 7, 8, 6), strict=True)),
    "station {station}": 10 + len("{station}"),
    "reading ...": 16,
    "read {time}": 8 + len("{time}"),
    kpi_screen.KEYS: 68,
    kpi_screen.LEAVE: 8,
    "Esc back": 12,
    "{first}-{last} of {whole}": 5 + len("{first}{last}{whole}"),
    policy_screen.TITLE: 10,
    policy_screen.KEYS: WIDTH,
    policy_screen.ASK: 22,
}
"""What is said in a place of its own -> letters that it has room for."""
FIGURES = {
    "settled": 1200, "settled_income": 4_321_000, "settled_original": 9_000_000,
    "spent": 1200, "spent_inbound": 480_000, "spent_labour": 720_000,
    "reused_n": 1199, "disposed_n": 1, "cycled": 1200, "cycle_days": 8400,
}  # fmt: skip
NO_AUDIT = {"value": None, "low": None, "high": None, "n": 0}
AUDITS = {"value": 0.925, "low": 0.8641, "high": 0.96, "n": 120}


def part(value: str, audits: dict[str, Any] = NO_AUDIT) -> dict[str, Any]:
    """The figures of a row of more than a thousand units."""
    of = {**NOTHING, "received": 1234, "closed": 1234, **FIGURES}
    found = figures({1: of}, Spread({7: 1234}, {}, None), 2, Costs(labour_per_hour=Decimal(18)))
    return {"value": value, **found, "disposition_accuracy": audits}


WHOLE = {**part("", AUDITS), "currency": "EUR", "said": []}
HOUR = {
    "value": "06:00", "n": {"received": 1200, "decided": 1180}, "worked": 20,
    "per_hour": {"received": 60.0, "decided": 59.0}, "first_pass_yield": 0.97,
    "touch_minutes_per_unit": 1.25, "units_per_hour": 48.0, "touched": 1200,
}  # fmt: skip
STRATUM = {
    "value": None, "items": 1100, "audited": 100, "grade_accuracy": {"value": 0.95},
    "disposition_accuracy": {"value": 0.93, "low": 0.8625, "high": 0.9657},
}  # fmt: skip
ROWS = {
    **{by: [part("code")] for by in ("day", "category", "grade", "channel", "operator")},
    "hour": [HOUR], "audit": [STRATUM],
}  # fmt: skip
ITEM = {
    "lpn": "BCDEFGHKLN", "category": "apparel", "grade": "B", "channel": "outlet", "state": "closed",
    "received": "2026-03-01", "closed": "2026-03-09",
}  # fmt: skip
AUDITED = {
    "lpn": "BCDEFGHKLN", "agrees": False, "first_grade": "B", "grade": "C", "first_channel": "outlet",
    "channel": "outlet", "audited": "2026-03-04",
}  # fmt: skip


class Wall:
    """Answers with the same figures to everything."""

    station = "07"

    def figures(self, days: int | None, by: str) -> dict[str, Any]:
        """More than a thousand units."""
        return {**WHOLE, "rows": ROWS[by]}

    def behind(
        self, metric: str, days: int | None, by: str = "", value: str | None = None
    ) -> tuple[list[dict[str, Any]], bool]:
        """Sixty of them."""
        return [ITEM] * 60, False


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_in_places_of_their_own_fit_them(language: str) -> None:
    """Tiles, periods, keys, and the words beside them."""
    with written_in(language):
        long = {word: _(word) for word, room in LIMITS.items() if len(_(word)) > room}
        assert long == {}
        tabs = [_(name) for name in kpi_screen.TABS.values()]
        assert sum(map(len, tabs)) <= TABS, tabs
        assert [tab.split()[0] for tab in tabs] == [f"{key}" for key in range(1, 8)]
        assert sum(len(_(name)) for _key, name in policy_screen.TABS.values()) <= 24


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_split_says_its_headings_and_its_figures(language: str) -> None:
    """None is cut where rows are as wide as they are in a year's work; the same holds for lists of items."""
    with written_in(language):
        for by in ("category", "grade", "channel", "operator", "hour", "audit"):
            heading, rows = table_lines({**WHOLE, "rows": ROWS[by]}, by, 0, WIDTH)
            shown = [heading.plain, *(row.plain for row in rows)]
            assert all(len(line) <= WIDTH and "…" not in line for line in shown), shown
        for items, metric in ((ITEM, "closed"), (AUDITED, "disposition_accuracy")):
            heading, rows = item_lines([items], metric, 0, WIDTH)
            shown = [heading.plain, *(row.plain.rstrip() for row in rows)]
            assert all(len(line.rstrip()) <= WIDTH and "…" not in line for line in shown), shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_tiles_say_all_of_their_words(language: str) -> None:
    """With the currency, and with counts of four digits."""
    with written_in(language):
        lines = [line.plain for line in kpi_panels.tile_lines(WHOLE, 1, WIDTH)]
    assert all("…" not in line and len(line) <= WIDTH for line in lines), lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_head_tabs_and_keys_stand_whole_on_the_screen(language: str, seen: Any) -> None:
    """On the trend, on a table, and where a number has items behind it."""

    async def main() -> None:
        app = KpiApp(Wall(), "bench-16", lambda: datetime(2026, 3, 2, 12, 45, 2, tzinfo=UTC))
        async with app.run_test(size=(80, 24)) as pilot:
            wall = seen(app, pilot, lambda: app.idle)
            await wall.until(lambda: app._found() is not None, "for the first figures")
            for key in ("1", "7", "enter"):
                await wall.press(key)
                await pilot.pause()
                rows = [wall.lines[place] for place in (0, 8, 23)]
                assert all("…" not in row for row in rows), rows
                assert rows[0].split()[0] == "KPI"
                assert rows[2].rstrip().endswith(_(kpi_screen.LEAVE))

    with written_in(language):
        asyncio.run(main())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_size_of_a_policy_fits_beside_its_name(language: str) -> None:
    """Rules, tests and hash."""
    with written_in(language):
        said = policy_text.status(Found((), 9, 12, "1f2e3d4c5b6a" * 5)).plain
    assert len(said) <= 56, said


def test_a_heading_that_is_too_long_takes_room_where_there_is_some() -> None:
    """First of what other columns leave, then of the first one's cells; it is cut where they leave nothing."""
    assert settle((10, 5, 5), ((4, 9), (5, 5), (5, 5)), 20) == [10, 5, 5]
    assert settle((10, 5, 5), ((4, 6), (8, 5), (5, 5)), 20) == [7, 8, 5]
    assert settle((10, 5, 5), ((4, 10), (7, 5), (5, 4)), 20) == [8, 7, 5]
    assert settle((10, 5, 5), ((4, 10), (7, 5), (3, 3)), 20) == [10, 7, 3]
    assert settle((10, 5, 5), ((9, 10), (8, 5), (5, 5)), 20) == [9, 6, 5]
    assert settle((10, 5), ((4, 10), (9, 5)), 30) == [10, 9]


def test_columns_are_told_apart() -> None:
    """By what of an item stands in them."""
    for shape in (UNIT_COLUMNS, AUDIT_COLUMNS):
        names = [column.name for column in shape]
        assert len(set(names)) == len(names)
