"""The commands `regrade hub rejects`: what stations sent that was refused, and how much of it is kept."""

from __future__ import annotations

import click

from terminal.console import plainly, put
from terminal.hub_cli import DSN


@click.group("rejects")
def rejects() -> None:
    """What was refused of each station, and how much of it is kept."""


@rejects.command("list")
@DSN
@plainly
def list_(dsn: str) -> None:
    """By station and reason: how many are kept whole, how many were only counted, and what was wrong."""
    from terminal.hub.connecting import connect
    from terminal.hub.rejects import listed

    with connect(dsn) as connection:
        put(listed(connection))


@rejects.command("keep")
@click.argument("quota", type=int)
@DSN
@plainly
def keep(quota: int, dsn: str) -> None:
    """Keep QUOTA rejects of each station whole; more are counted by reason, with one sample of each."""
    from terminal.hub.connecting import connect
    from terminal.hub.rejects import set_quota

    with connect(dsn) as connection:
        put(set_quota(connection, quota))


@rejects.command("forget")
@click.argument("station")
@DSN
@plainly
def forget(station: str, dsn: str) -> None:
    """Throw away what was refused of STATION, once it was looked at. Its quota begins anew."""
    from terminal.hub.connecting import connect
    from terminal.hub.rejects import forget as throw_away

    with connect(dsn) as connection:
        put(throw_away(connection, station))
