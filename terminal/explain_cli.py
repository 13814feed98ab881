"""The command `regrade explain`: what the rules make of one item, as JSON for programs or a table for people.

All text in the table may come from facts or files of others, so nothing of it is read as markup or sent to the
terminal as it is.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from terminal.console import Context, plainly, put

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

WIDE = 200
"""Columns of a table that goes to a file or a pipe, where nothing need be folded."""


@click.command()
@click.option("--facts", required=True, help="The item's facts: JSON, or a file that holds it.")
@click.option("--policy", type=click.Path(path_type=Path, dir_okay=False), help="Under this policy file.")
@click.option(
    "--channels",
    type=click.Path(path_type=Path),
    help="With these channel figures: a file or a folder of them.",
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="On this day instead of today.")
@click.option("--grade", help="A grade that a person gives, in place of the computed one.")
@click.option("--table", is_flag=True, help="Show a table for people instead of JSON.")
@click.pass_obj
@plainly
def explain(
    context: Context,
    facts: str,
    policy: Path | None,
    channels: Path | None,
    on: datetime | None,
    grade: str | None,
    table: bool,
) -> None:
    """Grade and decide one item from its facts: every channel, every term of its value, every rule."""
    from terminal.explaining import explain_facts, read_facts, rulebook_under

    raw = read_facts(facts)
    book = rulebook_under(context.settings, policy, channels)
    found = explain_facts(book, context.settings, raw, None if on is None else on.date(), grade)
    if table:
        _show(found)
    else:
        put(found)


def _show(found: dict[str, Any]) -> None:
    from rich.console import Console  # only a person needs it
    from rich.measure import Measurement

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDE)
    for line in _lines(found):
        console.print(_text(line))
    if not found["table"]:
        return
    table = _table(found, columns=True)
    if Measurement.get(console, console.options.update(width=10_000), table).maximum > console.width:
        table = _table(found, columns=False)
    console.print(table)


def _lines(found: dict[str, Any]) -> list[str]:
    """What is above the table: decision, grade, doubts, and channels without a value."""
    computed = f"score {found['score']}, {found['grade_by_score']} by score, cap {found['cap']}"
    lines = [
        found["explanation"],
        f"Grade {found['grade']} ({computed}): {', '.join(found['grade_reasons'])}",
        f"Confidence {found['confidence']}, prices in {found['currency'] or 'no currency'},"
        f" rates {found['rates'] or 'none, all prices assumed'}",
    ]
    lines += [f"Doubt: {each}" for each in found["doubts"]]
    if found["asks"]:
        lines.append(f"To find out: {', '.join(found['asks'])}")
    if found["assumed"]:
        lines.append(f"Assumed: {', '.join(found['assumed'])}")
    lines += [f"No value for {channel}: {why}" for channel, why in found["not_valued"].items()]
    return lines


def _table(found: dict[str, Any], *, columns: bool) -> Table:
    """A row for each channel, best first, with a column for each term, or all terms in one that folds."""
    from rich.table import Table

    from terminal.domain.valuation import TERMS

    rows = found["table"]
    terms = [name for name in TERMS if any(name in row["terms"] for row in rows)]
    table = Table(row_styles=("", "dim"))
    table.add_column("channel", no_wrap=True)
    for name in ("ENR", "price", *(terms if columns else ())):
        table.add_column(name, justify="right", no_wrap=True)
    if not columns:
        table.add_column("terms")
    table.add_column("state", overflow="fold")
    for row in rows:
        own = row["terms"]
        cells = [own.get(name, "") for name in terms]
        if not columns:
            cells = [", ".join(f"{name} {amount}" for name, amount in own.items())]
        table.add_row(
            *(
                _text(each)
                for each in (row["channel"], row["value"], row["price"], *cells, _state(row, found))
            )
        )
    return table


def _state(row: dict[str, Any], found: dict[str, Any]) -> str:
    """What stands in the way of the channel, or its place among those that are open."""
    channel = row["channel"]
    if row["forbidden_by"]:
        return f"forbidden by {', '.join(row['forbidden_by'])}"
    if channel in found["full"]:
        full = found["full"][channel]
        return f"full: bid {full['bid']} > regret {full['regret']}"
    if channel == found["disposition"]:
        return "chosen"
    return "second" if channel == found["runner_up"] else "open"


def _text(text: object) -> Text:
    """Text with nothing that a terminal obeys."""
    from rich.text import Text

    return Text("".join(each if each.isprintable() else "�" for each in str(text)))
