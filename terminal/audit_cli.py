"""`regrade audit`: what is due for a second look, and how far first and second look agree."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from terminal.console import Context, plainly, put, talk

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def audit() -> None:
    """Blind re-grading: what is drawn for it, and what it says of the grades."""


def _days(command: Any) -> Any:
    first = click.option("--from", "first", type=DAY, help="First day (UTC).")
    last = click.option("--to", "last", type=DAY, help="Last day (UTC).")
    return first(last(command))


def _period(first: datetime | None, last: datetime | None) -> Any:
    from terminal.store.audits import Period

    return Period(first.date() if first else None, last.date() if last else None)


@audit.command()
@_days
@click.option("--where", is_flag=True, help="Also say the tote: who audits should not see it.")
@click.pass_obj
@plainly
def due(context: Context, first: datetime | None, last: datetime | None, where: bool) -> None:
    """List the items that were drawn and not audited yet, one JSON object a line."""
    from terminal.audits import due as find

    for one in find(context.settings, _period(first, last), where=where):
        put(one)


@audit.command()
@_days
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a report.")
@click.pass_obj
@plainly
def report(context: Context, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Confusion matrix, accuracy with its interval, kappa; by operator, category and stratum."""
    from terminal.audit_words import lines
    from terminal.audits import report as make

    found = make(context.settings, _period(first, last))
    if as_json:
        put(found)
        return
    for line in lines(found):
        click.echo(line)
    if not found["n"]:
        talk("Nothing was audited in these days. `regrade audit due` lists what waits.")
