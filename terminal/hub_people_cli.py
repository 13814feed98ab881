"""The commands of `regrade hub` for people: project, kpi, conflict, photo and export."""

from __future__ import annotations

import sys
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from terminal.console import Context, fail, plainly, put, talk
from terminal.hub_cli import DSN

JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("project")
@DSN
@click.option("--station", help="Only this station.")
@click.option("--rebuild", is_flag=True, help="Make items, sums and claims anew from the events.")
@click.option("--limit", type=click.IntRange(1), help="Count so many events at most.")
@plainly
def project(dsn: str, station: str | None, rebuild: bool, limit: int | None) -> None:
    """Count what the stations sent: items, sums by day, claims. Run by cron where no `hub serve` does it.

    Exit status 1 where a station's journal can't be counted further.
    """
    from terminal.hub.connecting import connect, explained
    from terminal.hub.projector import project as count
    from terminal.hub.projector import rebuild as make_anew

    if rebuild and limit is not None:
        raise click.UsageError("--rebuild makes everything anew: it takes no --limit.")
    with connect(dsn, statement_timeout=0 if rebuild else 600_000) as connection, explained(dsn):
        done = (
            make_anew(connection, station=station) if rebuild else count(connection, limit, station=station)
        )
    put(done)
    if done["stuck"]:
        fail("\n".join(f"{one['station']}: {one['why']}" for one in done["stuck"]))


@click.command("kpi")
@DSN
@click.option("--from", "since", type=DAY, help="First day, 2026-11-01.")
@click.option("--to", "until", type=DAY, help="Last day, included.")
@click.option("--station", help="Only this station.")
@click.option("--by", type=click.Choice(["category", "grade", "channel", "operator", "station", "day"]))
@JSON
@plainly
def kpi(
    dsn: str,
    since: datetime | None,
    until: datetime | None,
    station: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """KPIs of all stations or one, each with its n; "-" where there is nothing to divide by."""
    from terminal.hub.connecting import connect, explained
    from terminal.hub.kpi import kpi as work_out
    from terminal.hub.projector import project as count

    with connect(dsn) as connection, explained(dsn):
        count(connection)
        found = work_out(connection, since=_day(since), until=_day(until), station=station, by=by)
    if as_json:
        put(found)
        return
    _show_kpi(found)
    for note in found["notes"]:
        talk(note)


@click.group("conflict")
def conflict() -> None:
    """Two units that claim one RMA line or one serial number, and what a lead rules."""


@conflict.command("list")
@DSN
@click.option("--all", "resolved", is_flag=True, help="Settled ones as well.")
@JSON
@plainly
def list_(dsn: str, resolved: bool, as_json: bool) -> None:
    """Open conflicts, oldest first."""
    from terminal.hub.connecting import connect, explained
    from terminal.hub.projector import project as count
    from terminal.hub.ruling import list_conflicts

    with connect(dsn) as connection, explained(dsn):
        count(connection)
        found = list_conflicts(connection, resolved=resolved)
    if as_json:
        put({"conflicts": found})
        return
    rows = [
        [one["id"][:8], one["what"], one["value"], ", ".join(_names(one)), one["opened_at"], _ruled(one)]
        for one in found
    ]
    _table(["conflict", "what", "value", "claimed by", "opened", "ruling"], rows)
    if not found:
        talk("No conflicts.")


@conflict.command("show")
@click.argument("number", metavar="ID")
@DSN
@plainly
def show(number: str, dsn: str) -> None:
    """One conflict, whole, as JSON."""
    from terminal.hub.connecting import connect, explained
    from terminal.hub.ruling import get_conflict

    with connect(dsn) as connection, explained(dsn):
        put(get_conflict(connection, number))


@conflict.command("resolve")
@click.argument("number", metavar="ID")
@DSN
@click.option(
    "--keep", required=True, metavar="STATION/LPN", help="The unit that stands; none: hold them all."
)
@click.option("--by", required=True, metavar="NAME", help="Who rules.")
@click.option(
    "--key",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Signs the ruling.",
)
@click.option("--note", default="", help="Why, for the people at the stations.")
@click.pass_obj
@plainly
def resolve(context: Context, number: str, dsn: str, keep: str, by: str, key: Path, note: str) -> None:
    """Rule which unit stands. The stations hear of it with their next sync and hold the others."""
    from terminal.hub.connecting import connect, explained
    from terminal.hub.ruling import resolve as rule

    with connect(dsn) as connection, explained(dsn):
        put(rule(connection, context.settings, number, keep, by=by, key=key, note=note))


@click.command("photo")
@click.argument("sha256", metavar="HASH")
@DSN
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the photo to this file.",
)
@plainly
def photo(sha256: str, dsn: str, out: Path) -> None:
    """Get a photo that a station sent. HASH may be its first 6 digits or more."""
    from terminal.hub.connecting import connect, explained
    from terminal.hub.photos import get_photo

    with connect(dsn) as connection, explained(dsn):
        found, content = get_photo(connection, sha256.strip().lower())
    out.write_bytes(content)
    put({**found, "out": str(out)})


