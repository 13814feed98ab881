"""`regrade kpi`: what the station's returns came to."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from typing import Any, NoReturn

import click

from terminal.console import Context, fail, plainly, put

_DATE = click.DateTime(("%Y-%m-%d",))
_BY = ("category", "grade", "channel", "operator", "day", "hour")
WIDTH = 80


@click.command()
@click.option("--from", "first", type=_DATE, help="First day, by the day of closing.")
@click.option("--to", "last", type=_DATE, help="Last day; what is open is as of its end.")
@click.option("--by", type=click.Choice(_BY), help="One row for each of these as well.")
@click.option("--items", "metric", help="The units behind a figure, such as open or recovery_rate.")
@click.option("--screen", "on_screen", is_flag=True, help="Show them on a screen, read again every minute.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@click.pass_obj
@plainly
def kpi(
    context: Context,
    first: datetime | None,
    last: datetime | None,
    by: str | None,
    metric: str | None,
    on_screen: bool,
    as_json: bool,
) -> None:
    """Recovery, cost, time, diversion and quality, each with how many units it is of ("-": of none)."""
    if on_screen:
        _on_screen(context)
    from terminal.kpis import behind, station_kpis  # reads the station file, which `--help` does not need

    period = (None if first is None else first.date(), None if last is None else last.date())
    if metric is not None:
        for unit in behind(context.settings, metric, *period):
            put(unit)
        return
    found = station_kpis(context.settings, *period, by)
    if as_json:
        put(found)
    else:
        _show(found)


def _on_screen(context: Context) -> NoReturn:
    from terminal.kpi_desk import KpiDesk  # the screen's libraries are for this option only
    from terminal.reports.locale_forms import written_in
    from terminal.ui.kpi_app import DRIVER, show

    if DRIVER not in os.environ and not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail("kpi --screen needs a terminal; without --screen the figures are printed", 2)
    screen = context.settings.screen
    with written_in(screen.language):
        status = show(KpiDesk(context.settings), screen.theme)
    raise SystemExit(status)


def _show(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from terminal.kpi_words import columns, heads, lines

    console = Console()
    console.width = min(console.width, WIDTH)
    table = Table(box=None, pad_edge=False)
    for heading, justify in (("figure", "left"), ("value", "right"), ("of", "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for line in lines(found):
        table.add_row(*(Text(cell) for cell in line))
    console.print(table)
    if "rows" in found:
        split = Table(box=None, pad_edge=False)
        for place, heading in enumerate(heads(found["by"])):
            split.add_column(heading, justify="right" if place else "left")
        for row in found["rows"]:
            split.add_row(*(Text(cell) for cell in columns(row, found["by"])))
        console.print()
        console.print(split)
    for sentence in found["said"]:
        console.print(Text(sentence))
