"""The commands `regrade predict learn|fit|forecast|reasons`.

What they do is in `terminal.predicting`, imported when one of them runs. JSON goes to stdout; `fit` without --json
speaks to a person.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from terminal.console import Context, plainly, put, talk

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def predict() -> None:
    """What goods bring and how many come: learned from outcomes, always with n and the share of the prior."""


@predict.command()
@click.option("--on", type=DAY, help="Day from which the rates are in force; today if not given.")
@click.pass_obj
@plainly
def learn(context: Context, on: datetime | None) -> None:
    """Freeze the rates of all outcomes closed before a day."""
    from terminal.predicting import run_learn

    put(run_learn(context.settings, (on or _now()).date()))


@predict.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map", "map_name", help="Name of an [import.NAME] in the config; without it columns are guessed."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a report.")
@click.option(
    "--folds", type=click.IntRange(2, 100), default=10, show_default=True, help="Parts of the file."
)
@click.pass_obj
@plainly
def fit(context: Context, file: Path, map_name: str | None, as_json: bool, folds: int) -> None:
    """How well prices in any file of outcomes or listings are told, out of sample, beside two baselines."""
    from terminal.predicting import run_fit

    found = run_fit(context.settings, file, map_name, folds)
    if as_json:
        put(found)
    else:
        _report(found)


@predict.command()
@click.option("--weeks", type=click.IntRange(1, 52), default=4, show_default=True, help="Weeks ahead.")
@click.pass_obj
@plainly
def forecast(context: Context, weeks: int) -> None:
    """Items that the coming weeks will bring, with a range, from those received here."""
    from terminal.predicting import run_forecast

    put(run_forecast(context.settings, _now().date(), weeks))


@predict.command()
@click.pass_obj
@plainly
def reasons(context: Context) -> None:
    """The defects that each return reason lets expect. Orders suggestions, never ticks one."""
    from terminal.predicting import run_reasons

    put(run_reasons(context.settings))


def _now() -> datetime:
    return datetime.now(UTC)


def _report(found: dict[str, Any]) -> None:
    """The result of a fit for a person. Names of a foreign file are shown without what a terminal would obey."""
    mape = found["mape"]
    lines = [f"{found['used']} of {found['rows']} rows, {found['folds']} folds, {found['target']}"]
    for name, told in (
        ("this model", mape["model"]),
        ("global median", mape["global_median"]),
        ("grade alone", mape["grade_alone"]),
    ):
        lines.append(f"  {name:14} {'no grade' if told is None else f'{told:.2f} %':>10}")
    lines.append(f"  bias           {found['bias']:+9.2f} %")
    lines += [f"  {field} is {column}" for field, column in found["taken"].items()]
    lines += [f"  not used: {column} ({why})" for column, why in found["left_out"].items()]
    for line in lines:
        click.echo("".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line))
    for why, count in found["rejects"].items():
        talk(f"{count} rows not used: {why}")