@click.group("export")
def export() -> None:
    """What the hub holds, as files."""


@export.command("parquet")
@DSN
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the files."
)
@click.option("--month", help="Only this month, 2026-11.")
@click.option("--tables", default="event,item", show_default=True, help="Which tables, with commas between.")
@plainly
def parquet(dsn: str, out: Path, month: str | None, tables: str) -> None:
    """Parquet files by month and a manifest with rows and SHA-256. Only what is new or changed is written.

    DuckDB reads them: select kind, count(*) from read_parquet('OUT/event/*.parquet') group by kind
    """
    if find_spec("pyarrow") is None:
        fail("Parquet needs pyarrow, which is not installed: pip install 'regrade[analytics]'.")
    from terminal.hub.connecting import connect, explained
    from terminal.hub.parquet import export as write
    from terminal.hub.projector import project as count

    wanted = tuple(dict.fromkeys(one.strip() for one in tables.split(",") if one.strip()))
    with connect(dsn, statement_timeout=0) as connection, explained(dsn):
        if "item" in wanted:
            count(connection)
        put(write(connection, out, month=month, tables=wanted, progress=talk))


def _day(at: datetime | None) -> date | None:
    return at.date() if at is not None else None


def _names(one: dict[str, Any]) -> list[str]:
    return [f"{claim['station']}/{claim['lpn']}" for claim in one["claims"]]


def _ruled(one: dict[str, Any]) -> str:
    ruling = one["resolution"]
    if ruling is None:
        return "-"
    if ruling["by"] is None:
        return str(ruling["note"])
    keep = ruling["keep"]
    return f"{keep['station']}/{keep['lpn']} by {ruling['by']}" if keep else f"none by {ruling['by']}"


def _show_kpi(found: dict[str, Any]) -> None:
    heads = ["in", "closed", "held", "value", "recovery", "days", "diverted", "overr.", "units/h"]
    groups = [({"group": "all"} | found["total"]), *found["groups"]]
    _table([found["by"] or "", *heads], [[str(one["group"] or "-"), *_cells(one)] for one in groups])


def _cells(one: dict[str, Any]) -> list[str]:
    units = one["units"]
    values = [f"{each['amount']} {currency}" for currency, each in one["expected_value"].items()]
    rates = [_percent(each["rate"]) for each in one["expected_recovery"].values()]
    return [
        str(units["received"]),
        str(units["closed"]),
        str(units["held"]),
        "\n".join(values) or "-",
        "\n".join(rates) or "-",
        one["cycle_days"]["median"] or "-",
        _percent(one["diversion"]["strict"]["rate"]),
        _percent(one["override_rate"]["rate"]),
        one["touch"]["units_per_hour"] or "-",
    ]


def _percent(rate: str | None) -> str:
    return "-" if rate is None else f"{float(rate) * 100:.1f}%"


def _table(heads: list[str], rows: list[list[str]]) -> None:
    """A table on stdout; what is not printable in it is shown as the replacement character."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text("".join(_shown(one) for one in cell)) for cell in row))
    Console(width=None if sys.stdout.isatty() else 120).print(table)


def _shown(character: str) -> str:
    return character if character.isprintable() or character == "\n" else "\ufffd"
